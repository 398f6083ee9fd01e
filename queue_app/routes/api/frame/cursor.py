"""Pages of a list that may grow: a cursor says behind which row the next page begins. Its text is nobody's business."""

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Any

from queue_app.errors import N_, Invalid


def written(*parts: str | int | bool) -> str:
    """The cursor of these parts."""
    return base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode().rstrip("=")


def read(text: str, kinds: Sequence[type]) -> list[Any]:
    """The parts of a cursor that is made of these kinds. Raises Invalid ``bad_cursor`` for any other text."""
    try:
        found = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error) as error:
        raise bad() from error
    is_ours = isinstance(found, list) and len(found) == len(kinds)
    if not is_ours or any(type(part) is not kind for part, kind in zip(found, kinds, strict=True)):
        raise bad()
    if any(part > _LARGEST for part in found if isinstance(part, int)):
        raise bad()
    return list(found)


_LARGEST = 2**62


def bad() -> Invalid:
    return Invalid("bad_cursor", N_("Penanda halaman (after) itu bukan dari daftar ini. Mulai lagi dari awal."))
