"""How a step of a complaint is looked up, checked and written down; shared by ``filing`` and ``steps``."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app.audit import chain
from queue_app.complaints import course, deadlines
from queue_app.errors import N_, Invalid, NotFound, QueueError
from queue_app.models import (
    Complaint,
    ComplaintEntry,
    ComplaintMessage,
    ComplaintState,
    ComplaintStep,
    Role,
    User,
)
from queue_app.personal import Vault

TEXT_LENGTH = 4000
"""Letters of a complaint, of a message about it and of the reasons of a decision."""

KEY_LENGTH = 80
UNKNOWN = N_("Pengaduan itu tidak ada. Periksa kembali alamat atau nomornya.")


@dataclass(frozen=True, slots=True)
class Deed:
    """Who takes a step (None: the complainant) and when. ``key``: the same again changes nothing. ``seen``: the version
    that the page showed, where a step must not be taken on an outdated one.
    """

    now: datetime
    key: str
    who: User | None = None
    seen: int | None = None


def find(session: Session, public_id: str, *, for_change: bool = False) -> Complaint:
    """The complaint behind its unguessable address. Raises NotFound ``unknown_complaint``."""
    chosen = select(Complaint).where(Complaint.public_id == public_id)
    found = session.scalar(chosen.with_for_update() if for_change else chosen)
    if found is None:
        raise _unknown()
    return found


def of_office(session: Session, who: User, number: int, *, for_change: bool = False) -> Complaint:
    """A complaint of the office of ``who``, by its number: any for who oversees it, for an officer those about the
    officer. Raises NotFound ``unknown_complaint``; also for what others may see, so that nothing is said of it.
    """
    chosen = select(Complaint).where(Complaint.office_id == who.office_id, Complaint.number == number)
    if who.role is Role.OFFICER:
        chosen = chosen.where(Complaint.officer_id == who.id)
    found = session.scalar(chosen.with_for_update() if for_change else chosen)
    if found is None:
        raise _unknown()
    return found


def was_taken(session: Session, complaint: Complaint, deed: Deed) -> bool:
    """Whether this very deed was done before. Raises QueueError ``complaint_moved`` for a page that is outdated."""
    done = select(ComplaintEntry.id).where(
        ComplaintEntry.complaint_id == complaint.id, ComplaintEntry.key == deed.key[:KEY_LENGTH]
    )
    if session.scalar(done) is not None:
        return True
    if deed.seen is not None and deed.seen != complaint.version:
        raise QueueError(
            "complaint_moved", N_("Pengaduan ini baru saja diubah orang lain. Lihat dahulu yang sekarang.")
        )
    return False


def take(
    session: Session,
    complaint: Complaint,
    step: ComplaintStep,
    deed: Deed,
    words_sealed: bytes | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Lead the complaint where the table says, and write the step down. Raises IllegalStep."""
    came_from = complaint.state
    complaint.state = course.target(step, came_from)
    complaint.version += 1
    if came_from in course.OPEN and complaint.state in course.FINISHED:
        complaint.finished_at = deed.now
    elif came_from in course.FINISHED and complaint.state in course.OPEN:
        complaint.resolution = complaint.finished_at = None
        complaint.due_on = deadlines.due_on(session, complaint.office, complaint.severity, deed.now)
        data = {**(data or {}), "due_on": complaint.due_on.isoformat()}
    enter(session, complaint, step, came_from, deed, words_sealed, data)


def enter(
    session: Session,
    complaint: Complaint,
    step: ComplaintStep,
    came_from: ComplaintState | None,
    deed: Deed,
    words_sealed: bytes | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    message = None
    if words_sealed is not None:
        message = ComplaintMessage(complaint_id=complaint.id, words_sealed=words_sealed)
        session.add(message)
        session.flush()
    chain.append(
        session,
        ComplaintEntry(
            office_id=complaint.office_id,
            complaint_id=complaint.id,
            at=deed.now,
            actor_id=deed.who.id if deed.who else None,
            step=step,
            from_state=came_from,
            to_state=complaint.state,
            message_id=message.id if message else None,
            key=deed.key[:KEY_LENGTH],
            data=data or {},
        ),
    )


def needed_words(vault: Vault, text: str | None) -> bytes:
    """The words, tidied and sealed. Raises Invalid ``words_needed`` or ``text_too_long``."""
    sealed = vault.seal(tidy(text))
    if sealed is None:
        raise Invalid("words_needed", N_("Isi bagian ini dengan kata-kata."))
    return sealed


def tidy(text: str | None) -> str:
    """The words without control characters. Raises Invalid ``text_too_long``, naming the limit."""
    words = (text or "").replace("\r\n", "\n").strip()
    words = "".join(c if c.isprintable() or c == "\n" else " " for c in words)
    if len(words) > TEXT_LENGTH:
        raise Invalid(
            "text_too_long", N_("Tulisan terlalu panjang: paling banyak %(length)s huruf."), length=TEXT_LENGTH
        )
    return words


def _unknown() -> NotFound:
    return NotFound("unknown_complaint", UNKNOWN)
