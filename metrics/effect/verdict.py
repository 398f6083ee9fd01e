"""What may be said of an effect, and what may not."""

from enum import StrEnum
from math import exp, log

from metrics.effect.evaluate import Effect
from metrics.effect.regression import Interval


class Verdict(StrEnum):
    """``SPLIT``: one method sees a change and the other doesn't, or not the same."""

    LOWER = "lower"
    HIGHER = "higher"
    NOT_CLEAR = "not_clear"
    SPLIT = "split"


class Claimed(StrEnum):
    """What the data say of a change that was named beforehand."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    OPEN = "open"


def verdict(effect: Effect) -> Verdict:
    """Both methods have to see the same, or nothing is said to have changed."""
    seen = [_direction(one) for one in (effect.average, effect.resampled)]
    return seen[0] if seen[0] is seen[1] else Verdict.SPLIT


def claimed(effect: Effect, change: float) -> Claimed:
    """Whether a change of at least ``change`` (in the effect's own unit, with its sign) came.

    Confirmed when both intervals lie wholly at or beyond it, refuted when both lie wholly short of it.
    """
    sign = -1.0 if change < 0 else 1.0
    nearest = [min(sign * one.low, sign * one.high) for one in (effect.average, effect.resampled)]
    farthest = [max(sign * one.low, sign * one.high) for one in (effect.average, effect.resampled)]
    if all(end >= sign * change for end in nearest):
        return Claimed.CONFIRMED
    return Claimed.REFUTED if all(end < sign * change for end in farthest) else Claimed.OPEN


def percent(difference: float) -> float:
    """A difference of logarithms in per cent: log 0.7 is -30."""
    return 100 * (exp(difference) - 1)


def from_percent(change: float) -> float:
    """The other way round. Raises ``ValueError`` at -100 and below."""
    return log(1 + change / 100)


def _direction(interval: Interval) -> Verdict:
    if not interval.is_clear:
        return Verdict.NOT_CLEAR
    return Verdict.LOWER if interval.high < 0 else Verdict.HIGHER
