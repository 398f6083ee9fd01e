"""Web Push: a message to a browser that has subscribed (RFC 8030, encrypted for it by RFC 8291).

Repeating one is harmless: the push service keeps only the newest of a topic, and the service worker shows one message
once (see ``static/js/push-received.js``). So an unknown outcome is tried again.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from queue_app.errors import N_, Invalid
from queue_app.messages import public_post, words
from queue_app.messages.kinds import KINDS
from queue_app.messages.outbox import Letter
from queue_app.messages.outcome import Outcome, Verdict
from queue_app.models import Message

_GONE = frozenset({"status 404", "status 410"})
_SIGNED_FOR = timedelta(hours=12)
_NO_SITE = "https://localhost"


class PushChannel:
    """Hands messages to the push services. ``site``: this site's public address, by which they know whom to ask."""

    repeats = True

    def __init__(self, key: Vapid02, site: str | None, *, allow_loopback: bool = False) -> None:
        self._key = key
        # Browsers subscribe only at https; a site that was set up without its name says so.
        self._subject = site if site and site.startswith("https://") else _NO_SITE
        self._allow_loopback = allow_loopback

    def hand_over(self, letter: Letter, address: str, now: datetime) -> Outcome:
        from pywebpush import WebPusher  # noqa: PLC0415 - it takes half a second, which only a sender needs to spend

        subscription = json.loads(address)
        try:
            to = public_post.target(subscription["endpoint"], allow_loopback=self._allow_loopback)
        except Invalid as error:
            return Outcome(Verdict.GONE, error.code)
        payload = json.dumps(payload_of(letter.message, letter.language), ensure_ascii=False)
        body: bytes = WebPusher(subscription).encode(payload.encode())["body"]
        headers = self._headers(letter.message, to.origin, now)
        outcome = public_post.post(to, headers, body, allow_loopback=self._allow_loopback)
        return Outcome(Verdict.GONE, outcome.reason) if outcome.reason in _GONE else outcome

    def _headers(self, message: Message, origin: str, now: datetime) -> dict[str, str]:
        claims = {"aud": origin, "sub": self._subject, "exp": int((now + _SIGNED_FOR).timestamp())}
        signed: Mapping[str, str] = self._key.sign(claims)
        return {
            **signed,
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(max(1, int((message.expires_at - now).total_seconds()))),
            "Urgency": "high" if KINDS[message.kind].urgent else "normal",
            "Topic": topic(message),
        }


def payload_of(message: Message, language: str) -> dict[str, str]:
    """What the service worker gets: the message's ``id``, the ``tag`` it replaces, words, and where a tap leads."""
    said = words.of(message, language)
    return {"id": str(message.id), "tag": topic(message), "title": said.title, "body": said.body, "path": said.path}


def topic(message: Message) -> str:
    """Which older words a message replaces: in the line each other's, otherwise only its own."""
    group = "line" if KINDS[message.kind].line else f"{message.kind.value} {message.occurrence}"
    digest = hashlib.sha256(f"{message.about.public_id} {group}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()[:32]


def checked_subscription(given: Any, *, allow_loopback: bool = False) -> str:
    """A browser's subscription as it is kept. Raises Invalid ``bad_push_address`` or ``bad_push_keys``."""
    keys = given.get("keys") if isinstance(given, dict) else None
    if not isinstance(keys, dict) or not isinstance(given.get("endpoint"), str):
        raise Invalid("bad_push_keys", BAD_KEYS)
    public_post.target(given["endpoint"], allow_loopback=allow_loopback)
    point, secret = _decoded(keys.get("p256dh")), _decoded(keys.get("auth"))
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError as error:
        raise Invalid("bad_push_keys", BAD_KEYS) from error
    if len(secret) != 16:
        raise Invalid("bad_push_keys", BAD_KEYS)
    return json.dumps(
        {"endpoint": given["endpoint"], "keys": {"p256dh": _encoded(point), "auth": _encoded(secret)}}, sort_keys=True
    )


BAD_KEYS = N_("Langganan kabar dari peramban ini tidak lengkap.")


def _decoded(text: Any) -> bytes:
    if not isinstance(text, str) or len(text) > 200:
        return b""
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return b""


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")
