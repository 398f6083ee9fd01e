"""Who is asking: the signed-in person behind a page, or the user a program's token acts for; and whether they may."""

from collections.abc import Collection
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

from flask import abort, g, request
from flask.typing import ResponseReturnValue
from flask_login import UserMixin, current_user
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from queue_app import accounts, permissions
from queue_app.errors import N_, Forbidden, QueueError
from queue_app.extensions import database, in_thread, login_manager
from queue_app.models import User
from queue_app.permissions import CITIZEN, STAFF


class SignedIn(UserMixin):  # type: ignore[misc] # flask_login ships no types
    """What a session keeps of a user; the row itself is loaded where it is needed."""

    def __init__(self, user: User) -> None:
        self.id = str(user.id)
        self.username = user.username
        self.display_name = user.display_name
        self.role = user.role
        self.office_id = user.office_id
        self.office_slug = user.office.slug
        self.office_name = user.office.name


@dataclass(frozen=True, slots=True)
class Caller:
    """The staff member whose token came with the request; the row itself is loaded in the view's transaction."""

    user_id: int
    office_id: int


@login_manager.user_loader  # type: ignore[untyped-decorator]
def _load(user_id: str) -> SignedIn | None:
    with database().read() as session:
        user = session.get(User, int(user_id), options=[joinedload(User.office)])
        return SignedIn(user) if user is not None and user.active else None


def check_password(username: str, password: str) -> SignedIn | None:
    """The person with this name and password, or None; the same time is taken whichever was wrong."""
    with database().read() as session:
        user = session.scalar(select(User).where(User.username == username).options(joinedload(User.office)))
        password_hash = user.password_hash if user is not None and user.active else None
    matches = in_thread(lambda: accounts.password_matches(password_hash, password))
    return SignedIn(user) if user is not None and matches else None


def check_request() -> ResponseReturnValue | None:
    """Before each request: refuse what the table of permissions doesn't allow to who is asking.

    Whoever has not signed in is sent to do so. Answers 403 for an endpoint that the table doesn't have. Raises
    Forbidden ``wrong_role``, and for a program as ``token_user``.
    """
    if request.endpoint is None:  # no such address
        return None
    allowed = permissions.of_endpoint(request.endpoint)
    if not allowed:
        abort(HTTPStatus.FORBIDDEN)
    if CITIZEN in allowed or permissions.ENDPOINTS[request.endpoint] in permissions.OF_DEVICES:
        return None
    if request.blueprint == "api":
        with database().read() as session:
            user = token_user(session, allowed)
            g.caller = Caller(user.id, user.office_id)
        return None
    if not current_user.is_authenticated:
        return cast(ResponseReturnValue, login_manager.unauthorized())
    if current_user.role not in allowed:
        raise Forbidden("wrong_role", N_("Halaman ini bukan untuk peran Anda."))
    return None


def who() -> str:
    """The role of the signed-in person, or ``CITIZEN``."""
    return str(current_user.role) if current_user.is_authenticated else CITIZEN


def may(endpoint: str) -> bool:
    """Whether the signed-in person may use an endpoint; for templates and sockets."""
    return who() in permissions.of_endpoint(endpoint)


def signed_in_user(session: Session) -> User:
    """The row of the signed-in person, in the caller's transaction."""
    return session.get_one(User, int(current_user.id))


def has_token(session: Session) -> bool:
    """Whether the request comes with a valid token of anybody."""
    try:
        token_user(session)
    except QueueError:
        return False
    return True


def token_user(session: Session, roles: Collection[str] = STAFF) -> User:
    """The user behind the request's bearer token.

    Raises QueueError ``token_missing`` or ``token_unknown`` (401), Forbidden ``wrong_role``.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise QueueError("token_missing", N_("Permintaan ini memerlukan token: Authorization: Bearer …"), 401)
    user = accounts.user_of_token(session, token.strip())
    if user is None:
        raise QueueError("token_unknown", N_("Token tidak dikenal atau sudah dicabut."), 401)
    if user.role not in roles:
        raise Forbidden("wrong_role", N_("Peran pengguna token ini tidak boleh melakukan itu."))
    return user
