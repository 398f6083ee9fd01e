"""The last place of a slot, quotas and holds under a crowd: never one too many, none lost, nobody waits in a ring."""

import threading
from collections import Counter as Tally
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select, update

from queue_app import booking, capacity
from queue_app.errors import QueueError
from queue_app.lifecycle import TicketState
from queue_app.models import Channel, DailySequence, SlotHold, SlotUsage, Ticket
from tests.office import Desk
from tests.races.crowd import flat, rush

TODAY = date(2026, 11, 24)
TEN, ELEVEN = 600, 660
CROWD = 64


def book_ten(desk: Desk, _number: int) -> list[Any]:
    return [desk.book(slot=TEN, day=TODAY).label]


def book_around_the_end_of_a_hold(desk: Desk, number: int) -> list[Any]:
    """Half ask just before the hold is over, half just after; the first has the hold itself."""
    desk.wait(minutes=5, seconds=-1 if number % 2 else 0)
    with desk.db.read() as session:
        token = session.scalar(select(SlotHold.token))
    if number == 1:
        return [desk.book(slot=TEN, day=TODAY, hold=token or "gone").label]
    return book_ten(desk, number)


def use_the_hold(desk: Desk, number: int) -> list[Any]:
    with desk.db.read() as session:
        token = session.scalar(select(SlotHold.token)) or "used"
    return [desk.book(hold=token).label]


def free_what_expired_or_book(desk: Desk, number: int) -> list[Any]:
    if number % 4 == 0:
        capacity.free_expired(desk.db, desk.now)
        return ["freed"]
    return book_ten(desk, number)


def take_by_channel(desk: Desk, number: int) -> list[Any]:
    channel = Channel.ONLINE if number % 2 else Channel.KIOSK
    return [desk.book("A", channel).channel.value]


def hold_in_a_window(desk: Desk, number: int) -> list[Any]:
    with desk.db.write() as session:
        kept = booking.hold(
            session,
            desk.service(session, "A"),
            desk.now,
            day=TODAY + timedelta(days=number % 2),
            slot=TEN + 30 * (number % 3),
            browser="one browser",
        )
        return [kept.token]


def move_cancel_and_book(desk: Desk, number: int) -> list[Any]:
    """Everybody crosses everybody: days and slots are swapped, given up and taken in every order."""
    days, slots = (TODAY, TODAY + timedelta(days=1)), (TEN, ELEVEN)
    done: list[Any] = []
    for turn in range(3):
        here, there = (number + turn) % 2, (number + turn + 1) % 2
        try:
            ticket = desk.book(slot=slots[here], day=days[here])
            if number % 3 == 0:
                ticket = desk.reschedule(ticket, day=days[there], slot=slots[there])
            if number % 3 == 1:
                desk.cancel(ticket)
            if number % 5 == 0:
                hold_in_a_window(desk, turn)
        except QueueError as error:
            done.append(error.code)
        else:
            done.append("done")
    return done


def taken(desk: Desk) -> dict[tuple[date, int], tuple[int, int]]:
    with desk.db.read() as session:
        return {(u.day, u.start_minute): (u.taken, u.taken_online) for u in session.scalars(select(SlotUsage))}


def test_without_the_guard_the_last_place_is_sold_to_everybody(desk: Desk) -> None:
    """Read how many are left, then take one."""
    desk.change_service("A", slot_capacity=1)
    desk.cancel(desk.book(slot=TEN, day=TODAY))
    together = threading.Barrier(8)

    def naive(_: int) -> bool:
        with desk.db.read() as session:
            is_free = session.scalars(select(SlotUsage.taken)).one() < 1
        together.wait(10)  # all have read before any writes
        if is_free:
            with desk.db.write() as session:
                session.execute(update(SlotUsage).values(taken=SlotUsage.taken + 1))
        return is_free

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(naive, range(8))) == 8


