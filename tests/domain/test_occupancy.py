"""What shifts went to, from real moves; the kept days say the same as the log."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from metrics.occupancy import Occupancy
from metrics.periods import Period, day_of, day_start
from queue_app import day_end, occupancy, tickets, visit_days
from queue_app.lifecycle import TicketState
from queue_app.models import StayDay, Ticket
from tests.office import Desk


def minutes(parts: Occupancy) -> list[float]:
    return [part / timedelta(minutes=1) for part in (parts.serving, parts.called, parts.idle, parts.paused)]


def test_a_day_with_a_hold_a_handed_on_ticket_a_no_show_and_a_pause(desk: Desk) -> None:
    desk.open()
    desk.open("petugas2", 2)
    desk.wait(minutes=5)  # idle
    held = desk.join("A")
    assert desk.call_next() is not None
    desk.wait(minutes=2)  # called
    desk.act(tickets.start, desk.fresh(held))
    desk.wait(minutes=3)  # serving
    desk.act(tickets.hold, desk.fresh(held))
    missed = desk.join("A")
    desk.wait(minutes=1)  # idle: the hold has freed the counter
    assert desk.call_next() is not None
    desk.wait(minutes=4)  # called, and nobody came
    desk.act(tickets.no_show, desk.fresh(missed))
    desk.serve("A", minutes=6)
    desk.act(tickets.resume, desk.fresh(held), officer="petugas2")
    desk.wait(minutes=7)  # serving, by the second officer
    desk.act(tickets.finish, desk.fresh(held), officer="petugas2")
    desk.pause()
    desk.wait(minutes=8)
    desk.close()
    desk.wait(minutes=1)
    desk.close("petugas2", 2)
    desk.wait(days=1)

    expected = {"petugas1": [9, 6, 13, 8], "petugas2": [7, 0, 30, 0]}
    assert measured(desk) == expected
    with desk.db.read() as session:
        office_id = desk.office(session).id
    assert visit_days.fill(desk.db, office_id, desk.now)
    assert measured(desk) == expected
    assert measured(desk) == expected, "as remembered"


@pytest.fixture
def two_days(desk: Desk) -> Ticket:
    """Two days with a held service, the second kept with what its shift went to; who still waits on the first."""
    desk.wait(days=-1)
    desk.open()
    held(desk)
    left = desk.join("B")
    desk.close()
    desk.wait(days=1)
    desk.open()
    held(desk)
    desk.close()
    desk.wait(days=1)
    assert keep(desk) == 1
    return left


def held(desk: Desk) -> Ticket:
    ticket = desk.join("A")
    desk.wait(minutes=2)
    assert desk.call_next() is not None
    desk.act(tickets.start, desk.fresh(ticket))
    desk.act(tickets.hold, desk.fresh(ticket))
    desk.wait(minutes=3)
    desk.act(tickets.resume, desk.fresh(ticket))
    desk.wait(minutes=4)
    desk.act(tickets.finish, desk.fresh(ticket))
    return ticket


def keep(desk: Desk) -> int:
    visit_days.fill_all(desk.db, desk.now)
    return occupancy.fill_all(desk.db)


def test_a_kept_day_is_read_without_the_log(desk: Desk, two_days: Ticket, monkeypatch: pytest.MonkeyPatch) -> None:
    assert two_days.id
    asked = []
    monkeypatch.setattr(occupancy.spans, "places", lambda *_: asked.append(1))
    assert measured(desk, counters=1) == {"petugas1": [4, 0, 5, 0]}
    assert asked == []


def test_what_comes_late_about_the_day_before_throws_it_away(desk: Desk, two_days: Ticket) -> None:
    day_end.close_past_days(desk.db, desk.now)
    assert desk.fresh(two_days).state is TicketState.EXPIRED
    with desk.db.read() as session:
        assert session.scalars(select(StayDay)).all() == []
    assert measured(desk, counters=1) == {"petugas1": [4, 0, 5, 0]}
    assert keep(desk) == 1


def test_a_shift_past_midnight_is_measured_with_the_services_after_it(desk: Desk) -> None:
    with desk.db.read() as session:
        midnight = day_start(day_of(desk.now, desk.office(session).zone), desk.office(session).zone)
    desk.now = midnight - timedelta(minutes=10)
    desk.open()
    desk.serve("A", minutes=6)  # until 23:56
    desk.wait(minutes=5)
    desk.serve("A", minutes=7)  # a ticket of the next day
    desk.close()  # at 00:08
    desk.wait(days=1)
    expected = {"petugas1": [13, 0, 5, 0]}
    shift_day = midnight - timedelta(days=1)
    assert measured(desk, counters=1, on=shift_day) == expected
    keep(desk)
    assert measured(desk, counters=1, on=shift_day) == expected


def measured(desk: Desk, counters: int = 2, on: datetime | None = None) -> dict[str, list[float]]:
    with desk.db.read() as session:
        office = desk.office(session)
        day = day_of(on or desk.now - timedelta(days=1), office.zone)
        period = Period(day, day, office.zone)
        found = occupancy.stays(session, office, visit_days.read(session, office, period), period, desk.now)
        by_counter = occupancy.by_counter(found)
        by_officer = occupancy.by_officer(found)
    for number in range(1, counters + 1):
        assert by_counter[number] == by_officer[f"petugas{number}"]
    return {officer: minutes(parts) for officer, parts in by_officer.items()}
