"""Proof of being at the office: a code on its display that changes every half minute, and the short code of a ticket.

Both are keyed with the installation's secret. Nobody can make one, and from one that was seen nothing follows about the
next. Pure.
"""

import base64
import hashlib
import hmac
import re
from datetime import datetime
from enum import StrEnum

from queue_app.errors import N_, Invalid

STEP_S = 30
"""A new code so often, in seconds."""

VALID_S = 60
"""A code is taken for so long after it appeared: who scans it in its last second still has half a minute."""

_AHEAD_S = 5
"""The clocks of two servers may differ by this much."""

_CODE = re.compile(r"([0-9]{1,12})\.([A-Za-z0-9_-]{16})", re.ASCII)


class Proof(StrEnum):
    """How it was shown that the citizen is here; stands in the log of the check-in."""

    QR = "qr"
    KIOSK = "kiosk"
    STAFF = "staff"


class Presence:
    """Makes and checks the codes of one installation."""

    def __init__(self, secret_key: str) -> None:
        self._key = hmac.digest(secret_key.encode(), b"antrean presence", hashlib.sha256)

    def code(self, slug: str, now: datetime) -> str:
        """The code that an office's display shows now."""
        return self._code(slug, int(now.timestamp()) // STEP_S)

    def check(self, slug: str, code: str, now: datetime) -> None:
        """Raises Invalid ``presence_invalid`` (forged, changed, or of another office) or ``presence_expired``."""
        found = _CODE.fullmatch(code)
        if found is None or not hmac.compare_digest(self._code(slug, int(found[1])), code):
            raise Invalid("presence_invalid", N_("Kode itu bukan dari layar kantor ini. Pindai kode QR di layar."))
        age = now.timestamp() - int(found[1]) * STEP_S
        if not -_AHEAD_S <= age < VALID_S:
            raise Invalid("presence_expired", N_("Kode itu sudah berganti. Pindai kode QR yang sekarang ada di layar."))

    def short_code(self, public_id: str) -> str:
        """Four digits that belong to a ticket, for whoever types: beside its label they show that one has seen it."""
        return f"{int.from_bytes(self._mac(f'ticket {public_id}')[:8]) % 10_000:04d}"

    def _code(self, slug: str, step: int) -> str:
        return f"{step}.{base64.urlsafe_b64encode(self._mac(f'here {slug} {step}')[:12]).decode()}"

    def _mac(self, text: str) -> bytes:
        return hmac.digest(self._key, text.encode(), hashlib.sha256)
