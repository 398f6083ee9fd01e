"""The days on which an office is closed: its own word, and the country's holidays as suggestions to decide on.

Holidays come from the library ``holidays`` (Indonesia: public holidays, and joint leave of the government). Dates that
depend on the moon are estimates until the government announces them; the library marks them ``(perkiraan)``, and so do
we. No office is ever closed on the library's word alone: see ``opening.closed_days``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from queue_app import opening
from queue_app.audit import changes
from queue_app.errors import N_, Invalid
from queue_app.lifecycle import TicketState
from queue_app.models import Closure, Decision, Holiday, Office, Ticket, User
from queue_app.opening import Interval

COUNTRY = "ID"
FIRST_YEAR, LAST_YEAR = 2000, 2100
ESTIMATE = "(perkiraan)"
REASON_LENGTH = 120
HOURS_LENGTH = 80
_CATEGORIES = ("public", "government")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading did: holidays that were added, renamed, and withdrawn because the library no longer has them."""

    added: int
    renamed: int
    withdrawn: int


def load(session: Session, office: Office, year: int) -> Loaded:
    """Bring in the country's holidays of a year as suggestions. Repeatable: what the office decided on stays as it is.

    Raises Invalid ``bad_year``.
    """
    _require_year(year)
    known = {holiday.day: holiday for holiday in of_year(session, office, year)}
    named = names(year)
    added = renamed = withdrawn = 0
    for day, name in named.items():
        holiday = known.get(day)
        if holiday is None:
            session.add(Holiday(office_id=office.id, day=day, name=name, is_estimate=ESTIMATE in name))
            added += 1
        elif holiday.decision is Decision.SUGGESTED and holiday.name != name:
            holiday.name, holiday.is_estimate = name, ESTIMATE in name
            renamed += 1
    for day, holiday in known.items():
        if day not in named and holiday.decision is Decision.SUGGESTED:
            session.delete(holiday)
            withdrawn += 1
    session.flush()
    return Loaded(added, renamed, withdrawn)


def _require_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid("bad_year", N_("Tahun harus %(first)s sampai %(last)s."), first=FIRST_YEAR, last=LAST_YEAR)


def names(year: int) -> Mapping[date, str]:
    """The holidays and joint leave of a year by day, in Indonesian; several of one day in one text."""
    from holidays import country_holidays  # noqa: PLC0415 - slow to load, and needed once a year

    found = country_holidays(COUNTRY, years=year, language="id", categories=_CATEGORIES)
    return {day: name[:200] for day, name in sorted(found.items())}


def of_year(session: Session, office: Office, year: int) -> Sequence[Holiday]:
    return between(session, office, date(year, 1, 1), date(year, 12, 31))


def between(session: Session, office: Office, first: date, last: date) -> Sequence[Holiday]:
    """The holidays from ``first`` to ``last``, both included, whatever was decided on them."""
    query = select(Holiday).where(Holiday.office_id == office.id, Holiday.day.between(first, last))
    return session.scalars(query.order_by(Holiday.day)).all()


def own_days(session: Session, office: Office, first: date, last: date) -> Mapping[date, Closure]:
    """The days on which the office is closed, or has special hours, for itself."""
    query = select(Closure).where(Closure.office_id == office.id, Closure.day.between(first, last))
    return {closure.day: closure for closure in session.scalars(query.order_by(Closure.day))}


def confirm(session: Session, office: Office, year: int, now: datetime, actor: User | None = None) -> int:
    """Close the office on every suggested holiday of a year whose date is certain; how many. Raises Invalid
    ``bad_year``.
    """
    _require_year(year)
    certain = [h for h in of_year(session, office, year) if h.decision is Decision.SUGGESTED and not h.is_estimate]
    for holiday in certain:
        holiday.decision = Decision.CLOSED
    closed = {holiday.day.isoformat(): holiday.name for holiday in certain}
    changes.record(session, office, actor, f"holidays:{year}", {}, closed, now)
    return len(certain)


