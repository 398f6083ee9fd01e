"""The waiting list, as people meet it."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from queue_app import standby
from queue_app.models import Outcome, Ticket
from tests.office import Desk
from tests.routes.browsing import Person
from tests.routes.fairness.asking import AT_TEN, BOOK, LIST, NIK, SENDS, entries, tickets, words


class TestWaitingList:
    @pytest.fixture
    def person(self, app: Flask) -> Person:
        return Person(app)

    @pytest.fixture
    def taken(self, desk: Desk) -> Ticket:
        """The only place of the slot at ten."""
        desk.change_service("A", slot_capacity=1)
        return desk.book("A", slot=600)

    def join(self, person: Person, **typed: str) -> TestResponse:
        person.open(f"{LIST}?date={AT_TEN['day']}&slot={AT_TEN['slot']}")
        return person.press(LIST, SENDS, **typed)

    @pytest.mark.usefixtures("taken")
    def test_the_booking_page_leads_to_the_list_of_a_full_slot(self, person: Person) -> None:
        person.open(BOOK)
        assert f"{LIST}?date=2026-11-24&amp;slot=10:00" in person.page

    def test_and_to_that_of_a_full_day(self, person: Person, desk: Desk) -> None:
        desk.change_service("A", daily_quota=0)
        person.open(f"{BOOK}?date=2026-11-24")
        assert f"{LIST}?date=2026-11-24" in person.page
        assert self.join(person, slot="").request.path.startswith("/w/")

    def test_the_place_comes_by_itself_and_can_be_passed_on(
        self, app: Flask, person: Person, taken: Ticket, desk: Desk
    ) -> None:
        self.join(person, nik=NIK)
        second = Person(app)
        self.join(second)
        mine = person.open(f"/w/{entries(desk)[0].public_id}").request.path
        assert "Urutan Anda di daftar 1" in words(person.page)
        assert "Urutan Anda di daftar 2" in words(second.page)
        desk.cancel(taken)
        person.open(mine)
        assert "Anda mendapat tempat A-002" in words(person.page)
        person.press(f"{mine}/leave")
        assert "Tempat ini sudah Anda lepaskan" in words(person.page)
        assert [entry.outcome for entry in entries(desk)] == [Outcome.PLACED, Outcome.PLACED]

    def test_leaving(self, person: Person, taken: Ticket, desk: Desk) -> None:
        mine = self.join(person).request.path
        person.press(f"{mine}/leave")
        assert "Anda sudah keluar dari daftar tunggu." in words(person.page)
        desk.cancel(taken)
        assert tickets(desk) == 1

    @pytest.mark.usefixtures("taken")
    def test_a_doubled_tap_is_one_entry(self, person: Person, desk: Desk) -> None:
        person.open(f"{LIST}?date={AT_TEN['day']}&slot={AT_TEN['slot']}")
        form = person.form(LIST, SENDS).fields
        assert len({person.send(LIST, form).request.path for _ in range(2)}) == 1
        assert len(entries(desk)) == 1

    def test_a_place_that_is_free_is_booked_instead(self, person: Person) -> None:
        assert self.join(person).status_code == 409
        assert "Masih ada tempat" in words(person.page)
        assert f'href="{BOOK}?date=2026-11-24#times"' in person.page

    @pytest.mark.usefixtures("taken")
    def test_one_browser_stands_there_once(self, person: Person) -> None:
        self.join(person)
        assert self.join(person).status_code == 409
        assert "Anda sudah ada di daftar tunggu layanan ini" in words(person.page)

    @pytest.mark.parametrize(
        ("typed", "status", "said"),
        [
            ({"nik": "123"}, 422, "NIK harus 16 angka."),
            ({"phone": "x"}, 422, "Nomor telepon tidak benar"),
            ({"day": "2026-02-30"}, 422, "Hari atau jam itu tidak ada."),
            ({"slot": "9"}, 422, "Hari atau jam itu tidak ada."),
            ({"slot": "10:07"}, 404, "Sesi kedatangan itu tidak ada atau sudah lewat."),
            ({"day": "2026-11-23"}, 422, "Tanggal itu sudah lewat"),
            ({"day": "2027-11-23"}, 422, "Tanggal itu terlalu jauh"),
            ({"slot": "09:00"}, 422, "sudah terlambat"),
        ],
    )
    def test_what_cannot_be_is_refused_and_nothing_is_saved(
        self, person: Person, desk: Desk, typed: dict[str, str], status: int, said: str
    ) -> None:
        desk.change_service("A", slot_capacity=0)
        assert self.join(person, **typed).status_code == status
        assert said in words(person.page)
        assert entries(desk) == []

    @pytest.mark.parametrize("query", ["", "?date=x&slot=y", "?date=2026-11-24&slot=99:99"])
    def test_an_address_that_names_no_time_says_so(self, person: Person, query: str) -> None:
        assert person.open(LIST + query).status_code == 200
        assert "Hari atau jam itu tidak ada." in words(person.page)

    def test_an_unknown_entry_or_service_is_not_found(self, person: Person) -> None:
        assert person.open("/w/guessed").status_code == 404
        assert person.open("/o/senapelan/Z/list").status_code == 404
        person.open(BOOK)
        assert person.send("/w/guessed/leave", {}).status_code == 404

    @pytest.mark.usefixtures("taken")
    def test_it_costs_a_proof_where_a_number_does(self, visitor: Person, solve: Callable[[], str]) -> None:
        assert self.join(visitor).status_code == 422
        assert "dikirim terlalu cepat" in words(visitor.page)
        assert self.join(visitor, proof=solve()).request.path.startswith("/w/")

    @pytest.mark.usefixtures("taken")
    def test_a_lapsed_entry_says_so(self, person: Person, desk: Desk) -> None:
        mine = self.join(person).request.path
        desk.wait(minutes=30)
        standby.tend(desk.db, desk.now)
        person.open(mine)
        assert "tidak ada tempat yang kosong" in words(person.page)

    def test_the_ticket_says_where_its_place_is_from(self, person: Person, taken: Ticket, desk: Desk) -> None:
        self.join(person)
        desk.cancel(taken)
        with desk.db.read() as session:
            ticket = session.scalars(select(Ticket).where(Ticket.number == 2)).one()
        person.open(f"/t/{ticket.public_id}")
        assert "Tempat ini dari daftar tunggu" in words(person.page)

    @pytest.mark.usefixtures("taken")
    def test_entries_are_not_indexed(self, person: Person) -> None:
        self.join(person)
        assert '<meta name="robots" content="noindex">' in person.page
