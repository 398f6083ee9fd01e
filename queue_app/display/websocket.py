"""WebSockets by the thousand: one greenlet for each, and a message to many framed once and sent without waking them.

python-engineio's own way has a queue and three or four greenlets for each WebSocket, and every message wakes one, which
frames it anew. Here a message goes straight into the connection. What a slow connection does not take at once waits for
it alone, in a greenlet that lasts until then; one that does not answer a ping in time is closed. Nothing is compressed:
that takes twice the memory of all else, for each connection.
"""

import logging
import socket
import ssl
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import Any

import gevent
from engineio import packet
from engineio.exceptions import SocketIsClosedError, UnknownPacketError
from wsproto import ConnectionType
from wsproto.connection import Connection, ConnectionState
from wsproto.events import BytesMessage, CloseConnection, Message, Ping, TextMessage
from wsproto.utilities import generate_accept_token

from queue_app.display.entrance import Order, Rank
from queue_app.display.rooms import BREATH

log = logging.getLogger(__name__)

RECEIVED_BYTES = 4096

_PING = packet.Packet(packet.PING)


def install(server: Any, order: Order) -> None:
    """Have the python-socketio ``server`` carry its WebSockets in this way, and read their messages in ``order``. It
    must run in gunicorn's gevent worker."""
    engine = server.eio
    pings = Pings(engine, order)
    connect = engine.handlers["connect"]

    def connected(sid: str, environ: dict[str, Any]) -> Any:
        if environ.get("HTTP_UPGRADE"):
            engine.sockets[sid].last_ping = None  # else it gets a greenlet of its own for pings, see Pings
        return connect(sid, environ)

    engine.on("connect", connected)
    engine._async = {**engine._async, "websocket": lambda handler, engine: WebSocket(handler, engine, pings, order)}


class Pings:
    """Asks each WebSocket whether it lives, a while after it last said so, and ends those that do not answer: one
    greenlet for all, by the steady clock, so that a clock that is set ends nobody."""

    def __init__(self, engine: Any, order: Order) -> None:
        self._engine, self._order = engine, order
        self._due: deque[tuple[float, Any]] = deque()
        self._awaited: dict[Any, float] = {}  # until when, the soonest first
        self._is_running = False

    def schedule(self, link: Any) -> None:
        """``link``: python-engineio's side of a WebSocket that has just shown that it lives."""
        self._awaited.pop(link, None)
        self._due.append((time.monotonic() + self._engine.ping_interval, link))
        if not self._is_running:
            self._is_running = True
            self._engine.start_background_task(self._run)

    def _run(self) -> None:
        pause_s = min(self._engine.ping_interval, self._engine.ping_timeout) / 5
        while self._due or self._awaited:
            self._ask_due()
            is_more = self._due and self._due[0][0] <= time.monotonic()
            begun = time.monotonic()
            self._engine.sleep(0 if is_more else pause_s)
            if time.monotonic() - begun < 2 * pause_s:  # else the process stood still, and may have answers to read
                self._end_silent()
        self._is_running = False

    def _ask_due(self) -> None:
        for _ in range(BREATH):
            if not self._due or self._due[0][0] > time.monotonic():
                return
            link = self._due.popleft()[1]
            if not link.closing and not link.closed:
                self._awaited[link] = time.monotonic() + self._engine.ping_timeout
                self._guarded(link.send, _PING)

    def _end_silent(self) -> None:
        now = time.monotonic()
        for link in [link for link, until in self._awaited.items() if until < now]:
            self._order.let_others()  # where a network failed, thousands are silent
            if link in self._awaited and not link.queue.is_in_line:  # else it has said something meanwhile
                del self._awaited[link]
                self._guarded(partial(link.close, wait=False, reason=self._engine.reason.PING_TIMEOUT))

    def _guarded(self, work: Callable[..., object], *given: Any) -> None:
        try:
            work(*given)
        except Exception:
            log.exception("a WebSocket could not be asked whether it lives")


