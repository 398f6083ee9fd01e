"""Taking back a slip: the ticket is as it was, the figures never knew, and what has gone on meanwhile stays."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from metrics.periods import Period, day_of
from metrics.visit import Visit
from queue_app import desk_view, history, legs, tickets, undo
from queue_app.errors import Forbidden, QueueError
from queue_app.lifecycle import TicketState
from queue_app.models import Ticket
from tests.office import Desk

pytestmark = pytest.mark.by_month


def called(desk: Desk, service: str = "A", **wish: object) -> Ticket:
    desk.join(service, **wish)
    desk.open()
    ticket = desk.call_next()
    assert ticket is not None
    return ticket


def serving(desk: Desk, service: str = "A", **wish: object) -> Ticket:
    return desk.act(tickets.start, called(desk, service, **wish))


def visits(desk: Desk) -> list[Visit]:
    with desk.db.read() as session:
        office = desk.office(session)
        day = day_of(desk.now, office.zone)
        return history.visits(session, office, Period(day, day, office.zone))


def refused(desk: Desk, ticket: Ticket, officer: str = "petugas1") -> QueueError:
    with pytest.raises(QueueError) as refusal:
        desk.act(undo.undo, ticket, officer=officer)
    return refusal.value


def to_service_b(desk: Desk, ticket: Ticket) -> Ticket:
    return desk.act(tickets.transfer, ticket, "B")


MOVES: list[tuple[str, Callable[[Desk], Ticket], Callable[[Desk, Ticket], Ticket]]] = [
    ("start", called, lambda desk, ticket: desk.act(tickets.start, ticket)),
    ("no_show", called, lambda desk, ticket: desk.act(tickets.no_show, ticket)),
    ("return", called, lambda desk, ticket: desk.act(tickets.put_back, ticket)),
    ("finish", serving, lambda desk, ticket: desk.act(tickets.finish, ticket)),
    ("hold", serving, lambda desk, ticket: desk.act(tickets.hold, ticket)),
    ("transfer", serving, to_service_b),
]


@pytest.mark.parametrize(("action", "before", "move"), MOVES, ids=[name for name, _, _ in MOVES])
def test_it_is_as_it_was_before_the_slip(
    desk: Desk, action: str, before: Callable[[Desk], Ticket], move: Callable[[Desk, Ticket], Ticket]
) -> None:
    was = before(desk)
    desk.wait(minutes=3)
    slipped = move(desk, was)
    desk.wait(seconds=9)
    back = desk.act(undo.undo, slipped)
    columns = ("state", "service_id", "counter_id", "officer_id", "legs", "due_at", "label", "lets_pass")
    assert {c: getattr(back, c) for c in columns} == {c: getattr(was, c) for c in columns}
    assert back.version == was.version + 2
    event = desk.events(was)[-1]
    assert (event.action, event.data) == ("undo", {"undoes": action, "version": slipped.version})
    assert event.counter_id == was.counter_id


def test_the_serve_time_runs_on_over_an_undone_finish(desk: Desk) -> None:
    ticket = serving(desk)
    desk.wait(minutes=5)
    slipped = desk.act(tickets.finish, ticket)
    desk.wait(seconds=8)
    back = desk.act(undo.undo, slipped)
    with desk.db.read() as session:
        view = desk_view.desk(session, desk.user(session, "petugas1"), desk.now)
        assert view is not None
        assert view.current is not None
        assert view.current.serving_s == 5 * 60 + 8
        assert (view.own.served, view.recent) == (0, [])
    desk.wait(minutes=2)
    desk.act(tickets.finish, back)
    (visit,) = visits(desk)
    assert (visit.serve_s, visit.end) == (7 * 60 + 8, "finished")


def test_an_undone_hold_resume_and_no_show_leave_no_trace_in_the_figures(desk: Desk) -> None:
    ticket = desk.act(tickets.no_show, called(desk))
    ticket = desk.act(tickets.start, desk.act(undo.undo, ticket))
    desk.wait(minutes=1)
    ticket = desk.act(undo.undo, desk.act(tickets.hold, ticket))
    desk.wait(minutes=1)
    ticket = desk.act(tickets.hold, ticket)
    desk.wait(minutes=10)
    ticket = desk.act(tickets.resume, ticket)
    desk.wait(seconds=5)
    ticket = desk.act(undo.undo, ticket)
    assert ticket.state is TicketState.ON_HOLD
    desk.wait(minutes=10)
    ticket = desk.act(tickets.resume, ticket)
    desk.act(tickets.finish, ticket)
    (visit,) = visits(desk)
    assert (visit.serve_s, visit.hold) == (2 * 60, timedelta(minutes=20, seconds=5))


def test_a_visit_that_went_on_to_its_next_service_comes_back_whole(desk: Desk) -> None:
    ticket = serving(desk, also="BC")
    went_on = desk.act(tickets.finish, ticket)
    assert (went_on.state, went_on.legs) == (TicketState.WAITING, ["C"])
    back = desk.act(undo.undo, went_on)
    assert (back.state, back.service_id, back.legs) == (TicketState.SERVING, ticket.service_id, ["B", "C"])
    with desk.db.read() as session:
        unused = legs.unused(session, session.get_one(Ticket, back.id))
        assert [place.service.code for place in unused] == ["A", "B", "C"]


def test_an_undo_is_done_once(desk: Desk) -> None:
    slipped = desk.act(tickets.finish, serving(desk))
    desk.act(undo.undo, slipped)
    again = desk.act(undo.undo, slipped)
    assert again.state is TicketState.SERVING
    assert desk.actions(slipped)[-2:] == ["finish", "undo"]
    assert refused(desk, again).code == "not_undoable"  # nor is what was before it within reach


def test_it_comes_too_late_after_ten_seconds(desk: Desk) -> None:
    slipped = desk.act(tickets.finish, serving(desk))
    desk.wait(seconds=14)
    refusal = refused(desk, slipped)
    assert (refusal.code, refusal.params["seconds"]) == ("undo_too_late", 10)
    assert desk.fresh(slipped).state is TicketState.SERVED


def test_a_call_is_not_undone(desk: Desk) -> None:
    ticket = called(desk)
    assert refused(desk, ticket).code == "not_undoable"
    ticket = desk.act(tickets.recall, ticket)
    assert refused(desk, ticket).code == "not_undoable"


def test_nobody_undoes_what_a_colleague_did(desk: Desk) -> None:
    desk.open("petugas2", 2)
    slipped = desk.act(tickets.finish, serving(desk))
    assert isinstance(refused(desk, slipped, "petugas2"), Forbidden)


def test_a_transferred_citizen_whom_another_counter_has_called_stays_there(desk: Desk) -> None:
    slipped = to_service_b(desk, serving(desk))
    desk.open("petugas2", 2)
    taken = desk.call_next("petugas2", 2)
    assert taken is not None
    assert taken.id == slipped.id
    refusal = refused(desk, slipped)
    assert (refusal.code, refusal.params["state"]) == ("undo_overtaken", TicketState.CALLED)
    assert desk.fresh(slipped).officer_id == taken.officer_id


def test_two_citizens_are_never_put_at_one_counter(desk: Desk) -> None:
    slipped = desk.act(tickets.finish, serving(desk))
    desk.join()
    desk.call_next()
    assert refused(desk, slipped).code == "counter_busy"


def test_a_counter_that_was_left_takes_nobody_back(desk: Desk) -> None:
    slipped = desk.act(tickets.finish, serving(desk))
    desk.pause()
    assert refused(desk, slipped).code == "counter_paused"
    desk.open()
    desk.close()
    assert refused(desk, slipped).code == "counter_not_open"
    desk.open("petugas1", 2)
    assert refused(desk, slipped).code == "counter_not_open"
