"""The supervisor's pages of complaints: the list with its filters, one complaint with its course, and every deed."""

from collections.abc import Callable, Mapping
from datetime import datetime

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from queue_app import clock, opening
from queue_app.auth import signed_in_user
from queue_app.complaints import course, export, identity, reads, record, steps
from queue_app.complaints.reads import Choice
from queue_app.complaints.record import Deed
from queue_app.errors import N_, NotFound, QueueError
from queue_app.extensions import database, vault
from queue_app.models import Complaint, ComplaintState, ComplaintStep, Resolution, Subject
from queue_app.report_files import Cell
from queue_app.routes import complaint_forms as forms
from queue_app.routes.attachment import attach
from queue_app.routes.citizen_forms import new_key
from queue_app.routes.complaint_words import RESOLUTIONS, SEVERITIES, STATES, SUBJECTS, choices

bp = Blueprint("complaints", __name__, url_prefix="/supervisor/complaints")

_NUMBER = "<int(max=2147483647):number>"
_MOST_EXPORTED = 5000

_FILES: Mapping[str, tuple[str, Callable[[list[list[Cell]]], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", export.as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", export.as_xlsx),
}

_TOLD: Mapping[str, str] = {
    "assign": N_("Penanggung jawab dicatat."),
    "classify": N_("Penggolongan dicatat; tenggatnya mengikuti."),
    "summary": N_("Ringkasan disimpan. Petugas membacanya mulai sekarang."),
    "reply": N_("Balasan terkirim ke halaman pelapor."),
    "decide": N_("Putusan dicatat. Pelapor dan petugas membacanya."),
    "reopen": N_("Pengaduan dibuka kembali."),
}


@bp.get("")
def show() -> str:
    now, choice, page = clock.now(), _choice(), _page_number()
    with database().read() as session:
        office = signed_in_user(session).office
        found = reads.listed(session, office, choice, now, page)
        return render_template(
            "complaint/list.html",
            office=office,
            choice=choice,
            found=found,
            page=page,
            pages=max(1, -(-found.count // reads.PAGE)),
            today=opening.local_day(office, now),
            is_overdue=reads.is_overdue,
            states=choices(STATES),
            subjects=choices(SUBJECTS),
        )


@bp.get("/file.<any(csv,xlsx):form>")
def file(form: str) -> Response:
    """The chosen complaints in SP4N-LAPOR's fields."""
    kind, written = _FILES[form]
    with database().read() as session:
        office = signed_in_user(session).office
        found = reads.listed(session, office, _choice(), clock.now(), most=_MOST_EXPORTED)
        body = written(export.rows(session, vault(), found.complaints))
        name = f"pengaduan-{office.slug}.{form}"
    response = Response(body, content_type=kind)
    attach(response, name)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get(f"/{_NUMBER}")
def one(number: int) -> str:
    return _page(number)


@bp.get(f"/{_NUMBER}/<any(assign,classify,summary,reply,decide,reopen):deed>")
def back(number: int, deed: str) -> ResponseReturnValue:  # noqa: ARG001 - the address bar after a refused POST
    return redirect(url_for(".one", number=number))


@bp.post(f"/{_NUMBER}/<any(assign,classify,summary,reply,decide,reopen):deed>")
def do(number: int, deed: str) -> ResponseReturnValue:
    try:
        with database().write() as session:
            # A reply takes nothing from what somebody else has just done; everything else names what it saw.
            done = forms.deed(signed_in_user(session), with_version=deed != "reply")
            _take(session, deed, done, number)
    except QueueError as error:
        if isinstance(error, NotFound) and error.code == "unknown_complaint":
            raise
        return _page(number, deed, error), error.status
    flash(str(gettext(_TOLD[deed])), "success")
    return redirect(url_for(".one", number=number), 303)


def _take(session: Session, deed: str, done: Deed, number: int) -> Complaint:
    text = request.form.get("text", "")
    match deed:
        case "assign":
            return steps.assign(session, done, number, forms.number("assignee"))
        case "classify":
            chosen = (forms.subject(), forms.severity(), forms.optional_number("officer"))
            return steps.classify(session, done, number, *chosen)
        case "summary":
            return steps.summarise(session, vault(), done, number, text)
        case "reply":
            return steps.reply(session, vault(), done, number, text)
        case "decide":
            return steps.decide(session, vault(), done, number, forms.resolution(), text)
    return steps.reopen(session, vault(), done, number, text)


def _page(number: int, tried: str = "", refusal: QueueError | None = None) -> str:
    """``tried``: the deed that was refused; its form is shown as it was sent."""
    now: datetime = clock.now()
    with database().read() as session:
        who = signed_in_user(session)
        complaint = record.of_office(session, who, number)
        words = vault().shown(complaint.text_sealed)
        substance = vault().shown(complaint.substance_sealed)
        known = identity.known(vault(), complaint)
        return render_template(
            "complaint/one.html",
            office=complaint.office,
            complaint=complaint,
            text=words,
            name=vault().shown(complaint.name_sealed),
            phone=vault().shown(complaint.phone_sealed),
            substance=substance,
            draft=substance or identity.withheld(words or "", known),
            moments=reads.whole_course(session, vault(), complaint),
            is_overdue=reads.is_overdue(complaint, opening.local_day(complaint.office, now)),
            may={step.value: course.may(step, complaint.state) for step in ComplaintStep},
            handlers=[(str(user.id), user.display_name) for user in reads.handlers(session, complaint.office)],
            officers=[("", str(gettext("tidak diketahui")))]
            + [(str(user.id), user.display_name) for user in reads.officers(session, complaint.office)],
            subjects=choices(SUBJECTS),
            severities=choices(SEVERITIES),
            resolutions=[each for each in choices(RESOLUTIONS) if each[0] != Resolution.WITHDRAWN],
            me=str(who.id),
            key=new_key(),
            tried=tried,
            typed=request.form if tried else {},
            refusal=refusal,
        )


def _choice() -> Choice:
    """What the address asks for; what it says wrongly is as if it said nothing."""
    state, subject = request.args.get("state", ""), request.args.get("subject", "")
    return Choice(
        ComplaintState(state) if state in set(ComplaintState) else None,
        Subject(subject) if subject in set(Subject) else None,
        request.args.get("overdue") == "yes",
    )


def _page_number() -> int:
    value = request.args.get("page", "1")
    return max(1, int(value)) if value.isascii() and value.isdigit() and len(value) < 6 else 1
