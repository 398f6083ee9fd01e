"""Whose turn is when, and the wait that a waiting citizen is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from metrics.estimate import WaitRange
from metrics.forecast import order, rollout
from metrics.forecast.line import Desk as Counter_
from metrics.forecast.line import Line, Person, Rule
from queue_app import discipline, forecast, history, tickets
from queue_app.forecast import Place
from queue_app.models import Counter, Service, Ticket, WaitForecast
from queue_app.waits import told
from tests.office import Desk

NOON = datetime(2026, 3, 2, 5, tzinfo=UTC)


def place(desk: Desk, ticket: Ticket) -> Place:
    """Looked up with all others, and alone: both must say the same."""
    with desk.db.read() as session:
        found = forecast.places(session, desk.office(session), desk.now)[ticket.id]
        assert forecast.place_of(session, session.get_one(Ticket, ticket.id), desk.now) == found
        return found


def equip(desk: Desk, number: int, codes: str) -> None:
    """Let a counter serve these services only."""
    with desk.db.write() as session:
        counter = session.scalars(select(Counter).where(Counter.number == number)).one()
        counter.services = list(session.scalars(select(Service).where(Service.code.in_(list(codes)))))


@contextmanager
def counted_reads(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """How often the log is read for serve times."""
    reads: list[object] = []
    read = history.recent_visits

    def counting(*arguments: Any, **names: Any) -> Any:
        reads.append(arguments)
        return read(*arguments, **names)

    monkeypatch.setattr(history, "recent_visits", counting)
    yield reads


def test_nobody_waits(desk: Desk) -> None:
    with desk.db.read() as session:
        assert forecast.places(session, desk.office(session), desk.now) == {}


def test_without_an_open_counter_there_is_a_place_but_no_estimate(desk: Desk) -> None:
    desk.join("A")
    assert place(desk, desk.join("B")) == Place(2, None)


def test_a_paused_counter_promises_nothing(desk: Desk) -> None:
    desk.open()
    desk.pause()
    assert place(desk, desk.join("A")) == Place(1, None)


def test_as_many_as_there_are_idle_counters_are_called_at_once(desk: Desk) -> None:
    desk.open()
    desk.open("petugas2", 2)
    desk.join("A")
    assert place(desk, desk.join("A")) == Place(2, WaitRange(0, 1))
    third = place(desk, desk.join("A")).estimate
    assert third is not None
    # The first of two quarter hours to end.
    assert third.low_minutes < 10 < third.high_minutes


def test_standard_times_are_the_first_estimate(desk: Desk) -> None:
    """Before anybody: one C (10 min) is served and one A (15 min) waits ahead."""
    desk.open()
    desk.join("C")
    desk.call_next()
    desk.join("A")
    mine = place(desk, desk.join("B"))
    assert mine.position == 2
    assert mine.estimate is not None
    assert mine.estimate.low_minutes < 25 < mine.estimate.high_minutes


def test_observed_times_take_the_standards_place(desk: Desk) -> None:
    def behind_one_who_was_just_called() -> WaitRange:
        desk.join("A")
        called = desk.call_next()
        assert called is not None
        found = place(desk, desk.join("A")).estimate
        assert found is not None
        desk.act(tickets.no_show, called)
        return found

    desk.open()
    before = behind_one_who_was_just_called()
    for _ in range(30):
        desk.serve("A", minutes=3)
    desk.call_next()
    after = place(desk, desk.join("A")).estimate
    assert after is not None
    assert after.high_minutes < before.high_minutes


def test_only_those_who_want_the_same_counters_are_ahead(desk: Desk) -> None:
    equip(desk, 1, "AB")
    equip(desk, 2, "C")
    desk.open()
    desk.open("petugas2", 2)
    for code in "AAC":
        desk.join(code)
    assert place(desk, desk.join("B")).position == 3
    assert place(desk, desk.join("C")).position == 2
    assert place(desk, desk.join("A")).position == 4


def test_counters_that_cannot_take_the_citizen_do_not_shorten_the_wait(desk: Desk) -> None:
    equip(desk, 1, "A")
    equip(desk, 2, "B")
    desk.open()
    desk.open("petugas2", 2)
    desk.join("A")
    desk.call_next()
    alone, both = place(desk, desk.join("A")).estimate, place(desk, desk.join("C")).estimate
    assert alone is not None
    assert both is None
    assert alone.high_minutes > 15


def test_nobody_is_there_for_the_service_yet(desk: Desk) -> None:
    """Only counter 2 could take C; its line is C's own, whatever waits for counter 1."""
    for number in (1, 3, 4, 5):
        equip(desk, number, "AB")
    equip(desk, 2, "C")
    desk.open()
    desk.join("A")
    desk.join("C")
    assert place(desk, desk.join("C")) == Place(2, None)


def test_a_service_without_any_known_time_has_no_estimate(desk: Desk) -> None:
    for code in "ABCDEF":
        desk.change_service(code, standard_minutes=None)
    desk.open()
    desk.join("A")
    assert place(desk, desk.join("A")) == Place(2, None)


