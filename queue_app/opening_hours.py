"""An office's opening hours as text: read, checked and written. One line for days that have the same hours:
``mon-thu 08:00-16:00``, ``fri 08:00-11:30 13:30-16:00``. Days that no line names are closed.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby, pairwise

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from queue_app import booked_outside, opening
from queue_app.audit import changes
from queue_app.errors import N_, Invalid
from queue_app.models import Office, OpeningHours, Service, User
from queue_app.opening import Interval

Week = Mapping[int, Sequence[Interval]]
"""The open intervals of each weekday (0 Monday), in order."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})", re.ASCII)
_MIDNIGHT = 24 * 60


def read(lines: Iterable[str]) -> Week:
    """The week that the lines describe. Raises Invalid ``bad_hours``, naming what cannot be."""
    week: dict[int, list[Interval]] = {}
    for line in lines:
        days, *spans = line.lower().split() or [""]
        if not spans:
            raise _refused(line, _NO_HOURS)
        spans_of_days = intervals(spans)
        for day in _weekdays(days):
            if day in week:
                raise _refused(DAYS[day], _TWICE)
            week[day] = spans_of_days
    return week


def intervals(spans: Sequence[str]) -> list[Interval]:
    """The open intervals of a day, written like ``08:00-12:00``, in order. Raises Invalid ``bad_hours``."""
    found = [_interval(span) for span in spans]
    for before, after in pairwise(found):
        if after[0] <= before[1]:
            raise _refused(" ".join(spans), _OVERLAP)
    return found


def of_week(session: Session, office: Office, service: Service | None = None) -> Week:
    """The office's own hours, or those that a service has instead (empty: none of its own)."""
    rows = session.scalars(
        select(OpeningHours)
        .where(
            OpeningHours.office_id == office.id,
            OpeningHours.service_id.is_(None) if service is None else OpeningHours.service_id == service.id,
        )
        .order_by(OpeningHours.weekday, OpeningHours.opens_minute)
    ).all()
    return {day: [(row.opens_minute, row.closes_minute) for row in rows if row.weekday == day] for day in range(7)}


def lines(session: Session, office: Office, service: Service | None = None) -> list[str]:
    """The hours as text that ``read`` takes: the office's own, or those that a service has instead."""
    return written(of_week(session, office, service))


def written(week: Week) -> list[str]:
    """A week as text that ``read`` takes, days of the same hours together."""
    by_day = [(day, [_text(interval) for interval in week.get(day, ())]) for day in range(7)]
    grouped = [(spans, [day for day, _ in days]) for spans, days in groupby(by_day, key=lambda pair: pair[1])]
    return [f"{_named(days)} {' '.join(spans)}" for spans, days in grouped if spans]


def replace(
    session: Session,
    office: Office,
    week: Week,
    now: datetime,
    service: Service | None = None,
    actor: User | None = None,
) -> int:
    """Set the office's hours, or those of one of its services; how many coming bookings stand outside them now.

    An empty week gives a service the office's hours again. Raises Invalid ``bad_hours`` where the office has none then.
    """
    if not week and service is None:
        raise _refused(office.slug, _NEVER)
    owner, before = None if service is None else service.id, lines(session, office, service)
    session.execute(delete(OpeningHours).where(OpeningHours.office_id == office.id, OpeningHours.service_id == owner))
    session.add_all(
        OpeningHours(office_id=office.id, service_id=owner, weekday=day, opens_minute=opens, closes_minute=closes)
        for day, intervals in week.items()
        for opens, closes in intervals
    )
    session.flush()
    subject, after = "hours" if service is None else f"hours:{service.code}", lines(session, office, service)
    changes.record(session, office, actor, subject, {"hours": before}, {"hours": after}, now)
    return len(booked_outside.coming(session, office, now))


def _weekdays(text: str) -> Iterable[int]:
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            raise _refused(text, _DAYS)
        from_day, to_day = DAYS.index(first), DAYS.index(last or first)
        if from_day > to_day:
            raise _refused(text, _DAYS)
        yield from range(from_day, to_day + 1)


def _interval(text: str) -> Interval:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise _refused(text, _TIMES)
    opens, closes = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
    if int(found[2]) > 59 or int(found[4]) > 59 or closes > _MIDNIGHT:
        raise _refused(text, _TIMES)
    if opens >= closes:
        raise _refused(text, _ORDER)
    return opens, closes


def _text(interval: Interval) -> str:
    opens, closes = interval
    return f"{opening.clock_text(opens)}-{opening.clock_text(closes)}"


def _named(days: Sequence[int]) -> str:
    return DAYS[days[0]] if len(days) == 1 else f"{DAYS[days[0]]}-{DAYS[days[-1]]}"


_NO_HOURS = N_("“%(text)s” tidak menyebut jam. Contoh: mon-thu 08:00-16:00.")
_OVERLAP = N_("Jam pada “%(text)s” bertumpuk atau tidak berurutan.")
_TWICE = N_("Hari “%(text)s” disebut dua kali.")
_DAYS = N_("“%(text)s” bukan hari. Tulis mon, tue, wed, thu, fri, sat, sun, dari awal ke akhir pekan.")
_TIMES = N_("“%(text)s” bukan jam. Contoh: 08:00-16:00, paling akhir 24:00.")
_ORDER = N_("“%(text)s” tutup sebelum buka.")
_NEVER = N_("Kantor %(text)s harus buka paling sedikit satu hari. Tutup sehari: office close-day.")


def _refused(text: str, message: str) -> Invalid:
    return Invalid("bad_hours", message, text=text)
