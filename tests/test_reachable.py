"""Servers that the settings name and that will not do: one sentence at the start, and a start without Redis."""

import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from queue_app import create_app, reachable, schema, server
from queue_app.config import Config
from queue_app.database import Database
from queue_app.installation import namespace
from queue_app.schema import SchemaState
from tests.office import SECRET, Desk
from tests.services.private_postgresql import PostgresqlServer
from tests.services.private_redis import RedisServer
from tests.services.waiting import free_port


class Answer(socketserver.StreamRequestHandler):
    """Says the same to whatever it is sent, as a server that is no Redis, or one that is old."""

    words = b""

    def handle(self) -> None:
        while self.rfile.readline():
            self.wfile.write(self.words)


@pytest.fixture
def other_server(request: pytest.FixtureRequest) -> Iterator[str]:
    handler = type("Handler", (Answer,), {"words": request.param})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"redis://127.0.0.1:{listening.server_address[1]}/0"
        listening.shutdown()


@pytest.mark.parametrize(
    ("other_server", "said"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "cannot be used"),
        (b"-NOAUTH Authentication required.\r\n", "cannot be used"),
        (b"-ERR unknown command\r\n", "cannot be used"),
    ],
    indirect=["other_server"],
)
def test_what_is_no_redis_or_wants_a_password_is_refused(other_server: str, said: str) -> None:
    with pytest.raises(reachable.Unusable, match=said):
        reachable.ask_redis(other_server)


@pytest.mark.redis
def test_an_old_redis_is_refused_and_a_new_one_is_silent(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert reachable.ask_redis(redis_server.url) == ""
    monkeypatch.setattr(reachable, "OLDEST_REDIS", (999, 0))
    with pytest.raises(reachable.Unusable, match=r"too old; use 999\.0 or newer"):
        reachable.ask_redis(redis_server.url)


@pytest.mark.postgresql
def test_the_server_starts_without_a_redis_that_is_away_and_says_so(
    desk: Desk, config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    away = f"redis://127.0.0.1:{free_port()}/0"
    settings = Config(config.database_url, SECRET, instance_dir=config.instance_dir, port=free_port(), redis_url=away)
    server.prepare(settings, desk.db)
    assert "REDIS_URL: no answer" in capsys.readouterr().err


@pytest.mark.postgresql
def test_an_old_postgresql_is_refused(
    postgresql_server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch, config_of_nothing: Config
) -> None:
    database = Database(postgresql_server.new_database())
    reachable.require_postgresql(database)
    monkeypatch.setattr(reachable, "OLDEST_POSTGRESQL", 99)
    with pytest.raises(server.CannotStart, match="too old; use 99 or newer"):
        server.prepare(config_of_nothing, database)
    assert schema.state(database) is SchemaState.EMPTY
    database.dispose()


@pytest.fixture
def config_of_nothing(tmp_path: Path) -> Config:
    return Config("postgresql://", SECRET, instance_dir=tmp_path, port=free_port())


@pytest.mark.postgresql
def test_processes_that_start_at_once_make_the_database_once(postgresql_server: PostgresqlServer) -> None:
    url = postgresql_server.new_database()
    failures: list[Exception] = []

    def start() -> None:
        database = Database(url)
        try:
            schema.upgrade(database)
        except Exception as error:
            failures.append(error)
            raise
        finally:
            database.dispose()

    starting = [threading.Thread(target=start) for _ in range(3)]
    for each in starting:
        each.start()
    for each in starting:
        each.join()
    assert failures == []


def test_the_name_in_redis_is_the_same_for_all_and_another_for_a_copy(
    desk: Desk, request: pytest.FixtureRequest
) -> None:
    again = Database(desk.db.url.render_as_string(hide_password=False))
    with desk.db.read() as session, again.read() as other:
        ours = namespace(session)
        assert namespace(other) == ours
        assert len(ours) == 16
    again.dispose()
    if not desk.db.is_sqlite:
        copy = Database(request.getfixturevalue("postgresql_server").new_database())
        schema.upgrade(copy)
        with desk.db.read() as session:
            name = session.scalar(text("SELECT name FROM installation"))
        with copy.write() as session:
            session.execute(text("UPDATE installation SET name = :name"), {"name": name})
            assert namespace(session) != ours
        copy.dispose()


@pytest.mark.postgresql
def test_a_database_that_is_away_is_a_refusal_that_says_try_again(tmp_path: Path) -> None:
    settings = Config(f"postgresql+psycopg://127.0.0.1:{free_port()}/away", SECRET, instance_dir=tmp_path, testing=True)
    client = create_app(settings).test_client()
    answer = client.post("/api/v1/offices/senapelan/tickets", json={"service": "A", "channel": "kiosk"})
    assert (answer.status_code, answer.get_json()["code"]) == (503, "busy")
    assert answer.headers["Retry-After"] == "1"
    page = client.get("/o/senapelan")
    assert page.status_code == 503
    assert "Sistem sedang sibuk" in page.get_data(as_text=True)
