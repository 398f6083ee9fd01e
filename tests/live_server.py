"""A real server process for tests: started, killed and started again on the same port and database."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from tests.office import PASSWORD, SECRET
from tests.services.waiting import free_port

PATIENCE_S = 90.0
# As the Makefile has it, for tests that are run without it: modules are compiled for the first server only.
COMPILED_ONCE = {
    "PYTHONDONTWRITEBYTECODE": "",
    "PYTHONPYCACHEPREFIX": str(Path(__file__).parents[1] / ".cache" / "pycache"),
}


class LiveServer:
    """``python -m queue_app`` on a free port. ``url`` has no slash at its end."""

    def __init__(self, database_url: str, instance_dir: Path, environment: Mapping[str, str]) -> None:
        self.database_url = database_url
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = instance_dir / "server.log"
        instance_dir.mkdir(parents=True, exist_ok=True)
        self.environment = {
            **os.environ,
            **COMPILED_ONCE,
            "DATABASE_URL": database_url,
            "INSTANCE_DIR": str(instance_dir),
            "SECRET_KEY": SECRET,
            "DEMO_PASSWORD": PASSWORD,
            "DEMO_DAYS": "0",
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "queue_app"],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + PATIENCE_S
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"the server did not start:\n{self.log.read_text()}")
            time.sleep(0.05)

    def put_back(self, template: Path) -> None:
        """Fill its SQLite database with what ``template`` holds, and start it if it isn't running.

        Offices' versions don't go back or stay but go on: what the server knows of the version before is out of date,
        and neither newer nor the same.
        """
        if self._process is not None and self._process.poll() is not None:
            self._process = None
        with closing(sqlite3.connect(template)) as source, closing(self._connected()) as target:
            reached = target.execute("SELECT max(version) FROM office").fetchone()[0]
            source.backup(target)
            target.execute("UPDATE office SET version = version + ?", (reached + 1,))
            target.commit()
        if self._process is None:
            self.start()

    @property
    def pid(self) -> int:
        """Of the process that was started; those that serve are its children."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """End it without warning, as a power cut does."""
        self._signal(signal.SIGKILL)

    def stop(self) -> int | None:
        """End it in order, as Ctrl-C in a terminal does; its exit code, None when it was not running."""
        return self._signal(signal.SIGINT)

    def run(self, *arguments: str, stdin: str = "") -> str:
        """Run a command of the product on this server's database; what it printed. Fails when the command does."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "queue_app", *arguments],
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{arguments} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def _connected(self) -> sqlite3.Connection:
        return sqlite3.connect(self.database_url.removeprefix("sqlite:///"), timeout=PATIENCE_S)

    def _signal(self, number: signal.Signals) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        if process.poll() is None:
            os.killpg(process.pid, number)
        return process.wait(PATIENCE_S)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False
