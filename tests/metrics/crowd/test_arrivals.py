"""How many will come: what is special about a day is found, what is thin is believed little or not at all."""

import math
from datetime import date, timedelta

import numpy as np
import pytest

from metrics.crowd import arrivals, check
from metrics.crowd.arrivals import negative_binomial
from metrics.crowd.days import PastDay, Year
from tests.metrics.crowd import offices

LATER = date(2030, 1, 1)
NEXT_MONDAY = date(2026, 7, 6)


def model(past: list[PastDay], closed: tuple[date, ...] = ()) -> arrivals.Model:
    found = arrivals.learn(past, LATER, closed)
    assert found is not None
    return found


def test_it_finds_the_weekday_the_hour_and_what_follows_a_closed_day() -> None:
    past = offices.arrivals(1)
    found = model(past)
    monday, friday = found.day(NEXT_MONDAY), found.day(NEXT_MONDAY + timedelta(days=4))
    assert monday is not None
    assert friday is not None
    assert monday.mean / friday.mean == pytest.approx(1.35 / 0.75, rel=0.12)
    hours = found.hours(NEXT_MONDAY)
    assert list(hours) == list(offices.HOURS)
    assert hours[9].mean / hours[15].mean == pytest.approx(0.19 / 0.06, rel=0.2)
    assert hours[9].low < hours[9].mean < hours[9].high
    tuesday = NEXT_MONDAY + timedelta(days=1)
    after, usual = model(past, (NEXT_MONDAY,)).day(tuesday), found.day(tuesday)
    assert after is not None
    assert usual is not None
    assert 1.15 < after.mean / usual.mean < 1.6


def test_one_crazy_day_hardly_moves_it() -> None:
    plain, crazy = model(offices.arrivals(3)), model(offices.arrivals(3, crazy=150))
    before, with_it = plain.day(NEXT_MONDAY), crazy.day(NEXT_MONDAY)
    assert before is not None
    assert with_it is not None
    assert with_it.mean == pytest.approx(before.mean, rel=0.1)


def test_thin_data_say_nothing() -> None:
    past = offices.arrivals(4)
    assert arrivals.learn([], LATER) is None
    assert arrivals.learn(past[:7], LATER) is None
    assert arrivals.learn([PastDay(day.day, {9: 0}) for day in past], LATER) is None
    found = model(past)
    sunday = NEXT_MONDAY + timedelta(days=6)
    assert found.day(sunday) is None
    assert found.hours(sunday) == {}


def test_a_clock_that_was_set_back_knows_no_future() -> None:
    past = offices.arrivals(5)
    then = past[40].day
    found = arrivals.learn(past, then)
    assert found is not None
    assert found.last < then
    assert found.days == 40


def test_a_holiday_on_a_usual_weekday_is_followed_by_a_day_after() -> None:
    past = [PastDay(offices.MONDAY + timedelta(days=n), {9: 5}) for n in range(30) if n % 7 < 5 and n != 15]
    year = Year.of(past, {date(2026, 2, 4)})
    after = {past[n].day for n in range(len(past)) if year.effects(past[n].day)[0]}
    assert after == {offices.MONDAY + timedelta(days=16)}  # no weekend makes a Monday special
    assert year.effects(date(2026, 2, 5))[0] == 1


def test_ranges_hold_eight_in_ten_and_plain_ways_are_beaten() -> None:
    """Counts are whole, so that a range holds a little more than it must."""
    past = offices.arrivals(6, 365)
    (day_before,) = check.walk(past, LATER, (1,))
    ours = day_before.scores[check.FORECAST]
    assert ours.coverage is not None
    assert 0.75 < ours.coverage < 0.92
    assert ours.day_coverage is not None
    assert 0.7 < ours.day_coverage < 0.95
    assert ours.error < 0.8 * day_before.scores[check.LAST_WEEK].error
    assert ours.day_error < day_before.scores[check.MEAN].day_error


def test_the_check_uses_the_days_before_alone() -> None:
    past = offices.arrivals(7, 120)
    whole = check.walk(past, LATER, (7,))
    first = check.walk(past[:-1], LATER, (7,))
    doubled = [*past[:-1], PastDay(past[-1].day, dict.fromkeys(offices.HOURS, 1000))]
    with_other_end = check.walk(doubled, LATER, (7,))
    assert whole[0].days == first[0].days + 1
    total = with_other_end[0].scores[check.FORECAST].error * with_other_end[0].hours
    before = first[0].scores[check.FORECAST].error * first[0].hours
    assert total - before == pytest.approx(8 * 1000, rel=0.05)  # that day's own error, and no other's


@pytest.mark.parametrize(("mean", "dispersion"), [(0.3, 0.2), (12.0, 0.05), (300.0, 0.01), (20_000.0, 0.01)])
def test_the_range_of_a_count_is_that_of_a_negative_binomial(mean: float, dispersion: float) -> None:
    low, high = negative_binomial(np.array([mean]), np.array([dispersion]))
    counts = np.random.default_rng(1).negative_binomial(1 / dispersion, 1 / (1 + mean * dispersion), 200_000)
    assert low[0] == pytest.approx(np.quantile(counts, 0.1), abs=1, rel=0.03)
    assert high[0] == pytest.approx(np.quantile(counts, 0.9), abs=1, rel=0.03)
    assert 0 <= low[0] <= high[0]
    assert math.isfinite(high[0])
