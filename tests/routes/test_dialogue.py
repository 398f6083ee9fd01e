"""The performance dialogue's pages: both sides, what is frozen, and what is taken along."""

import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from queue_app import clock
from queue_app.models import Dialogue, Feedback, Office
from tests.office import Desk
from tests.routes.browsing import Person

LIST = "/supervisor/dialogue?span=month&start=2026-11-01"


@pytest.fixture(autouse=True)
def _the_tests_clock(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(clock, "now", lambda: desk.now)


@pytest.fixture
def ana(app: Flask) -> Person:
    return Person(app, "petugas1")


@pytest.fixture
def budi(app: Flask) -> Person:
    return Person(app, "petugas2")


@pytest.fixture
def citra(app: Flask) -> Person:
    return Person(app, "supervisor")


def seen(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page[page.index("<main") :]).split())


def served_and_asked(desk: Desk) -> None:
    """Forty visits of petugas1 with good answers, beside a colleague's."""
    desk.open()
    desk.open("petugas2", 2)
    for n in range(40):
        ticket = desk.serve(minutes=4 + n % 3)
        desk.serve("A", "petugas2", 2, minutes=4 + n % 3)
        with desk.db.write() as session:
            session.add(
                Feedback(
                    ticket_id=ticket.id,
                    office_id=ticket.office_id,
                    service_id=ticket.service_id,
                    officer_id=desk.user(session, "petugas1").id,
                    answers={"satisfaction": 4 if n % 5 else 3},
                    created_at=desk.now,
                )
            )


def begun(citra: Person, desk: Desk) -> str:
    """A draft for everybody; the address of petugas1's."""
    citra.open(LIST)
    citra.press("/supervisor/dialogue", "'all'")
    with desk.db.read() as session:
        officer = desk.user(session, "petugas1")
        number = session.scalars(select(Dialogue.id).where(Dialogue.officer_id == officer.id)).one()
    citra.open(f"/supervisor/dialogue/{number}")
    return f"/supervisor/dialogue/{number}"


def test_from_the_draft_to_the_frozen_figures(ana: Person, citra: Person, desk: Desk) -> None:
    served_and_asked(desk)
    page = begun(citra, desk)
    own = page.replace("supervisor", "desk")
    assert ana.open(own).status_code == 404, "a draft is the supervisor's alone"
    citra.press(f"{page}/conduct", level="as", reason="ramah dan tertib")
    citra.press(f"{page}/action", kind="training", text="Pelatihan SIAK", due="2027-01-31")
    citra.press(f"{page}/open")
    ana.open("/desk/dialogue")
    assert f'href="{own}"' in ana.page
    ana.open(own)
    refused = ana.press(f"{own}/answer", text="Pemindai lambat.", agrees="no", acknowledged="")
    assert refused.status_code == 422
    assert "Pemindai lambat." in ana.page, "what was typed is kept"
    ana.press(f"{own}/answer", text="Pemindai lambat.", agrees="no", acknowledged="yes")
    desk.wait(days=14)
    citra.open(page)
    assert "(tidak setuju)" in seen(citra.page)
    assert "Saran: Baik" in seen(citra.page)
    assert citra.press(f"{page}/close", predikat="good").status_code == 422, "the officer does not agree: a reason"
    citra.press(f"{page}/close", predikat="good", reason="sesuai catatan")
    frozen = re.findall(r'data-column="Tercapai">(.*?)</td>', citra.page)
    with desk.db.write() as session:
        for row in session.scalars(select(Feedback).order_by(Feedback.id.desc()).limit(5)):
            session.delete(row)
    ana.open(own)
    assert re.findall(r'data-column="Tercapai">(.*?)</td>', ana.page)[: len(frozen)] == frozen
    assert "Dihitung ulang sekarang, angkanya lain" in ana.page
    assert not ana.has(f"{own}/answer")


