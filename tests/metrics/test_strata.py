"""Which visits are compared, and what the mix of groups and hours does to their times."""

import math
import random
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from metrics.mix import Mix, mix_of
from metrics.periods import Period
from metrics.reference import LogTimes
from metrics.speed import OfficeSpeed, office_speed
from metrics.strata import PARTS, ByMix, StratumOf, by_service, table_strata
from metrics.visit import Visit
from metrics.visit_table import VisitTable
from tests.metrics.records import JAKARTA, served

BY_MIX = ByMix(JAKARTA)
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31), JAKARTA)
MORNING = datetime(2026, 3, 3, 8, 0, tzinfo=JAKARTA)


def visit(serve_s: float, officer: str = "ana", *, hour: int = 8, category: str = "regular", **more: object) -> Visit:
    at = served(serve_s, officer, start=MORNING.replace(hour=hour))
    return replace(at, category=category, **more)  # type: ignore[arg-type]


def test_a_table_and_single_visits_have_the_same_strata() -> None:
    visits = [
        visit(60, hour=hour, category=category, outcome=outcome, service_given=given)
        for hour in (0, 10, 11, 13, 14, 23)
        for category in ("regular", "elderly", "")
        for outcome in ("done", "papers_missing")
        for given in (None, "B")
    ]
    codes, strata = table_strata(VisitTable.of(visits), BY_MIX)
    assert [strata[code] for code in codes] == [BY_MIX(visit) for visit in visits]
    assert {BY_MIX(visit(60, hour=hour))[3] for hour in (10, 11, 14)} == set(PARTS)
    assert BY_MIX(visit(60, hour=10, category="elderly", outcome="papers_missing", service_given="B")) == (
        "B", "sent_away", "elderly", "morning",
    )  # fmt: skip


def test_the_effects_of_a_worked_example() -> None:
    """400 visits: the elderly take 1.5 times as long, afternoons 0.8 times, whoever serves, in both services."""
    visits = [
        visit(base * pace * (1.5 if category == "elderly" else 1) * (0.8 if hour == 15 else 1), officer, hour=hour,
              category=category, service=service)
        for officer, pace in (("ana", 1.0), ("budi", 1.2))
        for service, base in (("A", 300), ("B", 900))
        for hour in (8, 15)
        for category in ("regular", "elderly")
        for _ in range(50 if category == "regular" else 10)
    ]  # fmt: skip
    mix = mix_of(LogTimes(visits, BY_MIX))
    assert math.exp(mix.category["elderly"] - mix.category["regular"]) == pytest.approx(1.5, rel=0.06)
    assert math.exp(mix.part_of_day["afternoon"] - mix.part_of_day["morning"]) == pytest.approx(0.8, rel=0.02)
    assert mix.category["elderly"] * 1 + mix.category["regular"] * 5 == pytest.approx(0)
    average = mix.taken_out(LogTimes(visits, BY_MIX))
    assert set(average.in_all) == {("A",), ("B",)}
    assert average.in_all[("A",)].n == 240
    ana, budi = (average.by_officer[name][("A",)].mean for name in ("ana", "budi"))
    assert math.exp(budi - ana) == pytest.approx(1.2)


def test_what_only_one_officer_serves_cannot_be_told_from_the_officer() -> None:
    visits = [visit(900, "ana", category="elderly")] * 40 + [visit(300, "budi")] * 40
    mix = mix_of(LogTimes(visits, BY_MIX))
    assert mix.category == pytest.approx({"elderly": 0, "regular": 0}, abs=0.2)


def test_what_is_hardly_seen_is_hardly_believed() -> None:
    visits = [visit(300, officer) for officer in ("ana", "budi") for _ in range(100)]
    mix = mix_of(LogTimes([*visits, visit(3000, "ana", category="pregnant")], BY_MIX))
    assert math.exp(mix.category["pregnant"]) < 1.5, "one visit that took ten times as long"


def test_without_groups_and_parts_there_is_nothing_to_take_out() -> None:
    times = LogTimes([visit(300), visit(400, category="elderly")], by_service)
    assert mix_of(times) == Mix()
    assert Mix().taken_out(times).in_all == times.in_all
    assert mix_of(LogTimes([], BY_MIX)) == Mix()


@pytest.mark.parametrize("trait", ["hour", "category"])
def test_equally_fast_officers_with_opposite_hours_or_groups_are_within_three_points(trait: str) -> None:
    rng = random.Random(6)
    long, short = {"hour": ({"hour": 8}, {"hour": 15}), "category": ({"category": "elderly"}, {})}[trait]
    visits = []
    for officer, share in (("ana", 0.9), ("budi", 0.1), ("citra", 0.5), ("dewi", 0.5)):
        for n in range(400):
            is_long = rng.random() < share
            serve_s = math.exp(rng.gauss(math.log(480 if is_long else 300), 0.4))
            one = visit(serve_s, officer, **(long if is_long else short))  # type: ignore[arg-type]
            visits.append(_days_later(one, n % 20))
    fair, plain = (_indices(visits, of) for of in (BY_MIX, by_service))
    assert abs(fair["ana"] - fair["budi"]) < 3
    assert plain["budi"] - plain["ana"] > 20, "what the mix would have been taken for"


def _days_later(visit: Visit, days: int) -> Visit:
    names = ("arrived_at", "called_at", "started_at", "finished_at")
    return replace(visit, **{name: getattr(visit, name) + timedelta(days=days) for name in names})


def _indices(visits: list[Visit], stratum_of: StratumOf) -> dict[str, float]:
    office: OfficeSpeed = office_speed(
        visits, period=MARCH, reference_period=MARCH, standards_s={}, stratum_of=stratum_of
    )
    return {row.officer: row.index for row in office.officers if row.index is not None}
