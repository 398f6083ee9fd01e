"""What a citizen's program does with a ticket: get one, look at it, check in, move it, give it up."""

from collections.abc import Callable
from datetime import date, datetime
from http import HTTPMethod
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from queue_app import auth, booking, clock, forecast, kept_settings, more_time, newcomer, opening, queries, visits
from queue_app.booking import BookingRequest
from queue_app.crowd import leaving
from queue_app.errors import N_, Forbidden, Invalid
from queue_app.extensions import database, presence, site, vault
from queue_app.lifecycle import TicketState
from queue_app.models import Category, Channel, Relation, Scope, Ticket, User
from queue_app.personal import Holder, checked_holder
from queue_app.presence import Proof
from queue_app.representation import instant, ticket_json
from queue_app.routes import admission, limits, tell, turnstile
from queue_app.routes.api.citizen.asked import Booking, CheckIn, CitizenMove, Rescheduling, TicketQuery
from queue_app.routes.api.citizen.ticket_answer import TicketAnswer
from queue_app.routes.api.frame.operation import answered, operation
from queue_app.routes.api.refusals import ADMISSION, HOLD, IDEMPOTENT, MOVE, PERSON, PLACE, PRESENCE, READ, WRITE
from queue_app.routes.labels import error_text
from queue_app.routes.problems import WrongFields
from queue_app.visits import Wanted

_TAG = "tickets"
_HOLDER = ("bad_name", "bad_phone", "bad_nik")


@operation(
    HTTPMethod.POST,
    "/api/v1/offices/{office}/tickets",
    tag=_TAG,
    answer=TicketAnswer,
    status=201,
    refusals=(
        *WRITE,
        *_HOLDER,
        *PLACE,
        *HOLD,
        "unknown_service",
        "unknown_visit",
        "closed_now",
        "bad_visit",
        *IDEMPOTENT,
        *PERSON,
        *ADMISSION,
        "waiting_room",
    ),
    headers=("Idempotency-Key", "Queue-Pass"),
    example={
        "service": "A",
        "channel": "online",
        "date": "2026-11-25",
        "slot": "08:30",
        "name": "Nama Warga",
        "phone": "0812 3456 7890",
        "category": "elderly",
    },
)
@limits.limit(limits.BOOKING, "booking")
def issue_ticket(office: str, body: Booking) -> Response:
    """A number for a service.

    Online, or for a later day, it is a booking (BOOKED); from a kiosk or the reception for today, without a slot, it
    waits at once (WAITING). With an Idempotency-Key a retry gets the first ticket again, with the same status 201.
    Where the office demands it (in production it does), ``proof`` is the solution of its challenge, or a token of its
    staff is sent; a kiosk or reception then needs a token. Further services of the visit are named in ``also``;
    or the whole by the name of a ``visit`` that the office offers.

    When more ask online than can be served, the answer is 503 ``waiting_room`` with a ``pass``: send the same again
    with it in ``Queue-Pass``, after ``Retry-After`` seconds. A staff token passes by.
    """
    now = clock.now()
    with turnstile.passing(Channel(body.channel)), database().write_in_group() as session:
        ticket = _issue(session, office, body, now)
        told = newcomer.told_at_once(session, ticket, now)
        known = known_within(session, ticket, now, told.place if told else None)
    if told is not None:
        newcomer.keep(session, ticket, told)
    response = answered(known or shown(ticket, session), 201)
    response.headers["Location"] = url_for(".get_ticket", ticket=ticket.public_id)
    return response


