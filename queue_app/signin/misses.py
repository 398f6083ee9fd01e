"""Guessing is slowed down: by the pair of name and address, by the name from everywhere, and by the address.

A guess is counted before it is looked at and given back when it was right, so that many at once gain nothing. The
first few cost nothing, then the wait doubles up to a cap. What anybody can do to a name from elsewhere is capped at a
minute, and a browser in which the person has signed in before is counted by itself: so nobody locks an officer out.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from queue_app.database import insert_or_ignore
from queue_app.errors import N_, QueueError
from queue_app.models import SignInMiss

FORGOTTEN_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Count:
    """What guesses are counted by. ``free``: so many cost nothing; ``cap_s``: the longest wait after one."""

    key: str
    free: int
    cap_s: int

    def wait_s(self, misses: int) -> int:
        """So long nothing is looked at after so many misses: 0, then 1, 2, 4, ... seconds."""
        over = misses - self.free
        return 0 if over < 0 else min(2 ** min(over, 20), self.cap_s)


class TooSoon(QueueError):
    """Another guess before the wait is over; ``seconds`` are left."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            "too_many_requests",
            N_("Terlalu banyak percobaan. Tunggu %(seconds)s detik, lalu coba lagi."),
            429,
            seconds=seconds,
        )
        self.seconds = seconds


def at_sign_in(username: str, address: str, known_browser: str | None) -> tuple[Count, ...]:
    """By what a password for ``username`` is counted; ``known_browser``: the id of one that the person has used."""
    if known_browser is not None:
        return (Count(_key("known", username, known_browser), 5, 15 * 60),)
    return (
        Count(_key("pair", username, address), 5, 15 * 60),
        Count(_key("name", username), 10, 60),
        Count(_key("address", address), 30, 5 * 60),
    )


def at_code(user_id: int) -> tuple[Count, ...]:
    """A million codes, three of them right at a time: nobody gets through a fraction of them."""
    return (Count(_key("code", str(user_id)), 5, 5 * 60),)


def at_setup(address: str) -> tuple[Count, ...]:
    """The code of the first set-up has 79 bits; this only keeps the log readable."""
    return (Count(_key("setup", address), 5, 5 * 60),)


def at_unlocking(session_id: int) -> tuple[Count, ...]:
    return (Count(_key("unlock", str(session_id)), 5, 5 * 60),)


def count(session: Session, counts: Sequence[Count], now: datetime) -> None:
    """Count a guess, before it is looked at. Raises TooSoon, and then it is neither counted nor to be looked at."""
    for one in counts:
        insert_or_ignore(session, SignInMiss, key=one.key, misses=0, last_at=now)
    waits = [_left(session, one, now) for one in counts]
    if max(waits) > 0:
        raise TooSoon(max(waits))
    old = now - FORGOTTEN_AFTER
    for one in counts:
        session.execute(update(SignInMiss).where(SignInMiss.key == one.key, SignInMiss.last_at < old).values(misses=0))
        _raise(session, one.key, now)


def note_unknown(session: Session, now: datetime) -> None:
    """A name that nobody has: nothing waits for this count, but it takes as long as writing down a wrong password."""
    key = _key("unknown names")
    insert_or_ignore(session, SignInMiss, key=key, misses=0, last_at=now)
    _raise(session, key, now)


def give_back(session: Session, counts: Sequence[Count]) -> None:
    """The guess was right: an address has one less, all else begins anew."""
    for one in counts:
        is_shared = one.free > 10
        session.execute(
            update(SignInMiss)
            .where(SignInMiss.key == one.key, SignInMiss.misses > 0)
            .values(misses=SignInMiss.misses - 1 if is_shared else 0)
        )


def forget_old(session: Session, now: datetime) -> None:
    session.execute(delete(SignInMiss).where(SignInMiss.last_at < now - FORGOTTEN_AFTER))


def _raise(session: Session, key: str, now: datetime) -> None:
    session.execute(update(SignInMiss).where(SignInMiss.key == key).values(misses=SignInMiss.misses + 1, last_at=now))


def _left(session: Session, one: Count, now: datetime) -> int:
    """So many seconds are left to wait."""
    # Locked, so that of many guesses at once each sees the one before.
    found = session.scalars(select(SignInMiss).where(SignInMiss.key == one.key).with_for_update()).one()
    if found.last_at < now - FORGOTTEN_AFTER:
        return 0
    left = found.last_at + timedelta(seconds=one.wait_s(found.misses)) - now
    return max(0, -int(-left.total_seconds() // 1))


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
