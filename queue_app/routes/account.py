"""One's own account: where one is signed in, what happened there, the password, the PIN and the second step."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug import Response

from queue_app import auth, clock
from queue_app.errors import N_, Invalid, QueueError
from queue_app.event_loop import in_thread
from queue_app.extensions import database, vault
from queue_app.models import SignInKind, User
from queue_app.routes.labels import error_text
from queue_app.routes.qr import qr_code
from queue_app.routes.session import workplace
from queue_app.signin import cover, misses, passwords, record, second_step, sessions

bp = Blueprint("account", __name__, url_prefix="/account")

Page = Response | str | tuple[str, int]


@bp.get("")
def show() -> Page:
    return _page()


def _page(error: str = "", part: str = "", status: int = HTTPStatus.OK) -> Page:
    now = clock.now()
    with database().read() as session:
        user = auth.signed_in_user(session)
        shown = render_template(
            "account/account.html",
            user=user,
            zone=user.office.zone,
            sessions=sessions.of_person(session, user.id, auth.sessions_since(now)),
            own_session=current_user.session_id,
            events=record.of_person(session, user.id),
            codes_left=second_step.codes_left(session, user),
            error=error,
            part=part,
        )
    return (shown, status) if error else shown


@bp.get("/password")
def password() -> Page:
    return render_template("account/password.html", error="", must=current_user.must == "password")


@bp.post("/password")
def set_password() -> Page:
    now, old, new = clock.now(), request.form.get("old", ""), request.form.get("new", "")

    def deed(session: Session, user: User) -> None:
        if new != request.form.get("again", ""):
            raise Invalid("passwords_differ", N_("Kata sandi baru tidak sama di kedua isian."))
        passwords.change(session, user, new, auth.here(), now, keep=current_user.session_id)

    try:
        _confirmed(old, now, deed)
    except QueueError as error:
        must = current_user.must == "password"
        return render_template("account/password.html", error=error_text(error), must=must), error.status
    flash(gettext("Kata sandi sudah diganti. Sesi Anda di tempat lain sudah diakhiri."), "success")
    return redirect(workplace(current_user.role), HTTPStatus.SEE_OTHER)


@bp.post("/pin")
def set_pin() -> Page:
    now, pin = clock.now(), request.form.get("pin", "")
    try:
        _confirmed(
            request.form.get("old", ""), now, lambda session, user: cover.set_pin(session, user, pin, auth.here(), now)
        )
    except QueueError as error:
        return _page(error_text(error), "pin", error.status)
    flash(gettext("PIN sudah disimpan."), "success")
    return redirect(url_for(".show"), HTTPStatus.SEE_OTHER)


@bp.get("/second-step", endpoint="second_step")
def second_step_offer() -> Page:
    return _offer()


@bp.post("/second-step")
def confirm_second_step() -> Page:
    """Put it in use; the recovery codes are shown this once."""
    now = clock.now()
    try:
        with database().write() as session:
            user = auth.signed_in_user(session)
            misses.count(session, misses.at_code(user.id), now)
        with database().write() as session:
            user = auth.signed_in_user(session)
            codes = second_step.confirm(session, vault(), user, request.form.get("code", "")[:20], auth.here(), now)
            misses.give_back(session, misses.at_code(user.id))
    except QueueError as error:
        return _offer(error)
    return render_template("account/recovery_codes.html", codes=codes, workplace=workplace(current_user.role))


@bp.post("/recovery-codes")
def new_codes() -> Page:
    codes: list[str] = []
    try:
        _confirmed(
            request.form.get("old", ""),
            clock.now(),
            lambda session, user: codes.extend(second_step.renew_codes(session, user)),
        )
    except QueueError as error:
        return _page(error_text(error), "codes", error.status)
    return render_template("account/recovery_codes.html", codes=codes, workplace=workplace(current_user.role))


@bp.post("/sessions/<int(max=2147483647):session_id>/end")
def end_session(session_id: int) -> Page:
    now = clock.now()
    with database().write() as session:
        user = auth.signed_in_user(session)
        sessions.end(session, user.id, session_id, now)
        record.note(session, user, SignInKind.SESSION_ENDED, auth.here(), now)
    flash(gettext("Sesi itu sudah diakhiri."), "success")
    return redirect(url_for(".show"), HTTPStatus.SEE_OTHER)


@bp.post("/sessions/end-others")
def end_others() -> Page:
    now = clock.now()
    with database().write() as session:
        user = auth.signed_in_user(session)
        sessions.end_all(session, user.id, now, but=current_user.session_id)
        record.note(session, user, SignInKind.SESSION_ENDED, auth.here(), now)
    flash(gettext("Semua sesi lain sudah diakhiri."), "success")
    return redirect(url_for(".show"), HTTPStatus.SEE_OTHER)


def _offer(error: QueueError | None = None) -> Page:
    try:
        with database().write() as session:
            user = auth.signed_in_user(session)
            secret = second_step.offer(vault(), user)
            address = second_step.address(user, secret)
    except Invalid:  # it is in use already
        return redirect(url_for(".show"))
    shown = render_template(
        "account/second_step.html",
        qr=qr_code(address),
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        must=current_user.must == "second_step",
        error=error_text(error) if error else "",
    )
    return (shown, error.status) if error else shown


def _confirmed(password: str, now: datetime, deed: Callable[[Session, User], None]) -> None:
    """Do what needs the person's password. Raises Invalid ``wrong_password``, ``TooSoon``, and as the deed."""
    with database().write() as session:
        user = auth.signed_in_user(session)
        counts = misses.at_unlocking(current_user.session_id)
        misses.count(session, counts, now)
        kept = user.password_hash
    if not in_thread(lambda: passwords.matches(kept, password)):
        raise Invalid("wrong_password", N_("Kata sandi sekarang tidak cocok."))
    with database().write() as session:
        misses.give_back(session, counts)
        deed(session, auth.signed_in_user(session))
