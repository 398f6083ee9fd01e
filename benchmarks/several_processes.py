"""Requests a second on PostgreSQL by 1, 2 and 4 server processes, beside the bare route by as many.

    python -m benchmarks.several_processes [--processes 1 2 4] [--clients 16 64] [--repeats 5] [--seconds 1]
    python -m benchmarks.several_processes --processes 1 --stored 1000 100000 [--waiting]

The processes are set as `make run-cluster` sets them: PostgreSQL that forces everything to disk, Redis, and nginx in
front with the same file; one process is also asked without nginx. Issued are numbers of one service of one office;
served is in one office too, each client an officer at a counter of its own: call, start and finish, each a request.
``--stored``: so many tickets of past days are there before, with ``--waiting`` of people who wait today. The bare
route (one insert and commit) is asked in turn in the same run, on the same PostgreSQL, behind the same nginx. Read the
ratios: clients, servers and databases share the processors. A wrong answer ends it with what was answered.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import manned_office, processes
from benchmarks.issuing import medians, posting, serving
from benchmarks.straight_way import BARE, KIOSK, ONLINE, durable_postgresql, machine
from tests.services.private_redis import RedisServer
from tools.run_cluster import CONNECTIONS, front_command


@dataclass(frozen=True, slots=True)
class Layout:
    """So many processes, asked through nginx or without."""

    processes: int
    nginx: bool

    def __str__(self) -> str:
        return f"{self.processes}{', nginx' if self.nginx else ''}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--clients", type=int, nargs="+", default=[16, 64])
    parser.add_argument("--stored", type=int, nargs="+", default=[0])
    parser.add_argument("--waiting", action="store_true")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0)
    asked = parser.parse_args()
    begun = time.monotonic()
    print(machine())
    print(f"\nRequests a second, median of {asked.repeats} runs of {asked.seconds:g} s")
    head = f"{'stored':>10}{'processes':>12}{'clients':>9}{'bare':>8}"
    print(head + "".join(f"{what:>9}{'share':>7}" for what in ("online", "kiosk", "served")), flush=True)
    server = durable_postgresql(shared_buffers="128MB", max_connections="300")
    try:
        for stored in asked.stored:
            full = server.new_database()
            desks = manned_office.fill(full, max(asked.clients), stored, waiting=asked.waiting)
            for layout in _layouts(asked.processes):
                with tempfile.TemporaryDirectory(prefix="antrean-bench-") as folder, ExitStack() as stack:
                    Path(folder).chmod(0o755)  # nginx's processes are of another user
                    url, bare_url = server.new_database(copy_of=full), server.new_database()
                    port = stack.enter_context(_product(url, layout, Path(folder) / "product"))
                    bare_port = stack.enter_context(_bare(bare_url, layout, Path(folder) / "bare"))
                    for clients in asked.clients:
                        works = {
                            "bare": (bare_port, [posting(BARE, bare_port)] * clients),
                            "online": (port, [posting(ONLINE, port)] * clients),
                            "kiosk": (port, [posting(KIOSK, port)] * clients),
                            "served": (port, [serving(port, *desk) for desk in desks[:clients]]),
                        }
                        found = medians(works, asked.repeats, asked.seconds)
                        _tell(stored, layout, clients, found)
    finally:
        server.remove()
    print(f"load after {os.getloadavg()[0]:.1f}; {time.monotonic() - begun:.0f} s in all")


def _layouts(wanted: Sequence[int]) -> Iterator[Layout]:
    for count in wanted:
        if count == 1:
            yield Layout(1, nginx=False)
        yield Layout(count, nginx=True)


def _tell(stored: int, layout: Layout, clients: int, found: dict[str, float]) -> None:
    bare = found.pop("bare")
    row = f"{stored:>10}{layout!s:>12}{clients:>9}{bare:>8.0f}"
    print(row + "".join(f"{each:>9.0f}{each / bare:>7.0%}" for each in found.values()), flush=True)


@contextmanager
def _product(url: str, layout: Layout, folder: Path) -> Iterator[int]:
    redis = RedisServer()
    settings = {
        "REDIS_URL": redis.url,
        "DATABASE_CONNECTIONS": str(CONNECTIONS),
        "TRUSTED_PROXIES": str(int(layout.nginx)),
    }
    try:
        with _served(lambda: processes.product(url, folder, **settings), layout, folder) as port:
            yield port
    finally:
        redis.remove()


def _bare(url: str, layout: Layout, folder: Path) -> AbstractContextManager[int]:
    return _served(lambda: processes.bare_route(url, folder), layout, folder)


@contextmanager
def _served(start: Callable[[], AbstractContextManager[int]], layout: Layout, folder: Path) -> Iterator[int]:
    """So many servers, and the port to ask."""
    folder.mkdir()
    with ExitStack() as stack:
        ports = [stack.enter_context(start()) for _ in range(layout.processes)]
        yield stack.enter_context(_nginx(folder, ports)) if layout.nginx else ports[0]


@contextmanager
def _nginx(folder: Path, ports: Sequence[int]) -> Iterator[int]:
    port = processes.free_port()
    command = front_command(folder, f"127.0.0.1:{port}", ports)
    with processes.running(command, {}, port, folder):
        yield port


if __name__ == "__main__":
    main()
