"""Many at once: threads in several processes, each with its own engine, let go together."""

import multiprocessing
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from typing import Any

from queue_app.database import Database
from queue_app.errors import QueueError
from tests.office import Desk

PATIENCE_S = 180

Work = Callable[[Desk, int], list[Any]]
"""What one member of the crowd does; ``int`` is its place in the crowd. The answers must pickle."""


def rush(database_url: str, now: datetime, work: Work, *, processes: int, threads: int) -> list[list[Any]]:
    """Let ``processes * threads`` members do ``work`` at the same moment; the answers of each, in no order.

    A QueueError of a member is its answer too (its code, last in the list); any other error fails the rush.
    """
    context = multiprocessing.get_context("forkserver")  # imports once, in a process that has no threads to inherit
    context.set_forkserver_preload([__name__, work.__module__])
    go: Barrier = context.Barrier(processes * threads)
    answers: Queue[tuple[str, Any]] = context.Queue()
    members = [
        context.Process(target=_process, args=(database_url, now, work, first, threads, go, answers))
        for first in range(0, processes * threads, threads)
    ]
    for member in members:
        member.start()
    results = [answers.get(timeout=PATIENCE_S) for _ in range(processes * threads)]
    for member in members:
        member.join(PATIENCE_S)
    failures = [answer for kind, answer in results if kind == "error"]
    if failures:
        raise AssertionError(f"{len(failures)} of the crowd failed, the first with: {failures[0]}")
    return [answer for _, answer in results]


def _process(
    database_url: str,
    now: datetime,
    work: Work,
    first: int,
    threads: int,
    go: Barrier,
    answers: "Queue[tuple[str, Any]]",
) -> None:
    database = Database(database_url)
    crowd = [
        threading.Thread(target=_member, args=(Desk(database, now), work, number, go, answers))
        for number in range(first, first + threads)
    ]
    for member in crowd:
        member.start()
    for member in crowd:
        member.join()
    database.dispose()


def _member(desk: Desk, work: Work, number: int, go: Barrier, answers: "Queue[tuple[str, Any]]") -> None:
    try:
        go.wait(PATIENCE_S)
        answers.put(("answer", work(desk, number)))
    except QueueError as error:
        answers.put(("answer", [error.code]))
    except Exception as error:
        answers.put(("error", repr(error)))
        raise


def flat(answers: Sequence[Sequence[Any]]) -> list[Any]:
    return [answer for member in answers for answer in member]
