"""Respondents stay unknown: nothing rests on few, and nothing on few is had by subtraction."""

from datetime import date, timedelta
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from metrics.disclosure import blocks, hidden, holds, settled, within

DAY = date(2026, 3, 1)


def days(*counts: int) -> list[date]:
    """So many answers on each of the days from 1 March on."""
    return [DAY + timedelta(days=n) for n, count in enumerate(counts) for _ in range(count)]


def test_a_block_is_of_whole_days_and_has_enough() -> None:
    found = blocks(days(4, 0, 7, 12, 3), DAY + timedelta(days=9))
    assert [(block.first.day, block.last.day, block.n) for block in found] == [(1, 3, 11), (4, 4, 12)]
    assert [holds(found, DAY + timedelta(days=n)) for n in (0, 3, 4)] == [True, True, False]


@given(st.lists(st.integers(0, 9), max_size=30), st.integers(1, 12))
def test_no_two_periods_differ_by_a_few_people(counts: list[int], least: int) -> None:
    end = DAY + timedelta(days=len(counts))
    found = blocks(days(*counts), end, least)
    spans = [(DAY + timedelta(days=a), DAY + timedelta(days=b)) for a, b in combinations(range(0, len(counts), 3), 2)]
    seen = [{block.first: block.n for block in within(found, *span)} for span in spans]
    for one in seen:
        for other in seen:
            apart = sum(n for first, n in one.items() if first not in other)
            assert apart == 0 or apart >= least


@given(st.lists(st.integers(0, 9), max_size=20), st.integers(0, 20))
def test_what_comes_later_changes_no_block(counts: list[int], later: int) -> None:
    before = blocks(days(*counts[:later]), DAY + timedelta(days=later))
    assert blocks(days(*counts), DAY + timedelta(days=99))[: len(before)] == before


@given(st.lists(st.integers(0, 12), max_size=40), st.integers(0, 20))
def test_after_a_settled_day_the_past_changes_no_block(counts: list[int], start: int) -> None:
    end = DAY + timedelta(days=99)
    day = settled(day for day in days(*counts) if day >= DAY + timedelta(days=start))
    if day is not None:
        later = blocks((one for one in days(*counts) if one > day), end)
        assert [block for block in blocks(days(*counts), end) if block.first > day] == later
        assert day in {block.last for block in blocks(days(*counts), end)}


def test_a_day_with_enough_settles_at_once_and_a_steady_few_never() -> None:
    assert settled(days(3, 10, 3)) == DAY + timedelta(days=1)
    assert settled(days(4, 3, 7, 4, 9, 2, 3, 8, 8)) is not None
    assert settled(days(*[5] * 100)) is None


def test_a_small_row_takes_the_smallest_other_with_it() -> None:
    assert hidden({"A": 40, "B": 12, "C": 3, "D": 0}, 55) == {"B", "C"}
    assert hidden({"A": 40, "B": 12}, 52) == set()
    assert hidden({"A": 40, "B": 6, "C": 6}, 52) == {"B", "C"}


@given(st.dictionaries(st.sampled_from("ABCDEFG"), st.integers(0, 40)), st.integers(0, 8))
def test_the_hidden_rest_is_nobody_or_enough(counts: dict[str, int], outside: int) -> None:
    total = sum(counts.values()) + outside
    away = hidden(counts, total)
    shown = [n for name, n in counts.items() if name not in away and n]
    rest = total - sum(shown)
    assert all(n >= 10 for n in shown)
    assert not shown or rest == 0 or rest >= 10
