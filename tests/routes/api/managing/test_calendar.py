"""The calendar by API: hours, days, holidays, and the bookings that come to stand outside."""

from typing import Any

import pytest

from tests.routes.api.managing.administrator import Administrator
from tests.routes.api.program import Program, refusal

ALWAYS = ["mon-sun 00:00-24:00"]


def test_hours_of_the_office_and_of_a_service(admin: Administrator) -> None:
    assert admin.read("/calendar")["hours"] == ALWAYS
    week = ["mon-thu 08:00-16:00", "fri 08:00-11:30 13:30-16:00"]
    assert admin.change("PUT", "/calendar/hours", {"hours": week}, read="/calendar")["hours"] == week
    own = admin.change("PUT", "/services/A/hours", {"hours": ["mon 08:00-09:00"]}, read="/calendar")
    assert own["services"] == [{"service": "A", "hours": ["mon 08:00-09:00"]}]
    assert admin.change("PUT", "/services/A/hours", {"hours": []}, read="/calendar")["services"] == []


def test_days_are_closed_opened_and_given_special_hours(admin: Administrator) -> None:
    closed = admin.change(
        "PUT", "/calendar/days/2026-12-07", {"reason": "Rapat", "until": "2026-12-08"}, read="/calendar"
    )
    days = {one["date"]: one for one in closed["days"]}
    assert [days[day]["reason"] for day in ("2026-12-07", "2026-12-08")] == ["Rapat", "Rapat"]
    special = admin.change(
        "PUT", "/calendar/days/2026-12-07", {"reason": "Rapat", "hours": ["08:00-10:30"]}, read="/calendar"
    )
    days = {one["date"]: one for one in special["days"]}
    assert (days["2026-12-07"]["closed"], days["2026-12-07"]["hours"]) == (False, ["08:00-10:30"])
    for day in ("2026-12-07", "2026-12-08"):
        opened = admin.change("DELETE", f"/calendar/days/{day}", read="/calendar")
        assert day not in {one["date"] for one in opened["days"]}


def test_holidays_are_suggested_decided_and_opened_again(admin: Administrator) -> None:
    loaded = admin.send("POST", "/calendar/holidays/load", {"year": 2026}).get_json()
    christmas = {one["date"]: one for one in loaded["days"]}["2026-12-25"]
    assert (christmas["closed"], christmas["holiday"]) == (False, "suggested")
    decided = admin.change("POST", "/calendar/holidays/confirm", {"year": 2026}, read="/calendar")
    assert {one["date"]: one for one in decided["days"]}["2026-12-25"]["closed"] is True
    opened = admin.change("DELETE", "/calendar/days/2026-12-25", read="/calendar")
    assert {one["date"]: one for one in opened["days"]}["2026-12-25"]["holiday"] == "open"


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("PUT", "/calendar/hours", {"hours": []}, (422, "bad_hours")),
        ("PUT", "/calendar/hours", {"hours": ["mon 16:00-08:00"]}, (422, "bad_hours")),
        ("PUT", "/calendar/hours", {"hours": ["senin 08:00-16:00"]}, (422, "bad_hours")),
        ("PUT", "/calendar/hours", {"hours": "mon 08:00-16:00"}, (422, "invalid_request")),
        ("PUT", "/services/Z/hours", {"hours": []}, (404, "unknown_service")),
        ("PUT", "/calendar/days/2026-11-01", {"reason": "Rapat"}, (422, "invalid_request")),
        ("PUT", "/calendar/days/2026-12-07", {}, (422, "invalid_request")),
        ("PUT", "/calendar/days/2026-12-07", {"reason": "x" * 121}, (422, "invalid_request")),
        ("PUT", "/calendar/days/2026-12-07", {"reason": "x", "until": "2027-03-01"}, (422, "invalid_request")),
        ("PUT", "/calendar/days/2026-12-07", {"reason": "x", "hours": ["9-10"]}, (422, "invalid_request")),
        ("PUT", "/calendar/days/2026-02-30", {"reason": "x"}, (404, "unknown_day")),
        ("PUT", "/calendar/days/besok", {"reason": "x"}, (404, "unknown_day")),
        ("DELETE", "/calendar/days/20261207xx", None, (404, "unknown_day")),
        ("POST", "/calendar/holidays/load", {"year": 1}, (422, "invalid_request")),
    ],
)
def test_what_cannot_be_is_refused(
    admin: Administrator, method: str, path: str, body: Any, expected: tuple[int, str]
) -> None:
    admin.read("/calendar")
    answer = admin.send(method, path, body, read="/calendar")
    assert refusal(answer) == expected


def test_bookings_outside_are_counted_and_agreed_to(admin: Administrator, program: Program) -> None:
    for _ in range(2):
        program.ticket(channel="online", date="2026-11-26", slot="10:00")
    admin.read("/calendar")
    path, wish = "/calendar/days/2026-11-26", {"reason": "Listrik padam"}
    answer = admin.send("PUT", path, wish, read="/calendar")
    assert refusal(answer) == (409, "needs_agreement")
    (said,) = answer.get_json()["effects"]
    assert said.startswith("2026-11-26: 2 ")
    agree = answer.get_json()["agree"]
    program.ticket(channel="online", date="2026-11-26", slot="10:00")  # meanwhile one more
    again = admin.send("PUT", path, {**wish, "agreed": agree}, read="/calendar")
    assert refusal(again) == (409, "needs_agreement")
    assert admin.send("PUT", path, {**wish, "agreed": again.get_json()["agree"]}, read="/calendar").status_code == 200
    stale = admin.send("PUT", "/calendar/hours", {"hours": ALWAYS}, read="/calendar")
    assert refusal(stale) == (412, "version_conflict")
