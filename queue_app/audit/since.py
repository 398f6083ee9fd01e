"""What was changed of an office's settings since somebody looked at them. For pages that must not undo it unseen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from queue_app.errors import N_, QueueError
from queue_app.models import ConfigurationChange, Office


@dataclass(frozen=True, slots=True)
class Done:
    """A change, and who made it (empty: a command on the server). Outlives the transaction."""

    at: datetime
    who: str
    subject: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    @classmethod
    def of(cls, row: ConfigurationChange) -> "Done":
        return cls(row.at, row.actor.display_name if row.actor else "", row.subject, row.before, row.after)


class ChangedSince(QueueError):
    """``changes``: what was done meanwhile, the newest first."""

    def __init__(self, changes: Sequence[Done]) -> None:
        said = N_("Belum disimpan: sudah ada perubahan lain sejak halaman ini dibuka. Periksa, lalu simpan lagi.")
        super().__init__("settings_changed", said)
        self.changes = changes


def version(session: Session, office: Office) -> int:
    """Names the state of all settings: the number of the last change (0: none yet)."""
    query = select(func.max(ConfigurationChange.seq)).where(ConfigurationChange.office_id == office.id)
    return session.scalar(query) or 0


def require(session: Session, office: Office, subjects: Sequence[str], seen: int) -> None:
    """Nothing of ``subjects`` was changed after the version ``seen``, and until the transaction ends nobody else can.

    A subject that ends with * stands for all that begin so: ``counter:*`` for every counter. Raises ChangedSince.
    """
    if not subjects:
        return
    session.execute(select(Office.id).where(Office.id == office.id).with_for_update(key_share=True))
    later = session.scalars(
        select(ConfigurationChange)
        .where(_of(office, subjects), ConfigurationChange.seq > seen)
        .order_by(ConfigurationChange.seq.desc())
        .options(joinedload(ConfigurationChange.actor))
    ).all()
    if later:
        raise ChangedSince([Done.of(row) for row in later])


def _of(office: Office, subjects: Sequence[str]) -> ColumnElement[bool]:
    subject = ConfigurationChange.subject
    named = [subject.startswith(one[:-1], autoescape=True) if one.endswith("*") else subject == one for one in subjects]
    return (ConfigurationChange.office_id == office.id) & or_(*named)
