"""A played day against theory, against an independent simulator, and against the office's own rule of turns."""

from datetime import UTC, datetime, timedelta
from math import sqrt

import numpy as np
import pytest
from scipy import stats

from metrics.forecast.line import Rule
from metrics.planning import erlang
from metrics.planning.day import LEFT, REFUSED, SERVED, UNSERVED, DayPlan, Desk, Service, days, play
from metrics.planning.demand import Demand, PastDay, Slot, WalkIns, people
from metrics.planning.durations import Exponential, Observed
from queue_app import discipline
from queue_app.discipline import RuleName, Waiting
from tests.metrics.planning.plans import AFTERNOON, DAY_S, MORNING, office, steady

WARM_S = 20_000.0


def interval(values: list[float]) -> tuple[float, float]:
    """Of the mean, 99 %."""
    reach = float(stats.t.ppf(0.995, len(values) - 1)) * float(np.std(values, ddof=1)) / sqrt(len(values))
    return float(np.mean(values)) - reach, float(np.mean(values)) + reach


def test_waits_are_those_of_theory_without_end_to_patience() -> None:
    """M/M/c: Erlang C."""
    plan, target_s = steady(3, 1 / 55, 120), 180.0
    theory = erlang.steady(3, 1 / 55, 120)
    played = [(one, one.at_s > WARM_S) for one in days(plan, 40, seed=11)]
    low, high = interval([float(one.wait_s[late].mean()) for one, late in played])
    assert low < theory.mean_wait_s < high
    assert high - low < theory.mean_wait_s / 3  # narrow enough to mean something
    low, high = interval([float((one.wait_s[late] <= target_s).mean()) for one, late in played])
    assert low < erlang.within(3, 1 / 55, 120, target_s) < high
    low, high = interval([one.busy_s / one.open_s for one, _ in played])
    assert low < theory.occupancy < high


def test_waits_and_those_who_leave_are_those_of_theory_with_patience() -> None:
    """M/M/c+M: Erlang A, at a load that the counters could not bear without."""
    plan = steady(3, 1 / 35, 120, patience_s=240)
    theory = erlang.steady(3, 1 / 35, 120, 240)
    played = [(one, one.at_s > WARM_S) for one in days(plan, 40, seed=12)]
    low, high = interval([float((one.ended[late] == LEFT).mean()) for one, late in played])
    assert low < theory.leaves < high
    assert high - low < 0.02
    in_time = [float(((one.ended == SERVED) & (one.wait_s <= 120))[late].mean()) for one, late in played]
    low, high = interval(in_time)
    assert low < erlang.within(3, 1 / 35, 120, 120, 240) < high


def test_it_agrees_with_an_independent_simulator() -> None:
    """Ciw: two services of different length, priority citizens of each, three counters, strict priority."""
    import ciw

    per_s, serve_s, shares = {"A": 1 / 90, "B": 1 / 160}, {"A": 90.0, "B": 240.0}, {"regular": 0.7, "elderly": 0.3}
    plan = DayPlan(
        [Service(code, Exponential(serve_s[code])) for code in "AB"],
        [Desk(number, {"A": 1, "B": 1}, ((0.0, DAY_S),)) for number in range(3)],
        Demand([WalkIns(code, (per_s[code] * 900,) * 96, shares) for code in "AB"]),
        closes_s=DAY_S,
        rule=Rule("strict", 1e9),
        rates={"elderly": 2.0},
    )
    count = 12
    ours: dict[str, list[float]] = {name: [] for name in shares}
    for day in range(count):
        come, played = people(plan.demand, 5, day), play(plan, 5, day)
        for name, means in ours.items():
            means.append(float(played.wait_s[(come.categories == name) & (played.at_s > WARM_S)].mean()))
    classes = [(code, name) for code in "AB" for name in shares]
    network = ciw.create_network(
        arrival_distributions={f"{c} {n}": [ciw.dists.Exponential(per_s[c] * shares[n])] for c, n in classes},
        service_distributions={f"{c} {n}": [ciw.dists.Exponential(1 / serve_s[c])] for c, n in classes},
        number_of_servers=[3],
        priority_classes={f"{c} {n}": int(n == "regular") for c, n in classes},
    )
    theirs: dict[str, list[float]] = {name: [] for name in shares}
    for day in range(count):
        ciw.seed(day)
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_time(DAY_S)
        for name, means in theirs.items():
            means.append(
                float(
                    np.mean(
                        [
                            row.waiting_time
                            for row in simulation.get_all_records()
                            if row.customer_class.endswith(name) and row.arrival_date > WARM_S
                        ]
                    )
                )
            )
    for name in shares:
        test = stats.ttest_ind(ours[name], theirs[name], equal_var=False)
        assert test.pvalue > 0.01, (name, np.mean(ours[name]), np.mean(theirs[name]))
    assert np.mean(ours["elderly"]) < np.mean(ours["regular"]) / 2


