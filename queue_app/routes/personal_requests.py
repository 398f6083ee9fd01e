"""The administrator's page for a person who asks what is kept of them: found, copied, erased. Each is recorded."""

import json
from datetime import datetime

from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from queue_app import clock, documents, letterhead, opening
from queue_app.auth import signed_in_user
from queue_app.errors import N_, Invalid, NotFound, QueueError
from queue_app.extensions import database, vault
from queue_app.models import Office, PrivacyDeedKind
from queue_app.privacy import copy, erasure, persons, record
from queue_app.privacy.persons import By, Person
from queue_app.routes import personal_copy
from queue_app.routes.attachment import attach
from queue_app.routes.labels import error_text
from queue_app.routes.language import language

bp = Blueprint("personal_requests", __name__, url_prefix="/manage/privacy")

_LONGEST = 2000


@bp.get("")
def show() -> str:
    with database().read() as session:
        return _page(signed_in_user(session).office)


@bp.post("")
def find() -> ResponseReturnValue:
    """A POST, so that what was typed stands in no address and no log. Sealed phones are opened, which takes a while:
    outside the transaction that records it."""
    text, now = request.form.get("text", "")[:_LONGEST], clock.now()
    with database().read() as session:
        office = signed_in_user(session).office
        try:
            person = persons.find(session, vault(), office, _by(), text, opening.local_day(office, now))
        except QueueError as error:
            return _page(office, error=error_text(error)), error.status
        page = _page(office, person)
    _record(PrivacyDeedKind.SEARCH, person, now)
    return page


@bp.post("/copy")
def hand_over() -> ResponseReturnValue:
    """A copy as a paper, or as JSON. It leaves when it is recorded."""
    now = clock.now()
    with database().read() as session:
        office, person = _chosen(session)
        copied = copy.of(session, vault(), office, person, language())
        paper = render_template(
            "documents/personal_copy.html",
            office=office,
            sections=personal_copy.sections(copied),
            now=now,
            logo=letterhead.logo(office),
        )
    if request.form.get("form") == "json":
        body, kind, ending = json.dumps(copied, ensure_ascii=False, indent=2).encode(), "application/json", "json"
    else:
        body, kind, ending = documents.to_pdf(paper), "application/pdf", "pdf"
    _record(PrivacyDeedKind.EXPORT, person, now)
    answer = Response(body, mimetype=kind)
    attach(answer, f"data-pribadi-{now:%Y%m%d-%H%M}.{ending}")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/erase")
def erase() -> ResponseReturnValue:
    now = clock.now()
    if request.form.get("sure") != "yes":
        return _again(gettext("Centang bahwa ini tidak dapat dibatalkan. Belum ada yang dihapus.")), 422
    try:
        with database().write() as session:
            office, person = _chosen(session)
            deed = erasure.erase(session, office, person, signed_in_user(session), now)
    except NotFound:
        raise
    except QueueError as error:
        return _again(error_text(error)), error.status
    return redirect(f"/manage/privacy?done={deed.rows}", 303)


def _again(problem: str) -> str:
    with database().read() as session:
        return _page(*_chosen(session), error=problem)


def _chosen(session: Session) -> tuple[Office, Person]:
    """Raises NotFound ``nobody_found``."""
    office = signed_in_user(session).office
    tickets, complaints = request.form.getlist("ticket"), request.form.getlist("complaint")
    person = persons.chosen(session, office, _by(), tickets, complaints)
    persons.require_somebody(person)
    return office, person


def _by() -> By:
    try:
        return By(request.form.get("by", ""))
    except ValueError as error:
        raise Invalid("bad_by", N_("Pilih mencari dengan tiket, NIK, atau nomor telepon.")) from error


def _record(deed: PrivacyDeedKind, person: Person, now: datetime) -> None:
    count = len(person.tickets) + len(person.complaints)
    with database().write() as session:
        actor = signed_in_user(session)
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
