"""What is asked after each call, start and finish: desks, boards, phones, kiosks. Processor time of the app alone.

    python -m benchmarks.after_a_call [--waiting 400] [--rounds 12]

Before each look somebody is called, started and finished, so that waits are foretold anew. No network and one thread;
the best of the rounds is told, and how many statements the database was sent.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks import past_visits
from benchmarks.every_address import Address, Visitors
from benchmarks.processor_time import SECRET, counted
from benchmarks.straight_way import machine
from queue_app import create_app
from queue_app.config import Config
from queue_app.demo import SLUG
from queue_app.permissions import CITIZEN

OFFICER, SUPERVISOR = "petugas1", "supervisor"


def looks(ticket: str) -> list[Address]:
    """``ticket``: of somebody who waits until the end."""
    return [
        Address("the desk", "/desk", OFFICER),
        Address("the desk, by the API", "/api/v1/desk", OFFICER, program=True),
        Address("a ticket's page", f"/t/{ticket}", CITIZEN),
        Address("a ticket, by the API", f"/api/v1/tickets/{ticket}", CITIZEN, program=True),
        Address("a display's page", f"/display/{SLUG}", CITIZEN),
        Address("its board", f"/display/{SLUG}/board", CITIZEN),
        Address("the kiosk", f"/kiosk/{SLUG}", CITIZEN),
        Address("the office's page", f"/o/{SLUG}", CITIZEN),
        Address("the booking page", f"/o/{SLUG}/A", CITIZEN),
        Address("the supervisor's page", "/supervisor", SUPERVISOR),
        Address("its live part", "/supervisor/live", SUPERVISOR),
    ]


def main() -> None:
    reader = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    reader.add_argument("--waiting", type=int, default=400)
    reader.add_argument("--rounds", type=int, default=12)
    wanted = reader.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="antrean-bench-") as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'office.sqlite'}"
        past_visits.fill(url, 0, 1, past_visits.yesterday())
        past_visits.let_wait(url, wanted.waiting)
        app = create_app(Config(database_url=url, secret_key=SECRET, instance_dir=folder, testing=True))
        app.config["WTF_CSRF_ENABLED"] = False
        visitors = Visitors(app)
        visitors.send("POST", "/api/v1/counters/1/open", OFFICER, json={})
        ticket = str(_post(visitors, f"/offices/{SLUG}/tickets", CITIZEN, {"service": "A", "channel": "kiosk"})["id"])
        print(f"{'asked after a call, start and finish':<40}{'ms':>8}{'statements':>12}")
        _tell("these three themselves", wanted.rounds, lambda: None, partial(_serve, visitors))
        for address in looks(ticket):
            _tell(address.what, wanted.rounds, partial(_serve, visitors), partial(_look, visitors, address))
        print(f"load after {os.getloadavg()[0]:.1f}")
        app.extensions["antrean_database"].dispose()


def _tell(what: str, rounds: int, before: Callable[[], object], work: Callable[[], object]) -> None:
    best, statements = float("inf"), 0
    for _ in range(rounds + 1):  # the first fills what is remembered
        before()
        with counted() as sent:
            begun = time.process_time()
            work()
            best = min(best, time.process_time() - begun)
        statements = len(sent)
    print(f"{what:<40}{1000 * best:>8.2f}{statements:>12}", flush=True)


def _serve(visitors: Visitors) -> None:
    called = _post(visitors, "/counters/1/call-next", OFFICER, {})
    started = _post(visitors, f"/tickets/{called['id']}/start", OFFICER, {"version": called["version"]})
    _post(visitors, f"/tickets/{called['id']}/finish", OFFICER, {"version": started["version"]})


def _post(visitors: Visitors, path: str, who: str, body: dict[str, object]) -> dict[str, object]:
    answer = visitors.send("POST", f"/api/v1{path}", who, json=body)
    if answer.status_code not in (200, 201):
        raise RuntimeError(f"{path}: {answer.status} {answer.text[:300]}")
    return dict(answer.get_json())


def _look(visitors: Visitors, address: Address) -> None:
    answer = visitors.ask(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address.path}: {answer.status} {answer.text[:300]}")


if __name__ == "__main__":
    main()
