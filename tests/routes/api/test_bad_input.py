"""Whatever is sent, the answer is a problem that says what was wrong; never a fault, never an HTML page."""

import json
from collections import defaultdict
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from queue_app.routes.api.frame.operation import OPERATIONS, Operation
from tests.routes.api.program import Program, refusal

TICKETS = "/offices/senapelan/tickets"
GOOD = {"service": "A", "channel": "kiosk"}


def send(program: Program, data: bytes | str, content_type: str | None = "application/json", **options: Any) -> Any:
    return program.send("POST", f"/api/v1{TICKETS}", data=data, content_type=content_type, **options)


MALFORMED = [
    b"{",
    b"{'service': 'A'}",
    b'{"service": "A",}',
    b'\xff\xfe{"service"',
    b'\xef\xbb\xbf{"service": "A"}',
    b'{"service": "A", "service": "B", "channel": "kiosk"}',
    b'{"service": NaN, "channel": "kiosk"}',
    b'{"service": "A", "channel": -Infinity}',
    b'{"service": "\\ud800", "channel": "kiosk"}',
    b'{"\\udfff": 1}',
    b'{"version": ' + b"9" * 5000 + b"}",
    b"[" * 60_000,
    b'{"a":' * 10_000,
    b'{"a":' * 9_000 + b"1" + b"}" * 9_000,
]


def test_what_is_no_json_is_a_400(program: Program) -> None:
    for data in MALFORMED:
        assert refusal(send(program, data)) == (400, "malformed_json"), data[:40]


def test_what_is_no_object_is_refused(program: Program) -> None:
    for data in ("[]", "1", '"A"', "null", "true", "[[[[]]]]"):
        assert refusal(send(program, data)) == (422, "invalid_request"), data


def test_no_body_lacks_what_is_needed(program: Program) -> None:
    for content_type in (None, "application/json", "text/plain"):
        answer = send(program, b"", content_type)
        assert refusal(answer) == (422, "invalid_request")
        assert [error["field"] for error in answer.get_json()["errors"]] == ["service", "channel"]


def test_another_content_type_is_a_415(program: Program) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None, "x", "text/json"):
        assert refusal(send(program, '{"service": "A", "channel": "kiosk"}', kind)) == (415, "not_json"), kind


def test_json_may_say_its_charset(program: Program) -> None:
    for kind in ("application/json; charset=utf-8", "APPLICATION/JSON"):
        assert send(program, '{"service": "A", "channel": "kiosk"}', kind).status_code == 201


def test_a_body_beyond_64_kib_is_a_413(program: Program) -> None:
    for size in (64 * 1024 + 1, 1024 * 1024):
        answer = send(program, b'"' + b"x" * (size - 2) + b'"')
        assert refusal(answer) == (413, "too_large")
        assert "64 KiB" in answer.get_json()["detail"]