@pytest.mark.parametrize("name", list(RuleName))
def test_turns_are_those_of_the_office_itself(name: RuleName) -> None:
    """Each call of a played day is the one that ``queue_app.discipline`` makes of those who wait at that instant."""
    plan = office(counters=1, people=70, rule=name.value)
    come, played = people(plan.demand, 3, 0), play(plan, 3, 0)
    desk = plan.desks[0]
    rule = discipline.Rule(name, {"elderly": 2.0}, timedelta(seconds=plan.rule.longest_wait_s))
    zero = datetime(2026, 3, 2, tzinfo=UTC)
    inside = np.flatnonzero(come.at_s < plan.closes_s)
    called = played.at_s + played.wait_s
    by_call = [int(at) for at in np.argsort(called) if not np.isnan(called[at])]
    assert len(by_call) > 30
    for place, at in enumerate(by_call):
        now = float(called[at])
        waiting = [
            Waiting(
                other,
                "",
                come.categories[inside[other]],
                zero + timedelta(seconds=float(come.due_s[inside[other]])),
                preference=desk.preferences[come.services[inside[other]]],
            )
            for other in range(len(inside))
            if played.at_s[other] <= now and played.ended[other] != REFUSED and other not in by_call[:place]
        ]
        choice = discipline.choose(waiting, rule, zero + timedelta(seconds=now))
        assert choice is not None
        assert choice.ticket.id == at


def test_everybody_is_accounted_for_and_luck_is_that_of_the_seed() -> None:
    plan = office(quota=30)
    one, again, other = play(plan, 1, 0), play(plan, 1, 0), play(plan, 2, 0)
    assert np.array_equal(one.wait_s, again.wait_s, equal_nan=True)
    assert not np.array_equal(one.at_s, other.at_s)
    assert set(np.unique(one.ended)) <= {SERVED, LEFT, REFUSED, UNSERVED}
    come = people(plan.demand, 1, 0)
    numbers = {code: int((come.services == code).sum()) for code in "AB"}
    for place, code in enumerate("AB"):
        here = one.service == place
        walk_ins = int((~come.booked & (come.services == code)).sum())
        assert int((one.ended[here] == REFUSED).sum()) == max(0, walk_ins - (30 - come.reserved.get(code, 0)))
        assert int(here.sum()) == numbers[code]


def test_nobody_is_called_in_a_break_and_work_goes_on_after_closing_time() -> None:
    for one in days(office(counters=2, people=240, quota=None), 20):
        calls = (one.at_s + one.wait_s)[one.ended == SERVED]
        assert not np.any((calls >= 12 * 3600) & (calls < 13 * 3600))
        assert calls.min() >= MORNING
        assert one.overtime_s > 0  # more came than two counters serve by four
        assert calls.max() > AFTERNOON
        assert one.busy_s <= one.open_s + 1e-6


def test_with_all_counters_closed_everybody_is_sent_away() -> None:
    one = play(office(counters=0), 1, 0)
    assert len(one.at_s) > 50
    assert set(one.ended.tolist()) <= {UNSERVED, REFUSED}
    assert np.isnan(one.wait_s).all()


def test_a_quota_of_nothing_lets_nobody_in_but_who_booked() -> None:
    plan = office(quota=0)
    one, come = play(plan, 1, 0), people(plan.demand, 1, 0)
    assert int((one.ended == REFUSED).sum()) == int((~come.booked).sum())
    assert int((one.ended == SERVED).sum()) == int((come.booked & (come.at_s < plan.closes_s)).sum()) > 0


def test_past_days_are_played_as_they_were() -> None:
    past = PastDay((MORNING + 5, MORNING + 9), ("A", "B"), ("regular", "elderly"))
    plan = office()
    played = play(DayPlan(plan.services, plan.desks, Demand(past=[past]), plan.closes_s), 1, 0)
    assert played.at_s.tolist() == [MORNING + 5, MORNING + 9]


def test_who_booked_comes_around_the_slot_and_some_do_not() -> None:
    demand = Demand(slots=[Slot("A", MORNING, 200, 1.0)], early_s=(-600.0, 0.0, 600.0), missing=0.25)
    come = people(demand, 1, 0)
    assert come.reserved == {"A": 200}
    assert set(come.at_s.tolist()) == {MORNING - 600, MORNING, MORNING + 600}
    assert come.due_s.min() == MORNING  # coming early gains nothing
    assert 125 < len(come.at_s) < 175


def test_observed_times_keep_their_mean_and_a_record_of_nine_hours_is_cut() -> None:
    luck = (np.arange(2000) + 0.5) / 2000
    observed = Observed.from_seconds([60.0, 120.0, 600.0])
    assert observed.of(luck, 0.0).mean() == pytest.approx(260.0, rel=0.01)
    with pytest.raises(ValueError, match="observed"):
        Observed.from_seconds([])
