"""Who may sit at a desk, and that every move comes from its page."""

import pytest

from tests.office import Desk
from tests.routes.browsing import Person
from tests.routes.desk.sitting import POSTS, Signed


@pytest.mark.parametrize("path", ["/desk", "/desk/live"])
def test_strangers_are_sent_to_sign_in(signed: Signed, path: str) -> None:
    answer = signed("").client.get(path)
    assert answer.status_code == 302
    assert "/signin" in answer.headers["Location"]


@pytest.mark.parametrize("username", ["supervisor", "admin"])
def test_only_officers_sit_at_a_desk(signed: Signed, username: str) -> None:
    person = signed(username)
    assert person.client.get("/desk").status_code == 403
    assert person.client.get("/desk/live").status_code == 403


def test_every_move_needs_the_pages_token(seated: Person, desk: Desk) -> None:
    before = len(desk.events())
    for move in POSTS:
        answer = seated.client.post(f"/desk/{move}", data={"counter": "1", "reason": "other", "detail": "x"})
        assert answer.status_code == 400, move
    assert len(desk.events()) == before


def test_a_moves_address_in_the_address_bar_leads_to_the_desk(seated: Person) -> None:
    for move in POSTS:
        answer = seated.client.get(f"/desk/{move}")
        assert (answer.status_code, answer.headers.get("Location")) == (302, "/desk"), move
