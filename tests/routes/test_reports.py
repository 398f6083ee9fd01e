"""Monthly reports: asked for once, made in a process of their own, fetched, and marked when their process died."""

import io
import sys
from datetime import date, timedelta

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from queue_app import clock, documents, monthly_program
from queue_app.complaints import steps
from queue_app.config import Config
from queue_app.errors import QueueError
from queue_app.models import ComplaintStep, JobStatus, ReportJob, Resolution, Subject
from queue_app.reports import jobs, maker
from queue_app.reports.maker import Maker, Program, folder
from queue_app.routes import monthly
from tests.domain.complaining import NAME, Case
from tests.office import Desk
from tests.routes.browsing import Person

PAGE = "/supervisor/reports"


@pytest.fixture(autouse=True)
def _the_tests_clock(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(clock, "now", lambda: desk.now)


@pytest.fixture
def citra(app: Flask) -> Person:
    return Person(app, "supervisor")


def all_jobs(desk: Desk) -> list[ReportJob]:
    with desk.db.read() as session:
        return list(session.scalars(select(ReportJob).order_by(ReportJob.id)))


def a_day(desk: Desk) -> None:
    desk.open()
    desk.open("petugas2", 2)
    for n in range(12):
        desk.serve("AB"[n % 2], minutes=4 + n % 5)
        desk.serve("AB"[n % 2], "petugas2", 2, minutes=5 + n % 5)
    desk.wait(days=10)


def test_a_report_is_made_once_and_fetched(
    app: Flask, citra: Person, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_day(desk)
    with desk.db.write() as session:
        desk.user(session, "petugas2").display_name = '=HYPERLINK("x") <b>Budi</b>'
        desk.user(session, "petugas2").active = False
    citra.open(PAGE)
    for _ in range(2):  # a doubled click
        citra.press(PAGE, "month", month="2026-11", language="id")
    assert len(all_jobs(desk)) == 1
    assert "data-live" in citra.page
    with desk.db.write() as session:
        taken = jobs.claim(session, desk.now)
        assert jobs.claim(session, desk.now) is None
    assert taken is not None
    papers: list[str] = []
    make_pdf = documents.to_pdf
    monkeypatch.setattr(documents, "to_pdf", lambda page: (papers.append(page), make_pdf(page))[1])
    monthly_program.make(app, *taken)
    citra.open(PAGE)
    assert "data-live" not in citra.page
    paper = citra.client.get(f"{PAGE}/{taken[0]}.pdf")
    assert paper.data.startswith(b"%PDF")
    assert "&lt;b&gt;Budi&lt;/b&gt;" in papers[0]
    for title in ("Kecepatan: dalam waktu standar", "Ketepatan: selesai sekali datang", "Kepuasan: menjawab puas"):
        assert title in papers[0], "the three stand together"
    assert "<svg" in papers[0]
    assert "Lampiran: cara menghitung" in papers[0]
    book = load_workbook(io.BytesIO(citra.client.get(f"{PAGE}/{taken[0]}.xlsx").data))
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    assert "f" not in {c.data_type for c in cells}
    assert any(str(c.value).startswith("'=HYPERLINK") for c in cells)


def test_an_empty_month_has_no_data_and_not_zero(app: Flask, desk: Desk) -> None:
    with app.test_request_context(), desk.db.read() as session:
        page = monthly.paper(monthly.read(session, desk.office(session), date(2026, 3, 1), desk.now))
    assert "Belum ada data pada bulan ini. Itu bukan nol." in page
    assert "0 %" not in page.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("month", ["2027-01", "2026-13", "x", "", "0001-01"])
def test_a_month_that_cannot_be_is_refused(citra: Person, desk: Desk, month: str) -> None:
    citra.open(PAGE)
    assert citra.press(PAGE, "month", month=month, language="id").status_code == 422
    assert all_jobs(desk) == []


@pytest.mark.parametrize(
    ("program", "reason"),
    [("raise SystemExit(3)", jobs.FAILED), ("import os; os.kill(os.getpid(), 9)", jobs.FAILED)],
)
def test_a_process_that_fails_is_said_and_can_be_tried_again(
    config: Config, citra: Person, desk: Desk, program: str, reason: str
) -> None:
    citra.open(PAGE)
    citra.press(PAGE, "month", month="2026-10", language="id")
    Maker(desk.db, config, lambda: desk.now, Program((sys.executable, "-c", program))).work(desk.now)
    (job,) = all_jobs(desk)
    assert (job.status, job.reason) == (JobStatus.FAILED, reason)
    citra.open(PAGE)
    assert "Gagal dibuat." in citra.page
    assert citra.client.get(f"{PAGE}/{job.id}.pdf").status_code == 404
    citra.press(PAGE, "'language': 'id'")  # of what failed; above is chosen anew
    assert [job.status for job in all_jobs(desk)] == [JobStatus.FAILED, JobStatus.QUEUED]


def test_a_program_is_ended_when_its_own_time_is_over(
    config: Config, citra: Person, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check of a large workbook may take longer than a report, so each has a time of its own."""
    monkeypatch.setattr(maker, "SIGN_OF_LIFE_S", 0.1)
    assert maker.PROGRAMS["import"].longest_s > maker.PROGRAMS[jobs.MONTHLY].longest_s
    words = (sys.executable, "-c", "import time; time.sleep(1)")
    for longest_s, status in ((0.2, JobStatus.FAILED), (30.0, JobStatus.RUNNING)):
        citra.open(PAGE)
        citra.press(PAGE, "month", month="2026-10", language="id")
        Maker(desk.db, config, lambda: desk.now, Program(words, longest_s)).work(desk.now)
        job = all_jobs(desk)[-1]
        assert (job.status, job.reason) == (status, jobs.TOO_LONG if status is JobStatus.FAILED else None)


def test_what_nobody_makes_any_more_is_marked(citra: Person, desk: Desk) -> None:
    citra.open(PAGE)
    citra.press(PAGE, "month", month="2026-10", language="id")
    with desk.db.write() as session:
        taken = jobs.claim(session, desk.now)
        jobs.fail_the_dead(session, desk.now + timedelta(seconds=50))
    assert taken is not None
    assert all_jobs(desk)[0].status is JobStatus.RUNNING
    with desk.db.write() as session:
        jobs.fail_the_dead(session, desk.now + timedelta(seconds=70))
        assert not jobs.done(session, *taken, desk.now), "who comes back too late changes nothing"
    citra.open(PAGE)
    assert "Pembuatnya berhenti di tengah jalan." in citra.page


def test_old_reports_are_removed_with_their_files_and_so_are_files_of_no_report(
    config: Config, citra: Person, desk: Desk
) -> None:
    keep = folder(config)
    keep.mkdir(parents=True, exist_ok=True)
    citra.open(PAGE)
    ids = []
    for month in ("2026-09", "2026-10"):
        citra.press(PAGE, "month", month=month, language="id")
        with desk.db.write() as session:
            taken = jobs.claim(session, desk.now)
            assert taken is not None
            assert jobs.done(session, *taken, desk.now)
        ids.append(taken[0])
        desk.wait(days=200)
    files = [keep / f"{one}.{form}" for one in ids for form in ("pdf", "xlsx")]
    for path in (*files, keep / "999.pdf", keep / f"{ids[0]}.pdf.part"):
        path.write_bytes(b"%PDF")
    desk.wait(days=1)
    Maker(desk.db, config, lambda: desk.now).forget(desk.now)
    assert sorted(keep.iterdir()) == sorted(files[2:])
    assert [job.id for job in all_jobs(desk)] == ids[1:]


def test_the_complaints_of_the_month_stand_in_paper_and_workbook(app: Flask, desk: Desk) -> None:
    case = Case(desk)
    case.file(subject=Subject.INFORMATION)
    case.take(ComplaintStep.ASSIGN)
    case.staff(steps.decide, Resolution.UPHELD, "Sudah diperiksa.")
    case.file(subject=Subject.WAIT)
    with app.test_request_context(), desk.db.read() as session:
        read = monthly.read(session, desk.office(session), date(2026, 11, 1), desk.now)
        page, book = monthly.paper(read), load_workbook(io.BytesIO(monthly.workbook(read)))
    assert "Informasi yang keliru atau tidak jelas" in page
    assert NAME not in page
    (rows,) = [list(sheet.iter_rows(values_only=True)) for sheet in book if sheet["A1"].value == "Perihal"]
    assert ("Seluruhnya", 2, 1, 0, 0, 0, 1, 0) in rows


def test_only_the_own_office_oversees_reports(app: Flask, citra: Person) -> None:
    assert Person(app, "petugas1").open(PAGE).status_code == 403
    assert citra.open(f"{PAGE}/999.pdf").status_code == 404


def test_a_paper_that_hangs_is_ended_and_reaches_nothing() -> None:
    with pytest.raises(QueueError, match="document_failed"):
        documents.to_pdf("<p>x</p>", longest_s=0.01)
    made = documents.to_pdf('<p>Antrean</p><img src="file:///etc/hostname"><img src="http://127.0.0.1:9/x">')
    assert made.startswith(b"%PDF")
