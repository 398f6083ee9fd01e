"""Browsers in which people have signed in before: guesses elsewhere don't slow those people down there."""

import hashlib
import secrets

from werkzeug import Response

from queue_app.cookies import SignedCookie

_MOST = 8
"""People of one browser; a counter is shared by a shift or two."""

_COOKIE = SignedCookie("known", "browser that somebody has signed in at", 180 * 24 * 3600)


def of(username: str) -> str | None:
    """The browser's own id, if this person has signed in there; None otherwise."""
    browser, names = _read()
    return browser if _short(username) in names else None


def remember(response: Response, username: str) -> None:
    """The person has signed in here."""
    browser, names = _read()
    name = _short(username)
    kept = [name, *(other for other in names if other != name)][:_MOST]
    _COOKIE.write(response, [browser or secrets.token_urlsafe(9), kept])


def _read() -> tuple[str, list[str]]:
    match _COOKIE.read():
        case [str(browser), [*names]]:
            return browser, [name for name in names if isinstance(name, str)]
    return "", []


def _short(username: str) -> str:
    return hashlib.sha256(username.encode()).hexdigest()[:16]
