"""One number for each person, by NIK, in every way."""

import pytest
from flask import Flask

from tests.office import Desk
from tests.routes.browsing import Person
from tests.routes.fairness.asking import API, BOOK, NIK, READY, SENDS, tickets, token_of, words


class TestOneNumberForEachPerson:
    def test_programs_learn_nothing_of_the_first(self, app: Flask) -> None:
        client = app.test_client(use_cookies=False)
        body = {"service": "A", "channel": "online", "nik": NIK}
        first = client.post(f"{API}/tickets", json=body).get_json()
        answer = client.post(f"{API}/tickets", json=body)
        assert (answer.status_code, answer.get_json()["code"]) == (409, "nik_has_ticket")
        assert first["label"] not in answer.text
        assert first["id"] not in answer.text

    def test_the_page_says_it_beside_the_field(self, app: Flask, desk: Desk) -> None:
        first, second = Person(app), Person(app)
        for person in (first, second):
            person.open(BOOK)
            person.press(BOOK, SENDS, nik=NIK, **READY)
        assert "NIK ini sudah punya nomor yang masih berlaku" in words(second.page)
        assert 'aria-describedby="nik-help nik-error"' in second.page
        assert "/t/" not in second.page
        assert tickets(desk) == 1

    @pytest.mark.parametrize("nik", ["123", "1471013102900001", "1471017602900001", "14710160109000O1"])
    def test_a_nik_that_cannot_be_is_no_way_around(self, app: Flask, desk: Desk, nik: str) -> None:
        desk.change_office(nik_required=True)
        person = Person(app)
        person.open(BOOK)
        assert person.press(BOOK, SENDS, nik=nik, **READY).status_code == 422
        assert "NIK" in words(person.page)
        assert tickets(desk) == 0

    def test_the_office_may_ask_for_it(self, app: Flask, desk: Desk) -> None:
        desk.change_office(nik_required=True)
        person = Person(app)
        person.open(BOOK)
        assert person.press(BOOK, SENDS, **READY).status_code == 422
        assert "Kantor ini memberi satu nomor untuk satu orang" in words(person.page)
        answer = app.test_client().post(f"{API}/tickets", json={"service": "A", "channel": "online"})
        assert answer.get_json()["code"] == "nik_required"

    def test_a_transfer_to_where_the_person_waits_is_refused(self, app: Flask, desk: Desk) -> None:
        client = app.test_client(use_cookies=False)
        for service, channel in (("B", "online"), ("A", "kiosk")):
            client.post(f"{API}/tickets", json={"service": service, "channel": channel, "nik": NIK})
        staff = {"Authorization": f"Bearer {token_of(desk, 'petugas1')}"}
        client.post("/api/v1/counters/1/open", headers=staff)
        called = client.post("/api/v1/counters/1/call-next", headers=staff).get_json()
        body = {"version": called["version"], "service": "B"}
        answer = client.post(f"/api/v1/tickets/{called['id']}/transfer", json=body, headers=staff)
        assert (answer.status_code, answer.get_json()["code"]) == (409, "holder_waits_there")
