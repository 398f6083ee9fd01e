"""The cover of a screen that nobody touches: who is signed in stays so, and can do nothing until it is taken away.

By the person's PIN, or by the password: after five wrong PINs only by the password.
"""

import re
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from queue_app.database import note
from queue_app.errors import N_, Invalid
from queue_app.models import SignInKind, SignInSession, User
from queue_app.signin import passwords, record
from queue_app.signin.sessions import SessionsClosed
from queue_app.signin.where import Where

MOST_MISSES = 5
SLACK = timedelta(minutes=1)
"""The page covers itself in time; the server's own look allows for what it writes down late."""


def is_covered(locked_at: datetime | None, used_at: datetime, minutes: int, now: datetime) -> bool:
    """Whether a session can do nothing: it was covered, or nobody touched it for too long (``minutes`` 0: never)."""
    return locked_at is not None or (minutes > 0 and now - used_at > timedelta(minutes=minutes) + SLACK)


def cover(session: Session, signed_in: SignInSession, where: Where, now: datetime) -> None:
    """Cover a screen and close its sockets; twice is harmless."""
    done = session.execute(
        update(SignInSession)
        .where(SignInSession.id == signed_in.id, SignInSession.locked_at.is_(None))
        .values(locked_at=now, pin_misses=0)
        .returning(SignInSession.id)
    ).first()
    if done is not None:
        note(session, SessionsClosed(frozenset({signed_in.token_digest})))
        record.note(session, signed_in.user, SignInKind.LOCKED, where, now)


def takes_pin(signed_in: SignInSession) -> bool:
    return signed_in.user.pin_hash is not None and signed_in.pin_misses < MOST_MISSES


def uncover(session: Session, signed_in: SignInSession, where: Where, now: datetime) -> None:
    """Take the cover away; the caller has checked the secret."""
    signed_in.locked_at, signed_in.pin_misses, signed_in.used_at = None, 0, now
    record.note(session, signed_in.user, SignInKind.UNLOCKED, where, now)


def miss(session: Session, signed_in: SignInSession, where: Where, now: datetime) -> None:
    """A wrong PIN or password."""
    signed_in.pin_misses += 1
    record.note(session, signed_in.user, SignInKind.WRONG_PIN, where, now)


def set_pin(session: Session, user: User, pin: str, where: Where, now: datetime) -> None:
    """Raises Invalid ``bad_pin`` for one that is no PIN, or the first that anybody tries."""
    runs = any(pin in row for row in ("01234567890", "09876543210"))
    if not re.fullmatch(r"[0-9]{4,6}", pin) or runs or len(set(pin)) == 1:
        raise Invalid("bad_pin", N_("PIN: 4 sampai 6 angka, bukan angka yang sama atau berurutan."))
    user.pin_hash = passwords.hashed(pin)
    record.note(session, user, SignInKind.PIN_SET, where, now)
