"""WRITE: what the complainant does at the complaint's own address. Each raises NotFound ``unknown_complaint`` and
IllegalStep; a deed that was done before changes nothing.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from queue_app import opening
from queue_app.complaints import deadlines, record
from queue_app.complaints.record import Deed
from queue_app.errors import N_, QueueError
from queue_app.models import Complaint, ComplaintEntry, ComplaintState, ComplaintStep, Resolution
from queue_app.personal import Vault

MOST_MESSAGES = 30


def write(session: Session, vault: Vault, deed: Deed, public_id: str, text: str) -> Complaint:
    """Add something, or answer a question. Raises Invalid ``words_needed`` or ``text_too_long``, QueueError
    ``too_many_messages``.
    """
    complaint = record.find(session, public_id, for_change=True)
    if not record.was_taken(session, complaint, deed):
        words = record.needed_words(vault, text)
        _require_room(session, complaint)
        record.take(session, complaint, ComplaintStep.WRITE, deed, words)
    return complaint


def withdraw(session: Session, deed: Deed, public_id: str) -> Complaint:
    complaint = record.find(session, public_id, for_change=True)
    if not record.was_taken(session, complaint, deed):
        record.take(session, complaint, ComplaintStep.WITHDRAW, deed)
        complaint.resolution = Resolution.WITHDRAWN
    return complaint


def appeal(session: Session, vault: Vault, deed: Deed, public_id: str, reasons: str) -> Complaint:
    """Ask for another decision, within ``deadlines.TO_APPEAL`` working days. Raises QueueError ``appeal_over``, and as
    ``write``.
    """
    complaint = record.find(session, public_id, for_change=True)
    if record.was_taken(session, complaint, deed):
        return complaint
    words = record.needed_words(vault, reasons)
    before = complaint.resolution.value if complaint.resolution else None
    if complaint.state is ComplaintState.DECIDED and not can_appeal(session, complaint, deed):
        raise QueueError(
            "appeal_over",
            N_("Banding diterima sampai %(days)s hari kerja setelah putusan. Silakan hubungi kantor."),
            days=deadlines.TO_APPEAL,
        )
    record.take(session, complaint, ComplaintStep.APPEAL, deed, words, {"before": before})
    return complaint


def can_appeal(session: Session, complaint: Complaint, deed: Deed) -> bool:
    """Whether it was decided so recently that the decision can be appealed."""
    if complaint.state is not ComplaintState.DECIDED or complaint.finished_at is None:
        return False
    office = complaint.office
    decided_on = opening.local_day(office, complaint.finished_at)
    last = deadlines.working_day_after(session, office, decided_on, deadlines.TO_APPEAL)
    return opening.local_day(office, deed.now) <= last


def _require_room(session: Session, complaint: Complaint) -> None:
    written = select(func.count()).where(
        ComplaintEntry.complaint_id == complaint.id, ComplaintEntry.step == ComplaintStep.WRITE
    )
    if (session.scalar(written) or 0) >= MOST_MESSAGES:
        raise QueueError(
            "too_many_messages",
            N_("Untuk satu pengaduan dapat dikirim %(most)s pesan. Silakan hubungi kantor."),
            most=MOST_MESSAGES,
        )
