import math
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.periods import Period
from metrics.plausibility import Limits
from metrics.quantiles import median
from metrics.reference import ReferenceRules
from metrics.speed import OfficerSpeed, OfficeSpeed, SpeedRules, office_speed
from metrics.strata import StratumOf
from metrics.visit import Visit
from tests.metrics.records import JAKARTA, MARCH, NINE, legs, served, unserved

SMALL = SpeedRules(min_visits=2, reference=ReferenceRules(min_reference=2))


def speed(
    visits: Sequence[Visit], standards_s: dict[str, float] | None = None, rules: SpeedRules | None = None
) -> OfficeSpeed:
    return office_speed(
        visits, period=MARCH, reference_period=MARCH, standards_s=standards_s or {}, rules=rules or SpeedRules()
    )


def by_officer(office: OfficeSpeed) -> dict[str, OfficerSpeed]:
    return {row.officer: row for row in office.officers}


def lognormal(rng: random.Random, median_s: float, n: int, sigma: float = 0.6) -> list[float]:
    return [median_s * math.exp(rng.gauss(0, sigma)) for _ in range(n)]


def test_it_follows_the_formula_step_by_step() -> None:
    logs = {
        ("ana", "A"): [6.0, 6.5, 6.1],
        ("budi", "A"): [6.2, 6.6, 6.4],
        ("citra", "A"): [6.3, 6.9],
        ("ana", "B"): [5.0],
        ("citra", "B"): [5.2, 5.9, 5.1],
    }
    visits = [served(math.exp(x), who, what) for (who, what), values in logs.items() for x in values]
    ana = by_officer(speed(visits, rules=SMALL))["ana"]

    weight = weighted = error = 0.0
    for what in "AB":
        others = [x for (who, service), values in logs.items() if who != "ana" and service == what for x in values]
        mu = sum(others) / len(others)
        sigma2 = sum((x - mu) ** 2 for x in others) / (len(others) - 1)
        own = logs["ana", what]
        weight += len(own) / sigma2
        weighted += sum(x - mu for x in own) / sigma2
        error += (len(own) / sigma2) ** 2 * sigma2 / len(others)
    assert ana.effect is not None
    assert ana.effect.d == pytest.approx(weighted / weight, abs=1e-5)
    assert ana.effect.v == pytest.approx(1 / weight + error / weight**2, rel=1e-4)
    assert (ana.effect.visits, ana.effect.against_standard) == (4, 0)


def test_the_index_is_the_shrunk_effect_with_its_interval() -> None:
    rng = random.Random(3)
    office = speed([v for who in "wxyz" for v in legs(who, "A", lognormal(rng, 600, 50))])
    assert office.tau2 is not None
    for row in office.officers:
        assert row.effect is not None
        d, v, tau2 = row.effect.d, row.effect.v, office.tau2
        theta, half = d * tau2 / (tau2 + v), 1.96 * math.sqrt(tau2 * v / (tau2 + v))
        assert row.index == pytest.approx(100 * math.exp(-theta))
        assert row.index_low == pytest.approx(100 * math.exp(-theta - half))
        assert row.index_high == pytest.approx(100 * math.exp(-theta + half))


def test_whoever_takes_only_hard_cases_is_not_punished() -> None:
    rng = random.Random(11)
    visits = legs("hard", "hard", lognormal(rng, 1800, 200))
    for who in "wxyz":
        visits += legs(who, "easy", lognormal(rng, 300, 180)) + legs(who, "hard", lognormal(rng, 1800, 20))
    rows = by_officer(speed(visits))
    hard = rows.pop("hard")
    assert all((hard.median_s or 0) > 3 * (row.median_s or 0) for row in rows.values())
    assert hard.index == pytest.approx(100, abs=6)
    assert (hard.index_low or 0) < 100 < (hard.index_high or 0)


