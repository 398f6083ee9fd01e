"""Several services in one visit: the next one follows, with the same number and the turn already earned."""

from datetime import timedelta

import pytest

from metrics.periods import Period, day_of
from metrics.visit import Visit
from queue_app import booking, desk_view, history, tickets
from queue_app.booking import BookingRequest
from queue_app.errors import Invalid, NotFound, QueueError
from queue_app.lifecycle import TicketState
from queue_app.models import Channel, Service, Ticket
from queue_app.personal import Holder
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


class TestBooking:
    def test_the_further_services_stand_on_the_ticket_in_order(self, desk: Desk) -> None:
        ticket = desk.book("A", also="CB", slot=600)
        assert (ticket.label, ticket.legs) == ("A-001", ["C", "B"])
        assert desk.book("C").label == "C-001"  # no number was used up

    def test_each_takes_a_place_of_its_day_and_gives_it_back(self, desk: Desk) -> None:
        desk.change_service("B", daily_quota=1)
        ticket = desk.book("A", also="B")
        with pytest.raises(QueueError, match="quota_full"):
            desk.book("B")
        with pytest.raises(QueueError, match="quota_full"):
            desk.book("A", also="B")
        desk.cancel(ticket)
        assert desk.book("B").state is TicketState.BOOKED

    def test_nothing_is_taken_when_one_of_them_is_full(self, desk: Desk) -> None:
        desk.change_service("A", daily_quota=1)
        desk.change_service("C", daily_quota=0)
        with pytest.raises(QueueError, match="quota_full"):
            desk.book("A", also="BC")
        assert desk.book("A").label == "A-001"

    def test_a_place_that_was_used_is_not_given_back(self, desk: Desk) -> None:
        for code in "AB":
            desk.change_service(code, daily_quota=1)
        desk.open()
        ticket = desk.book("A", also="B", channel=Channel.KIOSK)
        served(desk, minutes=5)
        desk.cancel(ticket)
        with pytest.raises(QueueError, match="quota_full"):
            desk.book("A")
        assert desk.book("B").state is TicketState.BOOKED

    def test_moving_to_another_day_moves_all_places(self, desk: Desk) -> None:
        desk.change_service("B", daily_quota=1)
        ticket, tomorrow = desk.book("A", also="B", slot=600), desk.now.date() + timedelta(days=1)
        desk.reschedule(ticket, day=desk.now.date(), slot=660)
        moved = desk.reschedule(ticket, day=tomorrow, slot=660)
        assert moved.legs == ["B"]
        assert desk.book("B").state is TicketState.BOOKED
        with pytest.raises(QueueError, match="quota_full"):
            desk.book("B", day=tomorrow)

    def test_moving_is_refused_whole_when_a_further_service_has_no_place(self, desk: Desk) -> None:
        tomorrow = desk.now.date() + timedelta(days=1)
        desk.change_service("B", daily_quota=1)
        ticket = desk.book("A", also="B")
        desk.book("B", day=tomorrow)
        with pytest.raises(QueueError, match="quota_full"):
            desk.reschedule(ticket, day=tomorrow, slot=None)
        assert desk.fresh(ticket).day == desk.now.date()

    @pytest.mark.parametrize("codes", ["AA", "ABB", "ABCDE"])
    def test_it_refuses_one_twice_and_too_many(self, desk: Desk, codes: str) -> None:
        with pytest.raises(Invalid, match="bad_visit"):
            desk.book(codes[0], also=codes[1:])

    def test_it_refuses_what_is_not_offered(self, desk: Desk) -> None:
        with desk.db.write() as session:
            gone = desk.service(session, "B")
            gone.active = False
            wish = BookingRequest(desk.service(session, "A"), Channel.ONLINE, also=(gone,))
            with pytest.raises(NotFound, match="unknown_service"):
                booking.issue(session, desk.vault, wish, desk.now)

    def test_it_refuses_a_service_for_which_the_person_has_a_ticket(self, desk: Desk) -> None:
        holder = Holder(nik="1471055708900001")
        desk.book("B", holder=holder)
        with pytest.raises(QueueError, match="nik_has_ticket"):
            desk.book("A", also="B", holder=holder)

    def test_a_key_is_for_one_visit(self, desk: Desk) -> None:
        first = desk.book("A", also="B", key="tap-1")
        assert desk.book("A", also="B", key="tap-1").id == first.id
        with pytest.raises(Invalid, match="idempotency_key_reused"):
            desk.book("A", also="C", key="tap-1")

    def test_a_held_slot_can_be_for_a_visit(self, desk: Desk) -> None:
        with desk.db.write() as session:
            held = booking.hold(session, desk.service(session, "A"), desk.now, day=None, slot=600)
        assert desk.book("A", also="B", slot=600, hold=held.token).legs == ["B"]
