"""What breaks under load loses nothing: servers, PostgreSQL, Redis and the network, by seed.

``FAULT_ROUNDS`` (``make test-faults``): so many faults of all kinds, by chance; else the gravest. ``FAULT_KINDS``: only
those whose names have one of these words, with commas between them. ``FAULT_MINUTES``: for each database at most so
long. ``FAULT_SEED``: another run of chance. What was tried is logged.
"""

import gc
import logging
import os
import random
import shutil
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from sqlalchemy import select

from queue_app import accounts, clock, demo, schema
from queue_app.audit import verify
from queue_app.database import Database
from queue_app.models import Office, Ticket
from tests.faults import history
from tests.faults.crowd import Crowd
from tests.faults.history import NEVER, Operation
from tests.faults.screens import Screen
from tests.faults.site import CLOCK_JUMPED, DISK_FULL, WORDS_DOUBLED, WORDS_LOST, WORKER_KILLED, Cluster, Site
from tests.faults.small_disk import SmallDisk
from tests.office import PASSWORD
from tests.services.private_postgresql import PostgresqlServer
from tests.services.waiting import wait_until

log = logging.getLogger(__name__)

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "0"))
KINDS = os.environ.get("FAULT_KINDS", "").split(",")
MINUTES = float(os.environ.get("FAULT_MINUTES", "inf"))
SEED = int(os.environ.get("FAULT_SEED", "1"))
OFFICERS = 4
RIGHT_WITHIN_S = 5.0
GRAVEST = (
    WORKER_KILLED,
    CLOCK_JUMPED,
    DISK_FULL,
    "PostgreSQL killed",
    "PostgreSQL stalled",
    "Redis killed",
    WORDS_LOST,
    WORDS_DOUBLED,
)
SMALL_MB = {"sqlite": 24, "postgresql": 192}
LITTLE_LOG = {"min_wal_size": "32MB", "max_wal_size": "32MB"}
"""So that PostgreSQL needs another file of it before long."""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgresql, pytest.mark.redis])])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def disk(kind: str) -> SmallDisk:
    """What holds the database."""
    return SmallDisk(SMALL_MB[kind])


@pytest.fixture
def postgresql(disk: SmallDisk) -> Iterator[PostgresqlServer]:
    server = PostgresqlServer(disk.mount, synchronous_commit="on", **LITTLE_LOG)
    yield server
    server.stop()
    disk.close()
    server.remove()


@pytest.fixture
def sqlite_file(disk: SmallDisk, sqlite_template: Path, tmp_path: Path) -> Iterator[Path]:
    disk.mount(tmp_path / "small")
    yield Path(shutil.copy(sqlite_template, tmp_path / "small" / "antrean.sqlite"))
    disk.close()


@pytest.fixture
def database(kind: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    if kind == "sqlite":
        database = Database(f"sqlite:///{request.getfixturevalue('sqlite_file')}")
    else:
        database = Database(request.getfixturevalue("postgresql").new_database())
        schema.upgrade(database)
        with database.write() as session:
            demo.seed(session, PASSWORD)
    yield database
    database.dispose()


@pytest.fixture
def site(
    kind: str, database: Database, disk: SmallDisk, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Site]:
    url = database.url.render_as_string(hide_password=False)
    if kind == "sqlite":
        site = Site(url, tmp_path, disk=disk)
    else:
        servers = request.getfixturevalue("postgresql"), request.getfixturevalue("redis_server")
        site = Cluster(url, tmp_path, *servers, disk)
    yield site
    site.close()


@pytest.fixture
def screens(site: Site) -> Iterator[list[Screen]]:
    screens = [Screen(server) for server in site.servers]
    yield screens
    for screen in screens:
        screen.close()
    gc.collect()  # while the warning is ignored


# The library of the displays does not close a connection that was lost while it was being made.
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
def test_whatever_fails_nothing_acknowledged_is_lost_or_done_twice(
    site: Site, database: Database, screens: list[Screen]
) -> None:
    chance = random.Random(SEED)
    crowd = Crowd(site.servers, tokens(database), SEED)
    crowd.open_counters()
    tried: Counter[str] = Counter()
    late: list[str] = []
    longest = 0.0
    over = time.monotonic() + MINUTES * 60
    for name in planned(chance, list(site.faults)):
        crowd.start()
        time.sleep(chance.uniform(0.1, 1.0))  # it happens at any point of what is going on
        site.faults[name](chance)
        crowd.stop()
        tried[name] += 1
        begun = time.monotonic()
        if not wait_until(lambda: are_right(screens, site), within_s=RIGHT_WITHIN_S):
            courses = "; ".join(screen.course(begun) for screen in screens)
            late.append(f"{name}, board {board(site)['version']}, load {os.getloadavg()[0]:.0f}: {courses}")
        longest = max(longest, time.monotonic() - begun)
        log.info("%s: %s operations, right after %.1f s", name, len(crowd.history), time.monotonic() - begun)
        if time.monotonic() > over:
            break
    crowd.serve_all()
    log.info("seed %s: %s operations, %s asked again", SEED, len(crowd.history), crowd.retries)
    log.info("%s processes killed", site.killed)
    log.info("%s faults, displays right within %.1f s, %s late: %s", tried.total(), longest, len(late), tried)
    assert crowd.refused == []
    found = history.problems(crowd.history)
    assert found == [], "\n".join(found)
    database.engine.dispose()
    require_what_was_acknowledged(database, crowd.history)
    assert late == [], "displays that were still wrong"


def planned(chance: random.Random, names: list[str]) -> list[str]:
    """The gravest once each; with ``ROUNDS`` so many of all kinds, half of them the one that happens most."""
    if not ROUNDS:
        gravest = [name for name in GRAVEST if name in names]
        return chance.sample(gravest, len(gravest))
    if KINDS != [""]:
        chosen = [name for name in names if any(word in name for word in KINDS)]
        return [chosen[n % len(chosen)] for n in range(ROUNDS)]
    return [WORKER_KILLED if chance.random() < 0.5 else chance.choice(names) for _ in range(ROUNDS)]


def tokens(database: Database) -> list[str]:
    with database.write() as session:
        return [accounts.create_token(session, f"petugas{n}", clock.now()) for n in range(1, OFFICERS + 1)]


def are_right(screens: list[Screen], site: Site) -> bool:
    now = board(site)
    return all(screen.is_right(now) for screen in screens)


def board(site: Site) -> dict[str, object]:
    found: dict[str, object] = requests.get(
        f"{site.servers[0].url}/api/v1/offices/senapelan/board", timeout=RIGHT_WITHIN_S
    ).json()
    return found


def require_what_was_acknowledged(database: Database, seen: list[Operation]) -> None:
    with database.read() as session:
        tickets = {ticket.public_id: ticket for ticket in session.scalars(select(Ticket))}
        office = session.scalars(select(Office)).one()
        assert [found.breach for found in verify.check(session, office) if found.breach] == []
    states = history.final_states(seen)
    assert {public_id: tickets[public_id].state.value for public_id in states} == dict.fromkeys(states, "SERVED")
    labels = {each.ticket: each.label for each in seen if each.kind == "issue" and each.ticket}
    assert {public_id: tickets[public_id].label for public_id in labels} == labels
    numbers = defaultdict(list)
    for ticket in tickets.values():
        numbers[ticket.service_id].append(ticket.number)
    assert all(sorted(found) == list(range(1, len(found) + 1)) for found in numbers.values())
    given_up = sum(each.ended == NEVER for each in seen)
    assert len(labels) <= len(tickets) <= len(labels) + given_up
