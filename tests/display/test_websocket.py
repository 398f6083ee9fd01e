"""One WebSocket from its opening to its end, and what the protocol asks of a server."""

import json
from typing import Any

import pytest
from wsproto.events import AcceptConnection, CloseConnection, Message, Ping, Pong, TextMessage

from queue_app.display.rooms import DISPLAY
from tests.display.websocket_clients import Site, Sites, until


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
