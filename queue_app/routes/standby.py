"""Pages of the waiting list: stand in it, follow one's place, leave it, or pass on the place that came."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from queue_app import booking, clock, opening, queries, standby
from queue_app.capacity import Place
from queue_app.errors import QueueError
from queue_app.extensions import database, vault
from queue_app.models import Channel, Outcome, Service, Standby
from queue_app.representation import ticket_path
from queue_app.routes import admission, limits, visitor
from queue_app.routes.citizen_forms import BookingForm, category_choices, read_day, read_slot, relation_choices
from queue_app.routes.labels import clock_time
from queue_app.routes.language import language

bp = Blueprint("standby", __name__)

Page = str | tuple[str, int] | Response


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is waited for: a local day, and the slot's window as text (None: any time that day)."""

    day: date
    slot: str | None


@bp.get("/o/<slug>/<code>/list")
def ask(slug: str, code: str) -> Page:
    form = replace(BookingForm.empty(), day=request.args.get("date", ""), slot=request.args.get("slot", ""))
    return _form_page(slug, code, form)


@bp.post("/o/<slug>/<code>/list")
@limits.limit(limits.STANDBY, "standby")
def join(slug: str, code: str) -> Page:
    form, now = BookingForm.read(request.form), clock.now()
    try:
        public_id = _join(slug, code, form, now)
    except QueueError as error:
        if error.status == HTTPStatus.NOT_FOUND and error.code != "unknown_slot":
            raise
        return _form_page(slug, code, form.refused(error), error), error.status
    return redirect(url_for(".entry", public_id=public_id), HTTPStatus.SEE_OTHER)


@bp.get("/w/<public_id>")
def entry(public_id: str) -> Page:
    return _entry_page(public_id)


@bp.post("/w/<public_id>/leave")
@limits.limit(limits.STANDBY, "standby")
def leave(public_id: str) -> Page:
    """Leave the list; where a place came already, pass it on to the next."""
    now = clock.now()
    try:
        with database().write() as session:
            found = standby.find(session, public_id, for_change=True)
            if found.ticket is not None:
                booking.cancel(session, booking.find(session, found.ticket.public_id, for_change=True), now)
            else:
                standby.leave(found, now)
    except QueueError as error:
        if error.status == HTTPStatus.NOT_FOUND:
            raise
        return _entry_page(public_id, error), error.status
    return redirect(url_for(".entry", public_id=public_id), HTTPStatus.SEE_OTHER)


def _join(slug: str, code: str, form: BookingForm, now: datetime) -> str:
    with database().read() as session:
        admit = admission.of_page(queries.office(session, slug), request.form, now)
    with database().write() as session:
        office = queries.office(session, slug)
        service = queries.service(session, office.id, code)
        # The documents are asked for when there is a place to bring them to.
        holder = replace(form, ready=True).holder(opening.local_day(office, now))
        made, _ = standby.join(
            session,
            vault(),
            Place(service, read_day(form.day), read_slot(form.slot), Channel.ONLINE),
            holder,
            now,
            category=form.category,
            relation=form.relation,
            language=language(),
            browser=visitor.name(),
            key=form.key,
            admit=admit,
        )
        return made.public_id


def _form_page(slug: str, code: str, form: BookingForm, refusal: QueueError | None = None) -> str:
    with database().read() as session:
        service = queries.service(session, queries.office(session, slug).id, code)
        return render_template(
            "citizen/list_join.html",
            office=service.office,
            service=service,
            wanted=_wanted(service, form),
            form=form,
            errors=form.errors,
            refusal=refusal,
            relations=relation_choices(),
            categories=category_choices(),
        )


def _wanted(service: Service, form: BookingForm) -> Wanted | None:
    """None when the address or form names no day or slot that could be."""
    try:
        place = Place(service, read_day(form.day), read_slot(form.slot), Channel.ONLINE)
    except QueueError:
        return None
    return Wanted(place.day, opening.clock_text(place.start_minute) if place.start_minute is not None else None)


def _entry_page(public_id: str, refusal: QueueError | None = None) -> str:
    with database().read() as session:
        found = standby.find(session, public_id)
        return render_template(
            "citizen/list_entry.html",
            office=found.office,
            service=found.service,
            entry=found,
            position=standby.position(session, found),
            slot=clock_time(found.slot_start, found.office.zone) if found.slot_start else None,
            lapses=_lapses(session, found),
            ticket_address=ticket_path(found.ticket.public_id) if found.ticket else "",
            outcomes=Outcome,
            refusal=refusal,
        )


def _lapses(session: Session, found: Standby) -> str:
    """Until when a place can come, on the office's wall clock."""
    at = standby.lapses_at(session, found)
    return f"{clock_time(at, found.office.zone)} {opening.zone_name(found.office, at)}"
