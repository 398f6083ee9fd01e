"""Against touts and bots, as pages and programs meet it: proofs, limits, one number each, the waiting list."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import altcha
import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from queue_app import accounts, clock, cooling_off, create_app, proof, standby
from queue_app.config import Config
from queue_app.cooling_off import Cooling
from queue_app.models import Office, Outcome, ProofOfWork, Role, Standby, Ticket
from queue_app.routes import limits
from tests.office import SECRET, SLUG, Desk
from tests.routes.browsing import Person

TODAY = date(2026, 11, 24)  # a Tuesday, 09:00
TOMORROW = TODAY + timedelta(days=1)
API = "/api/v1/offices/senapelan"
BOOK = "/o/senapelan/A"
LIST = f"{BOOK}/list"
SENDS = "csrf_token"
READY = {"ready": "yes"}
NIK = "1471016010900001"
AT_TEN = {"day": TODAY.isoformat(), "slot": "10:00"}

Ask = Callable[..., TestResponse]


@pytest.fixture(autouse=True)
def _the_tests_clock(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(clock, "now", lambda: desk.now)


@pytest.fixture(autouse=True)
def _easy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "ROUNDS", 1)
    monkeypatch.setattr(proof, "FLOOR", 20)


@pytest.fixture
def production(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The app in the production profile, but for the cookies that need HTTPS."""
    settings = Config(database_url, SECRET, instance_dir=tmp_path, production=True, testing=True, trusted_proxies=1)
    app = create_app(settings)
    app.config["SESSION_COOKIE_SECURE"] = False
    yield app
    app.extensions["antrean_database"].dispose()


@pytest.fixture
def ask(production: Flask) -> Ask:
    """A program in production asks for a ticket; ``address`` is where it comes from, as the trusted proxy says."""
    client = production.test_client(use_cookies=False)

    def post(token: str = "", address: str = "203.0.113.7", language: str = "id", **body: Any) -> TestResponse:
        headers = {"X-Forwarded-For": address, "Accept-Language": language}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return client.post(f"{API}/tickets", json={"service": "A", "channel": "online", **body}, headers=headers)

    return post


@pytest.fixture
def solve(production: Flask) -> Callable[[], str]:
    client = production.test_client(use_cookies=False)

    def found() -> str:
        answer = client.get(f"{API}/challenge")
        assert answer.status_code == 200
        challenge = altcha.Challenge.from_dict(answer.get_json())
        solution = altcha.solve_challenge(challenge)
        assert solution is not None
        return altcha.Payload(challenge, solution).to_base64()

    return found


@pytest.fixture
def visitor(production: Flask) -> Person:
    return Person(production)


def token_of(desk: Desk, username: str) -> str:
    with desk.db.write() as session:
        return accounts.create_token(session, username, desk.now)


def tickets(desk: Desk) -> int:
    with desk.db.read() as session:
        return session.scalar(select(func.count()).select_from(Ticket)) or 0


def entries(desk: Desk) -> list[Standby]:
    with desk.db.read() as session:
        return list(session.scalars(select(Standby).order_by(Standby.id)))


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


class TestPrograms:
    def test_in_production_a_number_online_needs_a_proof(self, ask: Ask, desk: Desk) -> None:
        answer = ask()
        assert (answer.status_code, answer.get_json()["code"]) == (422, "proof_needed")
        assert tickets(desk) == 0

    def test_a_proof_is_worth_one_number(self, ask: Ask, solve: Callable[[], str], desk: Desk) -> None:
        shown = solve()
        assert ask(proof=shown).status_code == 201
        assert ask(proof=shown).get_json()["code"] == "proof_used"
        assert tickets(desk) == 1

    def test_a_refusal_uses_none_up(self, ask: Ask, solve: Callable[[], str]) -> None:
        shown = solve()
        assert ask(proof=shown, date="2020-01-01").get_json()["code"] == "past_date"
        assert ask(proof=shown).status_code == 201

    def test_a_forged_one_is_refused(self, ask: Ask) -> None:
        assert ask(proof="Zm9yZ2Vk").get_json()["code"] == "bad_proof"

    def test_an_old_one_is_refused(self, ask: Ask, solve: Callable[[], str], desk: Desk) -> None:
        shown = solve()
        desk.wait(minutes=31)
        assert ask(proof=shown).get_json()["code"] == "proof_expired"

    def test_the_staff_needs_none(self, ask: Ask, desk: Desk) -> None:
        token = token_of(desk, "petugas1")
        for channel in ("online", "kiosk", "reception"):
            assert ask(token, channel=channel).status_code == 201
        assert ask("guessed").get_json()["code"] == "token_unknown"

    def test_nobody_else_takes_numbers_in_the_offices_name(self, ask: Ask, solve: Callable[[], str]) -> None:
        for channel in ("kiosk", "reception"):
            answer = ask(channel=channel, proof=solve())
            assert (answer.status_code, answer.get_json()["code"]) == (401, "token_missing")

    def test_nor_in_another_offices(self, ask: Ask, desk: Desk) -> None:
        with desk.db.write() as session:
            other = Office(slug="lain", name="Kantor lain")
            session.add(other)
            session.flush()
            accounts.create_user(session, office=other, username="tamu", role=Role.OFFICER, password="rahasia-tamu")
        assert ask(token_of(desk, "tamu")).get_json()["code"] == "other_office"

    def test_the_challenge_is_harder_the_more_is_booked(self, solve: Callable[[], str], ask: Ask, desk: Desk) -> None:
        asked: list[int] = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(proof, "challenge", lambda *args: asked.append(args[2]) or _a_challenge(desk))
            solve()
            for _ in range(3):
                ask(token_of(desk, "petugas1"))
            solve()
        assert asked == [0, 3]

    def test_the_office_may_do_without(self, ask: Ask, desk: Desk) -> None:
        desk.change_office(proof_of_work=ProofOfWork.OFF)
        assert ask().status_code == 201
        assert ask(channel="kiosk").status_code == 201

    def test_in_development_everything_is_as_it_was(self, app: Flask) -> None:
        client = app.test_client(use_cookies=False)
        for channel in ("online", "kiosk", "reception") * 20:
            answer = client.post(f"{API}/tickets", json={"service": "A", "channel": channel})
            assert answer.status_code == 201


