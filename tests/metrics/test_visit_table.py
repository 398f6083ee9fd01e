"""Columns say what the visits say: each row comes back, and each rule over columns is the rule over one visit."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from metrics.local_time import LocalDays, micros
from metrics.plausibility import KEPT, REASONS, reason_to_exclude, reasons_to_exclude, sift
from metrics.visit import CLAIMS, ENDS, Visit
from metrics.visit_table import VisitTable

ZONES = [ZoneInfo(name) for name in ("Asia/Jakarta", "Europe/Berlin", "America/New_York")]
# Around the night of Berlin's change to summer time.
INSTANTS = st.datetimes(datetime(2026, 3, 27), datetime(2026, 3, 31), timezones=st.just(UTC))  # noqa: DTZ001
SPANS = st.sampled_from([0, 1, 9, 10, 600, 4 * 3600, 4 * 3600 + 1]).map(lambda s: timedelta(seconds=s))


@st.composite
def visits(draw: st.DrawFn) -> Visit:
    started_at = draw(st.none() | INSTANTS)
    near = st.none() if started_at is None else SPANS.map(lambda span: started_at + span)
    return Visit(
        ticket=draw(st.integers(1, 9)),
        officer=draw(st.sampled_from([None, "ana", "budi"])),
        service=draw(st.sampled_from("AB")),
        counter=draw(st.none() | st.integers(1, 3)),
        arrived_at=draw(INSTANTS),
        called_at=draw(st.none() | INSTANTS),
        started_at=started_at,
        finished_at=draw(st.none() | INSTANTS | near),
        hold=draw(SPANS | st.just(timedelta(seconds=-1))),
        outcome=draw(st.sampled_from(["", "done", "system_down", "redirected"])),
        service_given=draw(st.sampled_from([None, "A", "B"])),
        checklist=draw(st.booleans()),
        known=draw(st.booleans()),
        again_of=draw(st.none() | st.integers(1, 9)),
        correction=draw(st.none() | st.booleans()),
        flagged=draw(st.booleans()),
        claim=draw(st.sampled_from(sorted(CLAIMS))),
        end=draw(st.sampled_from(sorted(ENDS))),
    )


@given(st.lists(visits()), st.lists(visits()))
def test_every_visit_comes_back(first: list[Visit], second: list[Visit]) -> None:
    joined = VisitTable.joined([VisitTable.of(first), VisitTable.of(second)])
    assert list(joined) == first + second
    assert list(joined[1:3]) == (first + second)[1:3]


@given(st.lists(visits(), max_size=30), st.sampled_from(ZONES))
def test_the_rules_are_those_of_a_single_visit(rows: list[Visit], zone: ZoneInfo) -> None:
    table = VisitTable.of(rows)
    reasons = [None if place == KEPT else REASONS[place] for place in reasons_to_exclude(table, zone)]
    assert reasons == [reason_to_exclude(row, zone) for row in rows]
    of_table, one_by_one = sift(table, zone), sift(rows, zone)
    assert list(of_table.kept) == list(one_by_one.kept)
    assert of_table.excluded == one_by_one.excluded
    assert of_table.excluded_by_officer == one_by_one.excluded_by_officer
    assert [None if np.isnan(s) else s for s in table.serve_s] == [row.serve_s for row in rows]
    assert [None if np.isnan(s) else s for s in table.wait_s] == [row.wait_s for row in rows]
    assert list(table.counted_at) == [micros(row.counted_at) for row in rows]


@given(st.lists(INSTANTS, min_size=1), st.sampled_from(ZONES))
def test_days_and_hours_are_those_of_the_clock_on_the_wall(instants: list[datetime], zone: ZoneInfo) -> None:
    days = LocalDays(np.array([micros(at) for at in instants]), zone)
    local = [at.astimezone(zone) for at in instants]
    assert list(days.ordinal) == [at.date().toordinal() for at in local]
    assert list(days.weekday_hours()) == [at.weekday() * 24 + at.hour for at in local]
