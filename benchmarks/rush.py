"""A rush for bookings: 20,000 requests for the 500 places of a day, while an officer goes on calling.

    python -m benchmarks.rush [--requests 20000] [--places 500] [--connections 500] [--within 20] [--cluster 2]

The wishes come within ``--within`` seconds with keys of their own, each request over a connection of
its own as from a phone, so many at a time; who is told to
wait asks again with its pass when it was told to, until it has a place or is told that there is none. Without
``--cluster`` one server process on SQLite is asked, as `make run` serves;
with it what `make run-cluster` starts: PostgreSQL, Redis, so many server processes and nginx. Told are: places given
and tickets in the database (none may be too many), who got them (the order is that of sending; first come, first
served is the wish), the time until the last answer, and what the officer's calls took before and meanwhile. The
crowd is a process of its own. Loopback only, so the crowd takes its part of the processors.
"""

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from benchmarks import processes
from benchmarks.issuing import Client
from benchmarks.straight_way import machine
from queue_app import accounts, clock, demo, queries, schema
from queue_app.database import Database
from queue_app.models import Ticket

ROOT = Path(__file__).parents[1]
TICKETS = f"/api/v1/offices/{demo.SLUG}/tickets"
OFFICER = "petugas1"
PAUSE_S = 0.05
BEFORE_S = 5.0
MOST_S = 600.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--places", type=int, default=500)
    parser.add_argument("--connections", type=int, default=500)
    parser.add_argument("--within", type=float, default=20.0, metavar="SECONDS")
    parser.add_argument("--cluster", type=int, default=0, metavar="PROCESSES")
    parser.add_argument("--crowd", nargs=2, metavar=("PORT", "DAY"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.crowd:
        port, day = int(asked.crowd[0]), asked.crowd[1]
        print(json.dumps(asyncio.run(crowd(port, day, asked.requests, asked.connections, asked.within))))
        return
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory(prefix="antrean-rush-") as name, _served(Path(name), asked.cluster) as site:
        port, database = site
        day = (datetime.now(UTC) + timedelta(days=3)).date()
        with database.write() as session:
            service = queries.service(session, queries.office(session, demo.SLUG).id, "A")
            service.daily_quota = asked.places
            token = accounts.create_token(session, OFFICER, clock.now())
        officer = Officer(port, token)
        officer.work(BEFORE_S)
        before, officer.took_ms = sorted(officer.took_ms), []
        calling = threading.Thread(target=officer.work, args=(None,))
        calling.start()
        command = [sys.executable, "-m", "benchmarks.rush", "--crowd", str(port), day.isoformat()]
        command += ["--requests", str(asked.requests), "--connections", str(asked.connections)]
        command += ["--within", str(asked.within)]
        try:
            answer = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True, timeout=MOST_S)
        finally:
            officer.is_over = True
            calling.join()
        with database.read() as session:
            given = session.scalar(select(func.count()).select_from(Ticket).where(Ticket.day == day)) or 0
    tell(json.loads(answer.stdout), given, asked.places, before, sorted(officer.took_ms))


def tell(seen: Mapping[str, Any], given: int, places: int, before: list[float], meanwhile: list[float]) -> None:
    won = sorted(seen["won"])
    first = sum(rank < places for rank in won)
    print(f"answers {seen['statuses']}; {len(won)} places given, {given} tickets, {places} places")
    print(f"{first} of the first {places} who asked got one; the last who got one was number {won[-1] + 1}")
    print(f"full after {seen['full_s']:.1f} s, all answered after {seen['drained_s']:.1f} s")
    print(f"a request: {_ms(seen['took_ms'])}")
    waited, looks = sorted(seen["waited_s"]), seen["looks"]
    half, most = waited[len(waited) // 2], waited[-1]
    print(
        f"asked {sum(looks) / len(looks):.1f} times each, most {max(looks)}; waited p50 {half:.1f} s, most {most:.1f} s"
    )
    print(f"load average {seen['load']:.1f}")
    print(f"the officer before: {_ms(before)}; meanwhile: {_ms(meanwhile)}")


def _ms(took: list[float]) -> str:
    took = sorted(took)
    p50, p99 = took[len(took) // 2], took[int(0.99 * len(took))]
    return f"p50 {p50:.0f} ms, p99 {p99:.0f} ms, most {took[-1]:.0f} ms of {len(took)}"


class Officer:
    """Calls, starts and finishes; who has nobody left lets the next come (not timed)."""

    def __init__(self, port: int, token: str) -> None:
        self.took_ms: list[float] = []
        self.is_over = False
        self._port = port
        self._client = Client(port)
        self._token = token
        self._post("/api/v1/counters/1/open", {})

    def work(self, seconds: float | None) -> None:
        end = time.monotonic() + (seconds or 1e9)
        while not self.is_over and time.monotonic() < end:
            self._post(TICKETS, {"service": "B", "channel": "kiosk"})
            _, called = self._timed("/api/v1/counters/1/call-next", {})
            _, started = self._timed(f"/api/v1/tickets/{called['id']}/start", {"version": called["version"]})
            self._timed(f"/api/v1/tickets/{called['id']}/finish", {"version": started["version"]})

    def _timed(self, path: str, body: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        begun = time.perf_counter()
        found = self._post(path, body)
        self.took_ms.append((time.perf_counter() - begun) * 1000)
        time.sleep(PAUSE_S)
        return found

    def _post(self, path: str, body: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        content = json.dumps(body).encode()
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nContent-Type: application/json\r\n"
        head += f"Authorization: Bearer {self._token}\r\nContent-Length: {len(content)}\r\n\r\n"
        while True:
            try:
                status, answer = self._client.send(head.encode() + content)
            except OSError:
                self._client = Client(self._port)
                continue
            if status < 300:
                return status, json.loads(answer)
            if status != 503:
                raise RuntimeError(f"{path}: {status} {answer[:300]!r}")
            time.sleep(PAUSE_S)


class Wires:
    """Each request has a connection of its own, as with phones; so many at a time."""

    def __init__(self, port: int, most: int) -> None:
        self._port = port
        self.took_ms: list[float] = []
        self._free = asyncio.Semaphore(most)

    async def send(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        async with self._free:
            begun = time.perf_counter()
            for _ in range(5):
                try:
                    found = await _exchange(self._port, request)
                except (OSError, asyncio.IncompleteReadError):
                    await asyncio.sleep(0.2)
                    continue
                self.took_ms.append((time.perf_counter() - begun) * 1000)
                return found
            return 0, {}, b""


async def crowd(port: int, day: str, requests: int, connections: int, within_s: float) -> dict[str, Any]:
    """What became of each wish, by its place in the order of asking. Who is told to wait comes again when told to."""
    wires = Wires(port, connections)
    statuses: Counter[str] = Counter()
    won: list[int] = []
    looks: list[int] = []
    waited_s: list[float] = []
    full_at: list[float] = []
    began = time.perf_counter()

    async def wish(turn: int) -> None:
        await asyncio.sleep(turn * within_s / requests)
        begun, place, asked = time.perf_counter(), "", 0
        while True:
            status, head, body = await wires.send(_booking(port, day, turn, place))
            asked += 1
            place = head.get("queue-pass", place)
            if status != 503 or asked > 500:
                break
            await asyncio.sleep(float(head.get("retry-after", 1)))
        code = json.loads(body).get("code", "given") if body else "no answer"
        statuses[f"{status} {code}"] += 1
        looks.append(asked)
        waited_s.append(time.perf_counter() - begun)
        if status == 201:
            won.append(turn)
            full_at.append(time.perf_counter() - began)

    await asyncio.gather(*(wish(turn) for turn in range(requests)))
    return {
        "statuses": dict(statuses),
        "won": won,
        "took_ms": wires.took_ms,
        "looks": looks,
        "waited_s": waited_s,
        "full_s": full_at[-1],
        "drained_s": time.perf_counter() - began,
        "load": os.getloadavg()[0],
    }


def _booking(port: int, day: str, turn: int, place: str) -> bytes:
    content = json.dumps({"service": "A", "channel": "online", "date": day}).encode()
    head = f"POST {TICKETS} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
    head += "Connection: close\r\n"
    head += f"Queue-Pass: {place}\r\n" if place else ""
    head += f"Idempotency-Key: rush-{turn}\r\nContent-Length: {len(content)}\r\n\r\n"
    return head.encode() + content


async def _exchange(port: int, request: bytes) -> tuple[int, dict[str, str], bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        head = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines if line)}
        body = await reader.readexactly(int(head.get("content-length", 0)))
        return int(status.split(" ", 2)[1]), head, body
    finally:
        writer.close()


@contextmanager
def _served(folder: Path, cluster: int) -> Iterator[tuple[int, Database]]:
    if cluster:
        with _cluster(folder, cluster) as site:
            yield site
        return
    database = Database(f"sqlite:///{folder / 'rush.sqlite'}")
    schema.upgrade(database)
    with database.write() as session:
        demo.seed(session, "kata-sandi-uji")
    with processes.product(str(database.url), folder) as port:
        yield port, database
    database.dispose()


@contextmanager
def _cluster(folder: Path, servers: int) -> Iterator[tuple[int, Database]]:
    port = processes.free_port()
    settings = {"INSTANCE_DIR": str(folder), "PORT": str(port), "PROCESSES": str(servers), "DEMO_DAYS": "0"}
    folder.chmod(0o755)
    with (folder / "cluster.log").open("wb") as log:
        running = subprocess.Popen(
            [sys.executable, "tools/run_cluster.py"],
            env={**os.environ, **settings, "DEMO_PASSWORD": "kata-sandi-uji", "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        while b"Ctrl-C" not in (folder / "cluster.log").read_bytes():
            if running.poll() is not None:
                raise RuntimeError((folder / "cluster.log").read_text())
            time.sleep(0.2)
        database = Database(_address_of(folder / "cluster"))
        yield port, database
        database.dispose()
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(60)


def _address_of(folder: Path) -> str:
    password = (folder / "postgresql_password").read_text(encoding="ascii")
    port = (folder / "postgresql" / "postmaster.pid").read_text(encoding="ascii").splitlines()[3]
    return f"postgresql+psycopg://antrean:{password}@127.0.0.1:{port}/postgres"


if __name__ == "__main__":
    main()
