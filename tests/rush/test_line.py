"""A line in a rush: in the order of coming, one place for one person, and nobody waits for who has left."""

from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis

from queue_app.rush import lines, shared
from queue_app.rush.line import FORGET_S, Answer, Claim, Entry, Line, Standing
from queue_app.rush.lines import InProcess
from queue_app.rush.shared import InRedis
from tests.services.private_redis import RedisServer

MOST = 3


def a_line() -> Line:
    names = count(1)
    return Line(lambda: f"line {next(names)}")


def ask(line: Line, who: str, now: float = 0.0, claim: Claim | None = None, *, free: bool = False) -> Answer:
    return line.arrive(who, claim, now, may_enter=free, most_uses=MOST)


def test_nobody_waits_where_nobody_is_ahead_and_there_is_room() -> None:
    line = a_line()
    assert ask(line, "ani", free=True).entry is Entry.FREE
    assert (line.last, line.called) == (0, 0)


def test_who_comes_later_is_called_later_though_there_is_room() -> None:
    line = a_line()
    first, second = ask(line, "ani"), ask(line, "budi", free=True)
    assert (second.entry, second.standing.position(second.number)) == (Entry.WAIT, 2)
    line.call(1, 1.0)
    claims = [Claim(line.name, answer.number) for answer in (first, second)]
    assert ask(line, "budi", 1.0, claims[1]).entry is Entry.WAIT
    assert ask(line, "ani", 1.0, claims[0]).entry is Entry.COME


def test_one_person_has_one_place_until_it_has_led_to_a_number() -> None:
    line = a_line()
    assert [ask(line, "ani").number for _ in range(3)] == [1, 1, 1]
    line.call(1, 1.0)
    line.finish(Claim(line.name, 1), MOST)
    assert ask(line, "ani", 1.0).number == 2


def test_a_place_lets_in_so_often_and_no_more() -> None:
    line = a_line()
    ask(line, "ani")
    line.call(1, 1.0)
    claim = Claim(line.name, 1)
    assert [ask(line, "x", 1.0, claim).entry for _ in range(MOST + 1)] == [Entry.COME] * MOST + [Entry.WAIT]


def test_a_place_of_another_line_or_one_that_nobody_was_given_is_none() -> None:
    line = a_line()
    ask(line, "ani")
    assert ask(line, "budi", 0.0, Claim("line 99", 1)).number == 2
    assert ask(line, "citra", 0.0, Claim(line.name, 50)).number == 3


def test_who_has_left_is_passed_over() -> None:
    line = a_line()
    for who in ("ani", "budi", "citra"):
        ask(line, who)
    line.leave(Claim(line.name, 1))
    line.leave(Claim(line.name, 2))
    assert line.call(1, 1.0) == 1
    assert line.called == 3


def test_after_a_long_silence_the_line_begins_anew() -> None:
    line = a_line()
    ask(line, "ani")
    assert ask(line, "ani", FORGET_S + 1).standing.name == "line 2"


def test_the_wait_is_told_by_the_pace_of_late() -> None:
    line = a_line()
    for number in range(200):
        ask(line, str(number))
    for second in range(1, 11):
        line.call(10, float(second))
    standing = line.standing(10.0)
    assert standing.rate == pytest.approx(10.0)
    assert standing.wait_s(200) == pytest.approx(10.0)
    assert Standing("", 5, 5, None).wait_s(5) is None


@given(waiting=st.integers(1, 20_000), rate=st.one_of(st.none(), st.floats(0.5, 500)))
def test_looking_alone_never_fills_the_server(waiting: int, rate: float | None) -> None:
    standing = Standing("", waiting, 0, rate)
    looks = sum(1 / standing.look_in_s(number) for number in range(1, waiting + 1))
    served_meanwhile = max(rate or 50.0, 10.0)
    assert looks <= 100 + 20 * served_meanwhile
    assert all(2.0 <= standing.look_in_s(number) <= max(15.0, waiting / 100) for number in (1, waiting))


# One step: (what, who or number, how many). The two stores must answer alike, whatever happens in whatever order.
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["ask", "ask", "claim", "call", "finish", "leave", "wait", "free"]),
        st.integers(1, 8),
        st.integers(1, 4),
    ),
    min_size=1,
    max_size=60,
)


@pytest.fixture
def redis(redis_server: RedisServer) -> Iterator[Redis]:
    with Redis.from_url(redis_server.url) as client:
        client.flushall()
        yield client


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_redis_keeps_a_line_as_this_process_does(
    steps: list[tuple[str, int, int]], redis: Redis, redis_server: RedisServer
) -> None:
    redis.flushall()
    now = [1000.0]
    names = {False: count(1), True: count(1)}
    stores = (InProcess(lambda: now[0]), InRedis(redis_server.url, lambda: "tests", lambda: now[0]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shared, "FRESH_S", -1.0)
        told = []
        for is_redis, store in enumerate(stores):
            now[0] = 1000.0
            patch.setattr(lines, "new_name", lambda of=names[bool(is_redis)]: f"line {next(of)}")
            patch.setattr(shared, "new_name", lambda: "line 1")
            told.append([_done(store, step, now) for step in steps])
        assert told[0] == told[1]


def _done(store: lines.Lines, step: tuple[str, int, int], now: list[float]) -> object:
    what, number, many = step
    claim = Claim("line 1", number)
    match what:
        case "wait":
            now[0] += number
        case "call":
            return store.call("here", many)
        case "finish":
            return store.finish("here", claim, MOST)
        case "leave":
            return store.leave("here", claim)
        case _:
            own = claim if what == "claim" else None
            answer = store.arrive("here", f"p{number}", own, may_enter=what == "free", most_uses=MOST)
            rate = answer.standing.rate
            return answer.entry, answer.number, answer.standing.waiting, rate and round(rate, 4)
    standing = store.look("here")
    return standing and (standing.name, standing.last, standing.called)
