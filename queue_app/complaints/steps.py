"""WRITE: the steps of a complaint's course by the office and by the officer whom it is about. See ``course``.

Each takes the complaint by its number in the office of ``deed.who``; all raise NotFound ``unknown_complaint``,
QueueError ``complaint_moved`` and IllegalStep, and a deed that was done before changes nothing.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app.complaints import deadlines, identity, record, telling
from queue_app.complaints.record import Deed
from queue_app.errors import N_, Forbidden, Invalid, NotFound, QueueError
from queue_app.models import (
    Complaint,
    ComplaintEntry,
    ComplaintState,
    ComplaintStep,
    Resolution,
    Role,
    Severity,
    Subject,
    User,
)
from queue_app.personal import Vault

OVERSEE = frozenset({Role.SUPERVISOR, Role.ADMIN})


def assign(session: Session, deed: Deed, number: int, assignee_id: int) -> Complaint:
    """Somebody who oversees the office takes it in hand. Raises NotFound ``unknown_assignee``."""
    complaint = _of(session, deed, number)
    assignee = _colleague(session, complaint, assignee_id, OVERSEE)
    if assignee is None:
        raise NotFound("unknown_assignee", N_("Pilih supervisor yang menangani pengaduan ini."))
    if not record.was_taken(session, complaint, deed):
        complaint.assignee_id = assignee.id
        record.take(session, complaint, ComplaintStep.ASSIGN, deed, data={"to": assignee.username})
    return complaint


def classify(
    session: Session, deed: Deed, number: int, subject: Subject, severity: Severity, officer_id: int | None = None
) -> Complaint:
    """Say what it is about, how grave it is and whom it is about. Another severity sets the deadline anew, counted from
    the day on which the complaint came (after an appeal or a reopening: from that day).

    Raises NotFound ``unknown_officer``.
    """
    complaint = _of(session, deed, number)
    officer = _colleague(session, complaint, officer_id, frozenset({Role.OFFICER})) if officer_id else None
    if officer_id and officer is None and officer_id != complaint.officer_id:
        raise NotFound("unknown_officer", N_("Petugas itu tidak ada di kantor Anda."))
    if record.was_taken(session, complaint, deed):
        return complaint
    before = _classes(complaint)
    if severity is not complaint.severity:
        complaint.due_on = deadlines.due_on(session, complaint.office, severity, _began(complaint))
    complaint.subject, complaint.severity, complaint.officer_id = subject, severity, officer_id
    data = {"before": before, "after": _classes(complaint)}
    record.take(session, complaint, ComplaintStep.CLASSIFY, deed, data=data)
    return complaint


def summarise(session: Session, vault: Vault, deed: Deed, number: int, text: str) -> Complaint:
    """Write the substance that the officer reads. Raises Invalid ``names_complainant``, ``words_needed`` or
    ``text_too_long``.
    """
    complaint = _of(session, deed, number)
    if not record.was_taken(session, complaint, deed):
        sealed = _nameless(vault, complaint, text)
        complaint.substance_sealed = sealed
        record.take(session, complaint, ComplaintStep.SUMMARISE, deed, sealed)
    return complaint


def reply(session: Session, vault: Vault, deed: Deed, number: int, text: str) -> Complaint:
    """Answer the complainant. Raises Invalid ``words_needed`` or ``text_too_long``."""
    complaint = _of(session, deed, number)
    if not record.was_taken(session, complaint, deed):
        record.take(session, complaint, ComplaintStep.REPLY, deed, record.needed_words(vault, text))
        telling.tell(session, complaint, deed)
    return complaint


def state_view(session: Session, vault: Vault, deed: Deed, number: int, text: str) -> Complaint:
    """The officer's own view, heard before the decision. Raises Forbidden ``not_about_you``, and as ``reply``."""
    complaint = _of(session, deed, number)
    if deed.who is None or complaint.officer_id != deed.who.id:
        raise Forbidden("not_about_you", N_("Pandangan ditulis oleh petugas yang diadukan."))
    if not record.was_taken(session, complaint, deed):
        record.take(session, complaint, ComplaintStep.STATEMENT, deed, record.needed_words(vault, text))
    return complaint


