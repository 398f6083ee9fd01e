"""EWMA charts, with values worked out by hand."""

import random

import pytest

from metrics.ewma import ewma


def test_a_worked_example() -> None:
    """Mean 11.5, mean moving range 17/7, so s = 2.1530; z1 = 0.2 x 10 + 0.8 x 11.5; limits 2.86 x s x 0.2 at first."""
    chart = ewma([10, 12, 11, 13, 9, 14, 12, 11])
    assert chart is not None
    assert chart.values[:2] == (pytest.approx(11.2), pytest.approx(11.36))
    assert chart.high[0] - chart.mean == pytest.approx(2.86 * (17 / 7 / 1.128) * 0.2)
    assert chart.high[-1] - chart.mean == pytest.approx(2.86 * (17 / 7 / 1.128) * (1 / 9 * (1 - 0.8**16)) ** 0.5)
    assert not any(chart.signals)


def test_a_small_lasting_change_is_seen_that_no_single_day_shows() -> None:
    steady = [10.0, 12.0] * 15
    chart = ewma([*steady, *(figure + 2 for figure in steady[:10])], baseline=30)
    assert chart is not None
    assert not any(chart.signals[:30])
    assert any(chart.signals[30:])


def test_chance_alone_seldom_signals() -> None:
    dice = random.Random(7)
    figures = [dice.gauss(50, 5) for _ in range(4000)]
    chart = ewma(figures)
    assert chart is not None
    assert sum(chart.signals) / len(figures) < 0.02


def test_few_figures_have_no_limits() -> None:
    assert ewma([1, 2, 3]) is None
