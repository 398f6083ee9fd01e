"""An office that is upgraded keeps what is taken: by channel, so that its quotas hold from the first day on."""

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from queue_app import schema
from queue_app.database import Database

ROWS = [
    "INSERT INTO office (id, slug, name, address, timezone, version, booking_days_ahead, grace_minutes, rule_name,"
    " rates, longest_wait_minutes) VALUES (1, 'a', 'A', '', 'Asia/Jakarta', 0, 30, 60, 'accumulating', '{}', 120)",
    "INSERT INTO service (id, office_id, code, prefix, name_id, name_en, documents, slot_minutes, slot_capacity,"
    " active) VALUES (1, 1, 'A', 'A', 'A', 'A', '[]', 30, 4, true)",
    "INSERT INTO daily_sequence (service_id, day, last, taken) VALUES (1, '2026-11-24', 4, 3)",
    "INSERT INTO slot_usage (service_id, day, start_minute, taken) VALUES (1, '2026-11-24', 600, 2)",
    *(
        "INSERT INTO ticket (public_id, office_id, service_id, numbered_by_id, day, number, label, channel, category,"
        f" state, version) VALUES ('t{number}', 1, 1, 1, '2026-11-24', {number}, 'A-{number}', '{channel}', 'regular',"
        f" '{state}', 1)"
        for number, (channel, state) in enumerate(
            [("online", "BOOKED"), ("online", "CANCELLED"), ("online", "WAITING"), ("kiosk", "WAITING")], start=1
        )
    ),
]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """A database of the first form, with four tickets."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'older.sqlite'}")
    else:
        database = Database(request.getfixturevalue("postgresql_server").new_database())
    with database.engine.begin() as connection:
        command.upgrade(schema._alembic(connection), "0001")
    with database.engine.begin() as connection:
        for row in ROWS:
            connection.execute(text(row))
    return database


def test_it_counts_what_is_taken_by_channel(older: Database) -> None:
    schema.upgrade(older)
    with older.engine.connect() as connection:
        day = connection.execute(
            text("SELECT last, taken, taken_online, taken_kiosk, taken_reception FROM daily_sequence")
        ).one()
        slot = connection.execute(text("SELECT taken, taken_online FROM slot_usage")).one()
        relations = connection.execute(text("SELECT DISTINCT relation FROM ticket")).scalars().all()
        share, needs = connection.execute(text("SELECT online_share_percent, online_needs_slot FROM service")).one()
    assert tuple(day) == (4, 3, 2, 1, 0)
    assert tuple(slot) == (2, 2)  # all as online: the careful side
    assert relations == ["self"]
    assert (share, bool(needs)) == (100, False)  # nothing is refused that was not before
    older.dispose()
