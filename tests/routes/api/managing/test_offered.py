"""The office's services by API: added, changed, retired, merged and unmerged."""

import pytest

from tests.routes.api.managing.administrator import Administrator
from tests.routes.api.program import Program, refusal


def test_one_is_added_changed_and_retired(admin: Administrator, program: Program) -> None:
    before = len(admin.read("/services")["services"])
    wish = {"code": "G", "settings": {"name_id": "Pindah datang", "name_en": "Moving in", "daily_quota": 40}}
    made = admin.make("/services", wish)
    assert (made["prefix"], made["settings"]["daily_quota"], made["settings"]["active"]) == ("G", 40, True)
    changed = admin.change(
        "PATCH", "/services/G", {"settings": {"documents": [{"id": "KK"}], "prefix": "PD", "daily_quota": None}}
    )
    assert (changed["prefix"], changed["documents"]) == ("PD", [{"id": "KK", "en": "KK"}])
    assert changed["settings"]["daily_quota"] is None
    assert admin.change("PATCH", "/services/G", {"settings": {"active": False}})["settings"]["active"] is False
    there = {one["code"]: one for one in admin.read("/services")["services"]}
    assert len(there) == before + 1
    assert "G" not in {one["code"] for one in program.get("/offices/senapelan").get_json()["services"]}


def test_what_cannot_be_is_refused(admin: Administrator) -> None:
    for body, expected in (
        ({"code": "A", "settings": {"name_id": "Lain"}}, (422, "bad_service_code")),
        ({"code": "a b", "settings": {"name_id": "Lain"}}, (422, "invalid_request")),
        ({"code": "G", "settings": {}}, (422, "invalid_request")),
        ({"code": "G", "settings": {"name_id": "Lain", "prefix": "A"}}, (422, "invalid_request")),
        ({"code": "G", "settings": {"name_id": "Lain", "slot_minutes": 1}}, (422, "invalid_request")),
        ({"code": "G", "settings": {"name_id": "Lain", "colour": "red"}}, (422, "invalid_request")),
        ({"code": "G", "settings": {"name_id": "Lain", "code": "A"}}, (422, "invalid_request")),
    ):
        answer = admin.send("POST", "/services", body)
        assert refusal(answer) == expected, body
    assert refusal(admin.program.get("/offices/senapelan/services/Z", "admin")) == (404, "unknown_service")


def test_a_prefix_that_numbers_bear_stays(admin: Administrator, program: Program) -> None:
    program.ticket()
    admin.read("/services/A")
    answer = admin.send("PATCH", "/services/A", {"settings": {"prefix": "Z"}})
    assert refusal(answer) == (422, "bad_prefix")


def test_who_is_booked_beyond_a_new_quota_is_agreed_to(admin: Administrator, program: Program) -> None:
    for _ in range(3):
        program.ticket()
    admin.read("/services/A")
    answer = admin.send("PATCH", "/services/A", {"settings": {"daily_quota": 1}})
    assert refusal(answer) == (409, "needs_agreement")
    assert answer.get_json()["effects"][0].startswith("2 nomor A")
    agreed = {"settings": {"daily_quota": 1}, "agreed": answer.get_json()["agree"]}
    assert admin.send("PATCH", "/services/A", agreed).status_code == 200


def test_merging_and_back(admin: Administrator) -> None:
    merged = admin.change("PUT", "/services/B/merge", {"into": "A"}, read="/services/B")
    assert (merged["merged_into"], merged["settings"]["active"], merged["reported_together"]) == ("A", False, True)
    stale = admin.send("DELETE", "/services/B/merge", read="/services/B")
    assert refusal(stale) == (412, "version_conflict")
    back = admin.change("DELETE", "/services/B/merge", read="/services/B")
    assert (back["merged_into"], back["settings"]["active"]) == (None, True)
    again = admin.read("/services/B")
    assert again["version"] == back["version"]
    assert refusal(admin.send("DELETE", "/services/B/merge", read="/services/B")) == (422, "not_merged")


@pytest.mark.parametrize(("into", "code"), [("B", "merge_into_itself"), ("Z", "unknown_service")])
def test_what_cannot_be_merged(admin: Administrator, into: str, code: str) -> None:
    admin.read("/services/B")
    answer = admin.send("PUT", "/services/B/merge", {"into": into}, read="/services/B")
    assert answer.get_json()["code"] == code


def test_a_stale_change_is_refused_and_another_services_is_not(admin: Administrator, program: Program) -> None:
    other = Administrator(program)
    for path in ("/services/A", "/services/B"):
        other.read(path)
    admin.change("PATCH", "/services/A", {"settings": {"standard_minutes": 9}})
    stale = other.send("PATCH", "/services/A", {"settings": {"standard_minutes": 11}})
    assert refusal(stale) == (412, "version_conflict")
    assert other.send("PATCH", "/services/B", {"settings": {"standard_minutes": 11}}).status_code == 200
