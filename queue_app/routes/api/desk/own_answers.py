"""What the API answers an officer about the own figures, and complaints to be answered."""

from datetime import date
from typing import Any

from queue_app.models import ComplaintState, Resolution, Subject
from queue_app.routes.api.figures.figure_answers import OfficerFigures, Period, ServiceFigures, ShareFigures
from queue_app.routes.api.figures.quality_answers import CountFigures, SatisfactionFigures
from queue_app.routes.api.frame.fields import Answer, Instant, example

_HEARD: dict[str, Any] = {
    "number": 7,
    "subject": "wait",
    "service": "A",
    "day": None,
    "month": "2026-11-01",
    "substance": "Menunggu lama tanpa penjelasan.",
    "views": [],
    "state": "IN_PROGRESS",
    "resolution": None,
    "reasons": None,
    "can_answer": True,
}


class OwnPeriodFigures(Answer):
    """``speed`` null: no visit. ``held`` visits were on hold for ``hold_s`` seconds in all; ``within`` of
    ``with_standard`` were within the standard time."""

    period: Period
    speed: OfficerFigures | None
    services: list[ServiceFigures]
    held: int
    hold_s: float
    within: int
    with_standard: int
    accuracy: ShareFigures


class OwnDayAnswer(Answer):
    day: date
    visits: int
    open_claims: int


class OwnVisitAnswer(Answer):
    """A service of the officer's. ``ticket`` and ``version`` name it to be contested, while ``can_contest``.
    ``excluded`` says why it is in no figure; ``claim``: open, accepted, declined, or null."""

    ticket: str
    label: str
    version: int | None
    service: str
    arrived_at: Instant
    called_at: Instant | None
    started_at: Instant | None
    finished_at: Instant | None
    serve_s: float | None
    outcome: str
    excluded: str | None
    claim: str | None
    reason: str | None
    decision: str | None
    can_contest: bool


class OwnFiguresAnswer(Answer):
    """The officer's own figures of a day and of its month. ``contest_until`` null: the day is final. Days from
    ``provisional_from`` on can be contested. ``satisfaction`` and the two shares of answers that were not good are null
    where too few answered."""

    model_config = example(
        day={
            "period": {"from": "2026-11-24", "to": "2026-11-24"},
            "speed": None,
            "services": [],
            "held": 0,
            "hold_s": 0.0,
            "within": 0,
            "with_standard": 0,
            "accuracy": {"hits": 0, "n": 0, "value": None, "low": None, "high": None},
        },
        month={
            "period": {"from": "2026-11-01", "to": "2026-11-30"},
            "speed": None,
            "services": [],
            "held": 0,
            "hold_s": 0.0,
            "within": 0,
            "with_standard": 0,
            "accuracy": {"hits": 0, "n": 0, "value": None, "low": None, "high": None},
        },
        reference={"from": "2026-09-01", "to": "2026-11-24"},
        min_visits=30,
        days=[],
        visits=[],
        contest_until="2026-11-25",
        provisional_from="2026-11-23",
        satisfaction=None,
        content=None,
        informed=None,
    )

    day: OwnPeriodFigures
    month: OwnPeriodFigures
    reference: Period
    min_visits: int
    days: list[OwnDayAnswer]
    visits: list[OwnVisitAnswer]
    contest_until: date | None
    provisional_from: date
    satisfaction: SatisfactionFigures | None
    content: CountFigures | None
    informed: CountFigures | None


class Contested(Answer):
    """How many services were marked; those contested before are not counted."""

    model_config = example(marked=3)

    marked: int


class HeardComplaint(Answer):
    """A complaint as its officer reads it, without anything that names who complained. ``day`` null: only the month
    (its first day) is said. ``substance`` null: the summary is not written yet."""

    model_config = example(**_HEARD)

    number: int
    subject: Subject
    service: str | None
    day: date | None
    month: date
    substance: str | None
    views: list[str]
    state: ComplaintState
    resolution: Resolution | None
    reasons: str | None
    can_answer: bool


class HeardComplaints(Answer):
    """The latest first, fifty at most."""

    model_config = example(complaints=[_HEARD])

    complaints: list[HeardComplaint]
