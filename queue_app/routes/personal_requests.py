"""The administrator's page for a person who asks what is kept of them: found, copied, erased. Each is recorded."""

import json
from datetime import datetime

from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from queue_app import clock, opening
from queue_app.auth import signed_in_user
from queue_app.errors import N_, Invalid, NotFound, QueueError
from queue_app.extensions import database, vault
from queue_app.models import Office, PrivacyDeedKind, User
from queue_app.privacy import copy, erasure, persons, record
from queue_app.privacy.persons import By, Person
from queue_app.routes.attachment import attach
from queue_app.routes.labels import error_text

bp = Blueprint("personal_requests", __name__, url_prefix="/manage/privacy")

_LONGEST = 2000


@bp.get("")
def show() -> str:
    with database().read() as session:
        return _page(signed_in_user(session).office)


@bp.post("")
def find() -> ResponseReturnValue:
    """A POST, so that what was typed stands in no address and no log."""
    text, now = request.form.get("text", "")[:_LONGEST], clock.now()
    with database().write() as session:
        actor = signed_in_user(session)
        office = actor.office
        try:
            by = _by()
            person = persons.find(session, vault(), office, by, text, opening.local_day(office, now))
        except QueueError as error:
            return _page(office, error=error_text(error)), error.status
        _record(session, PrivacyDeedKind.SEARCH, actor, person, now)
        return _page(office, person)


@bp.post("/copy")
def hand_over() -> ResponseReturnValue:
    """A copy as a page to print, or as JSON."""
    now = clock.now()
    with database().write() as session:
        actor, person = _chosen(session)
        office = actor.office
        copied = copy.of(session, vault(), office, person)
        _record(session, PrivacyDeedKind.EXPORT, actor, person, now)
        if request.form.get("form") == "json":
            body, kind, ending = json.dumps(copied, ensure_ascii=False, indent=2), "application/json", "json"
        else:
            body = render_template("documents/personal_copy.html", office=office, copied=copied, made_at=now)
            kind, ending = "text/html", "html"
    answer = Response(body, mimetype=kind)
    attach(answer, f"data-pribadi-{now:%Y%m%d-%H%M}.{ending}")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/erase")
def erase() -> ResponseReturnValue:
    now = clock.now()
    with database().write() as session:
        actor, person = _chosen(session)
        office = actor.office
        if request.form.get("sure") != "yes":
            problem = gettext("Centang bahwa ini tidak dapat dibatalkan. Belum ada yang dihapus.")
            return _page(office, person, error=problem), 422
        try:
            deed = erasure.erase(session, office, person, actor, now)
        except QueueError as error:
            return _page(office, person, error=error_text(error)), error.status
        return redirect(f"/manage/privacy?done={deed.rows}", 303)


def _chosen(session: Session) -> tuple[User, Person]:
    actor = signed_in_user(session)
    tickets, complaints = request.form.getlist("ticket"), request.form.getlist("complaint")
    person = persons.chosen(session, actor.office, _by(), tickets, complaints)
    if not person.tickets and not person.complaints:
        raise NotFound("nobody_found", N_("Tidak ada tiket atau pengaduan itu di kantor ini."))
    return actor, person


def _by() -> By:
    try:
        return By(request.form.get("by", ""))
    except ValueError as error:
        raise Invalid("bad_by", N_("Pilih mencari dengan tiket, NIK, atau nomor telepon.")) from error


def _record(session: Session, deed: PrivacyDeedKind, actor: User, person: Person, now: datetime) -> None:
    count = len(person.tickets) + len(person.complaints)
    record.add(session, actor.office, deed, person.by.value, count, now, actor=actor, tickets=person.numbers)


def _page(office: Office, person: Person | None = None, error: str = "") -> str:
    done = request.args.get("done", "")
    return render_template(
        "manage/privacy.html",
        office=office,
        person=person,
        error=error,
        by=request.form.get("by", By.TICKET.value),
        done=done if done.isdecimal() else "",
    )
