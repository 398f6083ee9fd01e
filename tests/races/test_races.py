"""Races: each is shown to exist without its guard, then not to exist with it, on SQLite and on PostgreSQL."""

import threading
from collections import Counter as Tally
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select, update

from queue_app import accounts, tickets, undo
from queue_app.lifecycle import TicketState
from queue_app.models import Counter, Role, Ticket
from tests.office import PASSWORD, Desk
from tests.races.crowd import flat, rush

pytestmark = pytest.mark.by_month

OFFICERS = 8
WAITING = 200


def issue_three(desk: Desk, _number: int) -> list[Any]:
    return [desk.join("A").number for _ in range(3)]


def issue_same_key(desk: Desk, _number: int) -> list[Any]:
    ticket = desk.join("A", key="one tap, sent by a nervous phone")
    return [(ticket.public_id, ticket.label)]


def call_until_empty(desk: Desk, number: int) -> list[Any]:
    officer, counter = f"petugas{number + 1}", number + 1
    called = []
    while (ticket := desk.call_next(officer, counter)) is not None:
        called.append(ticket.id)
        desk.act(tickets.no_show, ticket, officer=officer)
    return called


def call_same_key(desk: Desk, _number: int) -> list[Any]:
    ticket = desk.call_next(key="one click, sent twice")
    return [ticket.id if ticket else None]


def call_without_key(desk: Desk, _number: int) -> list[Any]:
    ticket = desk.call_next()
    return [ticket.id if ticket else None]


def start_the_called(desk: Desk, _number: int) -> list[Any]:
    with desk.db.read() as session:
        ticket = session.scalars(select(Ticket)).one()
    ticket.version, ticket.state = 2, TicketState.CALLED  # as the page showed it to both clicks
    return [desk.act(tickets.start, ticket).version]


def undo_or_call(desk: Desk, number: int) -> list[Any]:
    """One takes a transfer back; the others call whoever waits."""
    if number:
        called = desk.call_next(f"petugas{number + 1}", number + 1)
        return ["called"] if called else ["nobody"]
    with desk.db.read() as session:
        ticket = session.scalars(select(Ticket)).one()
    ticket.version = 4  # as the page showed it
    return [desk.act(undo.undo, ticket).state.value]


def take_last_place(desk: Desk, _number: int) -> list[Any]:
    return [desk.book("A", slot=600).label]


def sit_down_at_one(desk: Desk, number: int) -> list[Any]:
    return [desk.open(f"petugas{number + 1}", 1).officer_id]


def hire(desk: Desk, officers: int = OFFICERS) -> None:
    """Counters and officers up to ``officers``, all counters open."""
    with desk.db.write() as session:
        office = desk.office(session)
        for number in range(len(office.counters) + 1, officers + 1):
            session.add(Counter(office_id=office.id, number=number, services=list(office.services)))
            username = f"petugas{number}"
            accounts.create_user(session, office=office, username=username, role=Role.OFFICER, password=PASSWORD)
    for number in range(1, officers + 1):
        desk.open(f"petugas{number}", number)


class TestUndo:
    def test_a_transfer_is_taken_back_or_called_elsewhere_and_never_both(self, desk: Desk, database_url: str) -> None:
        hire(desk, 5)
        desk.join("A")
        called = desk.call_next()
        assert called is not None
        desk.act(tickets.transfer, desk.act(tickets.start, called), "B")
        answers = flat(rush(database_url, desk.now, undo_or_call, processes=5, threads=1))
        came_back, were_called = answers.count("SERVING"), answers.count("called")
        assert came_back + were_called == 1, answers
        assert answers.count("undo_overtaken") == were_called
        assert desk.fresh(called).state is (TicketState.SERVING if came_back else TicketState.CALLED)


class TestIssuing:
    def test_without_the_guard_numbers_repeat(self, desk: Desk) -> None:
        """Read the highest number, then use the next: what FQM and many others do."""
        together = threading.Barrier(8)

        def naive_number(_: int) -> int:
            with desk.db.read() as session:
                highest = session.scalar(select(func.max(Ticket.number))) or 0
            together.wait(10)  # all have read before any writes
            return highest + 1

        with ThreadPoolExecutor(8) as pool:
            numbers = list(pool.map(naive_number, range(8)))
        assert numbers == [1] * 8

    def test_32_parallel_issuers_get_consecutive_numbers(self, desk: Desk, database_url: str) -> None:
        answers = rush(database_url, desk.now, issue_three, processes=4, threads=8)
        assert sorted(flat(answers)) == list(range(1, 97))
        assert [event.seq for event in desk.events()] == list(range(1, 97))

    def test_a_doubled_request_gives_the_first_answer(self, desk: Desk, database_url: str) -> None:
        answers = rush(database_url, desk.now, issue_same_key, processes=4, threads=2)
        assert len(set(flat(answers))) == 1
        assert len(desk.events()) == 1

    def test_a_slot_is_never_sold_twice(self, desk: Desk, database_url: str) -> None:
        answers = Tally(flat(rush(database_url, desk.now, take_last_place, processes=4, threads=4)))
        assert answers.pop("slot_full") == 12
        assert len(answers) == 4  # the slot's capacity


