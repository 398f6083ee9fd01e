"""The months to come have their table in time, made once, and what came outside of all is put where it belongs."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from queue_app.database import Database
from queue_app.errors import QueueError
from queue_app.event_months import ahead, layout
from queue_app.event_months.month import Month
from tests.event_months.log import breaches, run, waits_for_the_log
from tests.office import Desk
from tests.services.waiting import wait_until

pytestmark = pytest.mark.postgresql


def months(database: Database) -> list[str]:
    with database.engine.connect() as connection:
        return [str(month) for month in layout.months(connection)]


def test_a_month_is_made_long_before_it_begins(desk: Desk) -> None:
    assert months(desk.db) == ["2026-11", "2026-12", "2027-01", "2027-02"]
    assert ahead.tend(desk.db, desk.now) == 0
    desk.wait(days=7)
    assert ahead.tend(desk.db, desk.now) == 1
    assert months(desk.db)[-1] == "2027-03"


def test_of_several_processes_one_makes_them(desk: Desk) -> None:
    desk.wait(days=100)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: ahead.tend(desk.db, desk.now), range(8)))
    assert sorted(made) == [0] * 7 + [4]


def test_a_log_in_one_table_is_left_alone(one_table: Desk) -> None:
    assert ahead.condition(one_table.db, one_table.now) is None
    assert ahead.tend(one_table.db, one_table.now) == 0


def test_after_the_clock_jumped_rows_are_put_where_they_belong(desk: Desk) -> None:
    desk.join("A")
    desk.wait(days=900)  # the server stood still, or its clock was wrong
    far = desk.join("A")
    found = ahead.condition(desk.db, desk.now)
    assert found is not None
    assert found.outside == 1
    assert ahead.tend(desk.db, desk.now) == 4
    desk.join("A")
    assert ahead.condition(desk.db, desk.now) == ahead.Condition((), 0)
    assert run(desk.db, "SELECT ticket_id FROM event_months.y2029m05 ORDER BY 1") == [(far.id,), (far.id + 1,)]
    assert breaches(desk) == []
    with pytest.raises(Exception, match="append-only"):
        run(desk.db, "DELETE FROM event_months.y2029m05")


def test_many_rows_outside_are_left_to_the_command(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, command: Callable[..., tuple[int, str]]
) -> None:
    monkeypatch.setattr(ahead, "FEW", 1)
    desk.wait(days=900)
    desk.join("A")
    desk.join("A")
    assert ahead.tend(desk.db, desk.now) == 0
    code, said = command("check")
    assert code == 1
    assert "FAIL  months of the log: no table for 2029-05, 2 rows are in the table for all other times" in said
    assert "-> run: flask --app queue_app log partition --yes" in said
    assert "Rows outside of all months: 2" in command("log", "partition")[1]
    assert ahead.condition(desk.db, desk.now) != ahead.Condition((), 0)
    assert "4 tables made" in command("log", "partition", "--yes")[1]
    assert "ok    months of the log" in command("check")[1]


def test_who_reads_for_long_is_not_waited_for_by_who_writes(desk: Desk) -> None:
    desk.wait(days=7)
    made: list[int] = []
    with desk.db.engine.connect() as reader:
        reader.execute(text("SELECT count(*) FROM event"))
        work = threading.Thread(target=lambda: made.append(ahead.put_right(desk.db, desk.now)))
        work.start()
        assert wait_until(lambda: waits_for_the_log(desk.db))
        for _ in range(5):
            desk.join("A")
        assert not made
    work.join(60)
    assert made == [1]


def test_a_log_that_is_never_free_is_left_as_it_is(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "_TRIES", 2)
    before = months(desk.db)
    desk.wait(days=7)
    with desk.db.engine.connect() as reader:
        reader.execute(text("SELECT count(*) FROM event"))
        with pytest.raises(QueueError, match="log_in_use"):
            ahead.put_right(desk.db, desk.now)
    assert months(desk.db) == before
    assert ahead.put_right(desk.db, desk.now) == 1
    assert Month.read(months(desk.db)[-1]) == Month(2027, 3)
