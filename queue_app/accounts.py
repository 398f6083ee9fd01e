"""People who sign in and programs that act for them."""

import hashlib
import re
import secrets
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app.errors import N_, Invalid, NotFound
from queue_app.models import ApiToken, Office, Role, User

PASSWORD_LENGTH = 8
PASSWORD_LENGTH_MOST = 200

_hasher = PasswordHasher()
_NOBODY = _hasher.hash(secrets.token_hex(16))
"""Checked when the user name is unknown, so that a guess takes as long as for a known one."""


def create_user(
    session: Session, *, office: Office, username: str, role: Role, password: str, display_name: str | None = None
) -> User:
    """Add a person who can sign in. Raises Invalid ``bad_username``, ``username_taken`` or ``weak_password``."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{1,58}[a-z0-9]", username):
        raise Invalid("bad_username", N_("Nama pengguna: 3 sampai 60 huruf kecil, angka, titik, garis."))
    if not PASSWORD_LENGTH <= len(password) <= PASSWORD_LENGTH_MOST:
        raise Invalid("weak_password", N_("Kata sandi paling sedikit %(length)s huruf."), length=PASSWORD_LENGTH)
    if find_user(session, username) is not None:
        raise Invalid("username_taken", N_("Nama pengguna “%(username)s” sudah dipakai."), username=username)
    user = User(
        username=username,
        display_name=display_name or username,
        role=role,
        office_id=office.id,
        password_hash=_hasher.hash(password),
    )
    session.add(user)
    session.flush()
    return user


def find_user(session: Session, username: str) -> User | None:
    return session.scalar(select(User).where(User.username == username))


def password_matches(password_hash: str | None, password: str) -> bool:
    """Whether ``password`` is the one behind the hash. Takes about a tenth of a second, for None as well."""
    try:
        _hasher.verify(password_hash or _NOBODY, password[:PASSWORD_LENGTH_MOST])
    except (VerifyMismatchError, InvalidHashError):
        return False
    return password_hash is not None


def create_token(session: Session, username: str, now: datetime) -> str:
    """A new API token for a user; it is shown once and only its digest is kept. Raises NotFound ``unknown_user``."""
    user = find_user(session, username)
    if user is None or not user.active:
        raise NotFound("unknown_user", N_("Pengguna “%(username)s” tidak ada."), username=username)
    token = secrets.token_urlsafe(32)
    session.add(ApiToken(user_id=user.id, digest=_digest(token), created_at=now))
    return token


def user_of_token(session: Session, token: str) -> User | None:
    """The active user a token acts for; None when it is unknown or revoked."""
    found = session.scalar(select(ApiToken).where(ApiToken.digest == _digest(token), ApiToken.revoked_at.is_(None)))
    return found.user if found is not None and found.user.active else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