def test_a_large_body_that_does_not_say_its_length_is_a_413_too(program: Program) -> None:
    answer = program.send(
        "POST",
        TICKETS,
        input_stream=BytesIO(b'{"service": "A", "channel": "kiosk"}' + b" " * 64 * 1024),
        content_type="application/json",
        headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert refusal(answer) == (413, "too_large")


def test_each_wrong_field_is_named_in_indonesian(program: Program) -> None:
    answer = program.post(TICKETS, {"channel": "web", "date": "x", "slot": "25:00", "name": 7, "colour": "red"})
    assert refusal(answer) == (422, "invalid_request")
    assert {error["field"]: error["message"] for error in answer.get_json()["errors"]} == {
        "service": "Wajib diisi.",
        "channel": "Harus salah satu dari: online, kiosk, reception.",
        "date": "Tulis tanggal seperti 2026-11-24.",
        "slot": "Tulis jam seperti 08:30.",
        "name": "Harus berupa teks.",
        "colour": "Isian ini tidak dikenal.",
    }


def test_each_wrong_field_is_named_in_english(program: Program) -> None:
    body = {"channel": "web", "date": "x", "slot": "25:00", "name": 7, "colour": "red"}
    indonesian = {error["field"]: error["message"] for error in program.post(TICKETS, body).get_json()["errors"]}
    answer = program.post(TICKETS, body, headers={"Accept-Language": "en-GB"})
    english = {error["field"]: error["message"] for error in answer.get_json()["errors"]}
    assert answer.headers["Content-Language"] == "en"
    assert english["channel"] == "Must be one of: online, kiosk, reception."
    assert english.keys() == indonesian.keys()
    assert not set(english.values()) & set(indonesian.values())


def test_accept_language_chooses_and_no_cookie_does(program: Program) -> None:
    for accepted, language in {
        "": "id",
        "fr": "id",
        "en;q=0.1, id": "id",
        "en": "en",
        "*": "id",
        ";;q=x": "id",
    }.items():
        answer = program.get("/offices/nowhere", headers={"Accept-Language": accepted, "Cookie": "lang=en"})
        assert answer.headers["Content-Language"] == language, accepted
        assert "Accept-Language" in answer.headers["Vary"]


def test_a_version_is_a_whole_number_that_can_be(program: Program) -> None:
    path = f"/tickets/{program.ticket()['id']}/start"
    for version in (0, -1, 2**31, 10**100, 1.5, "1", True, None, [1], {"a": 1}):
        answer = program.post(path, {"version": version}, "petugas1")
        assert refusal(answer) == (422, "invalid_request"), version
        assert [error["field"] for error in answer.get_json()["errors"]] == ["version"]


def test_a_whole_number_may_be_written_with_a_point(program: Program) -> None:
    booked = program.ticket(channel="online")
    assert program.post(f"/tickets/{booked['id']}/cancel", {"version": 1.0}).status_code == 200


def test_a_reason_is_plain_text_of_a_sensible_length(program: Program) -> None:
    program.open()
    for reason in ("x" * 241, "\x00", "\x1b[31m", 5):
        answer = program.post("/counters/1/pause", {"reason": reason}, "petugas1")
        assert refusal(answer) == (422, "invalid_request"), reason


def test_a_thousand_unknown_fields_do_not_make_a_thousand_lines(program: Program) -> None:
    answer = program.post(TICKETS, {"x" * 70 + str(n): n for n in range(500)})
    assert refusal(answer) == (422, "invalid_request")
    assert len(answer.data) < 5000


def test_another_method_is_a_405_that_says_which_ones_are(program: Program) -> None:
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        answer = program.send(method, f"/api/v1{TICKETS}")
        assert refusal(answer) == (405, "method_not_allowed")
        assert "POST" in answer.headers["Allow"]


def test_a_fault_is_a_problem_and_tells_nothing_of_the_inside(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_session: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("queue_app.queries.offices", fail)
    monkeypatch.setitem(program.app.config, "PROPAGATE_EXCEPTIONS", False)
    answer = program.get("/offices")
    assert refusal(answer) == (500, "internal_error")
    assert "secret" not in answer.text


def test_a_busy_database_asks_to_come_again(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    from queue_app.engines import busy

    def refuse(*_args: object) -> None:
        raise busy()

    monkeypatch.setattr("queue_app.booking.issue", refuse)
    answer = program.post(TICKETS, GOOD)
    assert refusal(answer) == (503, "busy")
    assert answer.headers["Retry-After"] == "1"


POSTS = [declared for declared in OPERATIONS if declared.body is not None]
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def nearly(declared: Operation) -> st.SearchStrategy[Any]:
    """Bodies with the operation's own fields holding anything, some of it nearly right."""
    assert declared.body is not None
    likely = st.sampled_from(["A", "kiosk", "online", "2026-11-25", "08:00", "2026-11-24T00:00", 1, 2, 0, "\x00"])
    return st.dictionaries(st.sampled_from(sorted(declared.body.model_fields) or ["field"]), likely | JUNK)


@pytest.mark.parametrize("declared", POSTS, ids=lambda declared: declared.operation_id)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_junk_is_never_a_fault(declared: Operation, program: Program, data: st.DataObject) -> None:
    body = data.draw(JUNK | nearly(declared))
    id_or_not = data.draw(st.sampled_from(["x", "1"]))
    known = {"office": "senapelan", "service": "A", "ticket": data.draw(st.sampled_from(["x", "\ud7ff"]))}
    path = declared.path.format_map(defaultdict(lambda: id_or_not, known, counter="1"))
    answer = program.send(
        "POST",
        path,
        "petugas1" if declared.roles else None,
        data=json.dumps(body),
        content_type="application/json",
    )
    assert answer.status_code < 500


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200), content_type=st.sampled_from(["application/json", "text/plain", ""]))
def test_noise_is_never_a_fault(program: Program, data: bytes, content_type: str) -> None:
    answer = send(program, data, content_type)
    assert 400 <= answer.status_code < 500
