"""Columns as bytes, and back: a line of JSON that says what follows, then one column after the other: instants as they
are, for compressing them saves a third and reading them would take four times as long; all others compressed.
"""

import inspect
import json
import sys
import zlib
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from metrics import holds
from metrics.visit_table import Words
from queue_app import history, lifecycle
from queue_app.archived import folding
from queue_app.visit_days import legs
from queue_app.visit_days.legs import Columns

_END = b"\n"
_PLAIN = frozenset({"arrived_at", "called_at", "started_at", "finished_at"})
_LEVEL = 1  # half as large costs ten times as long


@cache
def form() -> int:
    """Of which making kept legs are. What another version of these programs kept is not read, but made anew."""
    making = (history, folding, holds, lifecycle, legs, sys.modules[__name__])
    return zlib.crc32("".join(map(inspect.getsource, making)).encode())


def pack(columns: Columns) -> bytes:
    """Of columns as ``legs.columns`` makes them."""
    head: dict[str, Any] = {}
    parts: dict[bool, list[bytes]] = {True: [], False: []}
    for name, column in columns.items():
        array = column.codes if isinstance(column, Words) else column
        narrow = np.ascontiguousarray(array, _narrowest(array))
        head[name] = [array.dtype.str, narrow.dtype.str, list(column.known) if isinstance(column, Words) else None]
        parts[name in _PLAIN].append(narrow.tobytes())
    said = json.dumps([len(columns["ticket"]), head]).encode()
    return said + _END + b"".join(parts[True]) + zlib.compress(b"".join(parts[False]), _LEVEL)


def unpack(content: bytes) -> Columns:
    """What was packed."""
    start = content.index(_END) + 1
    rows, head = json.loads(content[: start - 1])
    arrays: dict[str, NDArray[Any]] = {}
    for plain in (True, False):
        if not plain:
            content, start = zlib.decompress(memoryview(content)[start:]), 0
        for name, (_, narrow, _) in head.items():
            if (name in _PLAIN) is plain:
                arrays[name] = np.frombuffer(content, narrow, rows, start)
                start += arrays[name].nbytes
    found: dict[str, Any] = {}
    for name, (kind, _, known) in head.items():
        array = arrays[name].astype(kind, copy=False)
        found[name] = array if known is None else Words(array, tuple(known))
    return found


def _narrowest(array: NDArray[Any]) -> Any:
    """Of a column of words or ids: as few bytes as its values need."""
    if array.dtype != np.int32 or not len(array):
        return array.dtype
    return np.result_type(*(np.min_scalar_type(int(value)) for value in (array.min(), array.max())), np.int8)
