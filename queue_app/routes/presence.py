"""Being at the office: the code on its display, and checking in with the phone that scanned it.

The address in the code is good for a minute. Opening it leaves a signed note in the browser that this phone was there;
with that its holder has ten minutes to find the ticket and check in.
"""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response as AnyResponse

from queue_app import booking, clock, entered, opening, queries
from queue_app.cookies import SignedCookie
from queue_app.discipline import Arrival
from queue_app.errors import N_, Forbidden, QueueError
from queue_app.extensions import database, presence, site
from queue_app.lifecycle import LIVE, TicketState
from queue_app.models import Office, Ticket
from queue_app.presence import STEP_S, Proof
from queue_app.representation import ticket_path
from queue_app.routes import devices, limits, own_tickets
from queue_app.routes.qr import qr_code

bp = Blueprint("presence", __name__)

Page = str | tuple[str, int] | AnyResponse

_COOKIE = SignedCookie("here", "this browser is here", 600)


@dataclass(frozen=True, slots=True)
class Here:
    """A ticket of this browser on the page: whether it can check in now, and how its coming now stands to its slot."""

    ticket: Ticket
    can_check_in: bool
    arrival: Arrival | None


@bp.get("/display/<slug>/here")
def display_code(slug: str) -> Response | tuple[str, int]:
    """The code that a paired display draws now, and for how many seconds; nothing for any other browser, or where the
    office shows none."""
    with database().read() as session:
        shows = queries.office(session, slug).presence
    if not shows or not devices.is_in(slug):
        return "", HTTPStatus.NO_CONTENT
    now = clock.now()
    address = site() + url_for(".scanned", slug=slug, token=presence().code(slug, now))
    drawing = qr_code(address)
    return jsonify(side=drawing.side, path=drawing.path, for_s=STEP_S - now.timestamp() % STEP_S)


@bp.get("/o/<slug>/here/<token>")
def scanned(slug: str, token: str) -> Page:
    now = clock.now()
    with database().read() as session:
        queries.office(session, slug)
    try:
        presence().check(slug, token, now)
    except QueueError as error:
        if not _was_here(slug, now):
            return _page(slug, error)
    response = redirect(url_for(".here", slug=slug), HTTPStatus.SEE_OTHER)
    _COOKIE.write(response, [slug, int(now.timestamp())])
    return response


@bp.get("/o/<slug>/here")
def here(slug: str) -> Page:
    return _page(slug) if _was_here(slug, clock.now()) else _page(slug, _scan_again())


@bp.post("/o/<slug>/here")
@limits.limit(limits.CHECK_IN, "check in")
def check_in(slug: str) -> Page:
    now, text = clock.now(), request.form.get("code", "")
    try:
        if not _was_here(slug, now):
            raise _scan_again()
        named = entered.read(text)
        with database().write() as session:
            ticket = entered.find(session, queries.office(session, slug), named, now, for_change=True)
            entered.require_code(presence(), ticket, named)
            booking.check_in(session, ticket, now, proof=Proof.QR)
            public_id = ticket.public_id
    except QueueError as error:
        if error.code == "unknown_office":
            raise
        return _page(slug, error, text)
    flash(gettext("Kedatangan Anda sudah dicatat."), "success")
    return redirect(ticket_path(public_id), HTTPStatus.SEE_OTHER)


def _scan_again() -> Forbidden:
    return Forbidden(
        "presence_needed", N_("Pindai kode QR di layar kantor; halaman ini berlaku sepuluh menit sesudahnya.")
    )


def _was_here(slug: str, now: datetime) -> bool:
    """Whether this browser scanned a code of the office within the last ten minutes."""
    match _COOKIE.read():
        case [str(at_office), int(at)]:
            return at_office == slug and 0 <= now.timestamp() - at < _COOKIE.kept_s
    return False


def _page(slug: str, refusal: QueueError | None = None, text: str = "") -> str | tuple[str, int]:
    now = clock.now()
    with database().read() as session:
        office = queries.office(session, slug)
        page = render_template(
            "presence/here.html",
            office=office,
            is_here=_was_here(slug, now),
            rows=_own(session, office, now),
            today=opening.local_day(office, now),
            refusal=refusal,
            text=text[:60],
        )
    return (page, refusal.status) if refusal is not None else page


def _own(session: Session, office: Office, now: datetime) -> list[Here]:
    """The live tickets of this browser, those that can check in now first."""
    rows = session.scalars(
        select(Ticket)
        .where(Ticket.id.in_(own_tickets.ticket_ids()), Ticket.state.in_(LIVE))
        .options(joinedload(Ticket.office), joinedload(Ticket.service))
    )
    today = opening.local_day(office, now)
    found = [
        Here(
            ticket,
            ticket.office_id == office.id and ticket.day == today and ticket.state is TicketState.BOOKED,
            booking.arrival_of(ticket, now),
        )
        for ticket in rows
    ]
    return sorted(found, key=lambda row: (not row.can_check_in, row.ticket.day, row.ticket.id))
