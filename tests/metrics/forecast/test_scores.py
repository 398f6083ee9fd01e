"""Scores of many forecasts, in columns, are those of each by itself."""

import random
from statistics import fmean, median

import numpy as np
import pytest

from metrics.estimate import told_range
from metrics.forecast import scores
from metrics.forecast.line import LEVELS, Spread
from metrics.forecast.scores import Score, Told

CHANCE = random.Random(4)


def made(count: int) -> list[Told]:
    """Some with a range that holds or not, some without."""
    found = []
    for _ in range(count):
        low, middle, high = sorted(CHANCE.uniform(0, 7200) for _ in range(3))
        spread = Spread(low, middle, high) if CHANCE.random() < 0.8 else None
        found.append(Told(middle, CHANCE.uniform(0, 9000), spread))
    return found


def plain(told: list[Told]) -> Score:
    ranged = [(one.spread, one.waited_s) for one in told if one.spread is not None]

    def loss_s(spread: Spread, waited_s: float) -> float:
        quantiles = zip((spread.low_s, spread.median_s, spread.high_s), LEVELS, strict=True)
        return fmean((waited_s - q) * p if waited_s >= q else (q - waited_s) * (1 - p) for q, p in quantiles)

    return Score(
        n=len(told),
        mean_error_s=fmean(abs(one.median_s - one.waited_s) for one in told),
        median_error_s=median(abs(one.median_s - one.waited_s) for one in told),
        bias_s=fmean(one.median_s - one.waited_s for one in told),
        coverage=fmean(s.low_s <= waited_s <= s.high_s for s, waited_s in ranged) if ranged else None,
        pinball_s=fmean(loss_s(spread, waited_s) for spread, waited_s in ranged) if ranged else None,
    )


def same(found: Score | None, wanted: Score) -> bool:
    assert found is not None
    return all(getattr(found, name) == pytest.approx(getattr(wanted, name)) for name in Score.__slots__)


def test_a_score_is_that_of_the_single_forecasts() -> None:
    for count in (1, 2, 3, 400):
        told = made(count)
        assert same(scores.score(told), plain(told))
    lone = [Told(60.0, 90.0), Told(60.0, 30.0)]
    assert same(scores.score(lone), plain(lone))


def test_each_name_has_the_score_of_its_own() -> None:
    told = made(60)
    names = [CHANCE.choice("CAB") for _ in told]
    outcomes = scores.columns(told)
    found = scores.by_name(names, outcomes)
    assert [name for name, _ in found] == ["A", "B", "C"]
    assert dict(found) == scores.by(zip(names, told, strict=True))
    assert scores.by_name([], outcomes.where(np.zeros(60, dtype=bool))) == []


def test_ranges_in_columns_are_told_as_single_ones() -> None:
    ends = [0.0, 29.0, 59.9, 60.0, 61.0, 600.0, 3599.0, 3600.0, 3601.0, 3661.0, 35_999.0, 36_000.0, 36_001.0, -1.0]
    pairs = [(low, high) for low in ends for high in ends]
    low_s, high_s = scores.told_ends(*np.array(pairs).T)
    for (low, high), told_low_s, told_high_s in zip(pairs, low_s, high_s, strict=True):
        told = told_range(low, high)
        if told is None:
            assert np.isnan([told_low_s, told_high_s]).all(), (low, high)
        else:
            assert (told_low_s, told_high_s) == (60 * told.low_minutes, 60 * told.high_minutes), (low, high)
