"""The database that tests share is for each of them as new."""

import psycopg
import pytest
from sqlalchemy import create_engine, text

from tests.services.reused_database import ReusedDatabase

pytestmark = pytest.mark.postgresql

COUNT = "SELECT (SELECT count(*) FROM service), (SELECT count(*) FROM closure), (SELECT version FROM office)"


def run(url: str, *statements: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        for statement in statements[:-1]:
            connection.execute(statement.encode())
        return connection.execute(statements[-1].encode()).fetchall()


def test_rows_and_counts_are_put_back(postgresql_office: ReusedDatabase) -> None:
    url = postgresql_office.fresh()
    before = run(url, COUNT)
    spoil = "INSERT INTO closure (office_id, day, reason) VALUES (1, '2026-12-{}', '') RETURNING id"
    first = run(url, "UPDATE office SET version = 9", spoil.format(24))
    assert run(url, COUNT) != before
    assert postgresql_office.fresh() == url
    assert run(url, COUNT) == before
    assert run(url, spoil.format(25)) == first


def test_who_still_holds_a_lock_is_shown_out(postgresql_office: ReusedDatabase) -> None:
    url = postgresql_office.fresh()
    engine = create_engine(url)
    with engine.connect() as holding:
        holding.execute(text("UPDATE office SET version = 9"))
        assert postgresql_office.fresh() == url
        holding.invalidate()
    assert run(url, "SELECT version FROM office") == [(0,)]
    engine.dispose()


@pytest.mark.parametrize("change", ["ALTER TABLE closure ADD extra integer", "DROP TABLE feedback"])
def test_a_changed_schema_is_not_handed_on(postgresql_office: ReusedDatabase, change: str) -> None:
    url = postgresql_office.fresh()
    run(url, change, "SELECT 1")
    assert postgresql_office.fresh() != url
