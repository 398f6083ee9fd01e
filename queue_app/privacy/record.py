"""WRITE: the record of what was done with personal data. Chained like the other logs."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from queue_app.audit import chain
from queue_app.models import Office, PrivacyDeed, PrivacyDeedKind, User


def add(
    session: Session,
    office: Office,
    deed: PrivacyDeedKind,
    subject: str,
    rows: int,
    now: datetime,
    *,
    actor: User | None = None,
    up_to: date | None = None,
    tickets: Sequence[str] = (),
) -> PrivacyDeed:
    """Keep a deed, see ``PrivacyDeed``. Call it last, for it holds the office's row."""
    row = PrivacyDeed(
        office_id=office.id,
        at=now,
        actor_id=actor.id if actor else None,
        deed=deed,
        subject=subject,
        rows=rows,
        up_to=up_to,
        tickets=list(tickets),
    )
    chain.append(session, row)
    return row


def page(session: Session, office: Office, before: int | None, most: int) -> Sequence[PrivacyDeed]:
    """Deeds from before the one numbered ``before``, the latest first."""
    query = select(PrivacyDeed).where(PrivacyDeed.office_id == office.id)
    if before is not None:
        query = query.where(PrivacyDeed.id < before)
    return session.scalars(
        query.order_by(PrivacyDeed.seq.desc()).limit(most).options(joinedload(PrivacyDeed.actor))
    ).all()


def latest(session: Session, office: Office, kinds: Sequence[PrivacyDeedKind], most: int) -> Sequence[PrivacyDeed]:
    """The last deeds of these kinds, the latest first."""
    return session.scalars(
        select(PrivacyDeed)
        .where(PrivacyDeed.office_id == office.id, PrivacyDeed.deed.in_(kinds))
        .order_by(PrivacyDeed.seq.desc())
        .limit(most)
        .options(joinedload(PrivacyDeed.actor))
    ).all()
