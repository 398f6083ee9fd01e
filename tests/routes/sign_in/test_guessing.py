"""Guessing passwords: slowed down, refused in the same words, never locking anybody out."""

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select

from queue_app.models import SignInEvent
from queue_app.models.log import LogIsAppendOnly
from queue_app.signin import passwords
from tests.office import PASSWORD, Desk
from tests.routes.browsing import Person
from tests.routes.sign_in.people import NEW, Moment, change, sign_in


@pytest.mark.usefixtures("quick_hashes")
def test_guesses_are_slowed_down_more_and_more(app: Flask, moment: Moment) -> None:
    attacker = Person(app)
    assert [sign_in(attacker, "petugas1", "wrong") for _ in range(6)] == [422] * 5 + [429]
    assert "Terlalu banyak percobaan. Tunggu 1 detik" in attacker.page
    waits = []
    for _ in range(4):
        moment.wait(seconds=sum(waits[-1:], 1))
        sign_in(attacker, "petugas1", "wrong")
        answer = attacker.press("/signin", username="petugas1", password=PASSWORD)
        assert answer.status_code == 429, "even the right one is not looked at"
        waits.append(int(answer.headers["Retry-After"]))
    assert waits == [2, 4, 8, 16]
    assert sign_in(attacker, "petugas2") == 200, "another name is another matter"


@pytest.mark.usefixtures("quick_hashes")
def test_nobody_is_locked_out_from_elsewhere(app: Flask, moment: Moment) -> None:
    own, elsewhere, storm = Person(app), Person(app), Person(app)
    assert sign_in(own, "petugas1", address="203.0.113.5") == 200
    own.press("/signout")
    for number in range(60):
        sign_in(storm, "petugas1", "wrong", address=f"198.51.{number}.7")
    assert sign_in(elsewhere, "petugas1", address="192.0.2.9") == 429
    assert sign_in(own, "petugas1", address="203.0.113.5") == 200, "a browser that the officer has used is let through"
    moment.wait(seconds=61)
    assert sign_in(elsewhere, "petugas1", address="192.0.2.9") == 200, "at most a minute for everybody else"


@pytest.mark.usefixtures("quick_hashes")
def test_an_unknown_name_is_refused_in_the_same_words_and_slowed_down_alike(app: Flask, moment: Moment) -> None:
    answers = {}
    for name in ("petugas1", "nobody"):
        person = Person(app)
        codes = [sign_in(person, name, "wrong", address=f"192.0.2.{len(name)}") for _ in range(7)]
        answers[name] = (codes, person.page.replace(name, "NAME").partition("<main")[2].partition("csrf_token")[0])
    assert answers["petugas1"] == answers["nobody"]


def test_what_happened_is_shown_to_the_person_and_cannot_be_changed(app: Flask, desk: Desk) -> None:
    person = Person(app)
    person.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0"
    assert sign_in(person, "petugas1", "wrong") == 422
    assert sign_in(person, "petugas1") == 200
    person.open("/account")
    for words in ("Kata sandi salah", "Firefox, Windows", "198.51.100.0/24"):
        assert words in person.page
    assert "198.51.100.7" not in person.page
    with pytest.raises(LogIsAppendOnly), desk.db.write() as session:
        session.delete(session.scalars(select(SignInEvent)).first())


@pytest.mark.usefixtures("passwords_in_use")
def test_a_password_kept_by_weaker_parameters_is_hashed_anew(app: Flask, desk: Desk) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    change(desk, "petugas1", password_hash=weak)
    assert sign_in(Person(app), "petugas1") == 200
    with desk.db.read() as session:
        kept = str(desk.user(session, "petugas1").password_hash)
    assert "$argon2id$" in kept
    assert "m=65536,t=3,p=4" in kept


@pytest.mark.parametrize(
    ("password", "is_common"),
    [
        ("password", True),
        ("P@ssw0rd2026!", True),
        ("Rahasia123", True),
        ("12345678", True),
        ("qwertyuiop", True),
        ("petugas1-2026", True),
        ("aaaaaaaaaa", True),
        (NEW, False),
        ("t7Gq-x2Lm-9pRw", False),
    ],
)
def test_common_passwords_are_known(password: str, is_common: bool) -> None:
    assert passwords.is_common(password, "petugas1") is is_common
