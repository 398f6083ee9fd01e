"""The auditor finds a visit, reads it as a story, and sees whether the log is whole."""

import re
from html import unescape

import pytest
from flask import Flask

from queue_app import claims, tickets
from queue_app.complaints import filing
from queue_app.complaints.filing import Filed
from queue_app.complaints.record import Deed
from queue_app.models import Role, Subject, Ticket, User, WaitForecast
from queue_app.personal import Holder
from queue_app.routes import audit_parts
from tests.audit.tampering import tamper
from tests.office import Desk
from tests.routes.browsing import Person


def auditor(app: Flask, desk: Desk) -> Person:
    with desk.db.write() as session:
        office = desk.office(session)
        session.add(User(username="auditor", display_name="Auditor", role=Role.AUDITOR, office_id=office.id))
    return Person(app, "auditor")


def test_a_visit_is_told_from_end_to_end_without_who_it_was(app: Flask, desk: Desk) -> None:
    desk.open()
    ticket = desk.join("A", holder=Holder("Nama Rahasia", "081234567890"))
    called = desk.call_next()
    assert called is not None
    held = desk.act(tickets.hold, desk.act(tickets.start, called), "Sistem pusat lambat")
    desk.wait(minutes=9)
    done = desk.act(tickets.finish, desk.act(tickets.resume, held))
    numbers = dict.fromkeys(("rolled_low_s", "rolled_median_s", "rolled_high_s", "head_s", "last_s", "own_last_s"), 1.0)
    with desk.db.write() as session:
        forecast = {"at": desk.now, "turn": 1, "low_s": 300, "median_s": 400, "high_s": 840, "recent_s": 1}
        row = {"office_id": done.office_id, "ticket_id": done.id, "service_id": done.service_id}
        session.add(WaitForecast(**row, **forecast, **numbers, ahead=1, own_ahead=1, busy=1))
        filed = Filed(Subject.WAIT, "Menunggu sangat lama sekali.", "Nama Rahasia")
        filing.about_ticket(session, desk.vault, session.get_one(Ticket, done.id), filed, Deed(desk.now, "k"))
        claims.flag(session, desk.user(session, "petugas1"), done.public_id, done.version, desk.now, "listrik padam")
    person = auditor(app, desk)
    assert person.open("/supervisor/audit").status_code == 200
    assert person.open(f"/supervisor/audit?q={ticket.label.lower()}").request.path.endswith(ticket.public_id)
    for words in (
        "Nomor diambil di kantor untuk Akta kelahiran.",
        "Dipanggil ke loket 1.",
        "Layanan ditahan di loket 1.",
        "Sistem pusat lambat",
        "Selesai di loket 1: Layanan selesai.",
        "perkiraan tunggu 5–14 menit",
        "Pengaduan P-0001",
        "Waktu yang tercatat dibantah.",
        "baris catatan cocok dengan sidiknya",
    ):
        assert words in person.page, words
    assert "Rahasia" not in person.page
    assert "sangat lama" not in person.page
    tamper(desk.db, f"UPDATE event SET reason = 'lain' WHERE ticket_id = {done.id} AND action = 'start'")
    person.open(f"/supervisor/audit/{ticket.public_id}")
    assert "tidak cocok dengan sidiknya: pernah diubah" in person.page


def test_it_says_whether_the_log_is_whole(app: Flask, desk: Desk) -> None:
    desk.join()
    person = auditor(app, desk)
    person.open("/supervisor/audit?check=1")
    assert "Utuh: tidak ada baris" in person.page
    tamper(desk.db, "DELETE FROM event")
    person.open("/supervisor/audit?check=1")
    assert "rusak pada baris 1" in person.page


def test_what_it_cannot_find_or_read(app: Flask, desk: Desk) -> None:
    person = auditor(app, desk)
    assert "Tidak ada kunjungan" in person.open("/supervisor/audit?q=Z-999").get_data(as_text=True)
    assert person.open("/supervisor/audit?q=A-001&date=kemarin").status_code == 422
    assert person.open("/supervisor/audit/nowhere").status_code == 404
    assert Person(app, "petugas1").open("/supervisor/audit").status_code == 403


def test_a_long_check_goes_on_part_by_part(app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_parts, "ROWS", 2)
    for _ in range(5):
        desk.join()
    person = auditor(app, desk)
    person.open("/supervisor/audit?check=1")
    assert "Sudah 2 dari 5 baris" in person.page
    assert "Utuh" not in person.page
    places = []
    while found := re.search(r'data-next="([^"]+)"', person.page):
        places.append(unescape(found[1]))
        person.open(places[-1])
    assert len(places) == 2
    assert "Utuh: tidak ada baris" in person.page
    tamper(desk.db, "UPDATE event SET reason = 'lain' WHERE seq = 4")
    person.open(places[0])
    assert "rusak pada baris 4" in person.page


def test_nobody_is_sent_a_check_that_passes_rows_over(app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_parts, "ROWS", 2)
    for _ in range(3):
        desk.join()
    person, other = auditor(app, desk), Person(app, "supervisor")
    person.open("/supervisor/audit?check=1")
    found = re.search(r'data-next="([^"]+)"', person.page)
    assert found is not None
    place = unescape(found[1])
    for who, path in ((other, place), (person, place[:-1]), (person, "/supervisor/audit?check=1&after=x")):
        answer = who.open(path)
        assert answer.request.full_path.rstrip("?") == "/supervisor/audit?check=1", path
        assert "Sudah 2 dari 3 baris" in who.page
