"""A disk that is full or read-only: writes are refused with the reason, nothing is half done, reads go on."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, event, text

from queue_app import clock
from queue_app.audit import verify
from queue_app.errors import QueueError
from tests.office import Desk
from tests.routes.api.program import Program, refusal
from tests.routes.browsing import Person
from tests.routes.test_citizen import READY, SENDS


@pytest.fixture(autouse=True)
def _the_tests_clock(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(clock, "now", lambda: desk.now)


@pytest.fixture
def program(app: Flask, desk: Desk) -> Program:
    return Program(app, desk.db)


@contextmanager
def on_each_connection(app: Flask, desk: Desk, statement: str) -> Iterator[None]:
    """Have every connection of the app and of the desk begin with ``statement``."""
    engines = [desk.db.engine, app.extensions["antrean_database"].engine]

    def begin(connection: Any, *_: object) -> None:
        cursor = connection.cursor()
        cursor.execute(statement)
        cursor.close()
        connection.commit()

    for engine in engines:
        event.listen(engine, "checkout", begin)
    try:
        yield
    finally:
        for engine in engines:
            event.remove(engine, "checkout", begin)
            engine.dispose()


@contextmanager
def without_writes(app: Flask, desk: Desk) -> Iterator[None]:
    """Each connection of the app and of the desk may read only, as where the disk is or the server a standby."""
    if desk.db.is_sqlite:
        with on_each_connection(app, desk, "PRAGMA query_only = ON"):
            yield
        return

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")

    engines = [desk.db.engine, app.extensions["antrean_database"].engine]
    for engine in engines:
        event.listen(engine, "begin", begin)
    try:
        yield
    finally:
        for engine in engines:
            event.remove(engine, "begin", begin)


@contextmanager
def full(app: Flask, desk: Desk) -> Iterator[None]:
    """No page can be added to SQLite's file; on PostgreSQL no row to the log, as when the disk is full."""
    if desk.db.is_sqlite:
        # SQLite makes of it as many pages as the file has.
        with on_each_connection(app, desk, "PRAGMA max_page_count = 1"):
            yield
        return
    with desk.db.write() as session:
        session.execute(
            text(
                "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'could not extend file: No space left' USING ERRCODE = '53100'; END $$"
            )
        )
        session.execute(text("CREATE TRIGGER no_room BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION no_room()"))
    try:
        yield
    finally:
        with desk.db.write() as session:
            session.execute(text("DROP FUNCTION no_room() CASCADE"))


def intact(desk: Desk) -> bool:
    with desk.db.read() as session:
        return all(found.breach is None for found in verify.check(session, desk.office(session)))


def fill_up(desk: Desk) -> int:
    """Take numbers until none is given any more; how many were given."""
    for given in range(500):
        try:
            desk.join("A")
        except QueueError as error:
            if error.code == "storage_full":
                return given
            raise
    pytest.fail("the disk was never full")


def test_no_number_is_half_given_and_all_goes_on_when_there_is_room(app: Flask, desk: Desk, program: Program) -> None:
    desk.open()
    before = desk.join("A")
    with full(app, desk):
        given = fill_up(desk)
        events = len(desk.events())
        answer = program.post("/offices/senapelan/tickets", {"service": "A", "channel": "kiosk"})
        assert refusal(answer) == (503, "storage_full")
        assert int(answer.headers["Retry-After"]) >= 30
        assert program.get("/offices/senapelan/board").status_code == 200
        assert len(desk.events()) == events
        assert intact(desk)
    after = desk.join("A")
    assert after.number == before.number + given + 1
    assert intact(desk)


def test_pages_go_on_and_a_refused_form_says_why(app: Flask, desk: Desk) -> None:
    visitor = Person(app)
    with full(app, desk):
        fill_up(desk)
        for page in ("/o/senapelan", "/display/senapelan", "/kiosk/senapelan", "/o/senapelan/A"):
            assert visitor.open(page).status_code == 200, page
        desk.wait(seconds=10)  # a form that is filled in at once is a program's
        visitor.press("/o/senapelan/A", SENDS, **READY, name="Penanda")
        assert "Penyimpanan server penuh" in visitor.page
        assert "Penanda" in visitor.page  # nothing that was typed is lost


def test_a_database_that_takes_no_writes_is_said_and_read(app: Flask, desk: Desk, program: Program) -> None:
    desk.join("A")
    with without_writes(app, desk):
        answer = program.post("/offices/senapelan/tickets", {"service": "A", "channel": "kiosk"})
        assert refusal(answer) == (503, "read_only")
        assert program.get("/offices/senapelan/board").status_code == 200
        checks = program.get("/readyz").get_json()["checks"]
        assert [check["name"] for check in checks if not check["ok"]] == ["writes"]
    assert len(desk.events()) == 1
    desk.join("A")
