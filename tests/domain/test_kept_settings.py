"""What a process remembers of an office's settings is never older than the settings, whoever changed them and how."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, select, update

from queue_app import (
    announcements,
    booking,
    kept_settings,
    levers,
    office_calendar,
    queries,
    session_rows,
    tickets,
)
from queue_app.booking import BookingRequest
from queue_app.database import Base, Database
from queue_app.errors import QueueError
from queue_app.models import (
    Announcement,
    Channel,
    Closure,
    Counter,
    Decision,
    Holiday,
    Office,
    OpeningHours,
    Pool,
    Service,
    SettingsStamp,
    Ticket,
    VisitTemplate,
    counter_service,
)
from tests.office import SLUG, Desk


def stamp(db: Database) -> int:
    with db.read() as session:
        return session.execute(select(SettingsStamp.stamp).join(Office).where(Office.slug == SLUG)).scalar_one()


def asked(desk: Desk, code: str = "A", channel: Channel = Channel.ONLINE) -> Ticket:
    """A number as the API gives it: by what is remembered."""
    with desk.db.write() as session:
        service = kept_settings.offered(session, SLUG, code)
        assert service is not None
        ticket, _ = booking.issue(session, desk.vault, BookingRequest(service, channel), desk.now)
        return ticket


def refused(desk: Desk, code: str = "A", channel: Channel = Channel.ONLINE) -> str:
    with pytest.raises(QueueError) as refusal:
        asked(desk, code, channel)
    return refusal.value.code


# ---- The stamp ----

_COLUMNS = [column.key for column in Office.__table__.columns if column.key not in ("id", "version")]


@pytest.mark.parametrize("name", _COLUMNS)
def test_another_value_of_any_setting_of_the_office_is_another_stamp(desk: Desk, name: str) -> None:
    """A column that is added later too, whatever the trigger knew when it was made."""
    before = stamp(desk.db)
    column = Office.__table__.columns[name]
    with desk.db.engine.begin() as connection:
        now = connection.execute(select(column).where(Office.slug == SLUG)).scalar_one()
        connection.execute(update(Office.__table__).where(Office.slug == SLUG).values({name: now}))
    assert stamp(desk.db) != before


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (Service, {"code": "Z", "prefix": "Z", "name_id": "Z", "name_en": "Z"}),
        (Counter, {"number": 99}),
        (Pool, {"code": "Z"}),
        (OpeningHours, {"weekday": 1, "opens_minute": 1, "closes_minute": 2}),
        (Closure, {"day": "DAY"}),
        (Holiday, {"day": "DAY", "name": "Z", "decision": Decision.CLOSED}),
        (VisitTemplate, {"code": "Z", "name_id": "Z", "name_en": "Z", "steps": []}),
        (Announcement, {"day": "DAY", "text": "Z", "key": "z", "created_at": "NOW", "until": "NOW"}),
    ],
)
def test_a_row_that_is_added_changed_or_removed_is_another_stamp(
    desk: Desk, table: type[Base], values: dict[str, Any]
) -> None:
    seen = [stamp(desk.db)]
    given = {"DAY": desk.now.date(), "NOW": desk.now}
    with desk.db.write() as session:
        office_id = session.scalars(select(Office.id)).one()
        row = table(
            office_id=office_id,
            **{name: given.get(value, value) if isinstance(value, str) else value for name, value in values.items()},
        )
        session.add(row)
    seen.append(stamp(desk.db))
    named = next(iter(values))
    same = table.__table__
    with desk.db.engine.begin() as connection:
        connection.execute(update(same).where(same.c.id == row.id).values({named: getattr(row, named)}))
    seen.append(stamp(desk.db))
    with desk.db.engine.begin() as connection:
        connection.execute(same.delete().where(same.c.id == row.id))
    seen.append(stamp(desk.db))
    assert len(set(seen)) == 4


def test_what_a_counter_takes_is_a_setting_too(desk: Desk) -> None:
    seen = [stamp(desk.db)]
    with desk.db.engine.begin() as connection:
        pair = connection.execute(select(counter_service.c.counter_id, counter_service.c.service_id)).first()
        assert pair is not None
        connection.execute(counter_service.delete().where(counter_service.c.counter_id == pair.counter_id))
    seen.append(stamp(desk.db))
    with desk.db.engine.begin() as connection:
        connection.execute(insert(counter_service).values(counter_id=pair.counter_id, service_id=pair.service_id))
    seen.append(stamp(desk.db))
    with desk.db.engine.begin() as connection:
        connection.execute(update(counter_service).values(preference=2))
    seen.append(stamp(desk.db))
    assert len(set(seen)) == 4


def test_a_counter_goes_with_what_it_took(desk: Desk) -> None:
    before = stamp(desk.db)
    with desk.db.engine.begin() as connection:
        connection.execute(Counter.__table__.delete().where(Counter.number == 5))
    assert stamp(desk.db) != before


def test_numbers_and_calls_leave_the_stamp_alone(desk: Desk) -> None:
    before = stamp(desk.db)
    desk.open()
    desk.book()
    desk.serve(minutes=3)
    assert stamp(desk.db) == before


def test_each_new_office_has_a_stamp(desk: Desk) -> None:
    with desk.db.write() as session:
        session.add(Office(slug="lain", name="Lain"))
    with desk.db.read() as session:
        assert session.scalars(select(SettingsStamp.stamp).join(Office).where(Office.slug == "lain")).one()


# ---- Remembering ----


def statements(db: Database) -> list[str]:
    seen: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda _c, _u, statement, *_rest: seen.append(statement))
    return seen


def test_hours_closed_days_the_service_and_announcements_are_read_once(desk: Desk) -> None:
    seen = statements(desk.db)
    asked(desk)
    first = [each for each in seen if "opening_hours" in each or "closure" in each or "name_id" in each]
    seen.clear()
    asked(desk)
    assert len(first) == 3
    assert not [each for each in seen if "opening_hours" in each or "closure" in each or "name_id" in each]


def test_a_day_that_is_closed_a_moment_later_is_closed(desk: Desk) -> None:
    asked(desk)
    with desk.db.write() as session:
        office_calendar.close_day(session, desk.office(session), desk.now.date(), "Listrik padam", desk.now)
    assert refused(desk) == "closed_day"


def test_other_hours_hold_at_once(desk: Desk) -> None:
    asked(desk)
    with desk.db.engine.begin() as connection:
        connection.execute(update(OpeningHours.__table__).values(opens_minute=0, closes_minute=1))
    assert refused(desk) == "closed_day"


def test_a_service_that_is_no_longer_offered_is_not_found(desk: Desk) -> None:
    asked(desk)
    with desk.db.engine.begin() as connection:
        connection.execute(update(Service.__table__).where(Service.code == "A").values(active=False))
    with desk.db.write() as session:
        assert kept_settings.offered(session, SLUG, "A") is None


def test_a_quota_that_is_lowered_holds_at_once(desk: Desk) -> None:
    asked(desk)
    with desk.db.engine.begin() as connection:
        connection.execute(update(Service.__table__).where(Service.code == "A").values(daily_quota=1))
    assert refused(desk) == "quota_full"


def test_a_stop_and_a_pause_hold_at_once(desk: Desk) -> None:
    desk.open()
    asked(desk, channel=Channel.KIOSK)
    with desk.db.write() as session:
        levers.stop_issuing(session, desk.user(session, "supervisor"), "A", "penuh", desk.now)
        levers.pause_service(session, desk.user(session, "supervisor"), "A", "padam", desk.now)
    assert refused(desk, channel=Channel.KIOSK) == "issuing_stopped"
    assert desk.call_next() is None


def test_announcements_are_told_while_they_last(desk: Desk) -> None:
    ticket = asked(desk)

    def told() -> list[str]:
        with desk.db.read() as session:
            kept_settings.use(session, ticket.office_id)
            return announcements.told(session, booking.find(session, ticket.public_id), desk.now)

    assert told() == []
    with desk.db.write() as session:
        sent, _ = announcements.tell_all(
            session, desk.user(session, "supervisor"), "Sistem pulih", None, 30, "k", desk.now
        )
    assert told() == ["Sistem pulih"]
    desk.now += timedelta(minutes=31)
    assert told() == []
    desk.now -= timedelta(minutes=31)
    with desk.db.write() as session:
        announcements.take_back(session, desk.user(session, "supervisor"), sent.id, desk.now)
    assert told() == []


def test_what_was_not_committed_is_not_remembered(desk: Desk) -> None:
    asked(desk)

    def close_and_fail() -> None:
        with desk.db.write() as session:
            office_calendar.close_day(session, desk.office(session), desk.now.date(), "Batal", desk.now)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        close_and_fail()
    asked(desk)


def test_who_changes_settings_sees_them_changed(desk: Desk) -> None:
    asked(desk)
    with desk.db.write() as session:
        office_calendar.close_day(session, desk.office(session), desk.now.date(), "Padam", desk.now)
        service = queries.service(session, desk.office(session).id, "A")
        with pytest.raises(QueueError, match="closed_day"):
            booking.issue(session, desk.vault, BookingRequest(service, Channel.ONLINE), desk.now)


def test_another_process_sees_it_too(desk: Desk, database_url: str) -> None:
    other = Desk(Database(database_url), desk.now)
    try:
        asked(desk)
        asked(other)
        with other.db.write() as session:
            office_calendar.close_day(session, other.office(session), desk.now.date(), "Padam", desk.now)
        assert refused(desk) == "closed_day"
        assert refused(other) == "closed_day"
    finally:
        other.db.dispose()


def test_copies_do_not_meet(desk: Desk) -> None:
    """Two sessions at once have a service each, with the office's version of their own beginning."""
    asked(desk)
    with desk.db.read() as one, desk.db.read() as other:
        first, second = kept_settings.offered(one, SLUG, "A"), kept_settings.offered(other, SLUG, "A")
        assert first is not None
        assert second is not None
        assert first is not second
        assert first.office is not second.office
        assert first.office.version == desk.events()[-1].seq
        assert first.office.services  # what isn't remembered is read in its own session


