"""Before and after: known answers, signs, traps (mix, common shocks, officers), and what cannot be told is not told."""

from datetime import date, timedelta
from math import exp, log

import numpy as np
import pytest
import statsmodels.api as sm

from benchmarks.effect_validation import SCENARIOS, tally
from metrics.effect import Cases, Claimed, Effect, Plan, TooLittle, Verdict, Why, claimed, evaluate, percent, verdict
from metrics.effect.design import design
from metrics.effect.regression import fit

DATE = date(2026, 6, 1)
QUICK = {"replicates": 99, "placebos": 0}


def working_days(before: int = 40, after: int = 40) -> np.ndarray:
    first, last = (DATE + timedelta(days=d) for d in (-before * 7 // 5 - 9, after * 7 // 5 + 9))
    days = np.array([d for d in range(first.toordinal(), last.toordinal()) if (d - 1) % 7 < 5])
    at = int(np.searchsorted(days, DATE.toordinal()))
    return days[at - before : at + after]


def cases(
    days: np.ndarray, change: float = 0.0, *, seed: int = 1, noise: float = 0.1, shift: bool = False, shock: float = 0.0
) -> Cases:
    """Twenty a day of two services, of which one takes three times as long; ``shift``: it becomes the usual one."""
    rng = np.random.default_rng(seed)
    at = np.repeat(days, 20)
    after = at >= DATE.toordinal()
    long = rng.random(len(at)) < np.where(after & shift, 0.8, 0.2)
    value = log(300) + long * log(3) + rng.normal(size=len(at)) * noise + (change + shock) * after
    return Cases(at, value + 0.05 * ((at - 1) % 7 == 0), {"service": long.astype(np.int64)})


def effect(found: Effect | TooLittle) -> Effect:
    assert isinstance(found, Effect)
    return found


def test_the_regression_is_that_of_ordinary_least_squares_where_days_do_not_hang_together() -> None:
    days = working_days()
    model = design(days, DATE.toordinal())
    rng = np.random.default_rng(4)
    noise = rng.normal(size=len(days)) * 0.02
    noise[1:] -= 0.5 * noise[:-1]  # days that alternate are taken as independent, never as better than that
    t = (days - DATE.toordinal()) / 30
    level = 6 + 0.1 * t - 0.2 * (t >= 0) - 0.3 * np.maximum(t, 0) + 0.05 * ((days - 1) % 7 == 0) + noise
    found = fit(level, model, np.zeros(len(days)))
    assert found.rho == 0
    by_hand = np.column_stack([t >= 0, np.maximum(t, 0), np.ones(len(t)), t, *model.columns[:, 4:].T]).astype(float)
    ols = sm.OLS(level, by_hand).fit()
    at_once = found.interval(found.contrast(*model.at_once))
    assert at_once.value == pytest.approx(ols.params[0])
    assert found.coefficients[1] == pytest.approx(ols.params[1])
    assert found.coefficients[0] == pytest.approx(ols.params[0] + ols.params[1] * t[t >= 0].mean())
    assert found.coefficients[2:] == pytest.approx(ols.params[2:])
    robust = ols.get_robustcov_results("HAC", maxlags=11, use_correction=True).bse[1]
    fixed_b = np.polynomial.Polynomial((1.9659, 4.0603, 11.6626, 34.8269, -13.9506, 3.2669))(12 / 80) / 1.9659
    expected = max(robust * fixed_b, ols.bse[1])
    assert np.sqrt(found.covariance[1, 1]) == pytest.approx(expected)
    assert found.weights @ level == pytest.approx(found.coefficients[0])


def test_days_that_hang_together_widen_the_interval() -> None:
    days = working_days(100, 100)
    noise = np.random.default_rng(2).normal(size=len(days))
    together = noise.copy()
    for day in range(1, len(days)):
        together[day] += 0.7 * together[day - 1]
    together *= noise.std() / together.std()
    apart, beside = (fit(y, design(days, DATE.toordinal()), np.zeros(len(y))) for y in (noise, together))
    assert beside.rho > 0.5
    widths = [f.interval(f.contrast(1.0)).high - f.interval(f.contrast(1.0)).low for f in (apart, beside)]
    assert widths[1] > 1.5 * widths[0]


@pytest.mark.parametrize(("change", "said"), [(0.7, Verdict.LOWER), (1.3, Verdict.HIGHER), (1.0, Verdict.NOT_CLEAR)])
def test_a_change_is_found_with_its_sign_by_both_methods(change: float, said: Verdict) -> None:
    found = effect(evaluate(cases(working_days(), log(change)), Plan(DATE, **QUICK)))
    assert verdict(found) is said
    for one in (found.average, found.resampled):
        assert percent(one.value) == pytest.approx(100 * (change - 1), abs=4)
        assert one.low < log(change) < one.high
    assert found.sides.days == (40, 40)
    assert found.sides.cases == (800, 800)
    assert found.sides.plain[0] == pytest.approx(log(300), abs=0.1)


def test_a_shift_of_the_mix_neither_fakes_nor_hides_an_effect() -> None:
    plan = Plan(DATE, **QUICK)
    nothing = effect(evaluate(cases(working_days(), shift=True), plan))
    assert nothing.sides.plain[1] - nothing.sides.plain[0] > 0.9  # the plain median rises almost threefold
    assert verdict(nothing) is Verdict.NOT_CLEAR
    hidden = effect(evaluate(cases(working_days(), log(0.7), shift=True), plan))
    assert hidden.average.value == pytest.approx(log(0.7), abs=0.04)
    assert hidden.resampled.value == pytest.approx(log(0.7), abs=0.04)


def test_a_control_group_takes_out_what_happened_to_everybody() -> None:
    plan, days = Plan(DATE, **QUICK), working_days()
    treated, beside = cases(days, shock=0.4), cases(days, shock=0.4, seed=2)
    assert verdict(effect(evaluate(treated, plan))) is Verdict.HIGHER
    assert verdict(effect(evaluate(treated, plan, beside))) is Verdict.NOT_CLEAR
    both = effect(evaluate(cases(days, log(0.7), shock=0.4), plan, beside))
    assert percent(both.average.value) == pytest.approx(-30, abs=5)
    assert percent(both.resampled.value) == pytest.approx(-30, abs=5)
    assert both.control is not None
    assert both.control.days == (40, 40)


def test_a_trend_from_before_is_no_effect_and_weeks_without_data_are_no_zeros() -> None:
    days = working_days(80, 40)
    whole = cases(days, log(0.7))
    whole = Cases(whole.day, whole.value - 0.003 * (whole.day - days[0]), whole.mix)
    closed = (whole.day >= days[20]) & (whole.day <= days[30]) | (whole.day == days[100])
    found = effect(evaluate(whole.where(~closed), Plan(DATE, **QUICK)))
    assert found.sides.days == (69, 39)
    assert percent(found.average.value) == pytest.approx(-30, abs=5)
    assert not found.slope.is_clear


def test_an_effect_that_comes_by_and_by_is_told_apart_from_one_at_once() -> None:
    whole = cases(working_days(60, 60))
    grown = np.maximum(whole.day - DATE.toordinal(), 0) / 30 * -0.2
    found = effect(evaluate(Cases(whole.day, whole.value + grown, whole.mix), Plan(DATE, **QUICK)))
    assert found.slope.value == pytest.approx(-0.2, abs=0.03)
    assert found.at_once.value == pytest.approx(0, abs=0.05)
    assert found.average.value == pytest.approx(grown[whole.day >= DATE.toordinal()].mean(), abs=0.05)


def test_washed_out_days_count_nowhere() -> None:
    whole = cases(working_days(), log(0.7))
    learning = abs(whole.day - DATE.toordinal()) <= 5
    spoilt = Cases(whole.day, whole.value + 2 * learning, whole.mix)
    found = effect(evaluate(spoilt, Plan(DATE, washout=7, **QUICK)))
    assert percent(found.average.value) == pytest.approx(-30, abs=5)
    assert found.sides.days == (35, 35)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (cases(working_days()[:0]), Why.NO_DATA),
        (cases(working_days()[40:41]), Why.FEW_DAYS),
        (cases(working_days(40, 10)), Why.FEW_DAYS),
        (cases(working_days(40, 0)), Why.FEW_DAYS),
        (cases(working_days(), noise=0.1).where(np.arange(1600) % 20 < 4), Why.NO_DATA),
        (Cases(np.repeat(working_days(), 5), np.ones(400)), Why.ALL_EQUAL),
    ],
)
def test_too_little_is_said_and_is_no_effect_of_nought(given: Cases, why: Why) -> None:
    found = evaluate(given, Plan(DATE))
    assert isinstance(found, TooLittle)
    assert found.why is why
    if why is Why.NO_DATA:
        assert found.sides.plain == (None, None)


