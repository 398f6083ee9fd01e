"""How often a request asks the database: what each of them costs more than anything else."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event

from queue_app.database import Database
from tests.routes.api.program import Program

BOOKING = {"service": "A", "channel": "online", "date": "2026-11-25"}
KIOSK = {"service": "A", "channel": "kiosk"}


@pytest.fixture
def asked(db: Database, program: Program) -> Iterator[list[str]]:
    """The statements that the app sends; whatever a test has warmed up is cleared by it."""
    found: list[str] = []
    engine = program.app.extensions["antrean_database"].engine

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


LOGGED = ["INSERT INTO event"]


def alone_in_the_office(asked: list[str]) -> list[str]:
    """What is asked from when the office's row is taken, while everybody else who moves somebody there waits; but for
    the digest before, which PostgreSQL gives in the same exchange."""
    [taken] = [place for place, statement in enumerate(asked) if statement.startswith("UPDATE office SET version")]
    held = [" ".join(statement.split()[:3]) for statement in asked[taken + 1 :]]
    return held[1:] if held[0] == "SELECT event.digest FROM" else held


def tickets(program: Program, body: dict[str, str]) -> dict[str, object]:
    answer = program.post("/offices/senapelan/tickets", body)
    assert answer.status_code == 201
    return dict(answer.get_json())


def test_a_booking(db: Database, program: Program, asked: list[str]) -> None:
    tickets(program, BOOKING)
    asked.clear()
    tickets(program, BOOKING)
    assert len(asked) <= (6 if db.is_sqlite else 7)
    assert alone_in_the_office(asked) == LOGGED


def test_a_number_of_the_kiosk_behind_another(db: Database, program: Program, asked: list[str]) -> None:
    for _ in range(20):
        tickets(program, KIOSK)
    asked.clear()
    tickets(program, KIOSK)
    assert len(asked) <= (7 if db.is_sqlite else 8)


def test_a_call_a_start_and_a_finish(program: Program, asked: list[str]) -> None:
    program.post("/counters/1/open", {}, "petugas1")
    for times in range(2):
        tickets(program, KIOSK)
        asked.clear()
        called = program.post("/counters/1/call-next", {}, "petugas1").get_json()
        assert times == 0 or len(asked) <= 17  # with PostgreSQL's savepoint
        assert alone_in_the_office(asked) == LOGGED
        asked.clear()
        started = program.post(f"/tickets/{called['id']}/start", {"version": called["version"]}, "petugas1").get_json()
        assert times == 0 or len(asked) <= 9
        assert alone_in_the_office(asked) == LOGGED
        asked.clear()
        program.post(f"/tickets/{called['id']}/finish", {"version": started["version"]}, "petugas1")
        assert times == 0 or len(asked) <= 8
        assert alone_in_the_office(asked) == LOGGED


def test_a_desk_asks_no_more_for_more_colleagues_or_a_longer_line(program: Program, asked: list[str]) -> None:
    def desk() -> int:
        program.get("/desk", "petugas1")  # what is remembered of the office is read with the first
        asked.clear()
        answer = program.get("/desk", "petugas1").get_json()
        assert len(answer["waiting"]) == answer["waiting_total"]
        return len(asked)

    program.open()
    tickets(program, KIOSK)
    before = desk()
    for number in (2, 3, 4):
        program.open(f"petugas{number}", number)
    for _ in range(8):
        tickets(program, KIOSK)
    assert desk() <= before
