"""Checking in at the kiosk: a camera, a scanner that types like a keyboard, or large keys."""

from datetime import datetime
from http import HTTPStatus

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from queue_app import booking, clock, entered, opening, queries
from queue_app.discipline import Arrival
from queue_app.entered import Entered
from queue_app.errors import N_, Forbidden, QueueError
from queue_app.extensions import database, presence
from queue_app.flask_extensions import limiter
from queue_app.lifecycle import LIVE, TicketState
from queue_app.presence import Proof
from queue_app.routes import devices, limits
from queue_app.routes.kiosk_frame import blueprint

bp = blueprint("kiosk")

Page = str | tuple[str, int] | Response


def _is_kiosk() -> bool:
    return limits.is_uncounted() or devices.is_in((request.view_args or {}).get("slug", ""))


@bp.get("/check-in")
def show(slug: str) -> str:
    return _page(slug)


@bp.post("/check-in")
@limiter.shared_limit(limits.ENTERING, scope="entering", key_func=limits.counted, exempt_when=_is_kiosk)
def check_in(slug: str) -> Page:
    """Check in, and show how; whoever comes too late for the slot is asked first."""
    text = request.form.get("code", "")
    try:
        public_id, is_asked = _checked_in(slug, text, clock.now())
    except QueueError as error:
        if error.code == "unknown_office":
            raise
        return _page(slug, refusal=error, text=text), error.status
    if is_asked:
        return _page(slug, asked=public_id, text=text)
    return redirect(url_for(".done", slug=slug, public_id=public_id), HTTPStatus.SEE_OTHER)


def _checked_in(slug: str, text: str, now: datetime) -> tuple[str, bool]:
    """The ticket, and whether its holder must be asked first. One that was checked in already is simply shown again."""
    named, proof = entered.read(text), Proof.KIOSK if devices.is_in(slug) else None
    with database().write_in_group() as session:
        ticket = entered.find(session, queries.office(session, slug), named, now, for_change=True)
        entered.require_code(presence(), ticket, named)
        if proof is None and ticket.office.presence_required:
            raise Forbidden("not_a_kiosk", N_("Peramban ini bukan kios kantor. Pakai kios atau temui petugas."))
        is_booked = ticket.state is TicketState.BOOKED
        if is_booked and booking.arrival_of(ticket, now) is Arrival.TOO_LATE and request.form.get("sure") != "yes":
            return ticket.public_id, True
        if is_booked or ticket.state not in LIVE:
            booking.check_in(session, ticket, now, proof=proof)
        return ticket.public_id, False


@bp.get("/check-in/<public_id>")
def done(slug: str, public_id: str) -> str:
    """What to do now; goes back by itself to the next citizen."""
    now = clock.now()
    with database().read() as session:
        office = queries.office(session, slug)
        ticket = entered.find(session, office, Entered(public_id=public_id), now)
        return render_template("kiosk/done.html", office=office, view=queries.ticket_view(session, ticket, now))


def _page(slug: str, *, refusal: QueueError | None = None, asked: str = "", text: str = "") -> str:
    """``asked``: the ticket whose holder comes too late for the slot."""
    now, is_kiosk = clock.now(), devices.is_in(slug)
    with database().read() as session:
        office = queries.office(session, slug)
        return render_template(
            "kiosk/check_in.html",
            office=office,
            prefixes=[service.prefix for service in office.services if service.active],
            is_kiosk=is_kiosk,
            today=opening.local_day(office, now),
            refusal=refusal,
            asked=booking.find(session, asked) if asked else None,
            text=text[:60],
        )
