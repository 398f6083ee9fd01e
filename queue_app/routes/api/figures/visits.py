"""The visits behind the figures, for a supervisor's program: the list, a file, and what the log says of one."""

from collections.abc import Mapping
from http import HTTPMethod

import numpy as np
from flask import Response
from sqlalchemy.orm import Session

from metrics.plausibility import reason_to_exclude
from metrics.speed import DEFAULT_RULES
from queue_app import clock, dashboard, finality, opening, reported
from queue_app.dashboard import story
from queue_app.extensions import database
from queue_app.history import LoggedLeg
from queue_app.models import Office
from queue_app.representation import instant
from queue_app.routes.api.figures import visit_answers as answers
from queue_app.routes.api.figures.asked import FilteredQuery, VisitsQuery
from queue_app.routes.api.figures.metrics import filters_of, period_of
from queue_app.routes.api.frame import paging
from queue_app.routes.api.frame.fields import told
from queue_app.routes.api.frame.files import CSV
from queue_app.routes.api.frame.operation import Caller, operation
from queue_app.routes.api.frame.own_office import own_office
from queue_app.routes.api.refusals import READ
from queue_app.routes.dashboard import visits_csv
from queue_app.visit_days import LegTable

_VISITS = "/api/v1/offices/{office}/visits"
_TAG = "metrics"
_READ = (*READ, "other_office")


@operation(
    HTTPMethod.GET, _VISITS, tag=_TAG, answer=answers.VisitsPage, refusals=(*_READ, "bad_period", *paging.CURSOR)
)
def list_visits(office: str, query: VisitsQuery, caller: Caller) -> answers.VisitsPage:
    """The services behind the figures of days that are over, the latest first.

    Ask again with after set to next until next is null.
    """
    with database().figures() as session:
        here = own_office(session, office, caller)
        legs = _legs(session, here, query)
        latest = _latest_first(legs)
        begin = _begin(legs, latest, query.after)
        chosen = legs.where(latest[begin : begin + query.length])
        names, under = story.tickets_of(session, chosen), reported.under(session, here)
        return answers.VisitsPage(
            total=len(legs),
            visits=[_visit(leg, names, under, here) for leg in chosen],
            next=_cursor(chosen, len(chosen) - 1) if begin + query.length < len(legs) else None,
        )


@operation(HTTPMethod.GET, _VISITS + "/file", tag=_TAG, media=(CSV,), refusals=(*_READ, "bad_period"))
def export_visits(office: str, query: FilteredQuery, caller: Caller) -> Response:
    """The same, all of them, as CSV."""
    with database().figures() as session:
        here = own_office(session, office, caller)
        period = period_of(query, here)
        return visits_csv(session, here, _legs(session, here, query), period)


@operation(HTTPMethod.GET, _VISITS + "/{ticket}", tag=_TAG, answer=answers.StoryAnswer, refusals=_READ)
def show_story(office: str, ticket: str, caller: Caller) -> answers.StoryAnswer:
    """What the log says of one ticket of a day that is over, row by row."""
    with database().figures() as session:
        here = own_office(session, office, caller)
        found, rows = story.of(session, here, ticket, clock.now())
        return answers.StoryAnswer(
            ticket=found.public_id,
            label=found.label,
            date=found.day,
            moments=[
                answers.StoryMoment(
                    at=instant(row.event.at, here.zone),
                    action=row.event.action,
                    from_state=row.event.from_state,
                    to_state=row.event.to_state,
                    counter=row.counter,
                    by=row.username,
                    reason=row.event.reason,
                )
                for row in rows
            ],
        )


def _legs(session: Session, here: Office, query: FilteredQuery) -> LegTable:
    ended = finality.ended_part(period_of(query, here), opening.local_day(here, clock.now()))
    return dashboard.legs_behind(session, here, ended, filters_of(query))


def _latest_first(legs: LegTable) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Places of the legs by time, those of one instant by ticket and version: an order that stays."""
    visits = legs.visits
    return np.lexsort((legs.version, visits.ticket.astype(np.int64), -visits.counted_at))


def _begin(legs: LegTable, latest: "np.ndarray[tuple[int], np.dtype[np.int64]]", after: str | None) -> int:
    """How many stand before the page. What the cursor names may have gone: then its neighbours decide."""
    if after is None:
        return 0
    at, ticket, version = paging.parts(after, (int, int, int))
    visits = legs.visits
    keys = (-visits.counted_at[latest], visits.ticket[latest].astype(np.int64), legs.version[latest])
    wanted = (-at, ticket, version)
    before = (keys[0] < wanted[0]) | (
        (keys[0] == wanted[0]) & ((keys[1] < wanted[1]) | ((keys[1] == wanted[1]) & (keys[2] <= wanted[2])))
    )
    return int(before.sum())


def _cursor(legs: LegTable, place: int) -> str:
    visits = legs.visits
    return paging.cursor(int(visits.counted_at[place]), int(visits.ticket[place]), int(legs.version[place]))


def _visit(
    leg: LoggedLeg, names: Mapping[int, tuple[str, str]], under: Mapping[str, str], here: Office
) -> answers.VisitAnswer:
    visit, zone = leg.visit, here.zone
    label, public_id = names[int(visit.ticket)]
    return answers.VisitAnswer(
        ticket=public_id,
        label=label,
        service=visit.service,
        reported_under=under.get(visit.service, visit.service),
        counter=visit.counter,
        officer=visit.officer,
        category=visit.category,
        channel=visit.channel,
        arrived_at=instant(visit.arrived_at, zone),
        called_at=told(visit.called_at, zone),
        started_at=told(visit.started_at, zone),
        finished_at=told(visit.finished_at, zone),
        wait_s=visit.wait_s,
        serve_s=visit.serve_s,
        hold_s=visit.hold.total_seconds(),
        end=visit.end,
        outcome=visit.outcome,
        service_given=visit.service_given,
        excluded=reason_to_exclude(visit, zone, DEFAULT_RULES.limits),
    )
