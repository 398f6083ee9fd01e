"""After the visit: answers to the survey, and complaints. Stored once, tied to the visit, and confirmed."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from queue_app.errors import N_, Invalid, QueueError
from queue_app.lifecycle import TicketState
from queue_app.models import Complaint, Feedback, Office, Question, Subject, Ticket
from queue_app.personal import Vault
from queue_app.survey import form
from queue_app.survey.window import require_open

ANSWERS = range(1, 5)
TEXT_LENGTH = 4000
SHORTEST_COMPLAINT = 10
MOST_COMPLAINTS = 3


def give(
    session: Session, vault: Vault, ticket: Ticket, answers: Mapping[Question, int], comment: str | None, now: datetime
) -> Feedback:
    """Keep the answers about a finished visit, once.

    ``ticket`` is locked by the caller. Raises QueueError ``not_served_yet``, ``feedback_over``, ``feedback_given``,
    Invalid ``no_answer``, ``bad_answer`` or ``text_too_long``.
    """
    if ticket.state is not TicketState.SERVED:
        raise QueueError("not_served_yet", N_("Survei dapat diisi setelah pelayanan selesai."))
    require_open(ticket, now)
    if session.scalar(select(Feedback.id).where(Feedback.ticket_id == ticket.id)) is not None:
        raise QueueError("feedback_given", N_("Jawaban untuk kunjungan ini sudah kami terima. Terima kasih."))
    if not answers:
        raise Invalid("no_answer", N_("Pilih paling sedikit satu jawaban."))
    if any(answer not in ANSWERS for answer in answers.values()):
        raise Invalid("bad_answer", N_("Jawaban harus 1 sampai 4."))
    words = _checked(comment)
    given = Feedback(
        ticket_id=ticket.id,
        office_id=ticket.office_id,
        service_id=ticket.service_id,
        officer_id=ticket.officer_id,
        answers={question.value: answer for question, answer in answers.items()},
        comment_sealed=vault.seal(words),
        created_at=now,
    )
    session.add(given)
    session.flush()
    elements = {question: answer for question, answer in answers.items() if question in form.ASKED}
    if elements:
        form.keep(session, ticket, elements, {}, now)
    return given


def complain(
    session: Session, vault: Vault, ticket: Ticket, subject: Subject, text: str | None, key: str, now: datetime
) -> Complaint:
    """Keep a complaint about a visit and give it a number. The same ``key`` again gives the same complaint.

    ``ticket`` is locked by the caller. Raises QueueError ``feedback_over`` or ``too_many_complaints``, Invalid
    ``complaint_too_short`` or ``text_too_long``.
    """
    kept = session.scalar(select(Complaint).where(Complaint.ticket_id == ticket.id, Complaint.key == key))
    if kept is not None:
        return kept
    require_open(ticket, now)
    words = _checked(text)
    sealed = vault.seal(words)
    if sealed is None or words is None or len(words) < SHORTEST_COMPLAINT:
        raise Invalid(
            "complaint_too_short",
            N_("Ceritakan yang terjadi, paling sedikit %(length)s huruf."),
            length=SHORTEST_COMPLAINT,
        )
    count = session.scalar(select(func.count()).select_from(Complaint).where(Complaint.ticket_id == ticket.id)) or 0
    if count >= MOST_COMPLAINTS:
        raise QueueError(
            "too_many_complaints",
            N_("Untuk satu kunjungan dapat dikirim %(most)s pengaduan. Silakan hubungi kantor."),
            most=MOST_COMPLAINTS,
        )
    complaint = Complaint(
        office_id=ticket.office_id,
        number=_next_number(session, ticket.office_id),
        ticket_id=ticket.id,
        service_id=ticket.service_id,
        officer_id=ticket.officer_id,
        subject=subject,
        text_sealed=sealed,
        key=key,
        created_at=now,
    )
    session.add(complaint)
    session.flush()
    return complaint


def of_ticket(session: Session, ticket: Ticket) -> tuple[bool, list[Complaint]]:
    """Whether the survey is answered, and the complaints, oldest first."""
    given = session.scalar(select(Feedback.id).where(Feedback.ticket_id == ticket.id)) is not None
    rows = session.scalars(select(Complaint).where(Complaint.ticket_id == ticket.id).order_by(Complaint.id))
    return given, list(rows)


def _next_number(session: Session, office_id: int) -> int:
    """The office's row is locked, so that two complaints never get one number."""
    session.execute(select(Office.id).where(Office.id == office_id).with_for_update())
    last = session.scalar(select(func.max(Complaint.number)).where(Complaint.office_id == office_id))
    return (last or 0) + 1


def _checked(text: str | None) -> str | None:
    """The words, tidied; None when there are none. Raises Invalid ``text_too_long``."""
    tidy = (text or "").replace("\r\n", "\n").strip()
    if len(tidy) > TEXT_LENGTH:
        raise Invalid(
            "text_too_long", N_("Tulisan terlalu panjang: paling banyak %(length)s huruf."), length=TEXT_LENGTH
        )
    return tidy or None
