"""What clients saw, judged by a model of its own: it knows nothing of the product but what it promises.

A history is a list of ``Operation``: each has the time when it was first asked and when it was answered, retries
included, and what was answered. Judged are: one ticket for one wish; each ticket's moves in an order that explains all
answers (linearisable, by search); nobody told "nobody waits" while somebody surely did; nobody overtaken within a
service. Times are of one clock.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

NEVER = math.inf
STATES = ("WAITING", "CALLED", "SERVING", "SERVED")
_LEADS = {"issue": (None, "WAITING"), "call": ("WAITING", "CALLED"), "start": ("CALLED", "SERVING")}
_LEADS["finish"] = ("SERVING", "SERVED")


@dataclass(frozen=True)
class Operation:
    """``kind``: issue, call, start or finish, by ``who`` as one wish ``key`` (the same for a repetition of it).

    ``ended``: NEVER when no answer came. ``ticket`` None: "nobody waits", or no answer. ``version``: the ticket's, as
    answered. ``label`` of an issued one, whose letters before the dash name the service.
    """

    kind: str
    who: str
    key: str
    begun: float
    ended: float = NEVER
    ticket: str | None = None
    version: int = 0
    label: str = ""


@dataclass(frozen=True)
class Ticket:
    """The model's ticket between two operations; ``done``: the wishes that have come true."""

    state: str | None = None
    version: int = 0
    officer: str = ""
    done: frozenset[str] = frozenset()


def problems(history: Sequence[Operation]) -> list[str]:
    """What the promises do not explain; empty for a history that may have been."""
    return [*_wishes(history), *_moves(history), *_nobody_waits(history), *_overtaken(history)]


def final_states(history: Sequence[Operation]) -> dict[str, str]:
    """The state of each ticket after everything that was answered."""
    found: dict[str, str] = {}
    for each in sorted(history, key=lambda each: each.version):
        if each.ticket is not None:
            found[each.ticket] = STATES[each.version - 1]
    return found


def after(ticket: Ticket, operation: Operation) -> Ticket | None:
    """The ticket after an operation; None when the operation cannot have had its answer at this point."""
    if operation.key in ticket.done:  # a repetition: the first answer again
        return ticket
    source, target = _LEADS[operation.kind]
    by_another = operation.kind in ("start", "finish") and operation.who != ticket.officer
    if ticket.state != source or by_another or operation.version not in (0, ticket.version + 1):
        return None
    officer = operation.who if operation.kind == "call" else ticket.officer
    return Ticket(target, ticket.version + 1, officer, ticket.done | {operation.key})


def is_linearisable(operations: Sequence[Operation]) -> bool:
    """Whether some order that respects the times explains all answers of one ticket (Wing and Gong's search).

    What was never answered may have happened at any time after it was asked, or not at all.
    """
    seen: set[tuple[frozenset[int], Ticket]] = set()
    todo = [(frozenset(range(len(operations))), Ticket())]
    while todo:
        left, ticket = todo.pop()
        if all(operations[index].ended == NEVER for index in left):
            return True
        first_end = min(operations[index].ended for index in left)
        for index in left:
            if operations[index].begun > first_end:
                continue
            following = after(ticket, operations[index])
            if following is not None and (point := (left - {index}, following)) not in seen:
                seen.add(point)
                todo.append(point)
    return False


def _wishes(history: Sequence[Operation]) -> list[str]:
    answers: dict[str, set[tuple[str | None, str]]] = defaultdict(set)
    wishes: dict[tuple[str, str], set[str]] = defaultdict(set)
    for each in history:
        if each.ended < NEVER:
            answers[each.key].add((each.ticket, each.label))
        if each.kind == "issue" and each.ticket is not None:
            wishes["ticket", each.ticket].add(each.key)
            wishes["label", each.label].add(each.key)
    return [
        *(f"one wish {key} had several answers: {found}" for key, found in answers.items() if len(found) > 1),
        *(f"{name} went to several wishes: {keys}" for name, keys in wishes.items() if len(keys) > 1),
    ]


def _moves(history: Sequence[Operation]) -> list[str]:
    by_ticket: dict[str, list[Operation]] = defaultdict(list)
    for each in history:
        if each.ticket is not None:
            by_ticket[each.ticket].append(each)
    _give_unanswered_issues(by_ticket, history)
    return [f"no order explains {found}" for found in by_ticket.values() if not is_linearisable(found)]


def _give_unanswered_issues(by_ticket: dict[str, list[Operation]], history: Sequence[Operation]) -> None:
    """A ticket that nobody was given is of one who had no answer: the first that was seen of the first who asked."""
    unanswered = sorted(
        (each for each in history if each.kind == "issue" and each.ended == NEVER), key=lambda each: each.begun
    )
    nobodys = [found for found in by_ticket.values() if all(each.kind != "issue" for each in found)]
    nobodys.sort(key=lambda found: min(each.ended for each in found))
    for found, issue in zip(nobodys, unanswered, strict=False):
        found.append(issue)


def _lives(history: Sequence[Operation]) -> list[tuple[Operation, float, float]]:
    """Each issued ticket as it was asked for, with when its call was begun and answered (NEVER: it was not called)."""
    called: dict[str, tuple[float, float]] = {}
    for each in history:
        if each.kind == "call" and each.ticket is not None:
            begun, ended = called.get(each.ticket, (NEVER, NEVER))
            called[each.ticket] = (min(begun, each.begun), min(ended, each.ended))
    issued: dict[str, Operation] = {}
    for each in history:
        if each.kind == "issue" and each.ticket is not None:
            first = issued.setdefault(each.ticket, each)
            issued[each.ticket] = min(first, each, key=lambda one: one.ended)
    return [(each, *called.get(ticket, (NEVER, NEVER))) for ticket, each in issued.items()]


def _nobody_waits(history: Sequence[Operation]) -> list[str]:
    """An empty answer is false when a ticket was there before it was asked, and asked for only after it was given."""
    lives = _lives(history)
    return [
        f"{life[0].label} waited while {each.who} heard that nobody does"
        for each in history
        if each.kind == "call" and each.ended < NEVER and each.ticket is None
        for life in lives
        if life[0].ended < each.begun and life[1] > each.ended
    ]


def _overtaken(history: Sequence[Operation]) -> list[str]:
    """Within a service nobody is called before whoever surely came earlier, and was asked for only later."""
    found = []
    by_service: dict[str, list[tuple[Operation, float, float]]] = defaultdict(list)
    for life in _lives(history):
        by_service[life[0].label.partition("-")[0]].append(life)
    for lives in by_service.values():
        came = sorted(lives, key=lambda life: life[0].ended)
        latest: tuple[Operation, float, float] | None = None
        earlier = 0
        for life in sorted(lives, key=lambda life: life[0].begun):
            while came[earlier][0].ended < life[0].begun:
                if latest is None or came[earlier][1] > latest[1]:
                    latest = came[earlier]
                earlier += 1
            if latest is not None and life[2] < latest[1]:
                found.append(f"{life[0].label} was called before {latest[0].label}, who came earlier")
    return found
