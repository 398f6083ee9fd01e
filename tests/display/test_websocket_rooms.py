"""What is sent to many WebSockets at once: every message, in order, and no slow one holds up the others."""

from typing import Any

import pytest
import socketio

from queue_app.display import websocket
from queue_app.display.rooms import BREATH, DISPLAY, Rooms
from tests.display.websocket_clients import Site, Sites, until

LARGE = "x" * 20_000
MANY = 200
"""So many large messages are more than any buffer between two sockets takes."""


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
