"""Accuracy and satisfaction beside the speed in the reports: read once, then as JSON, as cells and as lines."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from metrics.accuracy import LEAST, REWORK_WITHIN, WEIGHTS, Accuracy
from metrics.disclosure import LEAST as LEAST_ANSWERS
from metrics.periods import Period
from metrics.satisfaction import Satisfaction
from metrics.speed import OfficerSpeed, OfficeSpeed
from queue_app import accuracy
from queue_app.accuracy import Accuracies
from queue_app.models import Office
from queue_app.survey import results
from queue_app.survey.results import Own, Results

ACCURACY_METHOD = (
    "Weighted mean of the shares that went right, over the parts with enough cases, their weights stretched to one; "
    "the interval puts Wilson's intervals of the parts together (Zou and Donner 2008)."
)
SATISFACTION_METHOD = (
    "Permenpan RB 14/2017: nine elements answered 1 to 4, weight 1/9 each, times 25. Only whole questionnaires of "
    "visits in the sample; figures rest on whole blocks of days with enough answers, so nobody who answered is known."
)

STANDING_METHOD = (
    "Places by speed that may be true: all pairs of officers compared at 5 % together (Holm), by least squares over "
    "the visits of the period, those of one day allowed to be alike. None where nothing is certain, or without "
    "accuracy and satisfaction."
)

STANDING = ("rank_best", "rank_worst", "rank_of", "clearly_faster_than", "clearly_slower_than")
COLUMNS = ("accuracy", "accuracy_low", "accuracy_high", "ikm", "ikm_low", "ikm_high", "ikm_answers", *STANDING)
"""Of an officer, after the speed. Accuracy 0 to 1, IKM 25 to 100; places by speed, 1 the fastest."""

Value = str | int | float | bool | None

_NOBODY = Own(None, None, None)


@dataclass(frozen=True, slots=True)
class Quality:
    """The other two indicators of a period."""

    accuracy: Accuracies
    satisfaction: Results
    own: Mapping[str, Own]


def load(session: Session, office: Office, period: Period, now: datetime) -> Quality:
    return Quality(
        accuracy=accuracy.load(session, office, period, now),
        satisfaction=results.of_office(session, office, period, now),
        own=results.of_officers(session, office, period, now),
    )


def cells(quality: Quality, officer: OfficerSpeed) -> tuple[Value, ...]:
    """An officer's values of ``COLUMNS``; None for no data."""
    right = quality.accuracy.officers.get(officer.officer)
    shares = (right.value, right.low, right.high) if right else (None, None, None)
    said = _result(quality.own.get(officer.officer, _NOBODY).result)
    figures = (said[name] for name in ("ikm", "low", "high", "answers"))
    return (*(_rounded(share, 4) for share in shares), *figures, *_standing(quality, officer))


def are_known(quality: Quality, officer: str) -> bool:
    """Whether an officer has both: a place by speed is not said without them."""
    right, said = quality.accuracy.officers.get(officer), quality.own.get(officer, _NOBODY).result
    return said is not None and right is not None and right.value is not None


def _standing(quality: Quality, officer: OfficerSpeed) -> tuple[Value, ...]:
    """Of ``STANDING``; None where nothing is certain, or the other two indicators are not known."""
    found = officer.standing
    if found is None or found.group == "open" or not are_known(quality, officer.officer):
        return (None,) * len(STANDING)
    return found.best, found.worst, found.of, found.faster_than, found.slower_than


def as_json(quality: Quality, speed: OfficeSpeed) -> dict[str, Any]:
    """``accuracy`` and ``satisfaction``, of the office and by officer; null where there is no data. And ``standing``,
    of officers about whom something is certain.
    """
    places = {one.officer: dict(zip(STANDING, _standing(quality, one), strict=True)) for one in speed.officers}
    certain = {officer: place for officer, place in places.items() if place["rank_of"] is not None}
    return {**_as_json(quality), "standing": {"method": STANDING_METHOD, "officers": certain}}


