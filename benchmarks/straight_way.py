"""The straight way's figures: numbers given and people served per second, and call to display. `make bench` runs it.

    python -m benchmarks.straight_way [--quick]

In the same run, on the same server (gunicorn, one gevent worker) and the same kind of database stand a bare Flask
route with one SQLAlchemy insert and commit, and a bare asyncio websockets broadcast. Absolute figures belong to the
machine; read the ratios. Takes some four minutes; loopback only; everything is removed at the end.
"""

import asyncio
import os
import platform
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import manned_office, processes
from benchmarks.displaying import Api, Display, bare_display, latencies_ms, product_display
from benchmarks.issuing import Request, medians, posting, serving
from queue_app import accounts, demo, schema
from queue_app.database import Database

if TYPE_CHECKING:
    from tests.services.private_postgresql import PostgresqlServer

OFFICE = demo.SLUG
TICKETS = f"/api/v1/offices/{OFFICE}/tickets"
BARE = Request("/rows", {})
ONLINE = Request(TICKETS, {"service": "A", "channel": "online"})
KIOSK = Request(TICKETS, {"service": "A", "channel": "kiosk"})

QUICK = "--quick" in sys.argv
REPEATS = 1 if QUICK else 5
SECONDS = 0.5 if QUICK else 1.0
CALLS = 2 if QUICK else 6
CLIENTS = (1, 16, 64)
DISPLAYS = (1, 50, 200)
QUIET_S = 0.25
"""Longer than the product holds back a burst that is not a call, so that every call meets an idle server."""


def main() -> None:
    started = time.monotonic()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="antrean-bench-") as name:
        folder = Path(name)
        print(f"\nRequests answered per second (closed loop, median of {REPEATS} runs of {SECONDS:g} s)")
        print("served: each client an officer at a counter of its own; call, start and finish, each a request")
        columns = "".join(f"{what:>9}{'share':>7}" for what in ("online", "kiosk", "served"))
        print(f"{'database':<42}{'clients':>8}{'bare':>9}{columns}")
        sqlite = [f"sqlite:///{folder / file}" for file in ("issuing.sqlite", "bare.sqlite")]
        _straight("SQLite file, WAL, synchronous=FULL", sqlite, folder)
        with postgresql() as urls:
            if urls is None:
                print("PostgreSQL: not measured, it is not installed (make services installs it)")
            else:
                _straight("PostgreSQL, fsync on", urls, folder)
        print(
            f"\nCall to display, ms until the last one holds the board (median of {REPEATS} medians of {CALLS} calls)"
        )
        print(f"{'displays':<42}{'answer':>8}{'bare':>9}{'Antrean':>9}{'times':>7}")
        asyncio.run(_display(f"sqlite:///{folder / 'display.sqlite'}", folder))
    print(f"\n{time.monotonic() - started:.0f} s in all")


def machine() -> str:
    names = ("flask", "sqlalchemy", "gunicorn", "gevent", "flask-socketio", "psycopg", "websockets")
    packages = ", ".join(f"{name} {version(name)}" for name in names)
    system = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    load = f"load before {os.getloadavg()[0]:.1f}"
    return f"{datetime.now(UTC):%Y-%m-%d}  {system}, SQLite {sqlite3.sqlite_version}, {load}\n{packages}"


def prepare(url: str) -> str:
    """The demonstration office in an empty database; a token of its first officer."""
    database = Database(url)
    schema.upgrade(database)
    with database.write() as session:
        demo.seed(session, "kata-sandi-uji")
        token = accounts.create_token(session, "petugas1", datetime.now(UTC))
    database.dispose()
    return token


