"""Writes that come at once are committed together on SQLite, and what fails undoes itself alone."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from queue_app import database as databases
from queue_app import engines
from queue_app.database import Database, note
from queue_app.errors import QueueError
from queue_app.group_commit import known_in


class Commits:
    """How often an engine committed."""

    def __init__(self, database: Database) -> None:
        self.count = 0
        event.listen(database.engine, "commit", self._counted)

    def _counted(self, _connection: object) -> None:
        self.count += 1


@pytest.fixture
def database(new_sqlite_url: str) -> Iterator[Database]:
    made = Database(new_sqlite_url)
    with made.write() as session:
        session.execute(text("CREATE TABLE place (name TEXT PRIMARY KEY)"))
    yield made
    made.dispose()


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], object]]:
    """What others do while who has written lets them go on; once, in this order, each while the one before does."""
    others: list[Callable[[], object]] = []
    monkeypatch.setattr(databases, "let_others", lambda: others.pop(0)() if others else None)
    return others


def take(database: Database, name: str, then: Callable[[Session], object] | None = None) -> None:
    with database.write_in_group() as session:
        session.execute(text("INSERT INTO place VALUES (:name)"), {"name": name})
        note(session, name)
        if then is not None:
            then(session)


def raises(failure: BaseException) -> Callable[[Session], None]:
    def fail(_session: Session) -> None:
        raise failure

    return fail


def taken(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(text("SELECT name FROM place ORDER BY name")))


def refused() -> QueueError:
    return QueueError("slot_full", "penuh")


def test_who_comes_meanwhile_is_committed_together(database: Database, meanwhile: list[Callable[[], object]]) -> None:
    told: list[tuple[object, list[str]]] = []

    def listen(notes: Sequence[Any]) -> None:
        told.append((notes[0], taken(database)))

    database.listeners.append(listen)
    commits = Commits(database)
    meanwhile += [lambda: take(database, "B"), lambda: take(database, "C")]
    take(database, "A")
    assert commits.count == 1
    assert told == [("C", ["A", "B", "C"]), ("B", ["A", "B", "C"]), ("A", ["A", "B", "C"])], "after the commit"


def test_alone_it_is_committed_at_once(database: Database, meanwhile: list[Callable[[], object]]) -> None:
    commits = Commits(database)
    take(database, "A")
    take(database, "B")
    assert (commits.count, taken(database)) == (2, ["A", "B"])
    assert meanwhile == []


def test_who_is_in_a_hurry_lets_nobody_else_in_and_takes_along_who_has_written(
    database: Database, meanwhile: list[Callable[[], object]]
) -> None:
    commits = Commits(database)

    def call() -> None:
        with database.write_in_group(at_once=True) as session:
            session.execute(text("INSERT INTO place VALUES ('B')"))
        assert taken(database) == ["A", "B"]

    meanwhile += [call, lambda: take(database, "C")]
    take(database, "A")
    assert (commits.count, taken(database), len(meanwhile)) == (1, ["A", "B"], 1)


def test_nobody_is_answered_before_the_commit(database: Database, meanwhile: list[Callable[[], object]]) -> None:
    seen: list[list[str]] = []
    meanwhile.append(lambda: seen.append(taken(database)))
    take(database, "A")
    assert seen == [[]]


@pytest.mark.parametrize("fails", [refused, lambda: RuntimeError("a fault"), KeyboardInterrupt])
def test_what_is_refused_undoes_itself_alone(
    database: Database, meanwhile: list[Callable[[], object]], fails: Callable[[], BaseException]
) -> None:
    failure = fails()

    def refused_after_writing() -> None:
        with pytest.raises(type(failure)):
            take(database, "B", raises(failure))

    commits = Commits(database)
    meanwhile += [refused_after_writing]
    take(database, "A")
    assert (commits.count, taken(database)) == (1, ["A"])


def test_a_statement_that_is_refused_undoes_its_own_write_alone(
    database: Database, meanwhile: list[Callable[[], object]]
) -> None:
    def twice() -> None:
        with pytest.raises(IntegrityError):
            take(database, "A")

    meanwhile += [twice]
    take(database, "A")
    take(database, "B")
    assert taken(database) == ["A", "B"]


def test_the_first_that_fails_leaves_nothing_open(database: Database, meanwhile: list[Callable[[], object]]) -> None:
    with pytest.raises(QueueError):
        take(database, "A", raises(refused()))
    with sqlite3.connect(str(database.url.database), timeout=0.1) as other:  # of another process
        other.execute("INSERT INTO place VALUES ('B')")
    other.close()
    take(database, "C")
    assert taken(database) == ["B", "C"]
    assert meanwhile == []


def test_who_finds_another_process_writing_is_refused_and_may_come_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(database, "A")
    monkeypatch.setattr(engines, "WRITE_WAIT_S", 0.05)
    with sqlite3.connect(str(database.url.database), isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(QueueError) as told:
            take(database, "B")
        other.execute("ROLLBACK")
    other.close()
    take(database, "C")
    assert (told.value.code, taken(database)) == ("busy", ["A", "C"])


def test_a_write_of_its_own_is_not_mixed_in(database: Database, meanwhile: list[Callable[[], object]]) -> None:
    """It may take long; who has written before is committed first."""
    seen: list[list[str]] = []

    def on_its_own() -> None:
        with database.write() as session:
            seen.append(taken(database))
            session.execute(text("INSERT INTO place VALUES ('B')"))
            raise refused()

    def others() -> None:
        with pytest.raises(QueueError):
            on_its_own()

    meanwhile.append(others)
    take(database, "A")
    assert (seen, taken(database)) == ([["A"]], ["A"])


def test_a_commit_that_fails_has_failed_for_all(database: Database, meanwhile: list[Callable[[], object]]) -> None:
    told: list[object] = []
    database.listeners.append(told.extend)

    with database.write() as session:
        session.execute(text("CREATE TABLE owner (id INTEGER PRIMARY KEY)"))
        session.execute(text("CREATE TABLE owned (id INTEGER REFERENCES owner (id) DEFERRABLE INITIALLY DEFERRED)"))

    def owned_by_nobody() -> None:
        with pytest.raises(IntegrityError):
            take(database, "B", lambda session: session.execute(text("INSERT INTO owned VALUES (1)")))

    meanwhile.append(owned_by_nobody)
    with pytest.raises(IntegrityError):
        take(database, "A")
    assert (taken(database), told) == ([], [])
    take(database, "C")
    assert (taken(database), told) == (["C"], ["C"])


def test_what_sqlite_undoes_as_a_whole_has_failed_for_all(
    database: Database, meanwhile: list[Callable[[], object]]
) -> None:
    """As it may when the disk is full: each is told so, and not that a savepoint is missing."""

    def full(session: Session) -> None:
        _undo_all(session)
        raise _full()

    def on_a_full_disk() -> None:
        with pytest.raises(QueueError) as told:
            take(database, "B", full)
        assert told.value.code == "storage_full"

    meanwhile.append(on_a_full_disk)
    with pytest.raises(QueueError) as told:
        take(database, "A")
    assert told.value.code == "storage_full"
    take(database, "C")
    assert taken(database) == ["C"]


def test_what_is_undone_without_a_word_is_not_acknowledged(
    database: Database, meanwhile: list[Callable[[], object]]
) -> None:
    with pytest.raises(RuntimeError, match="undone"):
        take(database, "A", _undo_all)

    def undone() -> None:
        with pytest.raises(OperationalError):
            take(database, "C", _undo_all)

    meanwhile.append(undone)
    with pytest.raises(OperationalError):
        take(database, "B")
    assert taken(database) == []


def _undo_all(session: Session) -> None:
    driver: Any = session.connection().connection.driver_connection
    driver.rollback()


def _full() -> OperationalError:
    cause = sqlite3.OperationalError("database or disk is full")
    cause.sqlite_errorcode = sqlite3.SQLITE_FULL
    return OperationalError("INSERT", {}, cause)


def test_who_is_killed_while_others_go_on_leaves_nothing_open(
    database: Database, meanwhile: list[Callable[[], object]]
) -> None:
    def killed() -> None:
        raise KeyboardInterrupt

    meanwhile.append(killed)
    with pytest.raises(KeyboardInterrupt):
        take(database, "A")
    assert taken(database) == ["A"], "written, and not answered"


def test_what_was_undone_leaves_nothing_to_those_after_it(
    database: Database, meanwhile: list[Callable[[], object]]
) -> None:
    found: list[dict[str, int]] = []

    def look(name: str, fault: QueueError | None = None) -> None:
        with database.write_in_group() as session:
            found.append(dict(known_in(session)))
            known_in(session)[name] = 1
            if fault is not None:
                raise fault

    def undone() -> None:
        with pytest.raises(QueueError):
            look("B", refused())
        look("C")

    meanwhile.append(undone)
    look("A")
    look("D")
    assert found == [{}, {"A": 1}, {"A": 1}, {}]


_GREENLETS = """
from gevent import monkey
monkey.patch_all()

