"""The page of one ticket: where it stands, and what its holder can do with it."""

from datetime import datetime, timedelta
from http import HTTPStatus

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response as AnyResponse

from metrics.estimate import WaitRange
from queue_app import booking, clock, legs, lifecycle, more_time, opening, queries, standby
from queue_app.cookies import Cookie
from queue_app.crowd import leaving
from queue_app.errors import QueueError
from queue_app.extensions import database, presence, site, vault
from queue_app.lifecycle import Action, TicketState
from queue_app.models import Ticket
from queue_app.personal import initials
from queue_app.representation import ticket_path
from queue_app.routes import limits, own_complaints, own_tickets, tell
from queue_app.routes.attachment import attach
from queue_app.routes.citizen_forms import BookingForm, chosen_times, read_day, read_slot, slot_advice
from queue_app.routes.labels import clock_time
from queue_app.routes.qr import qr_code
from queue_app.waits import slots

bp = Blueprint("ticket", __name__, url_prefix="/t")

Page = str | tuple[str, int] | AnyResponse

WAY = Cookie("way", 180 * 24 * 3600, for_script=True)
"""The minutes of the way; static/js/leave.js is given its name, and keeps the answer right while the page is open."""


@bp.after_request
def keep_out_of_search(response: Response) -> Response:
    """Nobody's ticket is found by a search: neither the page nor what belongs to it."""
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.get("/<public_id>")
def ticket_page(public_id: str) -> AnyResponse:
    page, ticket_id = _page_and_id(public_id)
    return own_tickets.remember(make_response(page), ticket_id)


@bp.post("/<public_id>/check-in")
@limits.limit(limits.CHECK_IN, "check in")
def check_in(public_id: str) -> Page:
    try:
        with database().write_in_group() as session:
            booking.check_in(session, booking.find(session, public_id, for_change=True), clock.now())
    except QueueError as error:
        return _refused(public_id, error)
    return redirect(ticket_path(public_id), HTTPStatus.SEE_OTHER)


@bp.post("/<public_id>/cancel")
def cancel(public_id: str) -> Page:
    try:
        with database().write() as session:
            booking.cancel(session, booking.find(session, public_id, for_change=True), clock.now())
    except QueueError as error:
        return _refused(public_id, error)
    return redirect(ticket_path(public_id), HTTPStatus.SEE_OTHER)


@bp.post("/<public_id>/defer")
def defer(public_id: str) -> Page:
    version = request.form.get("version", "")
    seen = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else None
    try:
        with database().write() as session:
            more_time.defer(session, booking.find(session, public_id, for_change=True), clock.now(), seen)
    except QueueError as error:
        return _refused(public_id, error)
    flash(gettext("%(count)s orang berikutnya didahulukan. Tempat Anda sesudahnya.", count=more_time.PLACES), "success")
    return redirect(ticket_path(public_id), HTTPStatus.SEE_OTHER)


@bp.post("/<public_id>/way")
def way(public_id: str) -> Page:
    """How long the way takes, kept in the browser alone."""
    try:
        minutes = leaving.read_way(request.form.get("way", ""))
    except QueueError as error:
        return _ticket_page(public_id, way_refusal=error), error.status
    answer = redirect(f"{ticket_path(public_id)}#leave", HTTPStatus.SEE_OTHER)
    WAY.write(answer, str(minutes))
    return answer


def _known_way() -> int | None:
    try:
        return leaving.read_way(WAY.read())
    except QueueError:
        return None


@bp.get("/<public_id>/calendar.ics")
def calendar(public_id: str) -> Response:
    from queue_app.routes import calendar_file  # noqa: PLC0415 - few ask for the file, and its library is large

    address = _address(public_id)
    with database().read() as session:
        ticket = booking.find(session, public_id)
        services = [ticket.service, *legs.remaining(session, ticket)]
        file = calendar_file.calendar_file(ticket, services, calendar_file.appointment(session, ticket), address)
        name = f"antrean-{ticket.label}.ics"
    response = Response(file, content_type=calendar_file.MEDIA_TYPE)
    attach(response, name)
    return response


@bp.get("/<public_id>/reschedule")
def reschedule(public_id: str) -> str:
    return _reschedule_page(public_id, BookingForm(), request.args.get("date"), clock.now())


@bp.post("/<public_id>/reschedule")
def reschedule_submit(public_id: str) -> Page:
    form, now = BookingForm.read(request.form), clock.now()
    try:
        is_new = _move(public_id, form, now)
    except QueueError as error:
        if error.status == HTTPStatus.NOT_FOUND and error.code != "unknown_slot":
            raise
        if error.code == "illegal_move":
            return _refused(public_id, error)
        return _reschedule_page(public_id, form.refused(error), form.day, now), error.status
    if is_new:
        flash(gettext("Jadwal sudah diganti."), "success")
    return redirect(ticket_path(public_id), HTTPStatus.SEE_OTHER)


