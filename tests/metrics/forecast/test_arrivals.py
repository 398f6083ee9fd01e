"""Who usually comes, as it was learned, and what that does to a line."""

import math

import pytest

from metrics.forecast import arrivals, rollout
from metrics.forecast.arrivals import DENSITY, HOUR_S
from metrics.forecast.line import Desk, Line, Person, Spread
from metrics.forecast.times import LogNormal

TIME = LogNormal(math.log(600) - 0.18, 0.6)


def test_arrivals_of_an_hour_are_drawn_toward_the_days_mean() -> None:
    came = [("A", 9)] * 60 + [("A", 10)] * 20 + [("B", 9)]
    usual = arrivals.learn(came, 10)
    # 6 and 2 a day, 4 on the average hour; that counts as two days.
    assert usual.per_s["A", 9] * HOUR_S == pytest.approx((60 + 2 * 4) / 12)
    assert usual.per_s["A", 10] * HOUR_S == pytest.approx((20 + 2 * 4) / 12)
    assert usual.groups == ["A", "B"]
    assert arrivals.learn([], 0).per_s == {}
    mondays = arrivals.like(usual, {("A", 9): 30}, 2)
    assert usual.per_s["A", 9] < mondays.per_s["A", 9] < 15 / HOUR_S


def test_those_to_come_are_as_many_as_expected_in_their_hours() -> None:
    usual = arrivals.Usual({("A", 9): 12 / HOUR_S, ("A", 0): 3 / HOUR_S})
    assert list(usual.to_come("Z", 0.0, 9, 1e5)) == []
    # From 9:30 to 1:00 of the next day: half of 12, and 3.
    due = list(usual.to_come("A", HOUR_S / 2, 9, 15.5 * HOUR_S))
    assert len(due) == 9 * DENSITY
    assert due == sorted(due)
    assert sum(at < HOUR_S / 2 for at in due) == 6 * DENSITY
    assert all(at < HOUR_S / 2 or 14.5 * HOUR_S < at < 15.5 * HOUR_S for at in due)


def test_nobody_is_called_while_the_office_is_shut_over_midday() -> None:
    people = [Person(key, 0, TIME, -1000.0 + key) for key in range(8)]
    _, waits = rollout.runs(Line(people, [Desk({0: 1})], shut=(1500.0, 5000.0)))
    assert not ((waits >= 1500) & (waits < 5000)).any()
    assert (waits >= 5000).any()


def test_days_that_differ_in_their_number_widen_the_range() -> None:
    def at_the_end(crowd_sigma: float) -> Spread:
        coming = [Person(key, 0, TIME, 100.0 * key, here=False, shows=1 / DENSITY) for key in range(120)]
        me = Person(999, 0, None, 12_100.0, here=False, asks=True)
        return rollout.forecast(Line([*coming, me], [Desk({0: 1})], crowd_sigma=crowd_sigma))[999]

    even, uneven = at_the_end(0.0), at_the_end(0.4)
    assert uneven.high_s - uneven.low_s > 1.4 * (even.high_s - even.low_s)
    assert uneven.median_s == pytest.approx(even.median_s, rel=0.25)


def test_the_share_of_waits_beyond_a_time_agrees_with_the_range() -> None:
    spread = Spread(300.0, 600.0, 1500.0)
    assert [round(spread.share_beyond(at), 3) for at in (0.0, 300.0, 600.0, 1500.0)] == [1.0, 0.9, 0.5, 0.1]
    assert spread.share_beyond(1e6) < 1e-6
    assert Spread(0.0, 0.0, 0.0).share_beyond(60.0) == 0.0
