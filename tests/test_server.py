"""The server as ``make run`` starts it: a real process, its messages, its second start, its end."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from queue_app import create_app, server
from queue_app.config import Config
from queue_app.database import Database
from queue_app.models import User
from tests.live_server import LiveServer
from tests.office import PASSWORD
from tests.services.waiting import free_port


def post(server: LiveServer, path: str, body: dict[str, object]) -> dict[str, object]:
    request = urllib.request.Request(
        f"{server.url}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        found: dict[str, object] = json.load(answer)
        return found


PROGRAM = ("queue_app",)
COMMAND = ("flask", "--app", "queue_app", "serve")


def serve(server: LiveServer, way: tuple[str, ...] = PROGRAM, **environment: str) -> subprocess.CompletedProcess[str]:
    """Try to serve once more, beside ``server``; for starts that are to be refused."""
    return subprocess.run(
        [sys.executable, "-m", *way],
        env={**server.environment, **environment},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_it_starts_on_nothing_and_says_where_everything_is(
    new_live_server: Callable[..., LiveServer], tmp_path: Path
) -> None:
    server = new_live_server(f"sqlite:///{tmp_path}/new/antrean.sqlite")
    said = server.log.read_text()
    for address in ("/o/senapelan", "/display/senapelan", "/desk", "/supervisor"):
        assert f"{server.url}{address}" in said
        with urllib.request.urlopen(f"{server.url}{address}", timeout=10) as answer:
            assert answer.status == 200
    assert "petugas1" in said
    assert PASSWORD in said


def test_it_keeps_all_data_and_ends_cleanly(live_server: LiveServer) -> None:
    ticket = post(live_server, "/api/v1/offices/senapelan/tickets", {"service": "A", "channel": "kiosk"})
    assert live_server.stop() == 0
    assert "Traceback" not in live_server.log.read_text()
    live_server.start()
    with urllib.request.urlopen(f"{live_server.url}/api/v1/tickets/{ticket['id']}", timeout=10) as answer:
        assert json.load(answer)["label"] == "A-001"


def test_it_keeps_every_answered_ticket_when_it_is_killed(live_server: LiveServer) -> None:
    labels = [
        post(live_server, "/api/v1/offices/senapelan/tickets", {"service": "A", "channel": "kiosk"})["label"]
        for _ in range(5)
    ]
    live_server.kill()
    live_server.start()
    following = post(live_server, "/api/v1/offices/senapelan/tickets", {"service": "A", "channel": "kiosk"})
    assert labels == [f"A-{n:03d}" for n in range(1, 6)]
    assert following["label"] == "A-006"


@pytest.mark.postgresql
def test_it_serves_from_postgresql_and_two_processes_share_a_display(
    new_live_server: Callable[..., LiveServer],
    request: pytest.FixtureRequest,
) -> None:
    url = request.getfixturevalue("postgresql_server").new_database()
    redis = request.getfixturevalue("redis_server")
    first, second = (new_live_server(url, REDIS_URL=redis.url) for _ in range(2))
    post(first, "/api/v1/offices/senapelan/tickets", {"service": "A", "channel": "kiosk"})
    answer = post(second, "/api/v1/offices/senapelan/tickets", {"service": "A", "channel": "kiosk"})
    assert answer["label"] == "A-002"


@pytest.mark.parametrize("way", [PROGRAM, COMMAND])
def test_it_says_that_the_port_is_in_use(live_server: LiveServer, way: tuple[str, ...]) -> None:
    refused = serve(live_server, way)
    assert refused.returncode == 1
    assert f"{live_server.port}: Address already in use" in refused.stderr
    assert f"PORT={live_server.port + 1} make run" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"DATABASE_URL": "sqlite:////proc/antrean/a.sqlite"}, "Cannot write the database file"),
        ({"DATABASE_URL": "postgresql://127.0.0.1:1/nowhere"}, "Cannot use the database"),
        ({"INSTANCE_DIR": "/proc/antrean", "SECRET_KEY": ""}, "Set INSTANCE_DIR"),
        ({"PORT": "many"}, "PORT='many' must be a number"),
    ],
)
def test_it_says_what_is_wrong_in_one_sentence(
    server_of_file: LiveServer, settings: dict[str, str], expected: str
) -> None:
    server_of_file.stop()
    refused = serve(server_of_file, **settings)
    assert refused.returncode == 1
    assert expected in refused.stderr
    assert "Traceback" not in refused.stderr


def test_its_commands_work_beside_it(live_server: LiveServer) -> None:
    assert "up to date" in live_server.run("init")
    assert "nothing was changed" in live_server.run("seed-demo")
    made = live_server.run(
        "user",
        "create",
        "petugas.baru",
        "--role",
        "officer",
        "--office",
        "senapelan",
        "--password-stdin",
        stdin="rahasia-baru\n",
    )
    assert "petugas.baru" in made
    token = live_server.run("token", "create", "petugas.baru").strip()
    assert len(token) >= 40
    assert " " not in token
    assert "0 tickets expired" in live_server.run("day", "close", "--office", "senapelan")
    with pytest.raises(RuntimeError, match="sudah dipakai"):
        live_server.run(
            "user",
            "create",
            "petugas.baru",
            "--role",
            "officer",
            "--office",
            "senapelan",
            "--password-stdin",
            stdin="rahasia-baru\n",
        )
    with pytest.raises(RuntimeError, match="Kantor itu tidak ditemukan"):
        live_server.run("day", "close", "--office", "nowhere")


def test_the_demonstrations_password_does_not_survive_into_service(
    config: Config, db: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was tried out goes into service only when nobody's account opens to the password in the kept file."""
    server.keep_demo_password(config, PASSWORD)
    served = replace(config, production=True, port=free_port())
    with pytest.raises(server.CannotStart, match=r"petugas1.*admin"):
        server.prepare(served, db)
    with db.write() as session:
        session.execute(update(User).values(active=False))
    server.prepare(served, db)
    assert PASSWORD not in capsys.readouterr().out


def test_the_demonstration_is_not_added_in_production(config: Config) -> None:
    app = create_app(replace(config, production=True))
    refused = app.test_cli_runner().invoke(args=["seed-demo"])
    assert (refused.exit_code, "in production" in refused.output) == (1, True)
