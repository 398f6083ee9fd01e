"""Many guesses and one code at the same moment, on both databases."""

from typing import Any

import pyotp

from queue_app.signin import misses, second_step
from queue_app.signin.misses import TooSoon
from queue_app.signin.where import Where
from tests.office import Desk
from tests.races.crowd import flat, rush

CROWD = {"processes": 2, "threads": 4}
SECRET_OF_PHONE = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def guess(desk: Desk, _number: int) -> list[Any]:
    answers = []
    for _ in range(4):
        try:
            with desk.db.write() as session:
                misses.count(session, misses.at_sign_in("petugas1", "198.51.100.7", None), desk.now)
            answers.append("looked at")
        except TooSoon:
            answers.append("too soon")
    return answers


def use_code(desk: Desk, _number: int) -> list[Any]:
    code = pyotp.TOTP(SECRET_OF_PHONE).at(desk.now)
    with desk.db.write() as session:
        user = desk.user(session, "supervisor")
        return [second_step.passes(session, desk.vault, user, code, Where(), desk.now)]


def test_a_burst_of_guesses_gains_nothing_and_a_code_is_taken_once(desk: Desk, database_url: str) -> None:
    assert flat(rush(database_url, desk.now, guess, **CROWD)).count("looked at") == 5
    with desk.db.write() as session:
        user = desk.user(session, "supervisor")
        user.totp_sealed, user.totp_since = desk.vault.seal(SECRET_OF_PHONE), desk.now
    assert flat(rush(database_url, desk.now, use_code, **CROWD)).count(True) == 1