def test_the_worked_example_of_four_officers() -> None:
    """The table of docs/metrics.md: times at the middles of n equal slices of a log-normal distribution."""

    def times(median_s: float, n: int) -> list[float]:
        return [median_s * math.exp(NormalDist(0, 0.6).inv_cdf((i + 0.5) / n)) for i in range(n)]

    rows = by_officer(
        speed(
            [
                *legs("P1", "A", times(900, 20)),
                *legs("P1", "G", times(300, 80)),
                *legs("P2", "A", times(900, 80)),
                *legs("P2", "G", times(300, 20)),
                *legs("P3", "A", times(720, 50)),
                *legs("P3", "G", times(240, 50)),
                *legs("P4", "A", times(1080, 50)),
                *legs("P4", "G", times(360, 50)),
            ]
        )
    )
    shown = {
        who: [round(row.median_s or 0), *(round(x or 0, 1) for x in (row.index, row.index_low, row.index_high))]
        for who, row in rows.items()
    }
    assert shown == {
        "P1": [356, 98.5, 85.2, 114.0],
        "P2": [758, 98.5, 85.2, 114.0],
        "P3": [416, 130.6, 114.5, 149.0],
        "P4": [624, 78.6, 68.8, 89.7],
    }


def test_two_equally_fast_officers_with_opposite_mixes_get_like_indices() -> None:
    rng = random.Random(12)
    visits: list[Visit] = []
    for who, easy in (("ana", 1800), ("budi", 200), ("citra", 1000), ("dewi", 1000)):
        visits += legs(who, "easy", lognormal(rng, 300, easy)) + legs(who, "hard", lognormal(rng, 1800, 2000 - easy))
    rows = by_officer(speed(visits))
    assert rows["ana"].index == pytest.approx(rows["budi"].index, abs=3)


def test_an_officer_who_takes_a_fifth_less_time_is_seen_as_such() -> None:
    """100 / 0.8 = 125; a little is given up to shrinkage, and the interval leaves 100 out every time."""
    rng = random.Random(13)
    indices = []
    for _ in range(8):
        visits = legs("fast", "A", lognormal(rng, 600 * 0.8, 400))
        for who in "wxyz":
            visits += legs(who, "A", lognormal(rng, 600, 400))
        fast = by_officer(speed(visits))["fast"]
        assert (fast.index_low or 0) > 100
        indices.append(fast.index or 0)
    assert sum(indices) / len(indices) == pytest.approx(123, abs=4)


def test_it_shows_no_index_below_the_minimum() -> None:
    visits = [*legs("ana", "A", [300] * 29), *legs("budi", "A", [310] * 30), *legs("citra", "A", [320] * 90)]
    rows = by_officer(speed(visits))
    assert (rows["ana"].enough, rows["budi"].enough) == (False, True)
    assert (rows["ana"].index, rows["ana"].index_low, rows["ana"].index_high) == (None, None, None)
    assert (rows["ana"].served, rows["ana"].median_s, rows["ana"].indexed) == (29, 300, 29)


def test_alike_officers_get_100_with_room_for_doubt() -> None:
    visits = [v for who in "vwxyz" for v in legs(who, "A", [300, 400, 500] * 20)]
    for row in speed(visits).officers:
        assert row.index == pytest.approx(100)
        assert 94 < (row.index_low or 0) < 98
        assert 102 < (row.index_high or 0) < 106


def test_one_officer_alone_is_measured_against_the_standard_unshrunk() -> None:
    office = speed(legs("ana", "A", [450] * 40), {"A": 900})
    (ana,) = office.officers
    assert office.tau2 is None
    # 40 visits, 39 degrees of freedom of no spread at all: the least believable one, 0.05.
    half = 1.96 * 0.05 / math.sqrt(40)
    assert ana.index == pytest.approx(200)
    assert (ana.index_low, ana.index_high) == (
        pytest.approx(200 * math.exp(-half)),
        pytest.approx(200 * math.exp(half)),
    )
    assert ana.against_standard_share == 1
    assert office.strata[0].source == "standard"


def test_one_officer_alone_without_a_standard_has_times_and_no_index() -> None:
    (ana,) = speed(legs("ana", "A", [450] * 40)).officers
    assert (ana.served, ana.median_s, ana.p90_s) == (40, 450, 450)
    assert (ana.index, ana.enough, ana.indexed, ana.without_expectation) == (None, False, 0, 40)
    assert ana.against_standard_share is None


def test_an_office_faster_than_its_standards_is_shown_so_and_not_pulled_to_100() -> None:
    rng = random.Random(5)
    standards: dict[str, float] = dict.fromkeys("ABCDE", 900.0)
    # Ten visits of each service per officer: 20 by the two others, too few to be history.
    visits = [v for who in "xyz" for service in standards for v in legs(who, service, lognormal(rng, 600, 10))]
    office = speed(visits, standards)
    for row in office.officers:
        assert row.against_standard_share == 1
        assert 130 < (row.index or 0) < 170


