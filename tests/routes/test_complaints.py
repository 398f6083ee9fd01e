"""Complaints as pages: filed, followed at an address of their own, worked on; the officer never reads who it was."""

import csv
import io
import re

import pytest
from flask import Flask
from openpyxl import load_workbook

from queue_app import clock
from queue_app.models import Ticket
from tests.office import Desk
from tests.routes.browsing import Person

STORY = "Menunggu dua jam tanpa penjelasan."


@pytest.fixture
def served(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Ticket:
    monkeypatch.setattr(clock, "now", lambda: desk.now)
    desk.open()
    return desk.serve(minutes=5)


@pytest.fixture
def citizen(app: Flask) -> Person:
    return Person(app)


def file(citizen: Person, ticket: Ticket, **said: str) -> str:
    """File a complaint about a ticket; the address to which it leads."""
    form = f"/t/{ticket.public_id}/complaint"
    citizen.open(form)
    assert citizen.press(form, **{"subject": "wait", "text": STORY, **said}).status_code == 200
    [address] = set(re.findall(r"/complaint/[\w-]{22}(?=[\"<])", citizen.page))
    return str(address)


def test_it_gets_a_number_and_an_address_and_a_doubled_press_the_same(citizen: Person, served: Ticket) -> None:
    form = f"/t/{served.public_id}/complaint"
    citizen.open(form)
    pressed = {**citizen.form(form).fields, "subject": "wait", "text": STORY}
    for _ in range(2):
        assert citizen.send(form, pressed).status_code == 200
    assert set(re.findall(r"P-\d{4}", citizen.page)) == {"P-0001"}
    assert STORY in citizen.page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": "pendek"}, "paling sedikit 10"),
        ({"subject": "x"}, "Pilih hal"),
        ({"text": "panjang " * 2500}, "paling banyak 4000 huruf"),
        ({"phone": "nol"}, "Nomor telepon tidak benar"),
    ],
)
def test_what_cannot_be_taken_is_shown_again_with_all_that_was_typed(
    citizen: Person, served: Ticket, fields: dict[str, str], words: str
) -> None:
    form = f"/t/{served.public_id}/complaint"
    citizen.open(form)
    typed = {"subject": "wait", "text": STORY, **fields}
    assert citizen.press(form, **typed).status_code == 422
    assert words in citizen.page
    assert typed["text"].strip() in citizen.page


def test_the_ticket_tells_of_it_only_in_the_browser_that_filed_it(app: Flask, citizen: Person, served: Ticket) -> None:
    address = file(citizen, served)
    citizen.open(f"/t/{served.public_id}")
    assert address in citizen.page
    other = Person(app)
    other.open(f"/t/{served.public_id}")
    assert "P-0001" not in other.page
    assert other.open("/complaint/AAAAAAAAAAAAAAAAAAAAAA").status_code == 404


def test_a_step_from_the_wrong_state_is_told_and_nothing_is_lost(citizen: Person, served: Ticket) -> None:
    address = file(citizen, served)
    stale = citizen.form(f"{address}/message").fields
    citizen.press(f"{address}/withdraw")
    assert citizen.send(f"{address}/message", {**stale, "text": "Masih ada lagi."}).status_code == 409
    assert "pengaduan ini sekarang ditutup" in citizen.page
    assert "Masih ada lagi." in citizen.page


MARKER = "Zubaidah"
PRIVATE = (MARKER, "Marpaung", "0812 3456 7890", "081234567890")


def test_from_the_citizen_to_the_supervisor_and_back_and_the_officer_never_reads_who(
    app: Flask, citizen: Person, served: Ticket
) -> None:
    told = f"Saya {MARKER} Marpaung, telepon 0812 3456 7890, menunggu dua jam."
    address = file(citizen, served, text=told, name=f"{MARKER} Marpaung", phone="0812 3456 7890")
    one = "/supervisor/complaints/1"
    boss, officer = Person(app, "supervisor"), Person(app, "petugas1")
    boss.open("/supervisor/complaints?state=RECEIVED&subject=wait")
    assert one in boss.page
    assert MARKER not in boss.page
    boss.open(one)
    assert told in boss.page
    assert "Saya […] […], telepon […], menunggu dua jam." in boss.page
    assert boss.press(f"{one}/summary", text=f"Ibu {MARKER} menunggu dua jam.").status_code == 422
    assert f"Tulis tanpa “{MARKER}”" in boss.page
    assert f"Ibu {MARKER} menunggu dua jam." in boss.page
    boss.press(f"{one}/summary", text="Menunggu dua jam tanpa kabar.")
    boss.press(f"{one}/assign")
    boss.press(f"{one}/reply", text=f"Ibu {MARKER}, pukul berapa Anda tiba?")
    citizen.open(address)
    assert f"Ibu {MARKER}, pukul berapa Anda tiba?" in citizen.page
    citizen.press(f"{address}/message", text="Pukul delapan.")
    officer.open("/desk/feedback")
    assert "Menunggu dua jam tanpa kabar." in officer.page
    officer.press("/desk/feedback/view", text="Sistem pusat mati.")
    boss.open(one)
    assert "Sistem pusat mati." in boss.page
    assert boss.press(f"{one}/decide", resolution="partly", text="Sistem mati tanpa pemberitahuan.").status_code == 200
    for page in ("/desk/feedback", "/desk", "/desk/figures", "/reception", address, f"/t/{served.public_id}", one):
        officer.open(page)
        assert not [word for word in PRIVATE if word in officer.page], page
        assert "P-0001" not in officer.page, page
    assert officer.open(address).status_code == 403
    officer.open("/desk/feedback")
    assert "Sistem mati tanpa pemberitahuan." in officer.page
    citizen.open(address)
    assert "Terbukti sebagian" in citizen.page
    assert "Sistem pusat mati." not in citizen.page
    citizen.press(f"{address}/appeal", text="Saya tidak diberi tahu sama sekali.")
    assert boss.open("/supervisor/complaints?state=APPEALED").status_code == 200
    assert one in boss.page


