"""What somebody who waits carries: a signed pass, and the form that was sent, sealed. So a place outlives a phone that
loses its network, and the server keeps nobody's form.
"""

import base64
import hashlib
import hmac
import json
import secrets
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from itsdangerous import BadSignature, URLSafeTimedSerializer

from queue_app.rush.line import Claim

KEPT_S = 2 * 3600
"""A pass and a form are good for so long."""

LONGEST = 3_600
"""Letters of a sealed form: browsers keep no longer cookies."""


@dataclass(frozen=True, slots=True)
class Pass:
    """A place in the line of an office. ``who`` it is for: no number or name, but what both lead to. ``wish``: what was
    asked for, likewise; empty for a mere look at the booking page."""

    office: str
    claim: Claim
    who: str
    wish: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A request to be made when its turn has come. ``path`` with its query; ``kind`` is the body's media type."""

    method: str
    path: str
    kind: str = ""
    body: str = ""
    referrer: str = ""


class Passes:
    """``secret_keys``: the one in use first."""

    def __init__(self, secret_keys: Sequence[str]) -> None:
        self._signer = URLSafeTimedSerializer(list(reversed(secret_keys)), salt="place in the line")
        self._seals = MultiFernet([Fernet(_derived(key)) for key in secret_keys])
        self._digest_key = _derived(secret_keys[0])

    def sign(self, of: Pass) -> str:
        return self._signer.dumps([of.office, of.claim.line, of.claim.number, of.who, of.wish])

    def read(self, text: str, office: str) -> Pass | None:
        """None for what is no pass of ours for that office, or too old."""
        try:
            named, line, number, who, wish = self._signer.loads(text, max_age=KEPT_S)
        except (BadSignature, ValueError):
            return None
        return Pass(named, Claim(line, number), who, wish) if named == office else None

    def seal(self, kept: Kept) -> str | None:
        """None for what is too long to be carried."""
        packed = zlib.compress(json.dumps(asdict(kept), separators=(",", ":")).encode())
        sealed = self._seals.encrypt(packed).decode()
        return sealed if len(sealed) <= LONGEST else None

    def unseal(self, text: str) -> Kept | None:
        try:
            return Kept(**json.loads(zlib.decompress(self._seals.decrypt(text, ttl=KEPT_S))))
        except (InvalidToken, ValueError, TypeError):
            return None

    def digest(self, text: str) -> str:
        """Short, the same for the same text, and nobody else can make it."""
        made = hmac.new(self._digest_key, text.encode("utf-8", "replace"), hashlib.sha256).digest()[:12]
        return base64.urlsafe_b64encode(made).decode()

    @staticmethod
    def stranger() -> str:
        """A ``who`` for somebody of whom nothing is known."""
        return secrets.token_urlsafe(9)


def _derived(secret_key: str) -> bytes:
    made = HKDF(SHA256(), 32, salt=None, info=b"antrean waiting room").derive(secret_key.encode())
    return base64.urlsafe_b64encode(made)
