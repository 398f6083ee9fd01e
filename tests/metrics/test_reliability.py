"""Reliability and sample sizes: worked examples, and the power that the calculation promises, by simulation."""

import random

import pytest

from metrics.reliability import POWER, reliability, services_for, services_to_see
from metrics.visit import Visit
from tests.metrics.records import legs
from tests.metrics.test_speed import by_officer, lognormal, speed

SIGMA = 0.6


def test_worked_examples() -> None:
    """5 % between officers: 0.05 / 0.95 to 1, so 4 x 19 services; sigma 0.6: (2.802 / 0.2231)^2 x 0.36."""
    assert services_for(0.8, 0.05, 0.95) == 76
    assert services_to_see(1.25, SIGMA**2) == 57


def test_it_is_read_from_an_offices_own_spread() -> None:
    rng = random.Random(4)
    visits = [v for n, who in enumerate("abcdefgh") for v in legs(who, "A", lognormal(rng, 450 + 45 * n, 300, SIGMA))]
    found = reliability(speed(visits))
    assert found is not None
    assert found.share == pytest.approx(0.10, abs=0.05)
    assert found.for_faster == pytest.approx(57, rel=0.2)
    assert found.for_reliable == pytest.approx(4 * (1 - found.share) / found.share, abs=1)


def test_who_takes_a_fifth_less_time_is_seen_at_the_stated_number_of_services() -> None:
    """About as often as the power says; what is given up to shrinkage the others' differences give back."""
    rng, seen, runs = random.Random(8), 0, 120
    for _ in range(runs):
        visits: list[Visit] = legs("fast", "A", lognormal(rng, 600 * 0.8, services_to_see(1.25, SIGMA**2), SIGMA))
        for who in "uvwxyz":
            visits += legs(who, "A", lognormal(rng, 600 * rng.choice((0.85, 1.0, 1.18)), 300, SIGMA))
        seen += (by_officer(speed(visits))["fast"].index_low or 0) > 100
    assert seen / runs == pytest.approx(POWER, abs=0.12)


def test_nothing_is_said_without_officers_to_compare() -> None:
    assert reliability(speed([*legs("a", "A", [300.0] * 40), *legs("b", "A", [310.0] * 40)])) is None
    assert reliability(speed([])) is None
