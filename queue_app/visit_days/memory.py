"""What a process remembers of what it read and computed from kept days. A key says all that the answer depends on, so
nothing in it is ever stale; the least used goes first. Each database has a memory of its own.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy.orm import Session

T = TypeVar("T")


class Memory:
    """The latest ``most`` answers of each database."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._of: WeakKeyDictionary[Any, OrderedDict[Hashable, Any]] = WeakKeyDictionary()

    def remembered(self, of: object, key: Hashable, make: Callable[[], T]) -> T:
        """What was made under the key before, or is made now. Two who come at once may both make it. ``of``: a session
        of the database; or any lasting thing, for a key that tells databases apart by itself.
        """
        known = self._of.setdefault(of.get_bind() if isinstance(of, Session) else of, OrderedDict())
        found = known.pop(key, None)
        if found is None:
            found = make()
        known[key] = found
        while len(known) > self._most:
            known.popitem(last=False)
        answer: T = found
        return answer

    def forget(self) -> None:
        """Everything: for measuring what it costs to know nothing."""
        self._of.clear()


TABLES = Memory(8)
"""Legs: a large office's 90 days take 6 MB."""

FIGURES = Memory(96)
"""What was computed from them: 2 MB at most, mostly far less."""