def test_it_says_which_share_was_measured_against_the_standard() -> None:
    visits = [*legs("ana", "A", [500] * 30), *legs("budi", "A", [500] * 40), *legs("ana", "B", [300] * 10)]
    office = speed([*visits, *legs("ana", "C", [70] * 5)], {"A": 900, "B": 300})
    rows = by_officer(office)
    assert rows["ana"].against_standard_share == 0.25
    assert (rows["ana"].served, rows["ana"].indexed, rows["ana"].without_expectation) == (45, 40, 5)
    assert rows["budi"].against_standard_share == 0
    assert [(s.service, s.n, s.officers, s.source) for s in office.strata] == [
        ("A", 70, 2, "history"),
        ("B", 10, 1, "standard"),
        ("C", 5, 1, "none"),
    ]
    assert (office.strata[2].mu, office.strata[2].sigma) == (None, None)


def test_a_stratum_measured_both_ways_is_mixed() -> None:
    office = speed([*legs("ana", "A", [500] * 40), *legs("budi", "A", [500] * 5)], {"A": 900})
    assert office.strata[0].source == "mixed"
    assert {who: row.against_standard_share for who, row in by_officer(office).items()} == {"ana": 1, "budi": 0}


def test_what_is_left_out_is_counted_per_officer_and_in_all() -> None:
    visits = [
        *legs("ana", "A", [300] * 3),
        served(5),
        replace(served(300), flagged=True),
        replace(served(300), end="transferred"),
        served(300, officer=None),
        unserved("no_show", officer="budi", called_after_s=9),
        unserved("abandoned"),
    ]
    office = speed(visits)
    rows = by_officer(office)
    assert rows["ana"].excluded == {"too_short": 1, "flagged": 1, "not_finished": 1}
    assert (rows["budi"].served, rows["budi"].median_s, rows["budi"].p90_s) == (0, None, None)
    assert rows["budi"].excluded == {"not_started": 1}
    assert office.excluded == {"too_short": 1, "flagged": 1, "not_finished": 1, "no_officer": 1, "not_started": 2}
    assert office.served + sum(office.excluded.values()) == len(visits)


def test_it_takes_times_from_its_period_and_expectations_from_the_reference_period() -> None:
    february = Period(date(2026, 2, 1), date(2026, 2, 28), JAKARTA)
    long_ago = NINE - timedelta(days=20)
    visits = [
        *legs("ana", "A", [300] * 30),
        *(served(600 * (1 + 0.1 * (i % 3)), "budi", start=long_ago) for i in range(60)),
        served(99, "citra", start=NINE + timedelta(days=60)),
    ]
    office = office_speed(visits, period=MARCH, reference_period=february, standards_s={})
    (ana,) = office.officers
    assert ana.served == 30
    assert ana.index == pytest.approx(219, abs=1)
    assert (office.strata[0].n, office.served) == (60, 30)


def test_the_first_and_last_local_moments_of_a_period_belong_to_it() -> None:
    start, end = MARCH.bounds
    starts = [start - timedelta(seconds=1), start, end - timedelta(seconds=40), end]
    assert speed([served(30, start=s) for s in starts]).served == 2


def test_strata_can_be_refined() -> None:
    visits = [replace(v, category="elderly") for v in legs("ana", "A", [900] * 30)]
    visits += [replace(v, category="elderly") for v in legs("budi", "A", [900, 950, 850] * 10)]
    visits += legs("budi", "A", [300] * 60)

    def index(stratum_of: StratumOf) -> float | None:
        office = office_speed(
            visits,
            period=MARCH,
            reference_period=MARCH,
            standards_s={},
            stratum_of=stratum_of,
        )
        return by_officer(office)["ana"].index

    assert index(lambda v: (v.service, v.category)) == pytest.approx(100, abs=1)
    assert (index(lambda v: (v.service,)) or 0) < 60


def test_an_empty_period_has_no_rows() -> None:
    office = speed([])
    assert (office.officers, office.strata, office.tau2, office.served) == ((), (), None, 0)


def test_it_refuses_a_minimum_of_nothing() -> None:
    with pytest.raises(ValueError, match="min_visits"):
        SpeedRules(min_visits=0)


rows_of_visits = st.lists(
    st.tuples(st.sampled_from("wxyz"), st.sampled_from("AB"), st.integers(20, 3000)), min_size=4, max_size=40
)


