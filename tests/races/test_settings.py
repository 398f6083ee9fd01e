"""Two managers save the same settings at the same moment: one does, the other is told. Also without any page."""

from collections import Counter as Tally
from typing import Any

from queue_app.configuration import editing
from queue_app.configuration.editing import Part, Seen
from queue_app.configuration.errand import Errand
from queue_app.office_settings import texts_of
from tests.office import Desk
from tests.races.crowd import flat, rush

MANAGERS = 6


def save_at_once(desk: Desk, number: int) -> list[Any]:
    with desk.db.write() as session:
        admin = desk.user(session, "admin")
        assert admin.office.grace_minutes  # read before the turn comes
        parts = [Part("office", {"grace_minutes": 10 + number})]
        editing.save(
            Errand(session, admin.office, desk.now, admin), parts, Seen(0, {"office": frozenset({"grace_minutes"})})
        )
    return [10 + number]


def test_one_of_them_saves(database_url: str, desk: Desk) -> None:
    answers = flat(rush(database_url, desk.now, save_at_once, processes=2, threads=MANAGERS // 2))
    saved = [answer for answer in answers if isinstance(answer, int)]
    assert Tally(answers)["settings_changed"] == MANAGERS - 1
    with desk.db.read() as session:
        assert [texts_of(desk.office(session))["grace_minutes"]] == [str(answer) for answer in saved]
