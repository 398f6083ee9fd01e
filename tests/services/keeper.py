"""Run one server for the tests and take it away again, whatever happens to the tests.

`Kept` starts this file as a small process of its own, which starts the server, obeys `start`, `stop` and `poll` on its
standard input, and at its end (asked for, or because the process of the tests is gone, even by `kill -9`) stops the
server and removes the folder. It leads its own session, so that Ctrl-C reaches the tests alone and they end in order.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

STOP_WITHIN_S = 20.0


class ServerFailedError(RuntimeError):
    """A server of the tests did not start or did not answer; the text ends with what it logged."""


def new_folder(name: str) -> Path:
    """Return a new folder for one server's data, short enough for the path of a Unix socket."""
    return Path(tempfile.mkdtemp(prefix=f"antrean-test-{name}-"))


class Kept:
    """One server process, in a folder of its own that goes away with it.

    `stop_signal` is the signal for an orderly stop. `user` is the account to run as, when these tests run as root and
    the server refuses root. Raises `ServerFailedError` when the server ends at once.
    """

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        *,
        stop_signal: signal.Signals = signal.SIGTERM,
        user: str | None = None,
        environment: Mapping[str, str] | None = None,
        working_directory: Path | None = None,
    ) -> None:
        self.folder = folder
        self.log = folder / "log"
        spec = {
            "command": list(command),
            "folder": str(folder),
            "log": str(self.log),
            "stop_signal": int(stop_signal),
            "user": user,
            "environment": None if environment is None else dict(environment),
            "cwd": str(working_directory or folder),
        }
        self._keeper = subprocess.Popen(
            [sys.executable, "-I", __file__, json.dumps(spec)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def start(self) -> None:
        """Start the server if it isn't running."""
        self._ask("start")

    def stop(self) -> None:
        """Stop the server and wait until it is gone; its data stay. Does nothing when it isn't running."""
        self._ask("stop")

    def kill(self) -> None:
        """End the server at once, as a crash or a power cut would; its data stay."""
        self._ask("kill")

    def is_running(self) -> bool:
        return self._ask("poll") == "running"

    def failed(self, what: str) -> ServerFailedError:
        """Return the error that tells `what` went wrong together with the end of the server's log."""
        logged = self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
        return ServerFailedError(f"{what}\n{logged[-4000:]}")

    def remove(self) -> None:
        """Stop the server and remove its folder. Harmless when repeated."""
        with contextlib.suppress(BrokenPipeError):  # the keeper ended before; it never leaves without tidying up
            self._keeper.communicate("quit\n", timeout=STOP_WITHIN_S * 2)

    def _ask(self, request: str) -> str:
        requests, answers = _pipes(self._keeper)
        with contextlib.suppress(BrokenPipeError):  # the empty answer then tells
            requests.write(request + "\n")
            requests.flush()
        answer = answers.readline().strip()
        if not answer:
            raise self.failed(f"the keeper of {self.folder.name} ended")
        return answer


def _pipes(process: "subprocess.Popen[str]") -> tuple[IO[str], IO[str]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


class _Server:
    """The keeper's side: the server process itself."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self._spec = spec
        self._process: subprocess.Popen[bytes] | None = None

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        if self.is_running():
            return
        spec = self._spec
        user = spec["user"]
        with open(spec["log"], "ab") as log:
            self._process = subprocess.Popen(
                spec["command"],
                cwd=spec["cwd"],
                env=spec["environment"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=user,
                group=user,
                extra_groups=[] if user else None,
            )

    def stop(self, stop_signal: int) -> None:
        """Signal the server itself; what is left of its group after it ended, or after too long, is killed."""
        if self._process is None:
            return
        if self.is_running():
            self._process.send_signal(stop_signal)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_WITHIN_S)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None


def main(spec: dict[str, Any]) -> None:
    server = _Server(spec)
    stop_signal = spec["stop_signal"]
    try:
        for line in sys.stdin:
            request = line.strip()
            if request == "quit":
                break
            if request == "start":
                server.start()
            elif request == "stop":
                server.stop(stop_signal)
            elif request == "kill":
                server.stop(signal.SIGKILL)
            sys.stdout.write("running\n" if server.is_running() else "stopped\n")
            sys.stdout.flush()
    finally:
        server.stop(stop_signal)
        shutil.rmtree(spec["folder"], ignore_errors=True)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
