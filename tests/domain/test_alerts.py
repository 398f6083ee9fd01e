"""Thresholds: raised once when one is crossed, over once it is well back below, told once, whoever looks."""

import pytest
from sqlalchemy import select

from queue_app import alerts, storage_faults, tickets
from queue_app.errors import QueueError
from queue_app.models import Alert, AlertKind, Message, MessageKind, PrinterKind
from queue_app.printing import printers
from tests.office import Desk

OFF = dict.fromkeys(
    ("queue_length", "longest_wait_minutes", "at_risk", "no_counter_minutes", "pause_minutes", "serving_factor"), 0
)


@pytest.fixture(autouse=True)
def _room_on_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage_faults, "free_bytes", lambda _folder: storage_faults.LOW_BYTES * 2)


def only(desk: Desk, **threshold: int) -> None:
    """Only this threshold counts."""
    desk.change_office(**{f"alert_{name}": value for name, value in (OFF | threshold).items()})


def look(desk: Desk) -> list[AlertKind]:
    alerts.watch(desk.db, desk.now)
    return [alert.kind for alert in now_open(desk)]


def now_open(desk: Desk) -> list[Alert]:
    with desk.db.read() as session:
        return list(alerts.still_open(session, desk.office(session).id))


def rows(desk: Desk) -> list[str]:
    return [event.action for event in desk.events() if event.action.startswith("alert")]


def test_a_long_line_is_noticed_once_and_over_when_it_is_well_shorter(desk: Desk) -> None:
    only(desk, queue_length=5)
    line = [desk.join("A") for _ in range(4)]
    assert look(desk) == []
    line.append(desk.join("A"))
    for _ in range(3):
        assert look(desk) == [AlertKind.QUEUE_LENGTH]
    desk.cancel(line[0])
    assert look(desk) == [AlertKind.QUEUE_LENGTH]  # four of five: it may well be five again in a minute
    desk.cancel(line[1])
    assert look(desk) == []
    for _ in range(2):
        desk.join("A")
    assert look(desk) == [AlertKind.QUEUE_LENGTH]
    assert rows(desk) == ["alert_raise", "alert_clear", "alert_raise"]


def test_waits_beyond_what_they_should_be_are_noticed(desk: Desk) -> None:
    only(desk, longest_wait_minutes=90, at_risk=2)
    desk.join("A")
    desk.wait(minutes=40)
    desk.join("A")
    desk.wait(minutes=51)
    assert look(desk) == [AlertKind.LONGEST_WAIT]
    desk.wait(minutes=10)
    assert set(look(desk)) == {AlertKind.LONGEST_WAIT, AlertKind.AT_RISK}
    assert {alert.facts["service_en"] for alert in now_open(desk)} == {"Birth certificate"}


def test_nobody_there_for_those_who_wait_is_noticed(desk: Desk) -> None:
    only(desk, no_counter_minutes=5)
    desk.join("A")
    desk.wait(minutes=6)
    assert look(desk) == [AlertKind.NO_COUNTER]
    desk.open()
    assert look(desk) == []


def test_a_long_pause_and_a_service_far_beyond_the_usual_are_noticed(desk: Desk) -> None:
    only(desk, pause_minutes=30, serving_factor=3)
    desk.open()
    desk.pause()
    desk.open("petugas2", 2)
    desk.join("A")
    called = desk.call_next("petugas2", 2)
    assert called is not None
    desk.act(tickets.start, called, officer="petugas2")
    desk.wait(minutes=31)
    assert look(desk) == [AlertKind.LONG_PAUSE]
    desk.wait(minutes=15)  # three times the 15 minutes that a birth certificate takes
    assert set(look(desk)) == {AlertKind.LONG_PAUSE, AlertKind.LONG_SERVICE}
    desk.open()
    assert look(desk) == [AlertKind.LONG_SERVICE]


def test_a_printer_that_does_not_print_is_told_until_it_does(desk: Desk) -> None:
    only(desk)
    with desk.db.write() as session:
        printer = printers.add(
            session, desk.office(session), "Kios", PrinterKind.NETWORK, "127.0.0.1:9100", now=desk.now
        )
        printer.problem, printer.problem_since = "no_paper", desk.now
    desk.wait(seconds=50)
    assert look(desk) == []
    desk.wait(seconds=10)
    assert look(desk) == [AlertKind.PRINTER_TROUBLE]
    assert look(desk) == [AlertKind.PRINTER_TROUBLE]
    [alert] = now_open(desk)
    assert alert.facts == {"printer": "Kios"}
    with desk.db.write() as session:
        printers.rested(printers.named(session, desk.office(session), "Kios"))
    assert look(desk) == []
    assert rows(desk) == ["alert_raise", "alert_clear"]


def test_a_disk_with_little_room_is_told_before_it_is_full(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk can be seen: PostgreSQL's may be on another machine."""
    free = storage_faults.LOW_BYTES * 2
    monkeypatch.setattr(storage_faults, "free_bytes", lambda _folder: free)
    only(desk)
    assert look(desk) == []
    free = storage_faults.LOW_BYTES // 4
    expected = [AlertKind.STORAGE_LOW] if desk.db.is_sqlite else []
    assert look(desk) == expected
    assert look(desk) == expected
    free = storage_faults.LOW_BYTES * 2
    assert look(desk) == []


def test_a_supervisor_acknowledges_it(desk: Desk) -> None:
    only(desk, queue_length=1)
    desk.join("A")
    look(desk)
    [alert] = now_open(desk)
    for _ in range(2):
        with desk.db.write() as session:
            alerts.acknowledge(session, desk.user(session, "supervisor"), alert.id, desk.now)
    [alert] = now_open(desk)
    assert alert.acknowledged_at == desk.now
    assert rows(desk) == ["alert_raise", "alert_acknowledge"]
    with pytest.raises(QueueError, match="unknown_alert"), desk.db.write() as session:
        alerts.acknowledge(session, desk.user(session, "supervisor"), alert.id + 1, desk.now)


def test_the_office_is_told_at_its_own_address_once(desk: Desk) -> None:
    only(desk, queue_length=1)
    desk.change_office(alert_address_sealed=desk.vault.seal("json://127.0.0.1:9/"))
    desk.join("A")
    look(desk)
    look(desk)
    with desk.db.read() as session:
        [message] = session.scalars(select(Message).where(Message.kind == MessageKind.ALERT))
        assert message.ticket_id is None
        assert message.params["kind"] == "queue_length"
