"""What the reception's and the kiosk's programs do for somebody who stands there."""

from datetime import datetime
from http import HTTPMethod
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from queue_app import auth, booking, clock, entered, finding, front_desk, queries
from queue_app.complaints import filing
from queue_app.complaints.filing import Filed
from queue_app.complaints.record import Deed
from queue_app.entered import Entered
from queue_app.errors import N_, Forbidden, QueueError
from queue_app.extensions import database, presence, site, vault
from queue_app.models import Channel, Office, PrintStatus, Scope, Subject, Ticket, User
from queue_app.personal import initials
from queue_app.presence import Proof
from queue_app.printing import jobs, printers
from queue_app.routes import limits
from queue_app.routes.api.citizen.complaint_answers import FiledComplaint
from queue_app.routes.api.citizen.feedback import filed_facts
from queue_app.routes.api.citizen.ticket_answer import TicketAnswer
from queue_app.routes.api.citizen.tickets import shown
from queue_app.routes.api.desk.asked_reception import ByCode, GivingUp, Searching, ToldComplaint
from queue_app.routes.api.desk.reception_answers import ReceiptAnswer, ReceptionTicket, ReceptionTickets
from queue_app.routes.api.desk.ticket_rows import row_of
from queue_app.routes.api.frame.keys import once_key
from queue_app.routes.api.frame.operation import Caller, operation
from queue_app.routes.api.frame.own_office import own_office
from queue_app.routes.api.refusals import ENTERED, PRESENCE, READ, WRITE

_OFFICE = "/api/v1/offices/{office}"
_TAG = "reception"


@operation(HTTPMethod.GET, f"{_OFFICE}/expected", tag=_TAG, answer=ReceptionTickets, refusals=(*READ, "other_office"))
def list_expected(office: str, caller: Caller) -> ReceptionTickets:
    """Today's bookings that have not come yet, by their slot; forty at most."""
    now = clock.now()
    with database().read() as session:
        here = own_office(session, office, caller)
        found = front_desk.expected(session, here, now)
        return ReceptionTickets(tickets=[_row(session, ticket, now) for ticket in found], cut=False)


@operation(
    HTTPMethod.POST,
    f"{_OFFICE}/tickets/find",
    tag=_TAG,
    answer=ReceptionTickets,
    refusals=(*WRITE, *ENTERED, "other_office", "unknown_ticket", "name_too_short"),
    example={"text": "Nama"},
)
def find_tickets(office: str, body: Searching, caller: Caller) -> ReceptionTickets:
    """Find somebody's number of today: by what is on the ticket, by name, or by the last four digits of the NIK.

    What was asked is in the body, so that no log has it, and is kept nowhere.
    """
    now = clock.now()
    with database().read() as session:
        here = own_office(session, office, caller)
        found = finding.find(session, vault(), here, body.text, now)
        return ReceptionTickets(tickets=[_row(session, each, now) for each in found.tickets], cut=found.is_cut)


def _row(session: Session, ticket: Ticket, now: datetime) -> ReceptionTicket:
    view = queries.ticket_view(session, ticket, now)
    arrival = booking.arrival_of(ticket, now)
    return ReceptionTicket(
        **row_of(ticket),
        slot=view.slot,
        position=view.position,
        counter=view.counter,
        initials=initials(vault().shown(ticket.name_sealed)),
        arrival=arrival.value if arrival else None,
        short_code=presence().short_code(ticket.public_id),
    )


@operation(
    HTTPMethod.POST,
    "/api/v1/tickets/{ticket}/give-up",
    tag=_TAG,
    answer=TicketAnswer,
    refusals=(*WRITE, "illegal_move", "reason_needed"),
    example={"reason": "warga tidak jadi menunggu"},
)
def give_up_ticket(ticket: str, body: GivingUp, caller: Caller) -> dict[str, Any]:
    """Give a citizen's number up, as the citizen wishes. Doing it twice is harmless."""
    with database().write() as session:
        who = session.get_one(User, caller.user_id)
        gone = front_desk.cancel(session, who, ticket, body.reason, clock.now())
    return shown(gone)


@operation(
    HTTPMethod.POST,
    "/api/v1/tickets/{ticket}/print",
    tag=_TAG,
    answer=ReceiptAnswer,
    refusals=(*WRITE, "ticket_of_other_office", "not_live", "no_printer"),
)
def print_ticket(ticket: str, caller: Caller) -> ReceiptAnswer:
    """Print a ticket once more at the office's printer; the number stays the same.

    While a copy is still on its way nothing is added.
    """
    now = clock.now()
    with database().write() as session:
        who = session.get_one(User, caller.user_id)
        found = entered.find(session, who.office, Entered(public_id=ticket), now, for_change=True)
        printer = printers.chosen(session, who.office)
        if printer is None:
            raise QueueError("no_printer", N_("Kantor ini belum memakai pencetak nomor."), 409)
        jobs.reprint(session, found, printer, site(), now, who)
        return _receipt(session, found)


