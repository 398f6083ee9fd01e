"""Funnel limits: an officer's own certainty decides, and chance alone leaves about one in 500 outside."""

import random
from math import exp, log, sqrt

import pytest

from metrics.funnel_limits import Z_INNER, Z_OUTER, funnel_of
from metrics.speed import Effect, OfficerSpeed


def officer(name: str, d: float, v: float, visits: int) -> OfficerSpeed:
    return OfficerSpeed(
        officer=name, served=visits, median_s=None, p80_s=None, p90_s=None, index=None, index_low=None,
        index_high=None, enough=True,
        against_standard_share=0.0, excluded={}, indexed=visits, without_expectation=0, effect=Effect(d, v, visits, 0),
    )  # fmt: skip


def test_a_worked_example() -> None:
    found = funnel_of([officer("slow", 0.4, 0.01, 36), officer("usual", 0.1, 0.01, 36)], 30)
    assert found is not None
    slow, usual = found.points
    assert (slow.outside, usual.outside) == (True, False)
    assert slow.ratio == pytest.approx(100 * exp(-0.4))
    assert found.limit(usual.weight, -Z_INNER) == pytest.approx(100 * exp(-0.196))
    assert found.limit(usual.weight, Z_OUTER) == pytest.approx(100 * exp(0.309))


def test_few_visits_are_in_no_funnel() -> None:
    assert funnel_of([officer("one", 1.0, 0.36, 1)], 30) is None


def test_chance_alone_leaves_hardly_anybody_outside() -> None:
    chance = random.Random(7)
    crowd = []
    for number in range(4_000):
        visits = chance.choice((30, 100, 400))
        v = 0.36 / visits
        crowd.append(officer(str(number), chance.gauss(0, sqrt(v)), v, visits))
    found = funnel_of(crowd, 30)
    assert found is not None
    outside = sum(point.outside for point in found.points)
    assert outside <= 20
    assert found.phi == pytest.approx(1, abs=0.1)
    assert all(
        abs(log(p.ratio / 100)) <= Z_OUTER * sqrt(found.phi * 0.36 / p.weight) or p.outside for p in found.points
    )
