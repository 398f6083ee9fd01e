"""ETag, If-None-Match and If-Match on tickets: nothing is sent twice, and nothing is changed unseen."""

from datetime import timedelta
from typing import Any

import pytest

from queue_app.routes.api.frame.document import document
from queue_app.routes.api.frame.operation import OPERATIONS
from tests.routes.api.conftest import Moment
from tests.routes.api.program import Program, refusal


def read(program: Program, ticket: dict[str, Any]) -> str:
    answer = program.get(f"/tickets/{ticket['id']}")
    assert answer.status_code == 200
    return answer.headers["ETag"]


def test_an_unchanged_ticket_is_not_sent_again(program: Program) -> None:
    ticket = program.ticket()
    etag = read(program, ticket)
    answer = program.get(f"/tickets/{ticket['id']}", headers={"If-None-Match": etag})
    assert (answer.status_code, answer.headers["ETag"]) == (304, etag)
    other = program.get(f"/tickets/{ticket['id']}", headers={"If-None-Match": '"0.x"'})
    assert other.status_code == 200


def test_what_else_it_says_changes_the_etag_and_not_the_version(program: Program) -> None:
    ahead, ticket = program.ticket(), program.ticket()
    before = read(program, ticket)
    program.post(f"/tickets/{ahead['id']}/cancel")
    answer = program.get(f"/tickets/{ticket['id']}", headers={"If-None-Match": before})
    assert answer.status_code == 200
    assert answer.get_json()["position"] == 1
    assert before.partition(".")[0] == answer.headers["ETag"].partition(".")[0]
    moved = program.post(f"/tickets/{ticket['id']}/cancel", headers={"If-Match": before})
    assert moved.status_code == 200


@pytest.mark.parametrize("form", ["{}", "W/{}", '"0.gone", {}', "{version}"])
def test_if_match_stands_for_the_version(program: Program, moment: Moment, form: str) -> None:
    program.ticket()
    program.open()
    called = program.call_next()
    etag = form.replace("{version}", f'"{called["version"]}"').replace("{}", read(program, called))
    path = f"/tickets/{called['id']}/start"
    for _ in range(2):  # doubled by a retry: the first answer again
        answer = program.post(path, {}, "petugas1", headers={"If-Match": etag})
        assert (answer.status_code, answer.get_json()["state"]) == (200, "SERVING")
    assert answer.headers["ETag"].startswith(f'"{called["version"] + 1}.')
    moment.now += timedelta(minutes=3)
    stale = program.post(f"/tickets/{called['id']}/finish", {}, "petugas1", headers={"If-Match": etag})
    assert refusal(stale) == (412, "version_conflict")
    assert stale.get_json()["state"] == "SERVING"


def test_in_the_body_the_version_stays_what_it_was(program: Program) -> None:
    ticket = program.ticket()
    assert refusal(program.post(f"/tickets/{ticket['id']}/cancel", {"version": 7})) == (409, "stale_ticket")
    both = program.post(f"/tickets/{ticket['id']}/cancel", {"version": 1}, headers={"If-Match": '"1.x"'})
    assert both.status_code == 200


def test_both_and_different_are_refused(program: Program) -> None:
    ticket = program.ticket()
    answer = program.post(f"/tickets/{ticket['id']}/cancel", {"version": 1}, headers={"If-Match": '"2.x"'})
    assert refusal(answer) == (422, "versions_differ")
    assert program.get(f"/tickets/{ticket['id']}").get_json()["state"] == "WAITING"


@pytest.mark.parametrize("junk", ["", "x", '"', '"x1"', "W/", '""', '"-1"', '"99999999999"', "\u00e9"])
def test_what_is_no_etag_of_ours_matches_nothing(program: Program, junk: str) -> None:
    ticket = program.ticket()
    answer = program.post(f"/tickets/{ticket['id']}/cancel", {}, headers={"If-Match": junk})
    assert refusal(answer) == (412, "version_conflict")


def test_a_star_is_whatever_it_is_now(program: Program) -> None:
    ticket = program.ticket()
    assert program.post(f"/tickets/{ticket['id']}/cancel", {}, headers={"If-Match": "*"}).status_code == 200
    program.open()
    program.ticket()
    called = program.call_next()
    answer = program.post(f"/tickets/{called['id']}/start", {}, "petugas1", headers={"If-Match": "*"})
    assert refusal(answer) == (422, "invalid_request")
    assert answer.get_json()["errors"][0]["field"] == "version"


def test_the_document_tells_of_both() -> None:
    for declared in OPERATIONS:
        found = document()["paths"][declared.path][declared.method.lower()]
        names = {each.get("name") or each["$ref"].rpartition("/")[2] for each in found["parameters"]}
        answered = found["responses"][str(declared.status)].get("headers", {})
        assert ("If-Match" in names) == (declared.takes_version or declared.demands_version), declared.operation_id
        assert not declared.is_versioned or "ETag" in answered
        if declared.is_versioned and declared.method == "GET":
            assert "If-None-Match" in names
            assert "304" in found["responses"]
