"""A dialogue's targets as they are shown: as of now, or as its closing froze them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from metrics.predikat import Level, Measured, judged
from queue_app.dialogue.achieved import Row
from queue_app.dialogue.view import Shown
from queue_app.models import Indicator


@dataclass(frozen=True, slots=True)
class Line:
    """A target, what was achieved and what that means. ``with_all`` and ``without_any``: the level the speed index
    would have with all and without any of the contested visits; None where nothing was contested or too little known.
    """

    target_id: int | None
    result: str
    indicator: Indicator
    goal: float | None
    words: str | None
    measured: Measured
    level: Level | None
    with_all: Level | None = None
    without_any: Level | None = None


def of(shown: Shown) -> list[Line]:
    """Those that count: frozen ones of a closed dialogue, else as of now."""
    return list(_frozen(shown.frozen)) if shown.frozen is not None else of_now(shown)


def of_now(shown: Shown) -> list[Line]:
    return [_of_row(row) for row in shown.rows]


def variants(shown: Shown) -> Mapping[str, Measured]:
    """The speed index ``with_all`` and ``without_any`` contested visits; empty where none was."""
    if shown.frozen is None:
        return shown.achieved.variants
    return {name: _measured(kept) for name, kept in shown.frozen["variants"].items()}


def claims(shown: Shown) -> tuple[int, int, int]:
    """Contested visits: open, accepted, declined."""
    opened, accepted, declined = shown.frozen["claims"] if shown.frozen is not None else shown.achieved.claims
    return opened, accepted, declined


def _of_row(row: Row) -> Line:
    target = row.target
    return Line(
        target_id=target.id,
        result=target.result,
        indicator=target.indicator,
        goal=target.goal,
        words=target.words,
        measured=row.measured,
        level=row.level,
        with_all=row.with_all,
        without_any=row.without_any,
    )


def _frozen(frozen: Mapping[str, Any]) -> Iterable[Line]:
    for kept in frozen["targets"]:
        indicator, goal = Indicator(kept["indicator"]), kept["goal"]
        other = frozen["variants"] if indicator is Indicator.SPEED_INDEX and goal is not None else {}
        levels = {name: judged(goal, _measured(variant)) for name, variant in other.items()}
        yield Line(
            target_id=None,
            result=kept["result"],
            indicator=indicator,
            goal=goal,
            words=kept["words"],
            measured=_measured(kept),
            level=Level(kept["level"]) if kept["level"] else None,
            with_all=levels.get("with_all"),
            without_any=levels.get("without_any"),
        )


def _measured(kept: Mapping[str, Any]) -> Measured:
    return Measured(kept["n"], kept["value"], kept["low"], kept["high"], kept["enough"])
