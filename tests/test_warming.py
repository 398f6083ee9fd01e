"""Figures of past days are worked out before anybody asks, and then nobody waits for them."""

from collections.abc import Callable, Hashable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from queue_app import clock, visit_days, warming
from queue_app.extensions import database
from queue_app.visit_days.memory import Memory
from queue_app.warming import Warmer
from tests.office import Desk
from tests.past_office import remember
from tests.routes.browsing import Person

PAGES = ("/supervisor", "/supervisor/figures", "/supervisor/figures?period=90d", "/supervisor/monitoring")


@pytest.fixture
def office(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Some weeks of a past, kept."""
    monkeypatch.setattr(clock, "now", lambda: desk.now)
    monkeypatch.setattr(warming, "_PAUSE_S", 0)
    remember(desk, tmp_path, days=30, changed=0, factor=1)
    visit_days.fill_all(desk.db, desk.now)
    return desk


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Hashable]:
    """The keys of all that is computed and remembered from now on."""
    keys: list[Hashable] = []
    remembered = Memory.remembered

    def watched(self: Memory, of: object, key: Hashable, make: Callable[[], Any]) -> Any:
        def making() -> Any:
            keys.append(key)
            return make()

        return remembered(self, of, key, making)

    monkeypatch.setattr(Memory, "remembered", watched)
    return keys


def test_the_first_answers_find_everything_worked_out(
    app: Flask, office: Desk, made: list[Hashable], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warming, "LEAST_BYTES", 1)
    with app.app_context():
        warmer = Warmer(database())
    assert warmer.work(office.now) == 1
    assert made
    citra = Person(app, "supervisor")
    made.clear()
    for page in PAGES:
        assert citra.client.get(page).status_code == 200
    assert made == []


def test_it_works_again_only_on_another_day_or_when_a_past_day_changed(
    office: Desk, made: list[Hashable], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warming, "LEAST_BYTES", 1)
    warmer = Warmer(office.db)
    warmer.work(office.now)
    made.clear()
    assert warmer.work(office.now + timedelta(minutes=1)) == 0
    assert warmer.work(office.now + timedelta(days=1)) == 1
    with office.db.read() as session:
        office_id = office.office(session).id
    visit_days.rebuild(office.db, office_id, office.now)
    made.clear()
    assert warmer.work(office.now + timedelta(days=1)) == 1
    assert made


def test_a_small_office_is_left_alone(office: Desk, made: list[Hashable]) -> None:
    assert Warmer(office.db).work(office.now) == 0
    assert made == []
