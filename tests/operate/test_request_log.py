"""Each request has an id and one line in the log, which says nothing of who asked."""

import json
import logging
from dataclasses import replace

import pytest
from flask import Flask

from queue_app import logs, request_log
from queue_app.logs import JsonLines, TextLines
from tests.office import Desk


def told(record: logging.LogRecord) -> dict[str, object]:
    found: dict[str, object] = json.loads(JsonLines().format(record))
    return found


def test_a_line_names_the_rule_and_not_the_ticket(app: Flask, desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    ticket = desk.join()
    with caplog.at_level(logging.INFO, logs.REQUESTS):
        answer = app.test_client().get(f"/t/{ticket.public_id}?name=Penanda")
    (record,) = (one for one in caplog.records if one.name == logs.REQUESTS)
    line = JsonLines().format(record)
    assert ticket.public_id not in line
    assert "Penanda" not in line
    assert told(record)["message"] == "GET /t/<public_id>"
    assert told(record)["status"] == answer.status_code == 200
    assert len(answer.headers[request_log.HEADER]) == 16


def test_a_fault_carries_the_id_that_the_person_sees(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def fail(*_: object) -> None:
        raise RuntimeError("something broke")

    monkeypatch.setattr("queue_app.queries.offices", fail)
    answer = app.test_client().get("/")
    assert answer.status_code == 500
    assert answer.headers[request_log.HEADER] in answer.text
    problem = app.test_client().get("/api/v1/offices")
    assert problem.get_json()["request_id"] == problem.headers[request_log.HEADER]


@pytest.mark.parametrize(
    ("given", "proxies", "kept"),
    [
        ("abc-123_DEF.4", 1, True),
        ("abc-123_DEF.4", 0, False),
        ("short", 1, False),
        ("x" * 65, 1, False),
        ("12345678 {injected}", 1, False),
    ],
)
def test_only_the_own_proxy_may_name_a_request(app: Flask, given: str, proxies: int, kept: bool) -> None:
    app.extensions["antrean_config"] = replace(app.extensions["antrean_config"], trusted_proxies=proxies)
    answer = app.test_client().get("/healthz", headers={request_log.HEADER: given})
    assert (answer.headers[request_log.HEADER] == given) is kept


def record_of(message: str, **facts: object) -> logging.LogRecord:
    record = logging.LogRecord("queue_app.test", logging.WARNING, __file__, 1, message, (), None)
    record.facts = facts
    return record


def test_nothing_can_write_a_line_of_its_own() -> None:
    forged = record_of('first\r\n{"level": "forged"}', status="a\nb")
    for formatter in (JsonLines(), TextLines()):
        assert len(formatter.format(forged).splitlines()) == 1
    assert told(forged)["status"] == "a\nb"


def test_a_traceback_stands_in_the_line_that_programs_read() -> None:
    try:
        raise ValueError("broken")
    except ValueError:
        import sys

        record = record_of("it failed")
        record.exc_info = sys.exc_info()
    assert "ValueError: broken" in str(told(record)["traceback"])
    assert "ValueError: broken" in TextLines().format(record)
