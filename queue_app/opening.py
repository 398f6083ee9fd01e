"""When an office and its services are open. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple

from sqlalchemy import BindParameter, and_, bindparam, literal, select, union_all
from sqlalchemy.orm import Session

from queue_app import kept_settings
from queue_app.errors import N_, Invalid
from queue_app.models import Closure, Decision, Holiday, Office, OpeningHours, Service
from queue_app.prepared import Prepared

Interval = tuple[int, int]
"""Minutes from local midnight: opens, closes."""
_Days = tuple[Mapping[date, str], Mapping[date, Sequence[Interval]]]
"""Closed days with the reason, and days of special hours."""


class Hours(NamedTuple):
    """One open interval of a weekday, see ``OpeningHours``."""

    service_id: int | None
    weekday: int
    opens_minute: int
    closes_minute: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """An office's hours, and the days of a stretch on which they don't hold: those on which it stays closed, with the
    reasons, and those of ``special`` hours."""

    office: Office
    hours: Sequence[Hours]
    closed: Mapping[date, str]
    special: Mapping[date, Sequence[Interval]]

    def intervals(self, service: Service, day: date) -> list[Interval]:
        """The open intervals of a service on a local day, in order; empty when it is closed.

        On a day of special hours a service that has hours of its own keeps what lies within both.
        """
        if day in self.closed:
            return []
        rows = [row for row in self.hours if row.service_id in (service.id, None)]
        own = [row for row in rows if row.service_id == service.id]
        usual = [(row.opens_minute, row.closes_minute) for row in own or rows if row.weekday == day.weekday()]
        if day not in self.special:
            return usual
        return _within(self.special[day], usual) if own else list(self.special[day])

    def office_intervals(self, day: date) -> list[Interval]:
        """The office's own open intervals on a local day, whatever its services have."""
        if day in self.closed:
            return []
        if day in self.special:
            return list(self.special[day])
        rows = [row for row in self.hours if row.service_id is None and row.weekday == day.weekday()]
        return [(row.opens_minute, row.closes_minute) for row in rows]

    def is_working(self, day: date) -> bool:
        """Whether the office works on a local day; one without any hours works every day that it isn't closed."""
        if day in self.closed:
            return False
        return day in self.special or not self.hours or any(row.weekday == day.weekday() for row in self.hours)

    def next_open_day(self, service: Service, after: date, now: datetime) -> date | None:
        """The first day later than ``after``, not past and within the booking window, on which the service is open."""
        today = local_day(self.office, now)
        day = max(after + timedelta(days=1), today)
        while day <= today + timedelta(days=self.office.booking_days_ahead):
            if any(closes > _minute_of(self.office, day, now) for _, closes in self.intervals(service, day)):
                return day
            day += timedelta(days=1)
        return None


