"""What was measured as plain figures, for programs, files and what a closing keeps."""

from typing import Any

from metrics.effect import Claimed, Effect, TooLittle, claimed, percent, verdict
from metrics.effect.regression import Interval
from metrics.effect.verdict import from_percent
from queue_app.interventions.measuring import TIMES, Found, Measured
from queue_app.models import Intervention, Monitored

_DIGITS = 2
_SHARE = 100.0


def in_unit(indicator: Monitored, difference: float) -> float:
    """Times in per cent, accuracy in percentage points, satisfaction in points of 100."""
    if indicator in TIMES:
        return percent(difference)
    return difference * _SHARE if indicator is Monitored.ACCURACY else difference


def claim(found: Intervention, indicator: Monitored, effect: Found | None) -> Claimed | None:
    """What became of the change that was expected of a main indicator that is a time; None: nothing was expected."""
    if found.expected is None or indicator not in TIMES or indicator not in found.indicators:
        return None
    return claimed(effect, from_percent(found.expected)) if isinstance(effect, Effect) else Claimed.OPEN


def plain(found: Intervention, measured: Measured) -> dict[str, Any]:
    """By indicator, rounded."""
    return {
        indicator.value: {**_plain(indicator, effect), "claimed": claim(found, indicator, effect)}
        for indicator, effect in measured.items()
    }


def _plain(indicator: Monitored, effect: Found) -> dict[str, Any]:
    sides = effect.sides
    shared = {"days": list(sides.days), "cases": list(sides.cases)}
    if isinstance(effect, TooLittle):
        return {"verdict": None, "why": effect.why.value, **shared}
    intervals = {
        "regression": effect.average,
        "bootstrap": effect.resampled,
        "at_once": effect.at_once,
        "per_month": effect.slope,
    }
    return {
        "verdict": verdict(effect).value,
        "why": None,
        **shared,
        "unit": "percent" if indicator in TIMES else "points",
        **{name: _interval(indicator, one) for name, one in intervals.items()},
        "control": effect.control is not None,
        "placebos": len(effect.placebos),
        "placebos_clear": sum(one.change.is_clear for one in effect.placebos),
    }


def _interval(indicator: Monitored, one: Interval) -> dict[str, float]:
    ends = {"value": one.value, "low": one.low, "high": one.high}
    return {name: round(in_unit(indicator, end), _DIGITS) for name, end in ends.items()}