def _a_challenge(desk: Desk) -> dict[str, Any]:
    made = altcha.create_challenge(proof.ALGORITHM, 1, counter=1, hmac_secret="x", data={"office": "x", "expires": 1})
    return dict(made.to_dict())


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


class TestFormsWithoutAScript:
    def send(self, visitor: Person, **typed: str) -> TestResponse:
        return visitor.press(BOOK, SENDS, **{**READY, **typed})

    def test_a_form_is_taken_when_a_person_could_have_filled_it_in(self, visitor: Person, desk: Desk) -> None:
        visitor.open(BOOK)
        assert self.send(visitor, name="Siti").status_code == 422
        assert "dikirim terlalu cepat" in words(visitor.page)
        assert visitor.form(BOOK, SENDS).fields["name"] == "Siti"
        desk.wait(seconds=5)  # since it was first opened: whoever presses again need not wait anew
        assert self.send(visitor).request.path.startswith("/t/")

    def test_a_form_without_its_token_is_not(self, visitor: Person, desk: Desk) -> None:
        visitor.open(BOOK)
        desk.wait(seconds=60)
        for token in ("", "1795485600.x.00"):
            assert self.send(visitor, form_token=token).status_code == 422
            assert "Pemeriksaan keamanan belum selesai" in words(visitor.page)

    def test_a_forged_proof_is_no_way_around(self, visitor: Person, desk: Desk) -> None:
        visitor.open(BOOK)
        desk.wait(seconds=60)
        assert self.send(visitor, proof="Zm9yZ2Vk").status_code == 422
        assert "Pemeriksaan keamanan tidak benar" in words(visitor.page)

    def test_one_token_is_worth_one_number(self, visitor: Person, desk: Desk) -> None:
        visitor.open(BOOK)
        form = visitor.form(BOOK, SENDS).fields | READY
        desk.wait(seconds=60)
        assert visitor.send(BOOK, form).request.path.startswith("/t/")
        assert visitor.send(BOOK, form | {"key": "another number"}).status_code == 409
        assert tickets(desk) == 1

    def test_a_doubled_tap_is_one_number(self, visitor: Person, desk: Desk) -> None:
        visitor.open(BOOK)
        form = visitor.form(BOOK, SENDS).fields | READY
        desk.wait(seconds=60)
        paths = {visitor.send(BOOK, form).request.path for _ in range(2)}
        assert len(paths) == 1
        assert tickets(desk) == 1

    def test_a_form_that_was_open_all_day_is_given_out_anew(self, visitor: Person, desk: Desk) -> None:
        visitor.open(BOOK)
        desk.wait(hours=3)
        assert self.send(visitor).status_code == 422
        assert "terlalu lama terbuka" in words(visitor.page)
        desk.wait(seconds=5)
        assert self.send(visitor).request.path.startswith("/t/")

    def test_an_address_has_few_of_them(self, visitor: Person, desk: Desk) -> None:
        for name in ("Siti", "Budi", "Rina"):
            visitor.open(BOOK)
            desk.wait(seconds=5)
            assert self.send(visitor, name=name).request.path.startswith("/t/")
        visitor.open(BOOK)
        desk.wait(seconds=5)
        answer = self.send(visitor)
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) > 0
        assert "Terlalu banyak percobaan. Tunggu" in words(visitor.page)
        assert tickets(desk) == 3

    def test_with_a_proof_it_has_more(self, visitor: Person, solve: Callable[[], str]) -> None:
        for name in ("Siti", "Budi", "Rina", "Joko"):
            visitor.open(BOOK)
            assert self.send(visitor, name=name, proof=solve()).request.path.startswith("/t/")


