"""The log becomes one by month, whole or not at all, and keeps every guarantee."""

import multiprocessing
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from queue_app import create_app, in_force, schema
from queue_app.backup import make, restore
from queue_app.config import Config
from queue_app.database import Database
from queue_app.display import board
from queue_app.errors import QueueError
from queue_app.event_months import ahead, partition
from queue_app.event_months.month import Month
from tests.event_months.log import ADD, DECEMBER, NOVEMBER, ROWS, breaches, is_by_month, run, waits_for_the_log
from tests.office import SECRET, Desk
from tests.services.waiting import wait_until

pytestmark = pytest.mark.postgresql

STARTS_WITHIN_S = 60


@pytest.fixture
def past(one_table: Desk) -> Desk:
    """A log in one table with rows of two months."""
    one_table.open()
    one_table.serve("A", minutes=5)
    one_table.close()
    one_table.wait(days=10)
    one_table.open()
    one_table.serve("B", minutes=3)
    return one_table


def test_every_row_goes_into_its_month_and_the_office_goes_on(past: Desk) -> None:
    before = run(past.db, ROWS)
    done = partition.carry_out(past.db, past.now)
    assert (done.rows, done.months) == (len(before), 5)
    assert 0 < done.held_s < done.took_s
    assert run(past.db, ROWS) == before
    places = "SELECT tableoid::regclass::text, count(*) FROM event GROUP BY 1 ORDER BY 1"
    assert run(past.db, places) == [("event_months.y2026m11", 6), ("event_months.y2026m12", 5)]
    assert schema.differences(past.db) == []
    past.serve("A", minutes=2)
    assert breaches(past) == []
    assert run(past.db, "SELECT count(*) FROM event_months.key") == run(past.db, "SELECT count(*) FROM event")


def test_who_might_read_or_write_the_log_still_may(past: Desk) -> None:
    may = "SELECT has_table_privilege('reporting', 'event', :right)"
    run(past.db, "CREATE ROLE reporting")
    try:
        run(past.db, "GRANT SELECT, INSERT ON event TO reporting")
        run(past.db, "GRANT USAGE ON SEQUENCE event_id_seq TO reporting")
        partition.carry_out(past.db, past.now)
        assert [run(past.db, may, right=right)[0][0] for right in ("SELECT", "INSERT", "DELETE")] == [True, True, False]
        with past.db.engine.begin() as connection:
            connection.execute(text("SET LOCAL ROLE reporting"))
            connection.execute(text(ADD), {"seq": 99, "at": past.now, "ticket": None, "version": None})
    finally:
        run(past.db, "DROP OWNED BY reporting")
        run(past.db, "DROP ROLE reporting")


def test_the_plan_says_it_and_changes_nothing(past: Desk) -> None:
    plan = partition.plan(past.db, past.now)
    assert dict(plan.months) == {NOVEMBER: 6, DECEMBER: 5, Month(2027, 1): 0, Month(2027, 2): 0, Month(2027, 3): 0}
    assert plan.bytes > 0
    assert not is_by_month(past.db)


def test_it_is_done_once_and_not_on_sqlite(desk: Desk, new_sqlite_url: str) -> None:
    for database in (desk.db, Database(new_sqlite_url)):
        for step in (partition.plan, partition.carry_out):
            with pytest.raises(QueueError, match="SQLite" if database.is_sqlite else "sudah dibagi"):
                step(database, desk.now)
        database.dispose()


def test_a_log_that_is_not_whole_is_left_alone(past: Desk) -> None:
    # Somebody with the database in hands gave a row to an office that is none.
    run(past.db, "ALTER TABLE event DISABLE TRIGGER ALL")
    run(past.db, "UPDATE event SET office_id = 0 WHERE seq = 5")
    with pytest.raises(IntegrityError, match="fk_event_office_id"):
        partition.carry_out(past.db, past.now)
    assert not is_by_month(past.db)
    assert run(past.db, "SELECT to_regnamespace('event_months')") == [(None,)]


def test_numbers_are_given_while_it_waits_for_who_reads(past: Desk) -> None:
    # An export that takes its time keeps the log from being taken, and nobody else from using it.
    done: list[partition.Done] = []
    with past.db.engine.connect() as reader:
        reader.execute(text("SELECT count(*) FROM event"))
        work = threading.Thread(target=lambda: done.append(partition.carry_out(past.db, past.now)))
        work.start()
        assert wait_until(lambda: waits_for_the_log(past.db))
        given = [past.join("A") for _ in range(20)]
        assert not done
    work.join(60)
    assert [found.rows for found in done] == [11 + len(given)]
    assert [past.actions(ticket) for ticket in given] == [["join"]] * 20
    assert breaches(past) == []
    assert past.join("A").number == given[-1].number + 1


