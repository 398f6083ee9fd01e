"""The administrator's page of the voice: by what each language is spoken, a sample, and which displays speak."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from queue_app.devices import register
from queue_app.models import Device
from tests.office import Desk
from tests.routes.managing import Manager

PAGE = "/manage/voice"


@pytest.fixture
def manager(app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Manager:
    monkeypatch.setattr("queue_app.clock.now", lambda: desk.now)
    return Manager(app, desk.db)


def displays(desk: Desk, *names: str) -> list[int]:
    with desk.db.write() as session:
        return [register.create(session, desk.user(session, "admin"), name, desk.now).id for name in names]


def speaking(desk: Desk) -> list[str]:
    with desk.db.read() as session:
        return list(session.scalars(select(Device.name).where(Device.speaks).order_by(Device.name)))


def test_a_call_is_listened_to_as_it_is_said(manager: Manager) -> None:
    page = manager.open(f"{PAGE}?label=b-007&counter=3")
    source = re.search(r'<audio[^>]* src="([^"]+)"', page)
    assert source is not None
    heard = manager.client.get(source[1].replace("&amp;", "&"))
    assert heard.status_code == 200
    assert heard.data.startswith(b"OggS")
    assert heard.mimetype == "audio/ogg"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("label=&counter=1", "Nomor seperti A-012"),
        ("label=A-01<b>&counter=1", "Nomor seperti A-012"),
        ("label=A-012&counter=0", "1 sampai 999"),
        ("label=A-012&counter=tiga", "1 sampai 999"),
    ],
)
def test_a_sample_that_cannot_be_is_said_at_its_form(manager: Manager, typed: str, words: str) -> None:
    refused = manager.client.get(f"{PAGE}?{typed}")
    assert refused.status_code == 422
    assert words in refused.text
    assert "<audio" not in refused.text
    assert manager.client.get(f"{PAGE}/sample/id.ogg?{typed}").status_code == 422


def test_a_language_that_nothing_speaks_has_no_sample(manager: Manager) -> None:
    assert manager.client.get(f"{PAGE}/sample/min.ogg?label=A-012&counter=1").status_code == 409
    assert manager.client.get(f"{PAGE}/sample/..%2F..%2Fx.ogg?label=A-012&counter=1").status_code in (404, 409)


def test_displays_speak_as_they_are_ticked(manager: Manager, desk: Desk) -> None:
    hall, garden = displays(desk, "Aula", "Taman")
    manager.open(PAGE)
    shown = [str(hall), str(garden)]
    assert manager.send(f"{PAGE}/speaks", display=shown, speaks=[str(garden)]).status_code == 303
    assert speaking(desk) == ["Taman"]
    assert manager.history()[-1] == (f"display:{hall}", {"speaks": True}, {"speaks": False})
    old = manager.seen
    assert manager.send(f"{PAGE}/speaks", display=shown, speaks=shown, seen=old).status_code == 409
    assert speaking(desk) == ["Taman"]
    assert manager.send(f"{PAGE}/speaks", display=shown, speaks=shown).status_code == 303  # now it knows
    displays(desk, "Baru")  # which the page did not show
    assert manager.send(f"{PAGE}/speaks", display=shown, seen="99").status_code == 303
    assert speaking(desk) == ["Baru"]


def test_the_page_of_kiosks_names_the_address_of_each_printer(manager: Manager) -> None:
    typed = {"kind": "network", "width": "80", "answers": "yes"}
    for name in ("Lobi & taman", "Depan"):
        manager.send("/manage/printers/add", name=name, address="10.0.0.7", **typed)
    page = manager.open("/manage/kiosks")
    assert "/kiosk/senapelan?printer=Lobi+%26+taman" in page
    assert 'action="/reception/device/end"' in page
