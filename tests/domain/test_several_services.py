"""Several services in one visit: the next one follows, with the same number and the turn already earned."""

from datetime import timedelta

from metrics.periods import Period, day_of
from metrics.visit import Visit
from queue_app import desk_view, history, tickets
from queue_app.lifecycle import TicketState
from queue_app.models import Service, Ticket
from tests.office import Desk


def joined(desk: Desk, *codes: str) -> Ticket:
    """A walk-in with these services, in this order."""
    ticket = desk.join(codes[0])
    with desk.db.write() as session:
        session.get_one(Ticket, ticket.id).legs = list(codes[1:])
    return desk.fresh(ticket)


def served(desk: Desk, officer: str = "petugas1", counter: int = 1, **duration: float) -> Ticket:
    called = desk.call_next(officer, counter)
    assert called is not None
    started = desk.act(tickets.start, called, officer=officer)
    desk.wait(**duration)
    return desk.act(tickets.finish, started, officer=officer)


def service(desk: Desk, ticket: Ticket) -> str:
    with desk.db.read() as session:
        return session.get_one(Service, ticket.service_id).code


def legs(desk: Desk) -> list[Visit]:
    with desk.db.read() as session:
        office = desk.office(session)
        day = day_of(desk.now, office.zone)
        return history.visits(session, office, Period(day, day, office.zone))


def test_after_each_service_the_next_one_waits_and_the_last_one_ends_the_visit(desk: Desk) -> None:
    desk.open()
    ticket = joined(desk, "A", "B", "C")
    after = served(desk, minutes=5)
    assert (after.state, after.label, after.legs) == (TicketState.WAITING, ticket.label, ["C"])
    assert service(desk, after) == "B"
    assert (after.counter_id, after.officer_id) == (None, None)
    assert service(desk, served(desk, minutes=5)) == "C"
    assert served(desk, minutes=5).state is TicketState.SERVED
    one_leg = ["call", "start"]
    assert desk.actions(ticket) == ["join", *one_leg, "continue", *one_leg, "continue", *one_leg, "finish"]


def test_it_is_not_sent_to_the_back(desk: Desk) -> None:
    desk.open()
    ticket = joined(desk, "A", "B")
    desk.wait(minutes=1)
    desk.join("B"), desk.join("A")
    after = served(desk, minutes=5)
    assert after.due_at == ticket.due_at
    following = desk.call_next()
    assert following is not None
    assert following.label == ticket.label


def test_the_first_leg_counts_as_finished_and_the_second_begins_then(desk: Desk) -> None:
    begun = desk.now
    desk.open()
    desk.open("petugas2", 2)
    joined(desk, "A", "B")
    desk.wait(minutes=2)
    served(desk, minutes=5)
    desk.wait(minutes=1)
    served(desk, "petugas2", 2, minutes=3)
    first, second = legs(desk)
    assert (first.service, first.officer, first.end, first.serve_s) == ("A", "petugas1", "finished", 300)
    assert (second.service, second.officer, second.end, second.serve_s) == ("B", "petugas2", "finished", 180)
    assert (first.ticket, second.arrived_at) == (second.ticket, begun + timedelta(minutes=7))
    assert second.wait_s == 60


def test_each_service_counts_for_its_officer(desk: Desk) -> None:
    desk.open()
    joined(desk, "A", "B")
    served(desk, minutes=5)
    served(desk, minutes=3)
    with desk.db.read() as session:
        view = desk_view.desk(session, desk.user(session, "petugas1"), desk.now)
    assert view is not None
    assert (view.own.served, view.own.timed, view.own.median_s) == (2, 2, 240)
    assert [row.ticket.label for row in view.recent] == ["A-001"]


def test_a_doubled_finish_is_one(desk: Desk) -> None:
    desk.open()
    joined(desk, "A", "B")
    called = desk.call_next()
    assert called is not None
    started = desk.act(tickets.start, called)
    desk.act(tickets.finish, started)
    again = desk.act(tickets.finish, started)
    assert (again.state, service(desk, again), again.version) == (TicketState.WAITING, "B", 4)


def test_a_service_that_is_no_longer_offered_is_left_out(desk: Desk) -> None:
    desk.open()
    joined(desk, "A", "B", "C")
    desk.change_service("B", active=False)
    assert service(desk, served(desk, minutes=5)) == "C"
    desk.change_service("C", active=False)
    assert served(desk, minutes=5).state is TicketState.SERVED


def test_a_transfer_to_one_of_the_further_services_does_not_repeat_it(desk: Desk) -> None:
    desk.open()
    joined(desk, "A", "B", "C")
    called = desk.call_next()
    assert called is not None
    moved = desk.act(tickets.transfer, called, "B")
    assert (service(desk, moved), moved.legs) == ("B", ["C"])


def test_whoever_holds_a_ticket_of_that_service_already_goes_there_with_that_one(desk: Desk) -> None:
    desk.open()
    ticket = joined(desk, "A", "B")
    other = desk.book("B")
    with desk.db.write() as session:
        for one in (ticket, other):
            session.get_one(Ticket, one.id).nik_hash = "same person"
    assert served(desk, minutes=5).state is TicketState.SERVED
    assert desk.fresh(other).state is TicketState.BOOKED