def test_other_services_before_and_after_cannot_be_compared_other_officers_are_told() -> None:
    whole = cases(working_days(), log(0.8))
    after = (whole.day >= DATE.toordinal()).astype(np.int64)
    found = evaluate(Cases(whole.day, whole.value, {"service": after}), Plan(DATE, **QUICK))
    assert isinstance(found, TooLittle)
    assert found.why is Why.OTHER_MIX
    told = effect(evaluate(Cases(whole.day, whole.value, whole.mix | {"officer": after}), Plan(DATE, **QUICK)))
    assert told.left_out == ("officer",)


def test_officers_who_hardly_overlap_make_the_effect_uncertain() -> None:
    """One service by the one officer who worked on both sides must not carry the whole comparison unnoticed."""
    whole = cases(working_days(), noise=0.5)
    after = (whole.day >= DATE.toordinal()).astype(np.int64)
    officer = after.copy()
    officer[:3] = 1
    loose = effect(evaluate(Cases(whole.day, whole.value, whole.mix | {"officer": officer}), Plan(DATE, **QUICK)))
    tight = effect(evaluate(whole, Plan(DATE, **QUICK)))
    for of in ("average", "resampled"):
        wide, narrow = getattr(loose, of), getattr(tight, of)
        assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


def test_shares_and_marks_are_compared_by_means() -> None:
    rng = np.random.default_rng(5)
    at = np.repeat(working_days(60, 60), 30)
    after = at >= DATE.toordinal()
    right = (rng.random(len(at)) < 0.7 + 0.2 * after).astype(float)
    found = effect(evaluate(Cases(at, right), Plan(DATE, medians=False, **QUICK)))
    assert found.average.value == pytest.approx(0.2, abs=0.06)
    assert found.resampled.value == pytest.approx(found.average.value)
    assert found.sides.plain == (pytest.approx(0.7, abs=0.03), pytest.approx(0.9, abs=0.03))


