"""Requests answered per second, in a closed loop: each client sends its next request when it has its answer.

Clients are plain sockets that stay open, one thread each: cheap enough to leave the second core to the server.
"""

import json
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PATIENCE_S = 60.0
"""Within which every client must have an answer."""


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


Work = Callable[[Client], Iterator[None]]
"""Sends requests that belong together; a step for each answer. Raises RuntimeError when one is not as it should be."""


def posting(request: Request, port: int) -> Work:
    content = request.as_bytes(port)

    def work(client: Client) -> Iterator[None]:
        status, body = client.send(content)
        if status != 201:
            raise RuntimeError(f"{request.path}: {status} {body[:300]!r}")
        yield

    return work


def serving(port: int, counter: int, token: str) -> Work:
    """An officer calls, starts and finishes: three requests. Somebody must be waiting."""

    def post(client: Client, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        content = json.dumps(body).encode()
        head = f"POST /api/v1{path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        head += f"Authorization: Bearer {token}\r\nContent-Length: {len(content)}\r\n\r\n"
        status, answer = client.send(head.encode() + content)
        if status != 200:
            raise RuntimeError(f"{path}: {status} {answer[:300]!r}")
        return dict(json.loads(answer))

    def work(client: Client) -> Iterator[None]:
        called = post(client, f"/counters/{counter}/call-next", {})
        yield
        started = post(client, f"/tickets/{called['id']}/start", {"version": called["version"]})
        yield
        post(client, f"/tickets/{called['id']}/finish", {"version": started["version"]})
        yield

    return work


def rate(port: int, works: Sequence[Work], seconds: float) -> float:
    """Requests answered a second, each client doing its work over and over for ``seconds``, or longer where a busy
    machine has not answered each of them by then. Raises RuntimeError when an answer is wrong or does not come."""
    counts = [0] * len(works)
    failures: list[str] = []
    begin = threading.Barrier(len(works) + 1)
    stop = threading.Event()

    def run(place: int, work: Work) -> None:
        client = Client(port)
        try:
            for _ in work(client):  # the first answer opens connections and fills caches
                pass
            begin.wait()
            while not stop.is_set():
                for _ in work(client):  # to its end: nobody is left half served
                    counts[place] += 1
        except (OSError, RuntimeError, ValueError, threading.BrokenBarrierError) as error:
            failures.append(repr(error))
            begin.abort()
            stop.set()
        finally:
            client.close()

    threads = [threading.Thread(target=run, args=(place, work)) for place, work in enumerate(works)]
    for thread in threads:
        thread.start()
    try:
        begin.wait(PATIENCE_S)
        started = time.perf_counter()
        stop.wait(seconds)
        while not stop.is_set() and sum(counts) < len(works) and time.perf_counter() < started + PATIENCE_S:
            stop.wait(0.05)
        taken, counted = time.perf_counter() - started, sum(counts)
    except threading.BrokenBarrierError:
        taken, counted = 1.0, 0
    stop.set()
    for thread in threads:
        thread.join()
    if failures:
        raise RuntimeError(next((one for one in failures if "BrokenBarrier" not in one), failures[0]))
    if not counted:
        raise RuntimeError(f"no answer within {taken:.0f} s")
    return counted / taken


def medians(works: dict[str, tuple[int, Sequence[Work]]], repeats: int, seconds: float) -> dict[str, float]:
    """Requests a second of each by its name, asked in turn, so that a busy moment of the machine meets all."""
    found: dict[str, list[float]] = {what: [] for what in works}
    for _ in range(repeats):
        for what, (port, of_clients) in works.items():
            try:
                found[what].append(rate(port, of_clients, seconds))
            except RuntimeError as refused:
                raise RuntimeError(f"{what}, {len(of_clients)} clients: {refused}") from refused
    return {what: statistics.median(rates) for what, rates in found.items()}
