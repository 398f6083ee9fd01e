"""The browser of somebody who is not signed in, told apart by a random name in its session."""

import secrets

from flask import session as cookie

_KEY = "visitor"


def known() -> str | None:
    """The browser's name; None for one that was given none yet."""
    name = cookie.get(_KEY)
    return name if isinstance(name, str) else None


def name() -> str:
    """The browser's name, given now if it has none."""
    found = known() or secrets.token_urlsafe(16)
    cookie[_KEY] = found
    return found
