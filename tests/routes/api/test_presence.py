"""A citizen's program at the office: a proof of being there, more time, several services in one visit."""

from datetime import timedelta
from typing import Any

import pytest

from queue_app import accounts
from queue_app.models import Office, Role
from queue_app.presence import Presence
from tests.office import PASSWORD, SECRET, SLUG, Desk
from tests.routes.api.conftest import Moment
from tests.routes.api.program import Program, refusal

PRESENCE = Presence(SECRET)
TICKETS = f"/offices/{SLUG}/tickets"


def booked(program: Program, **wish: Any) -> str:
    """The address of a new booking for today."""
    return f"/tickets/{program.ticket(channel='online', **wish)['id']}"


class TestProof:
    def test_a_code_of_the_display_stands_in_the_log(self, program: Program, desk: Desk) -> None:
        ticket = booked(program)
        answer = program.post(f"{ticket}/check-in", {"presence": PRESENCE.code(SLUG, desk.now)})
        assert answer.get_json()["state"] == "WAITING"
        assert desk.events()[-1].data == {"presence": "qr"}

    def test_without_one_all_stays_as_it_was(self, program: Program) -> None:
        answer = program.post(f"{booked(program)}/check-in", headers={"Authorization": "Bearer of something else"})
        assert answer.get_json()["state"] == "WAITING"

    @pytest.mark.parametrize(
        ("slug", "age", "code"), [("elsewhere", 0, "presence_invalid"), (SLUG, 90, "presence_expired")]
    )
    def test_a_wrong_one_is_refused_even_where_none_is_needed(
        self, program: Program, desk: Desk, slug: str, age: int, code: str
    ) -> None:
        shown = PRESENCE.code(slug, desk.now - timedelta(seconds=age))
        assert refusal(program.post(f"{booked(program)}/check-in", {"presence": shown})) == (422, code)

    def test_a_retry_long_after_is_harmless(self, program: Program, desk: Desk, moment: Moment) -> None:
        ticket, body = booked(program), {"presence": PRESENCE.code(SLUG, desk.now)}
        first = program.post(f"{ticket}/check-in", body)
        moment.now += timedelta(minutes=10)
        again = program.post(f"{ticket}/check-in", body)
        assert (again.status_code, again.get_json()["version"]) == (200, first.get_json()["version"])

    def test_an_office_may_demand_it(self, program: Program, desk: Desk) -> None:
        desk.change_office(presence_required=True)
        ticket = booked(program)
        assert refusal(program.post(f"{ticket}/check-in")) == (403, "presence_needed")
        assert refusal(program.post(f"{ticket}/check-in", headers={"Authorization": "Bearer x"})) == (
            401,
            "token_unknown",
        )
        assert program.get(ticket).get_json()["state"] == "BOOKED"

    def test_a_token_of_its_staff_is_one(self, program: Program, desk: Desk) -> None:
        desk.change_office(presence_required=True)
        answer = program.post(f"{booked(program)}/check-in", officer="petugas1")
        assert answer.get_json()["state"] == "WAITING"
        event = desk.events()[-1]
        assert (event.data, event.actor_id is not None) == ({"presence": "staff"}, True)

    def test_a_token_of_another_office_is_none(self, program: Program, desk: Desk) -> None:
        desk.change_office(presence_required=True)
        with desk.db.write() as session:
            office = Office(slug="elsewhere", name="Kantor lain")
            session.add(office)
            session.flush()
            accounts.create_user(session, office=office, username="sari", role=Role.OFFICER, password=PASSWORD)
        assert refusal(program.post(f"{booked(program)}/check-in", officer="sari")) == (403, "other_office")


class TestMoreTime:
    def test_the_next_three_go_first(self, program: Program) -> None:
        tickets = [program.ticket() for _ in range(5)]
        assert tickets[0]["defers_left"] == 2
        answer = program.post(f"/tickets/{tickets[0]['id']}/defer").get_json()
        assert (answer["position"], answer["defers_left"]) == (4, 1)

    def test_asking_too_often_is_refused(self, program: Program) -> None:
        path = f"/tickets/{program.ticket()['id']}/defer"
        assert [program.post(path).status_code for _ in range(2)] == [200, 200]
        answer = program.post(path)
        assert refusal(answer) == (409, "deferred_too_often")
        assert answer.get_json()["times"] == 2

    def test_a_doubled_request_with_its_version_counts_once(self, program: Program) -> None:
        ticket = program.ticket()
        path, body = f"/tickets/{ticket['id']}/defer", {"version": ticket["version"]}
        assert program.post(path, body).get_json() == program.post(path, body).get_json()
        assert program.post(path, body).get_json()["defers_left"] == 1

    def test_a_booking_does_not_wait_yet(self, program: Program) -> None:
        assert refusal(program.post(f"{booked(program)}/defer")) == (409, "illegal_move")


class TestSeveralServices:
    def test_the_ticket_goes_from_one_to_the_next(self, program: Program) -> None:
        program.open()
        made = program.ticket(also=["B", "C"])
        assert (made["service"], made["also"]) == ("A", ["B", "C"])
        after = program.move("finish", program.move("start", program.call_next()))
        assert (after["state"], after["service"], after["also"]) == ("WAITING", "B", ["C"])
        after = program.move("finish", program.move("start", program.call_next()))
        after = program.move("finish", program.move("start", program.call_next()))
        assert (after["state"], after["label"], "also" in after) == ("SERVED", made["label"], False)

    @pytest.mark.parametrize(
        ("also", "status", "code"),
        [
            (["A"], 422, "bad_visit"),
            (["B", "B"], 422, "bad_visit"),
            (["B", "C", "D", "E"], 422, "bad_visit"),
            (["Z"], 404, "unknown_service"),
            ("B", 422, "invalid_request"),
            ([1], 422, "invalid_request"),
        ],
    )
    def test_what_cannot_be_is_refused(self, program: Program, also: Any, status: int, code: str) -> None:
        answer = program.post(TICKETS, {"service": "A", "channel": "kiosk", "also": also})
        assert refusal(answer) == (status, code)


def test_it_says_why_it_was_called(program: Program, moment: Moment) -> None:
    program.ticket()
    moment.now += timedelta(minutes=34)
    program.open()
    assert program.call_next()["call_reason"] == {"why": "weighted_wait", "waited_minutes": 34}