def test_the_last_place_of_a_slot_goes_to_one_of_64(desk: Desk, database_url: str) -> None:
    desk.change_service("A", slot_capacity=1)
    answers = Tally(flat(rush(database_url, desk.now, book_ten, processes=8, threads=CROWD // 8)))
    assert answers == {"slot_full": CROWD - 1, "A-001": 1}
    assert taken(desk) == {(TODAY, TEN): (1, 1)}


def test_the_last_place_goes_to_one_of_64_while_its_hold_ends(desk: Desk, database_url: str) -> None:
    desk.change_service("A", slot_capacity=1)
    with desk.db.write() as session:
        booking.hold(session, desk.service(session, "A"), desk.now, day=TODAY, slot=TEN)
    rushed = rush(database_url, desk.now, book_around_the_end_of_a_hold, processes=8, threads=CROWD // 8)
    answers = Tally(flat(rushed))
    assert answers["A-001"] == 1
    assert set(answers) <= {"A-001", "slot_full", "hold_expired"}
    assert taken(desk) == {(TODAY, TEN): (1, 1)}
    with desk.db.read() as session:
        assert session.scalar(select(func.count()).select_from(SlotHold)) == 0


def test_a_hold_is_used_once(desk: Desk, database_url: str) -> None:
    with desk.db.write() as session:
        booking.hold(session, desk.service(session, "A"), desk.now, day=TODAY, slot=TEN)
    answers = Tally(flat(rush(database_url, desk.now, use_the_hold, processes=4, threads=4)))
    assert answers == {"A-001": 1, "hold_expired": 15}
    assert taken(desk) == {(TODAY, TEN): (1, 1)}


def test_expired_holds_are_freed_once_by_whoever_comes(desk: Desk, database_url: str) -> None:
    for _ in range(4):
        with desk.db.write() as session:
            booking.hold(session, desk.service(session, "A"), desk.now, day=TODAY, slot=TEN)
    desk.wait(minutes=5)
    answers = Tally(flat(rush(database_url, desk.now, free_what_expired_or_book, processes=4, threads=4)))
    booked = sum(count for answer, count in answers.items() if answer.startswith("A-"))
    assert answers["freed"] == 4
    assert 1 <= booked <= 4
    capacity.free_expired(desk.db, desk.now)
    assert taken(desk) == {(TODAY, TEN): (booked, booked)}


def test_online_never_takes_the_share_of_the_others(desk: Desk, database_url: str) -> None:
    desk.change_service("A", daily_quota=10, online_quota=3)
    answers = Tally(flat(rush(database_url, desk.now, take_by_channel, processes=4, threads=8)))
    assert answers["online"] <= 3
    assert answers["online"] + answers["kiosk"] == 10
    assert answers["kiosk"] >= 7
    with desk.db.read() as session:
        row = session.scalars(select(DailySequence)).one()
    assert (row.taken, row.taken_online, row.last) == (10, answers["online"], 10)


def test_a_browser_with_many_windows_has_one_hold(desk: Desk, database_url: str) -> None:
    answers = flat(rush(database_url, desk.now, hold_in_a_window, processes=4, threads=4))
    with desk.db.read() as session:
        [kept] = session.scalars(select(SlotHold)).all()
    assert kept.token in answers
    assert sum(usage[0] for usage in taken(desk).values()) == 1


def test_moving_cancelling_and_booking_never_wait_in_a_ring(desk: Desk, database_url: str) -> None:
    desk.change_service("A", slot_capacity=6)
    answers = Tally(flat(rush(database_url, desk.now, move_cancel_and_book, processes=4, threads=4)))
    assert answers.keys() <= {"done", "slot_full", "busy"}
    with desk.db.read() as session:
        live = Tally(
            (ticket.day, ticket.slot_start)
            for ticket in session.scalars(select(Ticket).where(Ticket.state == TicketState.BOOKED))
        )
        holds = Tally((hold.day, hold.start_minute) for hold in session.scalars(select(SlotHold)))
        days = {row.day: row.taken for row in session.scalars(select(DailySequence))}
    places = Tally(holds)
    for (day, start), count in live.items():
        assert start is not None
        local = start + timedelta(hours=7)  # the office's clock
        places[day, local.hour * 60 + local.minute] += count
    assert {key: usage[0] for key, usage in taken(desk).items() if usage[0]} == dict(places)
    assert all(count <= 6 for count in places.values())
    by_day: Tally[date] = Tally()
    for (day, _), count in places.items():
        by_day[day] += count
    assert {day: count for day, count in days.items() if count} == dict(by_day)
