"""Pages of the citizen: find the office, book a place, follow the ticket."""

from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from queue_app import booking, clock, opening, queries
from queue_app.booking import BookingRequest
from queue_app.errors import QueueError
from queue_app.extensions import database, vault
from queue_app.models import Category, Channel, Service
from queue_app.representation import ticket_path
from queue_app.routes import citizen_pages, tell
from queue_app.routes.citizen_forms import BookingForm, chosen_times, read_day, read_slot
from queue_app.routes.labels import category_label

bp = Blueprint("citizen", __name__)

Page = str | tuple[str, int] | Response


@bp.get("/")
def home() -> Page:
    with database().read() as session:
        offices = queries.offices(session)
        if len(offices) == 1:
            return redirect(url_for("citizen.office_page", slug=offices[0].slug))
        now = clock.now()
        statuses = {office.id: citizen_pages.open_status(session, office, now) for office in offices}
        return render_template("citizen/home.html", offices=offices, statuses=statuses)


@bp.get("/favicon.ico")
def favicon() -> Response:
    return redirect(url_for("static", filename="favicon.svg"))


@bp.get("/o/<slug>")
def office_page(slug: str) -> Page:
    now = clock.now()
    with database().read() as session:
        office = queries.office(session, slug)
        return render_template(
            "citizen/office.html",
            office=office,
            status=citizen_pages.open_status(session, office, now),
            week=citizen_pages.week(session, office),
            closures=citizen_pages.closures(session, office, now),
            rows=citizen_pages.service_rows(session, office, now),
            today=opening.local_day(office, now),
        )


@bp.get("/o/<slug>/<code>")
def book(slug: str, code: str) -> Page:
    with database().read() as session:
        service = queries.service(session, queries.office(session, slug).id, code)
        return _booking_page(session, service, BookingForm.empty(), request.args.get("date"), clock.now())


@bp.post("/o/<slug>/<code>")
def book_submit(slug: str, code: str) -> Page:
    form, now = BookingForm.read(request.form), clock.now()
    try:
        public_id = _issue(slug, code, form, now)
    except QueueError as error:
        if error.status == HTTPStatus.NOT_FOUND and error.code != "unknown_slot":
            raise
        with database().read() as session:
            service = queries.service(session, queries.office(session, slug).id, code)
            return _booking_page(session, service, form.refused(error), form.day, now), error.status
    return redirect(ticket_path(public_id), HTTPStatus.SEE_OTHER)


def _issue(slug: str, code: str, form: BookingForm, now: datetime) -> str:
    with database().write() as session:
        office = queries.office(session, slug)
        wish = BookingRequest(
            service=queries.service(session, office.id, code),
            channel=Channel.ONLINE,
            holder=form.holder(opening.local_day(office, now)),
            day=read_day(form.day),
            slot=read_slot(form.slot),
            category=form.category,
        )
        ticket, _ = booking.issue(session, vault(), wish, now, form.key)
        tell.keep_own_phone(session, ticket)
        return ticket.public_id


def _booking_page(session: Session, service: Service, form: BookingForm, wanted: str | None, now: datetime) -> str:
    times, errors = chosen_times(session, service, wanted, now)
    return render_template(
        "citizen/book.html",
        office=service.office,
        service=service,
        times=times,
        form=form,
        errors={**errors, **form.errors},
        phone_note=tell.phone_note(),
        categories=[(category.value, _category_choice(category)) for category in Category],
    )


def _category_choice(category: Category) -> str:
    """An answer to "do you belong to a priority group?"."""
    return str(gettext("Tidak")) if category is Category.REGULAR else category_label(category)