@operation(
    HTTPMethod.GET,
    "/api/v1/tickets/{ticket}/print",
    tag=_TAG,
    answer=ReceiptAnswer,
    refusals=(*READ, "ticket_of_other_office"),
)
def get_receipt(ticket: str, caller: Caller) -> ReceiptAnswer:
    """How far a ticket's newest receipt is."""
    with database().read() as session:
        who = session.get_one(User, caller.user_id)
        return _receipt(session, entered.find(session, who.office, Entered(public_id=ticket), clock.now()))


def _receipt(session: Session, ticket: Ticket) -> ReceiptAnswer:
    progress = jobs.progress(session, ticket)
    status = progress.status if progress else None
    return ReceiptAnswer(
        ticket=ticket.public_id,
        status=status,
        printed=status is PrintStatus.PRINTED,
        trouble=progress.is_in_trouble if progress else False,
        problem=progress.problem if progress else None,
    )


@operation(
    HTTPMethod.POST,
    f"{_OFFICE}/complaints",
    tag="complaints",
    answer=FiledComplaint,
    status=201,
    refusals=(
        *(*WRITE, *ENTERED, "other_office", "unknown_service", "unknown_ticket", "feedback_over", "text_too_long"),
        *("too_many_complaints", "complaint_too_short", "bad_name", "bad_phone"),
    ),
    headers=("Idempotency-Key",),
    example={"subject": "wait", "text": "Menunggu dua jam tanpa penjelasan.", "name": "Nama Warga"},
)
def file_complaint(office: str, body: ToldComplaint, caller: Caller) -> FiledComplaint:
    """A complaint that somebody tells at the reception, about a number of today or about none.

    With an Idempotency-Key a retry gets the first complaint again.
    """
    with database().write() as session:
        here = own_office(session, office, caller)
        filed = Filed(Subject(body.subject), body.text, body.name, body.phone)
        deed = Deed(clock.now(), once_key(request))
        if body.ticket is not None:
            named = entered.find(session, here, entered.read(body.ticket), deed.now)
            ticket = booking.find(session, named.public_id, for_change=True)
            complaint = filing.about_ticket(session, vault(), ticket, filed, deed, Channel.RECEPTION)
            return FiledComplaint(**filed_facts(complaint))
        service = queries.service(session, here.id, body.service) if body.service is not None else None
        complaint = filing.without_ticket(session, vault(), here, filed, deed, Channel.RECEPTION, service)
        return FiledComplaint(**filed_facts(complaint))


@operation(
    HTTPMethod.POST,
    f"{_OFFICE}/check-in",
    tag=_TAG,
    answer=TicketAnswer,
    refusals=(
        *(*WRITE, *ENTERED, *PRESENCE, "unknown_ticket", "code_needed", "wrong_code", "illegal_move", "not_today"),
        "too_many_requests",
    ),
    example={"text": "A-001 0427"},
)
@limits.limit(limits.ENTERING, "entering")
def check_in_by_code(office: str, body: ByCode) -> dict[str, Any]:
    """Check in by what stands on the ticket: its address, or its label with the short code beside it.

    Where the office demands a proof of being there, ``presence`` is one, or a token of its staff; with a token the
    label alone is enough. Doing it twice is harmless.
    """
    now = clock.now()
    named = entered.read(body.text)
    with database().write() as session:
        here = queries.office(session, office)
        who = _staff(session, here, now)
        ticket = entered.find(session, here, named, now, for_change=True)
        if who is None:
            entered.require_code(presence(), ticket, named)
        booking.check_in(session, ticket, now, proof=_proof(here, who, body.presence, now), actor=who)
    return shown(ticket)


def _staff(session: Session, here: Office, now: datetime) -> User | None:
    if "Authorization" not in request.headers:
        return None
    user = auth.token_user(session, Scope.TICKETS, now)
    if user.office_id != here.id:
        raise Forbidden("other_office", N_("Token itu milik petugas kantor lain."))
    return user


def _proof(here: Office, who: User | None, code: str | None, now: datetime) -> Proof | None:
    if who is not None:
        return Proof.STAFF
    if code is None:
        return None
    presence().check(here.slug, code, now)
    return Proof.QR
