"""Every address of the application answers the same before a month is archived and after it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from benchmarks import every_address, past_visits
from benchmarks.every_address import Visitors
from queue_app import clock, create_app, visit_days
from queue_app.backup import make, restore
from queue_app.config import Config
from queue_app.database import Database
from queue_app.event_months import archive, obstacles, partition
from queue_app.event_months.month import Month
from queue_app.visit_days.memory import FIGURES, TABLES
from tests.office import SECRET

pytestmark = pytest.mark.postgresql

TEXTS = ("text/", "application/json", "application/problem+json", "application/xml", "image/svg")
ITS_OWN = re.compile(
    rb'nonce="[^"]*"|nonce-[^\']*|csrf[^>]*value="[^"]*"|csrf-token" content="[^"]*"|"[a-z_]*token": ?"[^"]*"'
)


@pytest.fixture
def app(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    url = str(request.getfixturevalue("postgresql_server").new_database())
    filled = f"sqlite:///{tmp_path / 'filled.sqlite'}"
    past_visits.fill(filled, 300, 90, clock.now().date())
    past_visits.let_wait(filled, 3)
    folders = {"uploads": tmp_path / "uploads", "voice": tmp_path / "voice"}
    database = Database(filled)
    file, _ = make.make(database, folders, tmp_path / "filled.tar.gz", clock.now(), SECRET)
    database.dispose()
    restore.restore(file, url, folders, clock.now(), force=True)
    database = Database(url)
    partition.carry_out(database, clock.now())
    database.dispose()
    now = clock.now()
    made = create_app(Config(url, SECRET, instance_dir=tmp_path, testing=True))
    made.config["WTF_CSRF_ENABLED"] = False
    monkeypatch.setattr("queue_app.clock.now", lambda: now)
    yield made
    made.extensions["antrean_database"].dispose()


def answers(visitors: Visitors, addresses: dict[str, every_address.Address]) -> dict[str, tuple[int, bytes]]:
    found = {}
    for what, address in addresses.items():
        answer = visitors.ask(address)
        if answer.mimetype.startswith(TEXTS):
            found[what] = answer.status_code, ITS_OWN.sub(b"", answer.data)
    return found


def test_every_answer_is_the_same(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    # A month that is just over would never be archived; here it is, so that pages which look back
    # some weeks meet it too.
    monkeypatch.setattr(obstacles, "KEPT_MONTHS", 0)
    database: Database = app.extensions["antrean_database"]
    visitors = Visitors(app)
    known = every_address.made(app, visitors)
    addresses, _ = every_address.addresses(app, known)
    answers(visitors, addresses)
    before = answers(visitors, addresses)
    steady = {what for what, answer in answers(visitors, addresses).items() if answer == before[what]}
    plans = archive.plan(database, Month.of(clock.now()), clock.now())
    print([(str(p.month), dict(p.rows), p.refused) for p in plans])
    done = [archive.carry_out(database, plan.month, clock.now()) for plan in plans if plan.refused is None]
    print(done)
    assert len(done) >= 2
    visit_days.rebuild(database, 1, clock.now())
    for memory in (FIGURES, TABLES):
        memory.forget()
    after = answers(visitors, addresses)
    others = {what: (before[what], after[what]) for what in sorted(steady) if after[what] != before[what]}
    print(len(before), len(steady), sorted(set(before) - steady))
    for what, pair in others.items():
        print(what, pair[0][0], pair[1][0])
        Path("/tmp/wt/archive/.cache/diff").mkdir(exist_ok=True)
        for n in (0, 1):
            Path(f"/tmp/wt/archive/.cache/diff/{what.strip('/').replace('/', '_')[:80]}.{n}").write_bytes(pair[n][1])
    assert sorted(others) == []
