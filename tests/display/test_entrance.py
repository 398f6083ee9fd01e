"""Who comes back comes in a few at a time, and whoever else asks is served in between."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import gevent
import pytest
from gevent import socket
from gevent.event import Event

from queue_app.config import ROOT
from queue_app.display.entrance import ABREAST, Entrance, Order, Rank
from tests.live_server import COMPILED_ONCE

PATIENCE_S = 20.0
SOCKET = {"PATH_INFO": "/socket.io/", "QUERY_STRING": "EIO=4&transport=websocket"}
POLL = {"PATH_INFO": "/display/senapelan/board"}

OFFICER_AND_DISPLAYS = """
from gevent import monkey
monkey.patch_all()
import gevent
from gevent import socket
from queue_app.display.entrance import Order, Rank
from queue_app.event_loop import let_others

served = []

def display(sock):
    sock.recv(1)
    order.wait_turn(Rank.COMING)
    served.append("display")

def desk(sock):
    while sock.recv(1):
        served.append("officer")
        sock.sendall(b"!")

def officer(sock):
    while len(served) < 100:
        sock.sendall(b"?")
        sock.recv(1)

order = Order(let_others)
pairs = [socket.socketpair() for _ in range(51)]
tasks = [gevent.spawn(display, there) for _, there in pairs[1:]]
gevent.spawn(desk, pairs[0][1])
gevent.sleep(0.01)
for here, _ in pairs[1:]:
    here.sendall(b"?")
gevent.joinall([*tasks, gevent.spawn(officer, pairs[0][0])], raise_error=True)
print(*served)
"""
"""The officer asks again as soon as an answer is there; all displays have asked at once."""


class Hall:
    """An order whose test says when all others have been served."""

    def __init__(self) -> None:
        self.others_served = Event()
        self.order = Order(self.others_served.wait)
        self.came: list[str] = []
        self.tasks: dict[str, Any] = {}

    def come(self, who: str, rank: Rank = Rank.COMING) -> None:
        self.tasks[who] = gevent.spawn(self.come_in, who, rank)
        gevent.sleep(0)

    def come_in(self, who: str, rank: Rank) -> None:
        self.order.wait_turn(rank)
        self.came.append(who)

    def all_in(self) -> list[str]:
        """Who came in, in that order, once others have been served."""
        self.others_served.set()
        done = gevent.joinall(list(self.tasks.values()), timeout=PATIENCE_S)
        assert len(done) == len(self.tasks)
        return self.came


@pytest.fixture
def hall() -> Hall:
    return Hall()


@pytest.fixture
def pair() -> Iterator[tuple[Any, Any]]:
    here, there = socket.socketpair()
    yield here, there
    here.close()
    there.close()


def answered_by(hall: Hall, environ: dict[str, str], sock: Any) -> Callable[[], tuple[str, list[bytes]]]:
    """What the entrance will have answered in the name of an app that says "in"."""
    statuses: list[str] = []

    def app(_environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        start("200 OK", [])
        return [b"in"]

    def ask() -> list[bytes]:
        entrance = Entrance(app, hall.order)
        return list(entrance({**environ, "gunicorn.socket": sock}, lambda status, _headers: statuses.append(status)))

    task = gevent.spawn(ask)
    gevent.sleep(0)
    return lambda: (task.get(timeout=PATIENCE_S), statuses[0])[::-1]


def test_an_officer_is_served_when_a_few_displays_have_come_in() -> None:
    done = subprocess.run(
        [sys.executable, "-c", OFFICER_AND_DISPLAYS],
        env=COMPILED_ONCE,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    in_between = [run.split().count("display") for run in done.stdout.split("officer")]
    assert sum(in_between) == 50
    assert max(in_between) <= 16, in_between  # the officer's own side needs a turn of the loop, too


def test_who_is_in_comes_before_who_comes_and_polls_wait_for_both(hall: Hall) -> None:
    for who, rank in (
        ("poll", Rank.POLLING),
        ("a", Rank.COMING),
        ("gone", Rank.LEAVING),
        ("said", Rank.INSIDE),
        ("b", Rank.COMING),
    ):
        hall.come(who, rank)
    assert hall.came == []
    assert hall.all_in() == ["said", "gone", "a", "b", "poll"]


def test_others_are_served_whenever_a_few_have_come_in(hall: Hall) -> None:
    looks: list[int] = []

    def let_others() -> None:
        gevent.sleep(0)
        looks.append(len(hall.came))

    hall.order = Order(let_others)
    everybody = [str(number) for number in range(2 * ABREAST + 1)]
    for who in everybody:
        hall.tasks[who] = gevent.spawn(hall.come_in, who, Rank.COMING)
    assert hall.all_in() == everybody
    assert looks == [0, ABREAST, 2 * ABREAST]


def test_who_is_ended_holds_up_nobody(hall: Hall) -> None:
    for who in "abc":
        hall.come(who)
    hall.tasks["b"].kill()
    assert hall.all_in() == ["a", "c"]


def test_who_has_hung_up_meanwhile_is_not_served(hall: Hall, pair: tuple[Any, Any]) -> None:
    hall.come("somebody")
    answer = answered_by(hall, SOCKET, pair[1])
    pair[0].close()
    hall.all_in()
    assert answer() == ("408 Request Timeout", [])


@pytest.mark.parametrize("asked", [SOCKET, POLL], ids=["a socket", "a poll"])
def test_who_still_waits_is_served(hall: Hall, pair: tuple[Any, Any], asked: dict[str, str]) -> None:
    hall.come("somebody")
    answer = answered_by(hall, asked, pair[1])
    assert hall.came == []
    hall.all_in()
    assert answer() == ("200 OK", [b"in"])
    assert pair[1].gettimeout() is None  # as gunicorn left it


@pytest.mark.parametrize(
    "asked",
    [
        {"PATH_INFO": "/api/v1/counters/1/call-next"},
        {"PATH_INFO": "/display/senapelan"},
        {"PATH_INFO": "/socket.io/", "QUERY_STRING": "EIO=4&transport=polling&sid=abc"},
    ],
    ids=["a call", "a page", "a socket that is open"],
)
def test_others_do_not_wait(hall: Hall, pair: tuple[Any, Any], asked: dict[str, str]) -> None:
    hall.come("somebody")
    assert answered_by(hall, asked, pair[1])() == ("200 OK", [b"in"])
    assert hall.came == []
    hall.all_in()
