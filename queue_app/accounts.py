"""People who sign in, and what programs need to act for them."""

import re
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from queue_app import api_tokens, permissions
from queue_app.errors import N_, Invalid, NotFound
from queue_app.models import Office, Role, User
from queue_app.signin import passwords


def create_user(
    session: Session,
    *,
    office: Office,
    username: str,
    role: Role,
    password: str,
    display_name: str | None = None,
    must_change: bool = False,
    may_be_common: bool = True,
) -> User:
    """Add a person who can sign in; ``must_change``: with another password from the first sign-in on.

    Raises Invalid ``bad_username``, ``username_taken``, ``weak_password`` or ``common_password``.
    """
    require_username(username)
    passwords.require_long(password)
    if not may_be_common:
        passwords.require_uncommon(password, username)
    if find_user(session, username) is not None:
        raise _taken(username)
    name = display_name or username
    return add(session, office, username, role, passwords.hashed(password), name, must_change=must_change)


def add(
    session: Session,
    office: Office,
    username: str,
    role: Role,
    password_hash: str,
    display_name: str,
    *,
    must_change: bool = False,
) -> User:
    """The same with a password that was judged and hashed before. Raises Invalid ``username_taken``."""
    user = User(
        username=username,
        display_name=display_name,
        role=role,
        office_id=office.id,
        password_hash=password_hash,
        must_change_password=must_change,
    )
    try:
        with session.begin_nested():
            session.add(user)
            session.flush()
    except IntegrityError as error:  # somebody else was faster
        raise _taken(username) from error
    return user


def _taken(username: str) -> Invalid:
    return Invalid("username_taken", N_("Nama pengguna “%(username)s” sudah dipakai."), username=username)


def require_username(username: str) -> None:
    """Raises Invalid ``bad_username``."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{1,58}[a-z0-9]", username):
        raise Invalid("bad_username", N_("Nama pengguna: 3 sampai 60 huruf kecil, angka, titik, garis."))


def find_user(session: Session, username: str) -> User | None:
    return session.scalar(select(User).where(User.username == username))


def require_user(session: Session, username: str) -> User:
    """The active person of that name. Raises NotFound ``unknown_user``."""
    user = find_user(session, username)
    if user is None or not user.active:
        raise NotFound("unknown_user", N_("Pengguna “%(username)s” tidak ada."), username=username)
    return user


def keep_hash(session: Session, user_id: int, old: str, new: str) -> None:
    """Keep a password by today's parameters, unless it was changed meanwhile."""
    session.execute(update(User).where(User.id == user_id, User.password_hash == old).values(password_hash=new))


def create_token(session: Session, username: str, now: datetime) -> str:
    """A new API token for all that a user's role may, good for a year; it is shown once. Raises NotFound
    ``unknown_user``."""
    user = require_user(session, username)
    return api_tokens.create(session, None, user, "", permissions.scopes_of(user.role), api_tokens.USUAL_DAYS, now)
