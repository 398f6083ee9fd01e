"""/readyz names what is not as it must be; /metrics says it to Prometheus, and to nobody else."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text
from werkzeug.test import TestResponse

from queue_app import background, clock, readiness, server, storage_faults
from queue_app.background import Rounds
from queue_app.config import Config
from tests.office import SECRET, Desk
from tests.routes.api.program import Program

TOKEN = "a token for tests only"


@pytest.fixture
def program(app: Flask, desk: Desk) -> Program:
    return Program(app, desk.db)


def failing(answer: TestResponse) -> set[str]:
    return {check["name"] for check in answer.get_json()["checks"] if not check["ok"]}


def test_it_is_ready_when_all_is_well(program: Program) -> None:
    answer = program.get("/readyz")
    assert (answer.status_code, failing(answer)) == (200, set())
    assert {"database", "schema", "writes", "jobs"} <= {check["name"] for check in answer.get_json()["checks"]}


def test_a_schema_of_another_version_is_named(program: Program, desk: Desk) -> None:
    with desk.db.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    answer = program.get("/readyz")
    assert (answer.status_code, failing(answer)) == (503, {"schema"})


def test_a_disk_without_room_is_named_before_a_write_is_refused(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage_faults, "free_bytes", lambda _folder: readiness.NEEDED_BYTES - 1)
    answer = program.get("/readyz")
    assert answer.status_code == 503
    assert {"disk of the uploads", "disk of the instance"} <= failing(answer)


def test_a_clock_that_was_reset_is_named_and_a_start_says_it(
    program: Program, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.join()
    monkeypatch.setattr(clock, "now", lambda: desk.now - timedelta(minutes=4))
    assert failing(program.get("/readyz")) == set()
    monkeypatch.setattr(clock, "now", lambda: desk.now - timedelta(days=2))
    answer = program.get("/readyz")
    assert failing(answer) == {"clock"}
    assert "2880 minutes behind" in answer.text
    server.prepare(Config(str(desk.db.url), SECRET, instance_dir=tmp_path, port=0), desk.db)
    assert "WARNING: the clock is 2880 minutes behind" in capsys.readouterr().err


def test_the_command_says_what_to_do(app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    run = app.test_cli_runner()
    good = run.invoke(args=["check"])
    assert good.exit_code == 0, good.output
    assert "ok    database" in good.output
    assert "ok    key of personal data" in good.output
    desk.join()
    monkeypatch.setattr(clock, "now", lambda: desk.now - timedelta(days=2))
    bad = run.invoke(args=["check"])
    assert bad.exit_code == 1
    assert "FAIL  clock: 2880 minutes behind" in bad.output
    assert "-> timedatectl" in bad.output


def test_a_job_that_hangs_is_named(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "ROUNDS", {"telling people": Rounds(2.0, since=-1e9), "fine": Rounds(1e9, 0.0)})
    answer = program.get("/readyz")
    assert failing(answer) == {"jobs"}
    assert "late: telling people" in answer.text


def samples(text_: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text_)
        for sample in family.samples
    }


def test_the_numbers_are_those_of_the_queue(app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: desk.now)
    desk.open()
    desk.join("A")
    ticket = desk.join("A")
    desk.wait(minutes=3)
    desk.call_chosen(ticket)
    client = app.test_client()
    client.get("/o/senapelan")
    found = samples(client.get("/metrics").text)
    mine = (("office", "senapelan"), ("service", "A"))
    assert found["antrean_tickets", (*mine, ("state", "WAITING"))] == 1
    assert found["antrean_tickets", (*mine, ("state", "CALLED"))] == 1
    assert found["antrean_longest_wait_seconds", (("office", "senapelan"),)] == 180
    assert found["antrean_counters", (("office", "senapelan"), ("state", "OPEN"))] == 1
    assert found["antrean_ready", (("check", "database"),)] == 1
    asked = (("method", "GET"), ("route", "/o/<slug>"), ("status", "200"))
    assert found["antrean_requests_total", asked] >= 1
    assert ticket.public_id not in client.get("/metrics").text


def test_only_this_machine_reads_them_or_who_has_the_token(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "192.168.1.9"}).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404
    app.extensions["antrean_config"] = replace(app.extensions["antrean_config"], metrics_token=TOKEN)
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}x"}).status_code == 404
    far = {"REMOTE_ADDR": "192.168.1.9"}
    assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, environ_base=far).status_code == 200
