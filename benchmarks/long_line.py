"""What a call costs with 10,000 waiting, beside 100 waiting. Goal: at most twice. `make bench` runs it.

    python -m benchmarks.long_line [--quick]

Two offices with the same six services and five categories, one with a short line and one with a long one, on the same
kind of database in the same run and in turn, so that a busy moment of the machine meets both. After each measured call
the citizen is served and another joins, outside the measured time, so that the lines keep their lengths. Measured are
the use case alone (one transaction, `calling.call_next`), the call over HTTP on the real server, and the ticket's
answer and page for the last in line, who is told place and estimate. PostgreSQL has analysed its tables, as its
autovacuum does by itself. Loopback only; everything is removed at the end.
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from benchmarks import processes
from benchmarks.issuing import Client
from benchmarks.straight_way import machine, postgresql
from queue_app import accounts, booking, calling, demo, queries, schema, shifts, tickets
from queue_app.booking import BookingRequest
from queue_app.database import Database
from queue_app.models import Category, Channel, User
from queue_app.personal import Vault

QUICK = "--quick" in sys.argv
LENGTHS = (100, 1_000 if QUICK else 10_000)
ROUNDS = 1 if QUICK else 5
CALLS = 5 if QUICK else 20
OFFICER = "petugas1"
COUNTER = 1

Measured = Callable[["Line"], float]


@dataclass
class Line:
    """An office with so many waiting, in a database of its own; ``last`` is the public id of the last in line."""

    length: int
    url: str
    db: Database
    token: str
    last: str
    client: Client | None = None
    port: int = 0
    joined: int = 0

    def serve(self, public_id: str, version: int) -> None:
        """Start and finish, and let another join: the line is as long as before."""
        with self.db.write() as session:
            officer = _officer(session)
            started = tickets.start(session, officer, public_id, version, datetime.now(UTC))
            tickets.finish(session, officer, public_id, started.version, datetime.now(UTC))
        with self.db.write() as session:
            self.joined += 1
            self.last = _join(session, self.length + self.joined)


def main() -> None:
    started = time.monotonic()
    print(machine())
    print(f"\nMilliseconds (median of {ROUNDS} medians of {CALLS}) with so many waiting, and the ratio")
    print(f"{'':<46}{LENGTHS[0]:>10}{LENGTHS[1]:>10}{'ratio':>8}")
    with tempfile.TemporaryDirectory(prefix="antrean-bench-") as name:
        folder = Path(name)
        _measure("SQLite file", [f"sqlite:///{folder / f'{length}.sqlite'}" for length in LENGTHS], folder)
        with postgresql() as urls:
            if urls is None:
                print("PostgreSQL: not measured, it is not installed (make services installs it)")
            else:
                _measure("PostgreSQL", urls, folder)
    print(f"\n{time.monotonic() - started:.0f} s in all")


def _measure(name: str, urls: Sequence[str], folder: Path) -> None:
    lines = [_filled(length, url) for length, url in zip(LENGTHS, urls, strict=True)]
    measures: list[tuple[str, Measured]] = [("call, use case alone", _call)]
    _in_turn(name, lines, measures)
    with ExitStack() as servers:
        for line in lines:
            home = folder / str(line.length)
            home.mkdir(exist_ok=True)
            line.port = servers.enter_context(processes.product(line.url, home))
            line.client = Client(line.port)
        _in_turn(
            name,
            lines,
            [
                ("call over HTTP", _call_over_http),
                ("GET the last ticket, with place", lambda line: _get(line, f"/api/v1/tickets/{line.last}")),
                ("its page", lambda line: _get(line, f"/t/{line.last}")),
            ],
        )
    for line in lines:
        line.db.dispose()


def _in_turn(name: str, lines: Sequence[Line], measures: Sequence[tuple[str, Measured]]) -> None:
    for what, measure in measures:
        rounds: dict[int, list[float]] = {line.length: [] for line in lines}
        for line in lines:
            measure(line)  # opens connections and fills caches
        for _ in range(ROUNDS):
            for line in lines:
                rounds[line.length].append(statistics.median(measure(line) for _ in range(CALLS)))
        short, long = (statistics.median(rounds[line.length]) for line in lines)
        print(f"{f'{name}: {what}':<46}{short:>10.2f}{long:>10.2f}{long / short:>8.2f}", flush=True)


def _filled(length: int, url: str) -> Line:
    """The demonstration office with so many waiting, and its first officer at the first counter."""
    db = Database(url)
    schema.upgrade(db)
    with db.write() as session:
        demo.seed(session, "kata-sandi-uji")
        token = accounts.create_token(session, OFFICER, datetime.now(UTC))
        shifts.open_counter(session, _officer(session), COUNTER, datetime.now(UTC))
        for index in range(length):
            last = _join(session, index)
    if url.startswith("postgresql"):
        with db.write() as session:
            session.execute(text("ANALYZE"))
    return Line(length, url, db, token, last)


def _join(session: Session, index: int) -> str:
    """One more walk-in; every fifth is of a priority category, services in turn."""
    code = "ABCDEF"[index % 6]
    category = list(Category)[index // 5 % 5] if index % 5 == 0 else Category.REGULAR
    service = queries.offered(session, demo.SLUG, code)
    request = BookingRequest(service, Channel.KIOSK, category=category)
    ticket, _ = booking.issue(session, Vault(processes.SECRET), request, datetime.now(UTC), None)
    return ticket.public_id


def _officer(session: Session) -> User:
    found: User = session.scalars(select(User).where(User.username == OFFICER)).one()
    return found


def _call(line: Line) -> float:
    begun = time.perf_counter()
    with line.db.write() as session:
        ticket = calling.call_next(session, _officer(session), COUNTER, datetime.now(UTC))
    taken = 1000 * (time.perf_counter() - begun)
    if ticket is None:
        raise RuntimeError("nobody was waiting")
    line.serve(ticket.public_id, ticket.version)
    return taken


def _call_over_http(line: Line) -> float:
    begun = time.perf_counter()
    body = _send(line, "POST", f"/api/v1/counters/{COUNTER}/call-next")
    taken = 1000 * (time.perf_counter() - begun)
    ticket = json.loads(body)
    line.serve(ticket["id"], ticket["version"])
    return taken


def _get(line: Line, path: str) -> float:
    begun = time.perf_counter()
    _send(line, "GET", path)
    return 1000 * (time.perf_counter() - begun)


def _send(line: Line, method: str, path: str) -> bytes:
    if line.client is None:
        raise RuntimeError("the server has not been started")
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{line.port}\r\nAuthorization: Bearer {line.token}\r\n"
    status, body = line.client.send(f"{head}Content-Length: 0\r\n\r\n".encode())
    if status != 200:
        raise RuntimeError(f"{path}: {status} {body[:300]!r}")
    return body


if __name__ == "__main__":
    main()
