"""The dashboard's figures for a supervisor's program, offices side by side, and how good what was foretold was."""

from http import HTTPMethod

from sqlalchemy import select
from sqlalchemy.orm import Session

from metrics.forecast.line import LEVELS
from metrics.forecast.scores import Score
from metrics.occupancy import Occupancy
from metrics.periods import Period as Days
from queue_app import accuracy, clock, dashboard, queries
from queue_app.crowd import past
from queue_app.dashboard import Dashboard, Filters, Indicators, promised
from queue_app.extensions import database
from queue_app.models import Office
from queue_app.routes import crowd as crowd_page
from queue_app.routes import wait_accuracy as forecast_page
from queue_app.routes.api.figures import dashboard_answers as answers
from queue_app.routes.api.figures.asked import FilteredQuery, PeriodQuery
from queue_app.routes.api.figures.figure_answers import Period, ShareFigures
from queue_app.routes.api.figures.metrics import filters_of, officer_figures, period_of
from queue_app.routes.api.figures.quality import satisfaction_figures
from queue_app.routes.api.frame.operation import Caller, operation
from queue_app.routes.api.frame.own_office import own_office
from queue_app.routes.api.refusals import READ
from queue_app.waits import accuracy as foretold

_METRICS = "/api/v1/offices/{office}/metrics"
_TAG = "metrics"
_REFUSALS = (*READ, "other_office", "bad_period")
_BOUNDS = ("low", "middle", "high")


@operation(HTTPMethod.GET, f"{_METRICS}/dashboard", tag=_TAG, answer=answers.DashboardAnswer, refusals=_REFUSALS)
def dashboard_metrics(office: str, query: FilteredQuery, caller: Caller) -> answers.DashboardAnswer:
    """The three indicators and the waits of a period beside the period before, by day, service, hour and officer.

    Officers' figures are of days that are over. An index or a share that rests on too little is null.
    """
    now = clock.now()
    with database().figures() as session:
        here = own_office(session, office, caller)
        period, filters = period_of(query, here), filters_of(query)
        figures = dashboard.load(session, here, period, filters, now)
        occupied = dashboard.occupied(session, here, figures.ended, filters, now)
        composite = accuracy.of_office(session, here, period, now).value if filters == Filters() else None
    speed = figures.speed.officers if figures.speed else ()
    return answers.DashboardAnswer(
        office=office,
        period=_days(period),
        before=_days(figures.before),
        ended=_days(figures.ended) if figures.ended else None,
        now=_indicators(figures.now),
        earlier=_indicators(figures.earlier),
        composite=composite,
        days=[answers.DayIndicators.model_validate(_of_day(day)) for day in figures.days],
        services=_services(figures),
        hours=[
            answers.HourWaits(weekday=weekday, hour=hour, waited=len(waits), wait_median_s=waits.median)
            for (weekday, hour), waits in sorted(figures.heat.items())
        ],
        officers=[officer_figures(row, figures.officers.get(row.officer)) for row in speed],
        occupied=[
            *(_occupied(spent, officer=name) for name, spent in occupied.officers.items()),
            *(_occupied(spent, counter=number) for number, spent in occupied.counters.items()),
        ],
    )


def _of_day(day: dashboard.DayFigures) -> dict[str, object]:
    return {
        "date": day.day,
        "waited": day.waited,
        "wait_median_s": day.wait_median_s,
        **{name: _share(getattr(day, name)) for name in ("speed", "accuracy", "satisfaction", "in_time")},
    }


def _share(share: dashboard.Share) -> ShareFigures:
    return ShareFigures.model_validate(share)


def _indicators(found: Indicators) -> answers.IndicatorFigures:
    return answers.IndicatorFigures.model_validate(found)


def _services(figures: Dashboard) -> list[answers.ServiceIndicators]:
    rows = []
    for code in sorted(figures.serve_s.keys() | figures.waits.keys()):
        served, waits = figures.serve_s.get(code), figures.waits.get(code)
        rows.append(
            answers.ServiceIndicators(
                service=code,
                served=len(served) if served is not None else 0,
                serve_median_s=served.median if served is not None else None,
                serve_p90_s=served.p90 if served is not None else None,
                standard_s=figures.standards_s.get(code),
                waited=len(waits.wait_s) if waits is not None else 0,
                wait_median_s=waits.wait_s.median if waits is not None else None,
                wait_p90_s=waits.wait_s.p90 if waits is not None else None,
                target_s=waits.target_s if waits is not None else None,
                in_time=_share(waits.in_time) if waits is not None else None,
            )
        )
    return rows


