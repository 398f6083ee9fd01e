"""How long somebody would wait who comes now, or at a later time."""

from http import HTTPMethod
from typing import Any

from queue_app import clock, forecast, opening, queries
from queue_app.extensions import database
from queue_app.representation import instant
from queue_app.routes.api.citizen.asked import WaitQuery
from queue_app.routes.api.citizen.ticket_answer import WaitEstimate
from queue_app.routes.api.frame.fields import Answer, Instant, example
from queue_app.routes.api.frame.operation import operation
from queue_app.routes.api.refusals import READ
from queue_app.waits import slots


class ForetoldWait(Answer):
    """The range that holds 8 times in 10 for whoever comes ``at``; ``estimate`` null: nothing honest can be said."""

    model_config = example(
        service="A",
        as_of="2026-11-24T09:00:00.000+07:00",
        at="2026-11-25T08:30:00.000+07:00",
        estimate={"low_minutes": 5, "high_minutes": 25},
    )

    service: str
    as_of: Instant
    at: Instant
    estimate: WaitEstimate | None


@operation(
    HTTPMethod.GET,
    "/api/v1/offices/{office}/services/{service}/wait",
    tag="offices",
    answer=ForetoldWait,
    refusals=READ,
)
def foretell_wait(office: str, service: str, query: WaitQuery) -> dict[str, Any]:
    """How long whoever comes now, or at a time of today or another day, will probably wait.

    Of now and today it plays on the real line; another day begins with the counters that are usually open, the bookings
    made so far and those who usually come. A time that has passed is answered as now.
    """
    now = clock.now()
    with database().read() as session:
        offered = queries.offered(session, office, service)
        here = offered.office
        at = now
        if query.time is not None:
            at = max(now, opening.local_instant(here, query.date or opening.local_day(here, now), query.time))
        told = (
            slots.of_day(session, offered, [at], now).get(at)
            if at > now
            else forecast.newcomers(session, here, now).get(offered.id)
        )
        return {
            "service": offered.code,
            "as_of": instant(now, here.zone),
            "at": instant(at, here.zone),
            "estimate": None if told is None else told.as_told(),
        }
