"""Displays by a program: registered, paired, changed on a version, taken away; and what they show."""

import io
import struct
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from queue_app.config import Config
from queue_app.models import Device, DisplayMedia
from tests.domain.test_signage import MP4, picture
from tests.routes.api.program import Program, refusal, uploaded

DISPLAYS = "/offices/senapelan/displays"
CONTENT = "/offices/senapelan/display-content"
MEDIA = f"{CONTENT}/media"
FILE = "application/octet-stream"


@pytest.fixture
def display(program: Program) -> dict[str, Any]:
    found: dict[str, Any] = program.post(DISPLAYS, {"name": " Ruang  tunggu"}, "supervisor").get_json()
    return found


def kept(config: Config) -> list[Path]:
    return [path for path in (config.instance_dir / "uploads").rglob("*") if path.is_file()]


def test_a_display_is_registered_and_its_name_is_its_own(program: Program, display: dict[str, Any]) -> None:
    assert (display["name"], display["state"], display["counters"], display["is_current"]) == (
        *("Ruang tunggu", "never_paired", [], None),
    )
    again = program.post(DISPLAYS, {"name": "Ruang tunggu"}, "supervisor")
    assert refusal(again) == (422, "display_name_taken")
    assert refusal(program.post(DISPLAYS, {"name": " "}, "supervisor")) == (422, "display_without_name")
    assert [each["id"] for each in program.get(DISPLAYS, "supervisor").get_json()["displays"]] == [display["id"]]
    assert refusal(program.get(DISPLAYS, "petugas1")) == (403, "wrong_role")
    for wrong in ("0", "x", "99"):
        assert refusal(program.get(f"{DISPLAYS}/{wrong}", "supervisor")) == (404, "unknown_display")


def test_a_change_names_the_version_that_it_is_based_on(program: Program, display: dict[str, Any]) -> None:
    path = f"{DISPLAYS}/{display['id']}"
    first = program.get(path, "supervisor").headers["ETag"]
    assert refusal(program.send("PATCH", path, "supervisor", json={"speaks": False})) == (428, "precondition_required")
    based = {"If-Match": first}
    changed = program.send("PATCH", path, "supervisor", json={"counters": [2, 1]}, headers=based)
    assert (changed.get_json()["counters"], changed.get_json()["speaks"]) == ([1, 2], True)
    late = program.send("PATCH", path, "admin", json={"speaks": False}, headers=based)
    assert refusal(late) == (412, "version_conflict")
    assert program.get(path, "admin").get_json()["speaks"] is True
    now = {"If-Match": changed.headers["ETag"]}
    assert program.send("PATCH", path, "admin", json={"speaks": False}, headers=now).get_json()["speaks"] is False
    wrong = program.send("PATCH", path, "admin", json={"counters": [99]}, headers={"If-Match": "*"})
    assert refusal(wrong) == (422, "bad_choice")


def test_a_screen_is_paired_by_its_code_and_revoked(program: Program, display: dict[str, Any]) -> None:
    path, screen = f"{DISPLAYS}/{display['id']}", program.app.test_client()
    code = screen.post("/display/pairing").get_json()["code"]
    assert refusal(program.post(f"{path}/pair", {"code": "abc"}, "supervisor")) == (422, "bad_code")
    paired = program.post(f"{path}/pair", {"code": code.lower()}, "supervisor").get_json()
    assert paired["state"] == "silent"
    assert screen.get("/display/pairing").get_json()["state"] == "paired"
    assert refusal(program.post(f"{path}/pair", {"code": code}, "supervisor")) == (422, "wrong_pairing_code")
    for _ in range(2):
        assert program.post(f"{path}/revoke", officer="supervisor").get_json()["state"] == "revoked"


def test_all_pairings_end_at_once(program: Program, display: dict[str, Any]) -> None:
    code = program.app.test_client().post("/display/pairing").get_json()["code"]
    program.post(f"{DISPLAYS}/{display['id']}/pair", {"code": code}, "supervisor")
    [ended] = program.post(f"{DISPLAYS}/end-pairings", officer="supervisor").get_json()["displays"]
    assert ended["state"] == "revoked"


