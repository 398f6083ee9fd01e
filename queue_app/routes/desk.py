"""Pages of the desk: one screen, and one POST for each move."""

import secrets
from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from queue_app import calling, clock, desk_view, shifts, tickets
from queue_app.auth import requires, signed_in_user
from queue_app.desk_view import DeskView
from queue_app.errors import N_, QueueError
from queue_app.extensions import database, vault
from queue_app.lifecycle import TicketState
from queue_app.models import Role, Ticket, User
from queue_app.personal import initials
from queue_app.routes import desk_forms
from queue_app.routes.desk_forms import TicketRef
from queue_app.routes.labels import error_text

bp = Blueprint("desk", __name__, url_prefix="/desk")

OFFICERS = frozenset({Role.OFFICER})
SHORT_SERVICE_S = 20
"""Finishing sooner than this is asked about: it is more often a slip than a service."""

QUESTIONS = frozenset({"hold", "transfer", "pause", "choose", "comeback", "flag", "short", "keys", "figures"})
"""The dialogs of the page, by the name in ``?ask=``; that is how they open where no script runs."""

Deed = Callable[[Session, User, datetime], str]
"""Carries out one use case and returns the sentence that tells of it."""

_MOVES = {
    "recall": (tickets.recall, N_("%(label)s dipanggil ulang.")),
    "start": (tickets.start, N_("Melayani %(label)s. Waktu layanan berjalan.")),
    "resume": (tickets.resume, N_("Melayani %(label)s lagi. Waktu layanan berjalan kembali.")),
    "no-show": (tickets.no_show, N_("%(label)s ditandai tidak hadir.")),
}


@bp.get("")
@requires(OFFICERS)
def show() -> ResponseReturnValue:
    asked = request.args.get("ask", "")
    return _page(asked if asked in QUESTIONS else "")


@bp.get("/live")
@requires(OFFICERS)
def live() -> ResponseReturnValue:
    """The part of the page that changes, as it is now."""
    return _rendered("desk/_live.html")


@bp.get("/<any(open,close,pause,continue,'call-next',call,recall,start,finish,hold,resume):deed>")
@bp.get("/<any(transfer,return,'no-show',flag):deed>")
@requires(OFFICERS)
def back_to_the_desk(deed: str) -> ResponseReturnValue:  # noqa: ARG001 - the address bar after a refused POST
    return redirect(url_for("desk.show"))


@bp.post("/open")
@requires(OFFICERS)
def open_counter() -> ResponseReturnValue:
    def deed(session: Session, officer: User, now: datetime) -> str:
        shift = shifts.open_counter(session, officer, desk_forms.counter_id(), now)
        return str(gettext("Loket %(number)s buka.", number=shift.counter.number))

    return _do(deed)


@bp.post("/close")
@requires(OFFICERS)
def close_counter() -> ResponseReturnValue:
    def deed(session: Session, officer: User, now: datetime) -> str:
        shift = shifts.close(session, officer, desk_forms.counter_id(), now)
        return str(gettext("Loket %(number)s ditutup. Terima kasih.", number=shift.counter.number))

    return _do(deed)


@bp.post("/pause")
@requires(OFFICERS)
def pause() -> ResponseReturnValue:
    def deed(session: Session, officer: User, now: datetime) -> str:
        why = desk_forms.reason(desk_forms.PAUSE_REASONS)
        shift = shifts.pause(session, officer, desk_forms.counter_id(), now, why)
        return str(gettext("Loket %(number)s jeda. Tidak ada yang dipanggil ke sini.", number=shift.counter.number))

    return _do(deed)


@bp.post("/continue")
@requires(OFFICERS)
def end_pause() -> ResponseReturnValue:
    def deed(session: Session, officer: User, now: datetime) -> str:
        shift = shifts.open_counter(session, officer, desk_forms.counter_id(), now)
        return str(gettext("Jeda selesai. Loket %(number)s buka lagi.", number=shift.counter.number))

    return _do(deed)


@bp.post("/call-next")
@requires(OFFICERS)
def call_next() -> ResponseReturnValue:
    def deed(session: Session, officer: User, now: datetime) -> str:
        key = desk_forms.text("key")
        ticket = calling.call_next(session, officer, desk_forms.counter_id(), now, key)
        return _called(ticket) if ticket else str(gettext("Tidak ada yang menunggu."))

    return _do(deed)


@bp.post("/call")
@requires(OFFICERS)
def call_chosen() -> ResponseReturnValue:
    def deed(session: Session, officer: User, now: datetime) -> str:
        ref, why = desk_forms.ticket_ref(), desk_forms.needed_reason(desk_forms.CHOICE_REASONS)
        return _called(calling.call_chosen(session, officer, desk_forms.counter_id(), ref.public_id, now, why))

    return _do(deed)


@bp.post("/<any(recall,start,resume,'no-show'):move>")
@requires(OFFICERS)
def take(move: str) -> ResponseReturnValue:
    use_case, sentence = _MOVES[move]

    def deed(session: Session, officer: User, now: datetime) -> str:
        ref = desk_forms.ticket_ref()
        ticket = use_case(session, officer, ref.public_id, ref.version, now)
        return str(gettext(sentence, label=ticket.label))

    return _do(deed)


