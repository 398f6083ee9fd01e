"""The browsers in which a person is signed in: each has a secret of its own, and ends at once when it is revoked.

However busy, it ends some hours after it began: whoever asks for live ones says since when they may have begun.
"""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, delete, select, update
from sqlalchemy.orm import Session, joinedload

from queue_app.database import note
from queue_app.errors import N_, NotFound
from queue_app.models import SignInSession, User
from queue_app.signin.where import Where

NOTED_EVERY = timedelta(seconds=30)
"""That a session is used is written so often at most."""

_KEPT = timedelta(days=30)

# Composed once: every request of somebody who is signed in asks it.
_FOUND = (
    select(SignInSession)
    .where(
        SignInSession.token_digest == bindparam("named"),
        SignInSession.ended_at.is_(None),
        SignInSession.created_at > bindparam("since"),
    )
    .options(joinedload(SignInSession.user).joinedload(User.office))
)


@dataclass(frozen=True, slots=True)
class SessionsClosed:
    """Sessions (digests) that have ended or were covered: told to the listeners after the commit, who close their live
    sockets."""

    digests: frozenset[str]


def begin(session: Session, user: User, where: Where, now: datetime) -> str:
    """Sign a person in at a browser; the secret that the browser's cookie carries."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignInSession(
            user_id=user.id,
            token_digest=digest(token),
            created_at=now,
            used_at=now,
            address=where.address,
            device=where.device,
        )
    )
    session.flush()
    return token


def find(session: Session, token: str, since: datetime) -> SignInSession | None:
    """The session behind a cookie's secret, with its person and office; None when it has ended or is from before
    ``since``, or the person may no longer sign in."""
    found = session.scalar(_FOUND, {"named": digest(token), "since": since})
    return found if found is not None and found.user.active else None


def of_person(session: Session, user_id: int, since: datetime) -> Sequence[SignInSession]:
    """Those that live, the last used first."""
    return session.scalars(
        select(SignInSession)
        .where(SignInSession.user_id == user_id, SignInSession.ended_at.is_(None), SignInSession.created_at > since)
        .order_by(SignInSession.used_at.desc(), SignInSession.id.desc())
    ).all()


def live(session: Session, digests: Collection[str], since: datetime) -> set[str]:
    """Which of these sessions have neither ended nor been covered."""
    return set(
        session.scalars(
            select(SignInSession.token_digest)
            .join(SignInSession.user)
            .where(
                SignInSession.token_digest.in_(digests),
                SignInSession.ended_at.is_(None),
                SignInSession.created_at > since,
                SignInSession.locked_at.is_(None),
                User.active,
            )
        )
    )


def touch(session: Session, session_id: int, now: datetime) -> None:
    """The person does something in it."""
    session.execute(update(SignInSession).where(SignInSession.id == session_id).values(used_at=now))


def end(session: Session, user_id: int, session_id: int, now: datetime) -> None:
    """End one of a person's sessions. Raises NotFound ``unknown_session``; ending it twice is harmless."""
    own = (SignInSession.id == session_id, SignInSession.user_id == user_id)
    if session.scalar(select(SignInSession.id).where(*own)) is None:
        raise NotFound("unknown_session", N_("Sesi itu tidak ada."))
    _end(session, now, *own)


def end_all(session: Session, user_id: int, now: datetime, *, but: int | None = None) -> int:
    """End all sessions of a person, ``but`` one; how many there were."""
    others = () if but is None else (SignInSession.id != but,)
    return _end(session, now, SignInSession.user_id == user_id, *others)


def forget_old(session: Session, now: datetime) -> None:
    """Remove what has long ended or was long not used."""
    session.execute(delete(SignInSession).where(SignInSession.used_at < now - _KEPT))


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _end(session: Session, now: datetime, *conditions: ColumnElement[bool]) -> int:
    ended = session.scalars(
        update(SignInSession)
        .where(SignInSession.ended_at.is_(None), *conditions)
        .values(ended_at=now)
        .returning(SignInSession.token_digest)
    ).all()
    if ended:
        note(session, SessionsClosed(frozenset(ended)))
    return len(ended)
