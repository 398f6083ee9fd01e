"""One code that a program may get."""

from typing import NamedTuple


class Refusal(NamedTuple):
    """``meaning`` is one English sentence; a real answer says it in the language of the request."""

    status: int
    meaning: str
