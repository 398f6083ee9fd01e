"""One gevent process never locks itself on SQLite.

Greenlet A yields inside a write transaction while greenlet B begins one. Without the cooperative turn before SQLite's
own lock, B waits inside SQLite and the whole process stands still with it, A included, until B gives up. The
processes here run under gevent's monkey patching, as the production server does.
"""

import json
import subprocess
import sys
from typing import Any

PROGRAM = """
from gevent import monkey
monkey.patch_all()

import json, sys, time
import gevent
from sqlalchemy import event, text
from queue_app.database import Base, Database

guarded = sys.argv[1] == "guarded"
database = Database(sys.argv[2])
if not guarded:
    # As a plain engine would be: no turn taken before SQLite's lock, and the wait for it inside SQLite.
    database._turn = None
    event.listen(database.engine, "connect", lambda c, _: c.execute("PRAGMA busy_timeout=1500"))
    event.remove(database.engine, "begin", next(iter(database.engine.dispatch.begin)))
    event.listen(database.engine, "begin", lambda c: c.exec_driver_sql("BEGIN IMMEDIATE"))

with database.engine.begin() as connection:
    connection.execute(text("CREATE TABLE done (name TEXT)"))

outcome = {}
def write(name, pause):
    try:
        with database.write() as session:
            session.execute(text("INSERT INTO done VALUES (:name)"), {"name": name})
            gevent.sleep(pause)
        outcome[name] = "committed"
    except Exception as error:
        outcome[name] = f"failed: {error}"

beats = 0
def pulse():
    # What every open websocket of the process feels: does it go on while B waits?
    global beats
    while True:
        gevent.sleep(0.01)
        beats += 1

first = gevent.spawn(write, "A", 0.3)
gevent.sleep(0.05)
pulsing = gevent.spawn(pulse)
second = gevent.spawn(write, "B", 0)
second.join()
pulsing.kill()
first.join()
with database.read() as session:
    rows = sorted(session.execute(text("SELECT name FROM done")).scalars())
print(json.dumps({"outcome": outcome, "rows": rows, "beats": beats}))
"""

TIME_LIMIT_S = 60


def run(guard: str, url: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, guard, url], capture_output=True, text=True, timeout=TIME_LIMIT_S, check=False
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_with_the_guard_both_greenlets_commit(new_sqlite_url: str) -> None:
    result = run("guarded", new_sqlite_url)
    assert result["outcome"] == {"A": "committed", "B": "committed"}
    assert result["rows"] == ["A", "B"]
    assert result["beats"] > 1, "the rest of the process went on while B waited"


def test_without_the_guard_the_process_locks_itself(new_sqlite_url: str) -> None:
    """So that the test above proves something."""
    result = run("unguarded", new_sqlite_url)
    assert "locked" in result["outcome"]["B"]
    assert result["rows"] == ["A"]
    assert result["beats"] == 0, "everything stood still while B waited inside SQLite"
