"""What every page and endpoint costs with 1,000,000 past visits beside 10,000, and with 10,000 waiting beside 100.

    python -m benchmarks.growth [--postgresql] [--quick] [--largest 100000] [--keep DIR] [--all]
                                [--only TEXT] [--without TEXT] [--rounds 5]
    python -m benchmarks.growth --profile PATH [--waiting]

Goal: within 1.5 times. Offices at the same daily load (770 a weekday) with 10,000, 100,000 and 1,000,000 past visits
and 100 who wait, and one with 10,000 past visits and 10,000 who wait. Their past is kept under .cache/ for the day, or
in ``--keep`` a folder for as long as that is there; with ``--postgresql`` it is made anew, in a server of its own.
``--largest``: none with a longer past. ``--only``: addresses with this text, of several texts any; ``--without``: none
of those. All of it with a million takes half an hour, so ask in groups.
Every address that can be read is asked of the application itself (no network), as somebody who may; so are figures of
longer periods, and what issues and calls. Told is processor time, of the application, of programs it starts and of
PostgreSQL: the median of five (``--rounds``), in turn, so that a busy moment of the machine meets all. *First* is the
first answer of a process that remembers nothing.
Shown are the slowest and what grows (over 1.5 times, and by more than 3 ms); ``--all`` shows all.
What could not be asked is told with the reason. Linux only.
"""

import argparse
import csv
import gc
import os
import re
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from benchmarks import every_address, past_visits
from benchmarks.every_address import Address, Visitors
from benchmarks.processor_time import profile
from benchmarks.start_up import of_children, processes_of
from benchmarks.straight_way import TICKETS, durable_postgresql, machine
from queue_app import clock, create_app
from queue_app.config import ROOT, Config
from queue_app.demo import SLUG
from queue_app.permissions import CITIZEN
from queue_app.visit_days.memory import FIGURES, TABLES

ROUNDS = 5
GOAL = 1.5
LEAST_MS = 3.0
SLOWEST = 15
A_DAY = 770
FEW_WAIT, MANY_WAIT = 100, 10_000
PAST = (10_000, 100_000, 1_000_000)

PERIODS = {
    "/supervisor": ("period=7d",),
    "/supervisor/figures": (
        *("period=7d", "period=90d", "a year", "period=90d&service=A", "period=90d&counter=1"),
        *("period=90d&officer=petugas1", "period=90d&category=elderly"),
    ),
    "/supervisor/visits": ("period=90d", "a year"),
    "/supervisor/ketepatan": ("period=90d",),
    "/supervisor/kepuasan": ("period=90d",),
    "/supervisor/offices": ("period=90d",),
    "/supervisor/audit": ("check=1",),  # its first part
}

Ask = Callable[["Site"], None]


@dataclass
class Site:
    """An office's application with those who ask it."""

    name: str
    visitors: Visitors
    addresses: dict[str, Address]
    missing: dict[str, str]
    database: list[Path] = field(default_factory=list)
    """The processes of its PostgreSQL, in /proc."""

    def get(self, address: Address) -> None:
        answer = self.visitors.ask(address)
        if answer.status_code >= 400 or "/signin" in (answer.location or ""):
            raise RuntimeError(f"{answer.status_code} {_said(answer.get_data(as_text=True))}")

    def read(self, what: str) -> None:
        self.get(self.addresses[what])

    def post(self, path: str, body: dict[str, object], who: str = CITIZEN) -> Any:
        answer = self.visitors.send("POST", path, who, json=body)
        if answer.status_code >= 300:
            raise RuntimeError(f"{path}: {answer.status_code} {_said(answer.text)}")
        return answer.get_json()

    def serve(self) -> None:
        """Three requests of the officer's."""
        called = self.post("/api/v1/counters/1/call-next", {}, "petugas1")
        started = self.post(f"/api/v1/tickets/{called['id']}/start", {"version": called["version"]}, "petugas1")
        self.post(f"/api/v1/tickets/{called['id']}/finish", {"version": started["version"]}, "petugas1")

    def cost(self, ask: Ask) -> float:
        """Milliseconds of processors."""
        database, children, own = self._database_s(), _children_s(), time.process_time()
        ask(self)
        return 1000 * (time.process_time() - own + _children_s() - children + self._database_s() - database)

    def _database_s(self) -> float:
        return sum(_on_processor_s(each) for each in of_children(self.database)) if self.database else 0.0


