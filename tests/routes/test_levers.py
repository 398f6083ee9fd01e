"""The supervisor's levers by page: with a reason, said everywhere, taken back, and for supervisors alone."""

import pytest
from flask import Flask

from queue_app import alerts, clock
from queue_app.lifecycle import TicketState
from tests.office import Desk
from tests.routes.browsing import Person
from tests.routes.test_reception import text_of


@pytest.fixture(autouse=True)
def _the_tests_clock(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(clock, "now", lambda: desk.now)


@pytest.fixture
def citra(app: Flask) -> Person:
    person = Person(app, "supervisor")
    person.open("/supervisor")
    return person


def test_a_paused_service_is_said_to_officers_and_citizens_until_it_is_opened(
    app: Flask, citra: Person, desk: Desk
) -> None:
    ticket, citizen, officer = desk.join("A"), Person(app), Person(app, "petugas1")
    citra.press("/supervisor/pause", service="A", reason="power", detail="ruang depan")
    assert "Layanan A dijeda" in text_of(citra.page)
    assert "Dijeda Buka lagi sejak 09:00, Supervisor · Listrik padam: ruang depan" in text_of(citra.page)
    citizen.open(f"/t/{ticket.public_id}")
    assert "Layanan ini sedang dijeda" in text_of(citizen.page)
    desk.open()
    citizen.open("/o/senapelan")
    assert "sedang dijeda" in citizen.page
    assert "datang sekarang" not in citizen.page
    citizen.open("/o/senapelan/A")
    assert "belum ada yang dipanggil" in text_of(citizen.page)
    officer.open("/desk")
    assert "Layanan A sedang dijeda" in text_of(officer.page)
    citra.press("/supervisor/resume", "'A'")
    assert "Dijeda" not in citra.page


def test_stopped_numbers_are_said_where_numbers_are_taken(app: Flask, citra: Person, desk: Desk) -> None:
    citizen, booked = Person(app), desk.book("A", slot=600)
    citra.press("/supervisor/stop", service="", reason="full")
    assert "Kantor tidak memberi nomor baru hari ini." in citra.page
    citizen.open("/o/senapelan")
    assert "Hari ini tidak ada nomor baru" in text_of(citizen.page)
    citizen.open("/o/senapelan/A")  # a day that can be had is chosen
    assert 'aria-current="date"' in citizen.page
    assert f'name="day" value="{desk.now.date()}"' not in citizen.page
    assert "24 Nov dihentikan" in text_of(citizen.page)
    slots = f"/api/v1/offices/senapelan/services/A/slots?date={desk.now.date()}"
    assert {slot["remaining"] for slot in app.test_client().get(slots).json["slots"]} == {0}
    citizen.open(f"/o/senapelan/A?date={desk.now.date()}")
    assert "tidak memberi nomor baru lagi" in text_of(citizen.page)
    assert 'name="slot"' not in citizen.page
    citizen.open(f"/t/{booked.public_id}/reschedule")  # on its own day it needs no new number
    assert 'name="slot"' in citizen.page
    citra.press("/supervisor/restart")
    assert "Kantor tidak memberi nomor baru hari ini." not in citra.page


def test_a_message_is_sent_once_shown_and_taken_back(app: Flask, citra: Person, desk: Desk) -> None:
    ticket, citizen = desk.join("A"), Person(app)
    form = citra.form("/supervisor/announce").fields
    for _ in range(2):
        citra.send("/supervisor/announce", {**form, "text": "Listrik <padam>", "service": "", "minutes": "60"})
    citizen.open(f"/t/{ticket.public_id}")
    assert citizen.page.count("Listrik &lt;padam&gt;") == 1
    citra.press("/supervisor/take-back")
    citizen.open(f"/t/{ticket.public_id}")
    assert "padam" not in citizen.page


def test_somebody_and_everybody_is_moved(citra: Person, desk: Desk) -> None:
    first, second = desk.join("A"), desk.join("A")
    citra.press("/supervisor/move", ticket="a1", service="B", reason="wrong")
    assert "A-001 menunggu layanan B." in citra.page
    citra.press("/supervisor/move-all", service="A", to="C", reason="staff")
    assert "1 orang dipindahkan." in citra.page
    with desk.db.read() as session:
        places = [desk.service(session, code).id for code in "BC"]
    assert [desk.fresh(each).service_id for each in (first, second)] == places


def test_the_day_is_closed_after_a_look_at_whom_it_ends(citra: Person, desk: Desk) -> None:
    ticket = desk.join("A")
    citra.open("/supervisor/close-day")
    assert "1 menunggu" in text_of(citra.page)
    citra.press("/supervisor/close-day", reason="power")
    assert "1 nomor berakhir" in citra.page
    assert desk.fresh(ticket).state is TicketState.EXPIRED
    citra.open("/supervisor/close-day")
    assert "sudah ditutup pukul 09:00" in citra.page


def test_an_alert_is_acknowledged(citra: Person, desk: Desk) -> None:
    desk.change_office(alert_queue_length=1)
    desk.join("A")
    alerts.watch(desk.db, desk.now)
    citra.open("/supervisor")
    assert "Akta kelahiran: 1 orang menunggu." in citra.page
    citra.press("/supervisor/acknowledge")
    assert "diketahui Supervisor" in citra.page


@pytest.mark.parametrize(
    ("lever", "typed", "status", "said"),
    [
        ("pause", {"service": "A"}, 422, "Tuliskan alasannya."),
        ("pause", {"service": "Z", "reason": "power"}, 404, "Layanan ini tidak ada"),
        ("announce", {"text": "  ", "minutes": "60"}, 422, "Tulis pesannya."),
        ("announce", {"text": "x" * 200, "minutes": "60"}, 422, "Pesan terlalu panjang: 200 huruf"),
        ("move", {"ticket": "A-009", "service": "B", "reason": "wrong"}, 404, "Hari ini tidak ada nomor A-009"),
        ("move", {"ticket": "??", "service": "B", "reason": "wrong"}, 422, "Pindai kode QR"),
        ("move-all", {"service": "A", "to": "A", "reason": "wrong"}, 422, "Pilih layanan tujuan yang lain."),
        ("end-shift", {"counter": "x", "reason": "staff"}, 404, "Loket itu tidak ada"),
        ("take-back", {"announcement": "77"}, 404, "Pesan itu tidak ada"),
        ("acknowledge", {"alert": "x"}, 404, "Peringatan itu tidak ada"),
    ],
)
def test_a_refusal_shows_the_lever_as_it_was_left(
    citra: Person, lever: str, typed: dict[str, str], status: int, said: str
) -> None:
    assert citra.send(f"/supervisor/{lever}", typed).status_code == status
    assert said in text_of(citra.page)
    assert typed.get("text", "") in citra.page


def test_officers_pull_no_levers(app: Flask, desk: Desk) -> None:
    officer = Person(app, "petugas1")
    officer.open("/reception")
    for lever in ("pause", "resume", "stop", "restart", "announce", "take-back", "move", "move-all", "end-shift"):
        assert officer.send(f"/supervisor/{lever}", {"service": "A", "reason": "power"}).status_code == 403
    for path in ("/supervisor/close-day", "/supervisor/pause"):
        assert officer.open(path).status_code == 403
    assert desk.events() == []
