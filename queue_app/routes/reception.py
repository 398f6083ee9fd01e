"""The reception: find a booking by its label, its QR or its code, and check it in. Also pairs this office's screens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug import Response

from queue_app import booking, clock, entered, opening, pairing
from queue_app.auth import OFFICE_STAFF, OVERSIGHT, requires, signed_in_user
from queue_app.discipline import Arrival
from queue_app.entered import Entered
from queue_app.errors import QueueError
from queue_app.extensions import database
from queue_app.lifecycle import TicketState
from queue_app.models import Office, Ticket
from queue_app.presence import Proof
from queue_app.routes import devices

bp = Blueprint("reception", __name__, url_prefix="/reception")

Page = str | tuple[str, int] | Response

_LISTED = 40


@dataclass(frozen=True, slots=True)
class Row:
    """A booking, and how its holder's coming now stands to its slot."""

    ticket: Ticket
    arrival: Arrival | None


@bp.get("")
@requires(OFFICE_STAFF)
def show() -> Page:
    return _page(request.args.get("q", ""))


@bp.get("/<any('check-in',device):deed>")
@bp.get("/device/<any('end'):deed>")
@requires(OFFICE_STAFF)
def back(deed: str) -> Response:  # noqa: ARG001 - the address bar after a refused POST
    return redirect(url_for(".show"))


@bp.post("/check-in")
@requires(OFFICE_STAFF)
def check_in() -> Page:
    now, named = clock.now(), Entered(public_id=request.form.get("ticket", "")[:32])
    try:
        with database().write() as session:
            user = signed_in_user(session)
            ticket = entered.find(session, user.office, named, now, for_change=True)
            booking.check_in(session, ticket, now, proof=Proof.STAFF, actor=user)
            label = ticket.label
    except QueueError as error:
        return _page("", error)
    flash(gettext("%(label)s sudah dicatat hadir dan menunggu.", label=label), "success")
    return redirect(url_for(".show"), HTTPStatus.SEE_OTHER)


@bp.post("/device")
@requires(OVERSIGHT)
def pair() -> Response:
    """Make this browser the office's display or kiosk, and go there."""
    with database().read() as session:
        slug = signed_in_user(session).office.slug
    is_kiosk = request.form.get("kind") == "kiosk"
    there = url_for("kiosk.show", slug=slug) if is_kiosk else f"/display/{slug}"
    response: Response = devices.pair(redirect(there, HTTPStatus.SEE_OTHER), slug)
    return response


@bp.post("/device/end")
@requires(OVERSIGHT)
def end_pairings() -> Response:
    """No paired display or kiosk is one any more; each can be paired again."""
    with database().write() as session:
        pairing.end_all(session, signed_in_user(session).office)
    flash(gettext("Semua layar dan kios sudah dilepas. Pasangkan lagi yang masih dipakai."), "success")
    return redirect(url_for(".show"), HTTPStatus.SEE_OTHER)


def _page(text: str, refusal: QueueError | None = None) -> Page:
    now = clock.now()
    with database().read() as session:
        office = signed_in_user(session).office
        found = None
        if refusal is None and text.strip():
            try:
                found = entered.find(session, office, entered.read(text), now)
            except QueueError as error:
                refusal = error
        page = render_template(
            "reception/reception.html",
            office=office,
            found=_row(found, now) if found else None,
            rows=[_row(ticket, now) for ticket in _expected(session, office, now)],
            today=opening.local_day(office, now),
            refusal=refusal,
            text=text[:60],
        )
    return (page, refusal.status) if refusal is not None else page


def _row(ticket: Ticket, now: datetime) -> Row:
    return Row(ticket, booking.arrival_of(ticket, now))


def _expected(session: Session, office: Office, now: datetime) -> Sequence[Ticket]:
    """Today's bookings that have not come yet, by their slot; those for any time last."""
    return session.scalars(
        select(Ticket)
        .where(
            Ticket.office_id == office.id,
            Ticket.day == opening.local_day(office, now),
            Ticket.state == TicketState.BOOKED,
        )
        .order_by(Ticket.slot_start.is_(None), Ticket.slot_start, Ticket.id)
        .limit(_LISTED)
        .options(joinedload(Ticket.service))
    ).all()
