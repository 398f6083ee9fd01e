"""The lines in a Redis that all processes share, and what is done without it."""

import logging
import time
from collections.abc import Callable
from typing import Any

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy.exc import SQLAlchemyError

from queue_app.rush.line import FORGET_S, LEFT, MOST_CALLED, WINDOW_S, Answer, Claim, Entry, Standing, pace
from queue_app.rush.lines import InProcess, Lines, new_name

log = logging.getLogger(__name__)

ANSWER_S = 0.5
PAUSE_S = 5.0
"""A Redis that did not answer is left alone for so long; each process has a line of its own meanwhile."""

FRESH_S = 0.2
"""What Redis said of a line is good for so long: who looks whether it is their turn mostly asks this."""

# What ``Line`` does, done by Redis in one step, so that all processes are one after another. KEYS: the line, places by
# person, uses by number. ARGV: what to do, the time (empty: Redis's own), then what it needs.
_SCRIPT = """
local line, places, uses = KEYS[1], KEYS[2], KEYS[3]
local act, now = ARGV[1], tonumber(ARGV[2])
if not now then local t = redis.call('TIME') now = tonumber(t[1]) + tonumber(t[2]) / 1000000 end
local read = redis.call('HMGET', line, 'name', 'last', 'called', 't0', 'c0', 't1', 'c1')
local name, last, called = read[1], tonumber(read[2]) or 0, tonumber(read[3]) or 0
local t0, c0, t1, c1 = tonumber(read[4]), tonumber(read[5]), tonumber(read[6]), tonumber(read[7])
local entry, number = 'wait', 0
local function told() return {name or '', last, called, tostring(now), tostring(t0 or now), c0 or 0, entry, number} end
local function keep()
  redis.call('HSET', line, 'name', name, 'last', last, 'called', called)
  if t0 then
    redis.call('HSET', line, 't0', string.format('%.6f', t0), 'c0', c0, 't1', string.format('%.6f', t1), 'c1', c1)
  end
  for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ARGV[3]) end
end
if act == 'look' then return told() end
if act == 'call' then
  local before = called
  if name then
    local left, most = tonumber(ARGV[4]), math.min(last, called + tonumber(ARGV[7]))
    number = left
    while left > 0 and called < most do
      called = called + 1
      if (tonumber(redis.call('HGET', uses, called)) or 0) < tonumber(ARGV[6]) then left = left - 1 end
    end
    number = number - left
    if called > before then
      if t1 and now - t1 >= tonumber(ARGV[5]) then t0, c0, t1, c1 = t1, c1, now, called end
      keep()
    end
  end
  return told()
end
if act == 'leave' then
  if name == ARGV[4] then redis.call('HSET', uses, ARGV[5], ARGV[6]) end
  return told()
end
if act == 'finish' then
  if name == ARGV[4] and tonumber(ARGV[5]) <= called then redis.call('HSET', uses, ARGV[5], ARGV[6]) end
  return told()
end
local new, who, of, claimed = ARGV[4], ARGV[5], ARGV[6], tonumber(ARGV[7])
local may_enter, most = ARGV[8] == '1', tonumber(ARGV[9])
if not name then name = new keep() end
local function usable(place)
  return place > 0 and place <= last and (tonumber(redis.call('HGET', uses, place)) or 0) < most
end
if of == name and usable(claimed) then number = claimed
else
  local had = tonumber(redis.call('HGET', places, who)) or 0
  if usable(had) then number = had end
end
if number == 0 then
  if called >= last and may_enter then entry = 'free' return told() end
  if called >= last then t0, c0, t1, c1 = now, called, now, called end
  last = last + 1
  number = last
  redis.call('HSET', places, who, number)
end
if number <= called then
  entry = 'come'
  redis.call('HINCRBY', uses, number, 1)
end
keep()
return told()
"""


class InRedis:
    """For all processes of one installation, whose ``namespace`` is given. Raises RedisError where Redis is away."""

    def __init__(self, url: str, namespace: Callable[[], str], clock: Callable[[], float] | None = None) -> None:
        client = Redis.from_url(
            url, socket_timeout=ANSWER_S, socket_connect_timeout=ANSWER_S, retry=Retry(NoBackoff(), 0)
        )
        self._script: Any = client.register_script(_SCRIPT)
        self._namespace = namespace
        self._clock = clock
        self._seen: dict[str, tuple[float, Standing]] = {}

    def arrive(self, office: str, who: str, claim: Claim | None, *, may_enter: bool, most_uses: int) -> Answer:
        of, number = claim or ("", 0)
        told = self._do(office, "arrive", new_name(), who, of, number, int(may_enter), most_uses)
        return Answer(Entry(told[6].decode()), int(told[7]), self._standing(office, told))

    def look(self, office: str) -> Standing | None:
        at, seen = self._seen.get(office, (0.0, None))
        if seen is None or time.monotonic() - at > FRESH_S:
            seen = self._standing(office, self._do(office, "look"))
        return seen if seen.name else None

    def call(self, office: str, count: int) -> int:
        told = self._do(office, "call", count, WINDOW_S, LEFT, MOST_CALLED)
        self._standing(office, told)
        return int(told[7])

    def finish(self, office: str, claim: Claim, most_uses: int) -> None:
        self._do(office, "finish", claim.line, claim.number, most_uses)

    def leave(self, office: str, claim: Claim) -> None:
        self._do(office, "leave", claim.line, claim.number, LEFT)

    def _do(self, office: str, act: str, *words: object) -> list[Any]:
        line = f"antrean:{self._namespace()}:rush:{{{office}}}"  # braces: one node of a Redis cluster has all three
        now = repr(self._clock()) if self._clock else ""
        told: list[Any] = self._script(
            keys=[line, f"{line}:places", f"{line}:uses"], args=[act, now, int(FORGET_S), *words]
        )
        return told

    def _standing(self, office: str, told: list[Any]) -> Standing:
        name, last, called = told[0].decode(), int(told[1]), int(told[2])
        rate = pace(called, int(told[5]), float(told[3]) - float(told[4]))
        seen = Standing(name, last, called, rate)
        self._seen[office] = (time.monotonic(), seen)
        return seen


class OrInProcess:
    """The shared lines, and each process's own while those cannot be reached.

    Places of the one are none of the other: who waited takes a new place in the order of asking again.
    """

    def __init__(self, shared: Lines) -> None:
        self._shared, self._own = shared, InProcess()
        self._silent_until = 0.0

    def arrive(self, office: str, who: str, claim: Claim | None, *, may_enter: bool, most_uses: int) -> Answer:
        answer: Answer = self._ask(
            lambda lines: lines.arrive(office, who, claim, may_enter=may_enter, most_uses=most_uses)
        )
        return answer

    def look(self, office: str) -> Standing | None:
        standing: Standing | None = self._ask(lambda lines: lines.look(office))
        return standing

    def call(self, office: str, count: int) -> int:
        return int(self._ask(lambda lines: lines.call(office, count)))

    def finish(self, office: str, claim: Claim, most_uses: int) -> None:
        self._ask(lambda lines: lines.finish(office, claim, most_uses))

    def leave(self, office: str, claim: Claim) -> None:
        self._ask(lambda lines: lines.leave(office, claim))

    def _ask(self, question: Callable[[Lines], Any]) -> Any:
        if time.monotonic() >= self._silent_until:
            try:
                return question(self._shared)
            except (RedisError, SQLAlchemyError) as error:  # the latter: the name of this installation is not known yet
                self._silent_until = time.monotonic() + PAUSE_S
                log.warning("the line for bookings is each process's own until Redis answers: %s", error)
        return question(self._own)
