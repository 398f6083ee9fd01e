"""The office's receipt printers: which there are, how each is, a trial print, added, changed and taken out of use."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from queue_app import clock
from queue_app.audit import since
from queue_app.auth import signed_in_user
from queue_app.errors import N_, Invalid, QueueError
from queue_app.event_loop import in_thread
from queue_app.extensions import database
from queue_app.models import Printer, PrinterKind, User
from queue_app.printing import device, jobs, printers, trial
from queue_app.printing.device import Outcome, Target, Verdict
from queue_app.routes import lever_forms, limits
from queue_app.routes.labels import error_text
from queue_app.routes.managing import changed, saving
from queue_app.routes.managing.saving import Deed
from queue_app.routes.printing import problem_text

bp = Blueprint("printers", __name__, url_prefix="/manage/printers")

_TRIALS = "12 per minute"
"""Trial prints of one address: each opens a line to where the printer is."""

KINDS: Mapping[PrinterKind, str] = {
    PrinterKind.NETWORK: N_("Jaringan"),
    PrinterKind.USB: N_("USB"),
    PrinterKind.SERIAL: N_("Serial"),
}
_FIELDS: Mapping[str, str] = {
    "bad_printer_name": "name",
    "printer_exists": "name",
    "bad_printer_kind": "kind",
    "bad_printer_address": "address",
    "bad_printer_width": "width",
}
"""At which field a refusal is said."""


@bp.get("")
def show() -> ResponseReturnValue:
    return _page()


@bp.get("/add")
@bp.get("/<int(max=2147483647):printer_id>/<any(change,retire,test):deed>")
def back(printer_id: int = 0, deed: str = "") -> ResponseReturnValue:  # noqa: ARG001 - the address bar after a refused POST
    return redirect(url_for(".show"))


@bp.post("/add")
def add() -> ResponseReturnValue:
    """A new printer, or again one of that name that was taken out of use."""

    def deed(session: Session, who: User, now: datetime) -> str:
        name = " ".join(lever_forms.text("name").split())
        printers.require_new(session, who.office, name)
        printer = _save(session, who, name, now)
        return str(gettext("Pencetak “%(name)s” ditambahkan. Sekarang cobalah mencetak.", name=printer.name))

    return _do(deed, "add", 0)


@bp.post("/<int(max=2147483647):printer_id>/change")
def change(printer_id: int) -> ResponseReturnValue:
    def deed(session: Session, who: User, now: datetime) -> str:
        name = _held(session, who, printer_id).name
        _save(session, who, name, now)
        return str(gettext("Pencetak “%(name)s” disimpan.", name=name))

    return _do(deed, "change", printer_id)


@bp.post("/<int(max=2147483647):printer_id>/retire")
def retire(printer_id: int) -> ResponseReturnValue:
    def deed(session: Session, who: User, now: datetime) -> str:
        name = _held(session, who, printer_id).name
        printers.retire(session, who.office, name, now, who)
        return str(gettext("Pencetak “%(name)s” tidak dipakai lagi.", name=name))

    return _do(deed, "retire", printer_id)


@bp.post("/<int(max=2147483647):printer_id>/test")
@limits.limit(_TRIALS, "trial prints")
def test(printer_id: int) -> ResponseReturnValue:
    """Print a slip that is nobody's, and say whether it came. Nothing is held meanwhile but the printer."""
    try:
        with database().write() as session:
            office = signed_in_user(session).office
            printer = printers.by_id(session, office, printer_id)
            name, answers, begun = printer.name, printer.answers, trial.begin(session, office, printer, clock.now())
    except QueueError as error:
        if error.status == HTTPStatus.NOT_FOUND:
            raise
        return _page(error, "test", printer_id)
    outcome = handed_over(begun.target, begun.data)
    with database().write() as session:
        trial.conclude(session, begun, outcome, clock.now())
    if outcome.verdict is not Verdict.PRINTED:
        flash(gettext("Pencetak %(name)s %(problem)s.", name=name, problem=problem_text(outcome.problem)), "error")
    elif answers:
        flash(gettext("Pencetak “%(name)s” sudah mencetak.", name=name), "success")
    else:
        flash(
            gettext("Dikirim ke “%(name)s”. Pencetak ini tidak pernah menjawab: lihat kertasnya.", name=name), "success"
        )
    return redirect(url_for(".show"), HTTPStatus.SEE_OTHER)


def handed_over(target: Target, data: bytes) -> Outcome:
    """USB waits inside its library, which would stop the whole process."""
    if target.kind is PrinterKind.USB:
        return in_thread(lambda: device.hand_over(target, data))
    return device.hand_over(target, data)


def _held(session: Session, who: User, printer_id: int) -> Printer:
    """The printer as the page showed it. Raises NotFound ``unknown_printer``, ChangedSince."""
    printer = printers.by_id(session, who.office, printer_id)
    since.require(session, who.office, [f"printer:{printer.name}"], lever_forms.number("seen"))
    return printer


def _save(session: Session, who: User, name: str, now: datetime) -> Printer:
    form = request.form
    kind = form.get("kind", "")
    if kind not in set(PrinterKind):
        raise Invalid("bad_printer_kind", N_("Pilih cara menghubungi pencetak."))
    return printers.add(
        session,
        who.office,
        name,
        PrinterKind(kind),
        lever_forms.text("address")[:255],
        width_mm=lever_forms.number("width"),
        answers=form.get("answers") == "yes",
        draws_qr=form.get("draws_qr") == "yes",
        now=now,
        actor=who,
    )


def _do(deed: Deed, what: str, printer_id: int) -> ResponseReturnValue:
    return saving.done(deed, lambda error: _page(error, what, printer_id), url_for(".show"))


def _page(refusal: QueueError | None = None, deed: str = "", tried: int = 0) -> tuple[str, int]:
    """``refusal``: of ``deed`` with the printer ``tried`` (0: a new one), shown there with what was typed."""
    with database().read() as session:
        office = signed_in_user(session).office
        there = printers.of_office(session, office)
        chosen = printers.chosen(session, office)
        shown = render_template(
            "manage/printers.html",
            office=office,
            printers=[one for one in there if one.active],
            retired=[one for one in there if not one.active],
            last_printed=jobs.last_printed(session, [one.id for one in there]),
            chosen=chosen.id if chosen else None,
            kinds=KINDS,
            widths=printers.WIDTHS,
            name_length=printers.NAME_LENGTH,
            problem_text=problem_text,
            seen=since.last_change(session, office),
            refusal=refusal,
            wrong={_FIELDS[refusal.code]: error_text(refusal)} if refusal and refusal.code in _FIELDS else {},
            others=changed.by_others(session, office, refusal),
            deed=deed,
            tried=tried,
            typed=request.form,
        )
    return shown, refusal.status if refusal else HTTPStatus.OK
