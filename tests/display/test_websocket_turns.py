"""Who says something on a WebSocket, leaves or is silent has a turn, and others theirs in between."""

import gevent
import pytest
from wsproto.events import AcceptConnection

from queue_app.display.rooms import DISPLAY
from tests.display.websocket_clients import Site, Sites, until


def test_who_waits_for_a_turn_is_not_taken_for_silent(sites: Sites) -> None:
    site = sites(ping_interval=0.05, ping_timeout=0.2)
    display, dead = site.display(), site.display()
    somebody = site.take_long()
    display.send(f'42{DISPLAY},["say","halo"]')
    assert display.text() == "2"
    display.send("3")  # which is read after what came before
    until(lambda: site.left == ["ping timeout"])
    gevent.sleep(0.5)
    somebody.set()
    until(lambda: site.heard == ["halo"])
    assert display.text() == "2"  # and it is asked again
    assert site.left == ["ping timeout"]
    assert not dead.is_served()


def test_who_leaves_waits_for_a_turn(site: Site) -> None:
    display, other = site.display(), site.display()
    site.others_served.clear()
    for client in (display, other):
        client.close_link()
    gevent.sleep(0.05)
    assert (site.connected, site.left) == (2, [])
    site.others_served.set()
    until(lambda: site.connected == 0)
    assert site.left == ["transport close"] * 2


def test_others_have_their_turn_between_the_ends_of_two_silent_ones(sites: Sites) -> None:
    site = sites(ping_interval=0.05, ping_timeout=0.2)
    silent = [site.display() for _ in range(3)]
    site.others_served.clear()
    gevent.sleep(0.5)
    assert site.left == []
    site.others_served.set()
    until(lambda: not any(display.is_served() for display in silent))
    assert site.left == ["ping timeout"] * 3


def test_what_was_said_by_one_that_was_ended_meanwhile_is_not_heard(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    client = site.client()
    assert isinstance(client.event(), AcceptConnection)
    somebody = site.take_long()
    client.send(f"40{DISPLAY},")
    gevent.sleep(0.01)
    (sid,) = site.server.eio.sockets
    site.server.eio.disconnect(sid)
    somebody.set()
    until(lambda: not client.is_served())
    assert site.connected == 0
    assert caplog.records == []
