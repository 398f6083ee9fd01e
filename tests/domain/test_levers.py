"""A supervisor's levers on the running office: each works at once, once, and stands in the log with who and why."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from queue_app import booking, day_end, in_force, levers, opening, oversight, queries, tickets
from queue_app.database import Database
from queue_app.errors import QueueError
from queue_app.lifecycle import ShiftState, TicketState
from queue_app.models import Channel, Event
from queue_app.personal import Holder
from tests.office import Desk

NIK = "1471014107900001"


def pull(desk: Desk, lever: Callable[..., Any], *args: Any, who: str = "supervisor", **more: Any) -> Any:
    """Pull a lever: ``args`` are what stands between who pulls it and when."""
    with desk.db.write() as session:
        return lever(session, desk.user(session, who), *args, desk.now, **more)


def refused(desk: Desk, lever: Callable[..., Any], *args: Any, **more: Any) -> str:
    with pytest.raises(QueueError) as refusal:
        pull(desk, lever, *args, **more)
    return refusal.value.code


def office_rows(desk: Desk) -> list[Event]:
    return [event for event in desk.events() if event.ticket_id is None and event.shift_id is None]


# ---- Pausing a service ----


def test_nobody_is_called_for_a_paused_service_until_it_is_opened_again(desk: Desk) -> None:
    desk.open()
    first, second = desk.join("A"), desk.join("B")
    desk.wait(minutes=10)
    pull(desk, levers.pause_service, "A", "listrik padam")
    called = desk.call_next()
    assert called is not None
    assert called.id == second.id
    desk.act(tickets.finish, desk.act(tickets.start, called))
    assert desk.call_next() is None
    with pytest.raises(QueueError, match="service_paused"):
        desk.call_chosen(first)
    with desk.db.read() as session:
        view = queries.ticket_view(session, booking.find(session, first.public_id), desk.now)
    assert (view.is_paused, view.estimate) == (True, None)
    pull(desk, levers.resume_service, "A", None)
    called = desk.call_next()
    assert called is not None
    assert called.id == first.id


def test_a_service_that_another_process_paused_is_called_for_by_none(desk: Desk) -> None:
    desk.open()
    desk.join("A")
    desk.act(tickets.finish, desk.act(tickets.start, desk.call_next() or pytest.fail("nobody was called")))
    desk.join("A")
    other = Desk(Database(desk.db.url.render_as_string(hide_password=False)), desk.now)
    pull(other, levers.pause_service, "A", "listrik padam")
    assert desk.call_next() is None
    pull(other, levers.resume_service, "A", None)
    assert desk.call_next() is not None
    other.db.dispose()


def test_a_lever_moves_once_and_the_log_says_who_and_why(desk: Desk) -> None:
    for _ in range(2):
        pull(desk, levers.pause_service, "A", "listrik padam")
    for _ in range(2):
        pull(desk, levers.resume_service, "A", None)
    pause, resume = office_rows(desk)
    assert (pause.action, pause.reason) == ("service_pause", "listrik padam")
    assert resume.action == "service_resume"
    with desk.db.read() as session:
        assert {pause.actor_id, resume.actor_id} == {desk.user(session, "supervisor").id}
        assert {pause.service_id, resume.service_id} == {desk.service(session, "A").id}


def test_a_forgotten_lever_ends_with_its_day(desk: Desk) -> None:
    pull(desk, levers.pause_service, "A", "listrik padam")
    pull(desk, levers.stop_issuing, None, "penuh")
    desk.wait(days=1)
    ticket = desk.join("A")
    desk.open()
    called = desk.call_next()
    assert called is not None
    assert called.id == ticket.id


def test_nobody_is_sent_to_a_paused_service(desk: Desk) -> None:
    desk.open()
    desk.join("A")
    called = desk.call_next()
    assert called is not None
    pull(desk, levers.pause_service, "B", "listrik padam")
    with pytest.raises(QueueError, match="service_paused"):
        desk.act(tickets.transfer, called, "B")
    other = desk.join("C")
    assert refused(desk, levers.move, other.public_id, "B", "salah layanan") == "service_paused"


# ---- Stopping new numbers ----


def test_no_more_numbers_of_a_service_for_today_but_bookings_stand_and_later_days_are_open(desk: Desk) -> None:
    booked = desk.book("A")
    pull(desk, levers.stop_issuing, "A", "kuota pusat habis")
    for channel in (Channel.ONLINE, Channel.KIOSK, Channel.RECEPTION):
        with pytest.raises(QueueError, match="issuing_stopped"):
            desk.book("A", channel)
    with pytest.raises(QueueError, match="issuing_stopped"):
        desk.book("B", also="A")
    tomorrow = desk.now.date() + timedelta(days=1)
    later = desk.book("A", day=tomorrow)
    with pytest.raises(QueueError, match="issuing_stopped"):
        desk.reschedule(later, day=desk.now.date(), slot=None)
    assert desk.check_in(booked).state is TicketState.WAITING
    desk.join("B")
    pull(desk, levers.resume_issuing, "A", None)
    desk.join("A")


def test_the_whole_office_stops_giving_numbers(desk: Desk) -> None:
    pull(desk, levers.stop_issuing, None, "sistem pusat mati")
    for service in "AB":
        with pytest.raises(QueueError, match="issuing_stopped"):
            desk.join(service)
    with desk.db.read() as session:
        stopped = in_force.now_at(session, desk.office(session), desk.now).office
    assert stopped is not None
    assert (stopped.reason, stopped.who) == ("sistem pusat mati", "Supervisor")
    pull(desk, levers.resume_issuing, None, None)
    desk.join("A")


# ---- Moving people ----


def test_who_is_moved_keeps_the_label_and_the_wait(desk: Desk) -> None:
    desk.open()
    ticket = desk.join("A")
    desk.wait(minutes=20)
    desk.join("B")
    moved = pull(desk, levers.move, ticket.public_id, "B", "salah layanan")
    assert (moved.label, moved.due_at, moved.state) == (ticket.label, ticket.due_at, TicketState.WAITING)
    assert pull(desk, levers.move, ticket.public_id, "B", "salah layanan").version == moved.version
    called = desk.call_next()
    assert called is not None
    assert called.id == ticket.id
    [row] = [event for event in desk.events(ticket) if event.action == "move"]
    assert (row.reason, row.data) == ("salah layanan", {"from_service": "A", "to_service": "B"})


def test_everybody_of_a_service_is_moved_but_who_has_a_number_there(desk: Desk) -> None:
    first = desk.join("A")
    twice = desk.join("A", holder=Holder(nik=NIK))
    desk.join("B", holder=Holder(nik=NIK))
    done = pull(desk, levers.move_all, "A", "B", "loket A tutup")
    assert (done.count, done.stayed) == (1, [twice.label])
    with desk.db.read() as session:
        assert desk.fresh(first).service_id == desk.service(session, "B").id
    assert refused(desk, levers.move_all, "A", "A", "loket A tutup") == "same_service"


def test_a_ticket_of_another_day_or_office_is_not_moved(desk: Desk) -> None:
    tomorrow = desk.book("A", day=desk.now.date() + timedelta(days=1))
    assert refused(desk, levers.move, tomorrow.public_id, "B", "salah layanan") == "not_today"
    assert refused(desk, levers.move, "unknown-ticket-0000000", "B", "salah layanan") == "unknown_ticket"


# ---- Shifts and the day ----


def test_a_forgotten_shift_is_ended_and_nobody_at_it_is_lost(desk: Desk) -> None:
    desk.open()
    desk.open("petugas2", 2)
    desk.join("A"), desk.join("A")
    called, serving = desk.call_next(), desk.call_next("petugas2", 2)
    assert called is not None
    assert serving is not None
    desk.act(tickets.start, serving, officer="petugas2")
    with desk.db.read() as session:
        counters = [desk.counter_id(session, number) for number in (1, 2)]
    for counter in counters:
        assert pull(desk, levers.end_shift, counter, "petugas sakit").state is ShiftState.CLOSED
    assert desk.fresh(called).state is TicketState.WAITING
    assert desk.fresh(serving).state is TicketState.ON_HOLD
    assert refused(desk, levers.end_shift, counters[0], "petugas sakit") == "counter_closed"
    desk.open("petugas3", 3)
    resumed = desk.act(tickets.resume, desk.fresh(serving), officer="petugas3")
    assert resumed.state is TicketState.SERVING


def test_the_day_is_closed_once_as_it_was_shown(desk: Desk) -> None:
    desk.open()
    waiting, booked = desk.join("A"), desk.book("B")
    assert refused(desk, levers.close_day, "listrik padam", expected=1) == "day_changed"
    done = pull(desk, levers.close_day, "listrik padam", expected=2)
    assert done == day_end.DayEnd(2, 1)
    assert {desk.fresh(each).state for each in (waiting, booked)} == {TicketState.EXPIRED}
    with pytest.raises(QueueError, match="issuing_stopped"):
        desk.join("A")
    assert refused(desk, levers.close_day, "listrik padam") == "day_closed"
    pull(desk, levers.resume_issuing, None, None)
    desk.join("A")
    assert pull(desk, levers.close_day, "listrik padam").expired == 1


def test_the_day_is_not_closed_over_somebody_who_is_being_served(desk: Desk) -> None:
    desk.open()
    desk.join("A")
    desk.call_next()
    assert refused(desk, levers.close_day, "listrik padam") == "still_serving"


@pytest.mark.parametrize(
    ("lever", "args"),
    [
        (levers.pause_service, ["A", "  "]),
        (levers.stop_issuing, [None, ""]),
        (levers.move_all, ["A", "B", None]),
        (levers.end_shift, [1, ""]),
        (levers.close_day, [" "]),
    ],
)
def test_a_lever_needs_a_reason(desk: Desk, lever: Callable[..., Any], args: list[Any]) -> None:
    assert refused(desk, lever, *args) == "reason_needed"
    assert office_rows(desk) == []


def test_an_unknown_service_has_no_lever(desk: Desk) -> None:
    assert refused(desk, levers.pause_service, "Z", "listrik padam") == "unknown_service"


# ---- What the supervisor sees ----


def test_it_says_what_is_pulled_and_whose_wait_is_at_risk(desk: Desk) -> None:
    desk.change_service("A", wait_target_minutes=30)
    desk.join("A")
    desk.wait(minutes=31)
    desk.join("A")
    pull(desk, levers.pause_service, "B", "listrik padam")
    pull(desk, levers.stop_issuing, "C", "kuota habis")
    desk.open()
    desk.pause()
    desk.wait(minutes=2)
    with desk.db.read() as session:
        view = oversight.now_at(session, desk.office(session), desk.now)
        lines = {line.service.code: line for line in view.services}
        [paused_counter] = [line for line in view.counters if line.shift]
        today = opening.local_day(desk.office(session), desk.now)
    assert (lines["A"].risk.likely, lines["A"].target_minutes, lines["A"].counters_open) == (1, 30, 0)
    assert lines["B"].paused is not None
    assert lines["B"].paused.reason == "listrik padam"
    assert lines["C"].stopped is not None
    assert paused_counter.paused_s == 120
    assert lines["A"].service.calls_paused_on is None
    assert lines["B"].service.calls_paused_on == today
