"""XmR limits and signals, with the worked example."""

import pytest

from metrics.xmr import xmr


def test_the_worked_example() -> None:
    chart = xmr([10, 12, 11, 13, 9, 14, 12, 11])
    assert chart is not None
    assert (chart.mean, chart.low, chart.high) == (11.5, pytest.approx(5.04, abs=0.01), pytest.approx(17.96, abs=0.01))
    assert not any(chart.signals)


def test_a_jump_and_a_long_run_are_signals() -> None:
    jump = xmr([10, 11, 10, 11, 10, 11, 10, 11, 10, 30])
    run = xmr([9, 11] * 6 + [11.5, 11.6] * 5)
    assert jump is not None
    assert run is not None
    assert (jump.signals[0], jump.signals[-1]) == (False, True)
    assert run.signals[-1]
    assert not run.signals[3]


def test_few_figures_have_no_limits() -> None:
    assert xmr([1, 2, 3]) is None


def test_one_wild_day_does_not_say_what_is_usual() -> None:
    chart = xmr([10, 11] * 6 + [60] + [10, 11] * 2)
    assert chart is not None
    assert chart.mean == pytest.approx(10.5)
    assert chart.signals.index(True) == 12
    assert sum(chart.signals) == 1
