"""A month of an office at some 500 times its speed, with restarts: memory, and whether all figures stay the same.

    python -m benchmarks.soak [--days 20] [--speed 500] [--comers 120] [--no-restarts]

A real server on SQLite whose clock is driven (``CLOCK_OFF_FILE``; its timers are not, so what comes round each minute
comes round each eight hours of the office), four officers, citizens who walk in, book for the next day, come or stay
away, and two displays. Nights and weekends are jumped over. The worker is killed (-9) on a Wednesday at noon, the
server on a Friday night, and it is ended in order on another; with ``--no-restarts`` one process lives through it all.
After each day the memory of the worker is read and the API's figures of the day are compared with what the people saw
(numbers exactly, medians between bounds), and at the end those of all days: what the people saw, the tickets, the log,
the kept days and the answers of the API must all agree, and the chain must be whole. Loopback only.
"""

import argparse
import os
import signal
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import requests
from sqlalchemy import func, select

from benchmarks import soaked_figures
from benchmarks.soaked_office import ZONE, Day, Tally
from benchmarks.straight_way import machine
from metrics.periods import Period
from queue_app import accounts, demo, history, schema, visit_days
from queue_app.audit import verify
from queue_app.database import Database
from queue_app.lifecycle import TicketState
from queue_app.models import Event, Office, Ticket
from queue_app.visit_days import filling
from tests.faults.screens import Screen
from tests.faults.site import children
from tests.live_server import LiveServer
from tests.office import PASSWORD
from tests.services.driven_clock import DrivenClock
from tests.services.waiting import wait_until

OFFICERS = 4
DISPLAYS = 2
WARM_DAYS = 1
LONG = 8
KEPT_WITHIN_S = 200.0
"""The jobs that close days and keep past ones come round each minute."""
BEFORE_THE_END = (TicketState.BOOKED, TicketState.WAITING)


@dataclass(frozen=True)
class Look:
    """The worker's memory after so many days; ``life`` counts processes."""

    days: int
    life: int
    megabytes: float
    rows: int


class Soak:
    def __init__(self, folder: Path, speed: float, comers: int, restarts: bool) -> None:
        self.clock = DrivenClock(folder / "clock")
        self.database = Database(f"sqlite:///{folder / 'antrean.sqlite'}")
        self.server = LiveServer(f"sqlite:///{folder / 'antrean.sqlite'}", folder / "server", self.clock.environment)
        self.tallies: dict[date, Tally] = {}
        self.looks: list[Look] = []
        self.lives: Counter[str] = Counter()
        self.wrong: list[str] = []
        self._speed, self._comers, self._restarts = speed, comers, restarts
        self._life = 1
        self._supervisor = ""

    def run(self, days: Sequence[date]) -> None:
        self.clock.set_to(datetime.combine(days[0], datetime.min.time(), ZONE))
        schema.upgrade(self.database)
        with self.database.write() as session:
            demo.seed(session, PASSWORD)
            names = [*(f"petugas{number}" for number in range(1, OFFICERS + 1)), "supervisor"]
            *tokens, self._supervisor = [accounts.create_token(session, name, self.clock.now()) for name in names]
        self.server.start()
        screens = [Screen(self.server) for _ in range(DISPLAYS)]
        booked: list[str] = []
        for count, today in enumerate(days, start=1):
            following = next((day for day in days if day > today), today + timedelta(days=1))
            played = Day(self.server.url, self.clock, tokens, self._speed, today, count)
            if self._restarts and count % 10 == 3:
                self._kill_worker_at_noon(played)
            booked = played.play(self._comers, booked, following)
            self.tallies[today] = played.tally
            self.compare_figures(today, today)
            if not wait_until(lambda: self._are_right(screens), within_s=5.0):
                self.wrong.append(f"{today}: a display was wrong for more than five seconds")
            self._look(count)
            self.clock.set_to(
                datetime.combine(today + timedelta(days=1), datetime.min.time(), ZONE) + timedelta(hours=1)
            )
            if self._restarts and count % 10 == 5:
                self._restart("server killed", self.server.kill)
            elif self._restarts and count % 10 == 0:
                self._restart("server ended in order", self.server.stop)
        for screen in screens:
            screen.close()

    def _kill_worker_at_noon(self, day: Day) -> threading.Thread:
        def kill() -> None:
            day.until(day.at(12 * 60))
            for pid in children(self.server.pid):
                os.kill(pid, signal.SIGKILL)

        self.clock.set_to(day.at(0))
        self._life += 1
        self.lives["worker killed at noon"] += 1
        killer = threading.Thread(target=kill)
        killer.start()
        return killer

    def _restart(self, how: str, end: Callable[[], object]) -> None:
        end()
        self.server.start()
        self._life += 1
        self.lives[how] += 1

    def compare_figures(self, first: date, last: date) -> None:
        office = f"{self.server.url}/api/v1/offices/{demo.SLUG}"
        self.wrong += soaked_figures.disagreements(office, self._supervisor, self.tallies, first, last)

    def _are_right(self, screens: Sequence[Screen]) -> bool:
        now = requests.get(f"{self.server.url}/api/v1/offices/{demo.SLUG}/board", timeout=10).json()
        return all(screen.is_right(now) for screen in screens)

    def _look(self, days: int) -> None:
        status = Path(f"/proc/{children(self.server.pid)[0]}/status").read_text(encoding="ascii")
        kilobytes = int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])
        with self.database.read() as session:
            rows = session.scalar(select(func.count()).select_from(Event)) or 0
        self.looks.append(Look(days, self._life, kilobytes / 1024, rows))
        today = list(self.tallies.values())[-1]
        took = sorted(today.took_s)
        print(
            f"| {days} | {self._life} | {today.walked_in} + {today.checked_in} of {today.booked} booked |"
            f" {today.served} | {today.no_show} | {today.asked} | {today.again} |"
            f" {1000 * took[len(took) // 2]:.0f}, {1000 * took[int(0.99 * len(took))]:.0f} |"
            f" {rows} | {kilobytes / 1024:.1f} |",
            flush=True,
        )
        for refusal, times in today.refused.items():
            print(f"  refused: {refusal} {times}", flush=True)


