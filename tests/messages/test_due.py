"""What the line, the clock and the calendar make due: near, reminders, closed days; once each."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete

from queue_app import booking, forecast, more_time, tickets
from queue_app.messages import due
from queue_app.models import Closure, MessageKind
from queue_app.privacy import retention
from tests.messages.town import Town
from tests.office import Desk

TODAY = date(2026, 11, 24)  # 09:00 in Pekanbaru
TOMORROW = date(2026, 11, 25)


def kinds(town: Town, kind: MessageKind) -> list[dict[str, Any]]:
    return [message.params for message in town.messages() if message.kind is kind]


def look(town: Town) -> int:
    """Look once, as a process that has just started."""
    return due.Near(town.desk.db).look(town.desk.now)


def at(desk: Desk, hour: int, minute: int = 0, day: date = TODAY) -> None:
    """Put the clock to a time of day in Pekanbaru (UTC+7)."""
    desk.now = desk.now.replace(year=day.year, month=day.month, day=day.day, hour=hour - 7, minute=minute)


class TestNear:
    def test_it_tells_who_comes_to_the_third_place_once(self, town: Town) -> None:
        desk = town.desk
        for _ in range(3):
            desk.join()
        desk.check_in(town.with_phone())
        desk.open()
        assert look(town) == 0  # three before: the fourth place
        desk.call_next()
        assert look(town) == 1
        assert kinds(town, MessageKind.NEAR) == [{"position": 3}]
        assert look(town) == 0

    def test_the_office_sets_the_place(self, town: Town) -> None:
        desk = town.desk
        desk.change_office(tell_at_place=1)
        desk.join()
        desk.check_in(town.with_phone())
        assert look(town) == 0
        desk.open()
        desk.call_next()
        assert look(town) == 1

    def test_the_office_may_leave_it(self, town: Town) -> None:
        town.desk.change_office(tell_at_place=0)
        town.desk.check_in(town.with_phone())
        assert look(town) == 0

    def test_after_a_transfer_it_is_told_for_the_next_service(self, town: Town) -> None:
        desk = town.desk
        desk.check_in(town.with_phone("A"))
        look(town)
        desk.open()
        called = desk.call_next()
        assert called is not None
        desk.act(tickets.transfer, called, "B")
        assert look(town) == 1
        assert len(kinds(town, MessageKind.NEAR)) == 2

    def test_after_a_wish_for_more_time_it_is_told_once_more(self, town: Town) -> None:
        desk = town.desk
        desk.change_office(tell_at_place=1)
        ticket = desk.check_in(town.with_phone("A"))
        assert look(town) == 1
        desk.join()
        with desk.db.write() as session:
            more_time.defer(session, booking.find(session, ticket.public_id), desk.now)
        assert look(town) == 0
        desk.open()
        desk.call_next()
        assert look(town) == 1

    def test_the_line_is_read_again_only_when_something_happened_or_time_has_passed(
        self, town: Town, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk, read, places = town.desk, [], forecast.places
        monkeypatch.setattr(forecast, "places", lambda *given: read.append(desk.now) or places(*given))
        for _ in range(5):
            desk.join()
        desk.check_in(town.with_phone())
        near = due.Near(desk.db)
        for happens in (None, desk.join, None, desk.join):
            if happens:
                happens()
            near.look(desk.now)
            desk.wait(seconds=1)
        assert len(read) == 2  # a second after the first look it is too early
        desk.wait(seconds=15)
        near.look(desk.now)
        assert len(read) == 3


class TestReminders:
    def test_the_evening_before(self, town: Town) -> None:
        town.with_phone(day=TOMORROW)
        at(town.desk, 17, 59)
        assert due.reminders(town.desk.db, town.desk.now) == 0
        at(town.desk, 18)
        assert due.reminders(town.desk.db, town.desk.now) == 1
        assert due.reminders(town.desk.db, town.desk.now) == 0
        assert kinds(town, MessageKind.REMINDER) == [{"day": "2026-11-25"}]

    def test_a_server_that_was_away_that_evening_leaves_it(self, town: Town) -> None:
        town.with_phone(day=TOMORROW)
        at(town.desk, 7, day=TOMORROW)
        assert due.reminders(town.desk.db, town.desk.now) == 0

    def test_an_hour_before_the_slot(self, town: Town) -> None:
        town.with_phone(slot=11 * 60)
        at(town.desk, 9, 59)
        assert due.reminders(town.desk.db, town.desk.now) == 0
        at(town.desk, 10)
        assert due.reminders(town.desk.db, town.desk.now) == 1
        assert due.reminders(town.desk.db, town.desk.now) == 0
        [message] = town.messages()
        assert message.expires_at == town.desk.now + timedelta(hours=1)

    def test_who_has_just_booked_needs_none(self, town: Town) -> None:
        at(town.desk, 18, 30)
        town.with_phone(day=TOMORROW)
        town.with_phone(slot=19 * 60)
        assert due.reminders(town.desk.db, town.desk.now) == 0

    def test_a_moved_booking_is_reminded_of_anew(self, town: Town) -> None:
        ticket = town.with_phone(slot=11 * 60)
        at(town.desk, 10)
        due.reminders(town.desk.db, town.desk.now)
        town.desk.reschedule(ticket, day=TODAY, slot=14 * 60)
        at(town.desk, 13)
        assert due.reminders(town.desk.db, town.desk.now) == 1

    @pytest.mark.parametrize("setting", ["remind_evening_minute", "remind_minutes_before"])
    def test_the_office_may_leave_either(self, town: Town, setting: str) -> None:
        town.desk.change_office(**{setting: 0})
        town.with_phone(day=TOMORROW)
        town.with_phone(slot=18 * 60 + 30)
        at(town.desk, 18)
        assert due.reminders(town.desk.db, town.desk.now) == 1

    def test_who_is_here_or_has_cancelled_needs_none(self, town: Town) -> None:
        town.desk.check_in(town.with_phone(slot=11 * 60))
        town.desk.cancel(town.with_phone(slot=11 * 60))
        at(town.desk, 10)
        assert due.reminders(town.desk.db, town.desk.now) == 0


class TestClosedDays:
    def close(self, town: Town, reason: str = "Listrik padam") -> None:
        with town.desk.db.write() as session:
            office = town.desk.office(session)
            session.add(Closure(office_id=office.id, day=TOMORROW, reason=reason))

    def test_it_tells_who_booked_for_that_day_once(self, town: Town) -> None:
        town.with_phone(day=TOMORROW)
        town.with_phone(day=date(2026, 11, 26))
        assert due.closed_days(town.desk.db, town.desk.now) == 0
        self.close(town)
        assert due.closed_days(town.desk.db, town.desk.now) == 1
        assert due.closed_days(town.desk.db, town.desk.now) == 0
        assert kinds(town, MessageKind.CLOSED_DAY) == [{"day": "2026-11-25", "reason": "Listrik padam"}]

    def test_entered_again_it_is_not_told_again(self, town: Town) -> None:
        town.with_phone(day=TOMORROW)
        self.close(town)
        due.closed_days(town.desk.db, town.desk.now)
        with town.desk.db.write() as session:
            session.execute(delete(Closure))
        self.close(town)
        assert due.closed_days(town.desk.db, town.desk.now) == 0


class TestForgetting:
    def test_how_people_were_reached_is_forgotten_after_their_day_and_what_they_were_told_later(
        self, town: Town
    ) -> None:
        town.with_phone(slot=600)
        town.post.collect(town.desk.now)
        town.desk.wait(days=2)
        retention.erase_all(town.desk.db, town.desk.now)
        due.forget_old(town.desk.db, town.desk.now)
        assert len(town.contacts()) == 1
        town.desk.wait(days=1)
        retention.erase_all(town.desk.db, town.desk.now)
        due.forget_old(town.desk.db, town.desk.now)
        assert (town.contacts(), len(town.messages())) == ([], 1)
        town.desk.wait(days=28)
        retention.erase_all(town.desk.db, town.desk.now)
        due.forget_old(town.desk.db, town.desk.now)
        assert town.messages() == []