def test_who_began_to_read_before_sees_the_whole_log_afterwards(past: Desk) -> None:
    # A page, a backup or a day being kept has begun, and reads the log when it is divided. An empty log
    # would be taken for the truth, and a past day kept without its visits.
    before = run(past.db, ROWS)
    with past.db.read() as session:
        session.execute(text("SELECT count(*) FROM installation"))
        partition.carry_out(past.db, past.now)
        assert [tuple(row) for row in session.execute(text(ROWS))] == before
    past.wait(days=900)
    far = past.join("A")
    with past.db.read() as session:
        session.execute(text("SELECT count(*) FROM installation"))
        assert ahead.tend(past.db, past.now) == 4
        seen = session.execute(text("SELECT action FROM event WHERE ticket_id = :ticket"), {"ticket": far.id})
        assert list(seen.scalars()) == ["join"]


def partition_until(url: str, now: datetime, copied: Path) -> None:
    """In a process of its own: all is copied and the log is held, when it is killed."""

    def stay(_connection: Connection) -> None:
        copied.touch()
        time.sleep(600)

    partition._replace = stay
    partition.carry_out(Database(url), now)


def test_a_process_that_is_killed_in_the_middle_leaves_the_one_table(past: Desk, tmp_path: Path) -> None:
    before, copied = run(past.db, ROWS), tmp_path / "copied"
    url = past.db.url.render_as_string(hide_password=False)
    process = multiprocessing.get_context("spawn").Process(target=partition_until, args=(url, past.now, copied))
    process.start()
    is_copied = wait_until(copied.exists, within_s=STARTS_WITHIN_S)
    process.kill()
    process.join()
    assert is_copied
    assert run(past.db, ROWS) == before
    assert not is_by_month(past.db)
    assert run(past.db, "SELECT to_regnamespace('event_months')") == [(None,)]
    past.serve("A", minutes=1)
    assert partition.carry_out(past.db, past.now).rows == len(before) + 4


@pytest.mark.parametrize(
    ("seq", "ticket", "version"),
    [(1, None, None), (99, 1, 1)],
    ids=["a number of the log", "a version of a ticket"],
)
def test_what_is_there_once_is_so_over_all_months(
    desk: Desk, seq: int, ticket: int | None, version: int | None
) -> None:
    # Without the keys' trigger PostgreSQL takes both: it knows what is unique within one month only.
    first = desk.join("A")
    values = {"seq": seq, "at": DECEMBER.start, "ticket": ticket and first.id, "version": version}
    with pytest.raises(IntegrityError, match="uq_event_"):
        run(desk.db, ADD, **values)
    run(desk.db, "ALTER TABLE event DISABLE TRIGGER event_keeps_key")
    run(desk.db, ADD, **values)
    doubled = "SELECT count(DISTINCT tableoid) FROM event WHERE seq = :seq OR ticket_version = 1"
    assert run(desk.db, doubled, seq=seq) == [(2,)]


def test_two_who_write_one_number_at_the_turn_of_the_month_do_not_both(desk: Desk) -> None:
    with desk.db.engine.connect() as one:
        one.execute(text(ADD), {"seq": 1, "at": DECEMBER.start - timedelta(seconds=1), "ticket": None, "version": None})
        refused: list[IntegrityError] = []

        def other() -> None:
            try:
                run(desk.db, ADD, seq=1, at=DECEMBER.start, ticket=None, version=None)
            except IntegrityError as error:
                refused.append(error)

        second = threading.Thread(target=other)
        second.start()
        assert wait_until(lambda: waits_for_the_log(desk.db))
        one.commit()
        second.join(30)
    assert len(refused) == 1
    assert run(desk.db, "SELECT count(*) FROM event") == [(1,)]


def test_no_row_of_any_table_of_the_log_is_changed_or_removed(desk: Desk) -> None:
    desk.join("A")
    tables = ["event", "event_months.key", "event_months.other", "event_months.y2026m11", "event_months.y2026m12"]
    desk.wait(days=1200)
    desk.join("A")  # in a month that has no table
    for table in tables:
        changes = [f"DELETE FROM {table}", f"UPDATE {table} SET seq = seq"]
        if table == "event_months.y2026m12":  # there is nothing in it
            changes = []
        for change in (*changes, f"TRUNCATE {table}", f"TRUNCATE {table} CASCADE"):
            with pytest.raises(DBAPIError, match="the log is append-only"):
                run(desk.db, change)


def test_a_row_still_refers_to_what_is_there(desk: Desk) -> None:
    with pytest.raises(IntegrityError, match="fk_event_ticket_id_ticket"):
        run(desk.db, ADD, seq=1, at=desk.now, ticket=77, version=1)
    desk.join("A")
    with pytest.raises(IntegrityError, match="fk_event_ticket_id_ticket"):
        run(desk.db, "DELETE FROM ticket")


