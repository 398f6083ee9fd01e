"""What-if: each change does what it says, and what it does not change stays as it is."""

from dataclasses import replace

import numpy as np
import pytest

from metrics.planning import measures, scenario
from metrics.planning.day import days
from metrics.planning.demand import people
from metrics.planning.scenario import (
    AddSlots,
    Change,
    ChangeDiscipline,
    ChangeQuota,
    Impossible,
    MoveBreak,
    OneMoreCounter,
    compare,
)
from metrics.planning.staffing import hours_of, needed, with_counters
from tests.metrics.planning.plans import AFTERNOON, MORNING, NOON, ONE, office

COUNT = 40


def test_one_more_counter_shortens_waits_and_never_lengthens_the_middle_one() -> None:
    before, after = compare(office(), [OneMoreCounter(MORNING, AFTERNOON)], COUNT)
    assert after.figures["median_s"].mean < before.figures["median_s"].mean
    assert after.changes["p90_s"].clear
    assert after.changes["p90_s"].high < 0
    assert after.changes["occupancy"].high < 0
    plans = [office(), scenario.apply(office(), OneMoreCounter(MORNING, AFTERNOON))]
    of_days = [measures.daily(plan, days(plan, COUNT))["within"] for plan in plans]
    assert np.mean(of_days[1] >= of_days[0] - 0.02) == 1.0


def test_a_higher_quota_sends_fewer_away_and_gives_more_work() -> None:
    before, after = compare(office(quota=45), [ChangeQuota("A", 70)], COUNT)
    assert before.figures["sent_away"].mean > 5
    assert after.changes["sent_away"].clear
    assert after.changes["sent_away"].high < 0
    assert after.changes["occupancy"].low > 0


def test_a_paired_difference_is_narrower_than_one_of_different_days() -> None:
    before, after = compare(office(), [OneMoreCounter(NOON, ONE)], COUNT)
    paired = after.changes["p90_s"].high - after.changes["p90_s"].low
    apart = before.figures["p90_s"].high - before.figures["p90_s"].low
    assert paired < apart * 0.8


def test_a_moved_break_moves_the_calls() -> None:
    plan = scenario.apply(office(), MoveBreak(2, NOON, ONE, NOON - 3600))
    assert plan.desks[1].open == ((MORNING, NOON - 3600), (NOON, AFTERNOON))
    assert plan.desks[0] == office().desks[0]
    one = days(plan, 1)[0]
    calls = (one.at_s + one.wait_s)[~np.isnan(one.wait_s)]
    assert np.any((calls > NOON) & (calls < ONE))


def test_added_places_bring_new_people_or_the_same_ones_with_a_booking() -> None:
    plan = office(quota=None)
    new = scenario.apply(plan, AddSlots("B", MORNING, MORNING + 3600, 5))
    same = scenario.apply(plan, AddSlots("B", MORNING, MORNING + 3600, 5, instead=True))
    sizes = [np.mean([len(people(one.demand, 1, day).at_s) for day in range(COUNT)]) for one in (plan, new, same)]
    assert sizes[1] - sizes[0] == pytest.approx(2 * 5 * 0.7 * 0.9, abs=1.0)
    assert sizes[2] < sizes[1] - 3
    first = people(plan.demand, 1, 0)
    assert set(first.at_s) <= set(people(new.demand, 1, 0).at_s)  # nobody else is changed by it


def test_strict_priority_is_no_free_lunch() -> None:
    before, after = compare(office(rule="first_come"), [ChangeDiscipline("strict")], COUNT)
    assert after.changes["sent_away"].clear is False
    assert abs(after.changes["occupancy"].mean) < 0.01
    assert before.figures["p90_s"].mean != after.figures["p90_s"].mean


def test_the_same_plan_makes_no_clear_difference() -> None:
    _, after = compare(office(), [ChangeQuota("A", 60)], 10)
    assert not any(change.clear for change in after.changes.values())
    assert all(change.mean == 0 for change in after.changes.values())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (OneMoreCounter(AFTERNOON, MORNING), "outside_hours"),
        (OneMoreCounter(MORNING, AFTERNOON + 3600), "outside_hours"),
        (OneMoreCounter(MORNING, NOON, like=9), "unknown_counter"),
        (MoveBreak(1, NOON, ONE, AFTERNOON), "outside_hours"),
        (MoveBreak(1, NOON, NOON, NOON), "outside_hours"),
        (MoveBreak(9, NOON, ONE, MORNING), "unknown_counter"),
        (ChangeQuota("Z", 5), "unknown_service"),
        (ChangeQuota("A", -1), "bad_number"),
        (AddSlots("A", MORNING, NOON, 2), "no_slots"),
        (AddSlots("B", MORNING, NOON, 0), "bad_number"),
        (AddSlots("B", MORNING, NOON, 500), "too_many_places"),
    ],
)
def test_what_cannot_be_is_refused(change: Change, code: str) -> None:
    with pytest.raises(Impossible) as refused:
        scenario.apply(office(), change)
    assert refused.value.code == code


def test_the_fewest_counters_meet_the_target_and_one_fewer_does_not() -> None:
    plan = replace(office(counters=8, people=200, quota=None))
    opens = [(MORNING, NOON), (ONE, AFTERNOON)]
    found = needed(plan, opens, 30)
    assert [hour.start_s for hour in found] == [start for start, _ in hours_of(opens)]
    assert all(hour.met and hour.within is not None and hour.within > 0.85 for hour in found)
    assert all(1 <= hour.counters <= 8 for hour in found)
    # Where the most are needed, one fewer misses the target.
    most = max(range(len(found)), key=lambda at: found[at].counters)
    counters = [hour.counters - (at == most) for at, hour in enumerate(found)]
    fewer = with_counters(plan, hours_of(opens), counters)
    base = with_counters(plan, hours_of(opens), [hour.counters for hour in found])
    within = [np.mean(measures.daily(one, days(one, 30))["within"]) for one in (base, fewer)]
    assert within[1] < within[0]
    assert all(hour.erlang is not None and abs(hour.erlang - hour.counters) <= 2 for hour in found)


def test_an_office_with_too_few_counters_is_told_so() -> None:
    found = needed(office(counters=1, people=300, quota=None), [(MORNING, AFTERNOON)], 10)
    assert not any(hour.met for hour in found[1:] if hour.comes)
    assert {hour.counters for hour in found} == {1}
    with pytest.raises(ValueError, match="counters"):
        needed(office(counters=0), [(MORNING, AFTERNOON)], 10)
