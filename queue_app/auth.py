"""Who is asking: the signed-in person behind a page, or the user a program's token acts for."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import request
from flask_login import UserMixin, current_user, login_required
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from queue_app import accounts
from queue_app.errors import N_, Forbidden, QueueError
from queue_app.extensions import database, in_thread, login_manager
from queue_app.models import Role, User

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

OFFICE_STAFF = frozenset({Role.OFFICER, Role.RECEPTION, Role.SUPERVISOR, Role.ADMIN})
OVERSIGHT = frozenset({Role.SUPERVISOR, Role.ADMIN})


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


def requires(roles: frozenset[Role]) -> Callable[[Callable[Parameters, Result]], Callable[Parameters, Result]]:
    """Let only signed-in people with one of ``roles`` see a page; others are sent to sign in, or get a 403."""

    def decorate(view: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
        @wraps(view)
        def guarded(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
            # Whoever audits sees what the supervisor sees, and changes nothing.
            reads = roles == OVERSIGHT and current_user.role is Role.AUDITOR and request.method in {"GET", "HEAD"}
            if current_user.role not in roles and not reads:
                raise Forbidden("wrong_role", N_("Halaman ini bukan untuk peran Anda."))
            return view(*args, **kwargs)

        guarded_after_sign_in: Any = login_required(guarded)
        return guarded_after_sign_in  # type: ignore[no-any-return]

    return decorate


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


def token_user(session: Session, roles: frozenset[Role] = OFFICE_STAFF) -> User:
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
