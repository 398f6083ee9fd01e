"""READ: a copy of what is kept of a person, to be handed over: plain values, opened."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app import archived
from queue_app.complaints import reads
from queue_app.models import Complaint, Contact, Event, Feedback, Message, Office, SurveyForm, Ticket
from queue_app.personal import Vault
from queue_app.privacy.persons import Person

Values = dict[str, Any]


def of(session: Session, vault: Vault, office: Office, person: Person, language: str = "id") -> Values:
    """Everything, as JSON knows values; instants in the office's zone. Of a NIK only the last four digits are kept.
    ``language``: of the services' names.
    """
    return {
        "office": office.name,
        "tickets": [_ticket(session, vault, office, ticket, language) for ticket in person.tickets],
        "complaints": [_complaint(session, vault, office, complaint) for complaint in person.complaints],
        "waiting_list": [
            {"service": each.service.name(language), "day": each.day.isoformat(), "name": vault.shown(each.name_sealed)}
            for each in person.waiting
        ],
    }


def _ticket(session: Session, vault: Vault, office: Office, ticket: Ticket, language: str) -> Values:
    of_log = session.scalars(select(Event).where(Event.ticket_id == ticket.id).order_by(Event.seq))
    old = archived.of_tickets(session, office.id, [ticket.id])
    events = archived.merged(of_log, old, key=lambda event: event.seq)
    contacts = session.scalars(select(Contact).where(Contact.ticket_id == ticket.id).order_by(Contact.id))
    messages = session.scalars(select(Message).where(Message.ticket_id == ticket.id).order_by(Message.id))
    feedback = session.scalar(select(Feedback).where(Feedback.ticket_id == ticket.id))
    survey = session.scalar(select(SurveyForm).where(SurveyForm.ticket_id == ticket.id))
    return {
        "number": ticket.label,
        "day": ticket.day.isoformat(),
        "service": ticket.service.name(language),
        "state": ticket.state.value,
        "name": vault.shown(ticket.name_sealed),
        "phone": vault.shown(ticket.phone_sealed),
        "nik_last_four": ticket.nik_last4,
        "category": ticket.category.value,
        "relation": ticket.relation.value,
        "course": [{"at": _at(office, event.at), "action": event.action} for event in events],
        "contacts": [
            {
                "channel": each.channel,
                "address": vault.shown(each.address_sealed),
                "since": _at(office, each.created_at),
            }
            for each in contacts
        ],
        "messages": [
            {"at": _at(office, each.created_at), "kind": each.kind.value, "status": each.status.value}
            for each in messages
        ],
        "answers": feedback.answers if feedback else None,
        "comment": vault.shown(feedback.comment_sealed) if feedback else None,
        "survey": {"answers": survey.answers, "about": survey.about} if survey else None,
    }


def _complaint(session: Session, vault: Vault, office: Office, complaint: Complaint) -> Values:
    return {
        "number": complaint.label,
        "at": _at(office, complaint.created_at),
        "subject": complaint.subject.value,
        "state": complaint.state.value,
        "name": vault.shown(complaint.name_sealed),
        "phone": vault.shown(complaint.phone_sealed),
        "text": vault.shown(complaint.text_sealed),
        "course": [
            {
                "at": _at(office, moment.at),
                "step": moment.step.value,
                "by": "office" if moment.by else "complainant",
                "words": moment.words,
            }
            for moment in reads.own_course(session, vault, complaint)
        ],
    }


def _at(office: Office, instant: Any) -> str:
    return str(instant.astimezone(office.zone).isoformat(timespec="seconds"))
