"""Offices side by side: each figure with its interval, no data is not zero, and no officer is named."""

import csv
import io

import pytest
from flask import Flask

from queue_app import clock
from queue_app.models import Office
from tests.domain.test_monitoring import a_day
from tests.office import Desk
from tests.routes.browsing import Person

PAGE = "/supervisor/offices"


@pytest.fixture
def citra(app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Person:
    a_day(desk, 7)
    with desk.db.write() as session:
        session.add(Office(slug="kosong", name="Kantor <Kosong>", address="", timezone="Asia/Jakarta"))
    monkeypatch.setattr(clock, "now", lambda: desk.now)
    return Person(app, "supervisor")


def test_an_office_without_data_stands_beside_one_that_has_some(citra: Person) -> None:
    citra.open(PAGE)
    assert "Kantor &lt;Kosong&gt;" in citra.page
    assert "petugas1" not in citra.page
    text = citra.client.get(f"{PAGE}/waits.csv").get_data(as_text=True)
    rows = {row[0]: row[1:] for row in csv.reader(io.StringIO(text))}
    assert rows["Kantor <Kosong>"] == ["0", "", ""]
    assert rows["Disdukcapil Senapelan"] == ["6", "7.0", "7.0"]
    assert citra.client.get(f"{PAGE}/speed.png").data.startswith(b"\x89PNG")


def test_what_cannot_be_had_is_said(app: Flask, citra: Person) -> None:
    assert citra.open(f"{PAGE}?period=never").status_code == 422
    assert citra.client.get(f"{PAGE}/nothing.csv").status_code == 404
    assert Person(app, "petugas1").client.get(PAGE).status_code == 403
