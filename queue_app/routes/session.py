"""Signing in and out, and choosing the language."""

from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_limiter.util import get_remote_address
from flask_login import current_user, login_user, logout_user
from werkzeug import Response

from queue_app.auth import SignedIn, check_password
from queue_app.errors import N_
from queue_app.extensions import config, limiter, login_manager
from queue_app.models import Role
from queue_app.routes.addresses import is_own_page, page_before
from queue_app.routes.language import COOKIE, LANGUAGES

bp = Blueprint("session", __name__)

_YEAR_S = 365 * 24 * 3600
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


def _who_tries() -> str:
    """Guesses are counted per address and name, so that nobody locks out a colleague from elsewhere."""
    return f"{get_remote_address()} {request.form.get('username', '').strip().lower()[:80]}"


@bp.get("/signin")
def sign_in() -> str | Response:
    if current_user.is_authenticated:
        return redirect(_after_sign_in(current_user))
    return render_template("session/signin.html", username="", error="")


@bp.post("/signin")
@limiter.limit("10 per minute", key_func=_who_tries)
def sign_in_submit() -> str | Response | tuple[str, int]:
    username = request.form.get("username", "").strip().lower()
    user = check_password(username, request.form.get("password", ""))
    if user is None:
        error = gettext("Nama pengguna atau kata sandi tidak cocok.")
        return render_template("session/signin.html", username=username, error=error), HTTPStatus.UNPROCESSABLE_ENTITY
    session.clear()  # nothing of the session from before signing in lives on
    session.permanent = True
    login_user(user)
    return redirect(_after_sign_in(user), HTTPStatus.SEE_OTHER)


@bp.post("/signout")
def sign_out() -> Response:
    logout_user()
    session.clear()
    flash(gettext("Anda sudah keluar."), "success")
    return redirect(url_for("session.sign_in"), HTTPStatus.SEE_OTHER)


@bp.post("/lang/<code>")
def choose_language(code: str) -> Response:
    if code not in LANGUAGES:
        abort(HTTPStatus.NOT_FOUND)
    wanted = request.form.get("next", "")
    response = redirect(wanted if is_own_page(wanted) else page_before() or "/", HTTPStatus.SEE_OTHER)
    response.set_cookie(
        COOKIE, code, max_age=_YEAR_S, httponly=True, samesite="Lax", secure=config().production, path="/"
    )
    return response


def _after_sign_in(user: SignedIn) -> str:
    wanted = request.values.get("next", "")
    return wanted if is_own_page(wanted) else _WORKPLACES[user.role]
