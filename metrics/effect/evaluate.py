"""The effect of an intervention on one indicator, or why it cannot be told."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from metrics.effect import levels
from metrics.effect.cases import Cases, Codes, Plan
from metrics.effect.design import design
from metrics.effect.levels import Daily, NotComparable
from metrics.effect.regression import Interval, average_contrast, fit, slope_contrast
from metrics.effect.resampling import median_difference
from metrics.visit_table import Floats, Mask


class Why(StrEnum):
    """Why there is no effect to tell."""

    NO_DATA = "no_data"
    FEW_DAYS = "few_days"
    """Too few days on one side or both."""
    OTHER_MIX = "other_mix"
    """No kind of case came both before and after."""
    ALL_EQUAL = "all_equal"
    """All values are the same, so how certain they are cannot be told."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Days and cases that were counted, and the median (or mean) of the plain values, before and after."""

    days: tuple[int, int]
    cases: tuple[int, int]
    plain: tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class TooLittle:
    """No effect can be told."""

    why: Why
    sides: Sides


@dataclass(frozen=True, slots=True)
class Placebo:
    """The same regression on an earlier date, with only what was before the real one."""

    day: int
    change: Interval


@dataclass(frozen=True, slots=True, eq=False)
class Effect:
    """``average``: the change over all days after, by the regression; ``resampled``: the same by the bootstrap;
    ``at_once``: on the date; ``slope``: by how much more each month. The series by ``day`` (ordinal): ``level`` (less
    the control group's), what the regression ``fitted`` to a usual weekday, and what it foretells ``without`` the
    change. ``rho``: how
    much of a day stays to the next. ``left_out``: parts of the mix that change with the date and are not adjusted for.
    """

    sides: Sides
    control: Sides | None
    average: Interval
    resampled: Interval
    at_once: Interval
    slope: Interval
    placebos: tuple[Placebo, ...]
    day: Codes
    level: Floats
    cases: Floats
    fitted: Floats
    without: Floats
    rho: float
    seasonal: bool
    loaded: bool
    left_out: tuple[str, ...]


def evaluate(cases: Cases, plan: Plan, control: Cases | None = None) -> Effect | TooLittle:
    """With a control group, of the difference between the two groups on days on which both have cases."""
    counted = levels.counted(cases, plan)
    beside = None if control is None else levels.counted(control, plan)
    if beside is not None:
        common = np.intersect1d(counted.day, beside.day)
        counted, beside = (one.where(np.isin(one.day, common)) for one in (counted, beside))
    sides = _sides(counted, plan)
    hindrance = _hindrance(counted, sides, plan)
    if hindrance is not None:
        return TooLittle(hindrance, sides)
    try:
        groups = [levels.daily(one, plan.first_after) for one in (counted, beside) if one is not None]
    except NotComparable:
        return TooLittle(Why.OTHER_MIX, sides)
    own = groups[0]
    load = None if beside is not None else levels.joint_loads(own.day, plan.load)
    level, variance = _joint(groups)
    model = design(own.day, plan.first_after, load)
    found = fit(level, model, variance)
    extra = sum(one.extra_variance(found.weights) for one in groups)
    signed = [(one, sign) for one, sign in zip(groups, (1.0, -1.0), strict=False)]
    return Effect(
        sides=sides,
        control=None if beside is None else _sides(beside, plan),
        average=found.interval(average_contrast(found), extra),
        resampled=median_difference(signed, level, model, found, plan, extra),
        at_once=found.interval(found.contrast(*model.at_once), extra),
        slope=found.interval(slope_contrast(found)),
        placebos=_placebos(groups, plan, load),
        day=own.day,
        level=level,
        cases=own.n,
        fitted=model.even @ found.coefficients,
        without=model.even[:, 2:] @ found.coefficients[2:],
        rho=found.rho,
        seasonal=model.seasonal,
        loaded=load is not None,
        left_out=own.left_out,
    )


def _joint(groups: list[Daily]) -> tuple[Floats, Floats]:
    """The level of each day, less the control group's, and the part of its variance that few cases bring."""
    level = groups[0].level if len(groups) == 1 else groups[0].level - groups[1].level
    variance = np.sum([one.spread / one.n for one in groups], axis=0)
    return level, variance


def _sides(cases: Cases, plan: Plan) -> Sides:
    after = cases.day >= plan.first_after

    def plain(part: Mask) -> float | None:
        values = cases.value[part]
        if not len(values):
            return None
        return float(np.median(values) if plan.medians else np.mean(values))

    return Sides(
        days=(len(np.unique(cases.day[~after])), len(np.unique(cases.day[after]))),
        cases=(int((~after).sum()), int(after.sum())),
        plain=(plain(~after), plain(after)),
    )


def _hindrance(cases: Cases, sides: Sides, plan: Plan) -> Why | None:
    if not len(cases):
        return Why.NO_DATA
    if min(sides.days) < plan.least_days:
        return Why.FEW_DAYS
    return Why.ALL_EQUAL if np.ptp(cases.value) == 0 else None


def _placebos(groups: list[Daily], plan: Plan, load: Floats | None) -> tuple[Placebo, ...]:
    """At up to five dates, evenly apart, with enough days of before on both sides."""
    own = groups[0]
    before = own.day[own.day <= plan.last_before]
    room = len(before) - 2 * plan.least_days
    if room < 0 or not plan.placebos:
        return ()
    tries = np.unique(np.linspace(plan.least_days, plan.least_days + room, plan.placebos).round().astype(int))
    if room < plan.least_days:
        tries = tries[:1] if room == 0 else tries[[0, -1]]
    part = [one.only(before) for one in groups]
    level, variance = _joint(part)
    short = None if load is None else load[: len(before)]
    found = []
    for place in tries:
        model = design(before, int(before[place]), short)
        fitted = fit(level, model, variance)
        extra = sum(one.extra_variance(fitted.weights) for one in part)
        found.append(Placebo(int(before[place]), fitted.interval(average_contrast(fitted), extra)))
    return tuple(found)
