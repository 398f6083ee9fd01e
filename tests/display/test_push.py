"""What is sent, to whom and when: after commits, once for a burst, and again when something was lost."""

from types import SimpleNamespace
from typing import Any

import pytest

from queue_app import shifts, tickets
from queue_app.database import Database
from queue_app.display import board as board_module
from queue_app.display import push as push_module
from queue_app.display.push import FORETOLD_S, HEARTBEAT_S, REFRESH_BEATS, TICKET_BEATS, Push
from queue_app.display.timing import GAP_S
from queue_app.models import Ticket
from tests.display.conftest import RecordingServer
from tests.office import SLUG, Desk


class Clock:
    """Stands in for the module ``time`` of the push."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(push_module, "time", SimpleNamespace(monotonic=clock.monotonic))
    return clock


@pytest.fixture
def watched(push: Push, office_id: int) -> Push:
    push.subscribers.add("a display", office_id)
    return push


def follow(push: Push, office_id: int, *followed: Ticket) -> None:
    for ticket in followed:
        push.subscribers.add(f"phone of {ticket.label}", office_id, ticket.public_id, "http://antrean.test/")


def labels(sent: list[Any]) -> list[str]:
    return [one.message["label"] for one in sent]


def test_a_call_is_sent_after_its_commit(watched: Push, server: RecordingServer, desk: Desk, office_id: int) -> None:
    desk.open()
    desk.join()
    watched.send_due()
    server.sent.clear()
    desk.call_next()
    assert server.sent == []
    watched.send_due()
    board, changed = server.sent
    assert (board.event, board.namespace, board.to) == ("board", "/display", f"office:{office_id}")
    assert board.message["now_serving"][0]["label"] == "A-001"
    assert board.message["announcements"][0]["text_id"].startswith("Nomor antrean A nol nol satu")
    assert (changed.event, changed.namespace, changed.to) == ("changed", "/desk", f"office:{office_id}")
    assert changed.message == {"version": board.message["version"]}


def test_what_is_rolled_back_is_never_sent(watched: Push, server: RecordingServer, desk: Desk) -> None:
    desk.open()
    desk.join()
    watched.send_due()
    server.sent.clear()
    recorded = len(desk.events())
    with pytest.raises(ZeroDivisionError):
        pause_and_fail(desk)
    watched.send_due()
    assert server.sent == []
    assert len(desk.events()) == recorded


def pause_and_fail(desk: Desk) -> None:
    with desk.db.write() as session:
        shifts.pause(session, desk.user(session, "petugas1"), desk.counter_id(session, 1), desk.now)
        raise ZeroDivisionError("after the move, before the commit")


def test_a_burst_is_sent_as_one_board(watched: Push, server: RecordingServer, desk: Desk, clock: Clock) -> None:
    for _ in range(10):
        desk.join()
    watched.send_due()
    boards = server.take("board")
    assert [board.message["waiting"][0]["count"] for board in boards] == [10]


def test_bookings_wait_for_the_gap_and_a_call_does_not(
    watched: Push, server: RecordingServer, desk: Desk, clock: Clock
) -> None:
    desk.open()
    watched.send_due()
    server.sent.clear()
    desk.join()
    watched.send_due()
    assert server.take("board") == []
    desk.call_next()
    watched.send_due()
    assert len(server.take("board")) == 1
    desk.join()
    watched.send_due()
    assert server.take("board") == []
    clock.seconds += GAP_S
    watched.send_due()
    assert len(server.take("board")) == 1


def test_calls_in_a_burst_are_shown_together_and_the_last_one_always(
    watched: Push, server: RecordingServer, desk: Desk, clock: Clock
) -> None:
    for _ in range(5):
        desk.join()
    for counter in (1, 2, 3):
        desk.open(f"petugas{counter}", counter)
    watched.send_due()
    clock.seconds += 60
    server.sent.clear()
    shown = []
    for counter in (1, 2, 3):
        called = desk.call_next(f"petugas{counter}", counter)
        watched.send_due()
        shown.append([len(sent.message["now_serving"]) for sent in server.take("board")])
        clock.seconds += GAP_S / 4
    assert shown == [[1], [], []], "the first at once, the others not yet"
    clock.seconds += GAP_S
    watched.send_due()
    (board,) = server.take("board")
    assert {call["label"] for call in board.message["now_serving"]} == {"A-001", "A-002", "A-003"}
    clock.seconds += 60
    assert called is not None
    desk.act(tickets.start, called, officer="petugas3")
    watched.send_due()
    assert len(server.take("board")) == 1, "after a quiet moment anything is shown at once"


def test_a_burst_is_foretold_once_and_the_newest_waits_are_always_sent(
    watched: Push, server: RecordingServer, desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.open()
    asked = []
    newcomers = push_module.forecast.newcomers
    monkeypatch.setattr(
        push_module.forecast, "newcomers", lambda *given: asked.append(clock.seconds) or newcomers(*given)
    )
    watched.send_due()
    clock.seconds += 60
    server.sent.clear()
    asked.clear()
    for _ in range(8):
        desk.join()
        watched.send_due()
        clock.seconds += GAP_S
    assert len(asked) == 1
    assert [board.message["waiting"][0]["count"] for board in server.take("board")] == [1, 2, 3, 4, 5, 6, 7, 8]
    clock.seconds += FORETOLD_S
    watched.send_due()
    assert len(asked) == 2
    (board,) = server.take("board")
    with desk.db.read() as session:
        office = desk.office(session)
        assert board.message["ahead"] == board_module.ahead(session, board_module.find_office(session, SLUG), desk.now)
        assert board.message["version"] == office.version
    watched.send_due()
    watched.beat()
    assert server.take("board") == [], "nothing is left to be sent"


def test_what_was_put_off_and_failed_is_sent_with_the_heartbeat(
    watched: Push, server: RecordingServer, desk: Desk, clock: Clock
) -> None:
    watched.send_due()
    clock.seconds += 60
    for _ in range(2):
        desk.join()
        watched.send_due()
        clock.seconds += GAP_S
    server.fails_with = OSError("no network")
    clock.seconds += FORETOLD_S
    watched.send_due()
    server.fails_with = None
    server.sent.clear()
    clock.seconds += FORETOLD_S
    watched.beat()
    assert len(server.take("board")) == 1


def test_who_is_called_in_a_burst_is_told_at_once_and_who_waits_when_it_is_over(
    watched: Push, server: RecordingServer, desk: Desk, clock: Clock, office_id: int
) -> None:
    desk.open()
    desk.open("petugas2", 2)
    called, waiting = desk.join(), [desk.join(), desk.join()]
    follow(watched, office_id, called, *waiting)
    watched.send_due()
    clock.seconds += 60
    desk.join()
    watched.send_due()
    server.sent.clear()
    desk.call_next()
    watched.send_due()
    assert labels(server.take("ticket")) == ["A-001"]
    clock.seconds += FORETOLD_S
    watched.send_due()
    assert sorted(labels(server.take("ticket"))) == ["A-002", "A-003"]


def test_nothing_is_read_or_sent_for_an_office_that_nobody_follows(
    push: Push, server: RecordingServer, desk: Desk, office_id: int
) -> None:
    push.subscribers.add("a display", office_id)
    push.subscribers.remove("a display")
    desk.join()
    push.send_due()
    push.beat()
    assert server.sent == []


def test_the_heartbeat_heals_what_another_process_changed(
    watched: Push, server: RecordingServer, desk: Desk, database_url: str, clock: Clock
) -> None:
    watched.beat()
    clock.seconds += HEARTBEAT_S
    before = server.take("board")[-1].message["version"]
    elsewhere = Desk(Database(database_url), desk.now)
    elsewhere.join()
    elsewhere.db.dispose()
    watched.send_due()
    assert server.sent == []
    watched.beat()
    board, _, heartbeat, _ = server.sent
    assert board.message["version"] == heartbeat.message["version"] == before + 1
    server.sent.clear()
    watched.beat()
    assert [sent.event for sent in server.sent] == ["heartbeat", "heartbeat"]


def test_the_heartbeat_sends_an_older_version_too(
    watched: Push, server: RecordingServer, desk: Desk, office_id: int
) -> None:
    """The database may be put back to an earlier state while displays are open."""
    desk.join()
    watched.beat()
    server.sent.clear()
    desk.change_office(version=0)
    watched.beat()
    assert server.take("board")[0].message["version"] == 0


def test_a_heartbeat_goes_to_displays_and_desks_each_time_and_to_phones_now_and_then(
    watched: Push, server: RecordingServer, office_id: int
) -> None:
    for _ in range(TICKET_BEATS):
        watched.beat()
    beats = [(sent.namespace, sent.to) for sent in server.take("heartbeat")]
    room = f"office:{office_id}"
    assert beats == [("/display", room), ("/desk", room)] * TICKET_BEATS + [("/ticket", room)]


def test_all_is_sent_again_now_and_then(watched: Push, server: RecordingServer) -> None:
    watched.beat()
    server.sent.clear()
    for _ in range(REFRESH_BEATS - 1):
        watched.beat()
    assert len(server.take("board")) == 1


def test_a_failure_to_send_is_logged_once_and_healed(
    watched: Push, server: RecordingServer, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    watched.beat()
    server.fails_with = ConnectionError("the message queue is away")
    desk.join()
    watched.send_due()
    watched.beat()
    assert len(caplog.records) == 1
    server.fails_with = None
    server.sent.clear()
    watched.beat()
    assert server.take("board")[0].message["waiting"][0]["count"] == 1


def test_a_ticket_is_sent_when_its_holder_would_see_something_new(
    push: Push, server: RecordingServer, desk: Desk, office_id: int, clock: Clock
) -> None:
    desk.open()
    first, second, unfollowed = desk.join(), desk.join(), desk.join()
    follow(push, office_id, first, second)
    push.send_office(office_id)
    assert {one.to for one in server.take("ticket")} == {f"ticket:{first.public_id}", f"ticket:{second.public_id}"}
    push.send_office(office_id)
    assert server.take("ticket") == []
    clock.seconds += FORETOLD_S
    desk.call_next()
    push.send_office(office_id)
    sent = {one.message["label"]: one.message for one in server.take("ticket")}
    assert (sent["A-001"]["state"], sent["A-001"]["counter"]) == ("CALLED", 1)
    assert sent["A-002"]["position"] == 1
    assert sent["A-002"]["url"] == f"http://antrean.test/t/{second.public_id}"
    assert unfollowed.label not in sent
    assert sent["A-001"]["office_version"] == desk.events()[-1].seq


def test_a_ticket_that_nobody_follows_any_more_is_forgotten(
    push: Push, server: RecordingServer, desk: Desk, office_id: int
) -> None:
    ticket = desk.join()
    push.subscribers.add("one phone", office_id, ticket.public_id)
    push.subscribers.add("another phone", office_id, ticket.public_id)
    push.subscribers.remove("one phone")
    assert set(push.subscribers.tickets(office_id)) == {ticket.public_id}
    push.subscribers.remove("another phone")
    push.subscribers.remove("a phone that was refused")
    assert push.subscribers.tickets(office_id) == {}
    assert push.subscribers.offices() == set()


def test_many_tickets_are_sent_in_parts(
    push: Push, server: RecordingServer, desk: Desk, office_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push_module, "CHUNK", 2)
    follow(push, office_id, *(desk.join() for _ in range(5)))
    push.send_office(office_id)
    assert sorted(labels(server.take("ticket"))) == [f"A-00{n}" for n in range(1, 6)]
