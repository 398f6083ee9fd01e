from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.periods import Period, day_of, day_start
from tests.metrics.records import BERLIN, JAKARTA


def test_a_day_in_pekanbaru_begins_at_17_utc_the_day_before() -> None:
    period = Period(date(2026, 3, 2), date(2026, 3, 2), JAKARTA)
    assert period.bounds == (datetime(2026, 3, 1, 17, tzinfo=UTC), datetime(2026, 3, 2, 17, tzinfo=UTC))
    assert day_of(datetime(2026, 3, 1, 17, tzinfo=UTC), JAKARTA) == date(2026, 3, 2)
    assert day_of(datetime(2026, 3, 1, 16, 59, 59, tzinfo=UTC), JAKARTA) == date(2026, 3, 1)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)])
def test_a_day_is_as_long_as_the_clocks_make_it(day: date, hours: int) -> None:
    start, end = Period(day, day, BERLIN).bounds
    assert end - start == timedelta(hours=hours)


def test_a_day_without_a_midnight_begins_after_the_gap() -> None:
    # Cairo skipped from 00:00 to 01:00 on 26 April 2024; one minute earlier it was still the 25th.
    cairo = ZoneInfo("Africa/Cairo")
    start = day_start(date(2024, 4, 26), cairo)
    assert start.astimezone(cairo).hour == 1
    assert day_of(start, cairo) == date(2024, 4, 26)
    assert day_of(start - timedelta(minutes=1), cairo) == date(2024, 4, 25)


def test_a_day_with_two_midnights_begins_at_the_first() -> None:
    # Havana went from 01:00 back to 00:00 on 3 November 2024.
    start, end = Period(date(2024, 11, 3), date(2024, 11, 3), ZoneInfo("America/Havana")).bounds
    assert end - start == timedelta(hours=25)


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001
    st.sampled_from(["Asia/Jakarta", "Europe/Berlin", "Africa/Cairo", "America/Havana", "Asia/Jayapura"]),
)
def test_an_instant_lies_within_the_bounds_of_its_own_day(moment: datetime, zone_name: str) -> None:
    zone = ZoneInfo(zone_name)
    instant = moment.replace(tzinfo=UTC)
    period = Period(day_of(instant, zone), day_of(instant, zone), zone)
    start, end = period.bounds
    assert start <= instant < end
    assert period.contains(instant)
    assert not period.contains(end)
    assert not period.contains(start - timedelta(microseconds=1))


def test_it_lists_its_days() -> None:
    assert list(Period(date(2026, 2, 27), date(2026, 3, 1), JAKARTA).days()) == [
        date(2026, 2, 27),
        date(2026, 2, 28),
        date(2026, 3, 1),
    ]


def test_it_refuses_reversed_days_and_naive_instants() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        Period(date(2026, 3, 2), date(2026, 3, 1), JAKARTA)
    with pytest.raises(ValueError, match="time zone"):
        day_of(datetime(2026, 3, 2), JAKARTA)  # noqa: DTZ001
