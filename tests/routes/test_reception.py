"""The reception's page: numbers for people without a phone, finding, categories, giving up; and who may do what."""

import logging
import re

import pytest
from flask import Flask

from queue_app import clock, levers
from queue_app.lifecycle import TicketState
from queue_app.models import Category, Channel, Ticket
from queue_app.personal import Holder
from tests.office import Desk
from tests.routes.browsing import Person

NIK = "1471014107900001"


@pytest.fixture(autouse=True)
def _the_tests_clock(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(clock, "now", lambda: desk.now)


@pytest.fixture
def staff(app: Flask) -> Person:
    person = Person(app, "petugas1")
    person.open("/reception")
    return person


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def labels(page: str) -> list[str]:
    return re.findall(r'class="found__label number-label">(.*?)<', page)


def look_for(person: Person, text: str) -> str:
    person.open("/reception")
    person.press("/reception/find", q=text)
    return person.page


# ---- Giving a number ----


def test_a_number_is_given_once_and_printed(staff: Person, desk: Desk) -> None:
    desk.join("A")
    form = staff.form("/reception/issue")
    sent = {**form.fields, "service": "A", "category": "elderly", "name": "Siti Aminah", "nik": NIK}
    for _ in range(2):
        staff.send("/reception/issue", sent)
        slip = text_of(staff.page)
        assert "A-002" in slip
        assert "1 orang di depan Anda" in slip
    [_, event] = desk.events()
    with desk.db.read() as session:
        ticket = session.get_one(Ticket, event.ticket_id)
        assert (ticket.channel, ticket.category, ticket.state) == (
            Channel.RECEPTION,
            Category.ELDERLY,
            TicketState.WAITING,
        )
        assert event.actor_id == desk.user(session, "petugas1").id
        assert desk.vault.open(ticket.name_sealed) == "Siti Aminah"


def test_several_services_are_one_number(staff: Person, desk: Desk) -> None:
    answer = staff.client.post(
        "/reception/issue", data={"csrf_token": staff.token(), "service": ["B", "A"], "category": "regular"}
    )
    assert answer.status_code == 303
    [event] = desk.events()
    with desk.db.read() as session:
        ticket = session.get_one(Ticket, event.ticket_id)
        assert (ticket.label, ticket.legs) == ("B-001", ["A"])


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        ({}, 422, "Pilih layanannya."),
        ({"service": "Z"}, 404, "Layanan ini tidak ada"),
        ({"service": "A", "category": "vip"}, 422, "Pilih salah satu kelompok prioritas."),
        ({"service": "A", "nik": "12"}, 422, "NIK harus 16 angka."),
        ({"service": "C"}, 409, "tidak memberi nomor baru lagi"),
        ({"service": "D"}, 409, "habis"),
    ],
)
def test_what_cannot_be_given_is_said_and_what_was_typed_stays(
    staff: Person, desk: Desk, sent: dict[str, str], status: int, said: str
) -> None:
    desk.change_service("D", reception_quota=0)
    with desk.db.write() as session:
        levers.stop_issuing(session, desk.user(session, "supervisor"), "C", "blangko habis", desk.now)
    answer = staff.send("/reception/issue", {"name": "Siti Aminah", **sent})
    assert answer.status_code == status
    assert said in staff.page
    assert 'value="Siti Aminah"' in staff.page


# ---- Finding ----


def test_somebody_is_found_by_label_name_or_the_last_four_digits(staff: Person, desk: Desk) -> None:
    desk.join("A", holder=Holder(name="Siti Nur'aini Putri", nik=NIK))
    desk.book("B", holder=Holder(name="Budi Santoso"))
    desk.join("C", holder=Holder(name="Sítì Rahma"))
    assert labels(look_for(staff, "a1")) == ["A-001"]
    assert labels(look_for(staff, "0001")) == ["A-001"]
    assert labels(look_for(staff, "siti")) == ["C-001", "A-001"]
    assert labels(look_for(staff, "putri SITI")) == ["A-001"]
    assert labels(look_for(staff, "nuraini")) == ["A-001"]
    assert labels(look_for(staff, "santo")) == ["B-001"]
    assert "Tidak ada yang cocok hari ini" in look_for(staff, "Joko")
    assert "paling sedikit 3 huruf" in look_for(staff, "si")


def test_a_name_of_another_day_is_not_found_and_names_are_not_shown(staff: Person, desk: Desk) -> None:
    desk.join("A", holder=Holder(name="Siti Aminah"))
    assert "S.A." in look_for(staff, "siti")
    assert "Aminah" not in staff.page
    desk.wait(days=1)
    assert labels(look_for(staff, "siti")) == []


def test_what_is_looked_for_is_in_no_address_and_no_log(
    staff: Person, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    desk.join("A", holder=Holder(name="Siti Aminah"))
    look_for(staff, "aminah")
    assert "aminah" not in caplog.text.casefold()
    assert staff.form("/reception/find").method == "post"
    assert staff.open("/reception?q=aminah").status_code == 422  # an address takes only what is on a ticket


# ---- Putting right, giving up ----


def test_a_category_is_put_right_and_the_order_follows(staff: Person, desk: Desk) -> None:
    desk.join("A")
    desk.wait(minutes=1)
    second = desk.join("A")
    desk.wait(minutes=10)
    look_for(staff, second.label)
    staff.press("/reception/category", second.public_id, category="elderly", reason="seen")
    assert "Lanjut usia" in staff.page
    [row] = [event for event in desk.events(second) if event.action == "set_category"]
    assert (row.reason, row.data) == (
        "Terlihat saat datang",
        {"from_category": "regular", "to_category": "elderly"},
    )
    desk.open("petugas2", 2)
    called = desk.call_next("petugas2", 2)
    assert called is not None
    assert called.id == second.id
    refused = staff.send(
        "/reception/category", {"ticket": second.public_id, "category": "regular", "reason": "seen", "detail": ""}
    )
    assert refused.status_code == 409
    assert "sekarang dipanggil" in staff.page


def test_a_number_is_given_up_with_a_reason(staff: Person, desk: Desk) -> None:
    ticket = desk.join("A")
    look_for(staff, ticket.label)
    assert staff.send("/reception/cancel", {"ticket": ticket.public_id}).status_code == 422
    assert "Tuliskan alasannya." in staff.page
    look_for(staff, ticket.label)
    staff.press("/reception/cancel", ticket.public_id, reason="leaves")
    assert desk.fresh(ticket).state is TicketState.CANCELLED
    assert desk.events(ticket)[-1].reason == "Warga pulang"


def test_it_is_for_the_staff_alone(app: Flask, desk: Desk) -> None:
    ticket, visitor = desk.join("A"), Person(app)
    visitor.open("/")
    for path in ("issue", "find", "category", "cancel"):
        visitor.send(f"/reception/{path}", {"ticket": ticket.public_id, "service": "A", "q": "siti"})
        assert "Masuk" in visitor.page
    visitor.open(f"/reception/slip/{ticket.public_id}")
    assert "Masuk" in visitor.page
    assert len(desk.events()) == 1
