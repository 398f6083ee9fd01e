"""What came out of a plan as plain values, which its file keeps, pages show and programs get. Times are "HH:MM"."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from metrics.planning import demand, scenario
from metrics.planning.day import SERVED, DayPlan, days
from metrics.planning.measures import NAMES
from metrics.planning.scenario import Impossible
from metrics.planning.staffing import SHARE, needed
from queue_app import opening
from queue_app.models import Office
from queue_app.planning import inputs, wishes
from queue_app.planning.inputs import Inputs

SEED = 20_260_101

_ADDED = 1000
"""So far from the counters' numbers are those of counters that could be added."""

_WORK = 40_000
_SEARCHED = 9_000
"""So many people are played in all: days of large offices are as sure with fewer of them."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that the answer needs, read from the database: ``days`` by weekday, none for one on which it is closed."""

    wish: Mapping[str, Any]
    now: datetime
    target_minutes: int
    counters: int
    days: Mapping[int, Inputs]


def read(session: Session, office: Office, wish: Mapping[str, Any], now: datetime) -> Prepared:
    """Reads only; playing days afterwards keeps no transaction open."""
    wanted = range(7) if wish["question"] == "needs" else [wish["weekday"]]
    opened = [weekday for weekday in wanted if inputs.opening_spans(session, office, weekday, now)]
    found = {weekday: inputs.read(session, office, weekday, now) for weekday in opened}
    return Prepared(wish, now, office.wait_target_minutes, len(office.counters), found)


def of(prepared: Prepared, step: Callable[[int], None]) -> dict[str, Any]:
    """The answer to a wish; ``step`` is told of each part that is done."""
    about = {
        "question": prepared.wish["question"],
        "computed_at": prepared.now.isoformat(),
        "target_minutes": prepared.target_minutes,
        "counters": prepared.counters,
    }
    if prepared.wish["question"] == "needs":
        return {**about, "share": SHARE, "weekdays": _needs(prepared, step)}
    return {**about, **_what_if(prepared, step)}


def _needs(prepared: Prepared, step: Callable[[int], None]) -> list[dict[str, Any]]:
    weekdays = []
    for done, (weekday, found) in enumerate(sorted(prepared.days.items()), 1):
        weekdays.append(_weekday(weekday, found))
        step(done)
    return weekdays


def _weekday(weekday: int, found: Inputs) -> dict[str, Any]:
    count = _count(found.plan, _SEARCHED, 12, 60)
    every = replace(found.plan, desks=found.counters)
    more = [replace(desk, number=desk.number + _ADDED) for desk in found.counters]
    hours = needed(every, found.opens, count, SEED, more=more) if found.counters else []
    return {
        "weekday": weekday,
        "basis": asdict(found.basis),
        "days": count,
        "hours": [
            {
                **asdict(hour),
                "start": clock(hour.start_s),
                "end": clock(hour.end_s),
                "open_now": _open_at(found.plan, (hour.start_s + hour.end_s) / 2),
            }
            for hour in hours
        ],
    }


def _open_at(plan: DayPlan, at_s: float) -> int:
    return sum(start <= at_s < end for desk in plan.desks for start, end in desk.open)


def _what_if(prepared: Prepared, step: Callable[[int], None]) -> dict[str, Any]:
    wish = prepared.wish
    found = prepared.days[wish["weekday"]]
    step(1)
    count = _count(found.plan, _WORK, 40, 200)
    changes = [wishes.change(one) for one in wish["scenarios"]]
    problems = [_problem(found.plan, change) for change in changes]
    possible = [change for change, problem in zip(changes, problems, strict=True) if problem is None]
    outcomes = iter(scenario.compare(found.plan, possible, count, SEED))
    before = next(outcomes)
    return {
        "weekday": wish["weekday"],
        "basis": asdict(found.basis),
        "days": count,
        "schedule": [
            {"counter": desk.number, "open": [[clock(a), clock(b)] for a, b in desk.open]} for desk in found.plan.desks
        ],
        "simulated": _pooled(found.plan, min(count, 60)),
        "now": {name: asdict(before.figures[name]) for name in NAMES},
        "scenarios": [
            {"scenario": dict(one), "problem": problem, **(_outcome(next(outcomes)) if problem is None else {})}
            for one, problem in zip(wish["scenarios"], problems, strict=True)
        ],
    }


def _outcome(outcome: scenario.Outcome) -> dict[str, Any]:
    return {
        "figures": {name: asdict(outcome.figures[name]) for name in NAMES},
        "changes": {name: asdict(outcome.changes[name]) for name in NAMES},
    }


def _problem(plan: DayPlan, change: scenario.Change) -> str | None:
    try:
        scenario.apply(plan, change)
    except Impossible as error:
        return error.code
    return None


def _pooled(plan: DayPlan, count: int) -> dict[str, Any]:
    """Of all served on the simulated days together, to be held against the real ones."""
    waits = np.concatenate([one.wait_s[one.ended == SERVED] for one in days(plan, count, SEED)])
    if not waits.size:
        return {"median_s": None, "p90_s": None}
    median_s, p90_s = np.quantile(waits, (0.5, 0.9))
    return {"median_s": float(median_s), "p90_s": float(p90_s)}


def _count(plan: DayPlan, work: int, least: int, most: int) -> int:
    people = len(demand.people(plan.demand, SEED, 0).at_s)
    return max(least, min(most, work // max(people, 1)))


def clock(seconds: float) -> str:
    return opening.clock_text(round(seconds / 60))
