"""A scripted tout: one process that takes as many places of one day as it can, with one defence on after another.

    python -m benchmarks.tout [--seconds 30]

It asks a real server, as ``flask serve`` runs it, for places of one day at an office with 2,000 of them, with made-up
NIKs whose structure is right, from eight threads. "One address" is a tout at home, "many addresses" one that rents them
(the server is told that a proxy of its own says where requests come from). Every case has a day of its own. Read the
figures as how far each defence lets it come; the machine's speed is in all of them. About six minutes; loopback only.
"""

import argparse
import itertools
import json
import re
import secrets
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import altcha

from benchmarks import processes
from benchmarks.issuing import Client
from queue_app import demo, queries, schema, standby
from queue_app.capacity import Place
from queue_app.database import Database
from queue_app.models import Channel, ProofOfWork
from queue_app.personal import Holder, Vault

OFFICE = demo.SLUG
TICKETS = f"/api/v1/offices/{OFFICE}/tickets"
CHALLENGE = f"/api/v1/offices/{OFFICE}/challenge"
PAGE = f"/o/{OFFICE}/A"
PLACES = 2_000
THREADS = 8
FORM_WAIT_S = 5.2

Try = Callable[["Tout"], int]
"""One try for a place; the status of the answer (201: a place)."""


@dataclass
class Tout:
    """One thread of the tout. ``addresses`` are used in turn; every try is for another person."""

    port: int
    day: str
    addresses: Iterator[str]
    client: Client
    address: str = ""
    cookie: str = ""

    @classmethod
    def at(cls, port: int, day: str, addresses: Iterator[str]) -> "Tout":
        return cls(port, day, addresses, Client(port))

    def move(self) -> None:
        self.address = next(self.addresses)

    def get(self, path: str) -> tuple[int, bytes]:
        return self._send("GET", path, b"", {})

    def post(self, path: str, body: Mapping[str, str]) -> tuple[int, bytes]:
        return self._send("POST", path, json.dumps(body).encode(), {"Content-Type": "application/json"})

    def post_form(self, path: str, fields: Mapping[str, str]) -> tuple[int, bytes]:
        content = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Referer": f"http://127.0.0.1:{self.port}{path}",
        }
        return self._send("POST", path, urlencode(fields).encode(), content)

    def _send(self, method: str, path: str, content: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        all_headers = {"Host": f"127.0.0.1:{self.port}", "X-Forwarded-For": self.address, **headers}
        if self.cookie:
            all_headers["Cookie"] = self.cookie
        if content:
            all_headers["Content-Length"] = str(len(content))
        head = "".join(f"{name}: {value}\r\n" for name, value in all_headers.items())
        status, body = self.client.send(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + content)
        for line in self.client.head.split(b"\r\n"):
            if line.lower().startswith(b"set-cookie: session="):
                self.cookie = line.split(b": ", 1)[1].split(b";")[0].decode()
        return status, body


def made_up_nik() -> str:
    """Sixteen digits whose structure is right: a district of Riau, a birth date, a serial."""
    draw = secrets.SystemRandom()
    born = f"{draw.randint(1, 28):02d}{draw.randint(1, 12):02d}{draw.randint(60, 99):02d}"
    return f"1471{draw.randint(1, 12):02d}{born}{draw.randint(1, 9999):04d}"


def by_program(tout: Tout) -> int:
    tout.move()
    status, _ = tout.post(TICKETS, {"service": "A", "channel": "online", "date": tout.day, "nik": made_up_nik()})
    return status


def by_program_as_kiosk(tout: Tout) -> int:
    tout.move()
    return tout.post(TICKETS, {"service": "A", "channel": "kiosk", "date": tout.day, "nik": made_up_nik()})[0]


def by_program_solving(tout: Tout) -> int:
    tout.move()
    status, body = tout.get(CHALLENGE)
    if status != 200:
        return status
    challenge = altcha.Challenge.from_dict(json.loads(body))
    solution = altcha.solve_challenge(challenge)
    if solution is None:
        raise RuntimeError("a challenge was not solved")
    proof = altcha.Payload(challenge, solution).to_base64()
    wish = {"service": "A", "channel": "online", "date": tout.day, "nik": made_up_nik(), "proof": proof}
    return tout.post(TICKETS, wish)[0]


def by_page(tout: Tout) -> int:
    """The booking page's form, filled in by a program that runs no script: it has to wait like everybody."""
    tout.move()
    tout.cookie = ""
    status, page = tout.get(f"{PAGE}?date={tout.day}")
    if status != 200:
        return status
    fields = {
        name: _field(page, name) for name in ("csrf_token", "key", "form_token") if f'name="{name}"'.encode() in page
    }
    time.sleep(FORM_WAIT_S)
    status, _ = tout.post_form(PAGE, {**fields, "day": tout.day, "slot": "", "ready": "yes", "nik": made_up_nik()})
    return 201 if status == 303 else status


def _field(page: bytes, name: str) -> str:
    form = page[page.rindex(b'<form method="post" action="' + PAGE.encode()) :]
    found = re.search(rb'name="' + name.encode() + rb'" value="([^"]*)"', form)
    return found[1].decode() if found else ""


@dataclass(frozen=True)
class Case:
    """What the office does, and how the tout goes about it."""

    defence: str
    way: str
    attempt: Try
    settings: Mapping[str, object] = field(default_factory=dict)
    production: bool = True
    many_addresses: bool = False


OFF = {"proof_of_work": ProofOfWork.OFF}
CASES = [
    Case("none (development profile)", "program, one address", by_program, production=False),
    Case("limits per address", "program, one address", by_program, OFF),
    Case("limits per address", "program, many addresses", by_program, OFF, many_addresses=True),
    Case("limits, proof of work", "program that solves nothing", by_program, many_addresses=True),
    Case("limits, proof of work", "program that says it is a kiosk", by_program_as_kiosk, many_addresses=True),
    Case("limits, proof of work", "page without script, one address", by_page),
    Case("limits, proof of work", "page without script, many addresses", by_page, many_addresses=True),
    Case("limits, proof of work", "program that solves, one address", by_program_solving),
    Case("limits, proof of work", "program that solves, many addresses", by_program_solving, many_addresses=True),
]


def addresses(many: bool, number: int) -> Iterator[str]:
    """Where requests come from in the case ``number``: always the same, or another each time."""
    if not many:
        return itertools.repeat(f"203.0.113.{number}")
    return (f"10.{number}.{n // 256 % 256}.{n % 256}" for n in itertools.count(1))


def prepare(database: Database, number: int, settings: Mapping[str, object], places: int = PLACES) -> str:
    """The office set as said, with that many free places on a day of the case's own; the day."""
    with database.write() as session:
        office = queries.office(session, OFFICE)
        office.proof_of_work = ProofOfWork.PROFILE
        for name, value in settings.items():
            setattr(office, name, value)
        queries.service(session, office.id, "A").daily_quota = places
        queries.service(session, office.id, "B").daily_quota = None  # what is resold; full once the tout has its own
        day = datetime.now(UTC).astimezone(office.zone).date() + timedelta(days=number + 2)
    return day.isoformat()


def raid(port: int, day: str, case: Case, number: int, seconds: float) -> Counter[int]:
    """Try from all threads until the time is over; how often each status was answered."""
    source, lock, over = addresses(case.many_addresses, number), threading.Lock(), time.monotonic() + seconds
    answers: Counter[int] = Counter()

    def shared() -> Iterator[str]:
        while True:
            with lock:
                address = next(source)
            yield address

    def work() -> None:
        tout = Tout.at(port, day, shared())
        while time.monotonic() < over:
            status = case.attempt(tout)
            with lock:
                answers[status] += 1
            if status == 429:
                time.sleep(0.2)  # asking on would only cost it its own time

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def resale(port: int, day: str, database: Database, number: int, waiting: int, sales: int) -> tuple[int, int]:
    """Pass places of a full day on to buyers: cancel, and book for the buyer in the next request, while ``waiting``
    citizens stand in the day's list. How many places it held, and how many of the buyers got theirs."""
    tout = Tout.at(port, day, addresses(True, number))
    own = []
    for _ in range(sales):
        tout.move()
        status, body = tout.post(TICKETS, {"service": "B", "channel": "online", "date": day, "nik": made_up_nik()})
        if status == 201:
            own.append(json.loads(body)["id"])
    _wait_in_line(database, day, len(own), waiting)
    sold = 0
    for public_id in own:
        tout.move()  # its buyer's address: one alone would meet its limit
        tout.post(f"/api/v1/tickets/{public_id}/cancel", {})
        status, _ = tout.post(TICKETS, {"service": "B", "channel": "online", "date": day, "nik": made_up_nik()})
        sold += status == 201
    tout.client.close()
    return len(own), sold


def _wait_in_line(database: Database, day: str, taken: int, waiting: int) -> None:
    vault, now = Vault(processes.SECRET), datetime.now(UTC)
    with database.write() as session:
        service = queries.service(session, queries.office(session, OFFICE).id, "B")
        service.daily_quota = taken  # the day is full
        session.flush()
        place = Place(service, datetime.fromisoformat(day).date(), None, Channel.ONLINE)
        for number in range(waiting):
            standby.join(session, vault, place, Holder(nik=made_up_nik()), now, browser=str(number))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=30.0)
    seconds: float = parser.parse_args().seconds
    print(f"Places that one tout takes in {seconds:g} s, of {PLACES:,} ({THREADS} threads)\n")
    print(f"{'defence':<30}{'way':<38}{'places':>7}  answers")
    for production in (False, True):
        with tempfile.TemporaryDirectory(prefix="antrean-tout-") as name, served(Path(name), production) as office:
            port, database = office
            for number, case in enumerate(CASES):
                if case.production is production:
                    day = prepare(database, number, case.settings)
                    answers = raid(port, day, case, number, seconds)
                    told = ", ".join(f"{status}: {count}" for status, count in sorted(answers.items()))
                    print(f"{case.defence:<30}{case.way:<38}{answers[201]:>7}  {told}", flush=True)
            if production:
                for number, waiting in enumerate((0, 20), start=len(CASES)):
                    day = prepare(database, number, OFF)
                    held, sold = resale(port, day, database, number, waiting, sales=20)
                    defence = f"waiting list ({waiting} in it)"
                    print(f"{defence:<30}{'cancels, and books for its buyer':<38}{sold:>7}  of {held} held", flush=True)


@contextmanager
def served(folder: Path, production: bool) -> Iterator[tuple[int, Database]]:
    """A server of the demonstration office; its port and database."""
    database = Database(f"sqlite:///{folder / 'tout.sqlite'}")
    schema.upgrade(database)
    with database.write() as session:
        demo.seed(session, "kata-sandi-uji")
    profile = "production" if production else "development"
    with processes.product(str(database.url), folder, ANTREAN_PROFILE=profile, TRUSTED_PROXIES="1") as port:
        yield port, database
    database.dispose()


if __name__ == "__main__":
    main()
