"""The line for bookings under a crowd, in this process and in Redis: nobody has another's place, none is called twice;
and what happens when Redis is lost in the middle of a rush."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from queue_app.rush import shared
from queue_app.rush.line import Claim, Entry
from queue_app.rush.lines import InProcess, Lines
from queue_app.rush.shared import InRedis, OrInProcess
from tests.services.private_redis import RedisServer

CROWD, MOST = 400, 20


def in_process(_server: RedisServer) -> tuple[Lines, Lines]:
    lines = InProcess()
    return lines, lines


def in_redis(server: RedisServer) -> tuple[Lines, Lines]:
    """Two processes."""
    server.start()
    one, other = (InRedis(server.url, lambda: "races") for _ in range(2))
    one._script.registered_client.flushall()
    return one, other


@pytest.fixture(params=[in_process, in_redis])
def both(request: pytest.FixtureRequest, redis_server: RedisServer) -> tuple[Lines, Lines]:
    make: Callable[[RedisServer], tuple[Lines, Lines]] = request.param
    return make(redis_server)


def test_everybody_has_a_place_of_their_own_and_is_called_once(both: tuple[Lines, Lines]) -> None:
    def arrive(number: int) -> int:
        lines = both[number % 2]
        return lines.arrive("here", f"p{number % CROWD}", None, may_enter=False, most_uses=MOST).number

    with ThreadPoolExecutor(16) as pool:
        numbers = list(pool.map(arrive, range(2 * CROWD)))  # everybody asks twice
        called = list(pool.map(lambda number: both[number % 2].call("here", 3), range(CROWD)))
    assert sorted(numbers[:CROWD]) == list(range(1, CROWD + 1))
    assert numbers[:CROWD] == numbers[CROWD:]
    assert sum(called) == CROWD
    standing = both[0].look("here")
    assert standing is not None
    assert (standing.last, standing.called) == (CROWD, CROWD)


def test_a_place_lets_in_no_more_often_than_it_may(both: tuple[Lines, Lines]) -> None:
    first = both[0].arrive("here", "ani", None, may_enter=False, most_uses=MOST)
    both[0].call("here", 1)
    claim = Claim(first.standing.name, first.number)

    def use(number: int) -> Entry:
        return both[number % 2].arrive("here", f"x{number}", claim, may_enter=False, most_uses=MOST).entry

    with ThreadPoolExecutor(16) as pool:
        entries = list(pool.map(use, range(4 * MOST)))
    assert entries.count(Entry.COME) == MOST


def test_a_redis_that_is_lost_leaves_a_line_in_each_process(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "PAUSE_S", 0.0)
    monkeypatch.setattr(shared, "FRESH_S", -1.0)
    lines = OrInProcess(in_redis(redis_server)[0])
    first = lines.arrive("here", "ani", None, may_enter=False, most_uses=MOST)
    redis_server.kill()
    try:
        claim = Claim(first.standing.name, first.number)
        again = lines.arrive("here", "ani", claim, may_enter=False, most_uses=MOST)
        assert (again.entry, again.number) == (Entry.WAIT, 1)
        assert again.standing.name != first.standing.name
        assert lines.call("here", 1) == 1
        own = Claim(again.standing.name, again.number)
        assert lines.arrive("here", "ani", own, may_enter=False, most_uses=MOST).entry is Entry.COME
    finally:
        redis_server.start()
    assert lines.arrive("here", "budi", None, may_enter=False, most_uses=MOST).standing.last == 1
