"""Leaving a counter while people count on it: nobody is forgotten, whatever the officer chooses."""

import pytest

from queue_app import handover, shifts, tickets
from queue_app.errors import Invalid
from queue_app.handover import Handover, Left
from queue_app.models import Counter, Ticket
from tests.office import Desk


@pytest.fixture
def alone(desk: Desk) -> Desk:
    """Only counter 1 serves service A; the others serve all the rest."""
    with desk.db.write() as session:
        for number in range(2, 6):
            counter = session.get_one(Counter, desk.counter_id(session, number))
            counter.services = [service for service in counter.services if service.code != "A"]
    desk.open()
    return desk


def left(desk: Desk) -> Left:
    with desk.db.read() as session:
        shift = shifts.current(session, desk.user(session, "petugas1"))
        assert shift is not None
        return handover.left(session, shift, shifts.live(session, shift.office_id), desk.now)


def close(desk: Desk, to: int | None = None, note: str | None = None) -> None:
    with desk.db.write() as session:
        target = desk.counter_id(session, to) if to else None
        officer, counter = desk.user(session, "petugas1"), desk.counter_id(session, 1)
        handover.close(session, officer, counter, desk.now, target, note)


def seen_at(desk: Desk, officer: str) -> list[tuple[list[str], str | None]]:
    with desk.db.read() as session:
        shift = shifts.current(session, desk.user(session, officer))
        assert shift is not None
        return [shown(one) for one in handover.for_desk(session, shift, desk.now)]


def seen_by_the_supervisor(desk: Desk) -> list[tuple[list[str], str | None]]:
    with desk.db.read() as session:
        return [shown(one) for one in handover.handed_over(session, desk.office(session), desk.now)]


def shown(one: Handover) -> tuple[list[str], str | None]:
    return [ticket.label for ticket in one.tickets], one.note


def held(desk: Desk) -> Ticket:
    desk.join("B")
    called = desk.call_next()
    assert called is not None
    return desk.act(tickets.hold, desk.act(tickets.start, called), "fotokopi")


def test_it_names_whom_nobody_else_serves_and_whom_the_officer_parked(alone: Desk) -> None:
    parked = held(alone)
    mine, others = alone.join("A"), alone.join("B")
    assert left(alone).first == [mine.label, others.label]  # nobody else is there at all
    alone.open("petugas2", 2)
    found = left(alone)
    assert (found.waiting, found.first) == (1, [mine.label])
    assert [ticket.id for ticket in found.held] == [parked.id]
    assert [(shift.counter_id, can) for shift, can in found.takers] == [(counter_id(alone, 2), False)]


def test_nobody_is_left_where_a_colleague_serves_the_same(desk: Desk) -> None:
    desk.open()
    desk.open("petugas2", 2)
    desk.join("A")
    assert not left(desk).anybody


def test_the_colleague_sees_whom_to_take_until_they_are_taken(alone: Desk) -> None:
    parked = held(alone)
    alone.open("petugas2", 2)
    alone.open("petugas3", 3)
    close(alone, 2, "KK di laci")
    assert seen_at(alone, "petugas2") == [([parked.label], "KK di laci")]
    assert seen_at(alone, "petugas3") == []
    assert seen_by_the_supervisor(alone) == [([parked.label], "KK di laci")]
    alone.act(tickets.resume, parked, officer="petugas2")
    assert seen_at(alone, "petugas2") == [([], "KK di laci")]


def test_whoever_opens_the_counter_next_finds_them_though_nothing_was_chosen(alone: Desk) -> None:
    waiting = alone.join("A")
    alone.close()  # as an outside program does
    assert seen_by_the_supervisor(alone) == [([waiting.label], None)]
    alone.open("petugas4", 1)
    assert seen_at(alone, "petugas4") == [([waiting.label], None)]
    alone.call_next("petugas4", 1)
    assert seen_at(alone, "petugas4") == []


def test_a_counter_that_nobody_is_at_takes_nobody(alone: Desk) -> None:
    alone.join("A")
    with pytest.raises(Invalid, match="nobody_there"):
        close(alone, 3)
    assert left(alone).anybody  # and the counter is still open


def counter_id(desk: Desk, number: int) -> int:
    with desk.db.read() as session:
        return desk.counter_id(session, number)
