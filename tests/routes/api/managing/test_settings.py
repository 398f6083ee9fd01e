"""The office's settings by API: read by topic, some changed; refused as a page refuses, with the field's name."""

import threading
from typing import Any

import pytest

from queue_app.office_settings import OfficeSettings
from tests.routes.api.managing.administrator import Administrator
from tests.routes.api.program import Program, refusal

SETTINGS = "/settings"


def by_name(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for topic in found["topics"] for one in topic["settings"]}


def test_every_setting_stands_there_with_what_it_may_be(admin: Administrator) -> None:
    found = by_name(admin.read(SETTINGS))
    assert found.keys() == OfficeSettings.model_fields.keys()
    grace = found["grace_minutes"]
    assert (grace["type"], grace["minimum"], grace["maximum"], grace["value"], grace["usual"]) == (
        ("integer", 0, 1440, 60, 60)
    )
    assert grace["unit"] == "menit"
    assert found["rule_name"]["choices"] == ["accumulating", "first_come", "strict"]
    assert found["remind_evening_minute"]["value"] == "18:00"
    assert found["rates"]["type"] == "string"
    assert all(one["description"] and one["label"] for one in found.values())


def test_all_that_was_read_can_be_sent_again(admin: Administrator) -> None:
    found = by_name(admin.read(SETTINGS))
    changed = admin.change("PATCH", SETTINGS, {"settings": {name: one["value"] for name, one in found.items()}})
    assert changed["version"] == 0
    assert by_name(changed) == found


def test_some_are_changed_and_the_version_grows(admin: Administrator) -> None:
    changed = admin.change("PATCH", SETTINGS, {"settings": {"grace_minutes": 45, "voice_languages": "id,en"}})
    assert by_name(changed)["grace_minutes"]["value"] == 45
    assert changed["version"] > 0
    assert by_name(admin.read(SETTINGS))["voice_languages"]["value"] == "id,en"


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"grace_minutes": -1}, "settings.grace_minutes"),
        ({"grace_minutes": "banyak"}, "settings.grace_minutes"),
        ({"grace_minutes": 60.5}, "settings.grace_minutes"),
        ({"grace_minuets": 60}, "settings.grace_minuets"),
        ({"rates": {"elderly": 2}}, "settings.rates"),
        ({"rule_name": "random"}, "settings.rule_name"),
        ({"name": ""}, "settings.name"),
        ({"timezone": "Mars/Olympus"}, "settings.timezone"),
        ({"voice": "yes"}, "settings.voice"),
        ([], "settings"),
        ("x", "settings"),
        (None, "settings"),
    ],
)
def test_what_cannot_be_is_named(admin: Administrator, settings: Any, field: str) -> None:
    admin.read(SETTINGS)
    answer = admin.send("PATCH", SETTINGS, {"settings": settings})
    assert refusal(answer) == (422, "invalid_request")
    assert [one["field"] for one in answer.get_json()["errors"]] == [field]


def test_people_who_are_affected_must_be_agreed_to(admin: Administrator, program: Program) -> None:
    program.ticket()
    admin.read(SETTINGS)
    wish = {"settings": {"rule_name": "strict"}}
    answer = admin.send("PATCH", SETTINGS, wish)
    assert refusal(answer) == (409, "needs_agreement")
    assert answer.get_json()["effects"] == ["1 orang yang menunggu akan dipanggil menurut aturan yang baru."]
    assert refusal(admin.send("PATCH", SETTINGS, {**wish, "agreed": "x"})) == (409, "needs_agreement")
    assert by_name(admin.read(SETTINGS))["rule_name"]["value"] == "accumulating"
    done = admin.send("PATCH", SETTINGS, {**wish, "agreed": answer.get_json()["agree"]})
    assert done.status_code == 200


def test_of_two_managers_the_second_reads_again(admin: Administrator, program: Program) -> None:
    other = Administrator(program)
    admin.read(SETTINGS)
    other.read(SETTINGS)
    assert admin.send("PATCH", SETTINGS, {"settings": {"grace_minutes": 45}}).status_code == 200
    assert refusal(other.send("PATCH", SETTINGS, {"settings": {"grace_minutes": 30}})) == (412, "version_conflict")
    other.read(SETTINGS)
    assert other.send("PATCH", SETTINGS, {"settings": {"grace_minutes": 30}}).status_code == 200


def test_at_the_same_moment_one_of_them_wins(admin: Administrator, program: Program) -> None:
    admin.read(SETTINGS)
    barrier, found = threading.Barrier(4), []

    def change(minutes: int) -> None:
        barrier.wait()
        found.append(admin.send("PATCH", SETTINGS, {"settings": {"grace_minutes": minutes}}).status_code)

    threads = [threading.Thread(target=change, args=(10 + number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [200, 412, 412, 412]


def test_nothing_new_is_not_sent_again(admin: Administrator, program: Program) -> None:
    admin.read(SETTINGS)
    again = program.get("/offices/senapelan/settings", "admin", headers={"If-None-Match": admin.etags[SETTINGS]})
    assert again.status_code == 304