@dataclass
class Found:
    """What one request costs at each office, by the office's name; ``first`` at the one with the longest past."""

    what: str
    ms: dict[str, float]
    first: float

    def ratio(self, over: str, under: str) -> float:
        return self.ms[over] / max(self.ms[under], 0.1)

    def grows(self, over: str, under: str) -> bool:
        return self.ratio(over, under) > GOAL and self.ms[over] - self.ms[under] > LEAST_MS


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--postgresql", action="store_true")
    reader.add_argument("--quick", action="store_true", help="a twentieth of the past and of those who wait")
    reader.add_argument("--all", action="store_true")
    reader.add_argument("--only", nargs="+", default=[""], metavar="TEXT")
    reader.add_argument("--without", nargs="+", default=[], metavar="TEXT")
    reader.add_argument("--rounds", type=int, default=ROUNDS)
    reader.add_argument("--largest", type=int, default=PAST[-1], metavar="VISITS")
    reader.add_argument("--keep", type=Path, metavar="DIR", help="where the past of offices is kept and found again")
    reader.add_argument("--profile", metavar="PATH", help="where the time goes of one address, with the longest past")
    reader.add_argument("--waiting", action="store_true", help="of the profile: with the most who wait instead")
    wanted = reader.parse_args()
    smaller = 20 if wanted.quick else 1
    begun = time.monotonic()
    print(machine(), flush=True)
    opened = _databases(wanted.postgresql, wanted.keep)
    with tempfile.TemporaryDirectory(prefix="growth-", dir=_cache()) as name, opened as url_of:
        past = [each for each in PAST if each <= wanted.largest]
        offices = [*((each, FEW_WAIT) for each in past), (past[0], MANY_WAIT)]
        if wanted.profile:
            offices = offices[-1:] if wanted.waiting else offices[-2:-1]
        sites = [_site(Path(name), url_of, past // smaller, waiting // smaller) for past, waiting in offices]
        if wanted.profile:
            _profile(sites[0], wanted.profile)
            return
        missing = sites[0].missing
        ways = {what: _asking(what) for what in sites[0].addresses} | dict(_reads()) | _writes()
        ways = {
            what: ask
            for what, ask in ways.items()
            if any(text in what for text in wanted.only) and not any(text in what for text in wanted.without)
        }
        gc.collect()
        gc.freeze()  # as the server: what is loaded is not looked through again and again (``gunicorn_settings``)
        found = []
        for what, ask in ways.items():
            try:
                found.append(_measured(what, ask, sites, wanted.rounds))
                # At once too: a run that is cut short has then told what it knows.
                print(what, *(f"{ms:.0f}" for ms in found[-1].ms.values()), file=sys.stderr, flush=True)
            except RuntimeError as refused:
                missing[what] = str(refused)
        _tell(found, [site.name for site in sites], show_all=wanted.all)
        print(f"\n{len(found)} asked; not asked:")
        for what, reason in sorted(missing.items()):
            print(f"  {what}: {reason}")
    print(f"load after {os.getloadavg()[0]:.1f}; {time.monotonic() - begun:.0f} s in all")


def _measured(what: str, ask: Ask, sites: list[Site], rounds: int) -> Found:
    for site in sites:
        ask(site)  # templates and libraries are loaded, and what is remembered is
    times: dict[str, list[float]] = {site.name: [] for site in sites}
    for _ in range(rounds):
        for site in sites:
            times[site.name].append(site.cost(ask))
    for memory in (FIGURES, TABLES):
        memory.forget()
    return Found(what, {name: statistics.median(ms) for name, ms in times.items()}, sites[-2].cost(ask))


def _tell(found: list[Found], names: list[str], *, show_all: bool) -> None:
    few, many, waiting = names[0], *names[-2:]
    over_past = [one for one in found if one.grows(many, few)]
    over_line = [one for one in found if one.grows(waiting, few)]
    slowest = sorted(found, key=lambda one: -max(one.ms.values()))
    _table("the slowest", slowest if show_all else slowest[:SLOWEST], names)
    _table(f"over {GOAL} times from {few} to {many}", over_past, names)
    _table(f"over {GOAL} times from {few} to {waiting}", over_line, names)
    _table("first answer over 300 ms", [one for one in found if one.first > 300], names)
    past = statistics.median(one.ratio(many, few) for one in found)
    line = statistics.median(one.ratio(waiting, few) for one in found)
    print(f"\n{len(over_past)} of {len(found)} grow with the past (median ratio {past:.2f}), ", end="")
    print(f"{len(over_line)} with those who wait ({line:.2f})")
    with (_cache() / "growth.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["what", *names, "first"])
        rows.writerows([one.what, *(round(ms, 1) for ms in one.ms.values()), round(one.first, 1)] for one in found)


def _table(title: str, found: list[Found], names: list[str]) -> None:
    few, many, waiting = names[0], *names[-2:]
    print(f"\n{title}: ms of processors with past visits / waiting")
    print(f"{'':70}" + "".join(f"{name:>14}" for name in names) + f"{'past':>7}{'line':>7}{'first':>8}")
    for one in sorted(found, key=lambda each: -max(each.ms.values())):
        ratios = f"{one.ratio(many, few):7.2f}{one.ratio(waiting, few):7.2f}"
        print(f"{one.what[:69]:70}" + "".join(f"{one.ms[name]:14.1f}" for name in names) + f"{ratios}{one.first:8.0f}")


def _asking(what: str) -> Ask:
    return lambda site: site.read(what)


def _reads() -> Iterator[tuple[str, Ask]]:
    """The figures of longer periods, which supervisors ask for with the same addresses."""
    year_ago, today = clock.now().date() - timedelta(days=364), clock.now().date()
    periods = {"period=7d": "period=7d", "period=90d": "period=90d", "a year": f"from={year_ago}&to={today}"}
    for path, names in PERIODS.items():
        for name in names:
            yield f"{path}?{name}", _page(Address("", f"{path}?{periods.get(name, name)}", "supervisor"))
    since = clock.now().date() - timedelta(days=89)
    for metrics in ("officers", "services", "waits", "dashboard", "accuracy", "satisfaction"):
        path = f"/api/v1/offices/{SLUG}/metrics/{metrics}"
        yield f"{path}?90 days", _page(Address("", f"{path}?from={since}&to={today}", "supervisor", program=True))


def _page(address: Address) -> Ask:
    return lambda site: site.get(address)


def _writes() -> dict[str, Ask]:
    """The desk's requests stand in the order in which a ticket goes through them."""

    def issue(channel: str) -> Ask:
        return lambda site: site.post(TICKETS, {"service": "A", "channel": channel})

    return {
        "POST tickets, online": issue("online"),
        "POST tickets, kiosk": issue("kiosk"),
        "POST call-next, start, finish": Site.serve,
    }


@contextmanager
def _databases(postgresql: bool, keep: Path | None) -> Iterator[Callable[[Path, int], str]]:
    """What makes a database with so many past visits, in a folder where it is a file; its address. ``keep``: where
    files lie that may be some days old.
    """
    last = clock.now().date() - timedelta(days=1)
    if not postgresql:
        kept = (
            (lambda past: keep / f"{past}.sqlite") if keep else lambda past: _cache() / "past" / f"{past}-{last}.sqlite"
        )
        yield lambda folder, past: _copied(folder, past, last, kept(past))
        return
    server = durable_postgresql()
    try:
        yield lambda _folder, past: _filled(server.new_database(), past, last)
    finally:
        server.remove()


def _copied(folder: Path, past: int, last: date, kept: Path) -> str:
    begun = time.monotonic()
    path = past_visits.make(kept, past, _days(past), last)
    shutil.copyfile(path, folder / "antrean.sqlite")
    _say_made(past, begun)
    return f"sqlite:///{folder / 'antrean.sqlite'}"


def _filled(url: str, past: int, last: date) -> str:
    begun = time.monotonic()
    past_visits.fill(url, past, _days(past), last)
    _say_made(past, begun)
    return url


def _say_made(past: int, begun: float) -> None:
    print(f"{past:,} past visits over {_days(past)} days: {time.monotonic() - begun:.0f} s", flush=True)


def _days(past: int) -> int:
    """So many, weekends too, that a weekday has the same visits; at least one is a weekday."""
    return max(3, round(past / A_DAY * 7 / 5))


def _cache() -> Path:
    folder = ROOT / ".cache"
    folder.mkdir(exist_ok=True)
    return folder


def _site(folder: Path, url_of: Callable[[Path, int], str], past: int, waiting: int) -> Site:
    folder = folder / f"{past}-{waiting}"
    folder.mkdir()
    url = url_of(folder, past)
    past_visits.let_wait(url, waiting)
    app = create_app(Config(url, "a secret for a benchmark only, long", instance_dir=folder, testing=True))
    app.config["WTF_CSRF_ENABLED"] = False
    visitors = Visitors(app)
    names = every_address.made(app, visitors)
    server = [] if url.startswith("sqlite") else processes_of(f"--port={make_url(url).port}")
    addresses, missing = every_address.addresses(app, names)
    return Site(f"{_short(past)}/{waiting:,}", visitors, addresses, missing, server)


def _short(number: int) -> str:
    return f"{number // 1000}k" if number < 1_000_000 else f"{number // 1_000_000}M"


def _profile(site: Site, path: str) -> None:
    address = site.addresses.get(path) or Address(path, path, "supervisor", program=path.startswith("/api/"))
    profile(lambda: site.get(address), 10)


def _on_processor_s(process: Path) -> float:
    try:
        return int((process / "schedstat").read_text().split()[0]) / 1e9
    except OSError:  # it has ended meanwhile
        return 0.0


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _said(text: str) -> str:
    """The beginning of a refusal, or the heading of a page that is one."""
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL)
    return " ".join((heading[1] if heading else text).split())[:120]


if __name__ == "__main__":
    main()
