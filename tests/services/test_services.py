"""The servers and the browser that other tests rely on do what those tests take for granted."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from tests.services import components
from tests.services.keeper import Kept, ServerFailedError, new_folder
from tests.services.private_postgresql import PostgresqlServer
from tests.services.private_redis import RedisServer
from tests.services.waiting import wait_until

ROOT = Path(__file__).parents[2]


@pytest.fixture
def database(postgresql_server: PostgresqlServer) -> Iterator[str]:
    url = postgresql_server.new_database()
    yield url
    postgresql_server.drop(url)


def run_sql(url: str, *statements: str) -> list[tuple[object, ...]]:
    """Run the statements in one transaction on a connection of their own; return the last one's rows."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in statements:
            result = connection.execute(text(statement))
        return [tuple(row) for row in result] if result.returns_rows else []


@pytest.mark.postgresql
class TestPostgresql:
    def test_it_answers_a_query_in_utc(self, database: str) -> None:
        assert run_sql(database, "SELECT 1 + 1, current_setting('TimeZone')") == [(2, "UTC")]

    def test_each_new_database_is_empty_and_apart_from_the_others(
        self, postgresql_server: PostgresqlServer, database: str
    ) -> None:
        run_sql(database, "CREATE TABLE ticket (label text)")
        other = postgresql_server.new_database()
        tables = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
        assert run_sql(database, tables) == [(1,)]
        assert run_sql(other, tables) == [(0,)]
        postgresql_server.drop(other)
        with pytest.raises(OperationalError, match="does not exist"):
            run_sql(other, "SELECT 1")

    def test_a_restart_breaks_connections_and_keeps_data(
        self, postgresql_server: PostgresqlServer, database: str
    ) -> None:
        run_sql(database, "CREATE TABLE ticket (label text)", "INSERT INTO ticket VALUES ('A-012')")
        with psycopg.connect(database.replace("+psycopg", "")) as open_before:
            postgresql_server.restart()
            with pytest.raises(psycopg.OperationalError):
                open_before.execute("SELECT 1")
        assert run_sql(database, "SELECT label FROM ticket") == [("A-012",)]

    def test_it_is_not_a_server_of_this_machine(self, database: str) -> None:
        assert run_sql(database, "SHOW data_directory")[0][0].startswith(str(new_folder_root()))


@pytest.mark.redis
class TestRedis:
    def test_it_answers_a_ping(self, redis_server: RedisServer) -> None:
        with Redis.from_url(redis_server.url) as client:
            assert client.ping()

    def test_nobody_answers_between_stop_and_start(self, redis_server: RedisServer) -> None:
        with Redis.from_url(redis_server.url) as client:
            client.set("label", "A-012")
            redis_server.stop()
            with pytest.raises(RedisConnectionError):
                client.get("label")
            redis_server.start()
            assert client.get("label") is None


@pytest.mark.browser
def test_the_browser_renders_a_page(chromium: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<p>waits</p><script>document.querySelector('p').textContent = 'A-012'</script>", encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom"]
    rendered = subprocess.run([chromium, *options, page.as_uri()], capture_output=True, text=True, check=True)
    assert "<p>A-012</p>" in rendered.stdout


def test_no_event_loop_is_left_running_by_the_browser_tests() -> None:
    async def nothing() -> str:
        return "ran"

    assert asyncio.run(nothing()) == "ran"


def test_a_missing_program_names_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(
        components.MissingComponentError, match=r"chromium is not installed.*tools/test-services.*chromium"
    ):
        components.chromium()


def test_the_browser_without_a_window_goes_before_the_whole_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for program in ("chromium", "chromium-headless-shell"):
        (tmp_path / program).touch(mode=0o755)
        assert components.chromium() == tmp_path / program


class TestKept:
    def test_a_server_that_ends_at_once_is_told_with_its_log(self) -> None:
        server = Kept(["sh", "-c", "echo port in use; exit 1"], new_folder("ends"))
        server.start()
        assert wait_until(lambda: not server.is_running())
        assert "port in use" in str(server.failed("it does not answer"))
        server.remove()

    def test_a_program_that_is_not_there_is_an_error(self, capfd: pytest.CaptureFixture[str]) -> None:
        server = Kept(["/nowhere/server"], new_folder("absent"))
        with pytest.raises(ServerFailedError, match="ended"):
            server.start()
        server.remove()
        assert "No such file" in capfd.readouterr().err
        assert not server.folder.exists()

    def test_removing_it_ends_its_children_and_its_folder(self) -> None:
        server = Kept(["sh", "-c", "sleep 300 & echo $! > child; wait"], new_folder("family"))
        server.start()
        child = server.folder / "child"
        assert wait_until(lambda: child.exists() and child.read_text(encoding="utf-8").endswith("\n"))
        pid = int(child.read_text(encoding="utf-8"))
        server.remove()
        assert wait_until(lambda: is_gone(pid))
        assert not server.folder.exists()

    def test_nothing_is_left_when_the_tests_are_killed(self) -> None:
        """`kill -9` gives the tests no chance to tidy up: their keeper does."""
        program = (
            "import time; from tests.services.keeper import Kept, new_folder;"
            "server = Kept(['sh', '-c', 'echo $$ > pid; exec sleep 300'], new_folder('killed')); server.start();"
            "print(server.folder, flush=True); time.sleep(300)"
        )
        with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True) as tests:
            assert tests.stdout is not None
            folder = Path(tests.stdout.readline().strip())
            written = folder / "pid"
            assert wait_until(lambda: written.exists() and written.read_text(encoding="utf-8").endswith("\n"))
            pid = int(written.read_text(encoding="utf-8"))
            tests.send_signal(signal.SIGKILL)
        assert wait_until(lambda: is_gone(pid) and not folder.exists())


def is_gone(pid: int) -> bool:
    """True when the process ended, also when nobody has collected its exit status yet."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return True
    return status.rpartition(")")[2].split()[0] == "Z"


def new_folder_root() -> Path:
    """The folder in which the servers of the tests make theirs."""
    folder = new_folder("root")
    os.rmdir(folder)
    return folder.parent
