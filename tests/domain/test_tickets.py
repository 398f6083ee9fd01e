"""What an officer does with a ticket, move by move, with the log it leaves."""

from datetime import timedelta

import pytest

from queue_app import discipline, shifts, tickets
from queue_app.errors import Forbidden, NotFound, QueueError, StaleTicket
from queue_app.lifecycle import IllegalMove, TicketState
from queue_app.models import Counter, Office, Service, Ticket, User
from tests.office import Desk


def called(desk: Desk, service: str = "A") -> Ticket:
    desk.join(service)
    desk.open()
    ticket = desk.call_next()
    assert ticket is not None
    return ticket


def serving(desk: Desk, service: str = "A") -> Ticket:
    return desk.act(tickets.start, called(desk, service))


def test_it_follows_one_ticket_from_booking_to_served(desk: Desk) -> None:
    ticket = desk.book()
    desk.wait(minutes=5)
    desk.check_in(ticket)
    desk.open()
    desk.wait(minutes=7)
    current = desk.call_next()
    assert current is not None
    desk.wait(minutes=1)
    current = desk.act(tickets.start, current)
    desk.wait(minutes=12)
    done = desk.act(tickets.finish, current)
    assert (done.state, done.version) == (TicketState.SERVED, 5)
    log = desk.events(ticket)
    assert [event.action for event in log] == ["book", "check_in", "call", "start", "finish"]
    assert [event.ticket_version for event in log] == [1, 2, 3, 4, 5]
    assert log[3].at - log[2].at == timedelta(minutes=1)
    assert log[4].at - log[3].at == timedelta(minutes=12)
    assert [event.to_state for event in log[:-1]] == [event.from_state for event in log[1:]]


class TestCallNext:
    def test_it_calls_the_longest_waiting_of_all_services(self, desk: Desk) -> None:
        order = [desk.join(code) for code in "BACA"]
        desk.open()
        for expected in order:
            ticket = desk.call_next()
            assert ticket is not None
            assert ticket.id == expected.id
            desk.act(tickets.no_show, ticket)

    def test_nobody_overtakes_by_coming_after_the_clock_was_set_back(self, desk: Desk) -> None:
        booked = desk.book()
        order = [desk.join()]
        desk.wait(minutes=-20)
        order += [desk.join(), desk.check_in(booked), desk.join()]
        desk.open()
        for expected in order:
            ticket = desk.call_next()
            assert ticket is not None
            assert ticket.id == expected.id
            desk.act(tickets.no_show, ticket)

    def test_it_answers_that_nobody_waits(self, desk: Desk) -> None:
        desk.book()  # booked, not here yet
        desk.open()
        assert desk.call_next() is None

    def test_it_calls_only_what_the_counter_serves(self, desk: Desk) -> None:
        with desk.db.write() as session:
            counter = session.get_one(Counter, desk.counter_id(session, 1))
            counter.services = [desk.service(session, "C")]
        desk.join("A")
        photo = desk.join("C")
        desk.open()
        ticket = desk.call_next()
        assert ticket is not None
        assert ticket.id == photo.id

    def test_it_leaves_yesterday_s_forgotten_tickets_alone(self, desk: Desk) -> None:
        desk.join()
        desk.wait(days=1)
        desk.open()
        assert desk.call_next() is None

    def test_it_says_why_in_the_log(self, desk: Desk) -> None:
        ticket = desk.join()
        desk.open()
        desk.wait(minutes=34)
        desk.call_next()
        assert desk.events(ticket)[-1].data == {
            "why": discipline.Why.WEIGHTED_WAIT,
            "rule": discipline.RuleName.ACCUMULATING,
            "waited_s": 34 * 60,
            "rate": 1.0,
        }

    def test_it_refuses_while_one_is_at_the_counter(self, desk: Desk) -> None:
        called(desk)
        desk.join()
        with pytest.raises(QueueError) as refused:
            desk.call_next()
        assert (refused.value.code, refused.value.params["label"]) == ("counter_busy", "A-001")

    def test_it_gives_a_doubled_click_the_same_ticket(self, desk: Desk) -> None:
        desk.join()
        desk.join()
        desk.open()
        first = desk.call_next(key="page-1")
        again = desk.call_next(key="page-1")
        assert first is not None
        assert again is not None
        assert first.id == again.id
        with pytest.raises(QueueError, match="counter_busy"):
            desk.call_next(key="page-2")

    def test_it_gives_a_doubled_click_on_an_empty_queue_the_same_nothing(self, desk: Desk) -> None:
        desk.open()
        assert desk.call_next(key="page-1") is None
        desk.join()
        assert desk.call_next(key="page-1") is None
        assert desk.call_next(key="page-2") is not None

    def test_it_needs_an_open_counter_of_one_s_own(self, desk: Desk) -> None:
        desk.join()
        with pytest.raises(QueueError, match="counter_not_open"):
            desk.call_next()
        desk.open(counter=2)
        with pytest.raises(QueueError, match="counter_not_open"):
            desk.call_next(counter=1)
        desk.pause(counter=2)
        with pytest.raises(QueueError, match="counter_paused"):
            desk.call_next(counter=2)

    def test_it_calls_a_chosen_ticket_and_logs_the_words(self, desk: Desk) -> None:
        desk.join()
        chosen = desk.join()
        desk.open()
        assert desk.call_chosen(chosen, note="ibu menyusui").id == chosen.id
        event = desk.events(chosen)[-1]
        assert (event.data["why"], event.reason) == (discipline.Why.CHOSEN, "ibu menyusui")

    def test_it_takes_a_doubled_choice_as_one(self, desk: Desk) -> None:
        chosen = desk.join()
        desk.open()
        assert desk.call_chosen(chosen).version == desk.call_chosen(chosen).version
        assert desk.actions(chosen) == ["join", "call"]

    def test_it_refuses_a_chosen_ticket_that_does_not_wait(self, desk: Desk) -> None:
        desk.open()
        with pytest.raises(IllegalMove):
            desk.call_chosen(desk.book())

    def test_it_refuses_a_chosen_ticket_of_a_service_not_served_here(self, desk: Desk) -> None:
        with desk.db.write() as session:
            session.get_one(Counter, desk.counter_id(session, 1)).services = [desk.service(session, "C")]
        ticket = desk.join("A")
        desk.open()
        with pytest.raises(Forbidden, match="other_service"):
            desk.call_chosen(ticket)


