"""Days built by the real use cases, read back as legs."""

from datetime import UTC, datetime, timedelta

from metrics.periods import Period, day_of
from metrics.visit import Visit
from queue_app import claims, day_end, history, shift_history, tickets
from queue_app.models import Ticket
from tests.office import Desk


def period(desk: Desk) -> Period:
    with desk.db.read() as session:
        zone = desk.office(session).zone
    day = day_of(desk.now, zone)
    return Period(day, day, zone)


def legs(desk: Desk, days: Period | None = None) -> list[Visit]:
    with desk.db.read() as session:
        return history.visits(session, desk.office(session), days or period(desk))


def only(desk: Desk) -> Visit:
    (leg,) = legs(desk)
    return leg


def called(desk: Desk, officer: str = "petugas1", counter: int = 1) -> Ticket:
    ticket = desk.call_next(officer, counter)
    assert ticket is not None
    return ticket


def test_it_reads_one_leg_from_joining_to_the_finish(desk: Desk) -> None:
    begun = desk.now
    desk.open()
    ticket = desk.join("B")
    desk.wait(minutes=4)
    seen = called(desk)
    desk.wait(seconds=30)
    seen = desk.act(tickets.start, seen)
    desk.wait(minutes=7)
    desk.act(tickets.finish, seen)

    assert only(desk) == Visit(
        ticket=ticket.id,
        officer="petugas1",
        service="B",
        counter=1,
        category="regular",
        channel="kiosk",
        arrived_at=begun,
        called_at=begun + timedelta(minutes=4),
        started_at=begun + timedelta(minutes=4, seconds=30),
        finished_at=begun + timedelta(minutes=11, seconds=30),
        outcome="done",
        service_given="B",
        correction=False,
        end="finished",
    )


def test_a_booking_arrives_when_it_checks_in_and_not_before(desk: Desk) -> None:
    ticket = desk.book("A")
    desk.book("A")  # nobody comes for this one
    desk.wait(hours=2)
    desk.check_in(ticket)
    leg = only(desk)
    assert (leg.ticket, leg.arrived_at, leg.end, leg.channel) == (ticket.id, desk.now, "open", "online")


def test_a_hold_is_taken_out_of_the_serve_time(desk: Desk) -> None:
    desk.open()
    desk.join()
    ticket = desk.act(tickets.start, called(desk))
    desk.wait(minutes=5)
    ticket = desk.act(tickets.hold, ticket)
    desk.wait(minutes=20)
    ticket = desk.act(tickets.resume, ticket)
    desk.wait(minutes=1)
    ticket = desk.act(tickets.hold, ticket)
    desk.wait(minutes=2)
    ticket = desk.act(tickets.resume, ticket)
    desk.wait(minutes=3)
    desk.act(tickets.finish, ticket)
    leg = only(desk)
    assert leg.hold == timedelta(minutes=22)
    assert leg.serve_s == 9 * 60
    assert leg.officer == "petugas1"


def test_a_pause_during_a_hold_is_taken_out_once(desk: Desk) -> None:
    desk.open()
    desk.join()
    ticket = desk.act(tickets.start, called(desk))
    desk.wait(minutes=5)
    ticket = desk.act(tickets.hold, ticket)
    desk.wait(minutes=1)
    desk.pause(reason="salat")
    desk.wait(minutes=10)
    desk.open()
    ticket = desk.act(tickets.resume, ticket)
    desk.wait(minutes=2)
    desk.act(tickets.finish, ticket)
    assert only(desk).serve_s == 7 * 60


def test_what_two_officers_served_is_in_neithers_figures(desk: Desk) -> None:
    desk.open()
    desk.open("petugas2", 2)
    desk.join()
    ticket = desk.act(tickets.start, called(desk))
    desk.wait(minutes=5)
    ticket = desk.act(tickets.hold, ticket)
    desk.wait(minutes=5)
    ticket = desk.act(tickets.resume, ticket, officer="petugas2")
    desk.wait(minutes=5)
    desk.act(tickets.finish, ticket, officer="petugas2")
    leg = only(desk)
    assert (leg.officer, leg.counter, leg.end, leg.serve_s) == (None, 2, "finished", 600)


def test_a_transfer_ends_one_leg_and_starts_another(desk: Desk) -> None:
    begun = desk.now
    desk.open()
    desk.open("petugas2", 2)
    desk.join("A")
    ticket = desk.act(tickets.start, called(desk))
    desk.wait(minutes=6)
    ticket = desk.act(tickets.transfer, ticket, "C")
    desk.wait(minutes=2)
    ticket = desk.act(tickets.start, called(desk, "petugas2", 2), officer="petugas2")
    desk.wait(minutes=3)
    desk.act(tickets.finish, ticket, officer="petugas2")
    first, second = legs(desk)
    assert (first.service, first.officer, first.end, first.serve_s) == ("A", "petugas1", "transferred", 360)
    assert (second.service, second.officer, second.end, second.serve_s) == ("C", "petugas2", "finished", 180)
    assert first.ticket == second.ticket
    assert second.arrived_at == begun + timedelta(minutes=6)
    assert second.wait_s == 120


def test_a_transfer_from_hold_ends_the_hold(desk: Desk) -> None:
    desk.open()
    desk.join("A")
    ticket = desk.act(tickets.start, called(desk))
    desk.wait(minutes=6)
    ticket = desk.act(tickets.hold, ticket)
    desk.wait(minutes=30)
    desk.act(tickets.transfer, ticket, "C")
    first, second = legs(desk)
    assert (first.end, first.serve_s) == ("transferred", 360)
    assert (second.end, second.called_at) == ("open", None)


