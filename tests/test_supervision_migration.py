"""An office that is upgraded keeps its whole log, which stays append-only, and may now speak of the office itself."""

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from queue_app import schema
from queue_app.database import Database

OFFICE = (
    "INSERT INTO office (id, slug, name, address, timezone, version, booking_days_ahead, grace_minutes, rule_name,"
    " rates, longest_wait_minutes) VALUES (1, 'a', 'A', '', 'Asia/Jakarta', 2, 30, 60, 'accumulating', '{}', 120)"
)
SERVICE = (
    "INSERT INTO service (id, office_id, code, prefix, name_id, name_en, documents, slot_minutes, slot_capacity,"
    " active) VALUES (1, 1, 'A', 'A', 'A', 'A', '[]', 30, 4, true)"
)
TICKET = (
    "INSERT INTO ticket (id, public_id, office_id, service_id, numbered_by_id, day, number, label, channel, category,"
    " state, version) VALUES (1, 't1', 1, 1, 1, '2026-11-24', 1, 'A-001', 'kiosk', 'regular', 'WAITING', 1)"
)
EVENT = (
    "INSERT INTO event (office_id, seq, at, action, ticket_id, ticket_version, to_state, service_id, data)"
    " VALUES (1, {seq}, '2026-11-24 02:00:00.000000', 'join', {ticket}, {seq}, 'WAITING', 1, '{{}}')"
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def upgraded(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """A database with a ticket and its row of the log from before the migration, brought up to date."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'older.sqlite'}")
    else:
        database = Database(request.getfixturevalue("postgresql_server").new_database())
    with database.engine.begin() as connection:
        command.upgrade(schema._alembic(connection), "0001")
    with database.engine.begin() as connection:
        for row in (OFFICE, SERVICE, TICKET, EVENT.format(seq=1, ticket=1)):
            connection.execute(text(row))
    schema.upgrade(database)
    return database


def run(database: Database, statement: str) -> list[tuple[object, ...]]:
    with database.engine.begin() as connection:
        found = connection.execute(text(statement))
        return [tuple(row) for row in found] if found.returns_rows else []


def test_it_keeps_the_log_and_its_guards(upgraded: Database) -> None:
    assert run(upgraded, "SELECT seq, action, ticket_id FROM event") == [(1, "join", 1)]
    for change in ("UPDATE event SET action = 'book'", "DELETE FROM event"):
        with pytest.raises(DatabaseError, match="append-only"):
            run(upgraded, change)
    with pytest.raises(DatabaseError, match=r"(?i)unique"):
        run(upgraded, EVENT.format(seq=1, ticket="NULL"))
    assert schema.differences(upgraded) == []
    upgraded.dispose()


def test_a_row_is_of_a_ticket_or_a_shift_or_the_office_but_never_of_both(upgraded: Database) -> None:
    run(upgraded, EVENT.format(seq=2, ticket="NULL"))
    run(
        upgraded,
        "INSERT INTO user_account (id, office_id, username, display_name, role, password_hash, active)"
        " VALUES (1, 1, 'u', 'U', 'officer', 'x', true)",
    )
    run(upgraded, "INSERT INTO counter (id, office_id, number) VALUES (1, 1, 1)")
    run(
        upgraded,
        "INSERT INTO shift (id, office_id, counter_id, officer_id, state, opened_at)"
        " VALUES (1, 1, 1, 1, 'OPEN', '2026-11-24 02:00:00.000000')",
    )
    both = (
        EVENT.format(seq=3, ticket=1).replace("service_id", "service_id, shift_id").replace("1, '{}')", "1, 1, '{}')")
    )
    with pytest.raises(DatabaseError, match="ck_event_subject"):
        run(upgraded, both)
    upgraded.dispose()
