"""What a visit costs the app and the database: processor milliseconds of each request, and the memory of a socket.

    python -m benchmarks.visit_costs [--times 200] [--write FILE]

The product as `make run` serves it, on a PostgreSQL of its own that forces everything to disk. Each thing is asked so
many times over one connection, and the processor time that the processes of both took meanwhile is divided by that,
so that it hardly matters what else the machine does. ``benchmarks.sizing`` reads what ``--write`` writes. Linux only.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks import processes
from benchmarks.displaying import product_display
from benchmarks.issuing import Client
from benchmarks.start_up import memory_mb, of_children, processes_of, processor_s
from benchmarks.straight_way import OFFICE, TICKETS, machine, postgresql, prepare

SOCKETS = 300
JSON = "Content-Type: application/json\r\n"


@dataclass
class Desk:
    """One officer's program, and whoever takes a number; on one kept connection."""

    port: int
    token: str

    def __post_init__(self) -> None:
        self.connect()

    def connect(self) -> None:
        """Anew: a server closes a kept connection that is silent for a while."""
        self._client = Client(self.port)

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> bytes:
        """The body of a good answer. Raises RuntimeError."""
        content = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAuthorization: Bearer {self.token}\r\n"
        head += f"{'' if body is None else JSON}Content-Length: {len(content)}\r\n\r\n"
        status, answer = self._client.send(head.encode() + content)
        if status >= 300:
            raise RuntimeError(f"{path}: {status} {answer[:300]!r}")
        return answer

    def book(self) -> None:
        self.ask("POST", TICKETS, {"service": "A", "channel": "online"})

    def join(self) -> dict[str, Any]:
        made: dict[str, Any] = json.loads(self.ask("POST", TICKETS, {"service": "A", "channel": "kiosk"}))
        return made

    def serve(self) -> None:
        """Three requests."""
        ticket = json.loads(self.ask("POST", "/api/v1/counters/1/call-next"))
        started = json.loads(self.ask("POST", f"/api/v1/tickets/{ticket['id']}/start", {"version": ticket["version"]}))
        self.ask("POST", f"/api/v1/tickets/{ticket['id']}/finish", {"version": started["version"]})


class Meter:
    """What the processes of the server and of the database have used until now, in seconds."""

    def __init__(self, port: int, database_url: str) -> None:
        self._app = f"127.0.0.1:{port}"
        self._database = f"--port={urlsplit(database_url).port}"

    def read(self) -> tuple[float, float]:
        app = sum(processor_s(process) for process in processes_of(self._app))
        masters = processes_of(self._database)
        return app, sum(processor_s(each) for each in [*masters, *of_children(masters)])

    def cost(self, work: Callable[[], object], times: int, requests: int = 1) -> dict[str, float]:
        """Milliseconds of one request of ``work``, which makes so many."""
        work()
        before = self.read()
        for _ in range(times):
            work()
        after = self.read()
        app, database = (1000 * (now - was) / times / requests for now, was in zip(after, before, strict=True))
        return {"app": round(app, 2), "database": round(database, 2)}


async def with_sockets(meter: Meter, desk: Desk, times: int) -> tuple[float, float]:
    """App milliseconds of three moves while many displays listen, and kB of a socket."""
    async with AsyncExitStack() as stack:
        before = memory_mb(f"127.0.0.1:{desk.port}")
        for _ in range(SOCKETS // 20):
            await asyncio.gather(*(product_display(stack, desk.port, OFFICE) for _ in range(20)))
        each_kb = 1024 * (memory_mb(f"127.0.0.1:{desk.port}") - before) / SOCKETS
        desk.connect()
        cost = await asyncio.to_thread(meter.cost, desk.serve, times, 3)
    return cost["app"], each_kb


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--write", type=Path)
    asked = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="antrean-bench-") as name, postgresql() as urls:
        if urls is None:
            sys.exit("PostgreSQL is not installed (make services installs it)")
        token = prepare(urls[0])
        with processes.product(urls[0], Path(name)) as port:
            found = measured(Meter(port, urls[0]), Desk(port, token), asked.times)
    for what, cost in found.items():
        print(f"{what:<10} {cost}")
    if asked.write:
        asked.write.write_text(json.dumps(found))


def measured(meter: Meter, desk: Desk, times: int) -> dict[str, Any]:
    desk.ask("POST", "/api/v1/counters/1/open", {})
    found: dict[str, Any] = {"book": meter.cost(desk.book, times), "join": meter.cost(desk.join, times)}
    for _ in range(times):
        desk.join()
    found["serve"] = meter.cost(desk.serve, times, 3)
    page = f"/t/{desk.join()['id']}"
    found["look"] = meter.cost(lambda: desk.ask("GET", page), times)
    few = max(10, times // 5)
    app, each_kb = asyncio.run(with_sockets(meter, desk, few))
    found["push"] = round(max(0.0, app - found["serve"]["app"]) / SOCKETS, 4)
    found["socket_kb"] = round(each_kb, 1)
    return found


if __name__ == "__main__":
    main()
