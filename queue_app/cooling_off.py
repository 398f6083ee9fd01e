"""Mild consequences of not coming: for some days, online booking is possible only at short notice.

Counted is, for each person (by the NIK's keyed hash) and office, from the log of the last 30 days: a booking that was
called in vain at last, and one that expired without its holder ever having checked in. Not counted: what was cancelled
in time, a place that came by itself from the waiting list, a day on which the office stayed closed. Whoever comes to
the office gets a number as everybody does.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session

from queue_app import opening
from queue_app.errors import N_, QueueError
from queue_app.lifecycle import Action, TicketState
from queue_app.models import Channel, Event, Office, Standby, Ticket

COUNTED_FOR = timedelta(days=30)
MISSED = 2
LASTS = timedelta(days=14)
DAYS_AHEAD = 1


@dataclass(frozen=True, slots=True)
class Cooling:
    """Up to and with the local day ``until``, online booking reaches no further than ``last_day``."""

    missed: int
    until: date
    last_day: date


def of(session: Session, office: Office, nik_hash: str | None, now: datetime) -> Cooling | None:
    """The person's cooling-off at this moment; None without one, without a NIK, or where the office has none."""
    if nik_hash is None or not office.cooling_off:
        return None
    at = _missed_at(session, office, nik_hash, now)
    if len(at) < MISSED:
        return None
    until = opening.local_day(office, max(at) + LASTS)
    today = opening.local_day(office, now)
    return Cooling(len(at), until, today + timedelta(days=DAYS_AHEAD)) if today <= until else None


def require(session: Session, office: Office, nik_hash: str | None, day: date, now: datetime) -> None:
    """Raises QueueError ``cooling_off`` when the person cannot book ``day`` online now, saying what is possible."""
    cooling = of(session, office, nik_hash, now)
    if cooling is not None and day > cooling.last_day:
        raise QueueError(
            "cooling_off",
            N_(
                "Anda %(missed)s kali tidak datang dalam %(days)s hari terakhir. Sampai %(until)s, pendaftaran daring "
                "hanya bisa untuk hari ini dan besok. Datang langsung ke kantor selalu bisa."
            ),
            missed=cooling.missed,
            days=COUNTED_FOR.days,
            until=cooling.until,
            last_day=cooling.last_day,
        )


def _missed_at(session: Session, office: Office, nik_hash: str, now: datetime) -> list[datetime]:
    """When each of the person's missed bookings was missed."""
    of_ticket = Event.ticket_id == Ticket.id
    checked_in = exists().where(of_ticket, Event.action == Action.CHECK_IN.value).correlate(Ticket)
    rows = session.execute(
        select(Ticket.day, func.max(Event.at))
        .join(Event, of_ticket)
        .where(
            Ticket.office_id == office.id,
            Ticket.nik_hash == nik_hash,
            Ticket.channel == Channel.ONLINE,
            ~exists().where(Standby.ticket_id == Ticket.id),
            Event.at > now - COUNTED_FOR,
            or_(
                and_(Ticket.state == TicketState.NO_SHOW, Event.action == Action.NO_SHOW.value),
                and_(Ticket.state == TicketState.EXPIRED, Event.action == Action.EXPIRE.value, ~checked_in),
            ),
        )
        .group_by(Ticket.id, Ticket.day)
    ).all()
    if not rows:
        return []
    days = [day for day, _ in rows]
    closed = opening.closed_days(session, office, min(days), max(days))
    return [at for day, at in rows if day not in closed]
