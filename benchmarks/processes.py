"""Servers for the benchmarks: real processes on free loopback ports, ended with the block that started them."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

PATIENCE_S = 90.0
SECRET = "a secret for benchmarks only, long enough"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def product(database_url: str, folder: Path, **settings: str) -> Iterator[int]:
    """The product as ``make run`` serves it, with further ``settings``; its port."""
    port = free_port()
    environment = {
        "DATABASE_URL": database_url,
        "SECRET_KEY": SECRET,
        "INSTANCE_DIR": str(folder),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        **settings,
    }
    with running([sys.executable, "-m", "queue_app"], environment, port, folder):
        yield port


@contextmanager
def bare_route(database_url: str, folder: Path) -> Iterator[int]:
    """The bare route on the same server, set as the product's is."""
    port = free_port()
    settings = ["-k", "gevent", "-w", "1", "--keep-alive", "20", "--log-level", "warning", "--graceful-timeout", "2"]
    command = [sys.executable, "-m", "gunicorn", *settings, "--bind", f"127.0.0.1:{port}"]
    with running([*command, "benchmarks.bare_route:create_app()"], {"DATABASE_URL": database_url}, port, folder):
        yield port


@contextmanager
def bare_broadcast(folder: Path) -> Iterator[int]:
    port = free_port()
    with running([sys.executable, "-m", "benchmarks.bare_broadcast", str(port)], {}, port, folder, speaks_http=False):
        yield port


@contextmanager
def running(
    command: Sequence[str], environment: dict[str, str], port: int, folder: Path, *, speaks_http: bool = True
) -> Iterator[None]:
    """``command``, once it answers at ``port``, until the block ends."""
    log = folder / f"{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_until_it_answers(process, port, log, speaks_http=speaks_http)
        yield
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int, log: Path, *, speaks_http: bool) -> None:
    """A listening socket is not enough: gunicorn's stands before its worker has loaded the app."""
    deadline = time.monotonic() + PATIENCE_S
    while process.poll() is None and time.monotonic() < deadline:
        if answers(port, speaks_http=speaks_http):
            return
        time.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{log.read_text()}")


def answers(port: int, *, speaks_http: bool = True) -> bool:
    """Whether a server answers there within five seconds."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as probe:
            probe.sendall(b"GET /healthz HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
            return not speaks_http or b" 200 " in probe.recv(64)
    except OSError:
        return False
