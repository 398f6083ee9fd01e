"""The whole on one machine: PostgreSQL, Redis, several server processes, and nginx before them, until Ctrl-C.

    make run-cluster                 PROCESSES=4 PORT=8000 HOST=127.0.0.1 DEMO_PASSWORD=...

All data are in instance/cluster and stay there; a second start goes on with them. A program that ends is started again.
Whatever ends this script, even kill -9, ends the others too. To try, to measure, and as an example to read; for
service, let systemd do the same (see docs/install.md).
"""

import ctypes
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(os.environ.get("INSTANCE_DIR") or ROOT / "instance") / "cluster"
HOST = os.environ.get("HOST") or "127.0.0.1"
PORT = int(os.environ.get("PORT") or 8000)
PROCESSES = int(os.environ.get("PROCESSES") or max(2, os.cpu_count() or 2))
CONNECTIONS = 20
START_S = 90.0
END_S = 20.0
REST_S = 1.0
PR_SET_PDEATHSIG = 1


class CannotRun(Exception):
    """Why the cluster does not run; the text says what to do."""


@dataclass
class Program:
    """One of the programs. ``end_by``: the signal for an orderly end. ``user``: the account, where root won't do."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    end_by: signal.Signals = signal.SIGTERM
    user: str | None = None
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        with (FOLDER / "log" / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own programs
                self.command,
                env={**os.environ, **self.environment},
                cwd=ROOT if self.user is None else "/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for this script, which ends them in order
                preexec_fn=_end_with_this_script(self.end_by),  # noqa: PLW1509 - there is one thread
                user=self.user,
                group=self.user,
                extra_groups=[] if self.user else None,
            )

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def end(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(self.end_by)
        try:
            self.process.wait(END_S)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)


def main() -> None:
    started: list[Program] = []
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        _run(started)
    except KeyboardInterrupt:
        print("\nStopping; all data are kept.")
    except CannotRun as error:
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(1)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for program in reversed(started):
            program.end()


def _run(started: list[Program]) -> None:
    _require_free(HOST, PORT)
    (FOLDER / "log").mkdir(parents=True, exist_ok=True)
    ports = _free_ports(2 + PROCESSES)
    database, redis = _postgresql(ports[0]), _redis(ports[1])
    for program in (database, redis):
        _start(program, started)
    _wait_for(lambda: _listens(ports[0]) and _listens(ports[1]), database, redis)
    url = _database_url(ports[0])
    servers = [
        _server(number, port, url, f"redis://127.0.0.1:{ports[1]}/0") for number, port in enumerate(ports[2:], start=1)
    ]
    _start(servers[0], started)  # alone at first: it makes the database and the demonstration office
    _wait_for(lambda: _answers("127.0.0.1", ports[2]), servers[0])
    for server in servers[1:]:
        _start(server, started)
    front = _front(ports[2:])
    _start(front, started)
    _wait_for(lambda: all(_answers("127.0.0.1", port) for port in ports[2:]) and _answers(HOST, PORT), *servers, front)
    _say_where(servers)
    while True:
        time.sleep(REST_S)
        for program in started:
            if program.has_ended():
                print(f"{program.name} ended and is started again; see {FOLDER}/log/{program.name}.log")
                program.start()


def _start(program: Program, started: list[Program]) -> None:
    started.append(program)
    program.start()


def _postgresql(port: int) -> Program:
    """A server whose cluster is made at the first start; it listens on this machine only."""
    binaries = max(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]), default=None
    )
    if binaries is None:
        raise CannotRun("PostgreSQL is not installed: apt-get install --no-install-recommends postgresql")
    user = "postgres" if os.geteuid() == 0 else None  # PostgreSQL refuses root; Debian's package brings the account
    data = FOLDER / "postgresql"
    if not (data / "PG_VERSION").exists():
        _make_cluster(binaries.parent, data, user)
    settings = {
        "port": port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "max_connections": CONNECTIONS * PROCESSES + 20,
        "shared_buffers": "128MB",
    }
    options = [f"--{name}={value}" for name, value in settings.items()]
    return Program("postgresql", [str(binaries), "-D", str(data), *options], end_by=signal.SIGINT, user=user)


def _make_cluster(binaries: Path, data: Path, user: str | None) -> None:
    password = FOLDER / "postgresql_password"
    password.write_text(secrets.token_hex(16), encoding="ascii")
    password.chmod(0o600)
    data.mkdir(exist_ok=True)
    if user:
        shutil.chown(password, user)
        shutil.chown(data, user)
    command = [str(binaries / "initdb"), f"--pgdata={data}", "--username=antrean", f"--pwfile={password}"]
    command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"]
    made = subprocess.run(  # noqa: S603 - our own program
        command, cwd="/", user=user, extra_groups=[] if user else None, capture_output=True, text=True, check=False
    )
    if made.returncode:
        raise CannotRun(f"The database could not be made in {data}:\n{made.stdout}{made.stderr}")


def _database_url(port: int) -> str:
    password = (FOLDER / "postgresql_password").read_text(encoding="ascii")
    return f"postgresql://antrean:{password}@127.0.0.1:{port}/postgres"


def _redis(port: int) -> Program:
    """It holds nothing that matters, so it keeps nothing."""
    options = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(FOLDER)]
    return Program("redis", [_program("redis-server", "redis-server"), *options])


def _server(number: int, port: int, database_url: str, redis_url: str) -> Program:
    environment = {
        "DATABASE_URL": database_url,
        "DATABASE_CONNECTIONS": str(CONNECTIONS),
        "REDIS_URL": redis_url,
        "INSTANCE_DIR": str(FOLDER),
        "TRUSTED_PROXIES": "1",
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }
    return Program(f"server{number}", [sys.executable, "-m", "queue_app"], environment)


def _front(ports: Sequence[int]) -> Program:
    folder = FOLDER / "nginx"
    folder.mkdir(exist_ok=True)
    return Program("nginx", front_command(folder, f"{HOST}:{PORT}", ports))


def front_command(folder: Path, address: str, ports: Sequence[int]) -> list[str]:
    """What starts nginx before the servers at ``ports``; its settings and its own files are in ``folder``."""
    words = {
        "folder": folder,
        "address": address,
        "servers": "\n    ".join(_server_lines(ports)),
        "booking_servers": "\n    ".join(_server_lines(ports, spared=len(ports) > 1)),
    }
    template = Template((ROOT / "deploy" / "nginx-cluster.conf").read_text(encoding="utf-8"))
    settings = folder / "nginx.conf"
    settings.write_text(template.safe_substitute(words), encoding="utf-8")
    return [_program("nginx", "nginx-light"), "-e", "stderr", "-p", str(folder), "-c", str(settings)]


def _server_lines(ports: Sequence[int], *, spared: bool = False) -> list[str]:
    """nginx's lines for the servers; ``spared``: the first only while no other lives."""
    lines = [f"server 127.0.0.1:{port} max_fails=1 fail_timeout=2s" for port in ports]
    return [f"{line}{' backup' if spared and number == 0 else ''};" for number, line in enumerate(lines)]


