"""Complaints as pages: filed, followed at an address of their own, worked on; the officer never reads who it was."""

import re

import pytest
from flask import Flask

from queue_app import clock
from queue_app.models import Ticket
from tests.office import Desk
from tests.routes.browsing import Person

STORY = "Menunggu dua jam tanpa penjelasan."


@pytest.fixture
def served(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Ticket:
    monkeypatch.setattr(clock, "now", lambda: desk.now)
    desk.open()
    return desk.serve(minutes=5)


@pytest.fixture
def citizen(app: Flask) -> Person:
    return Person(app)


def file(citizen: Person, ticket: Ticket, **said: str) -> str:
    """File a complaint about a ticket; the address to which it leads."""
    form = f"/t/{ticket.public_id}/complaint"
    citizen.open(form)
    assert citizen.press(form, **{"subject": "wait", "text": STORY, **said}).status_code == 200
    [address] = set(re.findall(r"/complaint/[\w-]{22}(?=[\"<])", citizen.page))
    return str(address)


def test_it_gets_a_number_and_an_address_and_a_doubled_press_the_same(citizen: Person, served: Ticket) -> None:
    form = f"/t/{served.public_id}/complaint"
    citizen.open(form)
    pressed = {**citizen.form(form).fields, "subject": "wait", "text": STORY}
    for _ in range(2):
        assert citizen.send(form, pressed).status_code == 200
    assert set(re.findall(r"P-\d{4}", citizen.page)) == {"P-0001"}
    assert STORY in citizen.page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": "pendek"}, "paling sedikit 10"),
        ({"subject": "x"}, "Pilih hal"),
        ({"text": "panjang " * 2500}, "paling banyak 4000 huruf"),
        ({"phone": "nol"}, "Nomor telepon tidak benar"),
    ],
)
def test_what_cannot_be_taken_is_shown_again_with_all_that_was_typed(
    citizen: Person, served: Ticket, fields: dict[str, str], words: str
) -> None:
    form = f"/t/{served.public_id}/complaint"
    citizen.open(form)
    typed = {"subject": "wait", "text": STORY, **fields}
    assert citizen.press(form, **typed).status_code == 422
    assert words in citizen.page
    assert typed["text"].strip() in citizen.page


def test_the_ticket_tells_of_it_only_in_the_browser_that_filed_it(app: Flask, citizen: Person, served: Ticket) -> None:
    address = file(citizen, served)
    citizen.open(f"/t/{served.public_id}")
    assert address in citizen.page
    other = Person(app)
    other.open(f"/t/{served.public_id}")
    assert "P-0001" not in other.page
    assert other.open("/complaint/AAAAAAAAAAAAAAAAAAAAAA").status_code == 404


def test_a_step_from_the_wrong_state_is_told_and_nothing_is_lost(citizen: Person, served: Ticket) -> None:
    address = file(citizen, served)
    stale = citizen.form(f"{address}/message").fields
    citizen.press(f"{address}/withdraw")
    assert citizen.send(f"{address}/message", {**stale, "text": "Masih ada lagi."}).status_code == 409
    assert "pengaduan ini sekarang ditutup" in citizen.page
    assert "Masih ada lagi." in citizen.page