class WebSocket:
    """One connection. python-engineio makes it of the request, as a WSGI application, and puts what it sends into it as
    into a queue."""

    __slots__ = ("_backlog", "_connection", "_engine", "_handler", "_order", "_pings", "_sock", "is_in_line")

    def __init__(self, handler: Callable[["WebSocket"], Any], engine: Any, pings: Pings, order: Order) -> None:
        self._handler, self._engine, self._pings, self._order = handler, engine, pings, order
        self.is_in_line = False
        """Whether what it said waits for its turn, and what it may have said since for that."""
        self._backlog: deque[bytes] = deque()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        link: Any = self._handler.__self__  # type: ignore[attr-defined] # it is a bound method
        self._sock = environ["gunicorn.socket"]
        self._connection = Connection(ConnectionType.SERVER)
        answer = _opening(environ)
        if answer is None:
            link.close(wait=False, abort=True)
            start_response("400 Bad Request", [("Content-Length", "0")])
            return []
        self._sock.sendall(answer)
        if link.connected or isinstance(self._sock, ssl.SSLSocket):
            self._handler(self)  # it polled so far; or what is sent must be sealed, which may have to wait
        else:
            self._serve(link)
        raise StopIteration  # gunicorn is to answer nothing

    def _serve(self, link: Any) -> None:
        opening, link.queue = link.queue, self
        link.connected = link.upgraded = True
        while not opening.empty():
            self.put(opening.get())
        self._pings.schedule(link)
        try:
            while (message := self.wait()) is not None:
                self._receive(link, message)
        except SocketIsClosedError:
            pass
        except Exception:
            log.exception("a message of a WebSocket could not be read; it is closed")
        finally:
            self._leave(link)

    def _leave(self, link: Any) -> None:
        try:
            if not link.closed:
                self._order.wait_turn(Rank.LEAVING)
        finally:
            link.close(wait=False, abort=True, reason=self._engine.reason.TRANSPORT_CLOSE)
            self._engine.sockets.pop(link.sid, None)

    def _receive(self, link: Any, message: str | bytes) -> None:
        try:
            received = packet.Packet(encoded_packet=message)
        except (ValueError, RecursionError):
            raise SocketIsClosedError from None  # no client of ours
        if received.packet_type == packet.PONG:
            self._pings.schedule(link)
            return
        self.is_in_line = True
        self._order.wait_turn(Rank.INSIDE)
        self.is_in_line = False
        if link.closed:
            raise SocketIsClosedError
        with suppress(UnknownPacketError):
            link.receive(received)

    def put(self, sent: packet.Packet | None) -> None:
        """Send a packet; None ends the connection."""
        if sent is None:
            self.close()
        elif self._connection.state is ConnectionState.OPEN:
            self._post(_framed(sent))

    def join(self) -> None:
        """Nothing is waited for: who is told to go may be slow, too."""

    def wait(self) -> str | bytes | None:
        """The next message; None when the connection is over."""
        parts: list[Any] = []
        while True:
            for event in self._connection.events():
                if isinstance(event, TextMessage | BytesMessage):
                    parts.append(event.data)
                    if sum(map(len, parts)) > self._engine.max_http_buffer_size:
                        return None
                    if event.message_finished:
                        return "".join(parts) if isinstance(event, TextMessage) else b"".join(parts)
                elif isinstance(event, Ping):
                    self._post(self._connection.send(event.response()))
                elif isinstance(event, CloseConnection):
                    if self._connection.state in (ConnectionState.OPEN, ConnectionState.REMOTE_CLOSING):
                        self._post(self._connection.send(event.response()))
                    return None
            try:
                received = self._sock.recv(RECEIVED_BYTES)
            except OSError:
                return None
            if not received:
                return None
            self._connection.receive_data(received)

    def send(self, message: Any) -> None:
        """Of python-engineio's own writer: wait until it is gone."""
        self._sock.sendall(self._connection.send(Message(data=message)))

    def close(self) -> None:
        """Say that it is over, as far as the other side still listens, and end the connection."""
        if self._connection.state is ConnectionState.OPEN:
            self._post(self._connection.send(CloseConnection(code=1000)))
        with suppress(OSError):  # it is gone already
            self._sock.shutdown(socket.SHUT_RDWR)  # wakes whoever waits for the next message

    def _post(self, frame: bytes) -> None:
        """Send without waiting; what does not go at once goes as soon as it can, in order."""
        if self._backlog:
            self._backlog.append(frame)
            return
        try:
            gone = self._sock.send(frame, timeout=0.0)
        except BlockingIOError:
            gone = 0
        except OSError:
            return  # it is gone; whoever waits for the next message is told
        if gone < len(frame):
            self._backlog.append(frame[gone:])
            gevent.spawn(self._catch_up)

    def _catch_up(self) -> None:
        with suppress(OSError):  # it is gone, and with it what is left
            while self._backlog:
                self._sock.sendall(self._backlog[0])
                self._backlog.popleft()


_framing = Connection(ConnectionType.SERVER)
_framed_last: tuple[packet.Packet, bytes] = _PING, bytes(_framing.send(Message(data=_PING.encode())))


def _framed(sent: packet.Packet) -> bytes:
    """The frame of a packet: alike for all connections, so a room's is made once."""
    global _framed_last  # noqa: PLW0603
    if _framed_last[0] is not sent:
        _framed_last = sent, bytes(_framing.send(Message(data=sent.encode())))
    return _framed_last[1]


def _opening(environ: dict[str, Any]) -> bytes | None:
    """The answer that opens a connection; None for a request that may have none. python-engineio has looked at what
    else it must say."""
    key = environ.get("HTTP_SEC_WEBSOCKET_KEY")
    if not key or environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13":
        return None
    accepted = generate_accept_token(key.encode("latin-1")).decode()
    return (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {accepted}\r\n\r\n"
    ).encode()
