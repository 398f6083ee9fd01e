"""Trainings, changes, outages and holidays, written beside the figures that they explain."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from metrics.periods import Period
from queue_app import writer
from queue_app.errors import N_, Invalid, NotFound
from queue_app.lifecycle import OfficeAction
from queue_app.models import ANNOTATION_LENGTH, Annotation, AnnotationKind, User
from queue_app.writer import Entry


def annotate(
    session: Session, who: User, kind: str, start_day: date | None, end_day: date | None, text: str, now: datetime
) -> Annotation:
    """Write one; ``end_day`` None: of one day. The same one again, by a doubled click, is the first.

    Raises Invalid ``annotation_kind``, ``annotation_empty``, ``annotation_too_long`` or ``annotation_days``.
    """
    words = " ".join(text.split())
    if kind not in set(AnnotationKind):
        raise Invalid("annotation_kind", N_("Pilih jenis catatan."))
    if not words:
        raise Invalid("annotation_empty", N_("Tulis apa yang terjadi."))
    if len(words) > ANNOTATION_LENGTH:
        raise Invalid(
            "annotation_too_long",
            N_("Catatan terlalu panjang: %(has)s huruf, paling banyak %(length)s."),
            has=len(words),
            length=ANNOTATION_LENGTH,
        )
    if start_day is None or (end_day is not None and end_day < start_day):
        raise Invalid("annotation_days", N_("Isi harinya; hari terakhir tidak sebelum hari pertama."))
    values = (AnnotationKind(kind), start_day, end_day or start_day, words)
    same = session.scalar(
        select(Annotation).where(
            Annotation.office_id == who.office_id,
            Annotation.removed_at.is_(None),
            *(
                column == value
                for column, value in zip(
                    (Annotation.kind, Annotation.start_day, Annotation.end_day, Annotation.text), values, strict=True
                )
            ),
        )
    )
    if same is not None:
        return same
    written = Annotation(
        office_id=who.office_id, kind=values[0], start_day=values[1], end_day=values[2], text=words, created_at=now
    )
    session.add(written)
    writer.record_office(session, who.office_id, OfficeAction.ANNOTATE, Entry(now, who, data=_data(written)))
    return written


def remove(session: Session, who: User, annotation_id: int, now: datetime) -> None:
    """Take one out of the charts; it stays in the log. Doing it twice is harmless.

    Raises NotFound ``unknown_annotation``.
    """
    found = session.get(Annotation, annotation_id)
    if found is None or found.office_id != who.office_id:
        raise NotFound("unknown_annotation", N_("Catatan itu tidak ada di kantor Anda."))
    removed = session.scalar(
        update(Annotation)
        .where(Annotation.id == annotation_id, Annotation.removed_at.is_(None))
        .values(removed_at=now)
        .returning(Annotation.id)
        .execution_options(synchronize_session=False)
    )
    if removed is not None:
        entry = Entry(now, who, data=_data(found))
        writer.record_office(session, who.office_id, OfficeAction.ANNOTATION_REMOVE, entry)


def shown(session: Session, office_id: int, period: Period) -> Sequence[Annotation]:
    """Those that touch a day of the period, by their first day."""
    return session.scalars(
        select(Annotation)
        .where(
            Annotation.office_id == office_id,
            Annotation.removed_at.is_(None),
            Annotation.start_day <= period.end_day,
            Annotation.end_day >= period.start_day,
        )
        .order_by(Annotation.start_day, Annotation.id)
    ).all()


def _data(annotation: Annotation) -> dict[str, str]:
    return {
        "kind": annotation.kind.value,
        "from": annotation.start_day.isoformat(),
        "to": annotation.end_day.isoformat(),
        "text": annotation.text,
    }
