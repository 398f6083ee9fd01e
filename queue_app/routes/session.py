"""Signing in and out, and choosing the language."""

from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask import session as kept
from flask_babel import gettext
from flask_login import current_user, login_user, logout_user
from werkzeug import Response

from queue_app import auth, clock
from queue_app.auth import SignedIn
from queue_app.errors import N_
from queue_app.extensions import config, database, vault
from queue_app.flask_extensions import login_manager
from queue_app.models import Role, SignInKind, User
from queue_app.routes import known_browsers, limits
from queue_app.routes.addresses import is_own_page, page_before
from queue_app.routes.labels import error_text
from queue_app.routes.language import COOKIE, LANGUAGES
from queue_app.signin import misses, record, second_step
from queue_app.signin.misses import TooSoon

bp = Blueprint("session", __name__)

Page = str | Response | tuple[str, int]

_WAITING, _NEXT = "second_step", "wanted"
_CODE_WITHIN_S = 300
_WORKPLACES = {
    Role.OFFICER: "/desk",
    Role.RECEPTION: "/reception",
    Role.SUPERVISOR: "/supervisor",
    Role.ADMIN: "/supervisor",
    Role.AUDITOR: "/supervisor",
}

login_manager.login_view = "session.sign_in"
login_manager.login_message = N_("Silakan masuk dahulu untuk membuka halaman itu.")
login_manager.login_message_category = "info"
login_manager.localize_callback = gettext


@bp.get("/signin")
def sign_in() -> str | Response:
    if current_user.is_authenticated:
        return redirect(_after_sign_in(current_user))
    return _page()


@bp.post("/signin")
def sign_in_submit() -> Page:
    """Whoever guesses is slowed down, see ``queue_app.signin.misses``; all refusals sound alike."""
    now, username = clock.now(), request.form.get("username", "").strip().lower()[:80]
    counts = misses.at_sign_in(username, limits.who(), known_browsers.of(username))
    try:
        with database().write() as session:
            misses.count(session, counts, now)
    except TooSoon as error:
        return _too_soon("session/signin.html", error, username=username)
    known = auth.check_password(username, request.form.get("password", ""), now)
    if known is None:
        return _page(username, gettext("Nama pengguna atau kata sandi tidak cocok.")), HTTPStatus.UNPROCESSABLE_ENTITY
    with database().write() as session:
        misses.give_back(session, counts)
    return come_in(known, SignInKind.SIGNED_IN, now)


@bp.get("/signin/code")
def code() -> Page:
    """The second step."""
    if _waiting(clock.now()) is None:
        return redirect(url_for(".sign_in"))
    return render_template("session/code.html", error="")


@bp.post("/signin/code")
def code_submit() -> Page:
    now = clock.now()
    user_id = _waiting(now)
    if user_id is None:
        flash(gettext("Itu terlalu lama. Masuklah sekali lagi."), "info")
        return redirect(url_for(".sign_in"), HTTPStatus.SEE_OTHER)
    try:
        with database().write() as session:
            misses.count(session, misses.at_code(user_id), now)
    except TooSoon as error:
        return _too_soon("session/code.html", error)
    if not _passes(user_id, now):
        return render_template(
            "session/code.html", error=error_text(second_step.wrong_code())
        ), HTTPStatus.UNPROCESSABLE_ENTITY
    return _begin(user_id, SignInKind(kept[_WAITING][2]), now)


def come_in(known: auth.Known, kind: SignInKind, now: datetime) -> Response:
    """Somebody has shown who they are: in, or to the second step where the person has one."""
    if not known.has_second_step:
        return _begin(known.user_id, kind, now)
    wanted = _wanted()
    kept.clear()
    kept[_WAITING] = [known.user_id, int(now.timestamp()), kind.value]
    kept[_NEXT] = wanted
    return redirect(url_for("session.code"), HTTPStatus.SEE_OTHER)


def keep_wanted() -> None:
    """Remember the page that is wanted, while the person is at another site to sign in."""
    kept[_NEXT] = _wanted()


@bp.post("/signout")
def sign_out() -> Response:
    if current_user.is_authenticated:
        auth.end_session(clock.now())
    logout_user()
    kept.clear()
    flash(gettext("Anda sudah keluar."), "success")
    return redirect(url_for("session.sign_in"), HTTPStatus.SEE_OTHER)


@bp.post("/lang/<code>")
def choose_language(code: str) -> Response:
    if code not in LANGUAGES:
        abort(HTTPStatus.NOT_FOUND)
    wanted = request.form.get("next", "")
    response = redirect(wanted if is_own_page(wanted) else page_before() or "/", HTTPStatus.SEE_OTHER)
    COOKIE.write(response, code)
    return response


def _begin(user_id: int, kind: SignInKind, now: datetime) -> Response:
    wanted = _wanted()
    kept.clear()  # nothing of the session from before signing in lives on
    kept.permanent = True
    user = auth.begin_session(user_id, kind, now)
    login_user(user)
    response: Response = redirect(wanted or _WORKPLACES[user.role], HTTPStatus.SEE_OTHER)
    known_browsers.remember(response, user.username)
    return response


def _passes(user_id: int, now: datetime) -> bool:
    with database().write() as session:
        user = session.get(User, user_id)
        if user is None or not user.active:
            return False
        passes = second_step.passes(session, vault(), user, request.form.get("code", "")[:40], auth.here(), now)
        if passes:
            misses.give_back(session, misses.at_code(user_id))
        else:
            record.note(session, user, SignInKind.WRONG_CODE, auth.here(), now)
        return passes


def _waiting(now: datetime) -> int | None:
    """Who has given the right password here a short while ago."""
    match kept.get(_WAITING):
        case [int(user_id), int(since), str()] if 0 <= now.timestamp() - since <= _CODE_WITHIN_S:
            return user_id
    return None


def _page(username: str = "", error: str = "") -> str:
    return render_template("session/signin.html", username=username, error=error, oidc=config().oidc_issuer is not None)


def _too_soon(template: str, error: TooSoon, **shown: str) -> Response:
    text = render_template(template, error=error_text(error), oidc=config().oidc_issuer is not None, **shown)
    response = make_response(text, error.status)
    response.headers["Retry-After"] = str(error.seconds)
    return response


def _wanted() -> str:
    """The page of this site that was asked for before signing in; empty for none."""
    wanted = request.values.get("next", "") or str(kept.get(_NEXT, ""))
    return wanted if is_own_page(wanted) else ""


def workplace(role: Role) -> str:
    """The page that people of a role work on."""
    return _WORKPLACES[role]


def _after_sign_in(user: SignedIn) -> str:
    return _wanted() or workplace(user.role)
