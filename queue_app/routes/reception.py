"""The reception's page: give numbers, find people, check bookings in. Also pairs this office's screens."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug import Response
from werkzeug.datastructures import MultiDict

from queue_app import booking, clock, entered, finding, front_desk, opening, pairing, queries
from queue_app.auth import signed_in_user
from queue_app.discipline import Arrival
from queue_app.entered import Entered
from queue_app.errors import QueueError
from queue_app.extensions import database, vault
from queue_app.finding import Found
from queue_app.models import Category, Office, Ticket
from queue_app.personal import initials
from queue_app.presence import Proof
from queue_app.queries import TicketView
from queue_app.routes import devices, front_desk_words

bp = Blueprint("reception", __name__, url_prefix="/reception")

Page = str | tuple[str, int] | Response


@dataclass(frozen=True, slots=True)
class Row:
    """A ticket, how its holder's coming now stands to its slot, and (of one that was found) where it stands."""

    ticket: Ticket
    arrival: Arrival | None
    view: TicketView | None = None


@bp.get("")
def show() -> Page:
    return page(request.args.get("q", ""), by_name=False)


@bp.get("/<any('check-in',device):deed>")
@bp.get("/device/<any('end'):deed>")
def back(deed: str) -> Response:  # noqa: ARG001 - the address bar after a refused POST
    return redirect(url_for(".show"))


@bp.post("/check-in")
def check_in() -> Page:
    now, named = clock.now(), Entered(public_id=request.form.get("ticket", "")[:32])
    try:
        with database().write() as session:
            user = signed_in_user(session)
            ticket = entered.find(session, user.office, named, now, for_change=True)
            booking.check_in(session, ticket, now, proof=Proof.STAFF, actor=user)
            label = ticket.label
    except QueueError as error:
        return page(refusal=error)
    flash(gettext("%(label)s sudah dicatat hadir dan menunggu.", label=label), "success")
    return redirect(url_for(".show"), HTTPStatus.SEE_OTHER)


@bp.post("/device")
def pair() -> Response:
    """Make this browser the office's display or kiosk, and go there."""
    with database().read() as session:
        slug = signed_in_user(session).office.slug
    is_kiosk = request.form.get("kind") == "kiosk"
    there = url_for("kiosk_take.start", slug=slug) if is_kiosk else f"/display/{slug}"
    response: Response = devices.pair(redirect(there, HTTPStatus.SEE_OTHER), slug)
    return response


@bp.post("/device/end")
def end_pairings() -> Response:
    """No paired display or kiosk is one any more; each can be paired again."""
    with database().write() as session:
        pairing.end_all(session, signed_in_user(session), clock.now())
    flash(gettext("Semua layar dan kios sudah dilepas. Pasangkan lagi yang masih dipakai."), "success")
    return redirect(url_for(".show"), HTTPStatus.SEE_OTHER)


def page(
    search: str = "",
    refusal: QueueError | None = None,
    *,
    issuing: MultiDict[str, str] | None = None,
    by_name: bool = True,
) -> Page:
    """``search``: what is looked for (``by_name`` False: only by what is on a ticket); ``issuing``: a form for a number
    as it was sent, to be shown again with its ``refusal``."""
    now = clock.now()
    with database().read() as session:
        office = signed_in_user(session).office
        found = Found(())
        if search.strip():
            try:
                found = _found(session, office, search, now, by_name)
            except QueueError as error:
                refusal = refusal or error
        shown = render_template(
            "reception/reception.html",
            office=office,
            services=[service for service in office.services if service.active],
            found=[_row(ticket, now, queries.ticket_view(session, ticket, now)) for ticket in found.tickets],
            is_cut=found.is_cut,
            is_searched=bool(search.strip()),
            rows=[_row(ticket, now) for ticket in front_desk.expected(session, office, now)],
            today=opening.local_day(office, now),
            refusal=refusal,
            text=search[:60] if not found.tickets else "",
            issuing=issuing if issuing is not None else MultiDict(),
            form_key=secrets.token_urlsafe(12),
            categories=list(Category),
            reasons=front_desk_words,
            initials_of=lambda ticket: initials(vault().shown(ticket.name_sealed)),
        )
    return (shown, refusal.status) if refusal is not None else shown


def _found(session: Session, office: Office, search: str, now: datetime, by_name: bool) -> Found:
    if by_name:
        return finding.find(session, vault(), office, search, now)
    return Found([entered.find(session, office, entered.read(search), now)])


def _row(ticket: Ticket, now: datetime, view: TicketView | None = None) -> Row:
    return Row(ticket, booking.arrival_of(ticket, now), view)