def _issue(session: Session, office: str, body: Booking, now: datetime) -> Ticket:
    wanted = _wanted(session, office, body)
    service = wanted.service
    wish = BookingRequest(
        service=service,
        channel=Channel(body.channel),
        day=body.date,
        slot=body.slot,
        holder=checked_person(body.name, body.phone, body.nik, opening.local_day(service.office, now)),
        category=Category(body.category),
        relation=Relation(body.relation),
        hold=body.hold,
        also=wanted.further,
        visit_id=wanted.template.id if wanted.template else None,
    )
    admit = admission.of_program(session, service.office, wish.channel, body.proof, now)
    ticket, _ = booking.issue(session, vault(), wish, now, request.headers.get("Idempotency-Key"), admit)
    tell.keep_own_phone(session, ticket, now)
    return ticket


def _wanted(session: Session, office: str, body: Booking) -> Wanted:
    """The service with the further ones, or the visit. Raises WrongFields when it is both."""
    if body.visit is not None:
        if body.service is not None or body.also:
            raise WrongFields({"visit": str(gettext("Sebutkan paket kunjungan atau layanannya, bukan keduanya."))})
        here = queries.office(session, office)
        template = visits.find(session, here.id, body.visit)
        first, *further = visits.services_of(session, template)
        return Wanted(first, tuple(further), template)
    service = queries.wanted(session, office, body.service or "")  # the body names a service if it names no visit
    return Wanted(service, tuple(queries.service(session, service.office_id, code) for code in body.also))


def checked_person(name: str | None, phone: str | None, nik: str | None, today: date) -> Holder:
    """The checked holder. Raises WrongFields naming each wrong field, with the one's code or ``invalid_request``."""
    given = {"name": name, "phone": phone, "nik": nik}
    nobody: dict[str, str | None] = dict.fromkeys(given)
    tidy: dict[str, str | None] = {}
    wrong: dict[str, Invalid] = {}
    for field, value in given.items():
        try:
            tidy[field] = getattr(checked_holder(**nobody | {field: value}, today=today), field)
        except Invalid as refusal:
            wrong[field] = refusal
    if wrong:
        codes = [refusal.code for refusal in wrong.values()]
        sentences = {field: error_text(refusal) for field, refusal in wrong.items()}
        raise WrongFields(sentences, codes[0] if len(codes) == 1 else "invalid_request")
    return Holder(**tidy)


@operation(HTTPMethod.GET, "/api/v1/tickets/{ticket}", tag=_TAG, answer=TicketAnswer, refusals=READ)
def get_ticket(ticket: str, query: TicketQuery) -> dict[str, Any]:
    """A ticket as its holder may see it: state, position, expected wait.

    With ``way_minutes`` it says when to leave for the office, while that is known.
    """
    now = clock.now()
    with database().read() as session:
        view = queries.ticket_view(session, booking.find_to_show(session, ticket), now)
        found = ticket_json(view, site())
        leaves = None if query.way_minutes is None else leaving.of(view, query.way_minutes, now)
        if leaves is not None:
            found["leave_by"] = instant(leaves.at, view.ticket.office.zone)
        return found


@operation(
    HTTPMethod.POST,
    "/api/v1/tickets/{ticket}/check-in",
    tag=_TAG,
    answer=TicketAnswer,
    refusals=(*WRITE, *MOVE, "not_today", *PRESENCE, "too_many_requests"),
    example={"version": 1},
)
@limits.limit(limits.CHECK_IN, "check in")
def check_in_ticket(ticket: str, body: CheckIn) -> dict[str, Any]:
    """The citizen is here: the booking joins the waiting.

    Doing it twice is harmless. Where the office demands a proof of being there, ``presence`` is one, or a token of its
    staff.
    """

    def move(session: Session, found: Ticket, now: datetime) -> Ticket:
        proof, actor = _proof(session, found, body.presence, now)
        return booking.check_in(session, found, now, body.version, proof=proof, actor=actor)

    return _moved(ticket, move)


