"""The form of packed rows, ``antrean-archived-1``: compressed by zlib, a line with that name, then a line for each row:
its id, a space, and the text that its digest is made of (``audit.chain``). That text holds every column that has a
value but the digest, which follows from the chain. Nothing of it depends on a version of the program.
"""

import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Enum

from queue_app.database import UTCDateTime
from queue_app.models import Event

FORM = "antrean-archived-1"
_LEVEL = 9

_COLUMNS = Event.metadata.tables["event"].columns
_INSTANTS = frozenset(column.key for column in _COLUMNS if isinstance(column.type, UTCDateTime))
_WORDS = {column.key: column.type.enum_class for column in _COLUMNS if isinstance(column.type, Enum)}


@dataclass(frozen=True, slots=True)
class Packed:
    """A row as it is packed. ``text`` as ``audit.chain.canonical`` gives it."""

    id: int
    text: str

    @property
    def values(self) -> dict[str, Any]:
        """Its columns but for the digest, as the database gives them; those without a value are missing."""
        found = {name: _value(name, value) for name, value in json.loads(self.text).items()}
        return {"id": self.id, **found}

    @property
    def event(self) -> Event:
        """The row as one of no database, without its digest."""
        return Event(**self.values)


def pack(rows: Iterable[Packed]) -> bytes:
    lines = [FORM, *(f"{row.id} {row.text}" for row in rows)]
    return zlib.compress("\n".join(lines).encode("ascii"), _LEVEL)


def unpack(content: bytes) -> Iterator[Packed]:
    """What was packed. Raises ValueError or zlib.error for what is not of this form."""
    form, *lines = zlib.decompress(content).decode("ascii").split("\n")
    if form != FORM:
        raise ValueError(f"packed rows are of the form {form!r}, not {FORM}")
    for line in lines:
        name, _, text = line.partition(" ")
        yield Packed(int(name), text)


def _value(name: str, value: Any) -> Any:
    if name in _INSTANTS:
        return datetime.fromisoformat(value)
    word = _WORDS.get(name)
    return word(value) if word is not None else value
