"""How alike the visits of one officer's day are."""

import numpy as np
import pytest

from metrics.day_spread import DaySpread, day_spread


def factor(days_sd: float, seed: int = 1) -> float:
    """Of 8 officers with 40 days of 15 visits in two services (sd 0.5 and 0.8)."""
    rng = np.random.default_rng(seed)
    officer, day = (grid.ravel() for grid in np.indices((8, 40, 15))[:2])
    stratum = rng.integers(0, 2, officer.size)
    own_day = rng.normal(0, days_sd, (8, 40))[officer, day]
    log_s = rng.normal(5 + 0.1 * officer + stratum + own_day, np.where(stratum == 1, 0.8, 0.5))
    return day_spread(officer, stratum, day, log_s).factor


def test_independent_visits_have_a_factor_of_one() -> None:
    assert factor(0) < 1.15


def test_days_of_their_own_have_one_that_is_larger_by_their_visits() -> None:
    """The variance of a mean of n visits of a day is s^2 + n t^2 of n: 1 + 15 (0.2 / 0.65)^2, nearly."""
    assert factor(0.2) == pytest.approx(1 + 15 * (0.2 / 0.65) ** 2, rel=0.25)


def test_parts_add_up_and_few_visits_are_not_believed() -> None:
    assert DaySpread(30, 15) + DaySpread(10, 25) == DaySpread(40, 40)
    assert DaySpread(100, 10).factor == 1
    assert day_spread(*(np.empty(0, np.int64),) * 3, np.empty(0)) == DaySpread()


def test_equal_times_have_no_spread() -> None:
    zeros = np.zeros(50, np.int64)
    assert day_spread(zeros, zeros, np.arange(50) // 10, np.full(50, 5.0)).factor == 1