def close_day(
    session: Session, office: Office, day: date, reason: str, now: datetime, actor: User | None = None
) -> int:
    """Close the office on a day, without ``reason`` for the holiday that it is; how many bookings stand on it."""
    before = _decided(session, office, day)
    holiday = holiday_on(session, office, day)
    if holiday is not None:
        holiday.decision = Decision.CLOSED
    if holiday is None or reason:
        session.execute(delete(Closure).where(Closure.office_id == office.id, Closure.day == day))
        session.add(Closure(office_id=office.id, day=day, reason=reason.strip()[:REASON_LENGTH]))
    session.flush()
    changes.record(session, office, actor, f"day:{day}", before, _decided(session, office, day), now)
    return (
        session.scalar(
            select(func.count())
            .select_from(Ticket)
            .where(Ticket.office_id == office.id, Ticket.day == day, Ticket.state == TicketState.BOOKED)
        )
        or 0
    )


def set_special_hours(
    session: Session,
    office: Office,
    day: date,
    hours: Sequence[Interval],
    reason: str,
    now: datetime,
    actor: User | None = None,
) -> None:
    """Open the office on a day at these hours alone, holiday or not. Raises Invalid ``bad_hours`` without any."""
    text = opening.text_of(hours)
    if not 0 < len(text) <= HOURS_LENGTH:
        raise Invalid("bad_hours", N_("Isi jam buka hari itu, paling banyak enam rentang."))
    before = _decided(session, office, day)
    session.execute(delete(Closure).where(Closure.office_id == office.id, Closure.day == day))
    session.add(Closure(office_id=office.id, day=day, reason=reason.strip()[:REASON_LENGTH], hours=text))
    session.flush()
    changes.record(session, office, actor, f"day:{day}", before, _decided(session, office, day), now)


def open_day(session: Session, office: Office, day: date, now: datetime, actor: User | None = None) -> None:
    """Open the office on a day, holiday or not, at the hours of its weekday."""
    before = _decided(session, office, day)
    session.execute(delete(Closure).where(Closure.office_id == office.id, Closure.day == day))
    holiday = holiday_on(session, office, day)
    if holiday is not None:
        holiday.decision = Decision.OPEN
    session.flush()
    changes.record(session, office, actor, f"day:{day}", before, _decided(session, office, day), now)


def open_again(session: Session, office: Office, day: date, now: datetime, actor: User | None = None) -> None:
    """Undo a day's closing or its special hours, or stay open on a holiday."""
    own = own_days(session, office, day, day)
    if holiday_on(session, office, day) is not None and not (day in own and own[day].hours):
        open_day(session, office, day, now, actor)
    else:
        take_back(session, office, day, now, actor)


def take_back(session: Session, office: Office, day: date, now: datetime, actor: User | None = None) -> None:
    """The office is no longer closed on that day for a reason of its own; what holds of a holiday stays."""
    before = _decided(session, office, day)
    session.execute(delete(Closure).where(Closure.office_id == office.id, Closure.day == day))
    changes.record(session, office, actor, f"day:{day}", before, _decided(session, office, day), now)


def set_holiday(
    session: Session,
    office: Office,
    day: date,
    name: str,
    decision: Decision,
    now: datetime,
    *,
    is_estimate: bool = False,
    actor: User | None = None,
) -> None:
    """A holiday as another office or an earlier year's file names it, with what was decided on it."""
    before = _decided(session, office, day)
    holiday = holiday_on(session, office, day)
    if holiday is None:
        holiday = Holiday(office_id=office.id, day=day)
        session.add(holiday)
    holiday.name, holiday.is_estimate, holiday.decision = name[:200], is_estimate, decision
    session.flush()
    changes.record(session, office, actor, f"day:{day}", before, _decided(session, office, day), now)


def _decided(session: Session, office: Office, day: date) -> dict[str, str]:
    """What stands of a day: the closure's reason, what was decided on the holiday."""
    holiday = holiday_on(session, office, day)
    closure = session.scalar(select(Closure).where(Closure.office_id == office.id, Closure.day == day))
    found = {
        "closed": closure.reason if closure and not closure.hours else None,
        "hours": closure.hours or None if closure else None,
        "reason": closure.reason if closure and closure.hours else None,
        "holiday": holiday.decision.value if holiday else None,
    }
    return {name: value for name, value in found.items() if value is not None}


def holiday_on(session: Session, office: Office, day: date) -> Holiday | None:
    return session.scalar(select(Holiday).where(Holiday.office_id == office.id, Holiday.day == day))