def clock_text(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def local_day(office: Office, now: datetime) -> date:
    return now.astimezone(office.zone).date()


def local_instant(office: Office, day: date, minute: int) -> datetime:
    """The instant of a wall-clock minute of a local day; 1440 is the next midnight."""
    wall = datetime.combine(day + timedelta(days=minute // 1440), time(minute % 1440 // 60, minute % 60))
    return wall.replace(tzinfo=office.zone)


def zone_name(office: Office, at: datetime) -> str:
    """What the office's time is called: WIB, WITA or WIT in Indonesia."""
    return at.astimezone(office.zone).tzname() or office.timezone


def calendar(session: Session, office: Office, first: date, last: date) -> Calendar:
    """The office's calendar from ``first`` to ``last``, both included: two queries, however many days it has."""
    return Calendar(office, usual_hours(session, office), *_days(session, office, first, last))


def usual_hours(session: Session, office: Office) -> Sequence[Hours]:
    """Of all weekdays, those of the office and of its services, by when they begin."""
    return kept_settings.remembered(session, office.id, "hours", lambda: _hours(session, office))


def closed_days(session: Session, office: Office, first: date, last: date) -> Mapping[date, str]:
    """The days on which the office stays closed, in order, each with its reason; the office's own word goes first.

    A holiday of the country closes the office when the office said so: for that day, or for all that are certain.
    """
    closed, _ = _days(session, office, first, last)
    return closed


def _days(session: Session, office: Office, first: date, last: date) -> _Days:
    return kept_settings.remembered(
        session, office.id, ("unlike", first, last), lambda: _unlike(session, office, first, last)
    )


def _hours(session: Session, office: Office) -> list[Hours]:
    return [Hours(*row) for row in _HOURS.all(session, {"of_office": office.id})]


def _unlike(session: Session, office: Office, first: date, last: date) -> _Days:
    """The days on which the weekly hours don't hold: closed ones with the reason, and those of special hours."""
    asked = {"of_office": office.id, "first": first, "last": last}
    rows = _closed_days(office.holidays_close).all(session, asked)
    closed: dict[date, str] = {}
    special: dict[date, Sequence[Interval]] = {}
    for day, reason, _, hours in rows:
        if hours:
            special[day] = intervals_of(hours)
            closed.pop(day, None)
        else:
            closed[day] = reason or closed.get(day, "")
    return closed, special


def intervals_of(text: str) -> list[Interval]:
    """The intervals that are kept as text like "08:00-10:30 13:00-14:00"."""
    return [(_minute(opens), _minute(closes)) for opens, _, closes in (span.partition("-") for span in text.split())]


def text_of(intervals: Sequence[Interval]) -> str:
    """The same the other way round."""
    return " ".join(f"{clock_text(opens)}-{clock_text(closes)}" for opens, closes in intervals)


def _minute(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)


def _within(outer: Sequence[Interval], inner: Sequence[Interval]) -> list[Interval]:
    """What lies in both, in order."""
    met = [(max(a, c), min(b, d)) for a, b in outer for c, d in inner]
    return sorted((opens, closes) for opens, closes in met if opens < closes)


# Composed once: these are asked with every number.
_HOURS = Prepared(
    select(*(getattr(OpeningHours, name) for name in Hours._fields))
    .where(OpeningHours.office_id == bindparam("of_office"))
    .order_by(OpeningHours.opens_minute),
    flushes=True,
)


@cache
def _closed_days(holidays_close: bool) -> Prepared:
    office: BindParameter[int] = bindparam("of_office")
    first: BindParameter[date] = bindparam("first")
    last: BindParameter[date] = bindparam("last")
    closes = Holiday.decision == Decision.CLOSED
    if holidays_close:
        closes |= and_(Holiday.decision == Decision.SUGGESTED, Holiday.is_estimate.is_(False))
    days = union_all(
        select(Holiday.day, Holiday.name.label("reason"), literal(0).label("weight"), literal("").label("hours")).where(
            Holiday.office_id == office, Holiday.day.between(first, last), closes
        ),
        select(
            Closure.day, Closure.reason.label("reason"), literal(1).label("weight"), Closure.hours.label("hours")
        ).where(Closure.office_id == office, Closure.day.between(first, last)),
    )
    return Prepared(days.order_by("day", "weight"), flushes=True)


def window(session: Session, office: Office, now: datetime) -> Calendar:
    """The office's calendar of all days that can be booked now."""
    today = local_day(office, now)
    return calendar(session, office, today, today + timedelta(days=office.booking_days_ahead))


def require_open_day(session: Session, service: Service, day: date, now: datetime) -> list[Interval]:
    """The open intervals of ``day``, which can still be booked.

    Raises Invalid ``past_date``, ``too_far_ahead`` or ``closed_day``, each naming the next possible day.
    """
    today = local_day(service.office, now)
    if day < today:
        raise _refused(session, service, today - timedelta(days=1), now, "past_date", _PAST)
    if day > today + timedelta(days=service.office.booking_days_ahead):
        raise _refused(session, service, today - timedelta(days=1), now, "too_far_ahead", _TOO_FAR)
    of_day = calendar(session, service.office, day, day)
    minute = _minute_of(service.office, day, now)
    still_open = [interval for interval in of_day.intervals(service, day) if interval[1] > minute]
    if not still_open:
        reason = of_day.closed.get(day, "")
        raise _refused(session, service, day, now, "closed_day", _CLOSED_FOR if reason else _CLOSED, reason=reason)
    return still_open


def require_open_now(session: Session, service: Service, now: datetime) -> None:
    """Raises Invalid ``closed_day`` or ``closed_now``, naming when it opens, unless a walk-in can join now."""
    today = local_day(service.office, now)
    minute = _minute_of(service.office, today, now)
    still_open = require_open_day(session, service, today, now)
    if all(opens > minute for opens, _ in still_open):
        raise Invalid(
            "closed_now",
            N_("Layanan ini belum buka. Buka pukul %(opens)s."),
            opens=clock_text(still_open[0][0]),
            next_date=today,
        )


def require_open_today(session: Session, service: Service, now: datetime) -> None:
    """Raises Invalid ``closed_day``, naming the next open day, for a service that has no hours today.

    Who came while it was open may be sent on after its hours.
    """
    today = local_day(service.office, now)
    of_day = calendar(session, service.office, today, today)
    if not of_day.intervals(service, today):
        reason = of_day.closed.get(today, "")
        raise _refused(session, service, today, now, "closed_day", _CLOSED_FOR if reason else _CLOSED, reason=reason)


def _minute_of(office: Office, day: date, now: datetime) -> int:
    """The local minute of ``now`` when it falls on ``day``; -1 for a later day (nothing of it has passed)."""
    local = now.astimezone(office.zone)
    return local.hour * 60 + local.minute if local.date() == day else -1


_PAST = N_("Tanggal itu sudah lewat. Hari terdekat yang bisa dipilih: %(next_date)s.")
_TOO_FAR = N_("Tanggal itu terlalu jauh. Hari terdekat yang bisa dipilih: %(next_date)s.")
_CLOSED = N_("Layanan tutup pada hari itu. Hari terdekat yang bisa dipilih: %(next_date)s.")
_CLOSED_FOR = N_("Kantor tutup pada hari itu (%(reason)s). Hari terdekat yang bisa dipilih: %(next_date)s.")
_NEVER_OPEN = N_("Layanan ini belum memiliki jam buka dalam waktu dekat. Silakan hubungi kantor.")


def _refused(
    session: Session, service: Service, after: date, now: datetime, code: str, message: str, **params: str
) -> Invalid:
    day = window(session, service.office, now).next_open_day(service, after, now)
    params = {name: value for name, value in params.items() if value}
    return Invalid(code, message if day else _NEVER_OPEN, next_date=day, **params)
