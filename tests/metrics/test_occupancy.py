"""What a shift went to: every instant in one part, whatever the records say."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from metrics.occupancy import Occupancy, occupancy
from metrics.visit import Shift
from tests.metrics.records import NINE


def at(minutes: int) -> datetime:
    return NINE + timedelta(minutes=minutes)


def minutes(parts: Occupancy) -> list[float]:
    return [part / timedelta(minutes=1) for part in (parts.serving, parts.called, parts.idle, parts.paused)]


instants = st.integers(-30, 90).map(at)
spans = st.lists(st.tuples(instants, st.none() | instants), max_size=6)


@given(opened=instants, closed=st.none() | instants, now=instants, pauses=spans, serving=spans, called=spans)
def test_no_part_is_negative_and_they_sum_exactly_to_the_shift(  # type: ignore[no-untyped-def]
    opened, closed, now, pauses, serving, called
) -> None:
    shift = Shift(officer="a", counter=1, opened_at=opened, closed_at=closed, pauses=tuple(pauses))
    parts = occupancy(shift, serving, called, now)
    assert min(minutes(parts)) >= 0
    assert parts.length == max((closed or now) - opened, timedelta(0))
    # Minute by minute, by the definition itself.
    counts = [0, 0, 0, 0]
    for minute in range(-30, 90):
        if not opened <= at(minute) < (closed or now):
            continue
        covering = [any(a <= at(minute) and (b is None or at(minute) < b) for a, b in of) for of in
                    (pauses, serving, called)]  # fmt: skip
        counts[next((part for part, is_in in zip((3, 0, 1), covering, strict=True) if is_in), 2)] += 1
    assert minutes(parts) == counts


def test_the_example_of_the_documents() -> None:
    shift = Shift(officer="a", counter=1, opened_at=at(0), closed_at=at(60), pauses=((at(40), at(50)),))
    parts = occupancy(shift, [(at(7), at(10)), (at(15), at(25))], [(at(5), at(7))], at(600))
    assert minutes(parts) == [13, 2, 35, 10]


def test_an_open_shift_is_measured_up_to_now() -> None:
    shift = Shift(officer="a", counter=1, opened_at=at(0))
    assert minutes(occupancy(shift, [(at(5), None)], [], at(20))) == [15, 0, 5, 0]
