from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from metrics.plausibility import Limits, Reason, reason_to_exclude, sift
from metrics.visit import Visit
from tests.metrics.records import BERLIN, JAKARTA, NINE, served, unserved

LATE = datetime(2026, 3, 2, 16, 55, tzinfo=UTC)  # 23:55 in WIB
GOOD = served(300)


@pytest.mark.parametrize(
    ("visit", "reason"),
    [
        (GOOD, None),
        (served(10), None),
        (served(9.999), Reason.TOO_SHORT),
        (served(0), Reason.TOO_SHORT),
        (served(4 * 3600), None),
        (served(4 * 3600 + 1), Reason.TOO_LONG),
        (served(5, hold_s=600), Reason.TOO_SHORT),
        (served(3600, hold_s=5 * 3600), None),
        (served(240, start=LATE), None),
        (served(360, start=LATE), Reason.CROSSED_MIDNIGHT),
        # 07:00 WIB is midnight in UTC, which is nobody's midnight here.
        (served(600, start=datetime(2026, 3, 2, 23, 55, tzinfo=UTC)), None),
        (served(-1), Reason.NEGATIVE),
        (replace(GOOD, hold=timedelta(seconds=301)), Reason.NEGATIVE),
        (replace(GOOD, hold=timedelta(seconds=-1)), Reason.NEGATIVE),
        (replace(GOOD, flagged=True), Reason.FLAGGED),
        (replace(GOOD, outcome="system_down"), Reason.SYSTEM_DOWN),
        (replace(GOOD, outcome="papers_missing"), None),
        (replace(GOOD, end="transferred"), Reason.NOT_FINISHED),
        (replace(GOOD, end="open", finished_at=None), Reason.NOT_FINISHED),
        (replace(GOOD, end="expired"), Reason.NOT_FINISHED),
        (replace(GOOD, finished_at=None), Reason.NOT_FINISHED),
        (served(300, officer=None), Reason.NO_OFFICER),
        (unserved("no_show", officer="ana", called_after_s=60), Reason.NOT_STARTED),
        (unserved("cancelled"), Reason.NOT_STARTED),
        # Several things wrong: the first in the stated order is given.
        (served(300_000, officer=None), Reason.NO_OFFICER),
        (replace(served(2), flagged=True), Reason.FLAGGED),
        (replace(served(2), outcome="system_down"), Reason.SYSTEM_DOWN),
        (served(90_000), Reason.CROSSED_MIDNIGHT),
    ],
)
def test_it_gives_one_reason(visit: Visit, reason: Reason | None) -> None:
    assert reason_to_exclude(visit, JAKARTA) is reason


def test_midnight_is_the_offices_own() -> None:
    over_midnight_in_berlin = served(600, start=datetime(2026, 7, 1, 21, 55, tzinfo=UTC))
    assert reason_to_exclude(over_midnight_in_berlin, BERLIN) is Reason.CROSSED_MIDNIGHT
    assert reason_to_exclude(over_midnight_in_berlin, JAKARTA) is None


def test_limits_can_be_set() -> None:
    assert reason_to_exclude(served(20), JAKARTA, Limits(30, 600)) is Reason.TOO_SHORT
    assert reason_to_exclude(served(601), JAKARTA, Limits(30, 600)) is Reason.TOO_LONG


@pytest.mark.parametrize(("shortest", "longest"), [(0, 60), (-1, 60), (60, 60), (90, 60)])
def test_it_refuses_limits_that_let_a_zero_through_or_nothing_at_all(shortest: float, longest: float) -> None:
    with pytest.raises(ValueError, match="shortest_s"):
        Limits(shortest, longest)


def test_it_drops_nothing_silently() -> None:
    visits = [
        GOOD,
        served(3),
        served(4, officer="budi"),
        served(5, officer="budi"),
        served(60, officer=None),
        unserved("abandoned"),
        served(200, officer="budi", start=NINE + timedelta(hours=1)),
    ]
    sifted = sift(iter(visits), JAKARTA)
    assert sifted.kept == (visits[0], visits[-1])
    assert sifted.excluded == {"too_short": 3, "no_officer": 1, "not_started": 1}
    assert sifted.excluded_by_officer == {"ana": {"too_short": 1}, "budi": {"too_short": 2}}
    assert len(sifted.kept) + sum(sifted.excluded.values()) == len(visits)
