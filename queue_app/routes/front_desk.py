"""What the reception does: give a number to somebody without a phone and print it, put a category right, give a number
up."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response

from queue_app import booking, clock, entered, front_desk, legs, opening, queries
from queue_app.auth import signed_in_user
from queue_app.booking import BookingRequest
from queue_app.entered import Entered
from queue_app.errors import N_, Invalid, QueueError
from queue_app.extensions import database, presence, site, vault
from queue_app.models import Category, Channel, Ticket, User
from queue_app.personal import checked_holder
from queue_app.representation import ticket_path
from queue_app.routes import desk_forms, reception
from queue_app.routes.front_desk_words import CANCEL_REASONS, CATEGORY_REASONS
from queue_app.routes.qr import qr_code

bp = Blueprint("front_desk", __name__, url_prefix="/reception")

Page = str | tuple[str, int] | Response


@bp.get("/<any(issue,find,category,cancel):deed>")
def back(deed: str) -> Response:  # noqa: ARG001 - the address bar after a refused POST
    return redirect(url_for("reception.show"))


@bp.post("/find")
def find() -> Page:
    """By what is on the ticket, a name or four digits: in the body, so that no log has it."""
    return reception.page(search=request.form.get("q", ""))


@bp.post("/issue")
def issue() -> Page:
    """A number for whoever stands here; the same form sent twice gives it once."""
    try:
        public_id = _issued(clock.now())
    except QueueError as error:
        return reception.page(refusal=error, issuing=request.form)
    return redirect(url_for(".slip", public_id=public_id, cetak="ya"), HTTPStatus.SEE_OTHER)


def _issued(now: datetime) -> str:
    with database().write() as session:
        who = signed_in_user(session)
        codes = request.form.getlist("service")[: legs.MOST + 1]
        if not codes:
            raise Invalid("service_needed", N_("Pilih layanannya."))
        first, *further = (queries.service(session, who.office_id, code) for code in codes)
        holder = checked_holder(
            request.form.get("name"), None, request.form.get("nik"), today=opening.local_day(who.office, now)
        )
        asked = BookingRequest(
            first, Channel.RECEPTION, holder=holder, category=_category("category"), also=tuple(further)
        )
        key = f"reception {request.form.get('form_key', '')[:60]}" if request.form.get("form_key") else None
        ticket, _ = booking.issue(session, vault(), asked, now, key, actor=who)
        return ticket.public_id


@bp.get("/slip/<public_id>")
def slip(public_id: str) -> str:
    """The number on paper, 80 mm wide; it prints itself the first time."""
    now, address = clock.now(), site() + ticket_path(public_id)
    with database().read() as session:
        office = signed_in_user(session).office
        ticket = entered.find(session, office, Entered(public_id=public_id), now)
        return render_template(
            "reception/slip.html",
            office=office,
            now=now,
            view=queries.ticket_view(session, ticket, now),
            ticket=ticket,
            further=legs.remaining(session, ticket),
            short_code=presence().short_code(public_id),
            address=address,
            qr=qr_code(address),
            prints=request.args.get("cetak") == "ya",
        )


@bp.post("/category")
def category() -> Page:
    def deed(session: Session, who: User, public_id: str, now: datetime) -> Ticket:
        why = desk_forms.reason(CATEGORY_REASONS)
        return front_desk.set_category(session, who, public_id, _category("category"), why, now)

    return _done(deed, N_("Kelompok prioritas %(label)s sudah diubah."))


@bp.post("/cancel")
def cancel() -> Page:
    def deed(session: Session, who: User, public_id: str, now: datetime) -> Ticket:
        return front_desk.cancel(session, who, public_id, desk_forms.reason(CANCEL_REASONS), now)

    return _done(deed, N_("%(label)s sudah dibatalkan."))


def _done(deed: Callable[[Session, User, str, datetime], Ticket], said: str) -> Page:
    public_id = request.form.get("ticket", "")[:32]
    try:
        with database().write() as session:
            label = deed(session, signed_in_user(session), public_id, clock.now()).label
    except QueueError as error:
        return reception.page(refusal=error, search=public_id)
    flash(gettext(said, label=label), "success")
    return redirect(url_for("reception.show", q=label), HTTPStatus.SEE_OTHER)


def _category(name: str) -> Category:
    """The category that is chosen. Raises Invalid ``bad_category``."""
    try:
        return Category(request.form.get(name) or Category.REGULAR)
    except ValueError as error:
        raise Invalid("bad_category", N_("Pilih salah satu kelompok prioritas.")) from error