def figures(office: OfficeSpeed, names: dict[str, str] | None = None) -> dict[str, object]:
    """Index and interval per officer, whose names may be turned back first; approximate when compared."""
    return {
        (names or {}).get(row.officer, row.officer): pytest.approx((row.index, row.index_low, row.index_high), rel=1e-6)
        for row in office.officers
        if row.enough
    }


def exact(office: OfficeSpeed) -> dict[str, object]:
    return {row.officer: (row.index, row.index_low, row.index_high) for row in office.officers if row.enough}


@given(rows_of_visits, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_visits_does_not_matter(rows: list[tuple[str, str, int]], rng: random.Random) -> None:
    visits = [served(seconds, who, what) for who, what, seconds in rows]
    shuffled = list(visits)
    rng.shuffle(shuffled)
    assert exact(speed(visits, rules=SMALL)) == figures(speed(shuffled, rules=SMALL))


@given(rows_of_visits, st.permutations("wxyz"))
@settings(deadline=None)
def test_officers_names_do_not_matter(rows: list[tuple[str, str, int]], names: list[str]) -> None:
    renamed = dict(zip("wxyz", names, strict=True))
    before = speed([served(seconds, who, what) for who, what, seconds in rows], rules=SMALL)
    after = speed([served(seconds, renamed[who], what) for who, what, seconds in rows], rules=SMALL)
    assert exact(before) == figures(after, {new: old for old, new in renamed.items()})


@given(rows_of_visits, st.sampled_from([0.5, 2.0, 4.0]))
@settings(deadline=None)
def test_when_everybody_slows_down_alike_nobody_looks_slower(rows: list[tuple[str, str, int]], factor: float) -> None:
    rules = replace(SMALL, limits=Limits(1, 80_000 / 4))
    before = speed([served(seconds, who, what) for who, what, seconds in rows], rules=rules)
    after = speed([served(seconds * factor, who, what) for who, what, seconds in rows], rules=rules)
    assert exact(before) == figures(after)


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    """95 in 100, with officers who truly differ (tau 0.15) and mixes of services that differ too."""
    rng = random.Random(20260302)
    medians = {"A": 300.0, "B": 600.0, "C": 1200.0}
    held = trials = 0
    for _ in range(160):
        theta = {who: rng.gauss(0, 0.15) for who in "uvwxyz"}
        counts: dict[str, dict[str, int]] = {}
        visits: list[Visit] = []
        for who, slower in theta.items():
            shares = {service: rng.expovariate(1) for service in medians}
            counts[who] = {service: round(70 * share / sum(shares.values())) for service, share in shares.items()}
            for service, n in counts[who].items():
                visits += legs(who, service, lognormal(rng, medians[service] * math.exp(slower), n, 0.5))
        for row in speed(visits).officers:
            if row.enough and row.effect is not None and row.effect.visits == row.served:
                truth = 100 * math.exp(-_difference_from_others(row.officer, theta, counts))
                held += (row.index_low or 0) <= truth <= (row.index_high or 0)
                trials += 1
    assert trials > 800
    assert 0.93 <= held / trials <= 0.97


def _difference_from_others(officer: str, theta: dict[str, float], counts: dict[str, dict[str, int]]) -> float:
    """theta of the officer less that of the others, service by service as they served it, over the officer's mix."""
    own = counts[officer]
    difference = 0.0
    for service, n in own.items():
        others = {who: counts[who][service] for who in theta if who != officer}
        expected = sum(theta[who] * count for who, count in others.items()) / max(1, sum(others.values()))
        difference += n * (theta[officer] - expected)
    return difference / sum(own.values())


def test_exchanging_officers_names_visit_by_visit_leaves_no_signal() -> None:
    """When who served is random, intervals of about 19 in 20 officers hold 100 and tau is near nothing."""
    rng = random.Random(9)
    visits = [served(seconds, rng.choice("stuvwxyz"), "A") for seconds in lognormal(rng, 600, 4000)]
    office = speed(visits)
    assert (office.tau2 or 0) < 0.05**2
    assert sum((row.index_low or 0) <= 100 <= (row.index_high or 0) for row in office.officers) >= 7


def test_the_median_shown_is_that_of_the_visits_behind_it() -> None:
    times = [60.0, 90.0, 300.0]
    (ana,) = speed(legs("ana", "A", times)).officers
    assert ana.median_s == median(times)
