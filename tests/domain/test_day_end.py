"""The day's end closes honestly."""

from datetime import date, timedelta

from metrics.periods import Period, day_start
from queue_app import day_end, shift_history, tickets
from queue_app.day_end import DayEnd
from queue_app.lifecycle import TicketState
from tests.office import Desk

TODAY = date(2026, 11, 24)


def close(desk: Desk, day: date = TODAY) -> DayEnd:
    with desk.db.write() as session:
        return day_end.close_day(session, desk.office(session), day, desk.now)


def test_it_expires_what_is_live_and_keeps_what_is_done(desk: Desk) -> None:
    desk.open()
    served = desk.serve(minutes=5)
    desk.join()
    held = desk.call_next()
    assert held is not None
    held = desk.act(tickets.hold, desk.act(tickets.start, held))
    desk.join()
    at_counter = desk.call_next()
    assert at_counter is not None
    waiting, booked = desk.join(), desk.book()
    tomorrow = desk.book(day=TODAY + timedelta(days=1))
    assert close(desk) == DayEnd(expired=4, shifts_closed=1)
    assert [desk.fresh(t).state for t in (held, at_counter, waiting, booked)] == [TicketState.EXPIRED] * 4
    assert desk.fresh(served).state is TicketState.SERVED
    assert desk.fresh(tomorrow).state is TicketState.BOOKED
    assert desk.events(waiting)[-1].reason == "day_end"


def test_it_changes_nothing_the_second_time(desk: Desk) -> None:
    desk.open()
    desk.join()
    close(desk)
    assert close(desk) == DayEnd(0, 0)


def test_it_runs_by_itself_once_the_local_day_is_over(desk: Desk) -> None:
    ticket = desk.join()
    desk.open()
    desk.wait(hours=14, minutes=59)  # 23:59 in Pekanbaru
    day_end.close_past_days(desk.db, desk.now)
    assert desk.fresh(ticket).state is TicketState.WAITING
    desk.wait(minutes=1)
    day_end.close_past_days(desk.db, desk.now)
    assert desk.fresh(ticket).state is TicketState.EXPIRED
    assert [event.action for event in desk.events()][-1] == "shift_close"
    log = len(desk.events())
    day_end.close_past_days(desk.db, desk.now)
    assert len(desk.events()) == log


def test_it_lets_a_counter_opened_after_midnight_stand(desk: Desk) -> None:
    desk.join()
    desk.wait(hours=15, minutes=5)
    desk.open()
    day_end.close_past_days(desk.db, desk.now)
    assert [event.action for event in desk.events()] == ["join", "shift_open", "expire"]


def test_days_that_the_machine_was_off_are_caught_up_and_counted_as_nobodys_time(desk: Desk) -> None:
    desk.open()
    desk.wait(hours=2)
    missed = [desk.book(day=TODAY + timedelta(days=days)) for days in range(4)]
    desk.wait(days=3, hours=4)
    day_end.close_past_days(desk.db, desk.now)
    states = [desk.fresh(ticket).state for ticket in missed]
    assert states == [TicketState.EXPIRED] * 3 + [TicketState.BOOKED]
    with desk.db.read() as session:
        office = desk.office(session)
        (shift,) = shift_history.shifts(session, office, Period(TODAY, TODAY + timedelta(days=4), office.zone))
    midnight = day_start(TODAY + timedelta(days=1), office.zone)
    assert shift.closed_at == midnight
    log = len(desk.events())
    day_end.close_past_days(desk.db, desk.now)
    assert len(desk.events()) == log


def test_an_officer_who_closes_after_midnight_was_there_until_then(desk: Desk) -> None:
    desk.open()
    desk.wait(hours=15, minutes=30)
    desk.close()
    with desk.db.read() as session:
        office = desk.office(session)
        (shift,) = shift_history.shifts(session, office, Period(TODAY, TODAY, office.zone))
    assert shift.closed_at == desk.now