def test_a_deed_on_an_outdated_page_or_from_a_wrong_state_is_told(app: Flask, citizen: Person, served: Ticket) -> None:
    file(citizen, served)
    one = "/supervisor/complaints/1"
    boss = Person(app, "supervisor")
    boss.open(one)
    stale = boss.form(f"{one}/assign").fields | {"assignee": boss.form(f"{one}/assign").choices["assignee"][0]}
    boss.send(f"{one}/classify", boss.form(f"{one}/classify").fields | {"subject": "cost", "severity": "examination"})
    assert boss.send(f"{one}/assign", stale).status_code == 409
    assert "baru saja diubah" in boss.page
    decision = {**boss.form(f"{one}/assign").fields, "resolution": "upheld", "text": "Benar adanya."}
    assert boss.send(f"{one}/decide", decision).status_code == 409
    assert "tidak dapat dilakukan" in boss.page
    assert "Benar adanya." in boss.page
    assert boss.open("/supervisor/complaints/999999999999").status_code == 404
    assert boss.open("/supervisor/complaints?state=nothing&page=0").status_code == 200


def test_at_the_kiosk_and_the_reception_it_gets_an_address_to_take_home(app: Flask, desk: Desk, served: Ticket) -> None:
    kiosk = Person(app)
    form = "/kiosk/senapelan/complaint"
    kiosk.open(form)
    kiosk.press(form, subject="facilities", text="Kursi roda tidak tersedia.", service="B")
    assert "P-0001" in kiosk.page
    assert "Kursi roda" not in kiosk.page
    assert "P-0001" not in Person(app).open(f"{form}/done").get_data(as_text=True)
    clerk = Person(app, "petugas2")
    form = "/reception/complaint"
    clerk.open(form)
    assert clerk.press(form, subject="wait", text=STORY, ticket="A-999").status_code == 404
    assert STORY in clerk.page
    clerk.press(form, subject="wait", text=STORY, ticket=served.label, name=f"{MARKER} Marpaung")
    assert "P-0002" in clerk.page
    assert not [word for word in (MARKER, STORY) if word in clerk.page]
    officer = Person(app, "petugas1")
    officer.open("/desk/feedback")
    assert "Lama menunggu" in officer.page


def test_the_file_has_sp4n_s_fields_and_no_formula(app: Flask, citizen: Person, served: Ticket) -> None:
    file(citizen, served, text='=HYPERLINK("http://x") sebagai isi', name=f"{MARKER} Marpaung")
    boss = Person(app, "supervisor")
    text = boss.open("/supervisor/complaints/file.csv").get_data().decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(text))
    book = load_workbook(io.BytesIO(boss.client.get("/supervisor/complaints/file.xlsx?subject=wait").data))
    titles, values = list(book["Pengaduan"].values)
    for fields in (row, dict(zip(titles, values, strict=True))):
        assert fields["Klasifikasi laporan"] == "Pengaduan"
        assert fields["Isi laporan"].startswith("'=HYPERLINK")
        assert fields["Sifat laporan"] == "Rahasia"
        assert MARKER not in str(fields)
    assert "Nomor pengaduan" in boss.open("/supervisor/complaints/file.csv?overdue=yes").get_data(as_text=True)
    assert Person(app, "petugas1").open("/supervisor/complaints/file.csv").status_code == 403


def test_programs_follow_it_by_its_id(app: Flask, served: Ticket) -> None:
    client = app.test_client()
    sent = client.post(f"/api/v1/tickets/{served.public_id}/complaints", json={"subject": "wait", "text": STORY}).json
    assert sent is not None
    found = client.get(f"/api/v1/complaints/{sent['complaint']}").json
    assert found is not None
    assert (found["number"], found["state"], found["text"]) == ("P-0001", "RECEIVED", STORY)
    assert [(step["step"], step["by"]) for step in found["course"]] == [("file", "complainant")]
    unknown = client.get("/api/v1/complaints/AAAAAAAAAAAAAAAAAAAAAA")
    assert (unknown.status_code, unknown.json and unknown.json["code"]) == (404, "unknown_complaint")