def test_days_are_read_from_their_months_alone(desk: Desk) -> None:
    # As the board and the levers ask for them.
    desk.wait(days=10)
    asked: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_more: object) -> None:
        asked.append((statement, parameters))

    with desk.db.read() as session:
        office = desk.office(session)
        event.listen(desk.db.engine, "before_cursor_execute", note)
        board._calls_newest_first(session, office, desk.now)
        in_force._latest(session, office, desk.now)
    event.remove(desk.db.engine, "before_cursor_execute", note)
    assert len(asked) == 2
    with desk.db.engine.connect() as connection:
        for statement, parameters in asked:
            plan = "\n".join(connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars())
            assert "y2026m12" in plan
            assert "y2026m11" not in plan


def test_a_backup_comes_back_in_one_table_also_over_a_log_by_month(
    desk: Desk, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    desk.open()
    desk.serve("A", minutes=4)
    folders = {"uploads": tmp_path / "uploads", "voice": tmp_path / "voice"}
    before = run(desk.db, ROWS)
    file, manifest = make.make(desk.db, folders, tmp_path / "copy.tar.gz", desk.now, SECRET)
    assert not any("y2026" in name or name == "key" for name in manifest.tables)
    desk.join("A")
    elsewhere = str(request.getfixturevalue("postgresql_server").new_database())
    own = desk.db.url.render_as_string(hide_password=False)
    for url in (elsewhere, own, f"sqlite:///{tmp_path / 'file.sqlite'}"):
        restore.restore(file, url, folders, desk.now, force=True)
        database = Database(url)
        again = Desk(database, desk.now)
        assert not is_by_month(database)
        assert [row[0] for row in run(database, ROWS)] == [row[0] for row in before]
        assert breaches(again) == []
        again.join("A")
        if not database.is_sqlite:
            assert partition.carry_out(database, desk.now).rows == len(before) + 1
        database.dispose()


def test_an_old_month_may_lie_on_another_disk(desk: Desk) -> None:
    desk.open()
    served = desk.serve("A", minutes=4)
    desk.wait(days=10)
    with desk.db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET allow_in_place_tablespaces = on"))  # the test's other disk is a folder
        connection.execute(text("DROP TABLESPACE IF EXISTS slow_disk"))
        connection.execute(text("CREATE TABLESPACE slow_disk LOCATION ''"))
    run(desk.db, "ALTER TABLE event_months.y2026m11 SET TABLESPACE slow_disk")
    assert desk.actions(served) == ["join", "call", "start", "finish"]
    desk.serve("A", minutes=4)
    assert breaches(desk) == []
    run(desk.db, "ALTER TABLE event_months.y2026m11 SET TABLESPACE pg_default")


def test_a_later_form_of_the_log_reaches_all_months(desk: Desk) -> None:
    # What a migration does with the log, it does with its months, and months that are made later have it too.
    run(desk.db, "ALTER TABLE event ADD COLUMN of_the_future VARCHAR(10)")
    run(desk.db, "CREATE INDEX ix_event_of_the_future ON event (of_the_future)")
    desk.wait(days=40)
    assert ahead.tend(desk.db, desk.now) == 2
    desk.join("A")
    indexed = "SELECT count(*) FROM pg_indexes WHERE schemaname = 'event_months' AND indexdef LIKE '%of_the_future%'"
    assert run(desk.db, indexed) == [(7,)]  # six months, and all other times
    assert run(desk.db, "SELECT of_the_future FROM event_months.y2027m01") == [(None,)]
    schema.upgrade(desk.db)


def test_the_command_says_what_it_would_do_and_then_does_it(
    past: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("queue_app.clock.now", lambda: past.now)
    url = past.db.url.render_as_string(hide_password=False)
    app: Flask = create_app(Config(url, SECRET, instance_dir=tmp_path, testing=True))
    runner = app.test_cli_runner()
    plan = runner.invoke(args=["log", "partition"])
    assert "2026-11: 6 rows" in plan.output
    assert "Nothing was changed" in plan.output
    assert not is_by_month(past.db)
    done = runner.invoke(args=["log", "partition", "--yes"])
    assert "11 rows in 5 months" in done.output
    assert is_by_month(past.db)
    assert "Months without a table: none" in runner.invoke(args=["log", "partition"]).output
    app.extensions["antrean_database"].dispose()


def test_the_command_refuses_sqlite(new_sqlite_url: str, tmp_path: Path) -> None:
    app = create_app(Config(new_sqlite_url, SECRET, instance_dir=tmp_path, testing=True))
    result = app.test_cli_runner().invoke(args=["log", "partition"])
    assert result.exit_code == 1
    assert "basis data ini SQLite" in result.output
    app.extensions["antrean_database"].dispose()


def test_a_month_is_that_of_utc() -> None:
    assert Month.of(datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC)) == NOVEMBER
    assert NOVEMBER.end == DECEMBER.start == datetime(2026, 12, 1, tzinfo=UTC)
    assert DECEMBER.next == Month(2027, 1) == Month.read("2027-01") == Month.of_table("y2027m01")
    for wrong in ("2027-13", "2027-1", "27-01", "0000-01", "november"):
        with pytest.raises(ValueError):
            Month.read(wrong)