def _proof(session: Session, found: Ticket, code: str | None, now: datetime) -> tuple[Proof | None, User | None]:
    """How being there was shown, and by whom of the staff. A retry of what was done already needs to show nothing.

    Raises Invalid ``presence_invalid`` or ``presence_expired``, Forbidden ``other_office``, and as ``auth.token_user``.
    """
    if found.state is not TicketState.BOOKED:
        return None, None
    if code is not None:
        presence().check(found.office.slug, code, now)
        return Proof.QR, None
    if not found.office.presence_required or "Authorization" not in request.headers:
        return None, None
    user = auth.token_user(session, Scope.TICKETS, now)
    if user.office_id != found.office_id:
        raise Forbidden("other_office", N_("Token itu milik petugas kantor lain."))
    return Proof.STAFF, user


@operation(
    HTTPMethod.POST,
    "/api/v1/tickets/{ticket}/defer",
    tag=_TAG,
    answer=TicketAnswer,
    refusals=(*WRITE, *MOVE, "deferred_too_often"),
    example={"version": 1},
)
def defer_ticket(ticket: str, body: CitizenMove) -> dict[str, Any]:
    """The citizen needs more time: the next three go first.

    Possible twice while the ticket waits; with ``version``, doing it twice counts once.
    """
    return _moved(ticket, lambda session, found, now: more_time.defer(session, found, now, body.version))


@operation(
    HTTPMethod.POST,
    "/api/v1/tickets/{ticket}/cancel",
    tag=_TAG,
    answer=TicketAnswer,
    refusals=(*WRITE, *MOVE),
    example={"version": 1},
)
def cancel_ticket(ticket: str, body: CitizenMove) -> dict[str, Any]:
    """The citizen gives the place up.

    Possible until the ticket is called; doing it twice is harmless.
    """
    return _moved(ticket, lambda session, found, now: booking.cancel(session, found, now, body.version))


@operation(
    HTTPMethod.POST,
    "/api/v1/tickets/{ticket}/reschedule",
    tag=_TAG,
    answer=TicketAnswer,
    refusals=(*WRITE, *MOVE, *PLACE, "cooling_off"),
    example={"date": "2026-11-26", "slot": "10:00", "version": 1},
)
def reschedule_ticket(ticket: str, body: Rescheduling) -> dict[str, Any]:
    """Move a booking to another day or slot.

    On another day it gets that day's next number; its id and address stay.
    """
    return _moved(
        ticket,
        lambda session, found, now: booking.reschedule(
            session, found, now, day=body.date, slot=body.slot, version=body.version
        ),
    )


def _moved(public_id: str, move: Callable[[Session, Ticket, datetime], Ticket]) -> dict[str, Any]:
    return moved(lambda session, now: move(session, booking.find(session, public_id, for_change=True), now))


def moved(move: Callable[[Session, datetime], Ticket]) -> dict[str, Any]:
    """Move a ticket, in a transaction; its JSON."""
    now = clock.now()
    with database().write_in_group(at_once=True) as session:
        ticket = move(session, now)
        known = known_within(session, ticket, now)
    return known or shown(ticket, session)


def known_within(
    session: Session, ticket: Ticket, now: datetime, place: forecast.Place | None = None
) -> dict[str, Any] | None:
    """The JSON of a ticket within the transaction that moves it; None for one that waits, unless its place is known:
    that takes longer to find than a transaction should last."""
    is_known = ticket.state is not TicketState.WAITING or place is not None
    return _json(session, ticket, now, place) if is_known else None


def shown(ticket: Ticket, moved_in: Session | None = None) -> dict[str, Any]:
    """The JSON of a ticket as a move that is committed left it. What is around it, like its place in line, is read
    now."""
    with database().read(ticket) as session:
        if moved_in is not None:
            kept_settings.carry_on(session, moved_in)
        now = clock.now()
        return _json(session, ticket, now, newcomer.place_of(session, ticket, now))


def _json(session: Session, ticket: Ticket, now: datetime, place: forecast.Place | None = None) -> dict[str, Any]:
    kept_settings.name(session, ticket)
    places = {} if place is None else {ticket.id: place}
    return ticket_json(queries.ticket_view(session, ticket, now, places), site())
