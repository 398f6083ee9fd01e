"""The officer at the desk's page."""

import pytest
from flask import Flask

from queue_app import clock
from tests.office import Desk
from tests.routes.browsing import Person
from tests.routes.desk.sitting import Signed


@pytest.fixture(autouse=True)
def _the_tests_clock(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(clock, "now", lambda: desk.now)


@pytest.fixture
def signed(app: Flask) -> Signed:
    return lambda username: Person(app, username)


@pytest.fixture
def ana(signed: Signed) -> Person:
    """The officer petugas1, on the page where a counter is chosen."""
    person = signed("petugas1")
    person.open("/desk")
    return person


@pytest.fixture
def seated(ana: Person) -> Person:
    """The same, at counter 1."""
    ana.press("/desk/open")
    return ana
