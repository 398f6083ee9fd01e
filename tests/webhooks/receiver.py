"""The other side: a real server on loopback that keeps what it gets, answers as it is told, and can be killed."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[dict[str, Any]], int]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that gave up waiting is what some tests are about."""


class Receiver:
    """``answer`` says a status for each event; 0 hangs until the end, -1 closes the line without an answer."""

    def __init__(self, answer: Answer = lambda _event: 200, headers: dict[str, str] | None = None) -> None:
        self.answer = answer
        self.headers = headers or {}
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.port = 0
        self.over = threading.Event()
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/kait"

    @property
    def events(self) -> list[dict[str, Any]]:
        """What came, in order."""
        return [json.loads(body) for _, body in self.got]

    def start(self) -> None:
        """Again on the same port."""
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((dict(self.headers.items()), body))
                status = receiver.answer(json.loads(body))
                if status <= 0:
                    if status == 0:
                        receiver.over.wait(30)
                    return
                self.send_response(status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"<b")

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = _Server(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
