"""The log is append-only, gapless, and tells the listeners only what was committed."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from queue_app import booking, shifts, tickets
from queue_app.errors import NotFound
from queue_app.models import Event, LogIsAppendOnly, Office, Ticket
from tests.office import Desk

pytestmark = pytest.mark.by_month


@pytest.mark.parametrize(
    "statement",
    [update(Event).values(reason="changed"), delete(Event), text("UPDATE event SET at = '2020-01-01'")],
    ids=["update", "delete", "raw"],
)
def test_it_is_guarded_by_the_database(desk: Desk, statement: Any) -> None:
    desk.join()
    with pytest.raises(DBAPIError, match="append-only"), desk.db.write() as session:
        session.execute(statement)
    assert len(desk.events()) == 1


def test_it_is_guarded_in_code(desk: Desk) -> None:
    desk.join()
    with pytest.raises(LogIsAppendOnly), desk.db.write() as session:
        session.query(Event).one().reason = "changed"
    with pytest.raises(LogIsAppendOnly), desk.db.write() as session:
        session.delete(session.query(Event).one())


def test_it_counts_without_gaps_and_the_office_carries_the_last(desk: Desk) -> None:
    desk.open()
    for _ in range(3):
        desk.serve(minutes=1)
    with desk.db.read() as session:
        version = session.query(Office.version).scalar()
    assert [event.seq for event in desk.events()] == list(range(1, version + 1))


def test_it_writes_nothing_when_the_move_is_refused(desk: Desk) -> None:
    ticket = desk.join()
    with pytest.raises(Exception, match="illegal_move"):
        desk.act(tickets.finish, ticket)
    assert desk.actions(ticket) == ["join"]


def test_it_tells_listeners_after_the_commit_and_not_after_a_rollback(desk: Desk) -> None:
    heard: list[str] = []

    def listen(events: Sequence[Any]) -> None:
        with desk.db.read() as session:  # what is heard can be read by now
            heard.extend(session.get_one(Event, event.id).action for event in events)

    desk.db.listeners.append(listen)
    desk.join()
    with pytest.raises(NotFound):
        open_a_counter_and_fail(desk)
    assert heard == ["join"]


def open_a_counter_and_fail(desk: Desk) -> None:
    with desk.db.write() as session:
        shifts.open_counter(session, desk.user(session, "petugas1"), desk.counter_id(session, 1), desk.now)
        booking.find(session, "no such ticket")


def test_it_survives_a_listener_that_fails(desk: Desk) -> None:
    def fail(_events: Sequence[Any]) -> None:
        raise RuntimeError("a display went away")

    desk.db.listeners.append(fail)
    assert desk.join().label == "A-001"


@pytest.mark.parametrize("column", ["counter_id", "officer_id"])
def test_the_database_itself_keeps_one_ticket_to_a_counter_and_an_officer(desk: Desk, column: str) -> None:
    first, second = desk.join(), desk.join()
    desk.open()
    called = desk.call_next()
    assert called is not None
    assert called.id == first.id
    with pytest.raises(IntegrityError), desk.db.write() as session:
        session.execute(
            update(Ticket).where(Ticket.id == second.id).values(state="CALLED", **{column: getattr(called, column)})
        )


def test_the_database_itself_never_repeats_a_number(desk: Desk) -> None:
    first, second = desk.join(), desk.join()
    with pytest.raises(IntegrityError), desk.db.write() as session:
        session.execute(update(Ticket).where(Ticket.id == second.id).values(number=first.number))
