"""Accuracy of information: what counts as wrong, of what, and the figure of all parts."""

import math
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from metrics.accuracy import LEAST, OFFICER_PARTS, WEIGHTS, Count, Part, accuracy, counted
from metrics.visit import Visit
from tests.metrics.records import MARCH, NINE, served

LATER = NINE + timedelta(days=60)


def visit(ticket: str, outcome: str = "done", days: int = 0, **said: object) -> Visit:
    return replace(served(300, start=NINE + timedelta(days=days)), ticket=ticket, outcome=outcome, **said)  # type: ignore[arg-type]


def of(visits: list[Visit], part: Part, now: datetime = LATER) -> Count | None:
    return counted(visits, MARCH, now)[part]


def test_the_weights_are_whole() -> None:
    assert math.fsum(WEIGHTS.values()) == pytest.approx(1)


class TestWhatCounts:
    def test_rework_is_of_those_who_can_be_recognised_and_have_had_the_time(self) -> None:
        first = [visit("a", known=True), visit("b", known=True), visit("c"), visit("d", known=True, days=25)]
        again = [visit("e", known=True, days=3, again_of="a"), visit("f", days=4, again_of="a", service="B")]
        assert of(first + again, Part.REWORK) == Count(1, 4)
        assert of(first + again, Part.REWORK, NINE + timedelta(days=15)) == Count(1, 2)
        assert of([visit("c")], Part.REWORK) is None

    def test_who_was_sent_home_for_papers_and_comes_back_is_no_rework(self) -> None:
        visits = [visit("a", "papers_missing", known=True), visit("b", days=2, known=True, again_of="a")]
        assert of(visits, Part.REWORK) == Count(0, 1)

    def test_papers_count_only_after_a_confirmed_list(self) -> None:
        visits = [
            visit("a", "papers_missing"),
            visit("b", "papers_missing", checklist=True),
            visit("c", checklist=True),
        ]
        assert of(visits, Part.PAPERS) == Count(1, 2)

    def test_a_wrong_service_is_one_sent_on_redirected_or_exchanged(self) -> None:
        sent_on = replace(visit("a", ""), end="transferred")
        same = replace(visit("b", ""), end="transferred")
        visits = [sent_on, visit("a", days=1, service="B"), same, visit("b", days=1)]
        visits += [visit("c", "redirected"), visit("d", service_given="B"), visit("e", service_given="A")]
        assert of(visits, Part.WRONG_SERVICE) == Count(3, 7)

    def test_corrections_are_of_those_where_somebody_was_asked(self) -> None:
        visits = [visit("a"), visit("b", correction=False), visit("c", correction=True)]
        assert of(visits, Part.CORRECTIONS) == Count(1, 2)

    def test_an_outage_and_another_month_are_in_nothing(self) -> None:
        visits = [visit("a", "system_down", known=True, checklist=True), visit("b", days=40, known=True)]
        assert set(counted(visits, MARCH, LATER).values()) == {None}


class TestFigure:
    def test_the_worked_example(self) -> None:
        """Information 90 of 100 right, rework 5 of 50; weights 0.25 and 0.20, stretched to 0.5556 and 0.4444."""
        counts = {Part.INFORMATION: Count(10, 100), Part.REWORK: Count(5, 50), Part.COMPLAINTS: None}
        found = accuracy(counts, OFFICER_PARTS)
        assert found.known == pytest.approx(0.45 / 0.55)
        assert [round(one.weight, 4) for one in found.components] == [0.5556, 0.4444, 0]
        assert found.value == pytest.approx(0.9)
        # Wilson: 0.8256 to 0.9448 of 100, 0.7864 to 0.9565 of 50.
        assert found.low == pytest.approx(0.9 - math.hypot(0.5556 * 0.0744, 0.4444 * 0.1136), abs=2e-4)
        assert found.high == pytest.approx(0.9 + math.hypot(0.5556 * 0.0448, 0.4444 * 0.0565), abs=2e-4)

    def test_no_data_is_not_zero(self) -> None:
        found = accuracy({})
        assert (found.value, found.low, found.high, found.known) == (None, None, None, 0)
        assert {one.right for one in found.components} == {None}

    def test_few_cases_stay_out_of_it(self) -> None:
        enough = {part: Count(0, 100) for part in Part}
        found = accuracy(enough | {Part.COMPLAINTS: Count(1, LEAST - 1)})
        assert found.value == pytest.approx(1)
        assert (found.of(Part.COMPLAINTS).weight, found.of(Part.COMPLAINTS).n) == (0, LEAST - 1)

    def test_with_less_than_half_of_the_weight_there_is_none(self) -> None:
        known = {Part.INFORMATION: Count(1, 50), Part.REWORK: Count(1, 50)}
        assert accuracy(known).value is None
        assert accuracy({**known, Part.COMPLAINTS: Count(1, 50)}).value == pytest.approx(0.98)

    def test_it_refuses_more_wrong_than_there_are(self) -> None:
        with pytest.raises(ValueError, match="between 0"):
            Count(2, 1)
