"""How often one address may ask. Counted in memory, or in Redis where ``REDIS_URL`` is set, so that processes agree.

Only the production profile counts: in development, programs on the same machine try loads. A program with a token of
the office's staff is not counted: it is known, and the reception may well be busy. One address may be a whole village
behind a mobile operator, so these limits stop machines, not people.
"""

import math
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address
from typing import Any, TypeVar

from flask import Response, g, request
from flask_limiter.util import get_remote_address

from queue_app import auth, clock
from queue_app.extensions import config, database, namespace
from queue_app.flask_extensions import limiter

View = TypeVar("View", bound=Callable[..., Any])

BOOKING = "20 per minute; 200 per hour"
"""Numbers asked for, refused ones too."""

WITHOUT_PROOF = "3 per 10 minutes; 10 per hour"
"""Numbers asked for by a form without a proof of work, where one is demanded."""

HOLDING = "20 per 5 minutes; 120 per hour"
"""Places held while a form is filled: never more at once than a hold's five minutes allow."""

CHALLENGE = "30 per minute; 300 per hour"
CHECK_IN = "60 per minute"

ENTERING = "10 per minute; 100 per hour"
"""Codes entered elsewhere than at a kiosk: four digits must not be found by trying."""

STANDBY = "10 per minute; 60 per hour"
TELLING = "20 per minute; 100 per hour"
COMPLAINING = "10 per minute; 60 per hour"

SPEAKING = "600 per minute"
"""Displays that ask for their turn to speak, each some twenty times a minute."""


def who() -> str:
    """The address that is counted; of an IPv6 address its network (/64), for a single machine has all of that."""
    text = get_remote_address()
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return text
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped) if mapped else str(IPv6Address(int(address) >> 64 << 64))
    return text


def counted() -> str:
    """The key under which ``who`` is counted: in Redis, apart from other installations there."""
    return f"{namespace()}:{who()}" if config().redis_url else who()


def is_uncounted() -> bool:
    return not config().production or _is_staff()


def _is_staff() -> bool:
    if "Authorization" not in request.headers:
        return False
    if "is_staff" not in g:  # asked once for each limit of the request
        with database().ask() as session:
            g.is_staff = auth.has_token(session, clock.now())
    return bool(g.is_staff)


def seconds_left(now: datetime) -> int:
    """In how many seconds the address may ask again; at least one."""
    hit = limiter.current_limit
    return max(1, math.ceil(hit.reset_at - now.timestamp())) if hit else 1


def say(answer: Response) -> Response:
    """After each request that was counted: how many are allowed, how many are left, and for how many seconds. The
    library's own headers give an instant, which needs a clock that agrees."""
    hit = limiter.current_limit
    if hit is None:
        return answer
    seconds = str(seconds_left(clock.now()))
    answer.headers["RateLimit-Limit"] = str(hit.limit.amount)
    answer.headers["RateLimit-Remaining"] = str(hit.remaining)
    answer.headers["RateLimit-Reset"] = seconds
    if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        answer.headers.setdefault("Retry-After", seconds)
    return answer


def limit(allowed: str, scope: str) -> Callable[[View], View]:
    """Refuse a view with 429 once an address has asked too often; all views of one ``scope`` count together."""
    count = limiter.shared_limit(allowed, scope=scope, key_func=counted)

    def limited(view: View) -> View:
        counting = count(view)

        @wraps(view)
        def asked(*args: Any, **named: Any) -> Any:
            return view(*args, **named) if is_uncounted() else counting(*args, **named)

        return asked  # type: ignore[return-value]

    return limited


@limit(WITHOUT_PROOF, "without proof")
def count_without_proof() -> None:
    """Count a form that comes without a proof; called in a view. Raises TooManyRequests."""
