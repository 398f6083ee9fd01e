"""Whether a WebSocket still lives: who is asked, who is taken for dead, and who is not."""

import time
from types import SimpleNamespace

import pytest

from tests.display.websocket_clients import Sites, until


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
