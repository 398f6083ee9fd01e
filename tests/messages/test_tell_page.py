"""The ticket page's part about being told: agreed to by the holder, taken back at any time, without a script too."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from queue_app import clock, create_app
from queue_app.models import Category
from tests.messages.listeners import Browser
from tests.messages.town import PHONE, Town
from tests.office import Desk
from tests.routes.browsing import Person

URLS = {"whatsapp": "json://gateway/?:to={phone}", "email": "mailto://mail.example.org?to={email}&from=a@example.org"}


@pytest.fixture
def database_url(new_sqlite_url: str) -> str:
    """On SQLite alone: what is written here is written by use cases that are tested on both."""
    return new_sqlite_url


@pytest.fixture(autouse=True)
def _the_tests_clock(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(clock, "now", lambda: desk.now)


@pytest.fixture
def town(desk: Desk, tmp_path: Path) -> Town:
    return Town(desk, tmp_path, URLS)


@pytest.fixture
def app(town: Town) -> Iterator[Flask]:
    app = create_app(replace(town.config, testing=True))
    yield app
    app.extensions["antrean_database"].dispose()


@pytest.fixture
def person(app: Flask) -> Person:
    return Person(app)


@pytest.fixture
def page(town: Town) -> str:
    """The address of a ticket's page."""
    return f"/t/{town.desk.book('A').public_id}"


def post_json(person: Person, url: str, body: Any) -> Any:
    return person.client.post(url, json=body, headers={"X-CSRFToken": person.token()})


def live(town: Town) -> list[tuple[str, str]]:
    return [(contact.channel, contact.language) for contact in town.contacts() if contact.ended_at is None]


class TestByThisBrowser:
    def subscribe(self, person: Person, page: str, browser: Browser, number: int = 1) -> Any:
        person.open(page)
        subscription = browser.subscription(f"https://push.example.org/{number}")
        return post_json(person, f"{page}/tell/push", subscription)

    def test_it_is_told_in_the_language_of_the_page(self, town: Town, person: Person, page: str) -> None:
        person.client.set_cookie("lang", "en")
        answer = self.subscribe(person, page, Browser())
        assert answer.status_code == 201
        assert live(town) == [("push", "en")]
        person.open(page)
        assert answer.json["fingerprint"] in person.page

    def test_doing_it_twice_is_harmless_and_it_can_be_taken_back(self, town: Town, person: Person, page: str) -> None:
        browser = Browser()
        fingerprint = self.subscribe(person, page, browser).json["fingerprint"]
        assert self.subscribe(person, page, browser).json["fingerprint"] == fingerprint
        assert len(town.contacts()) == 1
        for _ in range(2):
            stopped = post_json(person, f"{page}/tell/push/stop", {"fingerprint": fingerprint})
            assert stopped.status_code == 200
        assert live(town) == []
        assert town.contacts()[0].address_sealed is None
        self.subscribe(person, page, browser)
        assert live(town) == [("push", "id")]

    def test_an_address_inside_the_network_is_refused(self, town: Town, person: Person, page: str) -> None:
        person.open(page)
        answer = post_json(person, f"{page}/tell/push", Browser().subscription("https://10.0.0.1/"))
        assert (answer.status_code, answer.json["code"]) == (422, "bad_push_address")
        assert town.contacts() == []

    @pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"{}"])
    def test_nonsense_is_refused(self, person: Person, page: str, body: bytes) -> None:
        person.open(page)
        headers = {"X-CSRFToken": person.token(), "Content-Type": "application/json"}
        answer = person.client.post(f"{page}/tell/push", data=body, headers=headers)
        assert (answer.status_code, answer.json and answer.json["code"]) == (422, "bad_push_keys")

    def test_another_site_cannot_do_it(self, town: Town, person: Person, page: str) -> None:
        person.open(page)
        subscription = Browser().subscription("https://push.example.org/1")
        assert person.client.post(f"{page}/tell/push", json=subscription).status_code == 400
        assert town.contacts() == []

    def test_a_ticket_tells_a_family_not_a_crowd(self, person: Person, page: str) -> None:
        answers = [self.subscribe(person, page, Browser(), number) for number in range(7)]
        assert [answer.status_code for answer in answers] == [201] * 6 + [409]
        assert answers[-1].json["code"] == "too_many_contacts"

    def test_a_ticket_that_is_over_tells_nobody(self, town: Town, person: Person) -> None:
        ticket = town.desk.cancel(town.desk.book("A"))
        answer = self.subscribe(person, f"/t/{ticket.public_id}", Browser())
        assert (answer.status_code, answer.json["code"]) == (409, "ticket_over")

    def test_a_ticket_that_is_none_is_a_404(self, person: Person, page: str) -> None:
        person.open(page)
        answer = post_json(person, "/t/none/tell/push", Browser().subscription("https://push.example.org/1"))
        assert (answer.status_code, answer.json["code"]) == (404, "unknown_ticket")