def _straight(name: str, urls: list[str], folder: Path) -> None:
    url, bare_url = urls
    desks = manned_office.fill(url, max(CLIENTS))
    with processes.product(url, folder) as port, processes.bare_route(bare_url, folder) as bare_port:
        for clients in CLIENTS:
            works = {
                "bare": (bare_port, [posting(BARE, bare_port)] * clients),
                "online": (port, [posting(ONLINE, port)] * clients),
                "kiosk": (port, [posting(KIOSK, port)] * clients),
                "served": (port, [serving(port, *desk) for desk in desks[:clients]]),
            }
            found = medians(works, REPEATS, SECONDS)
            bare = found.pop("bare")
            shares = "".join(f"{each:>9.0f}{each / bare:>7.0%}" for each in found.values())
            print(f"{name:<42}{clients:>8}{bare:>9.0f}{shares}", flush=True)


@contextmanager
def postgresql() -> Iterator[list[str] | None]:
    """Two databases of a private, durable server; None where PostgreSQL is not installed."""
    from tests.services import components  # noqa: PLC0415 - the tests' own server

    try:
        server = durable_postgresql()
    except components.MissingComponentError as missing:
        print(missing, file=sys.stderr)
        yield None
        return
    try:
        yield [server.new_database(), server.new_database()]
    finally:
        server.remove()


def durable_postgresql(**settings: str) -> "PostgresqlServer":
    """A private server that forces everything to disk. Raises MissingComponentError where none is installed."""
    from tests.services.private_postgresql import PostgresqlServer  # noqa: PLC0415 - the tests' own server

    return PostgresqlServer(fsync="on", synchronous_commit="on", full_page_writes="on", **settings)


async def _display(url: str, folder: Path) -> None:
    token = prepare(url)
    with processes.product(url, folder) as port, processes.bare_broadcast(folder) as bare_port:
        api = Api(port, token)
        await api.open()
        await api.post("/counters/1/open")
        for _ in range(len(DISPLAYS) * REPEATS * CALLS + 20):
            await api.post(f"/offices/{OFFICE}/tickets", {"service": "A", "channel": "kiosk"})
        for count in DISPLAYS:
            async with AsyncExitStack() as stack:
                displays = [await product_display(stack, port, OFFICE) for _ in range(count)]
                others = [await bare_display(stack, bare_port) for _ in range(count)]
                caller = await bare_display(stack, bare_port)
                product, bare = [], []
                answers: list[float] = []
                for _ in range(REPEATS):
                    bare.append(statistics.median(await bare_calls(caller, others, CALLS)))
                    product.append(statistics.median(await product_calls(api, displays, answers, CALLS)))
            b, p = statistics.median(bare), statistics.median(product)
            print(f"{count:<42}{statistics.median(answers):>8.1f}{b:>9.1f}{p:>9.1f}{p / b:>7.1f}", flush=True)
        api.close()


async def product_calls(api: Api, displays: list[Display], answers: list[float], rounds: int) -> list[float]:
    """The whole way: POST call-next, until every display holds a board on which this ticket is called.

    ``answers`` is given the milliseconds until the officer's program had its own answer.
    """
    last: dict[str, object] = {}

    async def call() -> tuple[float, str]:
        begun = time.perf_counter()
        ticket = await api.post("/counters/1/call-next")
        answers.append(1000 * (time.perf_counter() - begun))
        last.update(ticket)
        return begun, f'"label":"{ticket["label"]}","counter":1,"state":"CALLED"'

    async def settle() -> None:
        started = await api.post(f"/tickets/{last['id']}/start", {"version": last["version"]})
        await api.post(f"/tickets/{last['id']}/finish", {"version": started["version"]})
        await asyncio.sleep(QUIET_S)

    await asyncio.sleep(QUIET_S)
    return await latencies_ms(displays, rounds, call, settle)


async def bare_calls(caller: Display, displays: list[Display], rounds: int) -> list[float]:
    """The floor: one message as long as a board (2 kB) through a server that does nothing else."""
    numbers = iter(range(rounds))

    async def call() -> tuple[float, str]:
        begun = time.perf_counter()
        mark = f"<{next(numbers)}>"
        await caller.link.send(mark + "x" * 2_000)
        return begun, mark

    async def settle() -> None:
        await asyncio.sleep(0.02)

    return await latencies_ms(displays, rounds, call, settle)


if __name__ == "__main__":
    main()
