"""Races around tickets that are kept for somebody, on SQLite and on PostgreSQL."""

from typing import Any

from sqlalchemy import select

from queue_app import tickets
from queue_app.errors import QueueError
from queue_app.lifecycle import TicketState
from queue_app.models import Ticket
from tests.office import Desk
from tests.races.crowd import rush

ROUNDS = 12


def send_or_call(desk: Desk, number: int) -> list[Any]:
    """petugas1 sends everybody on to petugas2; petugas2 and petugas3 call whom they are offered."""
    officer, counter = f"petugas{number + 1}", number + 1
    for _ in range(ROUNDS):
        ticket = desk.call_next(officer, counter)
        if ticket is None:
            continue
        if number == 0:
            desk.send(desk.act(tickets.start, ticket), "petugas2")
        else:
            desk.act(tickets.no_show, ticket, officer=officer)
    return []


def send_or_leave(desk: Desk, number: int, to: str) -> list[Any]:
    """petugas1 sends everybody to counters at which petugas2 and petugas3 come and go."""
    officer, counter = f"petugas{number + 1}", number + 1
    for _ in range(ROUNDS):
        if number:
            desk.open(officer, counter)
            desk.close(officer, counter)
            continue
        ticket = desk.call_next()
        if ticket is None:
            continue
        started = desk.act(tickets.start, ticket)
        try:
            desk.send(started, to)
        except QueueError as refused:
            assert refused.code in {"counter_unattended", "pool_unattended"}  # noqa: PT017 - the other outcome is fine
            desk.act(tickets.finish, started)
    return []


def send_to_counter(desk: Desk, number: int) -> list[Any]:
    return send_or_leave(desk, number, "loket 2")


def send_to_pool(desk: Desk, number: int) -> list[Any]:
    return send_or_leave(desk, number, "kelompok foto")


def test_nobody_else_calls_who_is_on_the_way_to_a_colleague(desk: Desk, database_url: str) -> None:
    for number in (1, 2, 3):
        desk.open(f"petugas{number}", number)
    for _ in range(ROUNDS * 3):
        desk.join()
    rush(database_url, desk.now, send_or_call, processes=3, threads=1)
    with desk.db.read() as session:
        colleague = desk.user(session, "petugas2").id
    sent: set[int] = set()
    after: list[int | None] = []
    for event in desk.events():
        if event.ticket_id is not None and event.action == "transfer":
            sent.add(event.ticket_id)
        elif event.ticket_id in sent and event.action == "call":
            after.append(event.officer_id)
            sent.discard(event.ticket_id)
    assert set(after) <= {colleague}
    assert len(after) + len(sent) == ROUNDS


def nobody_is_kept(desk: Desk) -> bool:
    kept = Ticket.for_counter_id.is_not(None) | Ticket.for_pool_id.is_not(None)
    with desk.db.read() as session:
        return session.scalars(select(Ticket).where(Ticket.state == TicketState.WAITING, kept)).all() == []


def test_nobody_is_kept_for_a_counter_that_has_closed(desk: Desk, database_url: str) -> None:
    desk.open()
    for _ in range(ROUNDS):
        desk.join()
    rush(database_url, desk.now, send_to_counter, processes=2, threads=1)
    assert nobody_is_kept(desk)


def test_nobody_is_kept_for_a_pool_that_all_have_left(desk: Desk, database_url: str) -> None:
    """The last two leave at the same moment: one of them must see that nobody is left."""
    desk.open()
    for number in (2, 3):
        desk.equip(number, pool="foto")
    for _ in range(ROUNDS):
        desk.join()
    rush(database_url, desk.now, send_to_pool, processes=3, threads=1)
    assert nobody_is_kept(desk)
