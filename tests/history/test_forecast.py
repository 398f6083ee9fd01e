"""Whose turn is when, and the wait that a waiting citizen is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from metrics.estimate import WaitRange, wait_range
from queue_app import forecast, history, tickets
from queue_app.forecast import Place
from queue_app.models import Counter, Service, Ticket
from tests.office import Desk


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
    third = place(desk, desk.join("A"))
    assert third.estimate == wait_range(position=3, counters_open=2, counters_busy=0, mean_serve_s=900)


def test_standard_times_are_the_first_estimate(desk: Desk) -> None:
    """Before anybody: one C (10 min) is served and one A (15 min) waits ahead."""
    desk.open()
    desk.join("C")
    desk.call_next()
    desk.join("A")
    mine = place(desk, desk.join("B"))
    expected = wait_range(position=2, counters_open=1, counters_busy=1, mean_serve_s=(600 + 900) / 2)
    assert mine == Place(2, expected)


def test_observed_times_take_the_standards_place(desk: Desk) -> None:
    desk.open()
    for _ in range(5):
        desk.serve("A", minutes=3)
    desk.join("A")
    desk.call_next()
    mine = place(desk, desk.join("A"))
    mean_s = (20 * 900 + 5 * 180) / 25
    assert mine.estimate == wait_range(position=1, counters_open=1, counters_busy=1, mean_serve_s=mean_s)


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
    mine = place(desk, desk.join("A"))
    assert mine.estimate == wait_range(position=1, counters_open=1, counters_busy=1, mean_serve_s=900)


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
    desk.change_service("A", standard_minutes=None)
    desk.open()
    desk.join("A")
    assert place(desk, desk.join("A")) == Place(2, None)


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
