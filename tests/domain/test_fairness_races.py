"""Fairness under a rush, each on SQLite and on PostgreSQL, from several processes."""

from collections import Counter as Tally
from datetime import timedelta
from functools import partial
from typing import Any

import altcha
import pytest
from sqlalchemy import select

from queue_app import booking, proof
from queue_app.booking import BookingRequest
from queue_app.lifecycle import TicketState
from queue_app.models import Channel, SlotUsage, Standby, Ticket
from queue_app.personal import Holder
from tests.domain.test_fairness_standby import NIKS, TEN, TODAY, fill, fresh, join
from tests.office import SECRET, Desk
from tests.races.crowd import flat, rush

CANCELLED = 16
WAITING = 20


def cancel_one(desk: Desk, number: int) -> list[Any]:
    """Give up the booking with this number, and ask at once for a new place, as a tout's program would."""
    with desk.db.read() as session:
        ticket = session.scalars(select(Ticket).where(Ticket.number == number + 1)).one()
    desk.cancel(ticket)
    return [desk.book("A", slot=TEN).label]


def book_with_one_nik(desk: Desk, number: int) -> list[Any]:
    return [desk.book("A", holder=Holder(nik=NIKS[0]), day=TODAY + timedelta(days=number)).label]


def join_with_one_nik(desk: Desk, _number: int) -> list[Any]:
    return [join(desk, 1).public_id]


def use_one_proof(desk: Desk, _number: int, shown: str) -> list[Any]:
    with desk.db.write() as session:
        service = desk.service(session, "A")
        admit = partial(proof.accept, office=service.office, proof=shown, secret=SECRET, now=desk.now)
        booking.issue(session, desk.vault, BookingRequest(service, Channel.ONLINE), desk.now, admit=admit)
    return ["booked"]


def join_or_cancel(desk: Desk, number: int) -> list[Any]:
    if number % 2:
        with desk.db.read() as session:
            ticket = session.scalars(select(Ticket).where(Ticket.number == number // 2 + 1)).one()
        desk.cancel(ticket)
        return ["cancelled"]
    return [join(desk, number).public_id]


@pytest.fixture
def waiting(desk: Desk) -> list[Standby]:
    fill(desk, places=CANCELLED)
    return [join(desk, who) for who in range(WAITING)]


def test_sixteen_who_cancel_at_once_make_room_for_the_first_sixteen(
    desk: Desk, database_url: str, waiting: list[Standby]
) -> None:
    answers = flat(rush(database_url, desk.now, cancel_one, processes=4, threads=4))
    assert Tally(answers) == {"slot_full": CANCELLED}  # nobody who cancelled got a place again
    ended = [fresh(desk, entry) for entry in waiting]
    assert [entry.outcome is not None for entry in ended] == [True] * CANCELLED + [False] * (WAITING - CANCELLED)
    with desk.db.read() as session:
        tickets = [session.get_one(Ticket, entry.ticket_id) for entry in ended[:CANCELLED]]
        usage = session.scalars(select(SlotUsage)).one()
    assert {ticket.state for ticket in tickets} == {TicketState.BOOKED}
    assert [ticket.number for ticket in tickets] == list(range(CANCELLED + 1, 2 * CANCELLED + 1))  # in their order
    assert (usage.taken, usage.taken_online) == (CANCELLED, CANCELLED)


def test_joining_and_cancelling_at_once_leaves_nobody_waiting_beside_a_free_place(
    desk: Desk, database_url: str
) -> None:
    fill(desk, places=8)
    rush(database_url, desk.now, join_or_cancel, processes=4, threads=4)
    with desk.db.read() as session:
        waiting = session.scalars(select(Standby).where(Standby.outcome.is_(None))).all()
        usage = session.scalars(select(SlotUsage)).one()
    assert waiting == [] or usage.taken == 8


def test_one_nik_gets_one_ticket_however_many_ask_at_once(desk: Desk, database_url: str) -> None:
    answers = Tally(flat(rush(database_url, desk.now, book_with_one_nik, processes=4, threads=4)))
    assert answers.pop("nik_has_ticket") == 15
    assert len(answers) == 1


def test_one_nik_gets_one_entry_however_many_ask_at_once(desk: Desk, database_url: str) -> None:
    fill(desk)
    answers = Tally(flat(rush(database_url, desk.now, join_with_one_nik, processes=2, threads=4)))
    assert answers.pop("already_listed") == 7
    assert len(answers) == 1


def test_one_proof_is_worth_one_place_in_all_processes(desk: Desk, database_url: str) -> None:
    with desk.db.read() as session:
        challenge = altcha.Challenge.from_dict(proof.challenge(desk.office(session), SECRET, 0, desk.now))
    solution = altcha.solve_challenge(challenge)
    assert solution is not None
    shown = altcha.Payload(challenge, solution).to_base64()
    answers = flat(rush(database_url, desk.now, partial(use_one_proof, shown=shown), processes=4, threads=4))
    assert Tally(answers) == {"booked": 1, "proof_used": 15}
