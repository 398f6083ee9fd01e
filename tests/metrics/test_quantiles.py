import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.quantiles import median, p90, quantile


def test_no_values_are_no_data_and_not_zero() -> None:
    assert median([]) is p90([]) is None
    assert median([0.0]) == 0.0


def test_it_interpolates_by_type_7() -> None:
    # 1 2 3 4: position (4 - 1) x 0.9 = 2.7, so 3 + 0.7.
    assert p90([4, 2, 1, 3]) == pytest.approx(3.7)
    assert median([4, 2, 1, 3]) == 2.5


@given(st.lists(st.floats(0, 1e6), min_size=2))
def test_it_agrees_with_the_standard_library(values: list[float]) -> None:
    tenths = statistics.quantiles(values, n=10, method="inclusive")
    assert p90(values) == pytest.approx(tenths[8], abs=1e-6)
    assert median(values) == pytest.approx(statistics.median(values), abs=1e-6)
    assert (quantile(values, 0), quantile(values, 1)) == (min(values), max(values))


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan")])
def test_it_refuses_a_share_outside_0_to_1(p: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        quantile([1.0], p)
