"""What became of handing a message over, told apart by what may be done next. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """DELIVERED: taken over. NOT_TAKEN: certainly not, try again later. REJECTED: certainly not, and never will be.

    GONE: the address leads nowhere any more. UNKNOWN: it may have been taken over; nobody can tell.
    """

    DELIVERED = "delivered"
    NOT_TAKEN = "not_taken"
    REJECTED = "rejected"
    GONE = "gone"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outcome:
    """``reason``: a word for the office's records, without any address. ``retry_after_s``: what the other side asks."""

    verdict: Verdict
    reason: str | None = None
    retry_after_s: float | None = None


DELIVERED = Outcome(Verdict.DELIVERED)

_TOO_BUSY = frozenset({408, 425, 429})
_NOBODY_KNOWS = frozenset({408, 504})
"""The one in the middle gave up waiting: what stands behind it may have done it."""


def of_status(status: int, retry_after: str | None = None) -> Outcome:
    """What an HTTP answer means. ``retry_after`` in seconds; a date is not understood and left out."""
    reason = f"status {status}"
    if 200 <= status < 300:
        return DELIVERED
    if status in _NOBODY_KNOWS:
        return Outcome(Verdict.UNKNOWN, reason)
    if status in _TOO_BUSY or status >= 500:
        return Outcome(Verdict.NOT_TAKEN, reason, _seconds(retry_after))
    return Outcome(Verdict.REJECTED, reason)


def _seconds(text: str | None) -> float | None:
    return float(text) if text and text.isascii() and text.isdigit() and len(text) <= 6 else None