def _occupied(spent: Occupancy, officer: str | None = None, counter: int | None = None) -> answers.OccupiedFigures:
    return answers.OccupiedFigures(
        officer=officer,
        counter=counter,
        serving_s=spent.serving.total_seconds(),
        called_s=spent.called.total_seconds(),
        idle_s=spent.idle.total_seconds(),
        paused_s=spent.paused.total_seconds(),
    )


def _days(period: Days) -> Period:
    return Period(first=period.start_day, last=period.end_day)


@operation(
    HTTPMethod.GET,
    "/api/v1/metrics/offices",
    tag=_TAG,
    answer=answers.ComparedOffices,
    refusals=(*READ, "bad_period"),
)
def compare_offices(query: PeriodQuery, caller: Caller) -> answers.ComparedOffices:  # noqa: ARG001 - of any office
    """All offices side by side: the three indicators and the waits of each. No officer is in it; nobody is ranked."""
    now = clock.now()
    with database().figures() as session:
        found = []
        for each in session.scalars(select(Office).order_by(Office.name)):
            period = period_of(query, each)
            figures = dashboard.load(session, each, period, Filters(), now).now
            found.append(
                answers.ComparedOffice(office=each.slug, name=each.name, period=_days(period), now=_indicators(figures))
            )
        return answers.ComparedOffices(offices=found)


@operation(
    HTTPMethod.GET, "/api/v1/offices/{office}/promise", tag="offices", answer=answers.PromiseAnswer, refusals=READ
)
def get_promise(office: str) -> answers.PromiseAnswer:
    """What the office promises, and how it keeps it. For anybody; nothing in it rests on few visits."""
    with database().figures() as session:
        return _promise(session, queries.office(session, office))


def _promise(session: Session, here: Office) -> answers.PromiseAnswer:
    found = promised.of_office(session, here, clock.now())
    least, rows = promised.LEAST, []
    for service, served, waited in found.rows:
        enough = served is not None and served.served >= least
        rows.append(
            answers.PromisedService(
                service=service.code,
                standard_minutes=service.standard_minutes,
                served=served.served if served is not None and enough else None,
                kept=served.within_standard_share if served is not None and enough else None,
                wait_median_s=waited.median_s if waited is not None and waited.called >= least else None,
            )
        )
    return answers.PromiseAnswer(
        office=here.slug,
        period=_days(found.period),
        services=rows,
        satisfaction=satisfaction_figures(found.satisfaction),
    )


@operation(HTTPMethod.GET, f"{_METRICS}/forecast", tag=_TAG, answer=answers.ForecastAnswer, refusals=_REFUSALS)
def forecast_metrics(office: str, query: PeriodQuery, caller: Caller) -> answers.ForecastAnswer:
    """How good the waits were that people were told; nothing is judged of fewer than 20."""
    with database().figures() as session:
        here = own_office(session, office, caller)
        period = period_of(query, here)
        found = foretold.judgement(session, here, period)
    return answers.ForecastAnswer(
        office=office,
        period=_days(period),
        overall=_score(found.overall) if found.overall else None,
        bounds=[
            answers.BoundFigures(bound=bound, share=share, wanted=wanted)
            for bound, share, wanted in zip(_BOUNDS, found.shares, LEVELS, strict=False)
        ],
        services=[answers.ScoredGroup(name=code, score=_score(score)) for code, score in found.services],
        hours=[answers.ScoredGroup(name=f"{hour:02d}:00", score=_score(score)) for hour, score in found.hours],
    )


def _score(found: Score) -> answers.ScoreFigures:
    if found.n < forecast_page.LEAST:
        unknown = dict.fromkeys(("mean_error_s", "median_error_s", "bias_s", "coverage", "pinball_s"))
        return answers.ScoreFigures(n=found.n, **unknown)
    return answers.ScoreFigures.model_validate(found)


@operation(HTTPMethod.GET, f"{_METRICS}/crowd", tag=_TAG, answer=answers.CrowdCheck, refusals=(*READ, "other_office"))
def crowd_metrics(office: str, caller: Caller) -> answers.CrowdCheck:
    """How good the forecast of the crowd was, beside simpler ways to foretell it."""
    with database().figures() as session:
        here = own_office(session, office, caller)
        checked = past.learned(session, here, clock.now()).checked()
    return answers.CrowdCheck(
        office=office,
        checked=[
            answers.CrowdChecked(
                ahead=of.ahead,
                days=of.days,
                hours=of.hours,
                mean=of.mean,
                scores=[answers.CrowdScore(way=way, mean_error=score.error) for way, score in of.scores.items()],
            )
            for of in checked
            if of.days >= crowd_page.LEAST_CHECKED
        ],
    )
