"""The Idempotency-Key of a request, for use cases that keep a key of their own beside what they made."""

import secrets

from flask import Request

from queue_app.errors import N_, Invalid
from queue_app.idempotency import KEY_LENGTH


def once_key(request: Request) -> str:
    """The key that was sent, or one that nothing else has. Raises Invalid ``bad_idempotency_key``."""
    sent = request.headers.get("Idempotency-Key")
    if sent is None:
        return secrets.token_urlsafe(16)
    if not 1 <= len(sent) <= KEY_LENGTH or not sent.isprintable():
        raise Invalid("bad_idempotency_key", N_("Idempotency-Key harus 1 sampai %(length)s huruf."), length=KEY_LENGTH)
    return sent
