"""From the clock and the line to the outbox: who is near, who is to be reminded, whose day has been closed.

Each looks for what is true now and not yet told, so a process that was away catches up, and nothing is told twice.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, String, cast, exists, literal, select
from sqlalchemy.orm import Session, aliased

from queue_app import forecast, opening
from queue_app.database import Database
from queue_app.lifecycle import TicketState
from queue_app.messages import contacts, outbox
from queue_app.models import Contact, Event, Message, MessageKind, Office, Ticket

_ONE_DAY = timedelta(days=1)


class _Due(NamedTuple):
    """A message to be queued: for whom, about what, and with which facts."""

    contact: Contact
    office_id: int
    kind: MessageKind
    occurrence: str
    params: dict[str, str | int]
    until: datetime | None


def near(database: Database, now: datetime) -> int:
    """Tell those who have come to the office's ``tell_at_place`` in the line; how many are new.

    Once in each service, and once more after each wish for more time.

    The line is read only where somebody who waits has still to be told.
    """
    found: list[_Due] = []
    with database.read() as session:
        approach = cast(Ticket.service_id, String) + literal(" ") + cast(Ticket.deferrals, String)
        waiting = session.execute(
            _reachable(MessageKind.NEAR, approach)
            .join(Office, Office.id == Ticket.office_id)
            .where(Ticket.state == TicketState.WAITING, Office.tell_at_place > 0)
        ).all()
        by_office: defaultdict[int, list[tuple[Ticket, Contact]]] = defaultdict(list)
        for ticket, contact in waiting:
            by_office[ticket.office_id].append((ticket, contact))
        for office_id, pairs in by_office.items():
            office = session.get_one(Office, office_id)
            places = forecast.places(session, office, now)
            for ticket, contact in pairs:
                place = places.get(ticket.id)
                if place is not None and place.position <= office.tell_at_place:
                    params: dict[str, str | int] = {"position": place.position}
                    occurrence = f"{ticket.service_id} {ticket.deferrals}"
                    found.append(_Due(contact, office_id, MessageKind.NEAR, occurrence, params, until=None))
    return _queue(database, found, now)


def reminders(database: Database, now: datetime) -> int:
    """Remind those who booked: on the evening before, and before their slot, as the office has set; how many are new.

    Nobody is reminded of what was booked or moved after the reminder's time.
    """
    with database.read() as session:
        found = [
            due
            for office in session.scalars(select(Office)).all()
            for due in (*_evening(session, office, now), *_before_slot(session, office, now))
        ]
    return _queue(database, found, now)


def closed_days(database: Database, now: datetime) -> int:
    """Tell those who booked for a day that has been closed since; how many are new."""
    with database.read() as session:
        found = [due for office in session.scalars(select(Office)).all() for due in _closed(session, office, now)]
    return _queue(database, found, now)


def forget_old(database: Database, now: datetime) -> None:
    """Remove how people were reached, and what they were told, when its time is over."""
    with database.read() as session:
        old = (
            select(Contact.id).join(Ticket, Ticket.id == Contact.ticket_id).where(contacts.is_over(now)).limit(1),
            select(Message.id).where(Message.created_at < now - outbox.KEPT).limit(1),
        )
        if all(session.scalar(query) is None for query in old):
            return
    with database.write() as session:
        contacts.forget_old(session, now)
        outbox.forget_old(session, now)


def _evening(session: Session, office: Office, now: datetime) -> Sequence[_Due]:
    today = opening.local_day(office, now)
    evening = opening.local_instant(office, today, office.remind_evening_minute)
    if not office.remind_evening_minute or now < evening:
        return []
    tomorrow = today + _ONE_DAY
    rows = session.execute(
        _reachable(MessageKind.REMINDER, literal(tomorrow.isoformat())).where(
            Ticket.office_id == office.id,
            Ticket.day == tomorrow,
            Ticket.state == TicketState.BOOKED,
            _stands_since_before(evening),
        )
    ).all()
    until = opening.local_instant(office, tomorrow, 0)
    return [_reminder(contact, ticket, tomorrow.isoformat(), until) for ticket, contact in rows]


def _before_slot(session: Session, office: Office, now: datetime) -> Sequence[_Due]:
    ahead = timedelta(minutes=office.remind_minutes_before)
    if not ahead:
        return []
    rows = session.execute(
        select(Ticket, Contact)
        .join(Contact, Contact.ticket_id == Ticket.id)
        .where(
            Ticket.office_id == office.id,
            Ticket.day.in_((opening.local_day(office, now), opening.local_day(office, now + ahead))),
            Ticket.state == TicketState.BOOKED,
            Ticket.slot_start > now,
            Ticket.slot_start <= now + ahead,
            Contact.ended_at.is_(None),
        )
    ).all()
    found = []
    for ticket, contact in rows:
        start = ticket.slot_start
        if start is not None and session.scalar(select(_stands_since_before(start - ahead, ticket))):
            found.append(_reminder(contact, ticket, start.isoformat(), start))
    told = _told(session, [due.contact.id for due in found])
    return [due for due in found if (due.contact.id, due.occurrence) not in told]


def _reminder(contact: Contact, ticket: Ticket, occurrence: str, until: datetime) -> _Due:
    params: dict[str, str | int] = {"day": ticket.day.isoformat()}
    if ticket.slot_start is not None:
        params["slot"] = ticket.slot_start.isoformat()
    return _Due(contact, ticket.office_id, MessageKind.REMINDER, occurrence, params, until)


def _told(session: Session, contact_ids: Sequence[int]) -> set[tuple[int | None, str]]:
    """The reminders that these contacts have in the outbox already."""
    rows = session.execute(
        select(Message.contact_id, Message.occurrence).where(
            Message.contact_id.in_(contact_ids), Message.kind == MessageKind.REMINDER
        )
    )
    return {(contact_id, occurrence) for contact_id, occurrence in rows}


def _closed(session: Session, office: Office, now: datetime) -> Sequence[_Due]:
    today = opening.local_day(office, now)
    booked = session.execute(
        _reachable(MessageKind.CLOSED_DAY, cast(Ticket.day, String)).where(
            Ticket.office_id == office.id, Ticket.day >= today, Ticket.state == TicketState.BOOKED
        )
    ).all()
    if not booked:
        return []
    reasons = opening.closed_days(session, office, today, max(ticket.day for ticket, _ in booked))
    return [
        _Due(
            contact,
            office.id,
            MessageKind.CLOSED_DAY,
            ticket.day.isoformat(),
            {"day": ticket.day.isoformat(), "reason": reasons[ticket.day]},
            _end_of(office, ticket.day),
        )
        for ticket, contact in booked
        if ticket.day in reasons
    ]


def _end_of(office: Office, day: date) -> datetime:
    return opening.local_instant(office, day, 24 * 60)


def _reachable(kind: MessageKind, occurrence: ColumnElement[str]) -> Select[Ticket, Contact]:
    """Tickets with each contact that has not been told ``kind`` for ``occurrence``."""
    told = exists().where(
        Message.ticket_id == Ticket.id,
        Message.kind == kind,
        Message.occurrence == occurrence,
        Message.contact_id == Contact.id,
    )
    return (
        select(Ticket, Contact).join(Contact, Contact.ticket_id == Ticket.id).where(Contact.ended_at.is_(None), ~told)
    )


def _stands_since_before(instant: datetime, ticket: Ticket | None = None) -> ColumnElement[bool]:
    """Whether a ticket's latest move was made before ``instant``."""
    last = aliased(Event)
    of_ticket = (
        (last.ticket_id == Ticket.id, last.ticket_version == Ticket.version)
        if ticket is None
        else (last.ticket_id == ticket.id, last.ticket_version == ticket.version)
    )
    return exists().where(*of_ticket, last.at < instant)


def _queue(database: Database, found: Sequence[_Due], now: datetime) -> int:
    if not found:
        return 0
    with database.write() as session:
        return sum(
            outbox.put(
                session, due.contact, due.office_id, due.kind, due.occurrence, now, params=due.params, until=due.until
            )
            for due in found
        )
