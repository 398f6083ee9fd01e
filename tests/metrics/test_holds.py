from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.holds import Pauses, take_out, time_within
from metrics.visit import Shift, Span
from tests.metrics.records import NINE, served, unserved


def at(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


def pauses_of(officer: str, *spans: Span, closed: datetime | None = None) -> Pauses:
    return Pauses([Shift(officer=officer, counter=1, opened_at=at(-60), closed_at=closed, pauses=spans)])


NO_PAUSES = Pauses([])


@pytest.mark.parametrize(
    ("spans", "minutes"),
    [
        ([], 0),
        ([(2, 5)], 3),
        ([(-5, 2)], 2),
        ([(8, 20)], 2),
        ([(-5, 20)], 10),
        ([(-5, 0), (10, 20)], 0),
        ([(2, 5), (4, 7)], 5),
        ([(2, 8), (3, 4)], 6),
        ([(6, 8), (2, 4)], 4),
        ([(7, None)], 3),
        ([(5, 4)], 0),
    ],
)
def test_it_joins_spans_and_cuts_them_to_the_service(spans: list[tuple[float, float | None]], minutes: float) -> None:
    given_spans = [(at(a), None if b is None else at(b)) for a, b in spans]
    assert time_within(given_spans, at(0), at(10)) == timedelta(minutes=minutes)


@given(st.lists(st.tuples(st.integers(-20, 40), st.integers(0, 30))))
def test_it_covers_as_many_minutes_as_there_are_minutes_in_any_span(spans: list[tuple[int, int]]) -> None:
    covered = {minute for start, length in spans for minute in range(start, start + length)} & set(range(10))
    found = time_within([(at(start), at(start + length)) for start, length in spans], at(0), at(10))
    assert found == timedelta(minutes=len(covered))


def test_it_takes_a_pause_during_service_out_of_the_serve_time() -> None:
    visit = take_out(served(600), [], pauses_of("ana", (at(2), at(5))))
    assert visit.serve_s == 420


def test_it_takes_a_second_out_once_when_the_ticket_is_on_hold_and_the_officer_pauses() -> None:
    visit = take_out(served(600), [(at(1), at(4))], pauses_of("ana", (at(2), at(5))))
    assert visit.hold == timedelta(minutes=4)


def test_it_replaces_the_hold_that_was_there() -> None:
    assert take_out(served(300, hold_s=300), [(at(0), at(1))], NO_PAUSES).hold == timedelta(minutes=1)


def test_it_leaves_other_officers_pauses_alone() -> None:
    assert take_out(served(600), [], pauses_of("budi", (at(2), at(5)))).serve_s == 600


def test_a_pause_never_ended_is_over_when_the_shift_is() -> None:
    assert take_out(served(600), [], pauses_of("ana", (at(2), None), closed=at(4))).serve_s == 480
    assert take_out(served(600), [], pauses_of("ana", (at(2), None))).serve_s == 120


def test_it_returns_a_visit_that_was_not_served_as_it_is() -> None:
    for visit in (unserved("no_show", officer="ana"), served(-60)):
        assert take_out(visit, [(at(-9), at(9))], pauses_of("ana", (at(-9), at(9)))) == visit


@given(st.lists(st.tuples(st.integers(-40, 40), st.integers(1, 30))), st.integers(-30, 30), st.integers(0, 30))
def test_it_finds_all_pauses_that_touch_a_service(spans: list[tuple[int, int]], start: int, length: int) -> None:
    pauses = [(at(begin), at(begin + minutes)) for begin, minutes in spans]
    found = pauses_of("ana", *pauses).during("ana", at(start), at(start + length))
    assert time_within(found, at(start), at(start + length)) == time_within(pauses, at(start), at(start + length))


def test_it_knows_no_pauses_of_nobody_and_of_strangers() -> None:
    pauses = pauses_of("ana", (at(0), at(9)))
    assert pauses.during(None, at(0), at(9)) == pauses.during("citra", at(0), at(9)) == []
