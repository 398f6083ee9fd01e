"""The record of signing in: written here alone, read by the person and the administrator of the office."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, joinedload

from queue_app.models import SignInEvent, SignInKind, User
from queue_app.signin.where import Where


def note(
    session: Session, user: User, kind: SignInKind, where: Where, now: datetime, *, actor: User | None = None
) -> None:
    """Write down what happened to ``user``; ``actor``: who did it, where that was somebody else."""
    session.add(
        SignInEvent(
            office_id=user.office_id,
            user_id=user.id,
            actor_id=actor.id if actor is not None and actor.id != user.id else None,
            at=now,
            kind=kind,
            address=where.address,
            device=where.device,
        )
    )


def of_person(session: Session, user_id: int, most: int = 20) -> Sequence[SignInEvent]:
    """The newest first."""
    return _newest(session, SignInEvent.user_id == user_id, most)


def of_office(session: Session, office_id: int, most: int = 50) -> Sequence[SignInEvent]:
    """The newest first."""
    return _newest(session, SignInEvent.office_id == office_id, most)


def page(
    session: Session, office_id: int, before: int | None, most: int, *, user_id: int | None = None
) -> Sequence[SignInEvent]:
    """Those of an office, or of one of its people, from before the one numbered ``before``; the newest first."""
    conditions = [SignInEvent.office_id == office_id]
    if user_id is not None:
        conditions.append(SignInEvent.user_id == user_id)
    if before is not None:
        conditions.append(SignInEvent.id < before)
    return _newest(session, and_(*conditions), most)


def _newest(session: Session, condition: object, most: int) -> Sequence[SignInEvent]:
    return session.scalars(
        select(SignInEvent)
        .where(condition)  # type: ignore[arg-type]
        .order_by(SignInEvent.id.desc())
        .limit(most)
        .options(joinedload(SignInEvent.user), joinedload(SignInEvent.actor))
    ).all()