def slopes(looks: Sequence[Look]) -> list[tuple[int, int, float]]:
    """Of each process that lived three days or more after it was warm: its number, days, and MB a day; of one that
    lived long also those of the latter half, when what fills up should be full."""
    found = []
    for life in sorted({look.life for look in looks}):
        of_it = [look for look in looks if look.life == life][WARM_DAYS:]
        if len(of_it) >= 3:
            found.append((life, len(of_it), _slope(of_it)))
            if len(of_it) >= 2 * LONG:
                found.append((life, len(of_it) // 2, _slope(of_it[len(of_it) // 2 :])))
    return found


def _slope(looks: Sequence[Look]) -> float:
    days, megabytes = [look.days for look in looks], [look.megabytes for look in looks]
    return statistics.linear_regression(days, megabytes).slope


def disagreements(soak: Soak) -> list[str]:
    """Where what people saw, tickets, log, and kept days say different things; and breaches of the chain."""
    days = list(soak.tallies)
    wait_until(lambda: _kept(soak, days) is not None, within_s=KEPT_WITHIN_S)
    soak.compare_figures(days[0], days[-1])
    wrong = list(soak.wrong)
    with soak.database.read() as session:
        office = session.scalars(select(Office)).one()
        wrong += [str(found.breach) for found in verify.check(session, office) if found.breach]
        alike, difference = filling.first_difference(session, office)
        if difference is not None or alike < len(days):
            wrong.append(f"{alike} of {len(days)} kept days are what the log says; {difference}")
        period = Period(days[0], days[-1], ZONE)
        logged, kept = history.legs(session, office, period), list(visit_days.legs(session, office, period))
        if logged != kept:
            wrong.append(f"{len(logged)} legs of the log, {len(kept)} kept, and not the same")
        for day, tally in soak.tallies.items():
            states = Counter(session.scalars(select(Ticket.state).where(Ticket.day == day)))
            before = next((soak.tallies[other].booked for other in reversed(days) if other < day), 0)
            came = sum(states.values())
            if came != tally.walked_in + before:
                wrong.append(f"{day}: {came} tickets, {tally.walked_in} walked in and {before} had booked")
            if (states[TicketState.SERVED], states[TicketState.NO_SHOW]) != (tally.served, tally.no_show):
                wrong.append(f"{day}: {states} in the database; {tally.served} and {tally.no_show} as people saw it")
            served = sum(
                leg.visit.finished_at is not None and leg.visit.finished_at.astimezone(ZONE).date() == day
                for leg in logged
            )
            if served != tally.served:
                wrong.append(f"{day}: {served} finished in the log, {tally.served} served")
            if set(states) - {TicketState.SERVED, TicketState.NO_SHOW, TicketState.EXPIRED}:
                wrong.append(f"{day}: its end left {states}")
    return wrong


def _kept(soak: Soak, days: Sequence[date]) -> int | None:
    with soak.database.read() as session:
        if session.scalar(select(Ticket.id).where(Ticket.day <= days[-1], Ticket.state.in_(BEFORE_THE_END)).limit(1)):
            return None
        alike, difference = filling.first_difference(session, session.scalars(select(Office)).one())
    return alike if alike >= len(days) or difference else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=20)
    parser.add_argument("--speed", type=float, default=500.0)
    parser.add_argument("--comers", type=int, default=120)
    parser.add_argument("--no-restarts", action="store_true")
    asked = parser.parse_args()
    print(machine(), flush=True)
    monday = datetime.now(UTC).date() + timedelta(days=7 - datetime.now(UTC).weekday())
    days = [day for n in range(asked.days * 2) if (day := monday + timedelta(days=n)).weekday() < 5][: asked.days]
    began = time.monotonic()
    print("| day | process | came | served | no show | asked | again | ms p50, p99 | rows of the log | MB |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="antrean-soak-") as name:
        soak = Soak(Path(name), asked.speed, asked.comers, not asked.no_restarts)
        try:
            soak.run(days)
            wrong = disagreements(soak)
        finally:
            soak.server.kill()
            soak.database.dispose()
    print(f"\n{len(days)} days ({days[0]} to {days[-1]}) in {(time.monotonic() - began) / 60:.1f} min; {soak.lives}")
    for life, count, slope in slopes(soak.looks):
        print(f"process {life}: {slope:+.2f} MB a day over the last {count} days")
    print("all figures agree" if not wrong else "\n".join(wrong))


if __name__ == "__main__":
    main()
