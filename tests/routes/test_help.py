"""The manuals in the program itself."""

import re

import pytest
from flask import Flask

from queue_app import accounts, manuals
from queue_app.models import Role
from tests.office import PASSWORD, Desk
from tests.routes.browsing import Person


@pytest.fixture
def people(desk: Desk) -> None:
    with desk.db.write() as session:
        for role in (Role.RECEPTION, Role.AUDITOR):
            accounts.create_user(
                session,
                office=desk.office(session),
                username=role.value,
                role=role,
                password=PASSWORD,
                display_name="X",
            )


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("username", "title"),
    [
        ("petugas1", "Panduan petugas loket"),
        ("reception", "Panduan penerimaan"),
        ("supervisor", "Panduan supervisor"),
        ("admin", "Panduan pengelola kantor"),
        ("auditor", "Panduan supervisor"),
    ],
)
def test_everybody_finds_the_own_manual_by_the_menu(app: Flask, username: str, title: str) -> None:
    reader = Person(app, username)
    reader.open("/account")
    assert 'href="/help"' in reader.page
    assert reader.open("/help").status_code == 200
    assert f"<h1>{title}</h1>" in reader.page


@pytest.fixture
def officer(app: Flask) -> Person:
    return Person(app, "petugas1")


def test_it_is_in_the_readers_language(officer: Person) -> None:
    officer.client.set_cookie("lang", "en")
    officer.open("/help")
    assert "<h1>The counter officer&#39;s manual</h1>" in officer.page


def test_its_pictures_come_from_this_server(officer: Person) -> None:
    officer.open("/help")
    pictures = re.findall(r'<img src="([^"]+)"', officer.page)
    assert len(pictures) >= 6
    for path in pictures:
        answer = officer.client.get(path)
        answer.close()
        assert (answer.status_code, answer.mimetype) == (200, "image/webp")


def test_every_manual_is_offered_and_can_be_read(officer: Person) -> None:
    officer.open("/help")
    assert set(re.findall(r'href="/help/(\w+)"', officer.page)) | {"petugas"} == set(manuals.NAMES)
    for name in manuals.NAMES:
        assert officer.open(f"/help/{name}").status_code == 200
        assert 'style="' not in officer.page


@pytest.mark.parametrize("path", ["/help/tidakada", "/help/images/../petugas.md", "/help/images/x.webp"])
def test_nothing_else_is_read(officer: Person, path: str) -> None:
    assert officer.open(path).status_code == 404


def test_one_must_be_signed_in(app: Flask) -> None:
    stranger = app.test_client()
    for path in ("/help", "/help/petugas", "/help/images/pilih-loket.webp"):
        assert "/signin" in stranger.get(path).location
