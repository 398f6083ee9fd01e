"""Many WebSockets in one process: order, slow ones, dead ones, and what the protocol asks of a server."""

import json
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import gevent
import pytest
import socketio
from gevent import socket
from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    CloseConnection,
    Message,
    Ping,
    Pong,
    Request,
    TextMessage,
)
from wsproto.extensions import PerMessageDeflate

from queue_app.display import websocket
from queue_app.display.rooms import BREATH, DISPLAY, Rooms

PATIENCE_S = 20.0
LARGE = "x" * 20_000
MANY = 200
"""So many large messages are more than any buffer between two sockets takes."""


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
        self._sock.close()
        self._task.kill()


class Site:
    """A server whose displays are all in one room."""

    def __init__(self, **settings: Any) -> None:
        self.server = socketio.Server(async_mode="gevent", client_manager=Rooms(), **settings)
        websocket.install(self.server)
        self.clients: list[Client] = []
        self.left: list[str] = []
        self.heard: list[Any] = []
        self.server.on("connect", self._enter, namespace=DISPLAY)
        self.server.on("disconnect", lambda _sid, reason: self.left.append(reason), namespace=DISPLAY)
        self.server.on("say", lambda _sid, said: self.heard.append(said), namespace=DISPLAY)

    def _enter(self, sid: str, _environ: Any, _auth: Any = None) -> None:
        self.server.enter_room(sid, "office", namespace=DISPLAY)

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


@pytest.fixture
def sites() -> Iterator[Sites]:
    made: list[Site] = []

    def make(**settings: Any) -> Site:
        made.append(Site(**settings))
        return made[-1]

    yield make
    for site in made:
        for client in site.clients:
            client.close()
        site.server.shutdown()


@pytest.fixture
def site(sites: Sites) -> Site:
    return sites()


def until(is_so: Callable[[], bool]) -> None:
    with gevent.Timeout(PATIENCE_S):
        while not is_so():
            gevent.sleep(0.005)


def test_everybody_gets_every_message_in_order(site: Site) -> None:
    displays = [site.display() for _ in range(3)]
    for version in range(50):
        site.show(version)
    assert [[display.emitted() for _ in range(50)] for display in displays] == [list(range(50))] * 3


def test_a_message_to_a_room_is_framed_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    framed: list[Any] = []
    make = websocket._framing

    class Framing:
        def send(self, message: Any) -> bytes:
            framed.append(message)
            return make.send(message)

    displays = [site.display() for _ in range(3)]
    monkeypatch.setattr(websocket, "_framing", Framing())
    site.show("a board")
    assert [display.emitted() for display in displays] == ["a board"] * 3
    assert len(framed) == 1


def test_a_slow_one_holds_up_nobody_and_loses_nothing(site: Site) -> None:
    slow, quick = site.display(), site.display()
    for version in range(MANY):
        site.show([version, LARGE])
        assert quick.emitted() == [version, LARGE]
    assert [slow.emitted() for _ in range(MANY)] == [[version, LARGE] for version in range(MANY)]
    site.show("the next")  # and is as quick as any from then on
    assert slow.emitted() == quick.emitted() == "the next"


def test_one_that_takes_nothing_is_closed_and_the_others_go_on(sites: Sites) -> None:
    site = sites(ping_interval=0.05, ping_timeout=0.2)
    stuck, living = site.display(), site.display()
    for version in range(MANY):
        site.show([version, LARGE])
        assert living.emitted()[0] == version

    def others_go_on() -> bool:
        site.show("still here")
        return living.emitted() == "still here" and not stuck.is_served()

    until(others_go_on)
    assert site.left == ["ping timeout"]
    assert living.is_served()
    assert site.connected == 1


def test_one_that_answers_no_ping_is_closed(sites: Sites) -> None:
    site = sites(ping_interval=0.05, ping_timeout=0.2)
    dead = site.display()
    assert dead.text() == "2"
    until(lambda: not dead.is_served())
    assert site.left == ["ping timeout"]
    assert site.connected == 0


def test_one_that_answers_is_asked_again_and_again(sites: Sites) -> None:
    site = sites(ping_interval=0.01, ping_timeout=20)
    display = site.display()
    for _ in range(5):
        assert display.text() == "2"
        display.send("3")
    assert display.is_served()


def test_a_clock_that_is_set_ends_nobody(sites: Sites, monkeypatch: pytest.MonkeyPatch) -> None:
    site = sites(ping_interval=0.05, ping_timeout=20)
    display = site.display()
    assert display.text() == "2"
    monkeypatch.setattr("engineio.socket.time", SimpleNamespace(time=lambda: time.time() + 3600))
    site.show("a board")
    assert display.emitted() == "a board"
    assert site.left == []


def test_a_process_that_stood_still_does_not_take_that_for_silence(sites: Sites) -> None:
    site = sites(ping_interval=0.1, ping_timeout=2)
    displays = [site.display() for _ in range(5)]
    assert [display.text() for display in displays] == ["2"] * 5
    for display in displays:
        display.send("3")
    time.sleep(2.5)  # nothing else of this process runs meanwhile
    for display in displays:
        assert display.text() == "2"
        display.send("3")
    assert site.left == []


