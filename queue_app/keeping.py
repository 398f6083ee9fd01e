"""Tickets that are kept for one counter, officer or pool: given free when nobody who could take them is left."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app import line, scope, writer
from queue_app.lifecycle import STAFFED, Action
from queue_app.models import Counter, Pool, Shift, Ticket
from queue_app.writer import Entry

FOR_ANYBODY: Mapping[str, None] = {"for_counter_id": None, "for_officer_id": None, "for_pool_id": None}
"""The columns of a ticket that is kept for nobody, as a move sets them."""


def lock_seats(session: Session, office_id: int) -> None:
    """Let transfers to the counters, officers and pools of an office wait until this transaction has ended."""
    session.scalars(select(Pool.id).where(Pool.office_id == office_id).order_by(Pool.id).with_for_update()).all()
    live = select(Shift.id).where(Shift.office_id == office_id, Shift.state.in_(STAFFED))
    session.scalars(live.order_by(Shift.id).with_for_update()).all()


def lock_pool(session: Session, counter: Counter) -> None:
    """Of the last two who leave a pool, the second must see that the first has left."""
    if counter.pool_id is not None:
        session.execute(select(Pool.id).where(Pool.id == counter.pool_id).with_for_update())


def release_stranded(session: Session, office_id: int, entry: Entry) -> list[Ticket]:
    """Give free what is kept for a counter, officer or pool where nobody can take it any more; the log says so.

    To be called in the transaction that ends a shift, or takes a service from a counter or an officer.
    """
    kept = line.kept(session, office_id)
    if not kept:
        return []
    attended = scope.attended(session, office_id)
    stranded = [
        ticket
        for ticket in kept
        if all(at.preference(ticket.service_id, scope.kept(ticket)) is None for at in attended)
    ]
    for ticket in stranded:
        data = {f"from_{name}": value for name, value in named(ticket).items()}
        released = Entry(entry.now, entry.actor, entry.reason, data)
        writer.move(session, ticket, Action.RELEASE, released, **FOR_ANYBODY)
    return stranded


def named(ticket: Ticket) -> dict[str, Any]:
    """For whom a ticket is kept, as the log and programs name it: a counter's number, a username or a pool's code."""
    found: dict[str, Any] = {}
    if ticket.for_counter is not None:
        found["counter"] = ticket.for_counter.number
    if ticket.for_officer is not None:
        found["officer"] = ticket.for_officer.username
    if ticket.for_pool is not None:
        found["pool"] = ticket.for_pool.code
    return found
