"""Who is asking: the signed-in person behind a page, or the user a program's token acts for; and whether they may."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import cast

from flask import Response, abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_limiter.util import get_remote_address
from flask_login import UserMixin, current_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app import accounts, api_tokens, permissions
from queue_app.api_tokens import Good
from queue_app.errors import N_, Forbidden, QueueError
from queue_app.event_loop import in_thread
from queue_app.extensions import config, database
from queue_app.flask_extensions import login_manager
from queue_app.models import Scope, SignInKind, SignInSession, User
from queue_app.permissions import CITIZEN, STAFF
from queue_app.session_rows import loaded
from queue_app.signin import cover, misses, passwords, record, second_step, sessions
from queue_app.signin.where import Where, where


class SignedIn(UserMixin):  # type: ignore[misc] # flask_login ships no types
    """A person at a browser, as each request finds them; the rows are loaded where they are needed.

    ``must``: what has to be done before anything else, ``password`` or ``second_step``; empty for nothing.
    """

    def __init__(self, found: SignInSession, token: str) -> None:
        user = found.user
        self.id = str(user.id)
        self.username = user.username
        self.display_name = user.display_name
        self.role = user.role
        self.office_id = user.office_id
        self.office_slug = user.office.slug
        self.office_name = user.office.name
        self.session_id = found.id
        self.session_digest = found.token_digest
        self.lock_minutes = user.office.lock_minutes
        self.can_cover = self.lock_minutes > 0 or user.pin_hash is not None
        self.must = "password" if user.must_change_password else "second_step" if second_step.is_wanted(user) else ""
        self.used_at = found.used_at
        self._token = token
        self._locked_at = found.locked_at

    def get_id(self) -> str:
        """What the cookie carries: the session's secret, so that it is worth nothing once the session has ended."""
        return self._token

    def is_covered(self, now: datetime) -> bool:
        return cover.is_covered(self._locked_at, self.used_at, self.lock_minutes, now)


@dataclass(frozen=True, slots=True)
class Caller:
    """The staff member whose token came with the request; the row itself is loaded in the view's transaction."""

    user_id: int
    office_id: int
    token_id: int


@dataclass(frozen=True, slots=True)
class Known:
    """A person whose password was right; whether the second step is still to come."""

    user_id: int
    has_second_step: bool


def load(token: str, now: datetime) -> SignedIn | None:
    """The person of a browser's cookie, for whatever asks who has signed in."""
    with database().read() as session:
        found = sessions.find(session, token, sessions_since(now))
        return SignedIn(found, token) if found is not None else None


def sessions_since(now: datetime) -> datetime:
    """What began before is over, however busy: a new sign-in is asked."""
    return now - timedelta(hours=config().session_hours)


def here() -> Where:
    """Where the request comes from, said shortly."""
    return where(get_remote_address(), request.user_agent.string)


def check_password(username: str, password: str, now: datetime) -> Known | None:
    """The person with this name and password, or None; the same time is taken whichever was wrong."""
    with database().read() as session:
        user = session.scalar(select(User).where(User.username == username))
        password_hash = user.password_hash if user is not None and user.active else None
    is_right = in_thread(lambda: passwords.matches(password_hash, password))
    if user is None or password_hash is None or not is_right:
        with database().write() as session:  # a row for an unknown name too: writing takes time that can be measured
            if user is None:
                misses.note_unknown(session, now)
            else:
                record.note(session, user, SignInKind.WRONG_PASSWORD, here(), now)
        return None
    if passwords.needs_rehash(password_hash):
        better = in_thread(lambda: passwords.hashed(password))
        with database().write() as session:
            accounts.keep_hash(session, user.id, password_hash, better)
    return Known(user.id, user.totp_since is not None)


def begin_session(user_id: int, kind: SignInKind, now: datetime) -> SignedIn:
    """Sign a person in at this browser, in a new session."""
    with database().write() as session:
        user = session.get_one(User, user_id)
        token = sessions.begin(session, user, here(), now)
        record.note(session, user, kind, here(), now)
        found = sessions.find(session, token, sessions_since(now))
        if found is None:  # deactivated in this very moment
            raise Forbidden("deactivated", N_("Akun ini sudah dinonaktifkan."))
        return SignedIn(found, token)


def end_session(now: datetime) -> None:
    """Sign out: the cookie is worth nothing any more, wherever it was copied to."""
    with database().write() as session:
        user = signed_in_user(session)
        sessions.end(session, user.id, current_user.session_id, now)
        record.note(session, user, SignInKind.SIGNED_OUT, here(), now)