def test_a_failure_of_one_does_not_end_the_pings_of_all(
    sites: Sites, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    site = sites(ping_interval=0.05, ping_timeout=20)
    failing, display = site.display(), site.display()
    link = next(iter(site.server.eio.sockets.values()))
    monkeypatch.setattr(link, "send", lambda _packet: 1 / 0)
    for _ in range(3):
        assert display.text() == "2"
        display.send("3")
    assert failing.is_served()
    assert [record.message for record in caplog.records] == ["a WebSocket could not be asked whether it lives"]


def test_others_have_their_turn_while_a_large_room_is_sent_to() -> None:
    rooms, turns = Rooms(), []

    class Server:
        packet_class = socketio.packet.Packet

        def sleep(self, seconds: float) -> None:
            turns.append(seconds)

    rooms.set_server(Server())
    everyone = [f"sid {number}" for number in range(2 * BREATH + 1)]
    for sid in everyone:
        rooms.basic_enter_room(sid, DISPLAY, "office", eio_sid=sid)
    assert [sid for sid, _ in rooms.get_participants(DISPLAY, "office")] == everyone
    assert turns == [0, 0]


def test_who_leaves_is_forgotten_at_once(site: Site) -> None:
    display, other = site.display(), site.display()
    display.tell(CloseConnection(code=1000))
    closing = display.event()
    assert isinstance(closing, CloseConnection)
    assert closing.code == 1000
    until(lambda: site.connected == 1)
    assert not display.is_served()
    other.close()
    until(lambda: site.connected == 0)
    assert site.left == ["transport close"] * 2


def test_the_server_can_end_it(site: Site) -> None:
    display = site.display()
    (sid,) = site.server.eio.sockets
    site.server.eio.disconnect(sid)
    assert display.text() == "1"
    assert isinstance(display.event(), CloseConnection)
    until(lambda: not display.is_served())
    assert site.left == ["server disconnect"]


def test_nothing_is_compressed(site: Site) -> None:
    accepted = site.client().event()
    assert isinstance(accepted, AcceptConnection)
    assert accepted.extensions == []


def test_it_answers_the_pings_of_the_protocol_and_reads_parts(site: Site) -> None:
    display = site.display()
    text = f'42{DISPLAY},["say","halo"]'
    display.tell(Message(data=text[:7], message_finished=False), Ping(payload=b"there?"), Message(data=text[7:]))
    pong = display.event()
    assert isinstance(pong, Pong)
    assert pong.payload == b"there?"
    until(lambda: site.heard == ["halo"])


def test_several_messages_that_come_together_are_all_read(site: Site) -> None:
    display = site.display()
    display.tell(*(Message(data=f'42{DISPLAY},["say",{number}]') for number in range(3)))
    until(lambda: site.heard == [0, 1, 2])


@pytest.mark.parametrize(
    "nonsense",
    [TextMessage(data=""), TextMessage(data="x"), TextMessage(data="4" + "[" * 100_000)],
    ids=["empty", "no number", "deep"],
)
def test_nonsense_ends_the_connection_of_its_sender_alone(
    site: Site, nonsense: Any, caplog: pytest.LogCaptureFixture
) -> None:
    display, other = site.display(), site.display()
    display.tell(nonsense)
    until(lambda: not display.is_served())
    site.show("a board")
    assert other.emitted() == "a board"
    assert caplog.records == []


def test_a_message_that_is_too_large_ends_the_connection(sites: Sites) -> None:
    site = sites(max_http_buffer_size=1_000)
    display = site.display()
    display.tell(*(Message(data="4" * 400, message_finished=False) for _ in range(3)))
    until(lambda: not display.is_served())
    assert site.connected == 0


def test_what_is_no_websocket_at_all_ends_the_connection(site: Site) -> None:
    display = site.display()
    display.send_raw(b"GET / HTTP/1.1\r\n\r\n")
    closing = display.event()
    assert isinstance(closing, CloseConnection)
    assert closing.code == 1002
    until(lambda: site.connected == 0)


def test_a_request_without_a_key_is_refused(site: Site) -> None:
    client = site.client("EIO=4&transport=websocket", "HTTP_SEC_WEBSOCKET_KEY")
    until(lambda: not client.is_served())
    assert client.status == "400 Bad Request"
    assert site.connected == 0


def test_who_polled_may_go_over_to_a_websocket(site: Site) -> None:
    answer = site.server.handle_request(
        {"REQUEST_METHOD": "GET", "QUERY_STRING": "EIO=4&transport=polling"}, lambda *_: None
    )
    sid = json.loads(answer[0][1:])["sid"]
    client = site.client(f"EIO=4&transport=websocket&sid={sid}")
    assert isinstance(client.event(), AcceptConnection)
    client.send("2probe")
    assert client.text() == "3probe"
    client.send("5")
    client.send(f"40{DISPLAY},")
    while not client.text().startswith(f"40{DISPLAY},"):
        pass
    site.show("a board")
    assert client.emitted() == "a board"
