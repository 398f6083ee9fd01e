"""The supervisor's pages of satisfaction and accuracy, and what the public and an officer see of them."""

import csv
import io
import json
from datetime import timedelta

import openpyxl
import pytest
from flask import Flask

from metrics.periods import Period
from queue_app import booking, clock, feedback, report, report_files, report_quality
from queue_app.models import Question
from queue_app.survey import form, sample
from tests.office import Desk
from tests.routes.browsing import Person

MEANS = (3.4, 3.3, 3.1, 3.9, 3.3, 3.5, 3.5, 3.2, 3.3)
"""Of ten questionnaires: sum 30.5, value 3.3889, IKM 84.72, class B."""


@pytest.fixture(autouse=True)
def _the_tests_clock(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(clock, "now", lambda: desk.now)


@pytest.fixture
def citra(app: Flask) -> Person:
    return Person(app, "supervisor")


def ten_answers(desk: Desk) -> None:
    """Ten visits of yesterday, all of them asked, with these means."""
    with desk.db.write() as session:
        sample.set_share(session, desk.office(session), "100", desk.now - timedelta(days=1))
    desk.open()
    for person in range(10):
        ticket = desk.serve(minutes=1)
        low = [divmod(round(mean * 10), 10) for mean in MEANS]
        answers = {q: base + (person < more) for q, (base, more) in zip(form.ASKED, low, strict=True)}
        with desk.db.write() as session:
            found = booking.find(session, ticket.public_id, for_change=True)
            form.keep(session, found, answers, {"sex": "female"}, desk.now)
            feedback.give(session, desk.vault, found, {Question.INFORMATION: 3}, None, desk.now)
    desk.close()
    desk.wait(days=1)


def test_the_ikm_stands_on_the_page_in_its_files_and_on_the_public_promise(desk: Desk, citra: Person) -> None:
    ten_answers(desk)
    citra.open("/supervisor/kepuasan?period=7d")
    assert "84,72" in citra.page
    assert "Mutu B, baik" in citra.page
    rows = list(
        csv.DictReader(io.StringIO(citra.client.get("/supervisor/kepuasan/elements.csv").get_data(as_text=True)))
    )
    assert [float(row["Nilai (1 sampai 4)"]) for row in rows] == list(MEANS)
    picture = citra.client.get("/supervisor/kepuasan/services.png?period=7d")
    assert picture.get_data()[:4] == b"\x89PNG"
    public = citra.client.get("/o/senapelan/janji").get_data(as_text=True)
    assert "84,72" in public


def test_no_data_is_not_zero(citra: Person) -> None:
    for page in ("kepuasan", "ketepatan"):
        assert citra.open(f"/supervisor/{page}").status_code == 200
        assert "Itu bukan nol." in citra.page
        assert 'indicator__figure">0' not in citra.page
    assert "IKM" not in citra.client.get("/o/senapelan/janji").get_data(as_text=True)
    assert citra.client.get("/supervisor/kepuasan/elements.png").status_code == 404


def test_accuracy_names_its_parts_and_their_cases(desk: Desk, citra: Person) -> None:
    ten_answers(desk)
    citra.open("/supervisor/ketepatan?period=7d")
    text = citra.client.get("/supervisor/ketepatan/parts.csv?period=7d").get_data(as_text=True)
    rows = {row["Bagian"]: row for row in csv.DictReader(io.StringIO(text))}
    assert rows["Informasi benar dan jelas"]["Kasus"] == rows["Tanpa perbaikan"]["Kasus"] == "10"
    assert rows["Tidak perlu datang lagi"]["Tepat (persen)"] == ""


def test_a_share_is_set_from_tomorrow_and_a_wrong_one_refused_in_words(desk: Desk, citra: Person) -> None:
    citra.open("/supervisor/kepuasan")
    assert citra.press("/supervisor/kepuasan/share", percent="45").status_code == 200
    assert "45 persen kunjungan ditanya lengkap" in citra.page
    assert citra.press("/supervisor/kepuasan/share", percent="banyak").status_code == 422
    assert "Isi angka bulat 0 sampai 100." in citra.page


def test_officers_see_neither_page_but_their_own_figures_when_enough_answered(desk: Desk, app: Flask) -> None:
    officer = Person(app, "petugas1")
    for page in ("kepuasan", "ketepatan"):
        assert officer.client.get(f"/supervisor/{page}").status_code == 403
    officer.open("/desk/figures")
    assert "84,72" not in officer.page
    ten_answers(desk)
    officer.open("/desk/figures")
    assert "84,72" in officer.page
    other = Person(app, "petugas2")
    other.open("/desk/figures")
    assert "84,72" not in other.page


def test_the_report_has_them_beside_the_speed_without_changing_its_own_names(desk: Desk) -> None:
    ten_answers(desk)
    with desk.db.read() as session:
        office = desk.office(session)
        day = desk.now.astimezone(office.zone).date() - timedelta(days=1)
        period = Period(day, day, office.zone)
        speed = report.officers(session, office, period, desk.now)
        quality = report_quality.load(session, office, period, desk.now)
    content = json.loads(report_files.written(speed, "senapelan", "json", quality))
    assert list(content["officers"][0])[:2] == ["officer", "served"]
    assert content["satisfaction"]["office"]["ikm"] == content["satisfaction"]["officers"]["petugas1"]["ikm"] == 84.72
    assert content["satisfaction"]["response"]["unanswered"] == 0
    parts = {part["part"]: part for part in content["accuracy"]["office"]["parts"]}
    assert (parts["information"]["cases"], parts["rework"]["right"]) == (10, None)
    (row,) = csv.DictReader(io.StringIO(report_files.written(speed, "senapelan", "csv", quality).decode()))
    assert (row["officer"], row["ikm"], row["ikm_answers"], row["accuracy"]) == ("petugas1", "84.72", "10", "1.0")
    book = openpyxl.load_workbook(io.BytesIO(report_files.written(speed, "senapelan", "xlsx", quality)))
    assert {"officers", "accuracy", "satisfaction", "method"} <= set(book.sheetnames)
    assert b"Satisfaction (IKM): 84.72, class B" in report_files.written(speed, "senapelan", "table", quality)


@pytest.mark.parametrize("page", ["kepuasan", "ketepatan"])
def test_a_period_that_cannot_be_is_answered_with_a_sentence(citra: Person, page: str) -> None:
    assert citra.open(f"/supervisor/{page}?period=custom&from=2026-11-20&to=2026-11-10").status_code == 422
    assert "Tanggal akhir mendahului tanggal awal." in citra.page
