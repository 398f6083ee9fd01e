"""The administrator's page: who works here, with which role, where they are signed in; help when something is lost."""

from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from queue_app import auth, clock
from queue_app.errors import N_, QueueError
from queue_app.extensions import database
from queue_app.models import Role, User
from queue_app.routes.labels import error_text
from queue_app.signin import people, record, sessions

bp = Blueprint("people", __name__, url_prefix="/manage/people")

Page = Response | str | tuple[str, int]

_DONE = {
    "role": N_("Peran %(name)s sudah diubah; semua sesinya diakhiri."),
    "deactivate": N_("%(name)s tidak dapat masuk lagi; semua sesinya diakhiri."),
    "activate": N_("%(name)s dapat masuk lagi."),
    "password": N_("Kata sandi sementara %(name)s: %(password)s. Catat sekarang; ini hanya ditampilkan sekali."),
    "second-step": N_("Langkah kedua %(name)s sudah dihapus; semua sesinya diakhiri."),
    "sessions": N_("Semua sesi %(name)s sudah diakhiri."),
}


@bp.get("")
def show() -> Page:
    return _page()


@bp.post("")
def create() -> Page:
    form, now = request.form, clock.now()
    try:
        with database().write() as session:
            actor = auth.signed_in_user(session)
            username = form.get("username", "").strip().lower()
            role = people.role_of(form.get("role", ""))
            user, password = people.create(
                session, actor, username, form.get("name", "").strip()[:120], role, auth.here(), now
            )
            user_id, name = user.id, user.username
    except QueueError as error:
        return _page(error_text(error), error.status)
    _say("password", name, password)
    return redirect(url_for(".one", user_id=user_id), HTTPStatus.SEE_OTHER)


@bp.get("/<int(max=2147483647):user_id>")
def one(user_id: int) -> Page:
    return _one(user_id)


@bp.post("/<int(max=2147483647):user_id>/<deed>")
def do(user_id: int, deed: str) -> Page:
    if deed not in _DONE:
        abort(HTTPStatus.NOT_FOUND)
    try:
        with database().write() as session:
            actor = auth.signed_in_user(session)
            user = people.find(session, actor, user_id)
            password = _carry_out(session, deed, actor, user, clock.now())
            name = user.display_name
    except QueueError as error:
        if error.status == HTTPStatus.NOT_FOUND:
            raise
        return _one(user_id, error_text(error), error.status)
    _say(deed, name, password)
    return redirect(url_for(".one", user_id=user_id), HTTPStatus.SEE_OTHER)


def _carry_out(session: Session, deed: str, actor: User, user: User, now: datetime) -> str:
    """The temporary password, where one was made."""
    where = auth.here()
    match deed:
        case "role":
            people.set_role(session, actor, user, people.role_of(request.form.get("role", "")), where, now)
        case "deactivate":
            people.deactivate(session, actor, user, where, now)
        case "activate":
            people.activate(session, actor, user, where, now)
        case "password":
            return people.reset_password(session, actor, user, where, now)
        case "second-step":
            people.reset_second_step(session, actor, user, where, now)
        case _:
            people.end_sessions(session, actor, user, where, now)
    return ""


def _say(deed: str, name: str, password: str) -> None:
    done = _DONE[deed]
    flash(gettext(done, name=name, password=password), "success")


def _page(error: str = "", status: int = HTTPStatus.OK) -> Page:
    with database().read() as session:
        office = auth.signed_in_user(session).office
        shown = render_template(
            "manage/people.html",
            office=office,
            zone=office.zone,
            people=people.of_office(session, office.id),
            roles=list(Role),
            events=record.of_office(session, office.id),
            error=error,
            typed=request.form,
        )
    return (shown, status) if error else shown


def _one(user_id: int, error: str = "", status: int = HTTPStatus.OK) -> Page:
    with database().read() as session:
        user = people.find(session, auth.signed_in_user(session), user_id)
        shown = render_template(
            "manage/person.html",
            person=user,
            zone=user.office.zone,
            roles=list(Role),
            sessions=sessions.of_person(session, user.id, auth.sessions_since(clock.now())),
            events=record.of_person(session, user.id),
            error=error,
        )
    return (shown, status) if error else shown
