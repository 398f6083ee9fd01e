"""The list for a day or slot that is full: who stands in it, and what comes of it."""

import hashlib
from datetime import date
from http import HTTPMethod
from typing import Annotated

from flask import request
from flask_babel import gettext
from sqlalchemy.orm import Session

from queue_app import booking, clock, opening, queries, standby
from queue_app.capacity import Place
from queue_app.extensions import database, vault
from queue_app.models import Category, Channel, Relation, Standby, StandbyOutcome
from queue_app.representation import instant
from queue_app.routes import admission, limits
from queue_app.routes.api.citizen.asked import WaitingWish
from queue_app.routes.api.citizen.tickets import checked_person
from queue_app.routes.api.frame.fields import Answer, Instant, Nothing, example, one_of
from queue_app.routes.api.frame.keys import once_key
from queue_app.routes.api.frame.operation import operation
from queue_app.routes.api.refusals import ADMISSION, PERSON, PLACE, READ, WRITE
from queue_app.routes.problems import WrongFields

_LIST = "/api/v1/offices/{office}/services/{service}/waiting-list"
_ENTRY = "/api/v1/waiting-list/{entry}"
_HOLDER = ("bad_name", "bad_phone", "bad_nik")


OutcomeName = Annotated[str, *one_of(StandbyOutcome)]


class WaitingPlace(Answer):
    """A place in the waiting list of a full day or slot. ``position`` is null once the waiting ended; ``outcome`` then:
    placed (with the ``ticket`` that it became), left, lapsed or has_ticket. A place can come until ``lapses_at``."""

    model_config = example(
        entry="u3Yp3xJ0mT1qK8v2Zb4nQw",
        service="A",
        date="2026-11-25",
        slot=None,
        position=3,
        outcome=None,
        ticket=None,
        lapses_at="2026-11-25T14:30:00.000+07:00",
    )

    entry: str
    service: str
    date: date
    slot: str | None
    position: int | None
    outcome: OutcomeName | None
    ticket: str | None
    lapses_at: Instant


@operation(
    HTTPMethod.POST,
    _LIST,
    tag="tickets",
    answer=WaitingPlace,
    status=201,
    refusals=(
        *(*WRITE, *_HOLDER, *PLACE, *PERSON, *ADMISSION),
        *("place_available", "already_listed", "list_full", "too_late", "bad_idempotency_key"),
    ),
    headers=("Idempotency-Key",),
    example={"date": "2026-11-25", "name": "Nama Warga", "phone": "0812 3456 7890"},
)
@limits.limit(limits.STANDBY, "standby")
def join_waiting_list(office: str, service: str, body: WaitingWish) -> WaitingPlace:
    """Stand in the list for a day or slot that is full; a place that comes free is booked for the first by itself.

    With an Idempotency-Key a retry gets the first entry again. People are told apart by NIK, else by phone: one of them
    is needed.
    """
    now = clock.now()
    if body.nik is None and body.phone is None:  # a page knows them by the browser
        raise WrongFields({"phone": str(gettext("Wajib diisi."))})
    with database().write() as session:
        here = queries.office(session, office)
        found, _ = standby.join(
            session,
            vault(),
            Place(queries.service(session, here.id, service), body.date, body.slot, Channel.ONLINE),
            checked_person(body.name, body.phone, body.nik, opening.local_day(here, now)),
            now,
            category=Category(body.category),
            relation=Relation(body.relation),
            language=body.language,
            browser="",
            key=_key(office, service, body),
            admit=admission.of_program(session, here, Channel.ONLINE, body.proof, now),
        )
        session.refresh(found)
        return _entry(session, found)


def _key(office: str, service: str, body: WaitingWish) -> str | None:
    """The same for the same wish alone: what one program chose says nothing of another's entry."""
    if "Idempotency-Key" not in request.headers:
        return None
    wish = "\n".join(("api", office, service, body.model_dump_json(), once_key(request)))
    return hashlib.sha256(wish.encode()).hexdigest()[:40]


@operation(HTTPMethod.GET, _ENTRY, tag="tickets", answer=WaitingPlace, refusals=READ)
def get_waiting_place(entry: str) -> WaitingPlace:
    """A place in the waiting list: how many are before it, or the ticket that it became."""
    with database().read() as session:
        return _entry(session, standby.find(session, entry))


@operation(
    HTTPMethod.POST,
    f"{_ENTRY}/leave",
    tag="tickets",
    answer=WaitingPlace,
    refusals=(*WRITE, "illegal_move", "too_many_requests"),
    example={},
)
@limits.limit(limits.STANDBY, "standby")
def leave_waiting_list(entry: str, body: Nothing) -> WaitingPlace:  # noqa: ARG001 - only checked
    """Leave the list; where a place came already its ticket is cancelled, and the next in the list gets it."""
    now = clock.now()
    with database().write() as session:
        found = standby.find(session, entry, for_change=True)
        if found.ticket is not None:
            booking.cancel(session, booking.find(session, found.ticket.public_id, for_change=True), now)
        else:
            standby.leave(found, now)
        return _entry(session, found)


def _entry(session: Session, found: Standby) -> WaitingPlace:
    zone = found.office.zone
    return WaitingPlace(
        entry=found.public_id,
        service=found.service.code,
        date=found.day,
        slot=f"{found.slot_start.astimezone(zone):%H:%M}" if found.slot_start else None,
        position=standby.position(session, found),
        outcome=found.outcome,
        ticket=found.ticket.public_id if found.ticket else None,
        lapses_at=instant(standby.lapses_at(session, found), zone),
    )