def test_earlier_dates_show_what_began_before() -> None:
    quiet = effect(evaluate(cases(working_days(80, 40), log(0.7)), Plan(DATE, replicates=9)))
    assert len(quiet.placebos) == 5
    assert not any(one.change.is_clear for one in quiet.placebos)
    days = working_days(80, 40)
    whole = cases(days)
    begun = Cases(whole.day, whole.value - 0.4 * (whole.day >= days[40]), whole.mix)
    assert any(one.change.is_clear for one in effect(evaluate(begun, Plan(DATE, replicates=9))).placebos)


@pytest.mark.parametrize(
    ("change", "named", "said"),
    [(0.6, -30.0, Claimed.CONFIRMED), (0.95, -30.0, Claimed.REFUTED), (0.7, -30.0, Claimed.OPEN)],
)
def test_what_was_named_beforehand_is_confirmed_refuted_or_open(change: float, named: float, said: Claimed) -> None:
    found = effect(evaluate(cases(working_days(), log(change)), Plan(DATE, **QUICK)))
    assert claimed(found, log(1 + named / 100)) is said
    assert exp(log(1 + named / 100)) == pytest.approx(0.7)


def test_the_same_records_give_the_same_figures() -> None:
    given = cases(working_days(), log(0.9), noise=0.6)
    first, second = (effect(evaluate(given, Plan(DATE, **QUICK))) for _ in range(2))
    assert (first.average, first.resampled) == (second.average, second.resampled)


def test_simulated_offices_raise_few_false_alarms_and_intervals_hold_the_truth() -> None:
    """A short form of ``benchmarks.effect_validation``: its trap is a mix that shifts on the date."""
    scenario = SCENARIOS[0]
    nothing, much = (tally(scenario, effect, 30, replicates=99, seed=11) for effect in (0.0, 0.3))
    assert nothing.seen[2] <= 0.1
    assert min(*nothing.held, *much.held) >= 0.86
    assert much.seen[2] == 1
