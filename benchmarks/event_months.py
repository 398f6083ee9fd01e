"""What a log by month costs: processor milliseconds of the database and of the program for a number and for a move, and
a row's bytes, beside the same log in one table.

    python -m benchmarks.event_months [--times 200] [--rows 2000]

Databases of one private PostgreSQL, with the log in one table and in 12, 36 and 60 months, each month with so many
rows. The use cases are carried out in turn on each, so that a busy moment of the machine meets all; read the ratios.
Linux only.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from benchmarks.start_up import processor_s
from benchmarks.straight_way import machine
from queue_app import demo, schema, tickets
from queue_app.database import Database
from queue_app.event_months import partition
from queue_app.event_months.month import Month
from tests.office import Desk
from tests.services.private_postgresql import PostgresqlServer

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
LAYOUTS = (0, 12, 36, 60)
"""Months with rows; 0: one table, with the rows of 60."""

_PAST = """
    INSERT INTO event (office_id, seq, at, action, data, digest)
    SELECT 1, :first + n, CAST(:start AS timestamptz) + n * interval '1 second', 'announce', '{}', repeat('0', 64)
    FROM generate_series(1, :rows) AS n
"""


def filled(server: PostgresqlServer, months: int, rows: int) -> Database:
    database = Database(server.new_database(), connections=1)
    schema.upgrade(database)
    with database.write() as session:
        demo.seed(session, "kata-sandi-uji")
        begin = Month(NOW.year - (months or 60) // 12, NOW.month)
        past = list(begin.ahead((months or 60) - 1))
        for n, month in enumerate(past):
            session.execute(text(_PAST), {"first": n * rows, "start": month.start, "rows": rows})
        session.execute(text("UPDATE office SET version = :rows"), {"rows": len(past) * rows})
    with database.engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    if months:
        done = partition.carry_out(database, NOW)
        print(f"{done.rows} rows into {done.months} months: {done.took_s:.1f} s, held {done.held_s:.1f} s")
    return database


class Subject:
    """A database, and the processor time of its one connection's server process and of this one."""

    def __init__(self, database: Database) -> None:
        self.desk = Desk(database, NOW)
        with database.engine.connect() as connection:
            self._server = Path(f"/proc/{connection.scalar(text('SELECT pg_backend_pid()'))}")

    def cost(self, work: Callable[[Desk], object], times: int) -> tuple[float, float]:
        before = processor_s(self._server), time.process_time()
        for _ in range(times):
            work(self.desk)
        after = processor_s(self._server), time.process_time()
        return 1000 * (after[0] - before[0]) / times, 1000 * (after[1] - before[1]) / times


def join(desk: Desk) -> None:
    desk.join()
    desk.now += timedelta(seconds=1)


def serve(desk: Desk) -> None:
    called = desk.call_next()
    assert called is not None
    desk.act(tickets.finish, desk.act(tickets.start, called))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--rows", type=int, default=2000)
    asked = parser.parse_args()
    print(machine())
    server = PostgresqlServer(fsync="on", synchronous_commit="on", full_page_writes="on")
    try:
        subjects = {months: Subject(filled(server, months, asked.rows)) for months in LAYOUTS}
        for subject in subjects.values():
            subject.desk.open()
            subject.cost(join, 20)  # statements are prepared after some uses
            subject.cost(serve, 10)
        for name, work, requests in (("a number", join, 1), ("a move", serve, 3)):
            rounds = {months: list[tuple[float, float]]() for months in LAYOUTS}
            for _ in range(5):
                for months, subject in subjects.items():
                    rounds[months].append(subject.cost(work, asked.times // 5))
            for months, costs in rounds.items():
                database, program = (statistics.median(cost) / requests for cost in zip(*costs, strict=True))
                print(f"{name:<10}{months or 'one table':>10}  database {database:6.2f} ms  program {program:6.2f} ms")
        for subject in subjects.values():
            subject.desk.db.dispose()
    finally:
        server.remove()


if __name__ == "__main__":
    main()
