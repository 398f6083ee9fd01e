"""Proofs of work that a browser does before it may issue a number, with and without a script."""

import base64
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import altcha
import pytest
from sqlalchemy import select

from queue_app import booking, proof
from queue_app.booking import BookingRequest
from queue_app.models import Channel, Office, ProofOfWork, UsedProof
from queue_app.personal import Holder
from tests.domain.refusing import refused
from tests.office import SECRET, Desk

TODAY = date(2026, 11, 24)  # a Tuesday; it is 09:00
SITI = Holder(name="Nama Warga", nik="1471016010900001")
BUDI = Holder(name="Budi", nik="1471011201850002")


def today_of(desk: Desk) -> date:
    with desk.db.read() as session:
        return desk.now.astimezone(desk.office(session).zone).date()


def solved(challenge: dict[str, Any]) -> altcha.Payload:
    made = altcha.Challenge.from_dict(challenge)
    solution = altcha.solve_challenge(made)
    assert solution is not None
    return altcha.Payload(made, solution)


class TestProofs:
    @pytest.fixture(autouse=True)
    def easy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(proof, "ROUNDS", 1)
        monkeypatch.setattr(proof, "FLOOR", 20)

    @pytest.fixture
    def office(self, desk: Desk) -> Office:
        with desk.db.read() as session:
            return desk.office(session)

    @pytest.fixture
    def accept(self, desk: Desk, office: Office) -> Callable[[str], None]:
        def use(shown: str) -> None:
            with desk.db.write() as session:
                proof.accept(session, office, shown, SECRET, desk.now)

        return use

    def test_a_solution_is_worth_one_place(self, desk: Desk, office: Office, accept: Callable[[str], None]) -> None:
        shown = solved(proof.challenge(office, SECRET, 0, desk.now)).to_base64()
        accept(shown)
        with refused("proof_used"):
            accept(shown)

    def test_a_refused_booking_uses_none_up(self, desk: Desk, office: Office, accept: Callable[[str], None]) -> None:
        shown = solved(proof.challenge(office, SECRET, 0, desk.now)).to_base64()
        desk.change_service("A", daily_quota=0)
        with refused("quota_full"), desk.db.write() as session:
            wish = BookingRequest(desk.service(session, "A"), Channel.ONLINE)
            admit = partial(proof.accept, office=office, proof=shown, secret=SECRET, now=desk.now)
            booking.issue(session, desk.vault, wish, desk.now, admit=admit)
        accept(shown)

    def test_it_expires(self, desk: Desk, office: Office, accept: Callable[[str], None]) -> None:
        shown = solved(proof.challenge(office, SECRET, 0, desk.now)).to_base64()
        desk.wait(minutes=31)
        with refused("proof_expired"):
            accept(shown)

    def test_it_is_for_one_office(self, desk: Desk, accept: Callable[[str], None]) -> None:
        other = Office(slug="lain")
        with refused("bad_proof"):
            accept(solved(proof.challenge(other, SECRET, 0, desk.now)).to_base64())

    def test_a_forged_one_is_refused(self, desk: Desk, office: Office, accept: Callable[[str], None]) -> None:
        honest = solved(proof.challenge(office, SECRET, 0, desk.now))
        foreign = solved(proof.challenge(office, "another secret, also long enough", 0, desk.now))
        guessed = altcha.Payload(honest.challenge, altcha.Solution(honest.solution.counter, "00" * 32))
        easier = altcha.Payload.from_dict(honest.to_dict())
        easier.challenge.parameters.cost = 0
        later = altcha.Payload.from_dict(honest.to_dict())
        later.challenge.parameters.data = {"office": office.slug, "expires": 2**40}
        for forged in (foreign, guessed, easier, later):
            with refused("bad_proof"):
                accept(forged.to_base64())

    @pytest.mark.parametrize(
        "shown",
        ["", "x", "e30=", "bnVsbA==", "W10=", "é", "A" * 5000, base64.b64encode(b"[" * 2900).decode()],
        ids=["empty", "letter", "{}", "null", "[]", "not ascii", "long", "deep"],
    )
    def test_nonsense_is_refused(self, accept: Callable[[str], None], shown: str) -> None:
        with refused("bad_proof"):
            accept(shown)

    def test_it_grows_with_the_load_between_a_floor_and_a_ceiling(self) -> None:
        grows = [proof.derivations(bookings) for bookings in range(0, 1000, 10)]
        assert grows == sorted(grows)
        assert grows[0] == proof.FLOOR
        assert grows[-1] == grows[-2] == proof.CEILING

    def test_the_load_is_what_the_office_booked_in_the_last_minute(self, desk: Desk, office: Office) -> None:
        desk.book("A")
        desk.wait(seconds=61)
        desk.book("A")
        desk.book("B")
        desk.join("A")
        with desk.db.read() as session:
            assert proof.recent_bookings(session, office, desk.now) == 2

    def test_used_ones_are_forgotten_once_they_have_expired(
        self, desk: Desk, office: Office, accept: Callable[[str], None]
    ) -> None:
        def kept() -> int:
            with desk.db.read() as session:
                return len(session.scalars(select(UsedProof)).all())

        accept(solved(proof.challenge(office, SECRET, 0, desk.now)).to_base64())
        proof.forget_old(desk.db, desk.now + timedelta(minutes=29))
        assert kept() == 1
        proof.forget_old(desk.db, desk.now + timedelta(minutes=31))
        assert kept() == 0

    @pytest.mark.parametrize(
        ("setting", "production", "demanded"),
        [
            (ProofOfWork.PROFILE, True, True),
            (ProofOfWork.PROFILE, False, False),
            (ProofOfWork.ON, False, True),
            (ProofOfWork.OFF, True, False),
        ],
    )
    def test_the_office_says_when_it_is_demanded(
        self, office: Office, setting: ProofOfWork, production: bool, demanded: bool
    ) -> None:
        office.proof_of_work = setting
        assert proof.is_demanded(office, production=production) is demanded


class TestFormsWithoutAScript:
    @pytest.fixture
    def office(self, desk: Desk) -> Office:
        with desk.db.read() as session:
            return desk.office(session)

    def send(self, desk: Desk, office: Office, token: str, at: datetime) -> None:
        with desk.db.write() as session:
            proof.accept_form(session, office, token, SECRET, at)

    def test_it_is_taken_some_seconds_after_it_was_given_out_and_once(self, desk: Desk, office: Office) -> None:
        token = proof.form_token(office, SECRET, desk.now)
        with refused("too_fast", seconds=5):
            self.send(desk, office, token, desk.now + timedelta(seconds=4))
        self.send(desk, office, token, desk.now + timedelta(seconds=5))
        with refused("proof_used"):
            self.send(desk, office, token, desk.now + timedelta(seconds=60))

    def test_it_expires(self, desk: Desk, office: Office) -> None:
        token = proof.form_token(office, SECRET, desk.now)
        with refused("form_expired"):
            self.send(desk, office, token, desk.now + timedelta(hours=2, seconds=1))

    @pytest.mark.parametrize("token", ["", "x", "1.2.3", "..", "٣.a.b", "é.è.ê"])
    def test_what_is_not_ours_is_none(self, desk: Desk, office: Office, token: str) -> None:
        with refused("proof_needed"):
            self.send(desk, office, token, desk.now)

    def test_the_time_in_it_cannot_be_changed(self, desk: Desk, office: Office) -> None:
        token = proof.form_token(office, SECRET, desk.now)
        earlier = token.replace(token.partition(".")[0], str(int(desk.now.timestamp()) - 60))
        with refused("proof_needed"):
            self.send(desk, office, earlier, desk.now)
