"""Tickets issued per second, in a closed loop: each client sends its next request when it has its answer.

Clients are plain sockets that stay open, one thread each: cheap enough to leave the second core to the server.
"""

import json
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Request:
    """A POST that must be answered by 201."""

    path: str
    body: Mapping[str, str]

    def as_bytes(self, port: int) -> bytes:
        content = json.dumps(self.body).encode()
        head = f"POST {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        return f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content


class Client:
    """One kept connection. ``head`` is that of the last answer."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._rest = b""
        self.head = b""

    def send(self, request: bytes) -> tuple[int, bytes]:
        """Status and body of the answer."""
        self._socket.sendall(request)
        head, _, rest = self._until(b"\r\n\r\n").partition(b"\r\n\r\n")
        self.head, lower = head, head.lower()
        length = int(lower.split(b"content-length:")[1].split(b"\r\n")[0]) if b"content-length:" in lower else 0
        while len(rest) < length:
            rest += self._received()
        self._rest = rest[length:]
        return int(head.split(b" ", 2)[1]), rest[:length]

    def close(self) -> None:
        self._socket.close()

    def _until(self, mark: bytes) -> bytes:
        data, self._rest = self._rest, b""
        while mark not in data:
            data += self._received()
        return data

    def _received(self) -> bytes:
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionError("the server closed the connection")
        return data


def per_second(port: int, request: Request, clients: int, seconds: float) -> float:
    """Answers a second over ``seconds``. Raises RuntimeError when an answer is not 201."""
    content = request.as_bytes(port)
    counts = [0] * clients
    failures: list[str] = []
    begin = threading.Barrier(clients + 1)
    stop = threading.Event()

    def work(place: int) -> None:
        client = Client(port)
        try:
            client.send(content)  # the first answer opens connections and fills caches
            begin.wait()
            while not stop.is_set():
                status, body = client.send(content)
                if status != 201:
                    raise RuntimeError(f"{status}: {body[:300]!r}")
                counts[place] += 1
        except (OSError, RuntimeError, ValueError, threading.BrokenBarrierError) as error:
            failures.append(repr(error))
            begin.abort()
        finally:
            client.close()

    threads = [threading.Thread(target=work, args=(place,)) for place in range(clients)]
    for thread in threads:
        thread.start()
    try:
        begin.wait(30)
        started = time.perf_counter()
        time.sleep(seconds)
        taken, counted = time.perf_counter() - started, sum(counts)
    except threading.BrokenBarrierError:
        taken, counted = 1.0, 0
    stop.set()
    for thread in threads:
        thread.join()
    if failures:
        raise RuntimeError(failures[0])
    return counted / taken
