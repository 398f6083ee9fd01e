"""The appointment of a ticket as a calendar file (RFC 5545): one event that is replaced when the booking moves."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext
from icalendar import Alarm, Calendar, Event, vUri
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from queue_app.lifecycle import Action, TicketState
from queue_app.models import Event as LogEvent
from queue_app.models import Service, Ticket
from queue_app.routes.language import language

MEDIA_TYPE = "text/calendar; charset=utf-8"
_REMIND_BEFORE = timedelta(minutes=60)
_REMIND_ON_THE_DAY = timedelta(hours=7)
_DATED = (Action.BOOK.value, Action.JOIN.value, Action.RESCHEDULE.value, Action.CANCEL.value)


@dataclass(frozen=True, slots=True)
class Appointment:
    """A ticket's date: ``sequence`` grows each time it moves or is given up, at ``changed_at`` the last time."""

    sequence: int
    changed_at: datetime


def appointment(session: Session, ticket: Ticket) -> Appointment:
    """What the log says of the date."""
    count, last = session.execute(
        select(func.count(), func.max(LogEvent.at)).where(LogEvent.ticket_id == ticket.id, LogEvent.action.in_(_DATED))
    ).one()
    return Appointment(count - 1, last)


def calendar_file(ticket: Ticket, services: Sequence[Service], dated: Appointment, address: str) -> bytes:
    """The file: ``services`` of the visit in order, ``address`` of the ticket's page.

    The event's UID stays when the booking moves and its SEQUENCE grows, so that calendars replace the event instead of
    adding another. The UID does not give the ticket's id away; the address, with which it can be cancelled, does.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Antrean//Antrean//ID")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    event = Event()
    event.add("uid", f"{hashlib.sha256(ticket.public_id.encode()).hexdigest()[:32]}@antrean")
    event.add("sequence", dated.sequence)
    event.add("dtstamp", dated.changed_at)
    event.add("summary", f"{ticket.label} · {services[0].name(language())} · {ticket.office.name}")
    event.add("description", _description(services, address))
    event.add("location", ", ".join(part for part in (ticket.office.name, ticket.office.address) if part))
    event.add("url", vUri(address))
    event.add("status", "CANCELLED" if ticket.state is TicketState.CANCELLED else "CONFIRMED")
    event.add("transp", "OPAQUE" if ticket.slot_start else "TRANSPARENT")
    _set_time(event, ticket)
    if ticket.state is not TicketState.CANCELLED:
        event.add_component(_alarm(ticket))
    calendar.add_component(event)
    calendar.add_missing_timezones(first_date=ticket.day, last_date=ticket.day + timedelta(days=1))
    file: bytes = calendar.to_ical()
    return file


def _set_time(event: Event, ticket: Ticket) -> None:
    """The arrival slot on the office's wall clock; without one, the whole day."""
    if ticket.slot_start is None:
        event.add("dtstart", ticket.day)
        event.add("dtend", ticket.day + timedelta(days=1))
    else:
        start = ticket.slot_start.astimezone(ticket.office.zone)
        event.add("dtstart", start)
        event.add("dtend", start + timedelta(minutes=ticket.service.slot_minutes))


def _alarm(ticket: Ticket) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", gettext("Antrean %(label)s", label=ticket.label))
    alarm.add("trigger", -_REMIND_BEFORE if ticket.slot_start else _REMIND_ON_THE_DAY)
    return alarm


def _description(services: Sequence[Service], address: str) -> str:
    """The services, what to bring for them, and where the ticket is."""
    lines = []
    for service in services:
        lines.append(service.name(language()))
        lines += [f"- {document}" for document in service.document_names(language())]
    return "\n".join([*lines, "", gettext("Tiket: %(address)s", address=address)])