class TestByAGateway:
    def test_a_mailbox_is_told_and_can_be_taken_back(self, town: Town, person: Person, page: str) -> None:
        person.open(page)
        person.press(f"{page}/tell", channel="email", address=" siti@example.org ")
        assert "Baik, Anda akan dikabari lewat E-mail." in person.page
        assert live(town) == [("email", "id")]
        person.press(f"{page}/tell/stop")
        assert "Kabar dihentikan." in person.page
        assert live(town) == []

    @pytest.mark.parametrize(
        ("channel", "address", "why"),
        [
            ("email", "siti", "Alamat e-mail tidak benar"),
            ("email", "siti@example.org\r\nBcc: all@example.org", "Alamat e-mail tidak benar"),
            ("email", "a@b.c@d.id", "Alamat e-mail tidak benar"),
            ("whatsapp", "call me", "Nomor telepon tidak benar"),
            ("whatsapp", "", "Isi nomor telepon Anda"),
            ("telegram", "12345", "Cara itu tidak tersedia"),
            ("push", "{}", "Cara itu tidak tersedia"),
        ],
    )
    def test_what_cannot_be_right_is_refused_in_words(
        self, town: Town, person: Person, page: str, channel: str, address: str, why: str
    ) -> None:
        person.open(page)
        person.send(f"{page}/tell", {"channel": channel, "address": address})
        assert why in person.page
        assert town.contacts() == []

    def test_the_phone_number_of_the_booking_is_one_contact_however_it_is_written(
        self, town: Town, person: Person
    ) -> None:
        page = f"/t/{town.with_phone().public_id}"
        person.open(page)
        assert "nomor yang Anda isi" in person.page
        person.press(f"{page}/tell", channel="whatsapp", address="+62 812-3456-7890")
        assert len(town.contacts()) == 1

    def test_another_tickets_contact_cannot_be_taken_back(self, town: Town, person: Person, page: str) -> None:
        town.with_phone()
        person.open(page)
        person.send(f"{page}/tell/stop", {"contact": str(town.contacts()[0].id)})
        assert live(town) == [("whatsapp", "id")]


class TestThePhoneOfABooking:
    def test_the_form_says_what_it_is_for_and_the_booking_is_told(self, town: Town, person: Person) -> None:
        person.open("/o/senapelan/A")
        assert "dikirim ke sini lewat WhatsApp" in person.page
        person.press(
            "/o/senapelan/A", "csrf_token", ready="yes", phone=PHONE, category=Category.REGULAR.value, name="Siti"
        )
        assert live(town) == [("whatsapp", "id")]
        town.post.collect(town.desk.now)
        assert town.told() == [("booked", "QUEUED")]

    def test_a_program_that_gives_one_has_it_told_too(self, town: Town, app: Flask) -> None:
        wish = {"service": "A", "channel": "reception", "phone": PHONE}
        app.test_client().post("/api/v1/offices/senapelan/tickets", json=wish, headers={"Accept-Language": "en"})
        assert live(town) == [("whatsapp", "en")]

    def test_where_no_gateway_takes_phones_nothing_is_said_and_nothing_kept(self, town: Town) -> None:
        app = create_app(replace(town.config, notify_urls={}, testing=True))
        person = Person(app)
        person.open("/o/senapelan/A")
        assert "dikirim ke sini" not in person.page
        wish = {"service": "A", "channel": "reception", "phone": PHONE}
        answer = app.test_client().post("/api/v1/offices/senapelan/tickets", json=wish)
        person.open(f"/t/{answer.json['id'] if answer.json else ''}")
        assert 'id="tell"' in person.page  # for the script to show where a browser can be told
        assert "Lewat cara lain" not in person.page
        assert town.contacts() == []
        app.extensions["antrean_database"].dispose()
