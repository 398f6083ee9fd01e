"""What goes straight to the driver is what SQLAlchemy would send, and comes back as SQLAlchemy would read it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Column, MetaData, Table, Text, bindparam, delete, event, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, MultipleResultsFound, NoResultFound
from sqlalchemy.orm import Session

from queue_app.database import Database, guarded
from queue_app.models import Channel, DailySequence, Event, Office, Ticket
from queue_app.prepared import Prepared, has_given_id, is_any_of
from tests.routes.api.program import Program

OFFICE = Office.metadata.tables["office"]
TICKET = Ticket.metadata.tables["ticket"]
DAYS = DailySequence.metadata.tables["daily_sequence"]
MARKS = Table("mark", MetaData(), Column("text", Text))
NAMED = Prepared(select(OFFICE.c.id, OFFICE.c.name).where(OFFICE.c.slug == bindparam("slug")))


@contextmanager
def sent(db: Database) -> Iterator[list[tuple[str, str]]]:
    """What is sent meanwhile, and with which values."""
    seen: list[tuple[str, str]] = []

    def note(_connection: object, _cursor: object, statement: str, values: object, *_rest: object) -> None:
        seen.append((statement, re.sub(r"<memory at \w+>", "<memory>", repr(values))))

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def test_booking_calling_serving_and_the_desk_send_and_read_the_same(
    app: Flask, db: Database, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    straight, compared = Prepared.all, dict[str, str]()
    database: Database = app.extensions["antrean_database"]

    def both(prepared: Prepared, session: Session, values: dict[str, Any]) -> list[Any]:
        connection = session.connection()
        is_within = connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT"
        with sent(database) as ordinary, connection.begin_nested() if is_within else nullcontext() as undone:
            expected = connection.execute(prepared.statement, values).all()
            if undone is not None:
                undone.rollback()
        with sent(database) as hot:
            found = straight(prepared, session, values)
        assert hot == [one for one in ordinary if "SAVEPOINT" not in one[0]][:1]
        is_numbered = prepared.statement.is_insert  # a new row's id, which PostgreSQL does not give twice
        assert found == expected or (is_numbered and len(found) == len(expected) == 1)
        assert [[type(value) for value in row] for row in found] == [[type(value) for value in row] for row in expected]
        assert [row._fields for row in found] == [row._fields for row in expected]
        compared[hot[0][0]] = hot[0][1]
        return found

    monkeypatch.setattr(Prepared, "all", both)
    program.post("/counters/1/open", {}, "petugas1")
    for _ in range(2):
        online = {"service": "A", "channel": "online", "name": "Nama Warga", "nik": "1471010101900001"}
        program.post("/offices/senapelan/tickets", online | {"category": "elderly"})
        number = program.post("/offices/senapelan/tickets", {"service": "A", "channel": "kiosk"})
        assert number.status_code == 201
        called = program.post("/counters/1/call-next", {}, "petugas1").get_json()
        started = program.post(f"/tickets/{called['id']}/start", {"version": called["version"]}, "petugas1").get_json()
        finished = program.post(f"/tickets/{called['id']}/finish", {"version": started["version"]}, "petugas1")
        assert finished.status_code == 200
        assert program.get("/desk", "petugas1").status_code == 200
    asked = {statement.split(maxsplit=1)[0] for statement in compared}
    assert asked == {"SELECT", "INSERT", "UPDATE"}
    assert len(compared) > 8


def test_rows_and_their_number(db: Database) -> None:
    with db.read() as session:
        row = NAMED.one(session, {"slug": "senapelan"})
        assert (row.id, row.name) == tuple(session.execute(select(Office.id, Office.name)).one())
        assert NAMED.scalar(session, {"slug": "senapelan"}) == row.id
        assert NAMED.scalar(session, {"slug": "none"}) is None
        assert NAMED.one_or_none(session, {"slug": "none"}) is None
        with pytest.raises(NoResultFound):
            NAMED.one(session, {"slug": "none"})
        every = Prepared(select(OFFICE.c.slug).union_all(select(OFFICE.c.slug)).subquery().select())
        assert len(every.all(session, {})) == 2
        with pytest.raises(MultipleResultsFound):
            every.one_or_none(session, {})


def test_a_list_of_ids_is_asked_for_some_at_a_time(db: Database) -> None:
    given = Prepared(select(OFFICE.c.id).where(has_given_id(OFFICE.c.id), OFFICE.c.slug != bindparam("but")))
    with db.write() as session:
        session.add_all(Office(slug=f"kantor-{number}", name="Kantor") for number in range(40))
        session.flush()
        ids = list(session.scalars(select(Office.id).order_by(Office.id.desc())))
        with sent(db) as asked:
            found = given.of_ids(session, [*ids, *ids, 999_999], {"but": "kantor-39"})
        assert [row.id for row in found] == sorted(ids)[:-1]
        assert len(asked) == 3
        assert given.of_ids(session, [], {"but": ""}) == []
    assert len(ids) == 41


def test_constants_are_written_out(db: Database) -> None:
    kiosk = Prepared(select(TICKET.c.id).where(is_any_of(TICKET.c.channel, (Channel.KIOSK, Channel.RECEPTION))))
    with db.read() as session, sent(db) as asked:
        assert kiosk.all(session, {}) == []
    assert asked[-1][0].endswith("IN ('kiosk', 'reception')")


def test_an_update_and_a_delete_without_an_answer(db: Database) -> None:
    change = Prepared(update(OFFICE).where(OFFICE.c.slug == bindparam("of_slug")).values(name=bindparam("new_name")))
    with db.write() as session:
        assert change.all(session, {"of_slug": "senapelan", "new_name": "Lain"}) == []
        assert session.scalar(select(Office.name)) == "Lain"
        assert Prepared(delete(DAYS).where(DAYS.c.service_id == bindparam("of"))).all(session, {"of": 1}) == []


def test_a_value_that_is_missing_is_an_error(db: Database) -> None:
    with db.read() as session, pytest.raises(KeyError):
        NAMED.all(session, {})


def test_what_needs_more_is_refused(db: Database) -> None:
    several = Prepared(select(OFFICE.c.id).where(OFFICE.c.slug.in_(bindparam("slugs", expanding=True))))
    unfinished = Prepared(insert(TICKET).returning(TICKET.c.id))
    silent = Prepared(insert(MARKS))
    with db.write() as session:
        with pytest.raises(TypeError):
            several.all(session, {"slugs": ["senapelan"]})
        with pytest.raises(TypeError, match="version"):
            unfinished.all(session, {"label": "A-001"})
        with pytest.raises(TypeError):
            silent.all(session, {"text": "here"})


# ---- Errors ----


def _second_event(session: Session) -> None:
    columns = [column for column in Event.metadata.tables["event"].c if column.name != "id"]
    first = session.execute(select(*columns).limit(1)).one()._asdict()
    Prepared(insert(Event.metadata.tables["event"]).returning(Event.id)).all(session, first)


def test_a_constraint_refuses_as_it_always_does_and_says_no_values(db: Database, desk: Any) -> None:
    desk.join()
    with db.write() as session:
        with pytest.raises(IntegrityError) as refused, guarded(session):
            _second_event(session)
        assert "INSERT INTO event" in str(refused.value)
        assert "hide_parameters" in str(refused.value)
        assert NAMED.one(session, {"slug": "senapelan"})  # the transaction goes on


def test_a_lost_connection_is_given_up(db: Database) -> None:
    if db.is_sqlite:
        return  # there is no connection to lose
    with Session(db.engine) as session:
        own = session.scalar(text("SELECT pg_backend_pid()"))
        with db.write() as other:
            other.execute(text("SELECT pg_terminate_backend(:own)"), {"own": own})
        with pytest.raises(DBAPIError) as lost:
            NAMED.all(session, {"slug": "senapelan"})
        assert lost.value.connection_invalidated
        session.rollback()
        assert NAMED.one(session, {"slug": "senapelan"})
        assert session.scalar(text("SELECT pg_backend_pid()")) != own


def test_what_is_still_to_be_written_is_written_first_where_that_is_asked_for(db: Database) -> None:
    asked = {"slug": "kantor"}
    with db.write() as session:
        session.add(Office(slug="kantor", name="Kantor"))
        assert NAMED.one_or_none(session, asked) is None
        assert Prepared(NAMED.statement, flushes=True).one(session, asked).name == "Kantor"