def _program(name: str, package: str) -> str:
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if found is None:
        raise CannotRun(f"{name} is not installed: apt-get install --no-install-recommends {package}")
    return found


def _end_with_this_script(end_by: signal.Signals) -> Callable[[], object]:
    """For between fork and exec: have the kernel end the program when this script is gone, however it went."""
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(PR_SET_PDEATHSIG, int(end_by))


def _require_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotRun(
                f"Cannot listen on {host}:{port}: {error.strerror}. Try: PORT={port + 1} make run-cluster"
            ) from error


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def _wait_for(ready: Callable[[], bool], *programs: Program) -> None:
    deadline = time.monotonic() + START_S
    while not ready():
        for program in programs:
            if program.has_ended() or time.monotonic() > deadline:
                logged = (FOLDER / "log" / f"{program.name}.log").read_text(encoding="utf-8", errors="replace")
                raise CannotRun(f"{program.name} did not start:\n{logged[-2000:]}")
        time.sleep(0.1)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _answers(host: str, port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{host}:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _say_where(servers: Sequence[Program]) -> None:
    base = f"http://{HOST}:{PORT}"
    password = FOLDER / "demo_password"
    print(f"\nAntrean  {base}   {len(servers)} server processes behind nginx, PostgreSQL, Redis")
    print(f"  Warga     {base}/o/senapelan\n  Layar     {base}/display/senapelan\n  Loket     {base}/desk")
    if password.exists():
        print(f"  Password: {password.read_text(encoding='utf-8')}  (petugas1 to petugas5, supervisor, admin)")
    print(f"  Logs      {FOLDER / 'log'}\n\n  Ctrl-C stops it; all data is kept.\n", flush=True)


if __name__ == "__main__":
    main()