def test_a_transfer_before_the_start_has_no_serve_time(desk: Desk) -> None:
    desk.open()
    desk.join("A")
    desk.act(tickets.transfer, called(desk), "C")
    first, _ = legs(desk)
    assert (first.end, first.started_at, first.finished_at) == ("transferred", None, None)


def test_a_recall_is_the_same_call_once_more(desk: Desk) -> None:
    begun = desk.now
    desk.open()
    desk.join()
    ticket = called(desk)
    desk.wait(minutes=1)
    ticket = desk.act(tickets.recall, ticket)
    desk.wait(minutes=1)
    desk.act(tickets.start, ticket)
    leg = only(desk)
    assert (leg.called_at, leg.started_at, leg.end) == (begun, begun + timedelta(minutes=2), "open")


def test_a_return_takes_the_call_back(desk: Desk) -> None:
    desk.open()
    desk.join()
    desk.act(tickets.put_back, called(desk))
    leg = only(desk)
    assert (leg.called_at, leg.officer, leg.counter, leg.end) == (None, None, None, "open")


def test_the_last_call_before_the_start_counts(desk: Desk) -> None:
    begun = desk.now
    desk.open()
    desk.open("petugas2", 2)
    desk.join()
    desk.act(tickets.put_back, called(desk))
    desk.wait(minutes=8)
    ticket = called(desk, "petugas2", 2)
    desk.act(tickets.start, ticket, officer="petugas2")
    leg = only(desk)
    assert (leg.called_at, leg.officer, leg.counter) == (begun + timedelta(minutes=8), "petugas2", 2)


def test_a_no_show_who_comes_after_all_is_one_leg(desk: Desk) -> None:
    desk.open()
    desk.join()
    ticket = desk.act(tickets.no_show, called(desk))
    assert only(desk).end == "no_show"
    assert only(desk).officer == "petugas1"
    desk.wait(minutes=5)
    desk.act(tickets.put_back, ticket)
    assert only(desk).end == "open"
    ticket = desk.act(tickets.start, called(desk))
    desk.wait(minutes=5)
    desk.act(tickets.finish, ticket)
    assert (only(desk).end, only(desk).wait_s) == ("finished", 300)


def test_who_left_or_was_never_served_says_how(desk: Desk) -> None:
    desk.open()
    desk.cancel(desk.join("A"))
    desk.join("B")
    desk.act(tickets.start, called(desk))
    desk.join("C")
    with desk.db.write() as session:
        office = desk.office(session)
        day_end.close_day(session, office, day_of(desk.now, office.zone), desk.now + timedelta(hours=15))
    left, cut_off, forgotten = legs(desk)
    assert (left.end, left.called_at) == ("cancelled", None)
    assert (cut_off.end, cut_off.officer, cut_off.finished_at) == ("expired", "petugas1", None)
    assert (forgotten.end, forgotten.called_at) == ("expired", None)


def test_a_claim_marks_the_finished_leg(desk: Desk) -> None:
    desk.open()
    desk.serve(minutes=5)
    desk.act(claims.flag, desk.serve(minutes=50), "lupa menekan selesai")
    assert [leg.claim for leg in legs(desk)] == ["", "open"]


def test_only_the_periods_tickets_are_read(desk: Desk) -> None:
    desk.open()
    desk.serve(minutes=5)
    today = period(desk)
    desk.wait(days=3)
    desk.serve(minutes=6)
    assert [leg.serve_s for leg in legs(desk, today)] == [300]
    assert [leg.serve_s for leg in legs(desk)] == [360]
    assert len(legs(desk, Period(today.start_day, period(desk).end_day, today.zone))) == 2


def test_a_leg_over_midnight_is_found_from_both_days(desk: Desk) -> None:
    desk.now = datetime(2026, 11, 24, 16, 55, tzinfo=UTC)  # 23:55 local
    desk.open()
    desk.serve(minutes=10)
    assert desk.now.astimezone(period(desk).zone).hour == 0
    assert [leg.serve_s for leg in legs(desk)] == [600]


def test_shifts_have_their_pauses(desk: Desk) -> None:
    begun = desk.now
    desk.open()
    desk.open("petugas2", 2)
    desk.wait(hours=1)
    desk.pause(reason="makan")
    desk.wait(minutes=30)
    desk.open()
    desk.wait(hours=2)
    desk.close()
    desk.pause("petugas2", 2)
    with desk.db.read() as session:
        first, second = shift_history.shifts(session, desk.office(session), period(desk))
    at = [begun + timedelta(minutes=m) for m in (60, 90, 210)]
    assert (first.officer, first.counter, first.opened_at) == ("petugas1", 1, begun)
    assert (first.closed_at, first.pauses) == (at[2], ((at[0], at[1]),))
    assert (second.closed_at, second.pauses) == (None, ((at[2], None),))


def test_a_shift_closed_while_paused_ends_its_pause(desk: Desk) -> None:
    desk.open()
    desk.wait(hours=1)
    desk.pause()
    desk.wait(minutes=5)
    desk.close()
    with desk.db.read() as session:
        (shift,) = shift_history.shifts(session, desk.office(session), period(desk))
    assert shift.pauses == ((desk.now - timedelta(minutes=5), desk.now),)
    assert shift.closed_at == desk.now


def test_recent_visits_are_the_last_of_each_service(desk: Desk) -> None:
    desk.open()
    for minutes in (1, 2, 3):
        desk.serve("A", minutes=minutes)
    desk.serve("B", minutes=9)
    with desk.db.read() as session:
        office = desk.office(session)
        recent = history.recent_visits(session, office, desk.now - timedelta(days=1), per_service=2)
        none = history.recent_visits(session, office, desk.now + timedelta(seconds=1), per_service=2)
    assert [(leg.service, leg.serve_s) for leg in recent] == [("A", 120), ("A", 180), ("B", 540)]
    assert none == []
