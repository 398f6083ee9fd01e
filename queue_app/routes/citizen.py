"""Pages of the citizen: find the office, book a place, follow the ticket."""

from dataclasses import replace
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from queue_app import availability, booking, capacity, clock, legs, opening, queries, stops, visits
from queue_app.booking import BookingRequest
from queue_app.capacity import Held
from queue_app.errors import QueueError
from queue_app.extensions import database, vault
from queue_app.models import Channel, Service
from queue_app.representation import ticket_path
from queue_app.routes import admission, citizen_pages, limits, problems, resent, tell, turnstile, visitor
from queue_app.routes.citizen_forms import (
    BookingForm,
    category_choices,
    chosen_times,
    read_day,
    read_slot,
    relation_choices,
    slot_advice,
)
from queue_app.visits import Wanted
from queue_app.waits import accuracy

bp = Blueprint("citizen", __name__)

Page = str | tuple[str, int] | Response


@bp.get("/")
def home() -> Page:
    with database().read() as session:
        offices = queries.offices(session)
        if not offices:
            return redirect(url_for("setup.begin"))
        if len(offices) == 1:
            return redirect(url_for("citizen.office_page", slug=offices[0].slug))
        now = clock.now()
        statuses = {office.id: availability.open_status(session, office, now) for office in offices}
        return render_template("citizen/home.html", offices=offices, statuses=statuses)


@bp.get("/favicon.ico")
def favicon() -> Response:
    return redirect(url_for("static", filename="favicon.svg"))


@bp.get("/o/<slug>")
def office_page(slug: str) -> Page:
    now = clock.now()
    with database().read() as session:
        office = queries.office_to_show(session, slug)
        return render_template(
            "citizen/office.html",
            office=office,
            status=availability.open_status(session, office, now),
            week=citizen_pages.week(session, office),
            closures=citizen_pages.closures(session, office, now),
            special_days=citizen_pages.special_days(session, office, now),
            rows=citizen_pages.service_rows(session, office, now),
            visits=visits.offered(session, office.id),
            today=opening.local_day(office, now),
            kept=accuracy.kept(session, office, now),
        )


@bp.get("/o/<slug>/<code>")
@turnstile.in_turn
def book(slug: str, code: str) -> Page:
    with database().read() as session:
        return _booking_page(
            session, _wanted_to_show(session, slug, code), BookingForm.empty(), request.args.get("date"), clock.now()
        )


@bp.post("/o/<slug>/<code>")
@limits.limit(limits.BOOKING, "booking")
@turnstile.in_turn
def book_submit(slug: str, code: str) -> Page:
    form, now = BookingForm.read(request.form), clock.now()
    try:
        resent.require_new(form, now)
        public_id = _issue(slug, code, form, now)
    except QueueError as error:
        return _refused(slug, code, form, error, now)
    resent.remember(form, public_id, now)
    _let_go_of_the_rest(now)
    return redirect(ticket_path(public_id), HTTPStatus.SEE_OTHER)


@bp.post("/o/<slug>/<code>/hold")
@limits.limit(limits.HOLDING, "hold")
@turnstile.in_turn
def hold(slug: str, code: str) -> Page:
    """Keep the chosen slot while the form is filled in; any time of the day lets go of what is kept."""
    form, now, browser = BookingForm.read(request.form), clock.now(), visitor.name()
    try:
        with database().write() as session:
            service = _wanted(session, slug, code).service
            slot = read_slot(form.slot)
            if slot is None:
                _let_go(session, capacity.held_by(session, browser), now)
            else:
                booking.hold(session, service, now, day=read_day(form.day), slot=slot, browser=browser)
    except QueueError as error:
        return _refused(slug, code, form, error, now)
    if form.is_blank and not request.headers.get("X-Partial"):
        # So that the way back from the ticket doesn't lead to a page that the browser would have to send again.
        return redirect(url_for(".book", slug=slug, code=code, date=form.day, _anchor="times"), HTTPStatus.SEE_OTHER)
    with database().read() as session:
        return _booking_page(session, _wanted_to_show(session, slug, code), form, form.day, now)


def _wanted(session: Session, slug: str, code: str) -> Wanted:
    """What an address stands for: a service, or a visit of several. Raises NotFound."""
    return visits.wanted(session, queries.office(session, slug).id, code)


def _wanted_to_show(session: Session, slug: str, code: str) -> Wanted:
    """The same for a page that only reads."""
    return visits.wanted_of(session, queries.office_to_show(session, slug), code)


def _let_go_of_the_rest(now: datetime) -> None:
    """Whoever has a number needs no other place of a slot kept."""
    with database().read() as session:
        kept = capacity.held_by(session, visitor.known())
    if kept is not None:
        with database().write() as session:
            _let_go(session, kept, now)


def _let_go(session: Session, kept: Held | None, now: datetime) -> None:
    if kept is not None:
        booking.give_up(session, session.get_one(Service, kept.service_id), kept.token, now)


def _issue(slug: str, code: str, form: BookingForm, now: datetime) -> str:
    with database().read() as session:
        admit = admission.of_page(queries.office(session, slug), request.form, now)
    with database().write_in_group() as session:
        wanted = _wanted(session, slug, code)
        office = wanted.service.office
        further = [queries.service(session, office.id, also) for also in form.also]
        wish = BookingRequest(
            service=wanted.service,
            channel=Channel.ONLINE,
            holder=form.holder(opening.local_day(office, now)),
            day=read_day(form.day),
            slot=read_slot(form.slot),
            category=form.category,
            relation=form.relation,
            also=wanted.further if wanted.template else tuple(further),
            visit_id=wanted.template.id if wanted.template else None,
            checklist=form.ready and bool(wanted.service.documents),
        )
        kept = capacity.held_by(session, visitor.known())
        if kept is not None and kept.expires_at > now and kept.taker == wish.taker:
            wish = replace(wish, hold=kept.token)
        ticket, _ = booking.issue(session, vault(), wish, now, form.key, admit)
        tell.keep_own_phone(session, ticket, now)
        return ticket.public_id


def _refused(slug: str, code: str, form: BookingForm, error: QueueError, now: datetime) -> tuple[str, int]:
    """The form as it was filled in, with what was wrong. What does not exist stays a 404."""
    if error.status == HTTPStatus.NOT_FOUND and error.code != "unknown_slot":
        raise error
    problems.note(error)
    with database().read() as session:
        wanted = _wanted_to_show(session, slug, code)
        page = _booking_page(session, wanted, form.refused(error), form.day, now, getattr(error, "path", ""))
        return page, error.status


def _booking_page(
    session: Session, wanted: Wanted, form: BookingForm, day: str | None, now: datetime, sent_before: str = ""
) -> str:
    """``sent_before``: the path of the number that the same form gave already."""
    service = wanted.service
    times, errors = chosen_times(session, service, day, now, capacity.held_by(session, visitor.known()))
    return render_template(
        "citizen/book.html",
        office=service.office,
        service=service,
        wanted=wanted,
        others=[o for o in service.office.services if o.active and o.id != service.id] if not wanted.template else [],
        most_others=legs.MOST - 1,
        times=times,
        advice=slot_advice(session, service, times, now),
        is_paused=stops.is_paused(service, opening.local_day(service.office, now)),
        form=form,
        sent_before=sent_before,
        errors={**errors, **form.errors},
        phone_note=tell.phone_note(),
        categories=category_choices(),
        relations=relation_choices(),
    )
