import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.estimate import ServeTime, WaitRange, departure_range_s, mean_of_counts, told_range, wait_range


@pytest.mark.parametrize(
    ("k", "low", "high"),
    # Exact 10th and 90th percentiles of the Gamma distribution with scale 1.
    [(1, 0.10536, 2.30259), (2, 0.53181, 3.88972), (5, 2.43259, 7.99359), (10, 6.22130, 14.20599)],
)
def test_its_percentiles_are_as_near_as_stated(k: int, low: float, high: float) -> None:
    tolerance = 0.067 if k == 1 else 0.005
    assert departure_range_s(k, 1, 1) == (pytest.approx(low, rel=tolerance), pytest.approx(high, rel=tolerance))


@pytest.mark.parametrize(("k", "counters"), [(1, 1), (3, 2), (8, 3)])
def test_it_holds_eight_times_in_ten_when_serve_times_are_exponential(k: int, counters: int) -> None:
    rng = random.Random(20260302)
    low, high = departure_range_s(k, counters, 600)
    trials, held = 4000, 0
    for _ in range(trials):
        # Each counter is in the middle of a service and goes on to further ones; wait for the k-th end of any.
        ends = []
        for _ in range(counters):
            elapsed = 0.0
            for _ in range(k):
                elapsed += rng.expovariate(1 / 600)
                ends.append(elapsed)
        held += low <= sorted(ends)[k - 1] <= high
    assert 0.75 <= held / trials <= 0.85


def test_it_answers_in_whole_minutes_rounded_outward() -> None:
    # Three departures from two counters at 600 s: Gamma(3, 300 s), 330.9 s to 1593.0 s.
    assert wait_range(position=3, counters_open=2, counters_busy=2, mean_serve_s=600) == WaitRange(5, 27)


def test_idle_counters_take_the_first_in_line_at_once() -> None:
    def ranged(position: int) -> WaitRange | None:
        return wait_range(position=position, counters_open=3, counters_busy=1, mean_serve_s=600)

    assert ranged(1) == ranged(2) == WaitRange(0, 1)
    assert ranged(3) == wait_range(position=1, counters_open=3, counters_busy=3, mean_serve_s=600)


def test_it_says_nothing_without_an_open_counter_or_a_serve_time() -> None:
    assert wait_range(position=1, counters_open=0, counters_busy=0, mean_serve_s=600) is None
    assert wait_range(position=1, counters_open=1, counters_busy=1, mean_serve_s=None) is None


@given(st.integers(1, 200), st.integers(1, 20), st.floats(1, 7200))
def test_a_place_further_back_never_waits_less(position: int, counters: int, mean_s: float) -> None:
    near = wait_range(position=position, counters_open=counters, counters_busy=counters, mean_serve_s=mean_s)
    far = wait_range(position=position + 1, counters_open=counters, counters_busy=counters, mean_serve_s=mean_s)
    assert near is not None
    assert far is not None
    assert 0 <= near.low_minutes <= far.low_minutes
    assert 1 <= near.high_minutes <= far.high_minutes
    assert near.low_minutes < near.high_minutes


@pytest.mark.parametrize(("position", "opened", "busy"), [(0, 1, 1), (1, 1, 2), (1, 1, -1)])
def test_it_refuses_an_impossible_queue(position: int, opened: int, busy: int) -> None:
    with pytest.raises(ValueError, match="position"):
        wait_range(position=position, counters_open=opened, counters_busy=busy, mean_serve_s=600)


def test_it_refuses_a_serve_time_that_is_not_positive() -> None:
    with pytest.raises(ValueError, match="mean_s"):
        wait_range(position=1, counters_open=1, counters_busy=1, mean_serve_s=0)


def test_the_mean_follows_the_services_of_those_ahead() -> None:
    times = {"A": ServeTime(900, 5), "B": ServeTime(300, 5)}
    assert mean_of_counts({"A": 1, "B": 2, "unknown": 3}, times) == 500
    assert mean_of_counts({"unknown": 1}, times) is None
    assert mean_of_counts({}, times) is None


def test_what_people_are_told_is_rounded_outward_and_coarser_beyond_an_hour() -> None:
    assert told_range(0.0, 10.0) == WaitRange(0, 1)
    assert told_range(130.0, 1210.0) == WaitRange(2, 21)
    assert told_range(2800.0, 4000.0) == WaitRange(45, 70)


@pytest.mark.parametrize("seconds", [(-1.0, 50.0), (50.0, 20.0), (math.nan, 20.0), (50_000.0, 60_000.0)])
def test_nothing_absurd_is_told(seconds: tuple[float, float]) -> None:
    assert told_range(*seconds) is None