import json, sys
import gevent
from sqlalchemy import event, text
from queue_app.database import Database
from queue_app.errors import QueueError

database = Database(sys.argv[1])
with database.write() as session:
    session.execute(text("CREATE TABLE numbers (n INTEGER PRIMARY KEY, who INTEGER)"))
commits = []
event.listen(database.engine, "commit", lambda _connection: commits.append(1))
answers = {}

def take(who):
    try:
        with database.write_in_group() as session:
            last = session.scalar(text("SELECT coalesce(max(n), 0) FROM numbers"))
            if who % 5 == 0:
                gevent.sleep(0.001)  # as a question to Redis, in the middle
            session.execute(text("INSERT INTO numbers VALUES (:n, :who)"), {"n": last + 1, "who": who})
            if who % 7 == 0:
                raise QueueError("slot_full", "penuh")
    except QueueError:
        return
    answers[who] = last + 1

crowd = [gevent.spawn(take, who) for who in range(1, 101)]
gevent.sleep(0.002)
for who in range(90, 100):
    crowd[who].kill(block=False)
gevent.joinall(crowd)
with database.read() as session:
    rows = dict(session.execute(text("SELECT who, n FROM numbers")).all())
print(json.dumps({"answers": answers, "rows": rows, "commits": len(commits)}))
"""


def test_a_crowd_of_greenlets_gets_consecutive_numbers_with_few_commits(new_sqlite_url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _GREENLETS, new_sqlite_url], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    rows, answers = found["rows"], found["answers"]
    assert sorted(rows.values()) == list(range(1, len(rows) + 1)), "consecutive, each once"
    assert answers.items() <= rows.items(), "every answer is kept"
    assert len(answers) >= 76
    assert not any(int(who) % 7 == 0 for who in rows)
    assert found["commits"] < len(rows) / 3
