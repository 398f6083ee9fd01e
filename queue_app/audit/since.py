"""What was changed of an office's settings since somebody looked at them. For pages that must not undo it unseen."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from queue_app.errors import N_, QueueError
from queue_app.models import ConfigurationChange, Office


class ChangedSince(QueueError):
    """Somebody else has changed what the page shows; ``later`` says how, asked with ``subjects`` and ``seen``."""

    def __init__(self, subjects: Sequence[str], seen: int) -> None:
        super().__init__(
            "settings_changed",
            N_("Pengaturan ini sudah diubah sejak halaman Anda dibuka. Yang Anda isi belum disimpan."),
        )
        self.subjects, self.seen = subjects, seen


def require(session: Session, office: Office, subjects: Sequence[str], seen: int) -> None:
    """Nothing of ``subjects`` was changed after the number ``seen``, and until the transaction ends nobody else can.

    A subject that ends with * stands for all that begin so: ``counter:*`` for every counter. Raises ChangedSince.
    """
    session.execute(select(Office.id).where(Office.id == office.id).with_for_update(key_share=True))
    if subjects and later(session, office, subjects, seen):
        raise ChangedSince(subjects, seen)


def later(session: Session, office: Office, subjects: Sequence[str], seen: int) -> Sequence[ConfigurationChange]:
    """What was changed of ``subjects`` after the number ``seen``, the latest first."""
    subject = ConfigurationChange.subject
    named = [subject.startswith(s[:-1], autoescape=True) if s.endswith("*") else subject == s for s in subjects]
    return session.scalars(
        select(ConfigurationChange)
        .where(ConfigurationChange.office_id == office.id, ConfigurationChange.seq > seen, or_(*named))
        .order_by(ConfigurationChange.seq.desc())
        .options(joinedload(ConfigurationChange.actor))
    ).all()
