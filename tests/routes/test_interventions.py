"""Before and after on pages, in files and for programs: plan first, then results; nothing of two officers goes out."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from queue_app import accounts, clock, documents
from tests.office import Desk
from tests.past_office import remember
from tests.routes.browsing import Person

LIST = "/supervisor/interventions"
API = "/api/v1/offices/senapelan/interventions"


@pytest.fixture(autouse=True)
def _the_tests_clock(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(clock, "now", lambda: desk.now)


@pytest.fixture
def citra(app: Flask) -> Person:
    return Person(app, "supervisor")


def plan(desk: Desk, **more: str) -> dict[str, str]:
    began = (desk.now - timedelta(days=40)).date().isoformat()
    return {"name": "Pelatihan akta", "kind": "training", "start_day": began, "done": "Dua hari."} | more


def seen(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page[page.index("<main") :]).replace("\xa0", " ").split())


def test_a_plan_comes_first_and_then_plain_words_charts_and_files(
    citra: Person, desk: Desk, tmp_path: Path, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember(desk, tmp_path, days=100, changed=40, factor=0.6)
    citra.open(LIST)
    citra.press(LIST, **plan(desk, group="services", services="1", control="others", primary="speed", expected="-30"))
    assert "Hasil belum dibuka" in citra.page
    assert "Lebih cepat" not in citra.page
    assert citra.client.get(f"{LIST}/1/speed.csv").status_code == 409
    citra.press(f"{LIST}/1/see")
    said = seen(citra.page)
    assert re.search(r"Waktu layanan indikator utama Lebih cepat (3\d|4\d) % \(3\d sampai 4\d %\)\.", said), said[:900]
    assert "Yang diharapkan, turun 30 %, terbukti." in said
    assert re.search(r"Waktu tunggu ikut dilihat Tidak ada pengaruh yang jelas", said)
    assert "Kepuasan masyarakat ikut dilihat Tidak ada data. Itu bukan nol." in said
    assert "Lebih cepat belum tentu baik: belum dapat dinilai" in said
    assert "Uji tanggal semu: terlihat perubahan pada 0 dari" in said
    assert citra.page.count("chart-panel") == 2
    table = citra.client.get(f"{LIST}/1/speed.csv").get_data(as_text=True).splitlines()
    assert len(table) == 1 + sum((desk.now - timedelta(days=back)).weekday() < 5 for back in range(1, 101))
    assert citra.client.get(f"{LIST}/1/speed.png").data.startswith(b"\x89PNG")
    assert citra.client.get(f"{LIST}/1/luck.csv").status_code == 404
    printed: list[str] = []
    monkeypatch.setattr(documents, "to_pdf", lambda html: printed.append(html) or b"%PDF")
    assert citra.client.get(f"{LIST}/1.pdf").data == b"%PDF"
    assert "terbukti" in printed[0]
    assert printed[0].count("<svg") == 2
    again = plan(desk, group="services", services="1", control="others", primary="speed", washout="2")
    citra.press(f"{LIST}/1/change", **again, reason="Hari pelatihan ikut terhitung.")
    assert "Rencana diubah 1 kali sesudah hasilnya dibuka" in citra.page
    citra.press(f"{LIST}/1/close", conclusion="Dilanjutkan ke layanan lain.")
    assert "Dilanjutkan ke layanan lain." in citra.page
    assert "ditutup" in seen(citra.open(LIST).get_data(as_text=True))

    with desk.db.write() as session:
        token = accounts.create_token(session, "supervisor", desk.now)
    answer = app.test_client().get(f"{API}/1", headers={"Authorization": f"Bearer {token}"}).get_json()
    assert answer["state"] == "closed"
    assert answer["effects"]["speed"]["verdict"] == "lower"
    assert answer["effects"]["speed"]["regression"]["high"] < -30
    told = app.test_cli_runner().invoke(args=["metrics", "effect", "--office", "senapelan", "--intervention", "1"])
    assert re.search(r"speed +-[34]\d\.\d \(-[34]\d\.\d to -3\d\.\d\) .* lower \(\d+ and \d+ days\)", told.output), (
        told.output
    )
    assert answer["effects"]["satisfaction"] == answer["effects"]["satisfaction"] | {"verdict": None, "why": "no_data"}


def test_figures_of_two_officers_stay_on_the_page(citra: Person, desk: Desk, tmp_path: Path, app: Flask) -> None:
    remember(desk, tmp_path, days=80, changed=35, factor=0.6, officers=2)
    citra.open(LIST)
    citra.press(LIST, **plan(desk, primary="speed"))
    citra.press(f"{LIST}/1/see")
    assert "Angka ini tentang kurang dari 3 petugas" in citra.page
    assert "speed.csv" not in citra.page
    for file in ("speed.csv", "speed.png"):
        assert citra.client.get(f"{LIST}/1/{file}").status_code == 403
    assert citra.client.get(f"{LIST}/1.pdf").status_code == 403
    with desk.db.write() as session:
        token = accounts.create_token(session, "supervisor", desk.now)
    refused = app.test_client().get(f"{API}/1", headers={"Authorization": f"Bearer {token}"})
    assert (refused.status_code, refused.get_json()["code"]) == (403, "few_officers")


def test_bad_input_is_answered_and_kept_and_officers_stay_outside(citra: Person, desk: Desk, app: Flask) -> None:
    citra.open(LIST)
    for wrong in (
        {"start_day": "kemarin"},
        {"washout": "banyak"},
        {"expected": "nan"},
        {"primary": "luck"},
        {"group": "services", "services": "1x"},
        {"kind": "magic"},
    ):
        assert citra.send(LIST, plan(desk, primary="speed") | wrong).status_code == 422
        assert 'value="Pelatihan akta"' in citra.page
        assert 'id="form-problem"' in citra.page
    citra.press(LIST, **plan(desk, primary="speed", start_day="2026-12-24"))
    assert "belum mulai" in citra.page
    told = app.test_cli_runner().invoke(args=["metrics", "effect", "--office", "senapelan", "--intervention", "1"])
    assert (told.exit_code, "not been opened" in told.output) == (1, True)
    assert citra.send(f"{LIST}/1/see", {}).status_code == 409
    assert citra.send(f"{LIST}/1/close", {"conclusion": "Selesai"}).status_code == 409
    assert citra.open(f"{LIST}/2").status_code == 404
    assert Person(app, "petugas1").client.get(LIST).status_code == 403
    assert Person(app).client.get(LIST).status_code == 302