def _as_json(quality: Quality) -> dict[str, Any]:
    found, response = quality.satisfaction, quality.satisfaction.response
    return {
        "accuracy": {
            "method": ACCURACY_METHOD,
            "minimum_cases": LEAST,
            "rework_days": REWORK_WITHIN.days,
            "weights": {part.value: weight for part, weight in WEIGHTS.items()},
            "office": _accuracy(quality.accuracy.office),
            "officers": {name: _accuracy(one) for name, one in sorted(quality.accuracy.officers.items())},
        },
        "satisfaction": {
            "method": SATISFACTION_METHOD,
            "minimum_answers": LEAST_ANSWERS,
            "office": _result(found.result),
            "answers_not_shown_yet": found.waiting,
            "elements": [
                {"element": e.name, "nrr": round(float(e.nrr), 4), "ikm": float(e.ikm), "class": e.grade.value}
                for e in (found.result.elements if found.result else ())
            ],
            "services": [{"service": row.service.code, **_result(row.result)} for row in found.services],
            "response": {
                "visits": response.visits,
                "asked": response.asked,
                "begun": response.begun,
                "completed": response.completed,
                "unanswered": response.unanswered,
                "needed": response.needed,
            },
            "officers": {name: _result(own.result) for name, own in sorted(quality.own.items())},
        },
    }


def lines(quality: Quality) -> list[str]:
    """For people at a terminal."""
    right, found, response = quality.accuracy.office, quality.satisfaction.result, quality.satisfaction.response
    accurate = "no data enough"
    if right.value is not None and right.low is not None and right.high is not None:
        accurate = f"{right.value:.1%} ({right.low:.1%} to {right.high:.1%}), {right.known:.0%} of the weight known"
    content = "no data enough"
    if found is not None:
        content = f"{found.ikm}, class {found.grade.value} ({found.low:.1f} to {found.high:.1f}), {found.n} answers"
    return [
        f"Accuracy of information: {accurate}.",
        f"Satisfaction (IKM): {content}; {response.completed} of {response.asked} who were asked answered.",
    ]


def sheets(quality: Quality) -> Iterator[tuple[str, Sequence[Sequence[Value]]]]:
    """For a workbook: names and rows, heading first."""
    whole = _as_json(quality)
    parts: list[Sequence[Value]] = [("officer", "part", "right", "low", "high", "wrong", "cases", "weight")]
    of = [("", whole["accuracy"]["office"]), *whole["accuracy"]["officers"].items()]
    for officer, one in of:
        parts.append((officer, "all", one["value"], one["low"], one["high"], None, None, one["known_weight"]))
        parts += [(officer, *part.values()) for part in one["parts"]]
    yield "accuracy", parts
    said = whole["satisfaction"]
    rows: list[Sequence[Value]] = [("of", "name", "ikm", "class", "low", "high", "answers")]
    results_of = [
        ("office", "", said["office"]),
        *(("service", row["service"], row) for row in said["services"]),
        *(("officer", name, row) for name, row in said["officers"].items()),
    ]
    rows += [
        (of_what, name, row["ikm"], row["class"], row["low"], row["high"], row["answers"])
        for of_what, name, row in results_of
    ]
    rows += [("element", one["element"], one["ikm"], one["class"], None, None, None) for one in said["elements"]]
    rows += [("response", name, value, None, None, None, None) for name, value in said["response"].items()]
    yield "satisfaction", rows


def _accuracy(one: Accuracy) -> dict[str, Any]:
    return {
        "value": _rounded(one.value, 4),
        "low": _rounded(one.low, 4),
        "high": _rounded(one.high, 4),
        "known_weight": _rounded(one.known, 4),
        "parts": [
            {
                "part": part.part.value,
                "right": _rounded(part.right, 4),
                "low": _rounded(part.low, 4),
                "high": _rounded(part.high, 4),
                "wrong": part.wrong if part.n else None,
                "cases": part.n,
                "weight": _rounded(part.weight, 4),
            }
            for part in one.components
        ],
    }


def _result(found: Satisfaction | None) -> dict[str, Value]:
    if found is None:
        return {"ikm": None, "class": None, "low": None, "high": None, "answers": None}
    return {
        "ikm": float(found.ikm),
        "class": found.grade.value,
        "low": _rounded(found.low, 2),
        "high": _rounded(found.high, 2),
        "answers": found.n,
    }


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
