"""The rollout against theory and an independent simulator (Ciw), and what must hold whatever the line."""

import math
import statistics

import ciw
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.forecast import order, rollout
from metrics.forecast.line import Desk, Habits, Line, Person, Rule, Spread
from metrics.forecast.times import LogNormal

MEAN_S = 600.0
SIGMA = math.sqrt(math.log(2))
"""With it a log-normal time varies as much as an exponential one (coefficient of variation 1)."""

TIME = LogNormal(math.log(MEAN_S) - SIGMA**2 / 2, SIGMA)


def erlang_c_wait_s(counters: int, load: float) -> float:
    """Mean wait of M/M/c (Erlang 1917): C(c, a) m / (c - a)."""
    a = counters * load
    last = a**counters / math.factorial(counters) / (1 - load)
    waits = last / (sum(a**k / math.factorial(k) for k in range(counters)) + last)
    return waits * MEAN_S / (counters - a)


def mean_waits_s(counters: int, load: float, days: int = 24, people: int = 900) -> list[float]:
    """Mean wait of each of so many long days of Poisson arrivals, the beginning of each left out."""
    found = []
    for day in range(days):
        gaps = np.random.default_rng(day).exponential(MEAN_S / counters / load, people)
        arrivals = np.cumsum(gaps)
        come = [Person(key, 0, TIME, float(at), here=False) for key, at in enumerate(arrivals)]
        keys, waits = rollout.runs(Line(come, [Desk({0: 1}, key=k) for k in range(counters)], seed=day), 256)
        late = np.array(keys) > people // 4
        found.append(float(waits[late].mean()))
    return found


def agrees(found: list[float], expected: float) -> bool:
    error = statistics.stdev(found) / math.sqrt(len(found))
    return abs(statistics.fmean(found) - expected) < 2.6 * error + 0.02 * expected


def test_one_counter_waits_as_erlang_and_pollaczek_khinchine_say() -> None:
    # With a coefficient of variation of 1, M/G/1 has exactly the mean wait of M/M/1.
    assert agrees(mean_waits_s(1, 0.7), erlang_c_wait_s(1, 0.7))


def test_three_counters_wait_as_erlang_c_and_ciw_say() -> None:
    found = mean_waits_s(3, 0.7)
    assert agrees(found, erlang_c_wait_s(3, 0.7))
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(3 * 0.7 / MEAN_S)],
        service_distributions=[ciw.dists.Lognormal(TIME.mu, TIME.sigma)],
        number_of_servers=[3],
    )
    ciw.seed(3)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(8_000 * MEAN_S / 2.1)
    independent = statistics.fmean(record.waiting_time for record in simulation.get_all_records()[500:])
    assert agrees(found, independent) or abs(statistics.fmean(found) / independent - 1) < 0.12


def line(ahead: int, *, counters: int = 3, elapsed_s: float = 120.0, rate: float = 1.0, **more: object) -> Line:
    people = [Person(key, 0, TIME, -1000.0 + key) for key in range(ahead)] + [Person(9_999, 0, TIME, -1.0, rate)]
    desks = [Desk({0: 1}, serving=TIME, elapsed_s=elapsed_s, key=k) for k in range(counters)]
    return Line(people, desks, Rule("accumulating"), **more)  # type: ignore[arg-type]


def mine(given: Line) -> Spread:
    return rollout.forecast(given)[9_999]


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 30),
    st.integers(1, 6),
    st.floats(-5.0, 40_000.0),
    st.floats(0.0, 0.9),
    st.floats(0.0, 0.01),
    st.integers(0, 10_000),
)
def test_a_wait_is_never_negative_nor_absurd_and_its_range_is_in_order(
    ahead: int, counters: int, elapsed_s: float, no_show: float, leaving: float, seed: int
) -> None:
    habits = Habits(no_show, 60.0, leaving)
    for spread in rollout.forecast(
        line(ahead, counters=counters, elapsed_s=elapsed_s, habits=habits, seed=seed)
    ).values():
        assert 0 <= spread.low_s <= spread.median_s <= spread.high_s < (ahead + 2) * rollout.LONGEST_LEFT_S


def test_more_people_ahead_wait_longer_and_more_counters_shorter() -> None:
    by_people = [mine(line(ahead)) for ahead in (0, 1, 2, 4, 8, 16, 32)]
    for level in ("low_s", "median_s", "high_s"):
        waits = [getattr(spread, level) for spread in by_people]
        assert waits == sorted(waits)
    assert mine(line(8, counters=6)).median_s < mine(line(8, counters=3)).median_s
    leaving, absent = Habits(leaving_per_s=1 / 1800), Habits(no_show=0.3)
    assert mine(line(16, habits=leaving)).median_s < mine(line(16)).median_s
    assert mine(line(16, habits=absent)).median_s < mine(line(16)).median_s


def test_the_forecast_does_not_jump_when_a_second_passes_or_somebody_joins_behind() -> None:
    now = mine(line(12))
    later = mine(line(12, elapsed_s=121.0))
    assert abs(later.median_s - now.median_s) < 5
    joined = line(12)
    behind = Line([*joined.people, Person(77, 0, TIME)], joined.desks, joined.rule)
    assert mine(behind) == now


def test_little_history_widens() -> None:
    unsure = LogNormal(TIME.mu, TIME.sigma, 0.35)
    sure, wide = (
        rollout.forecast(Line([Person(k, 0, time) for k in range(20)], [Desk({0: 1})]))[19] for time in (TIME, unsure)
    )
    assert wide.high_s / wide.low_s > 1.5 * sure.high_s / sure.low_s


def test_a_service_that_goes_on_for_long_is_expected_to_go_on() -> None:
    fresh, long = (mine(line(0, counters=1, elapsed_s=elapsed_s)) for elapsed_s in (600.0, 9 * 3600.0))
    assert long.median_s > fresh.median_s
    assert long.high_s <= rollout.LONGEST_LEFT_S


def test_nothing_is_said_without_a_counter_or_behind_a_service_that_nobody_knows() -> None:
    assert rollout.forecast(Line([Person(1, 0, TIME)], [])) == {}
    assert rollout.forecast(Line([Person(1, 5, TIME)], [Desk({0: 1})])) == {}
    assert set(rollout.forecast(Line([Person(1, 0, None), Person(2, 0, TIME)], [Desk({0: 1})]))) == {1}


def test_who_is_treated_with_priority_and_who_counters_prefer_is_called_earlier() -> None:
    # At twice the rate it has overtaken those who came 1000 s before when 1000 s more have passed, and not sooner.
    assert 500 < mine(line(12, rate=2.0)).median_s < mine(line(12)).median_s
    assert order.calls(line(4, rate=2.0))[:3] == [0, 1, 2]
    preferring = [Person(1, 0, TIME, -10.0), Person(2, 1, TIME, -5.0)]
    assert order.calls(Line(preferring, [Desk({0: 2, 1: 1})])) == [1, 0]


def test_a_booking_still_to_come_waits_from_its_slot() -> None:
    booked = [*line(6).people, Person(1_000, 0, TIME, 7200.0, here=False, shows=0.8)]
    found = rollout.forecast(Line(booked, line(6).desks))
    assert found[1_000].median_s < found[9_999].median_s
