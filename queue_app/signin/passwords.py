"""Passwords: what may be one, how it is kept, how it is changed.

Kept by Argon2id with 64 MiB, three passes and four lanes (RFC 9106, the second recommended choice); who signs in with a
password that was kept by weaker parameters has it hashed anew.
"""

import re
import secrets
from datetime import datetime
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy.orm import Session

from queue_app.errors import N_, Invalid
from queue_app.models import SignInKind, User
from queue_app.signin import record, sessions
from queue_app.signin.where import Where

LENGTH = 8
LENGTH_MOST = 200

_hasher = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4, hash_len=32, salt_len=16, type=Type.ID)

# The heads of the usual lists of leaked passwords, and what people here choose. Digits and signs after them don't help.
_COMMON_STEMS = frozenset(Path(__file__).with_name("common_words.txt").read_text(encoding="utf-8").split())
_ROWS = (
    *("01234567890", "09876543210", "1qaz2wsx3edc", "abcdefghijklmnopqrstuvwxyz"),
    *("qwertyuiop", "asdfghjkl", "zxcvbnm"),
)


@cache
def _nobody() -> str:
    """Checked when the user name is unknown, so that a guess takes as long as for a known one (but for the very first,
    which makes this hash).
    """
    return _hasher.hash(secrets.token_hex(16))


def hashed(password: str) -> str:
    return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether ``password`` is the one behind the hash. Takes about a tenth of a second, for None as well."""
    try:
        _hasher.verify(password_hash or _nobody(), password[:LENGTH_MOST])
    except (VerifyMismatchError, InvalidHashError):
        return False
    return password_hash is not None


def needs_rehash(password_hash: str) -> bool:
    return _hasher.check_needs_rehash(password_hash)


def require_long(password: str) -> None:
    """Raises Invalid ``weak_password`` for one that is too short or too long."""
    if not LENGTH <= len(password) <= LENGTH_MOST:
        raise Invalid("weak_password", N_("Kata sandi paling sedikit %(length)s huruf."), length=LENGTH)


def require_uncommon(password: str, username: str) -> None:
    """Raises Invalid ``common_password`` for one that whoever guesses tries first."""
    if is_common(password, username):
        raise Invalid(
            "common_password",
            N_("Kata sandi itu mudah ditebak. Pakai beberapa kata yang tidak berhubungan, atau huruf dan angka acak."),
        )


def is_common(password: str, username: str) -> bool:
    """Whether it is on the usual lists, made of the user name, one key or a run of keys."""
    plain = password.casefold()
    stem = re.sub(r"[\W\d_]+$", "", re.sub(r"^[\W\d_]+", "", plain))
    letters = re.sub(r"[\W_]", "", plain)
    runs = any(letters in row * 3 or letters in row[::-1] * 3 for row in _ROWS)
    is_named = bool(username) and username in plain and len(plain) - len(username) < 6
    return len(set(plain)) <= 3 or runs or is_named or stem in _COMMON_STEMS or letters in _COMMON_STEMS


def change(session: Session, user: User, new: str, where: Where, now: datetime, *, keep: int) -> None:
    """A person's own new password; all other sessions than ``keep`` end. The old one was checked by the caller.

    Raises Invalid ``weak_password``, ``common_password`` or ``same_password``.
    """
    require_long(new)
    require_uncommon(new, user.username)
    if matches(user.password_hash, new):
        raise Invalid("same_password", N_("Kata sandi baru harus lain dari yang lama."))
    user.password_hash, user.must_change_password = hashed(new), False
    sessions.end_all(session, user.id, now, but=keep)
    record.note(session, user, SignInKind.PASSWORD_CHANGED, where, now)


def temporary() -> str:
    """For somebody who has lost theirs: told once, changed at the first sign-in."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(3))
