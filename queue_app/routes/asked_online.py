"""What a request that books online asks for, read before the app: which office, by whom, for which place."""

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

MOST_BODY = 64 * 1024
_PAGE = re.compile(r"/o/([^/]+)/([^/]+)(/hold)?")
TURN_PAGE = re.compile(r"/o/([^/]+)/([^/]+)/turn")
_API = re.compile(r"/api/v1/offices/([^/]+)/(tickets|services/[^/]+/holds)")


@dataclass(frozen=True, slots=True)
class Asked:
    """``code``: the service of a page; None for a program. ``is_booking``: it asks for a number, not for a page or a
    hold. ``body`` as it came."""

    office: str
    code: str | None
    is_booking: bool
    body: bytes

    @property
    def by_program(self) -> bool:
        return self.code is None


def of(environ: dict[str, Any], other_pages: frozenset[str]) -> Asked | None:
    """None for what does not book online. ``other_pages``: what may stand in the place of a service in an address, and
    is none. The body is read, and put back for the app."""
    path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
    if found := _PAGE.fullmatch(path):
        if found[2] in other_pages or method not in ("GET", "HEAD", "POST"):
            return None
        return Asked(found[1], found[2], method == "POST" and not found[3], body_of(environ))
    # Whoever says to be a program of the staff goes on: the view asks for its token (``turnstile.passing``).
    if method == "POST" and "HTTP_AUTHORIZATION" not in environ and (found := _API.fullmatch(path)):
        return Asked(found[1], None, found[2] == "tickets", body_of(environ))
    return None


def body_of(environ: dict[str, Any]) -> bytes:
    """The body, a little more of it than any may have; the app finds it as if nobody had read it."""
    if environ["REQUEST_METHOD"] != "POST":
        return b""
    length = environ.get("CONTENT_LENGTH") or ""
    if length.isdecimal():
        wanted = min(int(length), MOST_BODY + 1)
    else:
        wanted = MOST_BODY + 1 if environ.get("wsgi.input_terminated") else 0
    body: bytes = environ["wsgi.input"].read(wanted) if wanted else b""
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def person(asked: Asked, environ: Mapping[str, Any]) -> str:
    """What the person or the retry is known by; empty when by nothing."""
    typed = _typed(asked)
    for name in ("nik", "phone"):
        digits = "".join(filter(str.isdecimal, str(typed.get(name) or "")))
        if digits:
            return f"{name} {digits[-16:] if name == 'nik' else digits[-9:]}"
    key = str(environ.get("HTTP_IDEMPOTENCY_KEY") or "") if asked.by_program else ""
    return f"key {key}" if key else ""


def wish(asked: Asked) -> str:
    """The place that is asked for; empty when no number is."""
    if not asked.is_booking:
        return ""
    typed = _typed(asked)
    names = ("service", "visit", "also", "date", "slot") if asked.by_program else ("day", "slot", "also")
    return repr((asked.office, asked.code, *(typed.get(name) or "" for name in names)))


def _typed(asked: Asked) -> Mapping[str, Any]:
    if asked.by_program:
        try:
            read = json.loads(asked.body)
        except (ValueError, RecursionError):
            return {}
        return read if isinstance(read, dict) else {}
    try:
        return {name: values[0] for name, values in parse_qs(asked.body.decode(), max_num_fields=100).items()}
    except ValueError:
        return {}
