"""Screens that were paired with a display of the office: who a browser is, and that it was heard.

A screen keeps its display's id and its own secret in a signed cookie that no script can read.
"""

import threading
from contextlib import suppress
from datetime import datetime, timedelta
from typing import cast

from flask import current_app
from sqlalchemy.orm import Session
from werkzeug import Response

from queue_app.cookies import SignedCookie
from queue_app.database import Database
from queue_app.devices import pairing, seen
from queue_app.devices.seen import Report
from queue_app.errors import N_, Forbidden, QueueError
from queue_app.models import Device

WRITTEN_EVERY = timedelta(seconds=25)
_MOST = 10_000

_COOKIE = SignedCookie("screen", "screen of a display", 400 * 24 * 3600)  # longer is cut by browsers


def remember(response: Response, device: Device, secret: str) -> None:
    """Keep in this browser that it is the display's screen."""
    _COOKIE.write(response, [device.id, secret])


def of_browser(session: Session) -> Device | None:
    """The display whose screen this browser is; None when it is none, or is no more."""
    secret = _secret()
    return pairing.device_of(session, secret) if secret else None


def was_one() -> bool:
    """Whether this browser was paired at some time."""
    return _secret() is not None


def require(session: Session, slug: str, device_id: object) -> Device:
    """The display ``device_id`` of the office, if this browser is its screen.

    Raises Forbidden ``display_revoked`` when it was one, ``display_not_paired`` when it is none or another.
    """
    device = of_browser(session)
    if device is not None and device.id == device_id and device.office.slug == slug:
        return device
    if device is None and was_one():
        raise Forbidden("display_revoked", N_("Layar ini sudah dilepas oleh kantor. Pasangkan lagi dengan kode baru."))
    raise Forbidden("display_not_paired", N_("Peramban ini belum dipasangkan sebagai layar itu."))


def _secret() -> str | None:
    match _COOKIE.read():
        case [int(), str(secret)]:
            return secret
    return None


class Heard:
    """Which screens this process heard when. That one was heard is written every ``WRITTEN_EVERY`` at most, and at once
    when it says something new of itself."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._written: dict[str, tuple[Report, datetime]] = {}

    def note(self, token_digest: str, report: Report, now: datetime) -> None:
        with self._lock:
            before = self._written.get(token_digest)
            if before is not None and before[0] == report and now - before[1] < WRITTEN_EVERY:
                return
            if len(self._written) >= _MOST:
                self._written.clear()
            self._written[token_digest] = (report, now)
        # A disk that takes nothing keeps no screen from showing.
        with suppress(QueueError), self._database.write() as session:
            seen.note(session, token_digest, report, now)


def heard() -> Heard:
    """Of the running app."""
    return cast(Heard, current_app.extensions["antrean_heard"])
