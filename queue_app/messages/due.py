"""From the clock and the line to the outbox: who is near, who is to be reminded, whose day has been closed.

Each looks for what is true now and not yet told, so a process that was away catches up, and nothing is told twice.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, String, cast, exists, literal, select
from sqlalchemy.orm import Session, aliased

from queue_app import forecast, opening
from queue_app.database import Database
from queue_app.lifecycle import TicketState
from queue_app.messages import outbox
from queue_app.messages.kinds import KINDS
from queue_app.messages.outbox import Draft
from queue_app.models import Announcement, Contact, Event, Message, MessageKind, Office, Ticket

_ONE_DAY = timedelta(days=1)


LOOK_EVERY = timedelta(seconds=2)
LOOK_AGAIN = timedelta(seconds=15)
"""The order of the line also moves with the clock alone, see ``discipline``."""


class Near:
    """Tells those who have come to the office's ``tell_at_place`` in the line.

    Once in each service, and once more after each wish for more time. A line is read only where somebody who waits has
    still to be told, and not again at once while nothing has happened there.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._looked: dict[int, tuple[int, datetime]] = {}

    def look(self, now: datetime) -> int:
        """How many messages are new."""
        with self._database.read() as session:
            offices = session.scalars(select(Office).where(Office.tell_at_place > 0)).all()
            found = [draft for office in offices if self._is_due(office, now) for draft in _near(session, office, now)]
        return outbox.queue(self._database, found, now)

    def _is_due(self, office: Office, now: datetime) -> bool:
        version, at = self._looked.get(office.id, (None, now - LOOK_AGAIN))
        if now - at < (LOOK_AGAIN if version == office.version else LOOK_EVERY):
            return False
        self._looked[office.id] = (office.version, now)
        return True


def _near(session: Session, office: Office, now: datetime) -> Sequence[Draft]:
    approach = cast(Ticket.service_id, String) + literal(" ") + cast(Ticket.deferrals, String)
    waiting = session.execute(
        _reachable(MessageKind.NEAR, approach).where(
            Ticket.office_id == office.id,
            Ticket.day == opening.local_day(office, now),
            Ticket.state == TicketState.WAITING,
        )
    ).all()
    places = forecast.places(session, office, now) if waiting else {}
    found = []
    for ticket, contact in waiting:
        place = places.get(ticket.id)
        if place is not None and place.position <= office.tell_at_place:
            occurrence = f"{ticket.service_id} {ticket.deferrals}"
            found.append(Draft(contact, office.id, MessageKind.NEAR, occurrence, {"position": place.position}))
    return found


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
    return outbox.queue(database, found, now)


def closed_days(database: Database, now: datetime) -> int:
    """Tell those who booked for a day that has been closed since; how many are new."""
    with database.read() as session:
        found = [due for office in session.scalars(select(Office)).all() for due in _closed(session, office, now)]
    return outbox.queue(database, found, now)


def announced(database: Database, now: datetime) -> int:
    """Tell those who waited, or were to come on that day, when a message to everyone was sent; how many are new."""
    with database.read() as session:
        said = session.scalars(
            select(Announcement).where(
                Announcement.until > now,
                Announcement.ended_at.is_(None),
                Announcement.created_at > now - KINDS[MessageKind.NOTICE].useful_for,
            )
        ).all()
        found = [draft for each in said for draft in _announced(session, each)]
    return outbox.queue(database, found, now)


def _announced(session: Session, said: Announcement) -> Sequence[Draft]:
    occurrence = f"announcement {said.id}"
    of_service = [] if said.service_id is None else [Ticket.service_id == said.service_id]
    rows = session.execute(
        _reachable(MessageKind.NOTICE, literal(occurrence)).where(
            Ticket.office_id == said.office_id,
            Ticket.day == said.day,
            Ticket.state.in_((TicketState.BOOKED, TicketState.WAITING, TicketState.ON_HOLD)),
            Contact.created_at <= said.created_at,
            *of_service,
        )
    ).all()
    params = {"text": said.text}
    return [Draft(contact, said.office_id, MessageKind.NOTICE, occurrence, params, said.until) for _, contact in rows]


def forget_old(database: Database, now: datetime) -> None:
    """Remove what people were told, when its time is over. How they were reached: ``privacy.retention``."""
    with database.read() as session:
        old = select(Message.id).where(Message.created_at < now - outbox.KEPT).limit(1)
        if session.scalar(old) is None:
            return
    with database.write() as session:
        outbox.forget_old(session, now)


def _evening(session: Session, office: Office, now: datetime) -> Sequence[Draft]:
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


def _before_slot(session: Session, office: Office, now: datetime) -> Sequence[Draft]:
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


def _reminder(contact: Contact, ticket: Ticket, occurrence: str, until: datetime) -> Draft:
    params: dict[str, str | int] = {"day": ticket.day.isoformat()}
    if ticket.slot_start is not None:
        params["slot"] = ticket.slot_start.isoformat()
    return Draft(contact, ticket.office_id, MessageKind.REMINDER, occurrence, params, until)


def _told(session: Session, contact_ids: Sequence[int]) -> set[tuple[int | None, str]]:
    """The reminders that these contacts have in the outbox already."""
    rows = session.execute(
        select(Message.contact_id, Message.occurrence).where(
            Message.contact_id.in_(contact_ids), Message.kind == MessageKind.REMINDER
        )
    )
    return {(contact_id, occurrence) for contact_id, occurrence in rows}


def _closed(session: Session, office: Office, now: datetime) -> Sequence[Draft]:
    today = opening.local_day(office, now)
    reasons = opening.closed_days(session, office, today, today + timedelta(days=office.booking_days_ahead))
    if not reasons:
        return []
    booked = session.execute(
        _reachable(MessageKind.CLOSED_DAY, cast(Ticket.day, String)).where(
            Ticket.office_id == office.id, Ticket.day.in_(reasons), Ticket.state == TicketState.BOOKED
        )
    ).all()
    return [
        Draft(
            contact,
            office.id,
            MessageKind.CLOSED_DAY,
            ticket.day.isoformat(),
            {"day": ticket.day.isoformat(), "reason": reasons[ticket.day]},
            _end_of(office, ticket.day),
        )
        for ticket, contact in booked
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
