"""The levers of the supervisor's page: each a button with a reason; a refusal shows the page again as it was left."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session
from werkzeug import Response

from queue_app import alerts, announcements, clock, entered, levers
from queue_app.auth import signed_in_user
from queue_app.errors import QueueError
from queue_app.extensions import database
from queue_app.models import User
from queue_app.recipients import Recipient
from queue_app.routes import lever_forms, supervisor

bp = Blueprint("levers", __name__, url_prefix="/supervisor")

Deed = Callable[[Session, User, datetime], str]
"""Does something, and says in the person's language what was done; an empty text for nothing worth saying."""


@bp.get("/<any(pause,resume,stop,restart,announce,'take-back',move,'move-all','end-shift',acknowledge):deed>")
def back(deed: str) -> Response:  # noqa: ARG001 - the address bar after a refused POST
    return redirect(url_for("supervisor.show"))


@bp.post("/pause")
def pause() -> ResponseReturnValue:
    def deed(session: Session, who: User, now: datetime) -> str:
        service = levers.pause_service(session, who, request.form.get("service", ""), lever_forms.reason(), now)
        return str(gettext("Layanan %(service)s dijeda: tidak ada yang dipanggil.", service=service.code))

    return _pull("pause", deed)


@bp.post("/resume")
def resume() -> ResponseReturnValue:
    def deed(session: Session, who: User, now: datetime) -> str:
        service = levers.resume_service(session, who, request.form.get("service", ""), None, now)
        return str(gettext("Layanan %(service)s dibuka lagi.", service=service.code))

    return _pull("resume", deed)


@bp.post("/stop")
def stop() -> ResponseReturnValue:
    def deed(session: Session, who: User, now: datetime) -> str:
        levers.stop_issuing(session, who, request.form.get("service") or None, lever_forms.reason(), now)
        return str(gettext("Nomor baru untuk hari ini dihentikan."))

    return _pull("stop", deed)


@bp.post("/restart")
def restart() -> ResponseReturnValue:
    def deed(session: Session, who: User, now: datetime) -> str:
        levers.resume_issuing(session, who, request.form.get("service") or None, None, now)
        return str(gettext("Nomor baru diberikan lagi."))

    return _pull("restart", deed)


@bp.post("/announce")
def announce() -> ResponseReturnValue:
    def deed(session: Session, who: User, now: datetime) -> str:
        announcements.tell_all(
            session,
            who,
            lever_forms.text("text"),
            request.form.get("service") or None,
            lever_forms.number("minutes"),
            request.form.get("form_key", "")[:60] or now.isoformat(),
            now,
        )
        return str(gettext("Pesan tampil di tiket dan di layar."))

    return _pull("announce", deed)


@bp.post("/take-back")
def take_back() -> ResponseReturnValue:
    def deed(session: Session, who: User, now: datetime) -> str:
        announcements.take_back(session, who, lever_forms.number("announcement"), now)
        return str(gettext("Pesan ditarik."))

    return _pull("take-back", deed)


@bp.post("/move")
def move() -> ResponseReturnValue:
    def deed(session: Session, who: User, now: datetime) -> str:
        named = entered.find(session, who.office, entered.read(lever_forms.text("ticket")), now)
        counter = lever_forms.number("counter")
        to = Recipient(counter_id=counter) if counter else None
        code = request.form.get("service") or named.service.code
        ticket = levers.move(session, who, named.public_id, code, lever_forms.reason(), now, to=to)
        return str(gettext("%(label)s menunggu layanan %(service)s.", label=ticket.label, service=code))

    return _pull("move", deed)


@bp.post("/move-all")
def move_all() -> ResponseReturnValue:
    def deed(session: Session, who: User, now: datetime) -> str:
        source, target = request.form.get("service", ""), request.form.get("to", "")
        done = levers.move_all(session, who, source, target, lever_forms.reason(), now)
        said = ngettext("%(num)s orang dipindahkan.", "%(num)s orang dipindahkan.", done.count)
        if done.stayed:
            labels = ", ".join(done.stayed)
            said += " " + gettext("Tetap, karena sudah punya nomor di sana: %(labels)s.", labels=labels)
        return str(said)

    return _pull("move-all", deed)


@bp.post("/end-shift")
def end_shift() -> ResponseReturnValue:
    def deed(session: Session, who: User, now: datetime) -> str:
        shift = levers.end_shift(session, who, lever_forms.number("counter"), lever_forms.reason(), now)
        return str(gettext("Sesi loket %(number)s diakhiri.", number=shift.counter.number))

    return _pull("end-shift", deed)


@bp.post("/acknowledge")
def acknowledge() -> ResponseReturnValue:
    def deed(session: Session, who: User, now: datetime) -> str:
        alerts.acknowledge(session, who, lever_forms.number("alert"), now)
        return ""

    return _pull("acknowledge", deed)


@bp.get("/close-day")
def day() -> ResponseReturnValue:
    return _day_page()


@bp.post("/close-day")
def close_day() -> ResponseReturnValue:
    """Only what was shown: the form carries how many it was shown for."""
    try:
        with database().write() as session:
            who, expected = signed_in_user(session), lever_forms.number("expected")
            done = levers.close_day(session, who, lever_forms.reason(), clock.now(), expected)
    except QueueError as error:
        return _day_page(error)
    closed = gettext("Hari ini ditutup: %(expired)s nomor berakhir.", expired=done.expired)
    flash(closed, "success")
    return redirect(url_for("supervisor.show"), HTTPStatus.SEE_OTHER)


def _day_page(refusal: QueueError | None = None) -> tuple[str, int]:
    now = clock.now()
    with database().read() as session:
        office = signed_in_user(session).office
        shown = render_template(
            "supervisor/close_day.html",
            office=office,
            now=now,
            day=levers.day_now(session, office, now),
            refusal=refusal,
            typed=lever_forms.typed(),
            lever_forms=lever_forms,
        )
    return shown, refusal.status if refusal is not None else HTTPStatus.OK


def _pull(lever: str, deed: Deed) -> ResponseReturnValue:
    try:
        with database().write() as session:
            said = deed(session, signed_in_user(session), clock.now())
    except QueueError as error:
        return supervisor.page(supervisor.Tried(lever, error, lever_forms.typed()))
    if said:
        flash(said, "success")
    return redirect(url_for("supervisor.show"), HTTPStatus.SEE_OTHER)
