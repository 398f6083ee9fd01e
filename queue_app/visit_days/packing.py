"""Columns as bytes, and back: a line of JSON that says what follows, then one column after the other, compressed."""

import inspect
import json
import zlib
from functools import cache
from typing import Any

import numpy as np

from metrics import holds
from metrics.visit_table import Words
from queue_app import history, lifecycle
from queue_app.visit_days import legs
from queue_app.visit_days.legs import Columns

_END = b"\n"
_LEVEL = 1  # half as large costs ten times as long


@cache
def form() -> int:
    """Of which making kept legs are. What another version of these programs kept is not read, but made anew."""
    return zlib.crc32("".join(inspect.getsource(module) for module in (history, holds, lifecycle, legs)).encode())


def pack(columns: Columns) -> bytes:
    """Of columns as ``legs.columns`` makes them."""
    head: dict[str, Any] = {}
    body = []
    for name, column in columns.items():
        array = column.codes if isinstance(column, Words) else column
        head[name] = [array.dtype.str, list(column.known) if isinstance(column, Words) else None]
        body.append(np.ascontiguousarray(array).tobytes())
    said = json.dumps([len(columns["ticket"]), head]).encode()
    return zlib.compress(said + _END + b"".join(body), _LEVEL)


def unpack(content: bytes) -> Columns:
    """What was packed."""
    plain = zlib.decompress(content)
    start = plain.index(_END) + 1
    rows, head = json.loads(plain[: start - 1])
    found: dict[str, Any] = {}
    for name, (kind, known) in head.items():
        array = np.frombuffer(plain, kind, rows, start)
        start += array.nbytes
        found[name] = array if known is None else Words(array, tuple(known))
    return found
