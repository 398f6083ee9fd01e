from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from metrics.visit import End, Visit
from metrics.waits import Targets, wait_summaries
from tests.metrics.records import JAKARTA, NINE, unserved

TEN = NINE + timedelta(hours=1)


def test_it_keeps_those_still_waiting_beside_the_completed_waits() -> None:
    visits = [
        *(unserved("finished", called_after_s=s) for s in (60, 120, 180, 240)),
        unserved("open"),
        replace(unserved("open"), arrived_at=TEN - timedelta(minutes=5)),
    ]
    (row,) = wait_summaries(visits, TEN)
    assert (row.called, row.median_s, row.p90_s) == (4, 150, pytest.approx(222))
    assert (row.still_waiting, row.longest_waiting_s) == (2, 3600)


def test_it_counts_every_leg_once() -> None:
    visits = [
        unserved("open", called_after_s=30),
        unserved("no_show", called_after_s=90),
        unserved("open"),
        unserved("abandoned"),
        unserved("abandoned"),
        unserved("cancelled"),
        unserved("expired"),
        unserved("finished", called_after_s=-5),
        replace(unserved("open"), arrived_at=TEN + timedelta(seconds=1)),
    ]
    (row,) = wait_summaries(visits, TEN)
    assert (row.called, row.no_show, row.median_s) == (2, 1, 60)
    assert (row.still_waiting, row.abandoned) == (1, 2)
    assert row.left == {"abandoned": 2, "cancelled": 1, "expired": 1}
    assert row.excluded == {"negative": 2}
    assert row.called + row.still_waiting + sum(row.left.values()) + sum(row.excluded.values()) == len(visits)


def test_a_contested_serve_time_does_not_undo_the_wait() -> None:
    (row,) = wait_summaries([replace(unserved("finished", called_after_s=60), flagged=True, claim="accepted")], TEN)
    assert (row.called, row.median_s, row.excluded) == (1, 60, {})


def test_a_service_where_nobody_was_called_has_no_figures() -> None:
    (row,) = wait_summaries([unserved("abandoned", service="B")], TEN)
    assert (row.service, row.called, row.median_s, row.p90_s, row.longest_waiting_s) == ("B", 0, None, None, None)


def test_services_are_apart_and_in_order() -> None:
    rows = wait_summaries([unserved("open", service=s) for s in ("C", "A", "C")], TEN)
    assert [(row.service, row.still_waiting) for row in rows] == [("A", 1), ("C", 2)]
    assert wait_summaries([], TEN) == ()


def test_it_refuses_a_now_without_a_zone() -> None:
    with pytest.raises(ValueError, match="now"):
        wait_summaries([], datetime(2026, 3, 2))  # noqa: DTZ001


HALF_HOUR = Targets({"A": 1800.0}, JAKARTA)


def came(after_nine: timedelta, *, called_after_s: float | None = None, end: End = "finished") -> Visit:
    at = NINE + after_nine
    called_at = None if called_after_s is None else at + timedelta(seconds=called_after_s)
    return replace(unserved(end), arrived_at=at, called_at=called_at)


def test_the_share_within_the_target_is_of_people_whose_target_time_is_over() -> None:
    """At ten, half an hour being the target: two in time (one exactly), one late, one still waits; of those who came
    after half past nine nobody counts yet, called or not.
    """
    quarter, half = timedelta(minutes=15), timedelta(minutes=31)
    visits = [
        came(quarter, called_after_s=60),
        came(quarter, called_after_s=1800),
        came(quarter, called_after_s=1801, end="no_show"),
        came(quarter, end="open"),
        came(quarter, end="abandoned"),
        *(came(half, called_after_s=1) for _ in range(20)),
        *(came(half, end="open") for _ in range(20)),
    ]
    (row,) = wait_summaries(visits, TEN, HALF_HOUR)
    assert (row.within_target, row.judged, row.within_target_share) == (2, 4, 0.5)
    assert (row.within_target_low, row.within_target_high) == (
        pytest.approx(0.150, abs=5e-4),
        pytest.approx(0.850, abs=5e-4),
    )
    assert (row.target_s, row.still_waiting, row.abandoned) == (1800, 21, 1)


def test_calling_only_the_newest_does_not_make_waits_shorter() -> None:
    """Twenty wait since nine; whoever comes now is called at once. None of it is within."""
    visits = [came(timedelta(0), end="open") for _ in range(20)]
    visits += [came(timedelta(minutes=59), called_after_s=5) for _ in range(20)]
    (row,) = wait_summaries(visits, TEN, HALF_HOUR)
    assert (row.within_target, row.judged) == (0, 20)


def test_of_a_day_that_is_over_everybody_counts_who_was_called() -> None:
    late = came(timedelta(hours=14, minutes=50), called_after_s=60)  # at 23:50
    just_after_midnight = NINE + timedelta(hours=15, minutes=5)
    (row,) = wait_summaries([late], just_after_midnight, HALF_HOUR)
    assert (row.within_target, row.judged) == (1, 1)
    (row,) = wait_summaries([late], just_after_midnight - timedelta(minutes=10), HALF_HOUR)
    assert row.judged == 0


def test_a_service_without_a_target_or_a_wait_is_not_judged() -> None:
    visits = [
        unserved("finished", called_after_s=9, service="B"),
        came(timedelta(0), called_after_s=-9),
        came(timedelta(0), end="cancelled"),
    ]
    rows = wait_summaries(visits, TEN, HALF_HOUR)
    assert [(row.target_s, row.judged, row.within_target_share, row.within_target_low) for row in rows] == [
        (1800, 0, None, None), (None, 0, None, None),
    ]  # fmt: skip
