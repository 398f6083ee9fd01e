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

FILES = (".pdf", ".png", ".xlsx", ".zip", ".parquet", ".docx")
"""Made of the same figures, with the time of making in them."""

TEXTS = ("text/", "application/json", "application/problem+json", "application/xml", "image/svg")
ITS_OWN = re.compile(
    rb'nonce="[^"]*"|nonce-[^\']*|csrf[^>]*value="[^"]*"|csrf-token" content="[^"]*"|"[a-z_]*token": ?"[^"]*"'
)
SEEN = re.compile(rb'name="seen" value="\d+"')
"""The number of the last change of the settings: archiving is one."""

TELL_OF_IT = {
    *("/api/v1/offices/{office}/audit/check", "/api/v1/offices/{office}/changes"),
    *("/api/v1/offices/{office}/configuration", "/manage", "/manage/history"),
    # Of the claims decided last those in the log.
    *("/api/v1/offices/{office}/claims", "/supervisor/claims"),
    # Of the machine, not of the office.
    "/readyz",
}


@pytest.fixture
def app(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    url = str(request.getfixturevalue("postgresql_server").new_database())
    filled = f"sqlite:///{tmp_path / 'filled.sqlite'}"
    past_visits.fill(filled, 300, 90, past_visits.yesterday())
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


def answers(visitors: Visitors, addresses: dict[str, every_address.Address]) -> dict[str, tuple[int, object]]:
    found: dict[str, tuple[int, object]] = {}
    for what, address in addresses.items():
        answer = visitors.ask(address)
        if answer.mimetype.startswith(TEXTS):
            text = SEEN.sub(b"", ITS_OWN.sub(b"", answer.data))
            found[what] = answer.status_code, answer.json if answer.is_json else text
    return found


def test_every_answer_is_the_same(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    # Months that are just over would never be archived; here they are, so that pages which look back
    # some weeks meet them too.
    monkeypatch.setattr(obstacles, "KEPT_MONTHS", 0)
    database: Database = app.extensions["antrean_database"]
    visitors = Visitors(app)
    known = every_address.made(app, visitors)
    addresses = {what: one for what, one in every_address.addresses(app, known)[0].items() if not what.endswith(FILES)}
    before = answers(visitors, addresses)
    steady = {what for what, answer in answers(visitors, addresses).items() if answer == before[what]}
    plans = archive.plan(database, Month.of(clock.now()), clock.now())
    done = [archive.carry_out(database, plan.month, clock.now()) for plan in plans if plan.refused is None]
    assert len(done) >= 2
    assert all(one.packed * 10 < one.bytes for one in done)
    visit_days.rebuild(database, 1, clock.now())  # from packed rows
    for memory in (FIGURES, TABLES):
        memory.forget()
    after = answers(visitors, addresses)
    others = {what for what in steady if after[what] != before[what]}
    assert others <= TELL_OF_IT, sorted(others - TELL_OF_IT)
    assert len(steady) > len(addresses) // 2