def test_a_service_never_used_is_told_a_wider_range(desk: Desk) -> None:
    desk.open()
    desk.join("C")
    known = place(desk, desk.join("B")).estimate
    desk.change_service("C", standard_minutes=None)
    desk.wait(minutes=2)
    unknown = place(desk, desk.join("B")).estimate
    assert known is not None
    assert unknown is not None
    assert unknown.high_minutes > known.high_minutes


def test_a_ticket_that_does_not_wait_today_has_no_place(desk: Desk) -> None:
    booked, yesterdays = desk.book("A"), desk.join("A")
    desk.wait(days=1)
    with desk.db.read() as session:
        for ticket in (booked, yesterdays):
            assert forecast.place_of(session, session.get_one(Ticket, ticket.id), desk.now) is None


def test_tickets_of_other_days_are_not_in_line(desk: Desk) -> None:
    desk.join("A")
    desk.wait(days=1)
    assert place(desk, desk.join("A")).position == 1


def test_serve_times_are_read_once_a_minute(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.open()
    ticket = desk.join("A")
    with counted_reads(monkeypatch) as reads:
        for _ in range(3):
            place(desk, ticket)
            desk.wait(seconds=15)
        assert len(reads) == 1
        desk.wait(seconds=15)
        place(desk, ticket)
        assert len(reads) == 2


def test_a_clock_that_was_set_back_does_not_keep_old_times(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.open()
    ticket = desk.join("A")
    with counted_reads(monkeypatch) as reads:
        place(desk, ticket)
        desk.now -= timedelta(seconds=1)
        place(desk, ticket)
    assert len(reads) == 2


def test_a_long_line_costs_no_more_queries_than_a_short_one(desk: Desk) -> None:
    desk.open()
    ticket = desk.join("A")
    place(desk, ticket)
    statements: list[str] = []
    event.listen(desk.db.engine, "before_cursor_execute", lambda _c, _k, sql, *_: statements.append(sql))
    desk.join("B")
    statements.clear()
    place(desk, ticket)
    short = len(statements)
    for code in "ABCDEF" * 2:
        desk.join(code)
    statements.clear()
    place(desk, ticket)
    assert len(statements) == short


def test_a_return_to_the_line_keeps_its_place(desk: Desk) -> None:
    desk.open()
    first = desk.join("A")
    desk.wait(minutes=1)
    second = desk.join("A")
    called = desk.call_next()
    assert called is not None
    desk.act(tickets.put_back, called)
    assert (place(desk, first).position, place(desk, second).position) == (1, 2)


def test_a_burst_of_page_reads_costs_one_rollout(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.open()
    ticket = desk.join("A")
    made: list[object] = []
    make = rollout.forecast
    monkeypatch.setattr(rollout, "forecast", lambda line: made.append(line) or make(line))
    for _ in range(5):
        place(desk, ticket)
    assert len(made) == 1
    desk.join("B")
    place(desk, ticket)
    assert len(made) == 2
    desk.wait(seconds=30)
    place(desk, ticket)
    assert len(made) == 3


def test_what_is_told_is_written_down_once_in_ten_minutes_and_settled_by_the_call(desk: Desk) -> None:
    desk.open()
    called = desk.join("A")
    desk.call_next()
    waiting, gone = desk.join("A"), desk.join("B")
    assert told.write_down(desk.db, desk.now) == 2
    assert told.write_down(desk.db, desk.now) == 0
    desk.wait(minutes=12)
    assert told.write_down(desk.db, desk.now) == 2
    assert told.settle(desk.db) == 0
    with desk.db.read() as session:
        called = session.get_one(Ticket, called.id)
    desk.act(tickets.finish, desk.act(tickets.start, called))
    desk.call_next()
    assert told.settle(desk.db) == 2
    with desk.db.read() as session:
        rows = session.scalars(select(WaitForecast).order_by(WaitForecast.ticket_id, WaitForecast.at)).all()
    assert [(row.ticket_id, row.waited_s) for row in rows] == [
        (waiting.id, 720.0),
        (waiting.id, 0.0),
        (gone.id, None),
        (gone.id, None),
    ]
    assert all(0 <= row.low_s <= row.median_s <= row.high_s for row in rows)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["regular", "elderly"]), st.integers(-9000, 600), st.integers(0, 2)), max_size=12
    ),
    st.sampled_from(discipline.RuleName),
)
def test_the_forecast_calls_in_the_order_of_the_published_rule(
    who: list[tuple[str, int, int]], name: discipline.RuleName
) -> None:
    """With services that take no time everybody is called now: in the very order that the desks go by."""
    rule = discipline.Rule(name)
    waiting = [
        discipline.Waiting(key, str(key), category, NOON + timedelta(seconds=due), passes)
        for key, (category, due, passes) in enumerate(who)
    ]
    people = [
        Person(w.id, 0, None, (w.due_at - NOON).total_seconds(), rule.rate(w.category), w.lets_pass, asks=True)
        for w in waiting
    ]
    found = order.calls(Line(people, [Counter_({0: 1})], Rule(name.value, rule.longest_wait.total_seconds())))
    assert found == [w.id for w in discipline.in_order(waiting, rule, NOON)]
