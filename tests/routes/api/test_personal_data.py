"""A citizen's data by a program: found, copied, erased, each recorded as at the page; and not tried in numbers."""

from datetime import timedelta
from typing import Any

from queue_app.privacy import searching
from tests.routes.api.conftest import Moment
from tests.routes.api.program import Program, refusal

DATA = "/offices/senapelan/personal-data"
PHONE = "081234567890"


def given(program: Program) -> dict[str, Any]:
    return program.ticket(channel="online", name="Siti Rahma", phone=PHONE)


def ask(program: Program, what: str, body: Any) -> Any:
    return program.post(f"{DATA}/{what}", body, "admin")


def deeds(program: Program) -> list[tuple[str, str, int, str]]:
    found = program.get(f"{DATA}/deeds", "admin").get_json()["deeds"]
    return [(each["deed"], each["by"], each["rows"], each["who"]) for each in found]


def test_somebody_is_found_copied_and_erased_when_it_is_over(program: Program) -> None:
    ticket = given(program)
    program.ticket(channel="online", name="Orang Lain", phone="081299999999")
    found = ask(program, "find", {"by": "phone", "text": PHONE}).get_json()
    assert [(each["id"], each["erasable"]) for each in found["tickets"]] == [(ticket["id"], False)]
    assert "Siti" not in str(found)
    chosen = {"by": "phone", "tickets": [ticket["id"]]}
    copied = ask(program, "copy", chosen)
    assert copied.get_json()["tickets"][0]["name"] == "Siti Rahma"
    assert copied.headers["Cache-Control"] == "no-store"
    assert refusal(ask(program, "erase", chosen)) == (409, "nothing_to_erase")
    program.post(f"/tickets/{ticket['id']}/cancel", {})
    assert ask(program, "erase", chosen).get_json() == {"erased": 1, "left": 0}
    assert ask(program, "copy", chosen).get_json()["tickets"][0]["name"] is None
    assert ask(program, "find", {"by": "phone", "text": PHONE}).get_json()["tickets"] == []
    assert deeds(program) == [
        ("search", "phone", 0, "admin"),
        ("export", "phone", 1, "admin"),
        ("erase", "phone", 1, "admin"),
        ("export", "phone", 1, "admin"),
        ("search", "phone", 1, "admin"),
    ]


def test_what_names_nobody_is_refused(program: Program) -> None:
    for body, code in (
        ({"by": "nik", "text": "123"}, "bad_nik"),
        ({"by": "phone", "text": "0"}, "bad_phone"),
        ({"by": "ticket", "text": "A-012/2026-13-41"}, "bad_tickets"),
        ({"by": "name", "text": "Siti"}, "invalid_request"),
        ({"by": "nik"}, "invalid_request"),
    ):
        assert refusal(ask(program, "find", body)) == (422, code), body
    for what in ("copy", "erase"):
        assert refusal(ask(program, what, {"by": "ticket", "tickets": ["x"]})) == (404, "nobody_found")
        assert refusal(ask(program, what, {"by": "ticket"})) == (404, "nobody_found")
    assert deeds(program) == []
    assert refusal(program.post(f"{DATA}/find", {"by": "ticket", "text": "x"}, "supervisor")) == (403, "wrong_role")


def test_a_program_cannot_try_numbers(program: Program, moment: Moment) -> None:
    wish = {"by": "ticket", "text": "A-001/2026-11-24"}
    for _ in range(searching.MOST_IN_AN_HOUR):
        assert ask(program, "find", wish).status_code == 200
    answer = ask(program, "find", wish)
    assert refusal(answer) == (429, "too_many_searches")
    assert answer.get_json()["most"] == searching.MOST_IN_AN_HOUR
    moment.now += timedelta(hours=1, seconds=1)
    assert ask(program, "find", wish).status_code == 200
    page = program.get(f"{DATA}/deeds?limit=20", "admin").get_json()
    rest = program.get(f"{DATA}/deeds?after={page['next']}", "admin").get_json()
    assert len(page["deeds"]) + len(rest["deeds"]) == searching.MOST_IN_AN_HOUR + 1
