"""The whole configuration as a document, the history of its changes page by page, and putting one back."""

from tests.routes.api.managing.administrator import Administrator
from tests.routes.api.program import Program, refusal

PATH = "/configuration"


def test_it_is_read_and_can_be_sent_again_unchanged(admin: Administrator) -> None:
    found = admin.read(PATH)
    told = admin.send("POST", f"{PATH}/preview", {"configuration": found["configuration"]}).get_json()
    assert (told["changes"], told["effects"], told["agree"]) == ([], [], None)
    assert admin.send("PUT", PATH, {"configuration": found["configuration"]}).status_code == 200
    assert admin.read(PATH) == found


def test_a_change_is_shown_beforehand_agreed_to_and_made(admin: Administrator, program: Program) -> None:
    program.ticket()
    admin.read(PATH)
    wish = {"version": 1, "office": {"rule_name": "strict", "grace_minutes": 45}}
    told = admin.send("POST", f"{PATH}/preview", {"configuration": wish}).get_json()
    assert [(one["section"], one["kind"], one["after"]) for one in told["changes"]] == [
        ("office", "change", {"grace_minutes": 45, "rule_name": "strict"})
    ]
    assert len(told["effects"]) == 1
    assert admin.read(PATH)["configuration"]["office"]["grace_minutes"] == 60
    refused = admin.send("PUT", PATH, {"configuration": wish})
    assert refusal(refused) == (409, "needs_agreement")
    assert refused.get_json()["agree"] == told["agree"]
    done = admin.send("PUT", PATH, {"configuration": wish, "agreed": told["agree"]})
    assert done.get_json()["configuration"]["office"]["grace_minutes"] == 45


def test_somebody_elses_change_meanwhile_is_not_overwritten(admin: Administrator, program: Program) -> None:
    other = Administrator(program)
    other.read(PATH)
    admin.change("PATCH", "/counters/1", {"services": {"A": 1}})
    answer = other.send("PUT", PATH, {"configuration": {"version": 1, "office": {"grace_minutes": 45}}})
    assert refusal(answer) == (412, "version_conflict")


def test_what_is_wrong_is_named_where_it_stands(admin: Administrator) -> None:
    admin.read(PATH)
    for configuration, field in (
        ({"version": 2}, "configuration.version"),
        ({}, "configuration.version"),
        ({"version": 1, "colour": 1}, "configuration.colour"),
        ({"version": 1, "counters": [{"number": 1, "services": "Z"}]}, "configuration.counters[1].services"),
        ({"version": 1, "hours": ["mon"]}, "configuration.hours"),
        ([], "configuration"),
    ):
        for method, path in (("PUT", PATH), ("POST", f"{PATH}/preview")):
            answer = admin.send(method, path, {"configuration": configuration}, read=PATH)
            assert refusal(answer) == (422, "invalid_request"), configuration
            assert [one["field"] for one in answer.get_json()["errors"]] == [field]


def test_the_history_is_read_page_by_page(admin: Administrator, program: Program) -> None:
    for minutes in (10, 20, 30):
        admin.change("PATCH", "/settings", {"settings": {"grace_minutes": minutes}})
    admin.change("PATCH", "/counters/1", {"services": {"A": 1}})
    first = admin.read("/changes?limit=2")
    assert [one["subject"] for one in first["changes"]] == ["counter:1", "office"]
    assert first["changes"][1]["before"] == {"grace_minutes": "20"}
    assert (first["changes"][1]["by"], first["changes"][1]["about"]) == ("admin", "Pengaturan kantor")
    found, before = list(first["changes"]), first["next"]
    while before is not None:
        page = admin.read(f"/changes?limit=2&before={before}")
        found, before = found + page["changes"], page["next"]
    assert [one["number"] for one in found] == list(range(len(found), 0, -1))
    assert len(admin.read("/changes?subject=office")["changes"]) == 3
    for query in ("before=x", "before=0", "limit=101", "subject=moon", "page=2"):
        answer = program.get(f"/offices/senapelan/changes?{query}", "admin")
        assert refusal(answer) == (422, "invalid_request")
    assert program.get("/offices/senapelan/changes", "supervisor").status_code == 200


def test_a_change_is_put_back_once(admin: Administrator, program: Program) -> None:
    admin.change("PATCH", "/settings", {"settings": {"grace_minutes": 10}})
    number = admin.read("/changes")["changes"][0]["number"]
    path = f"/changes/{number}"
    assert admin.read(path)["why_not"] is None
    answer = admin.send("POST", f"{path}/put-back", {}, read=path)
    assert answer.status_code == 200, answer.text
    values = {one["name"]: one["value"] for topic in admin.read("/settings")["topics"] for one in topic["settings"]}
    assert values["grace_minutes"] == 60
    again = admin.send("POST", f"{path}/put-back", {}, read=path)
    assert refusal(again) == (412, "version_conflict")
    assert refusal(program.get("/offices/senapelan/changes/9999", "admin")) == (404, "unknown_change")


def test_what_is_not_put_back_from_here_says_why(admin: Administrator) -> None:
    admin.send("POST", "/calendar/holidays/load", {"year": 2026})
    admin.change("POST", "/calendar/holidays/confirm", {"year": 2026}, read="/calendar")
    path = f"/changes/{admin.read('/changes')['changes'][0]['number']}"
    assert "kalender" in admin.read(path)["why_not"]
    answer = admin.send("POST", f"{path}/put-back", {}, read=path)
    assert refusal(answer) == (422, "cannot_put_back")


def test_a_large_configuration_is_taken_and_a_larger_one_is_not(admin: Administrator) -> None:
    closures = [{"day": f"2027-{n // 28 + 1:02}-{n % 28 + 1:02}", "reason": "Rapat " + "x" * 110} for n in range(336)]
    for times, expected in ((1, 200), (2, 422), (6, 413)):
        rows = [*closures, *[{**one, "note": "x" * 120} for one in closures * (times - 1)]]
        wish = {"configuration": {"version": 1, "calendar": {"closures": rows}}}
        assert admin.send("POST", f"{PATH}/preview", wish).status_code == expected
    other = admin.send("POST", "/counters", {"number": 1, "note": "x" * 70_000})
    assert refusal(other) == (413, "too_large")
    assert other.get_json()["detail"].endswith("paling banyak 64 KiB.")
