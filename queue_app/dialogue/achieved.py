"""READ: what officers achieved in a period, for each indicator that the log and the survey can answer. Never typed in.

Only days that are over count. Frozen figures carry METHOD, so that a later change of method is seen as one.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from metrics.accuracy import Accuracy
from metrics.periods import Period, day_of
from metrics.plausibility import sift
from metrics.predikat import Goal, Level, Measured, judged
from metrics.proportion import wilson_low
from metrics.shrinkage import Z_95
from metrics.speed import Contested, OfficerSpeed, Variant
from metrics.visit_table import VisitTable
from queue_app import accuracy, dashboard, finality, report, standards, visit_days
from queue_app.models import Indicator, Office, Question, Target, User
from queue_app.survey import results

METHOD = "dialogue-3"
"""Raised when the same log would give other figures."""

FEWEST_VISITS = 30
FEWEST_ANSWERS = 10
"""Answers under which an officer's satisfaction is not shown: respondents stay unknown."""

SPEED = frozenset({Indicator.SPEED_INDEX, Indicator.WITHIN_STANDARD})
_NOTHING = Measured()


@dataclass(frozen=True, slots=True)
class Achieved:
    """One officer's figures. ``variants``: the speed index with all and without any contested visits, if some were."""

    by_indicator: Mapping[Indicator, Measured]
    variants: Mapping[str, Measured]
    claims: tuple[int, int, int]

    def of(self, indicator: Indicator) -> Measured:
        return self.by_indicator.get(indicator, _NOTHING)


NO_DATA = Achieved({}, {}, (0, 0, 0))


@dataclass(frozen=True, slots=True)
class Row:
    """A target beside what was achieved: ``level`` None where it is not known. ``with_all`` and ``without_any``: the
    level the index would have with other visits, where some were contested.
    """

    target: Target
    measured: Measured
    level: Level | None
    with_all: Level | None = None
    without_any: Level | None = None


def of_officers(session: Session, office: Office, period: Period, now: datetime) -> Mapping[int, Achieved]:
    """The figures of everybody with visits or answers in the part of the period that is over, by the officer's id."""
    ended = finality.ended_part(period, day_of(now, office.zone))
    if ended is None:
        return {}
    speed = {row.officer: row for row in report.officers(session, office, ended, now).officers}
    within = _within_standard(session, office, ended)
    satisfied = results.said_of_officers(session, office, Question.SATISFACTION, ended, now)
    accurate = accuracy.load(session, office, ended, now).officers
    ids = dict(session.execute(select(User.username, User.id).where(User.office_id == office.id)).all())
    found = {}
    for username, user_id in ids.items():
        row = speed.get(username)
        found[user_id] = Achieved(
            by_indicator={
                Indicator.SPEED_INDEX: _index(row),
                Indicator.WITHIN_STANDARD: within.get(username, _NOTHING),
                Indicator.ACCURACY: _accuracy(accurate.get(username)),
                Indicator.SATISFACTION: _mean(satisfied.get(user_id, ())),
            },
            variants=_variants(row.contested if row else None),
            claims=_claims(row.contested if row else None),
        )
    return found


def rows(targets: Sequence[Target], achieved: Achieved) -> list[Row]:
    """Each target beside its figure; one in words has none."""
    found = []
    for target in targets:
        if target.indicator is Indicator.WORDS or target.goal is None:
            found.append(Row(target, _NOTHING, None))
            continue
        measured = achieved.of(target.indicator)
        variants = achieved.variants if target.indicator is Indicator.SPEED_INDEX else {}
        other = {name: judged(target.goal, variant) for name, variant in variants.items()}
        found.append(
            Row(
                target,
                measured,
                judged(target.goal, measured),
                with_all=other.get("with_all"),
                without_any=other.get("without_any"),
            )
        )
    return found


def goals(targets: Sequence[Target], achieved: Achieved) -> list[Goal]:
    """What the suggestion rests on."""
    return [
        Goal(target.goal, achieved.of(target.indicator), target.indicator in SPEED)
        for target in targets
        if target.goal is not None and target.indicator is not Indicator.WORDS
    ]


def frozen(targets: Sequence[Target], achieved: Achieved) -> dict[str, Any]:
    """The figures as a closing keeps them, with a digest over all of it."""
    kept: dict[str, Any] = {
        "method": METHOD,
        "targets": [
            {
                "result": row.target.result,
                "indicator": row.target.indicator.value,
                "goal": row.target.goal,
                "words": row.target.words,
                "level": row.level.value if row.level else None,
                **_rounded(row.measured),
            }
            for row in rows(targets, achieved)
        ],
        "variants": {name: _rounded(measured) for name, measured in sorted(achieved.variants.items())},
        "claims": list(achieved.claims),
    }
    return {**kept, "digest": digest(kept)}


def digest(kept: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of frozen figures (without ``digest`` itself)."""
    plain = {name: value for name, value in kept.items() if name != "digest"}
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _rounded(measured: Measured) -> dict[str, Any]:
    return {k: round(v, 4) if isinstance(v, float) else v for k, v in asdict(measured).items()}


def _index(row: OfficerSpeed | None) -> Measured:
    if row is None:
        return _NOTHING
    return Measured(row.served, row.index, row.index_low, row.index_high, row.enough)


def _variants(contested: Contested | None) -> dict[str, Measured]:
    if contested is None:
        return {}
    return {"with_all": _variant(contested.with_all), "without_any": _variant(contested.without_any)}


def _variant(variant: Variant) -> Measured:
    known = variant.index is not None
    return Measured(variant.served, variant.index, variant.index_low, variant.index_high, known)


def _claims(contested: Contested | None) -> tuple[int, int, int]:
    return (contested.open, contested.accepted, contested.declined) if contested else (0, 0, 0)


def _within_standard(session: Session, office: Office, period: Period) -> dict[str, Measured]:
    """The share of visits within the service's standard time, in per cent, with Wilson's interval."""
    visits = visit_days.visits(session, office, period)
    kept = VisitTable.of(sift(visits.where(visits.in_period(period)), office.zone).kept)
    within, has_standard = dashboard.within_standard(kept, standards.standards_s(session, office, period))
    of_officer = kept.officer.where(has_standard).grouped(within[has_standard])
    return {officer: _share(int(hits.sum()), len(hits)) for officer, hits in of_officer.items()}


def _share(hits: int, n: int) -> Measured:
    low, high = wilson_low(hits, n), 1 - wilson_low(n - hits, n)
    return Measured(n, 100 * hits / n, 100 * low, 100 * high, n >= FEWEST_VISITS)


def _accuracy(found: Accuracy | None) -> Measured:
    """In per cent; of those parts that an officer can be asked about."""
    if found is None:
        return _NOTHING
    n = sum(part.n for part in found.components if part.weight)
    if found.value is None or found.low is None or found.high is None:
        return Measured(n)
    return Measured(n, 100 * found.value, 100 * found.low, 100 * found.high, n >= FEWEST_VISITS)


def _mean(values: Sequence[int]) -> Measured:
    """The survey's question of satisfaction, 1 to 4, as a value of 25 to 100; mean and its 95 % interval."""
    n = len(values)
    if n < FEWEST_ANSWERS:
        return Measured(n)
    mean = sum(values) / n
    # Half an answer more of each end keeps equal answers from looking certain.
    spread = math.sqrt((sum((v - mean) ** 2 for v in values) + 0.5) / (n - 1))
    half = Z_95 * spread / math.sqrt(n)
    return Measured(n, 25 * mean, 25 * max(1.0, mean - half), 25 * min(4.0, mean + half), n >= FEWEST_VISITS)
