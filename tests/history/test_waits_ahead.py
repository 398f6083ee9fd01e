"""Waits as they depend on breaks, hours, habits, bookings and usual days; and strange input, which may never be told as
something absurd.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from metrics.estimate import LONGEST_TOLD_S, WaitRange
from queue_app import forecast, opening_hours, tickets
from queue_app.waits import engine, learned, slots, usual
from queue_app.waits.engine import Foretold
from tests.office import Desk

DAYS = 6


def newcomer(desk: Desk, service: str = "A") -> WaitRange | None:
    with desk.db.read() as session:
        return forecast.newcomers(session, desk.office(session), desk.now)[desk.service(session, service).id]


def foretold(desk: Desk) -> Foretold:
    with desk.db.read() as session:
        found = engine.foretold(session, desk.office(session), desk.now)
    assert found is not None
    return found


def usually(desk: Desk) -> usual.Usually:
    with desk.db.read() as session:
        return usual.of(session, desk.office(session), desk.now)


def at_slot(desk: Desk, at: datetime, service: str = "A") -> WaitRange | None:
    with desk.db.read() as session:
        return slots.of_day(session, desk.service(session, service), [at], desk.now).get(at)


def desk_zone(desk: Desk) -> ZoneInfo:
    with desk.db.read() as session:
        return desk.office(session).zone


def past_days(desk: Desk, *, counters: int = 1, a_day: int = 10, count: int = DAYS) -> None:
    """Days on which counters open for some hours, take a break of a quarter of an hour, and serve A of 12 minutes."""
    for _ in range(count):
        begun = desk.now
        for number in range(1, counters + 1):
            desk.open(f"petugas{number}", number)
        for _ in range(a_day):
            desk.serve("A", minutes=12)
        for number in range(1, counters + 1):
            desk.pause(f"petugas{number}", number, "Istirahat: makan")
        desk.wait(minutes=15)
        for number in range(1, counters + 1):
            desk.open(f"petugas{number}", number)
        desk.wait(minutes=20)
        for number in range(1, counters + 1):
            desk.close(f"petugas{number}", number)
        desk.now = begun + timedelta(days=1)


def test_a_counter_on_a_break_is_counted_on_once_it_is_known_how_long_breaks_take(desk: Desk) -> None:
    past_days(desk, a_day=3)
    desk.open()
    desk.join("A")
    desk.pause(reason="Istirahat")
    fresh = newcomer(desk)
    assert fresh is not None
    # A break of a quarter of an hour and one service of 12 minutes.
    assert fresh.low_minutes < 27 < fresh.high_minutes
    desk.wait(minutes=10)
    later = newcomer(desk)
    assert later is not None
    assert later.high_minutes < fresh.high_minutes
    desk.wait(hours=5)
    forgotten = newcomer(desk)
    assert forgotten is not None
    assert forgotten.high_minutes > later.high_minutes, "a break that goes on and on will go on"


def test_who_will_not_be_called_within_the_hours_is_told_so(desk: Desk) -> None:
    local = desk.now.astimezone(desk_zone(desk))
    closes = (local + timedelta(minutes=40)).strftime("%H:%M")
    with desk.db.write() as session:
        hours = opening_hours.read([f"mon-sun 00:00-{closes}"])
        opening_hours.replace(session, desk.office(session), hours, desk.now)
    desk.open()
    told = []
    for _ in range(9):
        desk.join("A")
        found = newcomer(desk)
        assert found is not None
        told.append(found.after_hours)
    assert told[0] == ""
    assert told[-1] == "likely"
    assert told == sorted(told, key=["", "possible", "likely"].index)
    desk.wait(hours=1)
    after = newcomer(desk)
    assert after is not None
    assert after.after_hours == "", "the hours are over, and somebody still calls"


def test_habits_are_learned_from_the_log(desk: Desk) -> None:
    assert usually(desk).leaving_per_s == 0.0
    assert usually(desk).shows == pytest.approx(0.8)
    for _ in range(20):
        desk.open()
        gone, missed, stays = desk.join("A"), desk.join("B"), desk.join("B")
        desk.wait(minutes=30)
        desk.cancel(gone)
        for _ in range(2):
            called = desk.call_next()
            assert called is not None
            if called.id == missed.id:
                desk.act(tickets.no_show, called)
            else:
                desk.act(tickets.finish, desk.act(tickets.start, called))
        assert desk.fresh(stays).state.value == "SERVED"
        desk.close()
        desk.now += timedelta(days=1)
    found = usually(desk)
    # 20 of 60 left, after 30 hours of waiting in all, beside 100 hours before anything is known.
    assert found.leaving_per_s == pytest.approx(20 / (130 * 3600), rel=0.05)
    with desk.db.read() as session:
        shares = learned.of(session, desk.office(session), desk.now).no_shows
    assert shares["B"] > 0.3
    assert "A" not in shares


def test_a_slot_of_another_day_is_foretold_from_usual_days_and_bookings(desk: Desk) -> None:
    late = desk.now + timedelta(days=1, hours=1)
    assert at_slot(desk, late) is None, "nothing is known of the counters"
    past_days(desk)
    tomorrow = desk.now + timedelta(days=1)
    early, later = at_slot(desk, tomorrow), at_slot(desk, tomorrow + timedelta(hours=1))
    assert early is not None
    assert later is not None
    assert early.high_minutes <= later.high_minutes <= LONGEST_TOLD_S / 60
    crowded = tomorrow + timedelta(hours=1)
    local = (crowded - timedelta(minutes=30)).astimezone(desk_zone(desk))
    desk.change_service("A", slot_capacity=20, online_share_percent=100)
    for _ in range(12):
        desk.book("A", day=local.date(), slot=local.hour * 60 + local.minute)
    found = at_slot(desk, crowded)
    assert found is not None
    assert found.low_minutes > later.low_minutes
    assert found.high_minutes > later.high_minutes + 60


def test_a_slot_of_today_waits_behind_the_real_line(desk: Desk) -> None:
    past_days(desk)
    desk.open()
    soon = desk.now + timedelta(minutes=20)
    free = at_slot(desk, soon)
    for _ in range(6):
        desk.join("A")
    behind = at_slot(desk, soon)
    assert free is not None
    assert behind is not None
    assert behind.low_minutes > free.low_minutes
    assert at_slot(desk, desk.now - timedelta(minutes=1)) is None, "that time is over"


def test_officers_who_change_services_and_clocks_that_jump_are_told_nothing_absurd(desk: Desk) -> None:
    desk.equip(1, "A:1")
    desk.open()
    for _ in range(3):
        desk.join("A")
    desk.call_next()
    desk.join("B")
    assert newcomer(desk, "A") is not None
    assert newcomer(desk, "B") is None
    desk.equip(1, "B:1")
    desk.wait(seconds=15)
    assert newcomer(desk, "A") is None
    assert newcomer(desk, "B") is not None
    desk.equip(1, "A:1,B:1")
    for jump in (-2.0, 2.0, 9.0, -9.0):
        desk.wait(hours=jump)
        waits = [*foretold(desk).tickets.values(), *foretold(desk).newcomers.values()]
        for wait in waits:
            spread = wait.spread
            assert 0 <= spread.low_s <= spread.median_s <= spread.high_s <= 6 * 4 * 3600
            assert 0 <= wait.late <= 1


def test_one_service_of_nine_hours_changes_no_forecast(desk: Desk) -> None:
    desk.open()
    for _ in range(25):
        desk.serve("A", minutes=12)
    desk.join("A")
    before = newcomer(desk)
    called = desk.call_next()
    assert called is not None
    forgotten = desk.act(tickets.start, called)
    desk.wait(hours=9)
    desk.act(tickets.finish, forgotten)
    desk.join("A")
    after = newcomer(desk)
    assert before is not None
    assert after is not None
    assert abs(after.low_minutes - before.low_minutes) <= 1
    assert abs(after.high_minutes - before.high_minutes) <= 2
