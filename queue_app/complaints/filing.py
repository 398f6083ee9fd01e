"""WRITE: a complaint comes in: about a visit from its ticket's page, or without a ticket at the kiosk or reception."""

import secrets
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from queue_app import opening
from queue_app.complaints import deadlines, record
from queue_app.complaints.record import Deed
from queue_app.errors import N_, Invalid, QueueError
from queue_app.models import (
    Channel,
    Complaint,
    ComplaintState,
    ComplaintStep,
    Office,
    Service,
    Subject,
    Ticket,
    User,
)
from queue_app.personal import Vault, checked_holder
from queue_app.survey.window import require_open

SHORTEST = 10
MOST_OF_A_TICKET = 3


@dataclass(frozen=True, slots=True)
class Filed:
    """What a complainant says. ``name`` and ``phone`` are given only by who wants to."""

    subject: Subject
    text: str | None
    name: str | None = None
    phone: str | None = None


def about_ticket(
    session: Session, vault: Vault, ticket: Ticket, filed: Filed, deed: Deed, channel: Channel = Channel.ONLINE
) -> Complaint:
    """Keep a complaint about a visit and give it a number. The same ``deed.key`` again gives the same complaint.

    ``ticket`` is locked by the caller. Raises QueueError ``feedback_over`` or ``too_many_complaints``, Invalid
    ``complaint_too_short``, ``text_too_long``, ``bad_name`` or ``bad_phone``.
    """
    before = _before(session, Complaint.ticket_id == ticket.id, deed)
    if before is not None:
        return before
    require_open(ticket, deed.now)
    complaint = _made(session, vault, ticket.office, filed, deed, channel)
    count = session.scalar(select(func.count()).select_from(Complaint).where(Complaint.ticket_id == ticket.id)) or 0
    if count >= MOST_OF_A_TICKET:
        raise QueueError(
            "too_many_complaints",
            N_("Untuk satu kunjungan dapat dikirim %(most)s pengaduan. Silakan hubungi kantor."),
            most=MOST_OF_A_TICKET,
        )
    complaint.ticket_id, complaint.service_id = ticket.id, ticket.service_id
    complaint.officer_id = ticket.officer_id
    return _filed(session, complaint, deed)


def without_ticket(
    session: Session,
    vault: Vault,
    office: Office,
    filed: Filed,
    deed: Deed,
    channel: Channel,
    service: Service | None = None,
    officer: User | None = None,
) -> Complaint:
    """The same for somebody without a ticket. ``officer``: whom it is about, where that is known. Raises likewise."""
    before = _before(session, (Complaint.office_id == office.id) & Complaint.ticket_id.is_(None), deed)
    if before is not None:
        return before
    complaint = _made(session, vault, office, filed, deed, channel)
    complaint.service_id = service.id if service else None
    complaint.officer_id = officer.id if officer else None
    return _filed(session, complaint, deed)


def _before(session: Session, of: ColumnElement[bool], deed: Deed) -> Complaint | None:
    return session.scalar(select(Complaint).where(of, Complaint.key == deed.key[: record.KEY_LENGTH]))


def _made(session: Session, vault: Vault, office: Office, filed: Filed, deed: Deed, channel: Channel) -> Complaint:
    """A complaint that is checked and not yet kept."""
    words = record.tidy(filed.text)
    if len(words) < SHORTEST:
        raise Invalid(
            "complaint_too_short", N_("Ceritakan yang terjadi, paling sedikit %(length)s huruf."), length=SHORTEST
        )
    person = checked_holder(filed.name, filed.phone, None, today=opening.local_day(office, deed.now))
    severity = deadlines.USUAL[filed.subject]
    return Complaint(
        public_id=secrets.token_urlsafe(16),
        office_id=office.id,
        channel=channel,
        subject=filed.subject,
        severity=severity,
        state=ComplaintState.RECEIVED,
        version=1,
        due_on=deadlines.due_on(session, office, severity, deed.now),
        text_sealed=vault.seal(words),
        name_sealed=vault.seal(person.name),
        phone_sealed=vault.seal(person.phone),
        key=deed.key[: record.KEY_LENGTH],
        created_at=deed.now,
    )


def _filed(session: Session, complaint: Complaint, deed: Deed) -> Complaint:
    complaint.number = _next_number(session, complaint.office_id)
    session.add(complaint)
    session.flush()
    data = {"severity": complaint.severity.value, "due_on": complaint.due_on.isoformat()}
    record.enter(session, complaint, ComplaintStep.FILE, None, deed, data=data)
    return complaint


def _next_number(session: Session, office_id: int) -> int:
    """The office's row is locked, so that two complaints never get one number."""
    session.execute(select(Office.id).where(Office.id == office_id).with_for_update())
    last = session.scalar(select(func.max(Complaint.number)).where(Complaint.office_id == office_id))
    return (last or 0) + 1
