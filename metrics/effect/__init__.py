"""Before and after: what a training, a new procedure or another intervention changed, if anything.

    cases   single services, waits or answers with the day and the mix they belong to
    series  one level a day, adjusted for the mix: ``levels.daily``
    effect  ``evaluate``: segmented regression and a bootstrap by days, beside each other, with a test on earlier dates

Effects on times are differences of logarithms (``percent`` makes them per cent), all others are plain differences.
"""

from metrics.effect.cases import Cases, Plan
from metrics.effect.evaluate import Effect, Sides, TooLittle, Why, evaluate
from metrics.effect.verdict import Claimed, Verdict, claimed, percent, verdict

__all__ = [
    "Cases",
    "Claimed",
    "Effect",
    "Plan",
    "Sides",
    "TooLittle",
    "Verdict",
    "Why",
    "claimed",
    "evaluate",
    "percent",
    "verdict",
]