class TestCalling:
    def test_without_the_guard_officers_share_a_ticket(self, desk: Desk) -> None:
        """Read who is next, then take that one: what FQM and many others do."""
        for _ in range(20):
            desk.join()
        together = threading.Barrier(OFFICERS)

        def naive_call(_: int) -> int:
            with desk.db.read() as session:
                first = session.scalars(
                    select(Ticket).where(Ticket.state == TicketState.WAITING).order_by(Ticket.due_at, Ticket.id)
                ).first()
            together.wait(10)  # all have read before any writes
            assert first is not None
            with desk.db.write() as session:
                session.execute(update(Ticket).where(Ticket.id == first.id).values(state=TicketState.CALLED))
            return first.id

        with ThreadPoolExecutor(OFFICERS) as pool:
            called = list(pool.map(naive_call, range(OFFICERS)))
        assert len(set(called)) == 1

    def test_8_officers_never_share_a_ticket_and_leave_none_behind(self, desk: Desk, database_url: str) -> None:
        hire(desk)
        waiting = [desk.join("ABCDEF"[n % 6]).id for n in range(WAITING)]
        called = flat(rush(database_url, desk.now, call_until_empty, processes=4, threads=2))
        assert sorted(called) == sorted(waiting)

    def test_exactly_three_are_called_past_whoever_asked_for_more_time(self, desk: Desk, database_url: str) -> None:
        """Eight officers see the same person let others pass at the same moment."""
        hire(desk)
        patient, *others = [desk.join() for _ in range(24)]
        desk.defer(patient)
        called = flat(rush(database_url, desk.now, call_until_empty, processes=4, threads=2))
        assert sorted(called) == [ticket.id for ticket in (patient, *others)]
        calls = [event for event in desk.events() if event.action == "call"]
        assert [event.ticket_id for event in calls].index(patient.id) == 3
        assert sum(bool(event.data.get("passed")) for event in calls) == 3

    def test_a_doubled_click_calls_one(self, desk: Desk, database_url: str) -> None:
        desk.open()
        for _ in range(5):
            desk.join()
        answers = flat(rush(database_url, desk.now, call_same_key, processes=2, threads=2))
        assert len(set(answers)) == 1
        assert [event.action for event in desk.events()].count("call") == 1

    def test_two_windows_of_one_officer_call_one(self, desk: Desk, database_url: str) -> None:
        desk.open()
        for _ in range(5):
            desk.join()
        answers = Tally(flat(rush(database_url, desk.now, call_without_key, processes=4, threads=2)))
        assert answers.pop("counter_busy") == 7
        assert len(answers) == 1

    def test_a_doubled_start_is_one_move(self, desk: Desk, database_url: str) -> None:
        desk.join()
        desk.open()
        desk.call_next()
        answers = rush(database_url, desk.now, start_the_called, processes=2, threads=4)
        assert flat(answers) == [3] * 8
        assert [event.action for event in desk.events()].count("start") == 1


def test_two_officers_never_get_one_counter(desk: Desk, database_url: str) -> None:
    answers = Tally(flat(rush(database_url, desk.now, sit_down_at_one, processes=5, threads=1)))
    assert answers.pop("counter_taken") == 4
    assert len(answers) == 1


def test_calling_and_closing_take_turns(desk: Desk, database_url: str) -> None:
    """An officer's second window closes the counter while the first calls: no ticket is left at a closed counter."""
    desk.open()
    for _ in range(3):
        desk.join()
    rush(database_url, desk.now, call_or_close, processes=2, threads=2)
    with desk.db.read() as session:
        stranded = session.scalars(select(Ticket).where(Ticket.state == TicketState.CALLED)).all()
        closed = [event.action for event in desk.events()].count("shift_close")
    assert (len(stranded), closed) in {(1, 0), (0, 1)}


def call_or_close(desk: Desk, number: int) -> list[Any]:
    if number % 2:
        desk.close()
        return ["closed"]
    return call_without_key(desk, number)
