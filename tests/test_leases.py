"""Several server processes on one PostgreSQL: each job comes round in one of them; in another when that one dies."""

import multiprocessing
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from queue_app.background import Background, Job
from queue_app.database import Database
from queue_app.leases import Leases
from tests.services.waiting import wait_until

PROCESSES = 4
PATIENCE_S = 30
LEASE_S = 1.0
RENEW_S = 0.2
JOBS = ("closing the day", "watching", "counting")


def work_on(url: str, log: Path) -> None:
    """One server process: it does nothing but its jobs, and writes down each round."""
    database = Database(url)
    with log.open("w", buffering=1) as rounds:
        jobs = [Job(name, 0.1, lambda _now, name=name: print(name, time.monotonic(), file=rounds)) for name in JOBS]
        Background(jobs, leases=Leases(database, JOBS, LEASE_S), renew_s=RENEW_S).start()
        time.sleep(10 * PATIENCE_S)  # until it is killed


class Crew:
    """Processes that do ``JOBS``; what each did is read from what it wrote."""

    def __init__(self, url: str, folder: Path) -> None:
        context = multiprocessing.get_context("forkserver")  # imports once
        context.set_forkserver_preload([__name__])
        self.logs = [folder / f"{number}.log" for number in range(PROCESSES)]
        self.processes = [context.Process(target=work_on, args=(url, log)) for log in self.logs]
        for log, process in zip(self.logs, self.processes, strict=True):
            log.touch()
            process.start()

    def rounds(self) -> dict[str, list[tuple[float, int]]]:
        """When each job was done, and by which process."""
        done: dict[str, list[tuple[float, int]]] = defaultdict(list)
        for number, path in enumerate(self.logs):
            for line in path.read_text().splitlines():
                name, _, at = line.rpartition(" ")
                done[name].append((float(at), number))
        return {name: sorted(times) for name, times in done.items()}

    def doers(self, since: float = 0.0) -> dict[str, set[int]]:
        return {name: {who for at, who in times if at > since} for name, times in self.rounds().items()}

    def kill(self, number: int) -> None:
        self.processes[number].kill()
        self.processes[number].join()

    def end(self) -> None:
        for number in range(PROCESSES):
            self.kill(number)


@pytest.fixture
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue("postgresql_office").fresh())


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.dispose()


@pytest.mark.postgresql
def test_of_four_processes_one_does_each_job_and_another_when_that_one_is_killed(url: str, tmp_path: Path) -> None:
    crew = Crew(url, tmp_path)
    try:
        assert wait_until(lambda: all(len(crew.rounds().get(job, [])) >= 10 for job in JOBS))
        doers = crew.doers()
        assert {len(who) for who in doers.values()} == {1}, doers
        [killed] = doers[JOBS[0]]
        crew.kill(killed)
        last = max(at for times in crew.rounds().values() for at, who in times if who == killed)
        orphaned = {job for job in JOBS if doers[job] == {killed}}
        assert wait_until(lambda: all(crew.doers(since=last).get(job) for job in orphaned), within_s=10)
        assert {len(who) for who in crew.doers(since=last).values()} == {1}
    finally:
        crew.end()


@pytest.mark.postgresql
def test_a_job_has_one_holder_and_goes_on_to_the_next_at_once_when_it_is_let_go(database: Database) -> None:
    first, second = Leases(database, JOBS), Leases(database, JOBS)
    assert first.renew() == set(JOBS)
    assert second.renew() == set()
    assert first.renew() == set(), "what it has is not new"
    assert [first.holds(JOBS[0]), second.holds(JOBS[0])] == [True, False]
    first.release()
    assert second.renew() == set(JOBS)
    assert [first.holds(JOBS[0]), second.holds(JOBS[0])] == [False, True]


@pytest.mark.postgresql
def test_what_was_not_renewed_in_time_is_not_held_and_is_new_again(database: Database) -> None:
    leases = Leases(database, JOBS, lease_s=-1.0)  # over before it began
    assert leases.renew() == set(JOBS)
    assert not leases.holds(JOBS[0])
    assert leases.renew() == set(JOBS), "its jobs are done at once: nobody knows since when nobody has"


@pytest.mark.postgresql
def test_a_holder_that_is_overdue_loses_its_jobs(database: Database) -> None:
    late, other = Leases(database, JOBS), Leases(database, JOBS[:2])
    late.renew()
    with database.write() as session:
        session.execute(text("UPDATE job_lease SET until = now() - interval '1 second'"))
    assert other.renew() == set(JOBS[:2])
    late.renew()
    assert [name for name in JOBS if late.holds(name)] == [JOBS[2]]


def test_on_sqlite_the_one_process_does_everything_and_writes_nothing(new_sqlite_url: str) -> None:
    database = Database(new_sqlite_url)
    leases = Leases(database, JOBS)
    assert leases.holds(JOBS[0])
    assert leases.renew() == set()
    with database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM job_lease")) == 0
    database.dispose()
