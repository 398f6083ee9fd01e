"""What the dashboards cost with 1,000,000 past visits beside 10,000. Goal: under 300 ms, and at most 1.5 times as much.

    python -m benchmarks.dashboard_growth [--quick]

One office over five years, on SQLite, in files under .cache/ that are used again. Three histories: 10,000 visits over
five years; 10,000 at the daily load of a million (the last 26 days); 1,000,000 over five years, 770 a weekday. Each
page is answered by the application itself (no network), as the supervisor or the officer sees it; the median of several
answers, in turn, so that a busy moment of the machine meets all. The days were kept before (`metrics rebuild`), whose
time is printed; with --log nothing is kept, and all is read from the log. *First* is the first answer of a day with
1,000,000: while nothing is remembered, and after the server has worked out beforehand what it does (``warming``).
"""

import gc
import statistics
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import delete

from benchmarks import past_visits
from queue_app import clock, create_app, occupancy, schema, visit_days
from queue_app.config import ROOT, Config
from queue_app.database import Database
from queue_app.extensions import database
from queue_app.models import VisitDay
from queue_app.visit_days.memory import FIGURES, TABLES
from queue_app.warming import Warmer

QUICK = "--quick" in sys.argv
ROUNDS = 3 if QUICK else 7
YEARS = 1825
MANY = 50_000 if QUICK else 1_000_000
FEW = 500 if QUICK else 10_000
HISTORIES = {
    "few_thin": (FEW, YEARS),
    "few_dense": (FEW, max(1, YEARS * FEW // MANY)),
    "many": (MANY, YEARS),
}
_TODAY = clock.now().date()
A_YEAR = f"from={_TODAY - timedelta(days=364)}&to={_TODAY}"
FIGURES_90 = "/supervisor/figures?period=90d"
PAGES = {
    "/supervisor": "supervisor",
    "/supervisor?period=7d": "supervisor",
    "/supervisor/figures?period=7d": "supervisor",
    "/supervisor/figures": "supervisor",
    FIGURES_90: "supervisor",
    f"{FIGURES_90}&service=A": "supervisor",
    f"{FIGURES_90}&counter=1": "supervisor",
    f"{FIGURES_90}&officer=petugas1": "supervisor",
    f"{FIGURES_90}&category=elderly": "supervisor",
    f"/supervisor/figures?{A_YEAR}": "supervisor",
    "/supervisor/visits": "supervisor",
    "/supervisor/visits?period=90d": "supervisor",
    "/supervisor/monitoring": "supervisor",
    "/supervisor/ketepatan": "supervisor",
    "/supervisor/ketepatan?period=90d": "supervisor",
    "/supervisor/kepuasan": "supervisor",
    "/supervisor/kepuasan?period=90d": "supervisor",
    "/supervisor/forecast": "supervisor",
    "/supervisor/offices": "supervisor",
    "/desk/figures": "petugas1",
    "/o/senapelan/janji": "",
}


@dataclass(frozen=True, slots=True)
class Served:
    """One history's application, with a browser for each kind of person."""

    clients: dict[str, FlaskClient]
    database: Database

    def forget(self) -> None:
        """As at the start of a process, or of a day."""
        for memory in (FIGURES, TABLES):
            memory.forget()

    def warm(self) -> None:
        """As the server does by itself after either."""
        Warmer(self.database).work(clock.now())

    def ask(self, address: str) -> float:
        """Milliseconds of the processor for one answer: the wall clock tells of other programs too."""
        client = self.clients[PAGES[address]]
        begun = time.process_time()
        answer = client.get(address)
        took = (time.process_time() - begun) * 1000
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status}")
        return took


def serve(path: Path) -> Served:
    app = create_app(
        Config(f"sqlite:///{path}", "a secret for a benchmark only, long", instance_dir=path.parent, testing=True)
    )
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        if "--log" in sys.argv:
            with database().write() as session:
                session.execute(delete(VisitDay))
        else:
            schema.upgrade(database())
            begun = time.perf_counter()
            days = visit_days.fill_all(database(), clock.now())
            occupancy.fill_all(database())
            print(f"  {path.stem}: {days} days kept in {time.perf_counter() - begun:.1f} s")
    clients = {name: app.test_client() for name in set(PAGES.values())}
    for name, client in clients.items():
        if name:
            client.post("/signin", data={"username": name, "password": past_visits.PASSWORD})
    with app.app_context():
        return Served(clients, database())


def as_the_server_collects_garbage() -> None:
    """What is loaded is not looked through again and again (``gunicorn_settings``): some 150 ms each time."""
    gc.collect()
    gc.freeze()


def first_answers(many: Served) -> dict[str, tuple[float, float]]:
    """Milliseconds of each page's first answer: knowing nothing, and after the server warmed itself."""
    cold = {}
    for address in PAGES:
        many.ask(address)  # templates and libraries are loaded by then
        many.forget()
        cold[address] = many.ask(address)
    many.forget()
    many.warm()
    return {address: (cold[address], many.ask(address)) for address in PAGES}


def main() -> None:
    last = clock.now().date() - timedelta(days=1)
    served = {}
    for name, (visits, days) in HISTORIES.items():
        begun = time.perf_counter()
        path = past_visits.make(ROOT / ".cache" / "past" / f"{name}-{visits}-{last}.sqlite", visits, days, last)
        took, size = time.perf_counter() - begun, path.stat().st_size / 1e6
        print(f"{name}: {visits} visits over {days} days, {size:.0f} MB, made in {took:.0f} s")
        served[name] = serve(path)
    as_the_server_collects_garbage()
    print(
        f"{'ms of the processor':58}"
        + "".join(f"{name:>12}" for name in served)
        + f"{'/thin':>8}{'/dense':>8}{'first':>8}{'warmed':>8}"
    )
    first = first_answers(served["many"])
    for address in PAGES:
        times: dict[str, list[float]] = {name: [] for name in served}
        for _ in range(ROUNDS + 1):
            for name, one in served.items():
                times[name].append(one.ask(address))
        ms = {name: statistics.median(found[1:]) for name, found in times.items()}
        ratios = (ms["many"] / ms["few_thin"], ms["many"] / ms["few_dense"])
        print(
            f"{address:58}"
            + "".join(f"{value:12.0f}" for value in ms.values())
            + "".join(f"{r:8.2f}" for r in ratios)
            + "".join(f"{value:8.0f}" for value in first[address])
        )


if __name__ == "__main__":
    main()
