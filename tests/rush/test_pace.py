"""How many come from the line, by a simulated server: as many as it manages, and no more than it can bear."""

import heapq
import random
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_app.rush.line import Claim, Entry
from queue_app.rush.lines import InProcess
from queue_app.rush.pace import FREE, GIVEN_S, LEAST, Pace
from queue_app.rush.room import Room


@dataclass(order=True)
class _Happening:
    at: float
    number: int
    who: int = field(compare=False)
    claim: Claim | None = field(compare=False, default=None)
    is_done: bool = field(compare=False, default=False)


@dataclass
class Played:
    """``served`` by the order of coming; ``most_inside`` at once; ``took_s`` until the last."""

    served: list[int] = field(default_factory=list)
    most_inside: int = 0
    took_s: float = 0.0


def play(people: int, within_s: float, service_s: float, seed: int, leaving: float = 0.0, processes: int = 1) -> Played:
    """A rush on servers that each serve one at a time. ``leaving``: so many of those who wait never come again."""
    chance, now, played = random.Random(seed), [0.0], Played()
    lines = InProcess(lambda: now[0])
    rooms = [Room(lines, lambda: now[0]) for _ in range(processes)]
    queues: list[list[tuple[int, object]]] = [[] for _ in rooms]
    happenings = [_Happening(chance.uniform(0, within_s), who, who) for who in range(people)]
    heapq.heapify(happenings)
    order = {happening.who: happening.at for happening in happenings}
    number = people

    def serve(process: int) -> None:
        nonlocal number
        if queues[process]:
            number += 1
            heapq.heappush(happenings, _Happening(now[0] + service_s, number, process, is_done=True))

    while happenings:
        happening = heapq.heappop(happenings)
        now[0] = happening.at
        if happening.is_done:
            who, inside = queues[happening.who].pop(0)
            inside.__exit__(None, None, None)  # type: ignore[attr-defined]
            played.served.append(who)
            played.took_s = now[0]
            serve(happening.who)
            continue
        process = chance.randrange(processes)
        answer = rooms[process].ask("here", str(happening.who), happening.claim)
        if answer.entry is Entry.WAIT:
            if happening.claim is None and chance.random() < leaving:
                continue
            number += 1
            claim = Claim(answer.standing.name, answer.number)
            after = answer.standing.look_in_s(answer.number) * chance.uniform(0.9, 1.1)
            heapq.heappush(happenings, _Happening(now[0] + after, number, happening.who, claim))
            continue
        inside = rooms[process].inside()
        inside.__enter__()
        queues[process].append((happening.who, inside))
        played.most_inside = max(played.most_inside, len(queues[process]))
        if len(queues[process]) == 1:
            serve(process)
    ranks = {who: rank for rank, who in enumerate(sorted(order, key=order.__getitem__))}
    played.served = [ranks[who] for who in played.served]
    return played


@pytest.mark.parametrize(("service_s", "processes"), [(0.01, 1), (0.05, 1), (0.2, 1), (0.05, 4)])
def test_a_rush_is_served_nearly_as_fast_as_the_server_can_and_never_floods_it(
    service_s: float, processes: int
) -> None:
    played = play(2_000, 5.0, service_s, seed=1, processes=processes)
    assert sorted(played.served) == list(range(2_000))
    least_s = 2_000 * service_s / processes
    assert played.took_s < 1.35 * least_s + 12
    assert played.most_inside <= max(3 * FREE, 4.5 / service_s)


def test_whoever_comes_earlier_is_served_earlier() -> None:
    played = play(2_000, 5.0, 0.02, seed=2)
    late = [abs(place - rank) for place, rank in enumerate(played.served)]
    assert sorted(late)[len(late) // 2] < 100
    first = sum(rank < 500 for rank in played.served[:500])
    assert first > 400


def test_those_who_never_come_again_hold_up_the_others_little() -> None:
    played = play(2_000, 5.0, 0.02, seed=3, leaving=0.5)
    assert played.took_s < 60


@settings(max_examples=15)
@given(
    people=st.integers(1, 400),
    within_s=st.floats(0, 20),
    service_s=st.floats(0.002, 0.5),
    seed=st.integers(0, 10),
    leaving=st.floats(0, 1),
    processes=st.integers(1, 4),
)
def test_everybody_who_comes_again_is_served(
    people: int, within_s: float, service_s: float, seed: int, leaving: float, processes: int
) -> None:
    played = play(people, within_s, service_s, seed, leaving, processes)
    assert len(set(played.served)) == len(played.served)
    if leaving == 0:
        assert len(played.served) == people


def test_a_server_that_is_late_is_given_less_but_never_nothing() -> None:
    pace = Pace()
    for _ in range(200):
        pace.done(10.0)
    free = pace.to_call(0, 10.0)
    for _ in range(100):
        pace.felt(1.0)
    assert LEAST < pace.to_call(0, 10.0) < free
    assert pace.to_call(0, 1000.0) == LEAST


def test_who_was_called_and_does_not_come_is_waited_for_only_so_long() -> None:
    pace = Pace()
    pace.called(pace.to_call(0, 0.0), 0.0)
    assert pace.to_call(0, 1.0) == 0
    pace.came()
    assert pace.to_call(0, 1.0) == 1
    assert LEAST < pace.to_call(0, GIVEN_S + 0.1) <= 2 * LEAST  # more than before, for not all will come
