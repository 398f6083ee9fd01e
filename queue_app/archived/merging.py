"""Rows of the log's months and packed rows in one order."""

import heapq
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

T = TypeVar("T")


def merged(live: Iterable[T], kept: Iterable[T], key: Callable[[T], Any]) -> Iterator[T]:
    """Both, each in the order of ``key``, which names a row: one that is in both comes once."""
    last: Any = None
    for row in heapq.merge(live, kept, key=key):
        name = key(row)
        if name != last:
            yield row
        last = name
