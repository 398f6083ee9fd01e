import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.estimate import ServeTime, WaitRange, departure_range_s, mean_of_mix, serve_times, wait_range
from tests.metrics.records import NINE, served, unserved


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


def test_the_standard_time_gives_way_to_what_was_observed() -> None:
    # Each leg takes its counter for 580 s and the 20 s from the call: (20 x 900 + 20 x 600) / 40.
    visits = [served(580)] * 20
    assert serve_times(visits, {"A": 900, "B": 300}) == {"A": ServeTime(750, 20), "B": ServeTime(300, 0)}


def test_only_the_last_visits_count() -> None:
    old = [served(5000, start=NINE - timedelta(days=1))] * 9
    assert serve_times([served(580), *old, served(980)], {}, recent=2)["A"] == ServeTime(800, 2)


def test_a_service_with_neither_standard_nor_visits_is_absent() -> None:
    assert serve_times([unserved("open"), served(300, service="B")], {}) == {"B": ServeTime(320, 1)}


def test_it_ignores_a_call_recorded_after_the_finish() -> None:
    assert serve_times([served(-30)], {"A": 900}) == {"A": ServeTime(900, 0)}


def test_the_mean_follows_the_services_of_those_ahead() -> None:
    times = {"A": ServeTime(900, 5), "B": ServeTime(300, 5)}
    assert mean_of_mix(["A", "B", "B", "unknown"], times) == 500
    assert mean_of_mix(["unknown"], times) is None
    assert mean_of_mix([], times) is None


@pytest.mark.parametrize("arguments", [{"prior_weight": -1}, {"recent": 0}])
def test_it_refuses_settings_without_a_meaning(arguments: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="prior_weight"):
        serve_times([], {}, **arguments)
    with pytest.raises(ValueError, match="standards"):
        serve_times([], {"A": 0})
