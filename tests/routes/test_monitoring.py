"""The monitoring page: charts with their files, annotations, signals, questions; bad input is answered and kept."""

from datetime import timedelta

import pytest
from flask import Flask

from queue_app import clock, monitoring, tickets
from tests.domain.test_monitoring import DAYS, a_day
from tests.office import Desk
from tests.routes.browsing import Person

PAGE = "/supervisor/monitoring"


@pytest.fixture
def citra(app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Person:
    desk.now = desk.now.replace(hour=3) - timedelta(days=DAYS)
    for day in range(DAYS):
        a_day(desk, 25 if day == DAYS - 1 else 5 + day % 2)
    monkeypatch.setattr(clock, "now", lambda: desk.now)
    return Person(app, "supervisor")


def test_the_page_says_what_was_unusual_and_it_can_be_noted(citra: Person, desk: Desk) -> None:
    monitoring.watch(desk.db, desk.now)
    citra.open(PAGE)
    assert citra.page.count("chart-panel") == 8
    assert citra.has(f"{PAGE}/signals/1/seen")
    citra.press(f"{PAGE}/signals/1/seen")
    assert not citra.has(f"{PAGE}/signals/1/seen")
    assert "sudah dilihat: " in citra.page


def test_each_chart_has_a_table_and_a_picture(citra: Person) -> None:
    table = citra.client.get(f"{PAGE}/wait-xmr.csv")
    assert table.get_data(as_text=True).splitlines()[-1].split(",")[2] == "25.0"
    assert citra.client.get(f"{PAGE}/wait-ewma.png").data.startswith(b"\x89PNG")
    assert citra.client.get(f"{PAGE}/nothing.csv").status_code == 404


def test_an_annotation_is_drawn_and_removed(citra: Person, desk: Desk) -> None:
    day = (desk.now - timedelta(days=2)).date().isoformat()
    citra.open(f"{PAGE}?period=30d")
    citra.press(f"{PAGE}/annotations?period=30d", **{"from": day}, kind="training", text="<b>Pelatihan</b> akta")
    assert "&lt;b&gt;Pelatihan" in citra.page
    assert "<b>Pelatihan" not in citra.page
    citra.press(f"{PAGE}/annotations/1/remove?period=30d")
    assert "Pelatihan&lt;/b&gt; akta" not in citra.page


@pytest.mark.parametrize("wrong", [{"from": "kemarin"}, {"text": "x" * 20_000}, {"kind": ""}])
def test_a_refused_annotation_says_why_and_keeps_what_was_typed(citra: Person, wrong: dict[str, str]) -> None:
    citra.open(PAGE)
    form = {"kind": "change", "from": "2026-03-01", "to": "", "text": "Loket baru"} | wrong
    assert citra.send(f"{PAGE}/annotations", form).status_code == 422
    assert 'id="form-problem"' in citra.page
    if "text" not in wrong:
        assert 'value="Loket baru"' in citra.page


def test_calls_without_people_are_asked_about_and_lead_to_the_visits(citra: Person, desk: Desk) -> None:
    desk.now -= timedelta(days=1, hours=-6)
    desk.open("petugas2", 2)
    for _ in range(8):
        desk.join("A")
        called = desk.call_next("petugas2", 2)
        assert called is not None
        desk.act(tickets.no_show, called, officer="petugas2")
    desk.close("petugas2", 2)
    desk.now += timedelta(days=1)
    citra.open(PAGE)
    assert "Panggilan yang ditandai tidak hadir dalam 30 detik: 8 dari 8, petugas lain 0" in citra.page
    citra.open("/supervisor/visits?period=90d&officer=petugas2")
    assert citra.page.count("/supervisor/visits/") == 8


def test_it_is_the_supervisors_alone(app: Flask, citra: Person) -> None:
    assert Person(app, "petugas1").client.get(PAGE).status_code == 403
    citra.open(PAGE)
    assert citra.send(f"{PAGE}/signals/99/seen", {}).status_code == 404