def test_codes_are_not_found_by_trying(program: Program, display: dict[str, Any]) -> None:
    answers = [
        refusal(program.post(f"{DISPLAYS}/{display['id']}/pair", {"code": "ABCDEF"}, "supervisor")) for _ in range(9)
    ]
    assert answers == [(422, "wrong_pairing_code")] * 8 + [(429, "too_many_codes")]


def test_a_screen_is_found_renewed_and_taken_away(program: Program, display: dict[str, Any]) -> None:
    path = f"{DISPLAYS}/{display['id']}"
    for deed in ("identify", "reload"):
        assert program.post(f"{path}/{deed}", officer="supervisor").status_code == 200
    with program.db.read() as session:
        device = session.scalars(select(Device)).one()
        assert (device.reloads, device.identify_until is not None) == (1, True)
    assert program.send("DELETE", path, "supervisor").get_json()["name"] == "Ruang tunggu"
    assert refusal(program.send("DELETE", path, "supervisor")) == (404, "unknown_display")


def test_pictures_are_shown_changed_and_removed(program: Program, config: Config) -> None:
    first = uploaded(program, f"{MEDIA}?words=Alur&seconds=15", picture(), "supervisor")
    second = uploaded(program, MEDIA, MP4, "supervisor")
    logo = uploaded(program, f"{MEDIA}?shown_as=logo", picture(kind="PNG"), "supervisor")
    assert [each["kind"] for each in (first, second, logo)] == ["picture", "video", "logo"]
    assert (first["words"], first["seconds"]) == ("Alur", 15)
    with program.app.test_client().get(first["path"]) as file:
        assert (file.mimetype, len(file.data)) == ("image/webp", first["size"])
    found = program.get(CONTENT, "supervisor").get_json()
    assert [each["id"] for each in found["media"]] == [first["id"], second["id"]]
    assert found["logo"]["id"] == logo["id"]
    assert found["used_bytes"] == sum(each["size"] for each in (first, second, logo))
    path, based = f"{MEDIA}/{second['id']}", {"If-Match": f'"{second["version"]}"'}
    changed = program.send("PATCH", path, "supervisor", json={"move": "up", "words": "Film"}, headers=based)
    assert changed.get_json()["words"] == "Film"
    again = program.send("PATCH", path, "supervisor", json={"words": "Lain"}, headers=based)
    assert refusal(again) == (412, "version_conflict")
    found = program.get(CONTENT, "supervisor").get_json()
    assert [each["id"] for each in found["media"]] == [second["id"], first["id"]]
    assert len(kept(config)) == 3
    assert program.send("DELETE", path, "supervisor").status_code == 200
    assert len(kept(config)) == 2
    assert refusal(program.send("DELETE", path, "supervisor")) == (404, "unknown_media")


def test_what_is_no_picture_is_refused_and_nothing_of_it_stays(program: Program, config: Config) -> None:
    for content, code in (
        (b"", "media_empty"),
        (b"GIF89a", "media_unknown"),
        (b"<svg onload='alert(1)'/>", "media_unknown"),
        (picture()[:200], "media_broken"),
        (MP4[:-50], "media_broken"),
    ):
        answer = program.send("POST", MEDIA, "supervisor", data=content, content_type=FILE)
        assert refusal(answer) == (422, code), content[:20]
    for kind in ("image/jpeg", "multipart/form-data", "application/json", None):
        answer = program.send("POST", MEDIA, "supervisor", data=picture(), content_type=kind)
        assert refusal(answer) == (415, "not_a_file"), kind
    answer = program.send("POST", f"{MEDIA}?seconds=2", "supervisor", data=picture(), content_type=FILE)
    assert refusal(answer) == (422, "invalid_request")
    assert kept(config) == []