class TestLimits:
    def test_an_address_that_asks_too_often_is_told_to_wait_in_both_languages(self, ask: Ask) -> None:
        assert {ask().status_code for _ in range(20)} == {422}
        answer = ask()
        assert (answer.status_code, answer.get_json()["code"]) == (429, "too_many_requests")
        assert int(answer.headers["Retry-After"]) > 0
        assert [answer.headers[f"RateLimit-{name}"] for name in ("Limit", "Remaining")] == ["20", "0"]
        assert int(answer.headers["RateLimit-Reset"]) > 0
        assert "Terlalu banyak percobaan" in answer.get_json()["detail"]
        assert "Too many attempts" in ask(language="en").get_json()["detail"]

    def test_others_are_not_held_up(self, ask: Ask) -> None:
        for _ in range(21):
            ask()
        assert ask(address="203.0.113.8").status_code == 422

    def test_the_networks_of_one_machine_are_one(self, ask: Ask) -> None:
        for number in range(21):
            answer = ask(address=f"2001:db8::{number + 1:x}")
        assert answer.status_code == 429
        assert ask(address="2001:db8:0:1::1").status_code == 422

    def test_what_a_stranger_claims_of_its_address_is_not_believed(self, ask: Ask) -> None:
        """Of several addresses, the one counts that the own proxy added: the last."""
        for number in range(21):
            answer = ask(address=f"198.51.100.{number}, 203.0.113.9")
        assert answer.status_code == 429

    def test_the_staff_is_not_counted_and_a_guessed_token_is(self, ask: Ask, desk: Desk) -> None:
        token = token_of(desk, "petugas1")
        assert {ask(token, channel="reception").status_code for _ in range(25)} == {201}
        assert [ask("guessed").status_code for _ in range(21)][-1] == 429

    @pytest.mark.parametrize(
        ("method", "path", "body", "allowed"),
        [
            ("POST", f"{API}/services/A/holds", {"slot": "23:30"}, 20),
            ("POST", "/api/v1/tickets/unknown/check-in", {}, 60),
            ("GET", f"{API}/challenge", None, 30),
            ("POST", f"/display/{SLUG}/voice/turn", {}, 600),
        ],
    )
    def test_holds_check_ins_challenges_and_turns_are_counted_too(
        self, production: Flask, method: str, path: str, body: dict[str, str] | None, allowed: int
    ) -> None:
        client = production.test_client(use_cookies=False)
        statuses = [client.open(path, method=method, json=body).status_code for _ in range(allowed + 1)]
        assert 429 not in statuses[:-1]
        assert statuses[-1] == 429

    def test_so_are_the_pages_of_the_waiting_list(self, visitor: Person) -> None:
        statuses = []
        for _ in range(11):
            visitor.open(BOOK)
            statuses.append(visitor.send("/w/unknown/leave", {}).status_code)
        assert statuses == [404] * 10 + [429]

    @pytest.mark.parametrize(
        ("address", "counted"),
        [
            ("203.0.113.7", "203.0.113.7"),
            ("2001:db8::1:2", "2001:db8::"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("fe80::1%eth0", "fe80::"),
            ("unix", "unix"),
        ],
    )
    def test_who_is_counted(self, app: Flask, address: str, counted: str) -> None:
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            assert limits.who() == counted


class TestCoolingOff:
    def test_the_page_says_until_when_and_what_is_possible(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cooling_off, "of", lambda *_: Cooling(2, date(2026, 12, 8), TOMORROW))
        person = Person(app)
        person.open(f"{BOOK}?date={TODAY + timedelta(days=2)}")
        assert person.press(BOOK, SENDS, nik=NIK, **READY).status_code == 409
        assert "Sampai Selasa, 8 Desember 2026, pendaftaran daring hanya bisa" in words(person.page)
        body = {"service": "A", "channel": "online", "nik": NIK, "date": "2026-12-01"}
        refusal = app.test_client().post(f"{API}/tickets", json=body, headers={"Accept-Language": "en"}).get_json()
        assert (refusal["code"], refusal["until"], refusal["last_day"]) == ("cooling_off", "2026-12-08", "2026-11-25")
        assert "You can always come to the office" in refusal["detail"]


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
