"""The page of the office's displays: what a supervisor makes, pairs, changes and takes back, and what is refused."""

import pytest
from flask import Flask

from queue_app import clock
from queue_app.devices import pairing
from queue_app.models import Office, Role, User
from tests.office import Desk
from tests.routes.browsing import Person

PAGE = "/manage/displays"


@pytest.fixture
def desk(app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(clock, "now", lambda: desk.now)
    return desk


@pytest.fixture
def citra(app: Flask, desk: Desk) -> Person:
    person = Person(app, "supervisor")
    person.open(PAGE)
    return person


def code_of(desk: Desk) -> str:
    with desk.db.write() as session:
        return pairing.begin(session, desk.vault, desk.now).code


def test_a_display_is_made_paired_changed_and_taken_back(citra: Person, desk: Desk) -> None:
    assert "Belum ada layar yang terdaftar" in citra.page
    citra.press(f"{PAGE}/create", name="Lobi <b>")
    assert "Lobi &lt;b&gt;" in citra.page
    assert not citra.has(f"{PAGE}/reload"), "there is no screen yet"
    citra.press(f"{PAGE}/pair", code=code_of(desk).lower())
    assert "terpasang" in citra.page
    assert "belum ada kabar" in citra.page
    citra.client.post(
        f"{PAGE}/change",
        data={
            **citra.form(f"{PAGE}/change").fields,
            "name": "Lobi",
            "counters": ["1", "2"],
            "services": ["A"],
            "csrf_token": citra.token(),
        },
    )
    citra.open(PAGE)
    assert "Loket 1, 2" in citra.page
    for deed, said in (
        ("identify", "menampilkan namanya"),
        ("reload", "memuat ulang"),
        ("revoke", "dilepas. TV-nya"),
        ("remove", "dihapus"),
    ):
        citra.press(f"{PAGE}/{deed}")
        assert said in citra.page, deed
    assert "Belum ada layar yang terdaftar" in citra.page
    log = [event.action for event in desk.events()]
    assert log == ["display_change", "display_pair", *["display_change"] * 3, "display_revoke", "display_change"]


def test_what_cannot_be_is_said_where_it_was_typed_and_nothing_is_lost(citra: Person, desk: Desk) -> None:
    citra.press(f"{PAGE}/create", name="Lobi")
    answer = citra.press(f"{PAGE}/create", name="Lobi")
    assert (answer.status_code, "Sudah ada layar dengan nama itu." in citra.page) == (422, True)
    answer = citra.press(f"{PAGE}/change", name=" ", speaks="yes", counters="3")
    assert (answer.status_code, "Beri layar ini nama" in citra.page) == (422, True)
    assert 'name="counters" value="3" checked' in citra.page
    answer = citra.press(f"{PAGE}/pair", code="abc")
    assert (answer.status_code, 'value="abc"' in citra.page) == (422, True)
    answer = citra.send(f"{PAGE}/reload", {"display": "99999999999999999999"})
    assert (answer.status_code, "Layar itu tidak ada di kantor Anda." in citra.page) == (404, True)
    assert citra.send(f"{PAGE}/change", {"display": "1", "name": "Lobi", "counters": "x"}).status_code == 422


def test_wrong_codes_are_counted_though_they_are_refused(citra: Person, desk: Desk) -> None:
    citra.press(f"{PAGE}/create", name="Lobi")
    for _ in range(pairing.MISSES_OF_ONE):
        assert citra.press(f"{PAGE}/pair", code="AAAAAA").status_code == 422
    assert "Tidak ada layar yang menampilkan kode itu" in citra.page
    assert citra.press(f"{PAGE}/pair", code=code_of(desk)).status_code == 429
    assert "Tunggu 10 menit" in citra.page


def test_only_the_supervisors_of_the_office_manage_its_displays(app: Flask, citra: Person, desk: Desk) -> None:
    citra.press(f"{PAGE}/create", name="Lobi")
    device_id = citra.form(f"{PAGE}/pair").fields["display"]
    with desk.db.write() as session:
        office = Office(slug="lain", name="Kantor lain")
        session.add(office)
        session.flush()
        session.add(User(username="asing", display_name="Asing", role=Role.ADMIN, office_id=office.id))
    stranger, officer, nobody = Person(app, "asing"), Person(app, "petugas1"), Person(app)
    stranger.open(PAGE)
    assert "Lobi" not in stranger.page
    for deed in ("change", "pair", "reload", "identify", "revoke", "remove"):
        answer = stranger.send(f"{PAGE}/{deed}", {"display": device_id, "name": "X", "code": code_of(desk)})
        assert answer.status_code == 404, deed
    assert officer.open(PAGE).status_code == 403
    assert nobody.open(PAGE).request.path == "/signin"
    assert [event.data.get("did") for event in desk.events()] == ["create"]
