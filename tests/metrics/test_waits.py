from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from metrics.waits import wait_summaries
from tests.metrics.records import NINE, unserved

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
