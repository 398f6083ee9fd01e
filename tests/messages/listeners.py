"""The other side, on loopback: a gateway that takes JSON, a push service, and a mail server. All keep what they get."""

import base64
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.services.waiting import free_port

HANG = 0
"""Instead of a status: read everything and never answer."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that gave up waiting is what some tests are about."""


class Listener:
    """Answers each request with the next of ``replies``, the last one for ever. ``url`` without a slash at the end.

    ``on_request`` is called while a request is in hand, before it is answered.
    """

    def __init__(self, *replies: int, headers: dict[str, str] | None = None) -> None:
        self.replies = list(replies) or [200]
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.on_request: Callable[[], None] = lambda: None
        self.over = threading.Event()
        self._lock = threading.Lock()
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = listener._next(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
                listener.on_request()
                if status == HANG:
                    listener.over.wait(60)
                    return
                self.send_response(status)
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def _next(self, path: str, headers: dict[str, str], body: bytes) -> int:
        with self._lock:
            self.got.append((path, headers, body))
            return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]

    @property
    def bodies(self) -> list[Any]:
        """What came, as JSON."""
        return [json.loads(body) for _, _, body in self.got]

    def stop(self) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Browser:
    """A browser with a push subscription: gives it away, and reads what is encrypted for it."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._secret = b"sixteen bytes..."

    def subscription(self, endpoint: str) -> dict[str, Any]:
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {
            name: base64.urlsafe_b64encode(value).decode().rstrip("=")
            for name, value in (("p256dh", point), ("auth", self._secret))
        }
        return {"endpoint": endpoint, "expirationTime": None, "keys": keys}

    def read(self, body: bytes) -> dict[str, str]:
        plain = http_ece.decrypt(body, private_key=self._key, auth_secret=self._secret, version="aes128gcm")
        found: dict[str, str] = json.loads(plain)
        return found


class MailServer:
    """Takes mail, or answers every letter with ``reply``."""

    def __init__(self, reply: str = "250 OK") -> None:
        self.letters: list[tuple[list[str], bytes]] = []
        self._reply = reply
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())
        self._controller.start()
        self.port: int = self._controller.port

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        self.letters.append((list(envelope.rcpt_tos), bytes(envelope.content or b"")))
        return self._reply

    def stop(self) -> None:
        self._controller.stop()
