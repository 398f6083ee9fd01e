"""The people of an office's days at many times their speed: they ask the real server, until it answers, and note it."""

import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from typing import Any
from zoneinfo import ZoneInfo

import requests

from tests.services.driven_clock import DrivenClock

ZONE = ZoneInfo("Asia/Jakarta")
OPENS, LAST_COMES, CLOSES = 8 * 60, 15 * 60 + 30, 16 * 60
"""Minutes of the day."""
SERVICES = "ABCDEF"
LOOKS_EVERY = 3.0
"""Minutes between two questions whether somebody waits; at a higher speed more, so that the server only is asked so
often (``LEAST_BETWEEN_S``)."""
LEAST_BETWEEN_S = 0.3
ANSWER_S = 10.0
REST_S = 0.05


@dataclass(frozen=True)
class Served:
    """One who was served, by the clocks of those who were there: it took from ``least_s`` to ``most_s``, for the server
    looked at its clock between being asked and having answered."""

    officer: str
    service: str
    least_s: float
    most_s: float


@dataclass
class Tally:
    """What became of a day's people, as they saw it themselves. ``called``: of each service."""

    visits: list[Served] = field(default_factory=list)
    called: Counter[str] = field(default_factory=Counter)
    walked_in: int = 0
    booked: int = 0
    checked_in: int = 0
    served: int = 0
    no_show: int = 0
    asked: int = 0
    again: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    took_s: list[float] = field(default_factory=list)


class Day:
    """One day of the office: ``play`` drives the clock from before its opening to after its closing."""

    def __init__(self, url: str, clock: DrivenClock, tokens: list[str], speed: float, day: date, seed: int) -> None:
        self.day = day
        self.tally = Tally()
        self._url = f"{url}/api/v1"
        self._clock = clock
        self._tokens = tokens
        self._speed = speed
        self._chance = random.Random(seed)
        self._lock = threading.Lock()
        self._local = threading.local()
        self._over = threading.Event()

    def at(self, minute: float) -> datetime:
        return datetime.combine(self.day, time_of_day(), ZONE) + timedelta(minutes=minute)

    def play(self, comers: int, booked: list[str], next_day: date) -> list[str]:
        """The public ids of those who booked for ``next_day``."""
        self._clock.set_to(self.at(OPENS - 5))
        drive = threading.Thread(target=self._drive)
        drive.start()
        bookings: list[str] = []
        with ThreadPoolExecutor(len(self._tokens) + 8) as people:
            officers = [
                people.submit(self._officer, number, random.Random(self._chance.random()))
                for number in range(1, len(self._tokens) + 1)
            ]
            comings = [(self._chance.uniform(OPENS - 4, LAST_COMES), None) for _ in range(comers)]
            comings += [(self._chance.uniform(OPENS, LAST_COMES), of) for of in booked if self._chance.random() < 0.8]
            waited = [people.submit(self.until, self.at(0))]
            for minute, ticket in sorted(comings, key=lambda coming: coming[0]):
                self.until(self.at(minute))
                if ticket is not None:
                    waited.append(people.submit(self._check_in, ticket))
                else:
                    waited.append(people.submit(self._take_number, self._chance.choice(SERVICES)))
                if self._chance.random() < 0.15:
                    waited.append(people.submit(self._book, self._chance.choice(SERVICES), next_day, bookings))
            for one in [*waited, *officers]:
                one.result()
        self._over.set()
        drive.join()
        return bookings

    def _drive(self) -> None:
        began, start = time.monotonic(), self.at(OPENS - 5)
        while not self._over.is_set():
            self._clock.set_to(start + timedelta(seconds=(time.monotonic() - began) * self._speed))
            time.sleep(0.02)

    def until(self, instant: datetime) -> None:
        """Sleep until the office's clock says so."""
        while (left := (instant - self._clock.now()).total_seconds()) > 0:
            time.sleep(max(0.002, left / self._speed))

    def _wait(self, minutes: float) -> None:
        self.until(self._clock.now() + timedelta(minutes=minutes))

    def _take_number(self, service: str) -> None:
        if self._ask("/offices/senapelan/tickets", {"service": service, "channel": "kiosk"}):
            with self._lock:
                self.tally.walked_in += 1

    def _book(self, service: str, day: date, bookings: list[str]) -> None:
        wish = {"service": service, "channel": "online", "date": day.isoformat()}
        if made := self._ask("/offices/senapelan/tickets", wish):
            with self._lock:
                self.tally.booked += 1
                bookings.append(made["id"])

    def _check_in(self, ticket: str) -> None:
        if self._ask(f"/tickets/{ticket}/check-in", {}, self._tokens[0]):
            with self._lock:
                self.tally.checked_in += 1

    def _officer(self, number: int, chance: random.Random) -> None:
        token, counter = self._tokens[number - 1], f"/counters/{number}"
        self.until(self.at(OPENS + chance.uniform(-3, 6)))
        self._ask(f"{counter}/open", {}, token)
        lunch = self.at(11 * 60 + 30 + 30 * (number % 3))
        while self._clock.now() < self.at(CLOSES):
            if lunch is not None and self._clock.now() >= lunch:
                self._ask(f"{counter}/pause", {"reason": "istirahat"}, token)
                self._wait(30)
                self._ask(f"{counter}/open", {}, token)
                lunch = None
            called = self._ask(f"{counter}/call-next", {}, token)
            if called:
                self._serve(called, chance, number)
            else:
                self._wait(max(LOOKS_EVERY, LEAST_BETWEEN_S * self._speed / 60))
        self._ask(f"{counter}/close", {}, token)

    def _serve(self, called: dict[str, Any], chance: random.Random, number: int) -> None:
        path, version, token = f"/tickets/{called['id']}", called["version"], self._tokens[number - 1]
        with self._lock:
            self.tally.called[called["service"]] += 1
        self._wait(chance.uniform(0.3, 1.5))
        if chance.random() < 0.05:
            self._ask(f"{path}/no-show", {"version": version}, token)
            with self._lock:
                self.tally.no_show += 1
            return
        before_start = self._clock.now()
        started = self._ask(f"{path}/start", {"version": version}, token)
        after_start = self._clock.now()
        self._wait(min(45.0, chance.lognormvariate(2.0, 0.5)))
        before_finish = self._clock.now()
        self._ask(f"{path}/finish", {"version": started["version"] if started else version + 1}, token)
        after_finish = self._clock.now()
        least, most = (before_finish - after_start).total_seconds(), (after_finish - before_start).total_seconds()
        with self._lock:
            self.tally.served += 1
            self.tally.visits.append(Served(f"petugas{number}", called["service"], least, most))

    def _ask(self, path: str, body: dict[str, Any], token: str | None = None) -> dict[str, Any] | None:
        """Until somebody answers; None: nothing, or a refusal, which is noted."""
        headers = {"Idempotency-Key": f"{threading.get_ident():x}-{time.monotonic_ns():x}"}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        self.tally.asked += 1
        begun = time.monotonic()
        while True:
            try:
                answer = self._session().post(f"{self._url}{path}", json=body, headers=headers, timeout=ANSWER_S)
                if answer.status_code != 503:
                    break
            except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError):
                pass
            self.tally.again += 1
            time.sleep(REST_S)
        self.tally.took_s.append(time.monotonic() - begun)
        said: dict[str, Any] = answer.json() if answer.status_code != 204 else {}
        if answer.status_code >= 400:
            self.tally.refused[f"{path.rpartition('/')[2]} {said.get('code')}"] += 1
            return None
        return said or None

    def _session(self) -> requests.Session:
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
        found: requests.Session = self._local.session
        return found
