"""After the visit: answers to the survey. Stored once, tied to the visit, and confirmed."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app.errors import N_, Invalid, QueueError
from queue_app.lifecycle import TicketState
from queue_app.models import Feedback, Question, Ticket
from queue_app.personal import Vault
from queue_app.survey import form
from queue_app.survey.window import require_open

ANSWERS = range(1, 5)
TEXT_LENGTH = 4000


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
    if is_given(session, ticket):
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


def is_given(session: Session, ticket: Ticket) -> bool:
    """Whether the survey about this visit is answered."""
    return session.scalar(select(Feedback.id).where(Feedback.ticket_id == ticket.id)) is not None


def _checked(text: str | None) -> str | None:
    """The words, tidied; None when there are none. Raises Invalid ``text_too_long``."""
    tidy = (text or "").replace("\r\n", "\n").strip()
    if len(tidy) > TEXT_LENGTH:
        raise Invalid(
            "text_too_long", N_("Tulisan terlalu panjang: paling banyak %(length)s huruf."), length=TEXT_LENGTH
        )
    return tidy or None
