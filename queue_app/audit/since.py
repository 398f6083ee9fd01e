"""What was changed of an office's settings since somebody looked at them. For pages that must not undo it unseen."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from queue_app.errors import N_, QueueError
from queue_app.models import ConfigurationChange, Office

ANYTHING: frozenset[str] = frozenset()
"""All that is recorded of a subject."""

_AT_ONCE = 50
MOST_LATER = 20
"""Changes that somebody is shown; a page that was open for years is not told all."""

EVERYTHING = ("*",)
"""Every subject of an office."""

Touched = Mapping[str, frozenset[str]]
"""What a page shows, as the history calls it: the names of settings by subject, like ``{"office": {"name"}}``."""

Subjects = Collection[str] | Touched
"""Without names all of them are meant. One that ends with * stands for all that begin so: ``counter:*``."""


class ChangedSince(QueueError):
    """Somebody else has changed what the page shows; ``later`` says how, asked with ``subjects`` and ``seen``."""

    def __init__(self, subjects: Subjects, seen: int) -> None:
        super().__init__(
            "settings_changed",
            N_("Pengaturan ini sudah diubah sejak halaman Anda dibuka. Yang Anda isi belum disimpan."),
        )
        self.subjects, self.seen = subjects, seen


def last_change(session: Session, office: Office) -> int:
    """The number of the last change of the office's settings; 0 before the first. To be read before what is shown."""
    rows = select(func.max(ConfigurationChange.seq)).where(ConfigurationChange.office_id == office.id)
    return session.scalar(rows) or 0


def version(session: Session, office: Office, subjects: Collection[str]) -> int:
    """The number of the last change of ``subjects``; 0 before the first. To be read before what is shown, likewise."""
    rows = select(func.max(ConfigurationChange.seq)).where(ConfigurationChange.office_id == office.id, _named(subjects))
    return session.scalar(rows) or 0


def require(session: Session, office: Office, subjects: Subjects, seen: int) -> None:
    """Nothing of ``subjects`` was changed after the number ``seen``, and until the transaction ends nobody else can.

    Raises ChangedSince.
    """
    session.execute(select(Office.id).where(Office.id == office.id).with_for_update(key_share=True))
    if later(session, office, subjects, seen, most=1):
        raise ChangedSince(subjects, seen)


def later(
    session: Session, office: Office, subjects: Subjects, seen: int, most: int = MOST_LATER
) -> Sequence[ConfigurationChange]:
    """What was changed of ``subjects`` after the number ``seen``, the latest first: the last ``most`` of it, and no
    more is read than that takes."""
    if not subjects:
        return ()
    touched = subjects if isinstance(subjects, Mapping) else {}
    rows = _backwards(session, office, _named(subjects), seen)
    return list(islice((row for row in rows if _touches(row, touched.get(row.subject, ANYTHING))), most))


def _backwards(
    session: Session, office: Office, which: ColumnElement[bool], seen: int
) -> Iterator[ConfigurationChange]:
    """What was changed after the number ``seen``, some rows at a time."""
    rows = (
        select(ConfigurationChange)
        .where(ConfigurationChange.office_id == office.id, ConfigurationChange.seq > seen, which)
        .order_by(ConfigurationChange.seq.desc())
        .limit(_AT_ONCE)
        .options(joinedload(ConfigurationChange.actor))
    )
    some = session.scalars(rows).all()
    while some:
        yield from some
        some = (
            session.scalars(rows.where(ConfigurationChange.seq < some[-1].seq)).all() if len(some) == _AT_ONCE else []
        )


def _named(subjects: Collection[str]) -> ColumnElement[bool]:
    subject = ConfigurationChange.subject
    return or_(*(subject.startswith(s[:-1], autoescape=True) if s.endswith("*") else subject == s for s in subjects))


def _touches(change: ConfigurationChange, names: frozenset[str]) -> bool:
    return not names or bool(names & {*change.before, *change.after})


def versions(session: Session, office: Office, prefix: str) -> dict[str, int]:
    """The number of the last change of each subject that begins so; none of what was never changed."""
    subject = ConfigurationChange.subject
    rows = session.execute(
        select(subject, func.max(ConfigurationChange.seq))
        .where(ConfigurationChange.office_id == office.id, subject.startswith(prefix, autoescape=True))
        .group_by(subject)
    )
    return dict(rows.all())
