"""Plans for a supervisor's program: asked for, computed beside the server, and fetched by asking again."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPMethod
from typing import Any

from sqlalchemy.orm import Session

from queue_app import clock, opening, queries
from queue_app.errors import N_, Forbidden
from queue_app.extensions import config, database
from queue_app.models import Office, User
from queue_app.planning import jobs, wishes
from queue_app.reports.maker import folder
from queue_app.routes.api.figures.asked import WhatIf, WhatIfAsked
from queue_app.routes.api.figures.figure_answers import PlanAnswer
from queue_app.routes.api.frame.fields import Nothing
from queue_app.routes.api.frame.operation import Caller, operation
from queue_app.routes.api.refusals import WRITE

_TAG = "metrics"

Wish = Callable[[Session, Office, datetime], dict[str, Any]]


@operation(
    HTTPMethod.POST,
    "/api/v1/offices/{office}/planning/needs",
    tag=_TAG,
    answer=PlanAnswer,
    refusals=(*WRITE, "other_office"),
    example={},
)
def plan_needs(office: str, body: Nothing, caller: Caller) -> PlanAnswer:  # noqa: ARG001 - an empty body is checked
    """The fewest counters by weekday and hour with which the wait target is met.

    It is computed in the background, once a day for the same settings; ask again until ``status`` is DONE.
    """
    return _asked(office, caller, lambda _session, _office, _now: wishes.needs())


@operation(
    HTTPMethod.POST,
    "/api/v1/offices/{office}/planning/what-if",
    tag=_TAG,
    answer=PlanAnswer,
    refusals=(
        *(*WRITE, "other_office", "closed_weekday", "outside_hours", "bad_time", "bad_number", "unknown_rule"),
        *("unknown_counter", "unknown_service"),
    ),
    example={"weekday": 0, "scenarios": [{"kind": "counter", "from": "09:00", "to": "12:00"}]},
)
def plan_what_if(office: str, body: WhatIfAsked, caller: Caller) -> PlanAnswer:
    """Up to three changes of a weekday, each beside the day as it is run now.

    It is computed in the background, once a day for the same question; ask again until ``status`` is DONE.
    """

    def wish(session: Session, here: Office, now: datetime) -> dict[str, Any]:
        return wishes.what_if(session, here, str(body.weekday), [_typed(one) for one in body.scenarios], now)

    return _asked(office, caller, wish)


def _asked(slug: str, caller: Caller, wish: Wish) -> PlanAnswer:
    now = clock.now()
    with database().write() as session:
        here = queries.office(session, slug)
        if here.id != caller.office_id:
            raise Forbidden("other_office", N_("Pengguna token ini bekerja di kantor lain."))
        who = session.get_one(User, caller.user_id)
        found = jobs.ask(session, who, wish(session, here, now), folder(config()), now)
    return PlanAnswer(status=found.status or "QUEUED", step=found.step, steps=found.steps, result=found.result)


def _typed(one: WhatIf) -> dict[str, str]:
    """As a form would have it."""
    times = {"from": one.from_minute, "to": one.to_minute, "at": one.at}
    return {
        "kind": one.kind,
        "counter": str(one.counter or ""),
        "service": one.service or "",
        "amount": "" if one.amount is None else str(one.amount),
        "instead": "1" if one.instead else "",
        "rule": one.rule or "",
        **{name: "" if minute is None else opening.clock_text(minute) for name, minute in times.items()},
    }