def decide(session: Session, vault: Vault, deed: Deed, number: int, resolution: Resolution, reasons: str) -> Complaint:
    """Decide, with reasons that complainant and officer read. An appeal is decided by somebody who did not decide
    before, where the office has somebody else.

    Raises Invalid ``bad_resolution``, ``names_complainant``, ``words_needed`` or ``text_too_long``, Forbidden
    ``own_complaint`` or ``same_decider``.
    """
    complaint = _of(session, deed, number)
    if record.was_taken(session, complaint, deed):
        return complaint
    if resolution is Resolution.WITHDRAWN:
        raise Invalid("bad_resolution", N_("Hanya pelapor yang dapat mencabut pengaduan."))
    sealed = _nameless(vault, complaint, reasons)
    if deed.who is not None and complaint.officer_id == deed.who.id:
        raise Forbidden("own_complaint", N_("Pengaduan tentang Anda diputuskan oleh orang lain."))
    if complaint.state is ComplaintState.APPEALED:
        _require_another(session, complaint, deed)
    record.take(session, complaint, ComplaintStep.DECIDE, deed, sealed, {"resolution": resolution.value})
    complaint.resolution = resolution
    telling.tell(session, complaint, deed)
    return complaint


def reopen(session: Session, vault: Vault, deed: Deed, number: int, reasons: str) -> Complaint:
    """Take up a finished complaint again; the earlier decision stays in its history. Raises as ``reply``."""
    complaint = _of(session, deed, number)
    if not record.was_taken(session, complaint, deed):
        data = {"before": complaint.resolution.value if complaint.resolution else None}
        record.take(session, complaint, ComplaintStep.REOPEN, deed, record.needed_words(vault, reasons), data)
    return complaint


def _of(session: Session, deed: Deed, number: int) -> Complaint:
    if deed.who is None:
        raise QueueError("staff_only", N_("Langkah ini dilakukan oleh kantor."), 403)
    return record.of_office(session, deed.who, number, for_change=True)


def _colleague(session: Session, complaint: Complaint, user_id: int, roles: Collection[Role]) -> User | None:
    user = session.get(User, user_id)
    is_right = user is not None and user.office_id == complaint.office_id and user.role in roles and user.active
    return user if is_right else None


def _began(complaint: Complaint) -> datetime:
    """When the running deadline began."""
    starts = (ComplaintStep.FILE, ComplaintStep.APPEAL, ComplaintStep.REOPEN)
    return next((entry.at for entry in reversed(complaint.entries) if entry.step in starts), complaint.created_at)


def _classes(complaint: Complaint) -> dict[str, str | int | None]:
    return {
        "subject": complaint.subject.value,
        "severity": complaint.severity.value,
        "officer": complaint.officer_id,
        "due_on": complaint.due_on.isoformat(),
    }


def _nameless(vault: Vault, complaint: Complaint, text: str) -> bytes:
    sealed = record.needed_words(vault, text)
    found = identity.named_in(record.tidy(text), identity.known(vault, complaint))
    if found is not None:
        raise Invalid(
            "names_complainant",
            N_("Tulis tanpa “%(found)s”: petugas membacanya, dan pelapor tidak boleh dikenali."),
            found=found,
        )
    return sealed


def _require_another(session: Session, complaint: Complaint, deed: Deed) -> None:
    decided_by = session.scalars(
        select(ComplaintEntry.actor_id).where(
            ComplaintEntry.complaint_id == complaint.id, ComplaintEntry.step == ComplaintStep.DECIDE
        )
    ).all()
    if deed.who is None or deed.who.id not in decided_by:
        return
    others = select(User.id).where(
        User.office_id == complaint.office_id, User.role.in_(OVERSEE), User.active, User.id.not_in(decided_by)
    )
    if session.scalar(others.limit(1)) is not None:
        raise Forbidden("same_decider", N_("Banding diputuskan oleh orang lain daripada yang memutuskan sebelumnya."))