def test_a_file_that_is_too_large_is_refused_unread_or_while_it_is_read(program: Program) -> None:
    large = 50 * 1024 * 1024 + 1
    said = {"CONTENT_LENGTH": str(large)}
    answer = program.send("POST", MEDIA, "supervisor", data=b"x", content_type=FILE, environ_overrides=said)
    assert refusal(answer) == (413, "too_large")
    assert f"{50 * 1024} KiB" in answer.get_json()["detail"]
    answer = program.send(
        "POST",
        MEDIA,
        "supervisor",
        input_stream=io.BytesIO(bytes(large)),
        content_type=FILE,
        headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert refusal(answer) == (413, "too_large")


def test_an_upload_that_is_repeated_is_shown_once(program: Program, config: Config) -> None:
    key = {"Idempotency-Key": "a"}
    sent = {"data": picture(), "content_type": FILE, "headers": key}
    first, again = (program.send("POST", MEDIA, "supervisor", **sent).get_json() for _ in range(2))
    assert first == again
    assert len(kept(config)) == 1
    other = program.send("POST", MEDIA, "supervisor", **sent | {"data": picture(kind="PNG")})
    assert refusal(other) == (422, "idempotency_key_reused")
    assert len(kept(config)) == 1
    with program.db.read() as session:
        assert len(session.scalars(select(DisplayMedia)).all()) == 1
    program.send("DELETE", f"{MEDIA}/{first['id']}", "supervisor")
    assert refusal(program.send("POST", MEDIA, "supervisor", **sent)) == (404, "unknown_media")


def test_a_file_that_is_larger_than_other_bodies_is_taken(program: Program) -> None:
    large = MP4[:-108] + struct.pack(">I", 8 + 3_000_000) + b"mdat" + bytes(3_000_000)
    assert uploaded(program, MEDIA, large, "supervisor")["size"] == len(large)


def test_lines_run_on_their_days(program: Program) -> None:
    key, lines = {"Idempotency-Key": "b"}, f"{CONTENT}/lines"
    wish = {"text": "Kantor  tutup.", "from": "2026-12-24", "until": "2026-12-25"}
    first, again = (program.post(lines, wish, "supervisor", headers=key).get_json() for _ in range(2))
    assert first == again
    assert (first["text"], first["from"], first["until"]) == ("Kantor tutup.", "2026-12-24", "2026-12-25")
    assert refusal(program.post(lines, {"text": " "}, "supervisor")) == (422, "line_empty")
    assert refusal(program.post(lines, {"text": "x" * 241}, "supervisor")) == (422, "line_too_long")
    late = wish | {"until": "2026-12-23"}
    assert refusal(program.post(lines, late, "supervisor")) == (422, "line_dates")
    assert program.get(CONTENT, "supervisor").get_json()["lines"] == [first]
    assert program.send("DELETE", f"{lines}/{first['id']}", "supervisor").get_json() == first
    assert refusal(program.send("DELETE", f"{lines}/{first['id']}", "supervisor")) == (404, "unknown_line")


def test_the_look_is_changed_on_its_version_and_must_be_readable(program: Program) -> None:
    look = program.get(CONTENT, "supervisor").get_json()["look"]
    assert look["version"] == 0
    path, based = f"{CONTENT}/look", {"If-Match": '"0"'}
    changed = program.send("PATCH", path, "supervisor", json={"theme": "dark"}, headers=based)
    assert changed.get_json() == look | {"theme": "dark", "version": changed.get_json()["version"]}
    again = program.send("PATCH", path, "supervisor", json={"theme": "light"}, headers=based)
    assert refusal(again) == (412, "version_conflict")
    for body, code in (
        ({"brand": "#ffffff"}, "low_contrast"),
        ({"brand": "red"}, "bad_colour"),
        ({"theme": "pink"}, "invalid_request"),
    ):
        assert refusal(program.send("PATCH", path, "supervisor", json=body, headers={"If-Match": "*"})) == (422, code)