def test_nobody_reads_or_changes_a_colleagues(budi: Person, citra: Person, desk: Desk) -> None:
    page = begun(citra, desk)
    citra.press(f"{page}/open")
    own = page.replace("supervisor", "desk")
    budi.open("/desk/dialogue")
    assert own not in budi.page
    for path in (own, f"{own}.pdf", f"{own}.xlsx"):
        assert budi.open(path).status_code == 404
    assert budi.open(page).status_code == 403
    budi.open("/desk/dialogue")
    assert budi.send(f"{own}/note", {"text": "halo", "version": "2"}).status_code == 404
    assert budi.send(f"{page}/close", {"predikat": "poor"}).status_code == 403


@pytest.mark.parametrize(
    ("deed", "typed"),
    [
        ("target", {"result": "Cepat", "indicator": "speed_index", "goal": "banyak"}),
        ("target", {"result": "Cepat", "indicator": "magic", "goal": "3"}),
        ("target", {"result": "a" * 30_000, "indicator": "speed_index", "goal": "3"}),
        ("action", {"kind": "other", "text": "x", "due": "31/12/2026"}),
        ("action", {"kind": "other", "text": "x", "due": "9999-12-31"}),
        ("conduct", {"level": "", "reason": "x"}),
        ("remove", {"target": "99999999999"}),
        ("note", {"text": " "}),
        ("reopen", {"reason": "x"}),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(
    citra: Person, desk: Desk, deed: str, typed: dict[str, str]
) -> None:
    page = begun(citra, desk)
    answer = citra.send(f"{page}/{deed}", {"version": "1", **typed})
    assert 400 <= answer.status_code < 500
    assert 'class="notice notice--error"' in citra.page
    assert "Dialog kinerja" in citra.page


@pytest.mark.parametrize("query", ["span=month&start=x", "span=week&start=2026-11-01", "period=month 2199-01-01"])
def test_a_period_that_cannot_be_had_is_said(citra: Person, query: str) -> None:
    assert citra.open(f"/supervisor/dialogue?{query}").status_code == 422
    assert "Yang tampil: bulan ini." in citra.page


def test_of_two_pages_the_second_is_told_that_it_is_old(citra: Person, desk: Desk) -> None:
    page = begun(citra, desk)
    old = citra.form(f"{page}/conduct").fields
    citra.press(f"{page}/conduct", level="as", reason="tertib")
    refused = citra.send(f"{page}/conduct", {**old, "level": "below", "reason": "lain"})
    assert refused.status_code == 409
    assert "baru saja diubah orang lain" in citra.page
    assert ">lain</textarea>" in citra.page


def test_the_workbook_runs_nothing_and_the_paper_is_a_pdf(citra: Person, desk: Desk) -> None:
    page = begun(citra, desk)
    citra.press(f"{page}/action", kind="other", text='=HYPERLINK("x")', due="2027-01-31")
    book = load_workbook(io.BytesIO(citra.client.get(f"{page}.xlsx").data))
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    assert '\'=HYPERLINK("x")' in [c.value for c in cells]
    assert "f" not in {c.data_type for c in cells}
    heading = [c.value for c in book.worksheets[0][1]]
    assert heading[3:7] == ["Hasil kerja", "Indikator", "Target", "Realisasi"]
    everybody = load_workbook(io.BytesIO(citra.client.get(LIST.replace("?", "/all.xlsx?")).data))
    assert everybody.worksheets[1].max_row == 6
    with desk.db.write() as session:  # a name that is markup stays a name
        session.scalars(select(Office)).one().name = "Kantor <script>"
    paper = citra.client.get(f"{page}.pdf")
    assert paper.mimetype == "application/pdf"
    assert paper.data.startswith(b"%PDF")
    assert "dialog-petugas1-month-2026-11-01.pdf" in paper.headers["Content-Disposition"]


def test_who_left_keeps_the_dialogue_and_an_empty_month_is_not_zero(citra: Person, desk: Desk) -> None:
    page = begun(citra, desk)
    with desk.db.write() as session:
        desk.user(session, "petugas1").active = False
    desk.now += timedelta(days=20)
    citra.open(LIST)
    assert "(sudah tidak bertugas)" in seen(citra.page)
    citra.open(page)
    assert "belum ada data" in seen(citra.page)
    assert "Belum ada saran." in seen(citra.page)
