"""Passwords and their likes as people set them: taken as typed, asked for again, kept so that nobody can read them."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from queue_app import clock
from queue_app.database import Base
from queue_app.models import User
from tests.office import PASSWORD, Desk
from tests.routes.browsing import Person

pytestmark = pytest.mark.filterwarnings("error")


def change(person: Person, old: str, new: str) -> int:
    person.open("/account/password")
    return person.press("/account/password", old=old, new=new, again=new).status_code


def can_sign_in(app: Flask, password: str) -> bool:
    person = Person(app)
    person.open("/signin")
    person.press("/signin", username="petugas1", password=password)
    return person.client.get("/desk").status_code == 200


def test_a_new_one_needs_the_old_one(app: Flask) -> None:
    person = Person(app, "petugas1")
    assert change(person, "bukan-yang-lama", "empat kata yang jauh") in (403, 422)
    person.open("/account")
    assert person.press("/account/pin", pin="2846", old="bukan-yang-lama").status_code in (403, 422)
    assert can_sign_in(app, PASSWORD)


def test_any_letters_and_any_length_up_to_200_are_taken_as_they_are(app: Flask) -> None:
    person = Person(app, "petugas1")
    long = "  Kata Sandi 日本 ünïcode ".ljust(199, "x") + " "
    assert change(person, PASSWORD, long) == 200
    assert can_sign_in(app, long)
    assert not can_sign_in(app, long.strip())
    assert not can_sign_in(app, long.lower())
    assert change(Person(app, "petugas1"), long, "x" * 201) == 422


def test_fields_are_masked_and_can_be_filled_by_a_manager(app: Flask) -> None:
    for person, page, name in (
        (Person(app), "/signin", "password"),
        (Person(app, "petugas1"), "/account/password", "old"),
        (Person(app, "petugas1"), "/account/password", "new"),
    ):
        person.open(page)
        field = re.search(rf'<input[^>]*name="{name}"[^>]*>', person.page)
        assert field is not None
        assert 'type="password"' in field[0]
        assert re.search(r'autocomplete="(current|new)-password"', field[0])
        assert "onpaste" not in person.page


def test_nothing_runs_out(desk: Desk, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """After years the same password opens; and no account has a hint or a question."""
    later = clock.now() + timedelta(days=1000)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert can_sign_in(app, PASSWORD)
    columns = {column.name for column in Base.metadata.tables[User.__tablename__].columns}
    assert not [name for name in columns if "hint" in name or "question" in name]
