"""A form that the same browser sends a second time, as by the way back from the ticket: its first number is shown again
before it gives another.

Pages are never kept in a cache, so the way back brings a new form, with a new key, holding what was typed. What was
sent last is known to the browser's session alone: a keyed digest of it, and the ticket that it led to.
"""

import hashlib
from datetime import datetime, timedelta

from flask import request
from flask import session as cookie

from queue_app import booking
from queue_app.errors import N_, QueueError
from queue_app.extensions import config, database
from queue_app.lifecycle import LIVE
from queue_app.representation import ticket_path
from queue_app.routes.citizen_forms import BookingForm

WITHIN = timedelta(minutes=15)
_KEY = "sent"


class SentBefore(QueueError):
    """``path`` is the page of the number that the same form gave."""

    def __init__(self, path: str) -> None:
        super().__init__(
            "sent_before",
            N_("Formulir yang sama baru saja Anda kirim. Tekan sekali lagi hanya bila Anda ingin nomor yang lain."),
        )
        self.path = path


def require_new(form: BookingForm, now: datetime) -> None:
    """Raises SentBefore while the number that the same form gave is live. Not when another is meant (``again``), nor
    for the very same form, whose key says so itself."""
    sent = cookie.get(_KEY)
    if form.again or not isinstance(sent, dict) or sent.get("key") == form.key:
        return
    is_recent = now.timestamp() - sent.get("at", 0) < WITHIN.total_seconds()
    if is_recent and sent.get("form") == _digest(form) and _is_live(sent["ticket"]):
        raise SentBefore(ticket_path(sent["ticket"]))


def remember(form: BookingForm, public_id: str, now: datetime) -> None:
    """Note what this address was sent last, and the ticket that it led to."""
    cookie[_KEY] = {"form": _digest(form), "key": form.key, "ticket": public_id, "at": int(now.timestamp())}


def _is_live(public_id: str) -> bool:
    with database().read() as session:
        return booking.find(session, public_id).state in LIVE


def _digest(form: BookingForm) -> str:
    typed = (request.path, form.day, form.slot, form.name, form.phone, form.nik, form.category, form.relation)
    key = hashlib.sha256(config().secret_key.encode()).digest()
    return hashlib.blake2b(repr(typed).encode(), key=key, digest_size=12).hexdigest()