class TestMoves:
    def test_it_recalls_without_changing_the_state(self, desk: Desk) -> None:
        ticket = called(desk)
        again = desk.act(tickets.recall, ticket)
        assert (again.state, again.version) == (TicketState.CALLED, ticket.version + 1)

    def test_it_parks_and_goes_on_at_another_counter(self, desk: Desk) -> None:
        parked = desk.act(tickets.hold, serving(desk), "fotokopi KK")
        assert parked.state is TicketState.ON_HOLD
        assert desk.events(parked)[-1].reason == "fotokopi KK"
        desk.join()
        assert desk.call_next() is not None  # the counter is free meanwhile
        desk.open("petugas2", 2)
        resumed = desk.act(tickets.resume, parked, officer="petugas2")
        assert resumed.state is TicketState.SERVING
        with desk.db.read() as session:
            assert resumed.counter_id == desk.counter_id(session, 2)

    def test_it_refuses_to_resume_beside_another_citizen(self, desk: Desk) -> None:
        parked = desk.act(tickets.hold, serving(desk))
        desk.join()
        desk.call_next()
        with pytest.raises(QueueError, match="counter_busy"):
            desk.act(tickets.resume, parked)

    def test_it_transfers_with_label_and_earned_wait(self, desk: Desk) -> None:
        ticket = serving(desk, "A")
        desk.wait(minutes=3)
        later = desk.join("C")
        moved = desk.act(tickets.transfer, ticket, "C", "berkas kurang")
        assert (moved.label, moved.state, moved.due_at) == (ticket.label, TicketState.WAITING, ticket.due_at)
        assert (moved.counter_id, moved.officer_id) == (None, None)
        event = desk.events(moved)[-1]
        assert (event.data["from_service"], event.data["to_service"]) == ("A", "C")
        assert event.officer_id is not None  # the officer who sent it on is still named
        following = desk.call_next()
        assert following is not None
        assert following.id == moved.id != later.id

    def test_it_refuses_a_transfer_to_nowhere(self, desk: Desk) -> None:
        with pytest.raises(NotFound, match="unknown_service"):
            desk.act(tickets.transfer, serving(desk), "Z")

    def test_it_puts_a_called_citizen_back_at_the_old_place(self, desk: Desk) -> None:
        ticket = called(desk)
        desk.wait(minutes=1)
        desk.join()
        desk.act(tickets.put_back, ticket)
        following = desk.call_next()
        assert following is not None
        assert following.id == ticket.id

    def test_it_takes_a_no_show_back_within_the_grace_time_only(self, desk: Desk) -> None:
        missed = desk.act(tickets.no_show, called(desk))
        desk.wait(minutes=60)
        assert desk.act(tickets.put_back, missed, officer="petugas2").state is TicketState.WAITING
        again = desk.call_next()
        assert again is not None
        missed = desk.act(tickets.no_show, again)
        desk.wait(minutes=60, seconds=1)
        with pytest.raises(QueueError, match="grace_over"):
            desk.act(tickets.put_back, missed)

    @pytest.mark.parametrize("move", [tickets.recall, tickets.start, tickets.no_show, tickets.put_back])
    def test_it_refuses_another_officer_s_ticket(self, desk: Desk, move: object) -> None:
        ticket = called(desk)
        desk.open("petugas2", 2)
        with pytest.raises(Forbidden, match="not_your_ticket"):
            desk.act(move, ticket, officer="petugas2")  # type: ignore[arg-type]

    def test_it_refuses_a_ticket_of_another_office(self, desk: Desk) -> None:
        with desk.db.write() as session:
            other = Office(slug="lain", name="Kantor lain")
            session.add(other)
            session.flush()
            service = Service(office_id=other.id, code="A", prefix="A", name_id="A", name_en="A", standard_minutes=5)
            user = User(username="orang-lain", display_name="x", role="officer", office_id=other.id)
            session.add_all([service, user])
        ticket = called(desk)
        with pytest.raises(NotFound, match="unknown_ticket"):
            desk.act(tickets.start, ticket, officer="orang-lain")


