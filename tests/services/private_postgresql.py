"""A private PostgreSQL server for the tests, which touches no cluster of the machine."""

import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests.services import components
from tests.services.keeper import Kept, ServerFailedError, new_folder
from tests.services.waiting import free_port, wait_until

SUPERUSER = "antrean"
# Fast because a test database is never worth more than the test: nothing is forced to disk.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "jit": "off",
    "timezone": "UTC",
}


class PostgresqlServer:
    """One server for the whole run; each test asks it for a database of its own."""

    def __init__(self, prepare: Callable[[Path], object] = lambda _: None, **settings: str) -> None:
        """``prepare``: is given the place of its data first, which is not there yet. ``settings``: other values than
        those of ``SETTINGS``."""
        self._binaries = components.postgresql_binaries()
        self._password = secrets.token_hex(16)
        self._count = 0
        # PostgreSQL refuses to run as root; Debian's package brings the account.
        self._user = "postgres" if os.geteuid() == 0 else None
        folder = new_folder("postgresql")
        try:
            prepare(folder / "data")
            self._make_cluster(folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self._port = free_port()
        options = [f"--{name}={value}" for name, value in (SETTINGS | settings | {"port": str(self._port)}).items()]
        self._server = Kept(
            [str(self._binaries / "postgres"), "-D", str(folder / "data"), *options],
            folder,
            stop_signal=signal.SIGINT,  # the "fast" shutdown: connections are ended, data are written
            user=self._user,
        )
        try:
            self.start()
        except BaseException:
            self.remove()
            raise

    @property
    def version(self) -> str:
        with self._connect() as connection:
            return connection.info.parameter_status("server_version") or "unknown"

    def new_database(self, copy_of: str | None = None) -> str:
        """Return the SQLAlchemy URL of a new database: empty, or a copy of one that nobody is connected to."""
        self._count += 1
        name = f"test_{self._count}"
        if copy_of is None:
            self._run("CREATE DATABASE {}", name)
        else:
            self._run("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, copy_of.rpartition("/")[2])
        return f"postgresql+psycopg://{SUPERUSER}:{self._password}@127.0.0.1:{self._port}/{name}"

    def drop(self, url: str) -> None:
        """Remove the database of `url`, ending whoever is still connected."""
        self._run("DROP DATABASE {} WITH (FORCE)", url.rpartition("/")[2])

    def start(self) -> None:
        """Start the server if it isn't running, and wait until it answers."""
        if self._server.is_running():
            return
        self._server.start()
        if not wait_until(lambda: self.answers() or not self._server.is_running()) or not self.answers():
            raise self._server.failed("the PostgreSQL server of the tests does not answer")

    def stop(self) -> None:
        """Stop the server, ending all connections; the databases stay."""
        self._server.stop()

    def kill(self) -> None:
        """End it without warning; what it had answered for is on the disk of a server that forces nothing there too."""
        self._server.kill()

    def answers(self) -> bool:
        try:
            with self._connect():
                return True
        except psycopg.OperationalError:
            return False

    def logged(self) -> str:
        return self._server.log.read_text(encoding="utf-8", errors="replace")

    @property
    def port(self) -> int:
        return self._port

    def restart(self) -> None:
        """Stop and start the server: every open connection breaks, the databases stay."""
        self.stop()
        self.start()

    def remove(self) -> None:
        """Stop the server and remove all its data."""
        self._server.remove()

    def _make_cluster(self, folder: Path) -> None:
        password_file = folder / "password"
        password_file.write_text(self._password, encoding="utf-8")
        if self._user:
            shutil.chown(folder, self._user, self._user)
            shutil.chown(password_file, self._user, self._user)
            if (folder / "data").exists():
                shutil.chown(folder / "data", self._user, self._user)
        made = subprocess.run(
            [
                str(self._binaries / "initdb"),
                f"--pgdata={folder / 'data'}",
                f"--username={SUPERUSER}",
                f"--pwfile={password_file}",
                "--auth=md5",  # scram would hash thousands of times for each of thousands of connections
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
                "--no-instructions",
            ],
            cwd=folder,
            user=self._user,
            group=self._user,
            extra_groups=[] if self._user else None,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        password_file.unlink()
        if made.returncode:
            raise ServerFailedError(f"initdb failed\n{made.stdout}{made.stderr}")

    @contextmanager
    def _connect(self) -> Iterator[psycopg.Connection]:
        conninfo = make_conninfo(
            host="127.0.0.1", port=self._port, user=SUPERUSER, password=self._password, dbname="postgres"
        )
        with psycopg.connect(conninfo, autocommit=True, connect_timeout=5) as connection:
            yield connection

    def _run(self, statement: LiteralString, *databases: str) -> None:
        with self._connect() as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, databases)))
