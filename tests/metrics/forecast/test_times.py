import math

import numpy as np
import pytest

from metrics.forecast.times import Served, learn


def served(mean_s: float, count: int, officer: str = "s1", seed: int = 1) -> list[Served]:
    logs = math.log(mean_s) + 0.5 * np.random.default_rng(seed).standard_normal(count)
    return [Served("A", float(math.exp(one)), officer, 9) for one in logs]


def test_on_the_first_day_a_service_takes_its_standard_time_and_the_range_is_wide() -> None:
    first = learn([], {"A": 600.0}).services["A"]
    later = learn(served(600, 400), {"A": 600.0}).services["A"]
    assert first.mean_s == pytest.approx(600)
    assert first.unsure > 5 * later.unsure


def test_what_is_seen_takes_the_place_of_the_standard() -> None:
    twenty = learn(served(1200, 20), {"A": 600.0}).services["A"]
    many = learn(served(1200, 800), {"A": 600.0}).services["A"]
    assert 600 < twenty.mean_s < 1300
    assert math.exp(many.mu) == pytest.approx(1200, rel=0.08)


def test_one_record_of_nine_hours_moves_nothing() -> None:
    usual = learn(served(600, 60), {"A": 600.0}).services["A"]
    with_it = learn([*served(600, 60), Served("A", 9 * 3600.0, "s1", 9)], {"A": 600.0}).services["A"]
    assert with_it.mean_s == pytest.approx(usual.mean_s, rel=0.06)


def test_an_officer_differs_as_far_as_there_are_records() -> None:
    few = learn([*served(600, 300), *served(900, 3, "s2", 2)], {})
    many = learn([*served(600, 300), *served(900, 300, "s2", 2)], {})
    assert many.officer("s2") - many.officer("s1") == pytest.approx(math.log(1.5), abs=0.1)
    assert 0 <= few.officer("s2") < many.officer("s2") + 0.2
    assert many.officer("new") == many.officer(None) == 0.0


def test_a_service_never_used_is_like_the_others_but_less_sure_and_nothing_is_known_of_nothing() -> None:
    known = learn(served(600, 100), {})
    unused, used = known.of("Z"), known.of("A")
    assert unused is not None
    assert used is not None
    assert unused.unsure > 5 * used.unsure
    assert learn([], {}).of("A") is None


def test_records_that_are_no_time_are_left_out_and_a_standard_must_be_one() -> None:
    assert learn([Served("A", -5.0), Served("A", 0.0), Served("A", math.nan)], {}).services == {}
    with pytest.raises(ValueError, match="positive"):
        learn([], {"A": 0.0})
