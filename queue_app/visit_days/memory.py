"""What a process remembers of what it computed from kept days. A key says all that the answer depends on, so nothing in
it is ever stale; the least used goes first.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")

_MOST = 24
"""A large office's 90 days take 6 MB; figures take little."""

_known: OrderedDict[Hashable, Any] = OrderedDict()


def remembered(key: Hashable, make: Callable[[], T]) -> T:
    """What was made under the key before, or is made now. Two who come at once may both make it."""
    found = _known.pop(key, None)
    if found is None:
        found = make()
    _known[key] = found
    while len(_known) > _MOST:
        _known.popitem(last=False)
    answer: T = found
    return answer
