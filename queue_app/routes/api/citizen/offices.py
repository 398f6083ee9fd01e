"""What anybody may know of an office: its services, counters, closed days and the board."""

from datetime import date, timedelta
from http import HTTPMethod

from flask import Response, request

from queue_app import clock, opening, queries, shifts, stops, visits
from queue_app.display import board
from queue_app.extensions import database
from queue_app.lifecycle import ShiftState
from queue_app.models import Office
from queue_app.queries import WaitingCount
from queue_app.routes.api.citizen.office_answers import (
    BoardAnswer,
    ClosedDay,
    CounterNow,
    Document,
    OfferedService,
    OfferedVisit,
    OfficeName,
    OfficeNow,
    Offices,
)
from queue_app.routes.api.frame.operation import answered, operation
from queue_app.routes.api.refusals import READ

_TAG = "offices"


@operation(HTTPMethod.GET, "/api/v1/offices", tag=_TAG, answer=Offices, refusals=READ)
def list_offices() -> Offices:
    """All offices."""
    with database().read() as session:
        return Offices(offices=[OfficeName(**_names(office)) for office in queries.offices(session)])


@operation(HTTPMethod.GET, "/api/v1/offices/{office}", tag=_TAG, answer=OfficeNow, refusals=READ)
def get_office(office: str) -> OfficeNow:
    """An office with its services and counters.

    Names are given in both languages; ``waiting`` and the counters' states are those of this moment.
    """
    with database().read() as session:
        here = queries.office(session, office)
        today = opening.local_day(here, clock.now())
        closed = opening.closed_days(session, here, today, today + timedelta(days=here.booking_days_ahead))
        states = {shift.counter_id: shift.state for shift in shifts.live(session, here.id)}
        return OfficeNow(
            **_names(here),
            today=today,
            booking_days_ahead=here.booking_days_ahead,
            closed_days=[ClosedDay(date=day, reason=reason) for day, reason in closed.items()],
            services=[
                _offered(row, today) for row in queries.waiting_counts(session, here, today) if row.service.active
            ],
            visits=[
                OfferedVisit(
                    code=visit.code,
                    name_id=visit.name("id"),
                    name_en=visit.name("en"),
                    steps=[service.code for service in visit.services],
                )
                for visit in visits.offered(session, here.id)
            ],
            counters=[
                CounterNow(
                    id=counter.id,
                    number=counter.number,
                    services=[service.code for service in counter.services if service.active],
                    pool=counter.pool.code if counter.pool else None,
                    state=states.get(counter.id, ShiftState.CLOSED),
                )
                for counter in here.counters
            ],
        )


def _names(office: Office) -> dict[str, str]:
    return {"slug": office.slug, "name": office.name, "address": office.address, "timezone": office.timezone}


def _offered(row: WaitingCount, today: date) -> OfferedService:
    service = row.service
    return OfferedService(
        code=service.code,
        prefix=service.prefix,
        name_id=service.name_id,
        name_en=service.name_en,
        documents=[Document(id=text["id"], en=text.get("en", text["id"])) for text in service.documents],
        standard_minutes=service.standard_minutes,
        cost_rupiah=service.cost_rupiah,
        waiting=row.count,
        paused=stops.is_paused(service, today),
        issuing_stopped=stops.is_issuing_stopped(service, today),
    )


@operation(
    HTTPMethod.GET,
    "/api/v1/offices/{office}/board",
    tag=_TAG,
    answer=BoardAnswer,
    refusals=READ,
    headers=("If-None-Match",),
    nothing="The board is still the one with this ETag.",
)
def get_board(office: str) -> Response:
    """What a display shows, as one snapshot with its version.

    The same object that displays receive over the socket. Send the ETag of the last answer as If-None-Match; as long
    as nothing has happened, the answer is 304 and costs almost nothing.
    """
    now = clock.now()
    with database().read() as session:
        here = board.find_office(session, office)
        etag = f"{opening.local_day(here, now)}/{here.version}"
        if request.if_none_match.contains_weak(etag):
            response = Response(status=304)
        else:
            response = answered(board.snapshot(session, here, now), 200)
    response.set_etag(etag, weak=True)
    response.headers["Cache-Control"] = "no-cache"
    return response
