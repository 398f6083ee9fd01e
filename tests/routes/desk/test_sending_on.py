"""Sending a citizen on from the desk's page: to a service, a counter, a colleague or a pool of counters."""

import pytest
from flask import Flask

from queue_app import booking, clock, visits
from queue_app.booking import BookingRequest
from queue_app.lifecycle import TicketState
from queue_app.models import Channel, Ticket
from tests.office import Desk
from tests.routes.browsing import Person


@pytest.fixture
def ana(app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Person:
    """petugas1 at counter 1, on the desk."""
    monkeypatch.setattr(clock, "now", lambda: desk.now)
    desk.open()
    person = Person(app, "petugas1")
    person.open("/desk")
    return person


def serving(ana: Person, desk: Desk) -> Ticket:
    ticket = desk.join("A")
    ana.open("/desk")
    ana.press("/desk/call-next")
    ana.press("/desk/start")
    return desk.fresh(ticket)


@pytest.mark.parametrize(
    ("to", "told"),
    [
        ("officer:petugas2", "A-001 menunggu Petugas 2."),
        ("counter:2", "A-001 menunggu loket 2."),
        ("pool:foto", "A-001 menunggu kelompok loket foto."),
    ],
)
def test_it_sends_to_those_who_are_there(ana: Person, desk: Desk, to: str, told: str) -> None:
    desk.equip(2, "C:1,A:2", pool="foto")
    desk.open("petugas2", 2)
    ticket = serving(ana, desk)
    for choice in ("Kelompok foto: loket 2 (C A)", "Loket 2 (C A)", "Petugas 2 · loket 2 (C A)"):
        assert choice in ana.page
    ana.press("/desk/transfer", service="C", to=to)
    assert told in ana.page
    assert desk.fresh(ticket).state is TicketState.WAITING
    assert desk.call_next() is None
    again = desk.call_next("petugas2", 2)
    assert again is not None
    assert again.id == ticket.id


@pytest.mark.parametrize(
    ("service", "to", "status", "told"),
    [
        ("", "", 404, "Pilih layanan lain, atau kepada siapa warga ini dikirim."),
        ("", "officer:petugas3", 409, "Petugas 3 sedang tidak bertugas di loket."),
        ("", "counter:3", 409, "Tidak ada petugas di loket 3."),
        ("B", "counter:2", 403, "Loket 2 tidak melayani layanan B."),
        ("", "officer:petugas2", 403, "Petugas 2 tidak bertugas untuk layanan A."),
        ("", "counter:99999999999", 404, "Loket itu tidak ada di kantor Anda."),
        ("", "counter:", 404, "Loket itu tidak ada di kantor Anda."),
        ("", "officer:", 404, "Petugas itu tidak ada di kantor Anda."),
        ("", "pool:😀", 404, "Kelompok loket itu tidak ada di kantor Anda."),
        ("", "x" * 300, 404, "Loket itu tidak ada di kantor Anda."),
    ],
)
def test_it_says_why_a_citizen_cannot_be_sent_there(
    ana: Person, desk: Desk, service: str, to: str, status: int, told: str
) -> None:
    desk.equip(2, "A,C")
    desk.train("petugas2", "C")
    desk.open("petugas2", 2)
    ticket = serving(ana, desk)
    assert ana.press("/desk/transfer", service=service, to=to).status_code == status
    assert told in ana.page
    assert desk.fresh(ticket).state is TicketState.SERVING


def test_it_shows_what_this_seat_serves_and_in_which_order(ana: Person, desk: Desk) -> None:
    assert "melayani <span" not in ana.page
    desk.equip(1, "C:1,A:2,B:2")
    desk.train("petugas1", "A,C")
    ana.open("/desk")
    assert 'melayani <span class="number-label">C</span>, lalu <span class="number-label">A</span>' in ana.page


def test_it_says_where_there_is_nothing_to_do(ana: Person, desk: Desk) -> None:
    desk.close()
    desk.equip(1, "A")
    desk.train("petugas1", "C")
    ana.open("/desk")
    assert ana.send("/desk/open", {"counter": "1"}).status_code == 409
    assert "Di loket 1 tidak ada layanan untuk Anda. Pilih loket lain" in ana.page


def test_it_says_which_step_of_the_visit_this_is(ana: Person, desk: Desk) -> None:
    with desk.db.write() as session:
        wanted = visits.wanted(session, desk.office(session).id, "bayi-lahir")
        assert wanted.template is not None
        wish = BookingRequest(wanted.service, Channel.KIOSK, also=wanted.further, visit_id=wanted.template.id)
        booking.issue(session, desk.vault, wish, desk.now)
    ana.open("/desk")
    ana.press("/desk/call-next")
    assert "Langkah 1 dari 3:" in ana.page


def test_a_visit_is_booked_on_its_own_page(app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: desk.now)
    person = Person(app)
    person.open("/o/senapelan")
    assert "Bayi lahir: akta, KK, dan KIA" in person.page
    person.open("/o/senapelan/bayi-lahir")
    assert "Satu nomor untuk 3 layanan, berurutan:" in person.page
    assert "Pas foto anak" in person.page
    assert "Sekalian layanan lain?" not in person.page
    person.press("/o/senapelan/bayi-lahir", "key", day=desk.now.date().isoformat(), slot="", ready="yes")
    assert "Bayi lahir: akta, KK, dan KIA · langkah 1 dari 3" in person.page
