"""Limits by address and in all, and cooling off."""

from datetime import date, timedelta

import pytest
from flask import Flask

from queue_app import cooling_off
from queue_app.cooling_off import Cooling
from queue_app.routes import limits
from tests.office import SLUG, Desk
from tests.routes.browsing import Person
from tests.routes.fairness.asking import API, BOOK, NIK, READY, SENDS, TODAY, TOMORROW, Ask, token_of, words


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
