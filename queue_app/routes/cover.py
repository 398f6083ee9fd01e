"""The cover of a screen that nobody touches: shown in place of every page until the PIN or the password is given."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug import Response

from queue_app import auth, clock
from queue_app.errors import QueueError
from queue_app.event_loop import in_thread
from queue_app.extensions import database
from queue_app.models import SignInSession
from queue_app.routes.addresses import is_own_page
from queue_app.routes.labels import error_text
from queue_app.routes.session import workplace
from queue_app.signin import cover as covers
from queue_app.signin import misses, passwords

bp = Blueprint("cover", __name__, url_prefix="/lock")


@bp.get("")
def show() -> Response | str:
    if not current_user.is_covered(clock.now()):
        return redirect(_back())
    return _page()


@bp.post("")
def cover() -> Response:
    """Cover this screen now."""
    with database().write() as session:
        covers.cover(session, _own(session), auth.here(), clock.now())
    return redirect(url_for(".show", next=_back()), HTTPStatus.SEE_OTHER)


@bp.post("/active")
def active() -> tuple[str, int]:
    """Somebody touches the page; that was noted before."""
    return "", HTTPStatus.NO_CONTENT


@bp.post("/open")
def uncover() -> Response | str | tuple[str, int]:
    """By the PIN, after five wrong ones by the password; slowed down like guesses at signing in."""
    now, secret = clock.now(), request.form.get("secret", "")
    try:
        with database().write() as session:
            misses.count(session, misses.at_unlocking(current_user.session_id), now)
            row = _own(session)
            by_pin, user = covers.takes_pin(row), row.user
            kept_hash = user.pin_hash if by_pin else user.password_hash
    except QueueError as error:
        return _page(error_text(error)), error.status
    is_right = in_thread(lambda: passwords.matches(kept_hash, secret))
    with database().write() as session:
        row = _own(session)
        if not is_right:
            covers.miss(session, row, auth.here(), now)
        else:
            covers.uncover(session, row, auth.here(), now)
            misses.give_back(session, misses.at_unlocking(row.id))
    if not is_right:
        wrong = gettext("PIN itu tidak cocok.") if by_pin else gettext("Kata sandi itu tidak cocok.")
        return _page(wrong), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(gettext("Layar terbuka lagi. Semua masih seperti tadi."), "success")
    return redirect(_back(), HTTPStatus.SEE_OTHER)


def _page(error: str = "") -> str:
    with database().read() as session:
        by_pin = covers.takes_pin(_own(session))
    return render_template("session/cover.html", by_pin=by_pin, error=error, next=_back())


def _own(session: Session) -> SignInSession:
    return session.get_one(SignInSession, current_user.session_id)


def _back() -> str:
    """The page that was covered; the own workplace where that is not known."""
    wanted = request.values.get("next", "")
    return wanted if is_own_page(wanted) and not wanted.startswith("/lock") else workplace(current_user.role)
