"""The judge of the fault tests: it takes every history that may have been, and none that may not."""

import dataclasses
import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.faults.history import NEVER, Operation, is_linearisable, problems


def life(ticket: str, at: float, label: str, officer: str = "ana") -> list[Operation]:
    """A ticket that is issued, called, started and finished, one step a second."""
    return [
        Operation("issue", "citizen", f"issue {ticket}", at, at + 0.5, ticket, 1, label),
        Operation("call", officer, f"call {ticket}", at + 1, at + 1.5, ticket, 2),
        Operation("start", officer, f"start {ticket}", at + 2, at + 2.5, ticket, 3),
        Operation("finish", officer, f"finish {ticket}", at + 3, at + 3.5, ticket, 4),
    ]


def test_a_day_as_it_should_be_is_believed() -> None:
    first, second = life("x", 0, "A-001"), life("y", 4, "A-002")
    nobody = Operation("call", "budi", "call nobody", 9, 9.5)
    unanswered = Operation("issue", "citizen", "issue z", 2)
    again = dataclasses.replace(first[1], begun=6, ended=6.5)
    assert problems([*first, *second, nobody, unanswered, again]) == []


def test_what_was_never_answered_may_have_happened_or_not() -> None:
    whole = life("x", 0, "A-001")
    start = dataclasses.replace(whole[2], ended=NEVER, version=0)
    assert is_linearisable([*whole[:2], start])
    assert is_linearisable([*whole[:2], start, whole[3]])


def test_a_ticket_that_nobody_was_given_is_of_one_who_had_no_answer() -> None:
    orphan = life("x", 0, "A-001")[1:]
    asked = Operation("issue", "citizen", "issue without an answer", 0.2)
    assert problems([*orphan, asked]) == []
    assert problems(orphan) != []
    assert problems([*orphan, dataclasses.replace(asked, begun=2)]) != [], "asked after it was called"


X, Y = life("x", 0, "A-001"), life("y", 0.6, "A-002", "budi")
CANNOT_BE = {
    "called twice": [*X, Operation("call", "budi", "call again", 5, 5.5, "x", 2)],
    "finished before it was started": [*X[:2], dataclasses.replace(X[3], version=3)],
    "finished by another officer": [*X[:3], dataclasses.replace(X[3], who="budi")],
    "a version left out": [*X[:2], dataclasses.replace(X[2], version=4)],
    "one number twice": [*X, *life("y", 9, "A-001")],
    "one wish, two tickets": [*X, dataclasses.replace(X[0], ticket="y", label="A-002", begun=5, ended=6)],
    "nobody waits, and somebody does": [X[0], Operation("call", "ana", "call", 2, 3), *X[3:3]],
    "overtaken": [*X[:1], *Y[:2], dataclasses.replace(X[1], begun=4, ended=4.5)],
    "lost and issued anew": [*X, dataclasses.replace(X[0], key="another", begun=9, ended=9.5)],
}


@pytest.mark.parametrize("history", CANNOT_BE.values(), ids=CANNOT_BE.keys())
def test_what_cannot_have_been_is_found(history: list[Operation]) -> None:
    assert problems(history) != []


@given(seed=st.integers(0, 2**32), tickets=st.integers(1, 12), officers=st.integers(1, 4))
def test_every_history_that_a_right_office_makes_is_believed(seed: int, tickets: int, officers: int) -> None:
    assert problems(invented(random.Random(seed), tickets, officers)) == []


@given(seed=st.integers(0, 2**32), tickets=st.integers(2, 12))
def test_two_calls_of_one_ticket_are_found_wherever_they_are(seed: int, tickets: int) -> None:
    history = invented(random.Random(seed), tickets, 2)
    calls = [each for each in history if each.kind == "call" and each.ticket]
    assume(calls)
    twice = dataclasses.replace(calls[seed % len(calls)], who="petugas9", key="another click")
    assert problems([*history, twice]) != []


def invented(chance: random.Random, tickets: int, officers: int) -> list[Operation]:
    """What clients may see of an office that does everything right: each step happens at one instant, in order, and
    its request was begun before and answered after it; some answers are lost."""
    now, line, seats, history = 0.0, [], {f"petugas{number}": [] for number in range(officers)}, []
    issued = 0
    while issued < tickets or line or any(seats.values()):
        now += 1.0
        who = chance.choice([*seats, "citizen"])
        if who == "citizen":
            if issued < tickets:
                issued += 1
                line.append(str(issued))
                history.append(seen(chance, now, "issue", who, str(issued), 1, f"A-{issued:03d}"))
        elif seats[who]:
            ticket, version = seats[who]
            history.append(seen(chance, now, "start" if version == 2 else "finish", who, ticket, version + 1))
            seats[who] = [ticket, version + 1] if version == 2 else []
        elif line:
            ticket = line.pop(0)
            history.append(seen(chance, now, "call", who, ticket, 2))
            seats[who] = [ticket, 2]
        else:
            history.append(Operation("call", who, f"call at {now}", now - chance.random(), now + chance.random()))
    return history


def seen(
    chance: random.Random, at: float, kind: str, who: str, ticket: str, version: int, label: str = ""
) -> Operation:
    begun, ended = at - chance.random() * 3, at + chance.random() * 3
    return Operation(kind, who, f"{kind} {ticket}", begun, ended, ticket, version, label)
