import math
import statistics
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.reference import Expectation, LogTimes, Reference, ReferenceRules
from metrics.strata import by_service
from metrics.visit import Visit
from tests.metrics.records import legs, served

RULES = ReferenceRules(min_reference=3)


def reference(visits: list[Visit], standards_s: dict[str, float], rules: ReferenceRules = RULES) -> Reference:
    return Reference(LogTimes(visits, by_service), standards_s, rules)


@given(
    st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from("AB"), st.floats(10, 14400)), min_size=1, max_size=40)
)
def test_what_is_expected_of_an_officer_comes_from_the_others_only(rows: list[tuple[str, str, float]]) -> None:
    history = reference([served(s, officer, service) for officer, service, s in rows], {})
    for officer in "xyz":
        for service in "AB":
            logs = [math.log(served(s).serve_s or 0) for who, what, s in rows if who != officer and what == service]
            found = history.expect(officer, (service,))
            if len(logs) < 3:
                assert found is None
                continue
            assert found is not None
            assert (found.n, found.source) == (len(logs), "history")
            assert found.mu == pytest.approx(statistics.fmean(logs))
            assert found.sigma == pytest.approx(max(0.05, statistics.stdev(logs)), abs=1e-5)
            assert found.mu_variance == pytest.approx(found.sigma**2 / len(logs))


def test_sending_away_is_compared_with_sending_away_alone() -> None:
    away = [replace(visit, outcome="not_eligible") for visit in legs("budi", "A", [60, 90, 70])]
    known = reference([*legs("budi", "A", [600, 700, 800]), *away], {"A": 900})
    expected = known.expect("ana", ("A", "sent_away"))
    assert expected is not None
    assert (expected.n, expected.source) == (3, "history")
    assert expected.mu == pytest.approx(statistics.fmean(math.log(s) for s in (60, 90, 70)))
    assert known.expect("budi", ("A", "sent_away")) is None  # a standard time is no yardstick for it


def test_a_visit_counts_as_the_service_that_was_given() -> None:
    assert by_service(replace(served(300, service="A"), service_given="B", outcome="done")) == ("B",)


def test_the_standard_stands_in_until_others_have_enough_history() -> None:
    visits = [*legs("ana", "A", [500] * 9), *legs("budi", "A", [400, 500])]
    few = reference(visits, {"A": 900})
    assert few.expect("budi", ("A",)) is not None
    by_standard = few.expect("ana", ("A",))
    assert by_standard is not None
    assert (by_standard.source, by_standard.mu, by_standard.n) == ("standard", math.log(900), 0)
    assert by_standard.mu_variance == 0
    enough = reference([*visits, served(450, "citra")], {"A": 900}).expect("ana", ("A",))
    assert enough is not None
    assert (enough.source, enough.n) == ("history", 3)


def test_beside_a_standard_the_spread_is_the_one_found_in_the_office_once_there_is_one() -> None:
    logs = [6.0, 6.4, 6.8]
    visits = legs("ana", "A", [math.exp(x) for x in logs])
    assert reference(visits, {"B": 300}).expect("ana", ("B",)) == Expectation(math.log(300), 0.6, 0, "standard")
    more = [*visits, *legs("budi", "C", [math.exp(x) for x in (5.0, 5.4)])]
    # Two degrees of freedom in A, one in C: sqrt((0.16 + 0 + 0.16 + 0.04 + 0.04) / 3).
    found = reference(more, {"B": 300}).expect("ana", ("B",))
    assert found is not None
    assert found.sigma == pytest.approx(math.sqrt(0.4 / 3), abs=1e-5)


def test_equal_times_do_not_get_endless_weight() -> None:
    found = reference(legs("ana", "A", [300] * 50), {}).expect("budi", ("A",))
    assert found is not None
    assert found.sigma == 0.05


def test_without_history_and_standard_nothing_is_expected() -> None:
    assert reference([], {"B": 300}).expect("ana", ("A",)) is None


def test_it_refuses_a_leg_that_was_not_sifted() -> None:
    for bad in (served(0), served(300, officer=None), replace(served(300), finished_at=None)):
        with pytest.raises(ValueError, match="no positive serve time"):
            LogTimes([bad], by_service)


@pytest.mark.parametrize("bad", [{"min_reference": 1}, {"default_sigma": 0}, {"least_sigma": -0.1}])
def test_it_refuses_rules_without_a_meaning(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be"):
        ReferenceRules(**bad)


def test_it_refuses_a_standard_time_of_zero() -> None:
    with pytest.raises(ValueError, match="service 'A'"):
        reference([], {"A": 0})
