import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.shrinkage import Shrunk, between_officer_variance, index_of, shrink

pairs = st.tuples(st.floats(-1.5, 1.5), st.floats(1e-4, 1))


def test_the_worked_example() -> None:
    shrunk = shrink(0.10, 0.01, 0.04)
    index = index_of(shrunk)
    assert shrunk.theta == pytest.approx(0.08)
    assert shrunk.variance == pytest.approx(0.008)
    assert index.value == pytest.approx(92.3, abs=0.05)
    assert (index.low, index.high) == (pytest.approx(77.5, abs=0.05), pytest.approx(110.0, abs=0.05))


def test_faster_than_expected_is_above_100() -> None:
    assert index_of(shrink(-0.2, 0.01, 0.04)).value > 100 > index_of(shrink(0.2, 0.01, 0.04)).value


@pytest.mark.parametrize(("n", "v", "d"), [(3, 0.01, 0.0), (5, 0.02, 0.1), (8, 0.005, 0.3), (24, 0.001, 0.05)])
def test_it_maximises_the_adjusted_likelihood(n: int, v: float, d: float) -> None:
    # With one v for all, 1/A = n/(2B) - D/(2B^2), B = A + v, D = sum d^2, is a quadratic in B.
    total = n * d * d
    half = total + n * v
    expected = (half + math.sqrt(half**2 - 4 * (n - 2) * v * total)) / (2 * (n - 2)) - v
    assert between_officer_variance([(d, v)] * n) == pytest.approx(expected, rel=1e-5)


def test_it_finds_the_spread_that_is_there() -> None:
    rng = random.Random(7)
    effects = [(rng.gauss(0, math.sqrt(0.04 + v)), v) for v in (rng.uniform(0.001, 0.02) for _ in range(2000))]
    assert between_officer_variance(effects) == pytest.approx(0.04, rel=0.1)


@given(st.lists(pairs, min_size=3, max_size=12))
def test_it_is_never_sure_that_all_officers_are_alike(effects: list[tuple[float, float]]) -> None:
    tau2 = between_officer_variance(effects)
    assert tau2 is not None
    assert 0 < tau2 < math.inf


@given(st.lists(pairs, min_size=3, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_officers_does_not_matter(effects: list[tuple[float, float]], rng: random.Random) -> None:
    shuffled = list(effects)
    rng.shuffle(shuffled)
    assert between_officer_variance(effects) == between_officer_variance(shuffled)


@given(pairs, st.floats(1e-6, 4))
def test_shrinking_goes_towards_100_and_never_past_it(pair: tuple[float, float], tau2: float) -> None:
    d, v = pair
    shrunk = shrink(d, v, tau2)
    assert abs(shrunk.theta) <= abs(d)
    assert shrunk.theta * d >= 0
    assert 0 < shrunk.variance <= min(v, tau2)


def test_with_one_or_two_officers_nothing_is_shrunk() -> None:
    assert between_officer_variance([]) is None
    assert between_officer_variance([(0.2, 0.01), (-0.2, 0.01)]) is None
    assert shrink(0.2, 0.01, None) == Shrunk(0.2, 0.01)


def test_it_refuses_a_variance_that_is_not_positive() -> None:
    with pytest.raises(ValueError, match="positive"):
        between_officer_variance([(0.1, 0.01), (0.1, 0.0), (0.1, 0.01)])
