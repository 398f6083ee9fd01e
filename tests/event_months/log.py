"""The log of an office as it stands in PostgreSQL, read past the product, and the product's check of it."""

from sqlalchemy import text

from queue_app.audit import verify
from queue_app.database import Database
from queue_app.event_months import layout
from queue_app.event_months.month import Month
from tests.office import Desk

NOVEMBER, DECEMBER = Month(2026, 11), Month(2026, 12)
ROWS = "SELECT seq, at, action, ticket_id, ticket_version, data, digest FROM event ORDER BY seq"
ADD = """INSERT INTO event (office_id, seq, at, action, ticket_id, ticket_version, data)
    VALUES (1, :seq, :at, 'announce', :ticket, :version, '{}')"""


def run(database: Database, statement: str, **values: object) -> list[tuple[object, ...]]:
    with database.engine.begin() as connection:
        result = connection.execute(text(statement), values)
        return [tuple(row) for row in result] if result.returns_rows else []


def breaches(desk: Desk) -> list[object]:
    """Of a check in one go, and of one in parts."""
    with desk.db.read() as session:
        office = desk.office(session)
        checked, in_parts = verify.check(session, office), verify.unchecked(office)
        while not all(found.ended for found in in_parts):
            verify.check_part(session, office, in_parts, 3)
    assert [(each.rows, each.digest, each.breach) for each in in_parts] == [
        (each.rows, each.digest, each.breach) for each in checked
    ]
    return [found.breach for found in checked if found.breach]


def is_by_month(database: Database) -> bool:
    with database.engine.connect() as connection:
        return layout.is_by_month(connection)


def waits_for_the_log(database: Database) -> bool:
    waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    return run(database, waits) != [(0,)]


def in_months(desk: Desk) -> list[str]:
    return [str(name) for (name,) in run(desk.db, "SELECT DISTINCT tableoid::regclass::text FROM event ORDER BY 1")]
