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
        self._make_room(known)
        answer: T = found
        return answer

    def _make_room(self, known: OrderedDict[Hashable, Any]) -> None:
        while len(known) > self._most:
            known.popitem(last=False)

    def find(self, session: Session, key: Hashable) -> Any:
        """What is remembered under the key; None where nothing is."""
        known = self._of.get(session.get_bind())
        return None if known is None else known.get(key)

    def replace(self, session: Session, key: Hashable, by: Any) -> None:
        """Remember this under the key, in place of what was."""
        known = self._of.setdefault(session.get_bind(), OrderedDict())
        known.pop(key, None)
        known[key] = by
        self._make_room(known)

    def forget(self) -> None:
        """Everything: for measuring what it costs to know nothing."""
        self._of.clear()


TABLES = Memory(8)
"""Legs: a large office's 90 days take 6 MB."""

UNFINISHED = Memory(32)
"""Days that go on, as far as their log was read: of 10,000 visits 2 MB."""

FIGURES = Memory(96)
"""What was computed from them: 2 MB at most, mostly far less."""
