"""What the API answers about monitoring."""

from datetime import date as day
from typing import Any

from pydantic import Field

from queue_app.models import AnnotationKind, Monitored, SignalRule
from queue_app.routes.api.figures.figure_answers import Period
from queue_app.routes.api.frame.fields import Answer, Instant, example

_NOTE: dict[str, Any] = {
    "id": 2,
    "kind": "outage",
    "from": "2026-11-20",
    "to": "2026-11-20",
    "text": "Sistem pusat mati seharian.",
}
_SIGNAL: dict[str, Any] = {
    "id": 5,
    "indicator": "wait",
    "rule": "xmr",
    "date": "2026-11-20",
    "facts": {"value": 61.0, "mean": 24.1, "low": 3.2, "high": 45.0},
    "raised_at": "2026-11-21T00:05:00.000+07:00",
    "seen_at": None,
}


class CourseDay(Answer):
    """``value`` over ``n`` cases: minutes for the wait, per cent for the others."""

    date: day
    value: float
    n: int


class XmrAnswer(Answer):
    """``signals``: of each day, whether it is unusual."""

    mean: float
    low: float
    high: float
    signals: list[bool]


class EwmaAnswer(Answer):
    """Of each day the smoothed figure, its limits, and whether it is unusual."""

    mean: float
    values: list[float]
    low: list[float]
    high: list[float]
    signals: list[bool]


class CourseAnswer(Answer):
    """An indicator from day to day; the charts are null for too few days."""

    indicator: Monitored
    days: list[CourseDay]
    xmr: XmrAnswer | None
    ewma: EwmaAnswer | None


class SignalAnswer(Answer):
    """The first of some unusual days. ``facts``: the figure, the mean and the limits that it was seen by."""

    model_config = example(**_SIGNAL)

    id: int
    indicator: Monitored
    rule: SignalRule
    date: day
    facts: dict[str, Any]
    raised_at: Instant
    seen_at: Instant | None


class AnnotationAnswer(Answer):
    """A note on the charts, of local days, both included."""

    model_config = example(**_NOTE)

    id: int
    kind: AnnotationKind
    first: day = Field(serialization_alias="from")
    last: day = Field(serialization_alias="to")
    text: str


class MergeAnswer(Answer):
    """Since that day a service is part of another one."""

    date: day
    service: str
    into: str


class QuestionAnswer(Answer):
    """A pattern that good figures can be made of: ``hits`` of an officer's ``n`` cases, where the others have the share
    ``others``. To be asked about, not to be judged by."""

    pattern: str
    officer: str
    hits: int
    n: int
    others: float


class MonitoringAnswer(Answer):
    """``signals``: those first that nobody has seen."""

    model_config = example(
        office="senapelan",
        period={"from": "2026-10-28", "to": "2026-11-24"},
        indicators=[
            {
                "indicator": "wait",
                "days": [{"date": "2026-11-20", "value": 61.0, "n": 112}],
                "xmr": None,
                "ewma": None,
            }
        ],
        signals=[_SIGNAL],
        annotations=[_NOTE],
        merges=[],
        questions=[],
    )

    office: str
    period: Period
    indicators: list[CourseAnswer]
    signals: list[SignalAnswer]
    annotations: list[AnnotationAnswer]
    merges: list[MergeAnswer]
    questions: list[QuestionAnswer]
