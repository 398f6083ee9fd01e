"""What the API answers of the dashboard, of foretold waits, and of offices side by side."""

from datetime import date as day
from typing import Any

from queue_app.routes.api.figures.figure_answers import OfficerFigures, Period, ShareFigures
from queue_app.routes.api.figures.quality_answers import SatisfactionFigures
from queue_app.routes.api.frame.fields import Answer, example

_SHARE = {"hits": 55, "n": 61, "value": 0.902, "low": 0.802, "high": 0.954}
_NOW: dict[str, Any] = {
    "speed": _SHARE,
    "accuracy": _SHARE,
    "satisfaction": {"hits": 0, "n": 0, "value": None, "low": None, "high": None},
    "served": 61,
    "serve_median_s": 402.0,
    "waited": 66,
    "wait_median_s": 612.0,
    "wait_p90_s": 1730.0,
    "left": 5,
    "in_time": _SHARE,
}
_SCORE: dict[str, Any] = {
    "n": 64,
    "mean_error_s": 310.0,
    "median_error_s": 240.0,
    "bias_s": -12.0,
    "coverage": 0.81,
    "pinball_s": 102.0,
}


class IndicatorFigures(Answer):
    """The figures of one period; shares 0 to 1 with Wilson's 95 % interval, null for no data. ``satisfaction`` has no
    ``n`` where fewer than ten answered. ``left``: went, or had not come when called."""

    speed: ShareFigures
    accuracy: ShareFigures
    satisfaction: ShareFigures
    served: int
    serve_median_s: float | None
    waited: int
    wait_median_s: float | None
    wait_p90_s: float | None
    left: int
    in_time: ShareFigures


class DayIndicators(Answer):
    date: day
    waited: int
    wait_median_s: float | None
    speed: ShareFigures
    accuracy: ShareFigures
    satisfaction: ShareFigures
    in_time: ShareFigures


class ServiceIndicators(Answer):
    """Serve times of ``served`` services (of days that are over), and the waits of ``waited`` who were called."""

    service: str
    served: int
    serve_median_s: float | None
    serve_p90_s: float | None
    standard_s: float | None
    waited: int
    wait_median_s: float | None
    wait_p90_s: float | None
    target_s: float | None
    in_time: ShareFigures | None


class HourWaits(Answer):
    """``weekday``: 0 is Monday."""

    weekday: int
    hour: int
    waited: int
    wait_median_s: float | None


class OccupiedFigures(Answer):
    """What shifts went to, in seconds. ``officer`` or ``counter`` (its number) says whose."""

    officer: str | None
    counter: int | None
    serving_s: float
    called_s: float
    idle_s: float
    paused_s: float


class DashboardAnswer(Answer):
    """The figures of the period beside those of the period ``before``. ``ended``: the part whose days are over, which
    officers and serve times are of; null: none is. ``composite``: the published accuracy of the whole office, where
    nothing is filtered and enough is known."""

    model_config = example(
        office="senapelan",
        period={"from": "2026-10-28", "to": "2026-11-24"},
        before={"from": "2026-09-30", "to": "2026-10-27"},
        ended={"from": "2026-10-28", "to": "2026-11-23"},
        now=_NOW,
        earlier=_NOW,
        composite=None,
        days=[],
        services=[],
        hours=[{"weekday": 0, "hour": 9, "waited": 31, "wait_median_s": 700.0}],
        officers=[],
        occupied=[],
    )

    office: str
    period: Period
    before: Period
    ended: Period | None
    now: IndicatorFigures
    earlier: IndicatorFigures
    composite: float | None
    days: list[DayIndicators]
    services: list[ServiceIndicators]
    hours: list[HourWaits]
    officers: list[OfficerFigures]
    occupied: list[OccupiedFigures]


class ComparedOffice(Answer):
    office: str
    name: str
    period: Period
    now: IndicatorFigures


class ComparedOffices(Answer):
    """By name, each in its own days; nobody is ranked."""

    model_config = example(
        offices=[
            {
                "office": "senapelan",
                "name": "Disdukcapil Senapelan",
                "period": {"from": "2026-10-28", "to": "2026-11-24"},
                "now": _NOW,
            }
        ]
    )

    offices: list[ComparedOffice]


class PromisedService(Answer):
    """``kept``: the share that ended within the standard time; ``served``, ``kept`` and the wait are null for fewer
    than 30 visits."""

    service: str
    standard_minutes: int | None
    served: int | None
    kept: float | None
    wait_median_s: float | None


class PromiseAnswer(Answer):
    """What the office promises, and how it kept it in the last 30 days that are over. ``satisfaction`` is of a year,
    and null where too few answered."""

    model_config = example(
        office="senapelan",
        period={"from": "2026-10-25", "to": "2026-11-23"},
        services=[{"service": "A", "standard_minutes": 15, "served": 61, "kept": 0.92, "wait_median_s": 612.0}],
        satisfaction=None,
    )

    office: str
    period: Period
    services: list[PromisedService]
    satisfaction: SatisfactionFigures | None


class ScoreFigures(Answer):
    """Of ``n`` forecasts how far they were off; ``coverage``: the share of waits inside the range (8 in 10 should be).
    All null but ``n`` where fewer than 20 were settled."""

    n: int
    mean_error_s: float | None
    median_error_s: float | None
    bias_s: float | None
    coverage: float | None
    pinball_s: float | None


class ScoredGroup(Answer):
    """Of a service (its code) or of an hour in which it was told ("09:00")."""

    name: str
    score: ScoreFigures


class BoundFigures(Answer):
    """``share`` of the waits ended by this bound; ``wanted`` is what should have."""

    bound: str
    share: float
    wanted: float


class ForecastAnswer(Answer):
    """How good the waits were that people were told."""

    model_config = example(
        office="senapelan",
        period={"from": "2026-10-28", "to": "2026-11-24"},
        overall=_SCORE,
        bounds=[{"bound": "low", "share": 0.12, "wanted": 0.1}],
        services=[{"name": "A", "score": _SCORE}],
        hours=[{"name": "09:00", "score": _SCORE}],
    )

    office: str
    period: Period
    overall: ScoreFigures | None
    bounds: list[BoundFigures]
    services: list[ScoredGroup]
    hours: list[ScoredGroup]


class CrowdScore(Answer):
    """One way to foretell: by how many people an hour it was off."""

    way: str
    mean_error: float


class CrowdChecked(Answer):
    """So many days ``ahead``: ``days`` and ``hours`` that were foretold, in which ``mean`` people came each."""

    ahead: int
    days: int
    hours: int
    mean: float
    scores: list[CrowdScore]


class CrowdCheck(Answer):
    """How good the forecast of the crowd was beside simpler ways; nothing of fewer than ten days."""

    model_config = example(
        office="senapelan",
        checked=[
            {
                "ahead": 1,
                "days": 40,
                "hours": 280,
                "mean": 11.2,
                "scores": [{"way": "forecast", "mean_error": 2.4}],
            }
        ],
    )

    office: str
    checked: list[CrowdChecked]
