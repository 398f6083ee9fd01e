from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from metrics.visit import End, Shift, Visit
from tests.metrics.records import BERLIN, JAKARTA, NINE, served, unserved


def test_it_measures_serving_without_the_hold() -> None:
    assert served(300, hold_s=120).serve_s == 300


def test_it_measures_the_wait_from_check_in_to_call() -> None:
    assert served(300).wait_s == 280


def test_it_measures_how_long_the_counter_was_taken_from_the_call() -> None:
    assert served(300, hold_s=60).counter_s == 320
    assert replace(served(300), called_at=None).counter_s == 300


def test_it_has_no_durations_before_the_moments_that_make_them() -> None:
    waiting = unserved("open")
    assert (waiting.wait_s, waiting.serve_s, waiting.counter_s) == (None, None, None)


def test_it_belongs_to_the_moment_of_start_then_call_then_arrival() -> None:
    visit = served(300)
    assert visit.counted_at == NINE
    assert replace(visit, started_at=None).counted_at == NINE - timedelta(seconds=20)
    assert replace(visit, started_at=None, called_at=None).counted_at == NINE - timedelta(minutes=5)


def test_it_counts_real_seconds_when_local_clocks_change_during_a_visit() -> None:
    # Berlin went from 02:00 to 03:00 on 29 March 2026: ten past three is 20 minutes after ten to two.
    visit = Visit(
        ticket=1,
        officer="ana",
        service="A",
        arrived_at=datetime(2026, 3, 29, 1, 0, tzinfo=BERLIN),
        called_at=datetime(2026, 3, 29, 1, 50, tzinfo=BERLIN),
        started_at=datetime(2026, 3, 29, 1, 50, tzinfo=BERLIN),
        finished_at=datetime(2026, 3, 29, 3, 10, tzinfo=BERLIN),
        end="finished",
    )
    assert visit.serve_s == 20 * 60
    assert visit.started_at == datetime(2026, 3, 29, 0, 50, tzinfo=UTC)


@pytest.mark.parametrize("field", ["arrived_at", "called_at", "started_at", "finished_at"])
def test_it_refuses_an_instant_without_a_zone_and_names_it(field: str) -> None:
    without_zone: dict[str, Any] = {field: datetime(2026, 3, 2, 9, 0)}  # noqa: DTZ001
    with pytest.raises(ValueError, match=field):
        replace(served(300), **without_zone)


def test_it_refuses_an_unknown_end() -> None:
    with pytest.raises(ValueError, match="served"):
        unserved(cast("End", "served"))


def test_a_shift_brings_its_pauses_to_utc_and_refuses_naive_ones() -> None:
    nine = NINE.astimezone(JAKARTA)
    shift = Shift(officer="ana", counter=1, opened_at=nine, pauses=((nine, None),))
    assert shift.pauses[0][0].tzinfo is UTC
    with pytest.raises(ValueError, match="pause end"):
        Shift(officer="ana", counter=1, opened_at=nine, pauses=((nine, datetime(2026, 3, 2, 9, 5)),))  # noqa: DTZ001
