"""Wilson's lower bound of a share."""

import pytest

from metrics.proportion import wilson_low


@pytest.mark.parametrize(
    ("hits", "total", "low"), [(3, 10, 0.1078), (300, 1000, 0.2724), (10, 100, 0.0552), (5, 5, 0.5655), (0, 5, 0.0)]
)
def test_it_is_what_the_formula_gives(hits: int, total: int, low: float) -> None:
    assert wilson_low(hits, total) == pytest.approx(low, abs=1e-4)


def test_no_cases_say_nothing() -> None:
    assert wilson_low(0, 0) == 0


@pytest.mark.parametrize(("hits", "total"), [(-1, 5), (6, 5)])
def test_it_refuses_what_is_no_share(hits: int, total: int) -> None:
    with pytest.raises(ValueError, match="between 0"):
        wilson_low(hits, total)