def _move(public_id: str, form: BookingForm, now: datetime) -> bool:
    """Whether the booking was moved; it is not when it stands there already, as after a doubled tap."""
    with database().write() as session:
        ticket = booking.find(session, public_id, for_change=True)
        day, slot = read_day(form.day), read_slot(form.slot)
        if ticket.state is TicketState.BOOKED and (day, slot) == (ticket.day, _slot_minute(ticket)):
            return False
        booking.reschedule(session, ticket, now, day=day, slot=slot)
        return True


def _slot_minute(ticket: Ticket) -> int | None:
    if ticket.slot_start is None:
        return None
    start = ticket.slot_start.astimezone(ticket.office.zone)
    return start.hour * 60 + start.minute


def _refused(public_id: str, error: QueueError) -> tuple[str, int]:
    """The ticket as it is now, with the reason why it could not be changed. A ticket that is none stays a 404."""
    if error.status == HTTPStatus.NOT_FOUND:
        raise error
    return _ticket_page(public_id, error), error.status


def _ticket_page(public_id: str, refusal: QueueError | None = None, way_refusal: QueueError | None = None) -> str:
    page, _ = _page_and_id(public_id, refusal, way_refusal)
    return page


def _page_and_id(
    public_id: str, refusal: QueueError | None = None, way_refusal: QueueError | None = None
) -> tuple[str, int]:
    """The page, and the id of its ticket."""
    now, address, minutes = clock.now(), _address(public_id), _known_way()
    with database().read() as session:
        view = queries.ticket_view(session, booking.find_to_show(session, public_id), now)
        office = view.ticket.office
        page = render_template(
            "citizen/ticket.html",
            office=office,
            view=view,
            ticket=view.ticket,
            slot=_slot_text(view.ticket),
            slot_wait=_slot_wait(session, view.ticket, now),
            today=opening.local_day(office, now),
            now=now,
            further=legs.remaining(session, view.ticket),
            arrival=booking.arrival_of(view.ticket, now),
            zone_name=opening.zone_name(office, view.ticket.slot_start or now),
            short_code=presence().short_code(public_id),
            address=address,
            qr=qr_code(address),
            initials=initials(vault().shown(view.ticket.name_sealed)),
            from_list=standby.came_from(session, view.ticket),
            telling=tell.telling(session, view.ticket),
            complaints=own_complaints.of_ticket(session, view.ticket),
            refusal=refusal,
            way=minutes,
            way_refusal=way_refusal,
            ways=leaving.READY_WAYS,
            longest_way=leaving.LONGEST_WAY_MINUTES,
            way_cookie=WAY.full_name,
            margin=leaving.MARGIN_MINUTES,
            leaves=leaving.of(view, minutes, now) if minutes is not None else None,
            may_leave=leaving.may_matter(view),
            slot_over=leaving.too_late_at(view),
        )
        return page, view.ticket.id


def _address(public_id: str) -> str:
    return site() + ticket_path(public_id)


def _slot_text(ticket: Ticket) -> str | None:
    """The arrival window on the office's wall clock: "09:00–09:30 WIB"."""
    if ticket.slot_start is None:
        return None
    end = ticket.slot_start + timedelta(minutes=ticket.service.slot_minutes)
    span = "–".join(clock_time(instant, ticket.office.zone) for instant in (ticket.slot_start, end))
    return f"{span} {opening.zone_name(ticket.office, ticket.slot_start)}"


def _slot_wait(session: Session, ticket: Ticket, now: datetime) -> WaitRange | None:
    """How long whoever booked will probably wait from the slot on; None where it isn't known."""
    if ticket.state is not TicketState.BOOKED or ticket.slot_start is None:
        return None
    return slots.of_day(session, ticket.service, [ticket.slot_start], now).get(ticket.slot_start)


def _reschedule_page(public_id: str, form: BookingForm, wanted: str | None, now: datetime) -> str:
    with database().read() as session:
        ticket = booking.find(session, public_id)
        lifecycle.target(Action.RESCHEDULE, ticket.state)
        times, errors = chosen_times(session, ticket.service, wanted or ticket.day.isoformat(), now, own_day=ticket.day)
        return render_template(
            "citizen/reschedule.html",
            office=ticket.office,
            ticket=ticket,
            service=ticket.service,
            slot=_slot_text(ticket),
            times=times,
            advice=slot_advice(session, ticket.service, times, now),
            form=form,
            errors={**errors, **form.errors},
        )
