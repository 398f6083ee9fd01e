"""The pages of moving in, as the administrator goes through them, with the program that works beside the server."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from metrics.periods import Period
from metrics.visit import Visit
from queue_app import clock, history, history_import, moving_program, visit_days
from queue_app.audit import verify
from queue_app.complaints import filing
from queue_app.complaints.filing import Filed
from queue_app.complaints.record import Deed
from queue_app.config import Config
from queue_app.models import (
    ConfigurationChange,
    Counter,
    Event,
    JobStatus,
    PastImport,
    ReportJob,
    Service,
    Subject,
    Ticket,
    User,
)
from queue_app.moving_in import keeping
from queue_app.reports import jobs
from queue_app.routes import moving as pages
from tests.moving.foreign import ROWS, csv_of, fqm_of, workbook_of
from tests.office import Desk
from tests.routes.browsing import Person

PAGE = "/manage/import"
COLUMNS = {"day": 0, "arrived": 1, "started": 2, "ended": 3, "service": 4, "officer": 5, "counter": 6, "outcome": 7}
HOW = {"header": "1", "zone": "Asia/Jakarta", "dates": "dmy", **{f"column-{k}": str(v) for k, v in COLUMNS.items()}}


@pytest.fixture
def now() -> datetime:
    """A Tuesday, 09:00, the month after the files: of each day since, an import counts who came, and be it nobody."""
    return datetime(2026, 4, 7, 2, 0, tzinfo=UTC)


@pytest.fixture
def admin(app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Person:
    monkeypatch.setattr(clock, "now", lambda: desk.now)
    # As in the server: beside the request, where nothing of Flask is known.
    monkeypatch.setattr(pages, "in_thread", lambda work: ThreadPoolExecutor(1).submit(work).result())
    app.config.update(WTF_CSRF_ENABLED=False)
    return Person(app, "admin")


def give(admin: Person, path: Path, kind: str) -> TestResponse:
    form = {"kind": kind, "file": (io.BytesIO(path.read_bytes()), path.name)}
    return admin.client.post(PAGE, data=form, content_type="multipart/form-data")


def given(admin: Person, path: Path, kind: str = "csv") -> str:
    answer = give(admin, path, kind)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def send(admin: Person, address: str, **form: Any) -> TestResponse:
    answer = admin.client.post(address, data=form)
    assert answer.status_code == 303, answer.text
    return answer


def work(desk: Desk, config: Config, at_most_s: float = 60.0) -> JobStatus:
    with desk.db.write() as session:
        taken = jobs.claim(session, desk.now)
    assert taken is not None
    moving_program.make(desk.db, config, *taken, at_most_s)
    with desk.db.read() as session:
        return session.get_one(ReportJob, taken[0]).status


def imported(admin: Person, desk: Desk, config: Config, path: Path, kind: str = "csv", how: Any = None) -> str:
    address = given(admin, path, kind)
    send(admin, f"{address}/read", **(how or HOW))
    assert work(desk, config) is JobStatus.DONE
    send(admin, f"{address}/bring")
    assert work(desk, config) is JobStatus.DONE
    return address


def visits(desk: Desk) -> list[Visit]:
    with desk.db.read() as session:
        office = desk.office(session)
        return history.visits(session, office, Period(date(2026, 3, 1), date(2026, 11, 30), office.zone))


def count(desk: Desk, what: Any) -> int:
    with desk.db.read() as session:
        return session.scalar(select(func.count()).select_from(what)) or 0


def is_sound(desk: Desk) -> bool:
    """The chains hold, and what is kept of past days is what the log says."""
    with desk.db.read() as session:
        office = desk.office(session)
        chains = all(found.breach is None for found in verify.check(session, office, None))
        office_id = office.id
    visit_days.fill(desk.db, office_id, desk.now)
    with desk.db.read() as session:
        return chains and visit_days.first_difference(session, desk.office(session))[1] is None


def test_a_file_is_looked_at_read_and_brought_in(admin: Person, desk: Desk, config: Config, tmp_path: Path) -> None:
    path = csv_of(tmp_path / "<b>tamu.csv", [*ROWS, ("03/03/2026", "kapan-kapan", *ROWS[0][2:])])
    before = count(desk, Event)
    address = given(admin, path)
    page = admin.client.get(address).text
    assert "&lt;b&gt;tamu.csv" in page
    assert "Jam Datang" in page
    for field, place in COLUMNS.items():  # guessed from the headings
        chosen = re.search(rf'id="column-{field}".*?<option value="(\d+)" selected', page, re.DOTALL)
        assert chosen is not None, field
        assert int(chosen[1]) == place
    send(admin, f"{address}/read", **HOW)
    assert "data-live" in admin.client.get(address).text
    work(desk, config)
    page = admin.client.get(address).text
    assert "“kapan-kapan” bukan waktu" in page
    assert "Impor 4 baris yang baik" in page
    assert admin.client.get(f"{address}/errors.csv").text.splitlines()[1].startswith("6,Jam Datang,")
    assert (count(desk, Event), visits(desk)) == (before, [])
    # Sari is petugas1 here, counter 2 is left out, the services are new.
    send(admin, f"{address}/bring", **{"officers-1": "petugas1", "counters-1": "-"})
    work(desk, config)
    first, left, absent, last = visits(desk)
    assert (first.officer, first.counter, first.serve_s, first.end) == ("petugas1", 1, 600, "finished")
    assert (left.end, absent.end, absent.counter) == ("abandoned", "no_show", None)
    assert last.service == "Akta"
    with desk.db.read() as session:
        budi = session.scalars(select(User).where(User.display_name == "Budi")).one()
        made = session.scalars(select(Service).where(Service.code.in_(["KTP", "Akta"]))).all()
        assert (budi.active, budi.password_hash, [one.active for one in made]) == (False, None, [False, False])
        note = session.scalars(select(ConfigurationChange).where(ConfigurationChange.subject.like("import:%"))).one()
        assert note.after["tickets"] == 4
    assert "4" in admin.client.get(address).text
    assert not [path for path in keeping.folder(config.instance_dir).iterdir() if path.suffix != ".errors"]
    assert is_sound(desk)


def test_what_is_undone_is_in_no_figure_and_may_come_again(
    admin: Person, desk: Desk, config: Config, tmp_path: Path
) -> None:
    path = csv_of(tmp_path / "tamu.csv")
    address = imported(admin, desk, config, path)
    whole = visits(desk)
    assert is_sound(desk)
    refused = admin.client.post(f"{address}/undo")
    assert (refused.status_code, len(visits(desk))) == (422, 4)
    rows = count(desk, Event)
    send(admin, f"{address}/undo", sure="1")
    work(desk, config)
    assert visits(desk) == []
    assert count(desk, Event) == rows + 4, "the log only grows"
    assert is_sound(desk)
    assert "Impor ini sudah diurungkan" in admin.client.get(address).text
    imported(admin, desk, config, path)
    assert [(v.arrived_at, v.officer, v.end) for v in visits(desk)] == [(v.arrived_at, v.officer, v.end) for v in whole]
    assert is_sound(desk)


def test_what_a_complaint_is_about_stays(admin: Person, desk: Desk, config: Config, tmp_path: Path) -> None:
    rows = [("03/04/2026", *row[1:]) for row in ROWS]
    address = imported(admin, desk, config, csv_of(tmp_path / "tamu.csv", rows))
    with desk.db.read() as session:
        ticket = session.scalars(select(Ticket).where(Ticket.import_id.is_not(None)).order_by(Ticket.id)).first()
        assert ticket is not None
    with desk.db.write() as session:
        filed = Filed(Subject.WAIT, "Menunggu lama sekali.")
        filing.about_ticket(session, desk.vault, session.merge(ticket), filed, Deed(desk.now, "k1"))
    send(admin, f"{address}/undo", sure="1")
    work(desk, config)
    assert [visit.ticket for visit in visits(desk)] == [ticket.id]
    assert "Tetap tinggal, sebab diadukan atau dibantah" in admin.client.get(address).text


def test_an_import_that_is_killed_goes_on_where_it_broke_off(
    admin: Person, desk: Desk, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_import, "BATCH", 1)
    address = given(admin, csv_of(tmp_path / "tamu.csv"))
    send(admin, f"{address}/read", **HOW)
    work(desk, config)
    send(admin, f"{address}/bring")
    alive = jobs.alive
    calls = []

    def dies(*args: Any) -> bool:
        calls.append(args)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return alive(*args)

    with monkeypatch.context() as patch:
        patch.setattr(jobs, "alive", dies)
        with pytest.raises(KeyboardInterrupt):
            work(desk, config)
    assert len(visits(desk)) == 3
    desk.wait(minutes=2)
    with desk.db.write() as session:
        jobs.fail_the_dead(session, desk.now)
    page = admin.client.get(address).text
    assert "Pekerjaan itu terhenti di tengah" in page
    assert "Lanjutkan impor" in page
    send(admin, f"{address}/bring")
    # Out of time after each batch: the job is put back, and others get their turn.
    assert work(desk, config, at_most_s=0) is JobStatus.QUEUED
    while work(desk, config, at_most_s=0) is JobStatus.QUEUED:
        pass
    assert len(visits(desk)) == 4
    with desk.db.read() as session:
        row = session.scalars(select(PastImport)).one()
        assert (row.made["tickets"], row.made["present"]) == (4, 0)
    assert is_sound(desk)


def test_a_file_of_fqm_is_brought_in(admin: Person, desk: Desk, config: Config, tmp_path: Path) -> None:
    address = imported(admin, desk, config, fqm_of(tmp_path / "data.sqlite"), "fqm", {"zone": "UTC"})
    served, absent, waiting = visits(desk)
    assert (served.end, served.wait_s, served.serve_s, served.counter) == ("finished", 12 * 60, None, 1)
    assert (absent.end, waiting.end) == ("no_show", "abandoned")
    with desk.db.read() as session:
        room = session.scalars(select(Counter).where(Counter.active.is_(False))).all()
    assert room == [], "nobody was served in it"
    assert is_sound(desk)
    send(admin, f"{address}/undo", sure="1")
    work(desk, config)
    assert visits(desk) == []


def test_a_sheet_may_be_another_and_a_refused_form_is_shown_again(
    admin: Person, desk: Desk, config: Config, tmp_path: Path
) -> None:
    address = given(admin, workbook_of(tmp_path / "a.xlsx", ROWS), "xlsx")
    for change, why in (
        ({"zone": "Mars/Olympus"}, "Zona waktu itu tidak dikenal."),
        ({"dates": "?"}, "Pilih bentuk tanggal dari daftar."),
        ({"header": "0"}, "Nomor baris judul tidak mungkin."),
        ({"column-service": ""}, "Pilih kolom untuk waktu datang dan untuk layanan."),
        ({"column-service": "1"}, "Satu kolom dipilih dua kali."),
        ({"column-service": "x'"}, "Pilih kolom dari daftar."),
    ):
        answer = admin.client.post(f"{address}/read", data=HOW | change)
        assert (answer.status_code, why in answer.text) == (422, True), why
    send(admin, f"{address}/read", **HOW | {"header": "40"})
    work(desk, config)
    assert "Tabel ini tidak punya baris 40." in admin.client.get(address).text
    assert admin.client.get(f"{address}?table=Lembar%2099").status_code == 200
    send(admin, f"{address}/read", **HOW)
    work(desk, config)
    assert admin.client.post(f"{address}/bring", data={"services-0": "tidak ada"}).status_code == 422
    send(admin, f"{address}/drop")
    assert admin.client.get(address).status_code == 404
    assert admin.client.post(f"{address}/bring").status_code == 404
    assert list(keeping.folder(config.instance_dir).iterdir()) == []


def test_files_that_are_none_are_refused(admin: Person, config: Config, tmp_path: Path, monkeypatch: Any) -> None:
    nothing = tmp_path / "a.csv"
    nothing.write_bytes(b"")
    for kind in ("csv", "xlsx", "fqm"):
        assert give(admin, nothing, kind).status_code == 422
    nothing.write_bytes(b"\x00\xff" * 300)
    for kind in ("xlsx", "fqm", "theq", "?"):
        assert give(admin, nothing, kind).status_code == 422
    assert admin.client.post(PAGE, data={"kind": "csv"}).status_code == 422
    monkeypatch.setattr(keeping, "LARGEST_BYTES", 10)
    assert "terlalu besar" in give(admin, csv_of(tmp_path / "b.csv"), "csv").text
    assert list(keeping.folder(config.instance_dir).iterdir()) == []


def test_a_file_is_gone_after_a_day(app: Flask, admin: Person, desk: Desk, config: Config, tmp_path: Path) -> None:
    address = given(admin, csv_of(tmp_path / "tamu.csv"))
    keeping.forget_old(desk.db, config.instance_dir, desk.now)
    assert admin.client.get(address).status_code == 200
    desk.wait(days=1, minutes=1)
    keeping.forget_old(desk.db, config.instance_dir, desk.now)
    assert list(keeping.folder(config.instance_dir).iterdir()) == []
    assert Person(app, "admin").client.get(address).status_code == 404, "the session of yesterday is over too"
