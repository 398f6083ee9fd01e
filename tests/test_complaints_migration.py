"""Complaints from before their course was kept are carried over: each with an address, a deadline and a first step."""

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from queue_app import schema
from queue_app.database import Database
from tests.test_supervision_migration import OFFICE, SERVICE, TICKET

COMPLAINT = (
    "INSERT INTO complaint (id, office_id, number, ticket_id, service_id, subject, text_sealed, key, created_at)"
    " VALUES (:id, 1, :id, 1, 1, :subject, :sealed, :key, '2026-11-24 02:00:00.000000')"
)


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_complaints_are_carried_over(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    if kind == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'older.sqlite'}")
    else:
        database = Database(request.getfixturevalue("postgresql_server").new_database())
    with database.engine.begin() as connection:
        command.upgrade(schema._alembic(connection), "0001")
    with database.engine.begin() as connection:
        for row in (OFFICE, SERVICE, TICKET):
            connection.execute(text(row))
    with database.engine.begin() as connection:
        command.upgrade(schema._alembic(connection), "0014")
    with database.engine.begin() as connection:
        for number, subject in ((1, "cost"), (2, "conduct")):
            values = {"id": number, "subject": subject, "sealed": b"x", "key": f"k{number}"}
            connection.execute(text(COMPLAINT), values)
    schema.upgrade(database)
    with database.engine.begin() as connection:
        kept = connection.execute(
            text(
                "SELECT severity, state, version, channel, due_on > '2026-11-24', length(public_id)"
                " FROM complaint ORDER BY id"
            )
        ).all()
        steps = connection.execute(text("SELECT complaint_id, step, to_state FROM complaint_entry")).all()
    assert [(*row[:4], bool(row[4]), row[5]) for row in kept] == [
        ("examination", "RECEIVED", 1, "online", True, 22),
        ("ordinary", "RECEIVED", 1, "online", True, 22),
    ]
    assert steps == [(1, "file", "RECEIVED"), (2, "file", "RECEIVED")]
    assert schema.differences(database) == []
    database.dispose()