def test_another_offices_settings_are_another_matter(desk: Desk) -> None:
    asked(desk)
    with desk.db.write() as session:
        there = Office(slug="lain", name="Lain")
        session.add(there)
        session.flush()
        session.add(Service(office_id=there.id, code="A", prefix="A", name_id="Lain", name_en="Other"))
    with desk.db.read() as session:
        here, other = (kept_settings.offered(session, slug, "A") for slug in (SLUG, "lain"))
        assert here is not None
        assert other is not None
        assert here.office_id != other.office_id
        assert kept_settings.offered(session, "tidak-ada", "A") is None


def test_a_ticket_that_moves_names_the_counter_it_is_at(desk: Desk) -> None:
    desk.open()
    asked(desk, channel=Channel.KIOSK)
    called = desk.call_next()
    assert called is not None
    with desk.db.write() as session:
        officer = desk.user(session, "petugas1")
        started = tickets.start(session, officer, called.public_id, called.version, desk.now)
        assert started.counter is not None
        assert started.counter.number == 1
        held = tickets.hold(session, officer, called.public_id, started.version, desk.now)
        assert held.counter_id == held.counter.id if held.counter else held.counter_id is None


def test_a_row_of_the_session_is_brought_up_to_date_unless_it_is_to_be_changed(desk: Desk) -> None:
    with desk.db.write() as session:
        service = desk.service(session, "A")
        columns = {column.key: getattr(service, column.key) for column in Service.__table__.columns}
        assert session_rows.loaded(session, Service, columns | {"daily_quota": 7}) is service
        assert service.daily_quota == 7
        service.daily_quota = 8
        assert session_rows.loaded(session, Service, columns).daily_quota == 8
        session.flush()
        assert session.scalar(select(Service.daily_quota).where(Service.code == "A")) == 8