@bp.post("/finish")
@requires(OFFICERS)
def finish() -> ResponseReturnValue:
    if request.form.get("sure") != "yes" and _is_short_service():
        return _page("short")

    def deed(session: Session, officer: User, now: datetime) -> str:
        ref = desk_forms.ticket_ref()
        ticket = tickets.finish(session, officer, ref.public_id, ref.version, now)
        if ticket.state is TicketState.WAITING:
            return str(
                gettext(
                    "%(label)s selesai di sini, lalu menunggu layanan %(service)s.",
                    label=ticket.label,
                    service=ticket.service.code,
                )
            )
        return str(gettext("%(label)s selesai dilayani.", label=ticket.label))

    return _do(deed)


@bp.post("/hold")
@requires(OFFICERS)
def hold() -> ResponseReturnValue:
    def deed(session: Session, officer: User, now: datetime) -> str:
        ref, why = desk_forms.ticket_ref(), desk_forms.reason(desk_forms.HOLD_REASONS)
        ticket = tickets.hold(session, officer, ref.public_id, ref.version, now, why)
        return str(gettext("%(label)s ditahan. Waktunya berhenti, loket bebas.", label=ticket.label))

    return _do(deed)


@bp.post("/transfer")
@requires(OFFICERS)
def transfer() -> ResponseReturnValue:
    def deed(session: Session, officer: User, now: datetime) -> str:
        ref, why = desk_forms.ticket_ref(), desk_forms.text("detail") or None
        code = desk_forms.text("service")
        ticket = tickets.transfer(session, officer, ref.public_id, ref.version, now, code, why)
        return str(gettext("%(label)s dialihkan ke layanan %(service)s.", label=ticket.label, service=code))

    return _do(deed)


@bp.post("/return")
@requires(OFFICERS)
def put_back() -> ResponseReturnValue:
    def deed(session: Session, officer: User, now: datetime) -> str:
        ref = desk_forms.ticket_ref()
        ticket = tickets.put_back(session, officer, ref.public_id, ref.version, now, desk_forms.text("detail") or None)
        return str(gettext("%(label)s menunggu lagi di tempatnya semula.", label=ticket.label))

    return _do(deed)


@bp.post("/flag")
@requires(OFFICERS)
def flag() -> ResponseReturnValue:
    def deed(session: Session, officer: User, now: datetime) -> str:
        ref, why = desk_forms.ticket_ref(), desk_forms.needed_reason(desk_forms.FLAG_REASONS)
        ticket = tickets.flag(session, officer, ref.public_id, ref.version, now, why)
        return str(gettext("Waktu %(label)s tidak lagi dihitung.", label=ticket.label))

    return _do(deed)


def _do(deed: Deed) -> ResponseReturnValue:
    """Carry out a use case and show the desk as it is then; a refusal is shown with its status, on the fresh desk."""
    now = clock.now()
    try:
        with database().write() as session:
            told = deed(session, signed_in_user(session), now)
    except QueueError as error:
        flash(error_text(error), "error")
        return _page(), error.status
    flash(told, "success")
    return redirect(url_for("desk.show"), 303)


def _called(ticket: Ticket) -> str:
    if ticket.counter is None:
        # The double of an earlier call, whose ticket has gone on since.
        return str(gettext("%(label)s sudah dipanggil tadi.", label=ticket.label))
    return str(gettext("%(label)s dipanggil ke loket %(number)s.", label=ticket.label, number=ticket.counter.number))


def _is_short_service() -> bool:
    """Whether the form would finish, too soon to be likely, just what is being served here."""
    now = clock.now()
    try:
        ref = desk_forms.ticket_ref()
    except QueueError:
        return False  # the use case refuses it with its reason
    with database().read() as session:
        view = desk_view.desk(session, signed_in_user(session), now)
        return view is not None and _is_serving(view, ref) and _seconds(view) < SHORT_SERVICE_S


def _is_serving(view: DeskView, ref: TicketRef) -> bool:
    current = view.current.ticket if view.current else None
    return (
        current is not None
        and current.state is TicketState.SERVING
        and (current.public_id, current.version) == (ref.public_id, ref.version)
    )


def _seconds(view: DeskView) -> float:
    return (view.current.serving_s if view.current else None) or 0.0


def _page(asked: str = "") -> str:
    return _rendered("desk/desk.html", asked)


def _rendered(template: str, asked: str = "") -> str:
    now = clock.now()
    with database().read() as session:
        officer = signed_in_user(session)
        view = desk_view.desk(session, officer, now)
        seats = [] if view else desk_view.seats(session, officer.office_id)
        return render_template(
            template,
            now=now,
            office=officer.office,
            officer=officer,
            view=view,
            seats=seats,
            holder=_holder(view),
            asked=asked,
            asked_ticket=request.args.get("ticket", ""),
            key=secrets.token_urlsafe(12),
            short_service_s=SHORT_SERVICE_S,
            reasons=desk_forms,
        )


def _holder(view: DeskView | None) -> str:
    """The initials of the person at the counter, which the officer can check without reading a name aloud."""
    return initials(vault().open(view.current.ticket.name_sealed)) if view and view.current else ""
