"""What the API answers about interventions."""

from datetime import date
from typing import Any, Literal

from queue_app.routes.api.frame.fields import Answer, Versioned, example

_PLAN: dict[str, Any] = {
    "id": 1,
    "version": 2,
    "name": "Pelatihan akta kelahiran",
    "kind": "training",
    "date": "2026-09-01",
    "washout": 0,
    "group": "services",
    "control": "others",
    "primary": ["speed"],
    "expected": -30.0,
    "state": "seen",
}
_EFFECT: dict[str, Any] = {
    "verdict": "lower",
    "why": None,
    "days": [120, 60],
    "cases": [2890, 1407],
    "unit": "percent",
    "regression": {"value": -18.2, "low": -24.1, "high": -11.3},
    "bootstrap": {"value": -17.5, "low": -23.8, "high": -10.9},
    "at_once": {"value": -16.9, "low": -25.0, "high": -8.1},
    "per_month": {"value": -0.9, "low": -5.2, "high": 3.6},
    "control": True,
    "placebos": 5,
    "placebos_clear": 0,
    "claimed": "refuted",
}


class InterventionPlan(Versioned):
    """``primary``: the indicators named before the results were opened. ``expected``: the change of times in per cent
    that was named with them. ``control``: what kind of group it is compared with."""

    model_config = example(**_PLAN)

    id: int
    version: int
    name: str
    kind: str
    date: date
    washout: int
    group: str
    control: str | None
    primary: list[str]
    expected: float | None
    state: Literal["planned", "seen", "closed"]


class InterventionsAnswer(Answer):
    model_config = example(office="senapelan", interventions=[_PLAN])

    office: str
    interventions: list[InterventionPlan]


class EffectInterval(Answer):
    """An estimate with its 95 % interval."""

    value: float
    low: float
    high: float


class EffectFigures(Answer):
    """``verdict``: ``lower`` or ``higher`` where both methods see it, ``split`` where they disagree, ``not_clear``, or
    null with the reason in ``why``. ``days`` and ``cases``: before and after. ``placebos``: earlier dates that were
    tried, of which ``placebos_clear`` show a change too."""

    verdict: Literal["lower", "higher", "not_clear", "split"] | None
    why: Literal["no_data", "few_days", "other_mix", "all_equal"] | None
    days: list[int]
    cases: list[int]
    unit: Literal["percent", "points"] | None = None
    regression: EffectInterval | None = None
    bootstrap: EffectInterval | None = None
    at_once: EffectInterval | None = None
    per_month: EffectInterval | None = None
    control: bool = False
    placebos: int = 0
    placebos_clear: int = 0
    claimed: Literal["confirmed", "refuted", "open"] | None


class InterventionAnswer(InterventionPlan):
    """``effects`` by indicator (``speed``, ``wait``, ``accuracy``, ``satisfaction``); empty until the results were
    opened by a supervisor."""

    model_config = example(**_PLAN, effects={"speed": _EFFECT})

    effects: dict[str, EffectFigures]