class TestVersions:
    def test_it_takes_a_doubled_click_as_one(self, desk: Desk) -> None:
        ticket = called(desk)
        first = desk.act(tickets.start, ticket)
        again = desk.act(tickets.start, ticket)
        assert (again.state, again.version) == (TicketState.SERVING, first.version)
        assert desk.actions(ticket).count("start") == 1

    def test_it_takes_a_doubled_transfer_and_return_as_one(self, desk: Desk) -> None:
        ticket = serving(desk)
        assert desk.act(tickets.transfer, ticket, "B").version == desk.act(tickets.transfer, ticket, "B").version
        current = desk.call_next()
        assert current is not None
        assert desk.act(tickets.put_back, current).version == desk.act(tickets.put_back, current).version

    def test_it_refuses_a_page_that_is_behind(self, desk: Desk) -> None:
        ticket = called(desk)
        desk.act(tickets.start, ticket)
        with pytest.raises(StaleTicket) as refused:
            desk.act(tickets.no_show, ticket)
        assert (refused.value.status, refused.value.params["state"]) == (409, TicketState.SERVING)

    def test_it_refuses_a_version_from_the_future(self, desk: Desk) -> None:
        ticket = called(desk)
        ticket.version += 5
        with pytest.raises(StaleTicket):
            desk.act(tickets.start, ticket)

    def test_it_names_the_state_of_a_move_that_is_not_allowed(self, desk: Desk) -> None:
        with pytest.raises(IllegalMove) as refused:
            desk.act(tickets.finish, called(desk))
        assert refused.value.params["state"] is TicketState.CALLED


class TestShifts:
    def test_it_opens_once_however_often_it_is_asked(self, desk: Desk) -> None:
        assert desk.open().id == desk.open().id
        assert [event.action for event in desk.events()] == ["shift_open"]

    def test_it_keeps_one_officer_to_a_counter_and_one_counter_to_an_officer(self, desk: Desk) -> None:
        desk.open("petugas1", 1)
        with pytest.raises(QueueError, match="counter_taken"):
            desk.open("petugas2", 1)
        with pytest.raises(QueueError, match="officer_elsewhere"):
            desk.open("petugas1", 2)
        desk.close("petugas1", 1)
        assert desk.open("petugas2", 1).counter_id

    def test_it_closes_once_however_often_it_is_asked(self, desk: Desk) -> None:
        desk.open()
        assert desk.close().id == desk.close().id
        assert [event.action for event in desk.events()] == ["shift_open", "shift_close"]
        with pytest.raises(QueueError, match="counter_not_open"):
            desk.close(counter=2)

    def test_it_logs_pauses_with_their_reason(self, desk: Desk) -> None:
        desk.open()
        desk.pause(reason="istirahat")
        desk.pause(reason="istirahat lagi")
        desk.open()
        desk.close()
        log = desk.events()
        assert [event.action for event in log] == ["shift_open", "shift_pause", "shift_resume", "shift_close"]
        assert log[1].reason == "istirahat"

    def test_it_refuses_to_leave_a_citizen_standing(self, desk: Desk) -> None:
        called(desk)
        with pytest.raises(QueueError, match="still_at_counter"):
            desk.pause()
        with pytest.raises(QueueError, match="still_at_counter"):
            desk.close()

    def test_it_refuses_a_counter_that_is_not_there(self, desk: Desk) -> None:
        with desk.db.write() as session, pytest.raises(NotFound, match="unknown_counter"):
            shifts.open_counter(session, desk.user(session, "petugas1"), 999, desk.now)
