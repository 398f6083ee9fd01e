"""What the API answers about satisfaction and the accuracy of information: figures with their numbers and intervals."""

from datetime import date
from typing import Any

from queue_app.routes.api.figures.figure_answers import Period
from queue_app.routes.api.frame.fields import Answer, example

_RESULT: dict[str, Any] = {
    "n": 64,
    "ikm": 82.41,
    "low": 79.9,
    "high": 84.7,
    "grade": "B",
    "elements": [{"element": "requirements", "mean": 3.31, "points": 82.75}],
}


class ElementFigures(Answer):
    """``mean``: 1 to 4; ``points``: 25 to 100."""

    element: str
    mean: float
    points: float


class SatisfactionFigures(Answer):
    """Of ``n`` whole questionnaires: ``ikm`` 25 to 100 with its 95 % interval (null for a single one) and ``grade``."""

    n: int
    ikm: float
    low: float | None
    high: float | None
    grade: str
    elements: list[ElementFigures]


class CountFigures(Answer):
    """``wrong`` of ``n`` answers were not good."""

    wrong: int
    n: int


class ServiceSatisfaction(Answer):
    """``result`` null: too few answered, or it would tell of few others."""

    service: str
    result: SatisfactionFigures | None


class ResponseFigures(Answer):
    """Of ``visits`` so many were ``asked`` for the whole survey, began and completed it; ``needed``: how many answers
    the visits need (Krejcie and Morgan)."""

    visits: int
    asked: int
    begun: int
    completed: int
    needed: int


class ShareSet(Answer):
    """From ``from_day`` on this share of the visits, in per cent, is asked for the whole survey."""

    model_config = example(percent=20, from_day="2026-11-25")

    percent: int
    from_day: date


class SatisfactionAnswer(Answer):
    """The survey of the period's days that are over. ``result`` null: too few answers. ``waiting``: answers that wait
    for company before they are shown. ``about``: how many said what of themselves, null where too few; the empty value
    is of those who said nothing. ``percent`` of the visits are asked today; ``coming``: the share that was set anew."""

    model_config = example(
        office="senapelan",
        period={"from": "2026-10-28", "to": "2026-11-24"},
        result=_RESULT,
        waiting=3,
        services=[{"service": "A", "result": None}],
        response={"visits": 412, "asked": 82, "begun": 70, "completed": 64, "needed": 199},
        about={"sex": {"female": 34, "male": 28, "": None}},
        percent=20,
        coming=None,
    )

    office: str
    period: Period
    result: SatisfactionFigures | None
    waiting: int
    services: list[ServiceSatisfaction]
    response: ResponseFigures
    about: dict[str, dict[str, int | None]]
    percent: int
    coming: ShareSet | None


class AccuracyPart(Answer):
    """``wrong`` of ``n``; ``right``: the share that went right with its 95 % interval, null for no data. ``weight``:
    its share of the figure, 0 where it is left out."""

    part: str
    wrong: int
    n: int
    right: float | None
    low: float | None
    high: float | None
    weight: float


class AccuracyAnswer(Answer):
    """``value`` 0 to 1 with its interval, null unless half of the weight is known (``known``)."""

    model_config = example(
        office="senapelan",
        period={"from": "2026-10-28", "to": "2026-11-24"},
        value=0.93,
        low=0.9,
        high=0.95,
        known=0.8,
        parts=[
            {
                "part": "information",
                "wrong": 4,
                "n": 61,
                "right": 0.934,
                "low": 0.843,
                "high": 0.974,
                "weight": 0.25,
            }
        ],
    )

    office: str
    period: Period
    value: float | None
    low: float | None
    high: float | None
    known: float
    parts: list[AccuracyPart]