def check_request(now: datetime) -> ResponseReturnValue | None:
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
        with database().ask() as session:
            token = _token(session, permissions.scope_of(request.endpoint), now, allowed)
            g.caller = Caller(token.user_id, token.office_id, token.id)
        return None
    if not current_user.is_authenticated:
        return cast(ResponseReturnValue, login_manager.unauthorized())
    if current_user.role not in allowed:
        raise Forbidden("wrong_role", N_("Halaman ini bukan untuk peran Anda."))
    return _held_up(request.endpoint, now)


def _held_up(endpoint: str, now: datetime) -> ResponseReturnValue | None:
    """Lead elsewhere whoever must do something else first; note that the others use their session."""
    if current_user.is_covered(now):
        if endpoint in permissions.WHILE_COVERED:
            return None
        with database().write() as session:
            cover.cover(session, session.get_one(SignInSession, current_user.session_id), here(), now)
        return _elsewhere("cover.show", N_("Layar ini tertutup. Buka dahulu; yang baru Anda tekan tidak dilakukan."))
    if current_user.must and endpoint not in permissions.UNFINISHED:
        return _elsewhere(f"account.{current_user.must}", N_("Selesaikan ini dahulu sebelum bekerja."))
    is_by_hand = not endpoint.endswith(".live")  # pages ask for what is new by themselves
    if is_by_hand and now - current_user.used_at > sessions.NOTED_EVERY:
        with suppress(QueueError), database().write() as session:  # a busy database stops nobody for this
            sessions.touch(session, current_user.session_id, now)
    return None


def _elsewhere(endpoint: str, said: str) -> ResponseReturnValue:
    """Raises Forbidden ``held_up`` for what a page's script asks."""
    if request.endpoint is not None and request.endpoint.endswith(".live"):
        raise Forbidden("held_up", said)
    if request.method in ("GET", "HEAD"):
        return redirect(url_for(endpoint, next=request.full_path.rstrip("?")))
    flash(gettext(said), "warning")
    return redirect(url_for(endpoint), HTTPStatus.SEE_OTHER)


def who() -> str:
    """The role of the signed-in person, or ``CITIZEN``."""
    return str(current_user.role) if current_user.is_authenticated else CITIZEN


def may(endpoint: str) -> bool:
    """Whether the signed-in person may use an endpoint; for templates and sockets."""
    return who() in permissions.of_endpoint(endpoint)


def signed_in_user(session: Session) -> User:
    """The row of the signed-in person, in the caller's transaction."""
    return session.get_one(User, int(current_user.id))


def has_token(session: Session, now: datetime) -> bool:
    """Whether the request comes with a valid token of anybody, whatever it is for."""
    try:
        _token(session, None, now)
    except QueueError:
        return False
    return True


def caller_row(session: Session, caller: Caller) -> User:
    """The row of the caller, in the view's transaction: who it is was just read with the token, and the rest of it is
    read if it is asked for."""
    return loaded(session, User, {"id": caller.user_id, "office_id": caller.office_id})


def token_user(session: Session, scope: Scope | None, now: datetime, roles: Collection[str] = STAFF) -> User:
    """The user behind the request's bearer token, which must be for ``scope`` (None: for anything).

    Raises QueueError ``token_missing``, ``token_unknown`` or ``token_expired`` (401), Forbidden ``wrong_role`` or
    ``wrong_scope``, which names the scope.
    """
    return session.get_one(User, _token(session, scope, now, roles).user_id)


def _token(session: Session, scope: Scope | None, now: datetime, roles: Collection[str] = STAFF) -> Good:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise QueueError("token_missing", N_("Permintaan ini memerlukan token: Authorization: Bearer …"), 401)
    found = api_tokens.find(session, token.strip(), now)
    if found.role not in roles:
        raise Forbidden("wrong_role", N_("Peran pengguna token ini tidak boleh melakukan itu."))
    if scope is not None and scope not in found.scopes:
        raise Forbidden("wrong_scope", N_("Token ini tidak dibuat untuk “%(scope)s”."), scope=scope.value)
    g.token_used = found.id, found.last_used_at
    return found


def note_token_use(answer: Response, now: datetime) -> Response:
    """After each request: keep when its token was last used. Written now and then only, and not in the request's own
    transaction, which has ended."""
    token_id, used_at = g.get("token_used", (None, None))
    if token_id is not None and (used_at is None or now - used_at > api_tokens.NOTED_EVERY):
        with suppress(QueueError), database().write() as session:  # a busy database stops nobody for this
            api_tokens.touch(session, token_id, now)
    return answer
