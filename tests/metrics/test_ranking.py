"""Who can be told apart by speed, and which places may be true."""

import math
from datetime import datetime

import numpy as np
import pytest

from benchmarks import rank_separation
from benchmarks.rank_separation import Office
from metrics.ranking import Standing, standings
from metrics.reference import LogTimes
from metrics.strata import ByMix, by_service
from metrics.visit import Visit
from tests.metrics.records import JAKARTA, NINE, served

BY_MIX = ByMix(JAKARTA)


def visits(officer: str, minutes: float, service: str = "A", n: int = 40, start: datetime = NINE) -> list[Visit]:
    """Spread evenly on the log scale (sd 0.29) around ``minutes``."""
    times = [60 * minutes * math.exp((place + 0.5) / n - 0.5) for place in range(n)]
    return [served(seconds, officer, service, start) for seconds in times]


def test_places_of_a_worked_example() -> None:
    """Ana needs 8 minutes, Budi and Citra 10 and 10.2, Dewi 13: two cannot be told apart, and share two places."""
    times = LogTimes([*visits("ana", 8), *visits("budi", 10), *visits("citra", 10.2), *visits("dewi", 13)], BY_MIX)
    found = standings(times, {"ana": 120, "budi": 104, "citra": 102, "dewi": 84})
    assert found == {
        "ana": Standing(faster_than=3, slower_than=0, of=4),
        "budi": Standing(faster_than=1, slower_than=1, of=4),
        "citra": Standing(faster_than=1, slower_than=1, of=4),
        "dewi": Standing(faster_than=0, slower_than=3, of=4),
    }
    assert [(one.best, one.worst, one.group) for one in found.values()] == [
        (1, 1, "above"), (2, 3, "between"), (2, 3, "between"), (4, 4, "below"),
    ]  # fmt: skip


def test_the_more_pairs_the_stricter() -> None:
    """z is 2.1 for the two: certain where they are the only pair, not where 27 others are looked at too."""
    pair = [*visits("ana", 10), *visits("budi", 10 * math.exp(2.15 * 0.29 * math.sqrt(2 / 40)))]
    alike = [visit for n in range(6) for visit in visits(f"o{n}", 10.7)]
    index = {"ana": 105.0, "budi": 95.0}
    assert standings(LogTimes(pair, BY_MIX), index)["ana"].group == "above"
    more = standings(LogTimes([*pair, *alike], BY_MIX), index | {f"o{n}": 100.0 for n in range(6)})
    assert {one.group for one in more.values()} == {"open"}
    assert {(one.best, one.worst) for one in more.values()} == {(1, 8)}


def test_days_that_are_alike_make_it_harder_to_tell_apart() -> None:
    times = LogTimes([*visits("ana", 8.5), *visits("budi", 10)], BY_MIX)
    index = {"ana": 108.0, "budi": 92.0}
    assert standings(times, index)["ana"].group == "above"
    assert standings(times, index, factor=4)["ana"].group == "open"


def test_long_services_make_nobody_slower() -> None:
    """Ana has mostly the long service, Budi mostly the short one; both need the same time for each."""
    mixed = [*visits("ana", 15, "A", 60), *visits("ana", 5, "B", 12), *visits("budi", 15, "A", 12)]
    times = LogTimes([*mixed, *visits("budi", 5, "B", 60)], by_service)
    assert {one.group for one in standings(times, {"ana": 101, "budi": 99}).values()} == {"open"}


def test_officers_without_a_common_service_are_not_compared_unless_somebody_links_them() -> None:
    apart = [*visits("ana", 5, "A"), *visits("budi", 50, "B")]
    index = {"ana": 120.0, "budi": 80.0}
    assert standings(LogTimes(apart, BY_MIX), index)["ana"].group == "open"
    linked = [*apart, *visits("citra", 10, "A"), *visits("citra", 25, "B")]
    assert standings(LogTimes(linked, BY_MIX), index)["ana"].group == "above"


def test_who_has_the_lower_index_is_never_called_faster() -> None:
    times = LogTimes([*visits("ana", 5), *visits("budi", 10)], BY_MIX)
    assert standings(times, {"ana": 90, "budi": 110})["ana"].group == "open"


@pytest.mark.parametrize("index", [{}, {"ana": 100.0}])
def test_one_officer_has_no_place(index: dict[str, float]) -> None:
    assert standings(LogTimes(visits("ana", 10), BY_MIX), index) == {}


def test_equal_times_are_not_taken_for_certain_knowledge() -> None:
    same = [served(300, officer) for officer in ("ana", "budi") for _ in range(40)]
    assert {one.group for one in standings(LogTimes(same, BY_MIX), {"ana": 100, "budi": 99.9}).values()} == {"open"}


@pytest.mark.parametrize(("officers", "days"), [(3, 0.0), (6, 0.1)])
def test_where_all_are_equally_fast_hardly_anybody_is_told_apart(officers: int, days: float) -> None:
    """200 offices each: 5 % is allowed, and by chance three standard errors more."""
    rng = np.random.default_rng(7)
    office, apart = Office(officers, (60, 200), 0.0, days), 0
    for _ in range(200):
        times, spread, _ = rank_separation.simulated(rng, office)
        apart += any(one.group != "open" for one in rank_separation.standing_of(times, spread).values())
    assert apart <= 0.05 * 200 + 3 * math.sqrt(200 * 0.05 * 0.95)


def test_where_officers_differ_the_places_said_are_true() -> None:
    rng = np.random.default_rng(8)
    found = []
    for _ in range(100):
        times, spread, truth = rank_separation.simulated(rng, Office(6, (100, 400), 0.2))
        found.append(rank_separation.judged(rank_separation.standing_of(times, spread), truth))
    assert sum(holds for _, holds, _ in found) >= 90
    assert sum(told for *_, told in found) / 100 > 0.9, "officers with a place"
