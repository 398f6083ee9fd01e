"""Programs ask for a number: a proof or a token, and nothing that a stranger claims is believed."""

from collections.abc import Callable
from typing import Any

import altcha
import pytest
from flask import Flask

from queue_app import accounts, proof
from queue_app.models import Office, ProofOfWork, Role
from tests.office import Desk
from tests.routes.fairness.asking import API, Ask, tickets, token_of


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
