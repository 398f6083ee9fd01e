"""Programs that speak WebSocket and Socket.IO, and the server in this process that they are connected to."""

import json
from collections.abc import Callable
from typing import Any

import gevent
import socketio
from gevent import socket
from gevent.event import Event
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, Message, Request, TextMessage
from wsproto.extensions import PerMessageDeflate

from queue_app.display import websocket
from queue_app.display.entrance import Order, Rank
from queue_app.display.rooms import DISPLAY, Rooms

PATIENCE_S = 20.0


class Client:
    """A program that speaks WebSocket and Socket.IO, connected to a server in this process as by gunicorn."""

    def __init__(self, server: Any, query: str = "EIO=4&transport=websocket", without: str = "") -> None:
        self._sock, other = socket.socketpair()
        self._ws = WSConnection(ConnectionType.CLIENT)
        request = self._ws.send(Request(host="antrean", target="/socket.io/", extensions=[PerMessageDeflate()]))
        headers = (line.split(": ", 1) for line in request.decode().split("\r\n")[1:] if line)
        environ = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers}
        environ.pop(without, None)
        environ |= {"REQUEST_METHOD": "GET", "QUERY_STRING": query, "gunicorn.socket": other}
        self.status = ""
        self._task = gevent.spawn(self._serve, server, environ, other)
        self._events: list[Any] = []

    def _serve(self, server: Any, environ: dict[str, Any], sock: Any) -> None:
        def start(status: str, _headers: Any) -> None:
            self.status = status

        try:
            list(server.handle_request(environ, start))
        except StopIteration:
            pass  # how gunicorn is told that all is answered
        finally:
            sock.close()

    def join(self) -> "Client":
        """Become a display."""
        assert isinstance(self.event(), AcceptConnection)
        assert self.text().startswith("0{")
        self.send(f"40{DISPLAY},")
        assert self.text().startswith(f"40{DISPLAY},")
        return self

    def event(self) -> Any:
        """The next thing that happens to the connection."""
        with gevent.Timeout(PATIENCE_S):
            while not self._events:
                self._ws.receive_data(self._sock.recv(65_536) or None)
                self._events += self._ws.events()
        return self._events.pop(0)

    def text(self) -> str:
        """The next whole message."""
        text = ""
        while True:
            event = self.event()
            assert isinstance(event, TextMessage)
            text += event.data
            if event.message_finished:
                return text

    def emitted(self) -> Any:
        """What the next message to displays says; pings are answered on the way."""
        while (text := self.text()) == "2":
            self.send("3")
        return json.loads(text.removeprefix(f"42{DISPLAY},"))[1]

    def send(self, data: str) -> None:
        self.tell(Message(data=data))

    def tell(self, *events: Any) -> None:
        self._sock.sendall(b"".join(self._ws.send(event) for event in events))

    def send_raw(self, data: bytes) -> None:
        self._sock.sendall(data)

    def is_served(self) -> bool:
        return not self._task.ready()

    def close(self) -> None:
        self.close_link()
        self._task.kill()

    def close_link(self) -> None:
        self._sock.close()


class Site:
    """A server whose displays are all in one room."""

    def __init__(self, **settings: Any) -> None:
        self.server = socketio.Server(async_mode="gevent", client_manager=Rooms(), **settings)
        self.others_served = Event()
        """Before that nobody has a turn."""
        self.others_served.set()
        self.order = Order(self._let_others)
        websocket.install(self.server, self.order)
        self.clients: list[Client] = []
        self.left: list[str] = []
        self.heard: list[Any] = []
        self.server.on("connect", self._enter, namespace=DISPLAY)
        self.server.on("disconnect", lambda _sid, reason: self.left.append(reason), namespace=DISPLAY)
        self.server.on("say", lambda _sid, said: self.heard.append(said), namespace=DISPLAY)

    def _enter(self, sid: str, _environ: Any, _auth: Any = None) -> None:
        self.server.enter_room(sid, "office", namespace=DISPLAY)

    def _let_others(self) -> None:
        self.others_served.wait()

    def take_long(self) -> Event:
        """Somebody comes in whose turn lasts until this is set."""
        self.others_served = over = Event()
        gevent.spawn(self.order.wait_turn, Rank.COMING)
        gevent.sleep(0.01)
        self.others_served = Event()
        self.others_served.set()
        return over

    def client(self, *given: str) -> Client:
        self.clients.append(Client(self.server, *given))
        return self.clients[-1]

    def display(self) -> Client:
        return self.client().join()

    def show(self, board: Any) -> None:
        self.server.emit("board", board, to="office", namespace=DISPLAY)

    @property
    def connected(self) -> int:
        return len(self.server.eio.sockets)


Sites = Callable[..., Site]


def until(is_so: Callable[[], bool]) -> None:
    with gevent.Timeout(PATIENCE_S):
        while not is_so():
            gevent.sleep(0.005)
