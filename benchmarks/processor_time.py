"""What a number costs of processor time in the app alone: no network, no server, one thread. `make bench` has the rest.

    python -m benchmarks.processor_time [--waiting N] [--rounds N] [--postgresql] [--profile WHICH]

Each round does the bare route (`benchmarks.bare_route`: one insert and commit) and the product's requests in turn, so
that other work on the machine meets them alike; the best round of each is told, for what is added to it is not theirs.
``share`` is the bare route's time over the request's: the goal is 60 % for issuing and 50 % for calling.
``--waiting`` puts so many in line before.
"""

import argparse
import cProfile
import io
import json
import os
import pstats
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from benchmarks.straight_way import TICKETS, machine, postgresql, prepare
from queue_app import create_app
from queue_app.config import Config

SECRET = "a secret for benchmarks only, long enough"
EACH = 4

Application = Callable[[dict[str, Any], Callable[..., Any]], Any]


class Caller:
    """Requests straight to a WSGI application."""

    def __init__(self, application: Application, token: str = "") -> None:
        self._application = application
        self._token = token

    def post(self, path: str, body: dict[str, object], status: int) -> dict[str, Any]:
        content = json.dumps(body).encode()
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": path,
            "SCRIPT_NAME": "",
            "QUERY_STRING": "",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(content)),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(content),
            "wsgi.errors": io.StringIO(),
        }
        if self._token:
            environ["HTTP_AUTHORIZATION"] = f"Bearer {self._token}"
        said: list[str] = []
        answer = b"".join(self._application(environ, lambda line, *_rest: said.append(line)))
        if not said[0].startswith(str(status)):
            raise RuntimeError(f"{path}: {said[0]}: {answer[:300]!r}")
        return dict(json.loads(answer))


@contextmanager
def office(urls: list[str], folder: Path) -> Iterator[dict[str, Callable[[], object]]]:
    """By its name, what can be asked; of the product, and of the bare route."""
    from benchmarks import bare_route  # noqa: PLC0415 - it reads the environment

    token = prepare(urls[0])
    app = create_app(Config(database_url=urls[0], secret_key=SECRET, instance_dir=folder))
    os.environ["DATABASE_URL"] = urls[1]
    bare = Caller(bare_route.create_app())
    anybody, officer = Caller(app.wsgi_app), Caller(app.wsgi_app, token)
    officer.post("/api/v1/counters/1/open", {}, 200)

    def serve() -> None:
        called = officer.post("/api/v1/counters/1/call-next", {}, 200)
        started = officer.post(f"/api/v1/tickets/{called['id']}/start", {"version": called["version"]}, 200)
        officer.post(f"/api/v1/tickets/{called['id']}/finish", {"version": started["version"]}, 200)

    yield {
        "bare": lambda: bare.post("/rows", {}, 201),
        "online": lambda: anybody.post(TICKETS, {"service": "A", "channel": "online"}, 201),
        "kiosk": lambda: anybody.post(TICKETS, {"service": "A", "channel": "kiosk"}, 201),
        "call, start, finish": serve,
    }
    app.extensions["antrean_database"].dispose()


@contextmanager
def counted() -> Iterator[list[str]]:
    """All statements that are sent to any database meanwhile."""
    seen: list[str] = []

    def note(_c: object, _d: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


def best_ms(work: Callable[[], object], times: int) -> float:
    begun = time.process_time()
    for _ in range(times):
        work()
    return 1000 * (time.process_time() - begun) / times


def main() -> None:
    reader = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    reader.add_argument("--waiting", type=int, default=50)
    reader.add_argument("--rounds", type=int, default=50)
    reader.add_argument("--postgresql", action="store_true")
    reader.add_argument("--profile", metavar="WHICH")
    wanted = reader.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="antrean-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        urls = stack.enter_context(postgresql()) if wanted.postgresql else None
        urls = urls or [f"sqlite:///{folder / file}" for file in ("product.sqlite", "bare.sqlite")]
        asked = stack.enter_context(office(urls, folder))
        for _ in range(wanted.waiting):
            asked["kiosk"]()
        for work in asked.values():
            work()
        if wanted.profile:
            profile(asked[wanted.profile])
            return
        best = dict.fromkeys(asked, float("inf"))
        for _ in range(wanted.rounds):
            for what, work in asked.items():
                best[what] = min(best[what], best_ms(work, EACH))
        print(f"{wanted.waiting} waiting; load after {os.getloadavg()[0]:.1f}")
        print(f"{'request':<22}{'ms':>8}{'share':>8}{'statements':>12}")
        for what, work in asked.items():
            parts = what.count(",") + 1
            with counted() as seen:
                work()
            print(f"{what:<22}{best[what]:>8.2f}{parts * best['bare'] / best[what]:>8.0%}{len(seen):>12}")


def profile(work: Callable[[], object], times: int = 100) -> None:
    """Where the time goes."""
    with counted() as seen:
        work()
    print("\n".join(f"{place:>3}  {' '.join(statement.split())[:200]}" for place, statement in enumerate(seen, 1)))
    watch = cProfile.Profile()
    watch.enable()
    for _ in range(times):
        work()
    watch.disable()
    pstats.Stats(watch).sort_stats("cumulative").print_stats(70)


if __name__ == "__main__":
    main()
