"""Taking a number at the kiosk: start, service, who goes first, confirm, done. No name is asked.

Issuing is one POST with a key, so that a doubled tap and a retry by the page's script get the first number again. The
receipt is queued in the same transaction, and printed after it.
"""

from datetime import datetime
from http import HTTPStatus

from flask import Response as FlaskResponse
from flask import jsonify, redirect, render_template, request, url_for
from werkzeug import Response

from queue_app import availability, booking, clock, entered, opening, queries
from queue_app.availability import Offer
from queue_app.booking import BookingRequest
from queue_app.entered import Entered
from queue_app.errors import QueueError
from queue_app.extensions import database, site, vault
from queue_app.models import Category, Channel, PrintStatus
from queue_app.printing import jobs
from queue_app.representation import ticket_path
from queue_app.routes import kiosk_pages
from queue_app.routes.addresses import is_own_page
from queue_app.routes.citizen_forms import new_key
from queue_app.routes.kiosk_frame import REACH, blueprint, printer, remember_printer, require_device
from queue_app.routes.language import COOKIE
from queue_app.routes.qr import qr_code

bp = blueprint("kiosk_take")

Page = str | tuple[str, int] | Response

_CATEGORIES = ",".join(repr(category.value) for category in Category)


@bp.before_request
def _only_at_a_kiosk() -> None:
    require_device((request.view_args or {})["slug"])


@bp.get("")
def start(slug: str) -> Page:
    """Take a number, or check in. ``?printer=NAME`` makes that the kiosk's own from now on."""
    now = clock.now()
    with database().read() as session:
        office = queries.office_to_show(session, slug)
        if wanted := request.args.get("printer"):
            response = redirect(url_for(".start", slug=slug))
            remember_printer(response, office, wanted)
            return response
        cards = kiosk_pages.cards(session, office, now)
        return render_template(
            "kiosk/start.html",
            office=office,
            offers={card.offer for card in cards},
            status=availability.open_status(session, office, now),
            today=opening.local_day(office, now),
        )


@bp.get("/again")
def again(slug: str) -> Response:
    """The next citizen: in Indonesian, and with everything at its usual place."""
    response = redirect(url_for(".start", slug=slug))
    COOKIE.forget(response)
    REACH.forget(response)
    return response


@bp.post("/reach")
def reach(slug: str) -> Response:
    """Put what is to be pressed in the lower half, or back. Comes back to the page of the kiosk it was pressed on."""
    here = request.form.get("next", "")
    is_kiosk = here.startswith(f"/kiosk/{slug}/") and is_own_page(here)
    response = redirect(here if is_kiosk else url_for(".start", slug=slug), HTTPStatus.SEE_OTHER)
    if request.form.get("on") == "yes":
        REACH.write(response, "1")
    else:
        REACH.forget(response)
    return response


@bp.get("/services")
def services(slug: str) -> Page:
    now = clock.now()
    with database().read() as session:
        office = queries.office(session, slug)
        return render_template(
            "kiosk/services.html",
            office=office,
            cards=kiosk_pages.cards(session, office, now),
            today=opening.local_day(office, now),
        )


@bp.get("/services/<code>")
def category(slug: str, code: str) -> Page:
    """Who is to be served first, as the law says; nothing has to be shown."""
    now = clock.now()
    with database().read() as session:
        office = queries.office(session, slug)
        card = kiosk_pages.card(session, office, code, now)
        if card.offer is not Offer.OPEN:
            return redirect(url_for(".services", slug=slug))
        return render_template("kiosk/category.html", office=office, card=card, categories=list(Category))


@bp.get(f"/services/<code>/<any({_CATEGORIES}):category>")
def confirm(slug: str, code: str, category: str) -> Page:
    now = clock.now()
    with database().read() as session:
        office = queries.office(session, slug)
        card = kiosk_pages.card(session, office, code, now)
        if card.offer is not Offer.OPEN:
            return redirect(url_for(".services", slug=slug))
        return render_template(
            "kiosk/confirm.html", office=office, card=card, category=Category(category), key=new_key()
        )


@bp.post(f"/services/<code>/<any({_CATEGORIES}):category>")
def take(slug: str, code: str, category: str) -> Page:
    now = clock.now()
    with database().write_in_group() as session:
        service = queries.wanted(session, slug, code)
        wish = BookingRequest(service, Channel.KIOSK, category=Category(category))
        ticket, _ = booking.issue(session, vault(), wish, now, request.form.get("key") or new_key())
        paper = printer(session, service.office)
        if paper is not None:
            jobs.queue(session, ticket, paper, site(), now)
        public_id = ticket.public_id
    return redirect(url_for(".done", slug=slug, public_id=public_id), HTTPStatus.SEE_OTHER)


@bp.get("/ticket/<public_id>")
def done(slug: str, public_id: str) -> Page:
    """The number, large, with its QR code; how far its receipt is."""
    return _number(slug, public_id, clock.now())


@bp.get("/ticket/<public_id>/printed")
def printed(slug: str, public_id: str) -> FlaskResponse:
    """How far the receipt is, for the page's script: ``printing``, ``printed``, ``trouble`` or ``none``."""
    with database().read() as session:
        office = queries.office(session, slug)
        ticket = entered.find(session, office, Entered(public_id=public_id), clock.now())
        return jsonify(state=_state(jobs.progress(session, ticket)))


@bp.post("/ticket/<public_id>/print")
def print_again(slug: str, public_id: str) -> Page:
    """One more copy for the citizen, a few times at most; the number stays the same."""
    now = clock.now()
    try:
        with database().write() as session:
            office = queries.office(session, slug)
            ticket = entered.find(session, office, Entered(public_id=public_id), now, for_change=True)
            paper = printer(session, office)
            if paper is not None:
                jobs.reprint(session, ticket, paper, site(), now)
    except QueueError as error:
        if error.code != "printed_too_often":
            raise
        return _number(slug, public_id, now, error), error.status
    return redirect(url_for(".done", slug=slug, public_id=public_id), HTTPStatus.SEE_OTHER)


def _number(slug: str, public_id: str, now: datetime, refusal: QueueError | None = None) -> str:
    with database().read() as session:
        office = queries.office(session, slug)
        ticket = entered.find(session, office, Entered(public_id=public_id), now)
        return render_template(
            "kiosk/number.html",
            office=office,
            view=queries.ticket_view(session, ticket, now),
            qr=qr_code(site() + ticket_path(public_id)),
            paper=_state(jobs.progress(session, ticket)),
            refusal=refusal,
        )


def _state(progress: jobs.Progress | None) -> str:
    if progress is None:
        return "none"
    if progress.status is PrintStatus.PRINTED:
        return "printed"
    return "trouble" if progress.is_in_trouble else "printing"
