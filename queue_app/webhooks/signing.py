"""How a receiver knows that it is we who speak, and when it was said: HMAC-SHA256 of second and body. Pure."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence

HEADER = "Antrean-Signature"


def new_secret() -> str:
    return "whsec_" + secrets.token_urlsafe(32)


def signature(wanted: Sequence[str], second: int, body: bytes) -> str:
    """The header's value: the second, and a signature by each secret that is good now."""
    signed = str(second).encode() + b"." + body
    marks = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in wanted]
    return ",".join([f"t={second}", *(f"v1={mark}" for mark in marks)])
