"""A screen without a keyboard becomes a display of an office: it shows a code, somebody of the staff types it in.

The screen gets a secret and a code from the server, which keeps only digests of both. One guarded statement uses the
code up, so of two who type it in at the same moment one wins, and the display takes over the secret's digest. From then
on whoever shows the secret is that display, until it is revoked.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from queue_app.database import insert_or_ignore
from queue_app.devices import register
from queue_app.errors import N_, Invalid, QueueError
from queue_app.models import Device, DevicePairing, PairingMiss, User
from queue_app.personal import Vault

ALPHABET = "ABCDEFGHJKMNPQRTUVWXY23456789"
"""What is told apart on a screen across a room: no I, L, O, 0 and 1; and S and Z look like 5 and 2."""

CODE_LENGTH = 6
VALID_FOR = timedelta(minutes=10)
MISSES_OF_ONE = 8
MISSES_OF_ALL = 40
"""Wrong codes within ``VALID_FOR`` until no more are taken: of 600 million codes, none is found so."""

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Offer:
    """What a screen that wants to be paired gets: ``secret`` for itself, ``code`` to show."""

    secret: str
    code: str


def begin(session: Session, vault: Vault, now: datetime) -> Offer:
    """A code that is good for ``VALID_FOR``. What has expired is forgotten."""
    session.execute(delete(DevicePairing).where(DevicePairing.expires_at <= now))
    session.execute(delete(PairingMiss).where(PairingMiss.at <= now - VALID_FOR))
    for _ in range(_TRIES):
        offer = Offer(secrets.token_urlsafe(32), "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)))
        if insert_or_ignore(
            session,
            DevicePairing,
            secret_digest=digest(offer.secret),
            code_digest=_code_digest(vault, offer.code),
            expires_at=now + VALID_FOR,
        ):
            return offer
    raise QueueError("busy", N_("Sistem sedang sibuk. Silakan coba lagi sebentar lagi."), 503)


def waiting(session: Session, secret: str, now: datetime) -> DevicePairing | None:
    """The pairing that a screen waits for, claimed or not; None when its code has expired."""
    return session.scalar(
        select(DevicePairing).where(DevicePairing.secret_digest == digest(secret), DevicePairing.expires_at > now)
    )


def claim(session: Session, vault: Vault, who: User, device_id: int, typed: str, now: datetime) -> Device | None:
    """Make the screen that shows this code the display; a screen that was it before is no more.

    None when no screen shows the code: the miss is counted if the caller commits, and then says ``wrong_pairing_code``.
    Raises NotFound ``unknown_display``, Invalid ``bad_code``, QueueError ``too_many_codes`` (429).
    """
    device = register.find(session, who.office_id, device_id)
    code = tidy_code(typed)
    _require_few_misses(session, who, now)
    secret_digest = session.scalar(
        update(DevicePairing)
        .where(
            DevicePairing.code_digest == _code_digest(vault, code),
            DevicePairing.device_id.is_(None),
            DevicePairing.expires_at > now,
        )
        .values(device_id=device.id)
        .returning(DevicePairing.secret_digest)
        .execution_options(synchronize_session=False)
    )
    if secret_digest is None:
        session.add(PairingMiss(user_id=who.id, at=now))
        return None
    session.execute(
        update(Device)
        .where(Device.id == device.id)
        .values(token_digest=secret_digest, paired_at=now, seen_at=None, page=None, resolution=None)
        .execution_options(synchronize_session=False)
    )
    session.refresh(device)
    register.paired_by(session, device, who, now)
    return device


def wrong_code() -> Invalid:
    """The refusal of a code that no screen shows (any more)."""
    return Invalid(
        "wrong_pairing_code",
        N_("Tidak ada layar yang menampilkan kode itu. Kode berlaku 10 menit: lihat lagi di layarnya."),
    )


def device_of(session: Session, secret: str) -> Device | None:
    """The display whose screen has this secret; None when it was revoked, or never was."""
    return session.scalar(select(Device).where(Device.token_digest == digest(secret)))


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def tidy_code(typed: str) -> str:
    """The code as it was meant. Raises Invalid ``bad_code`` for what cannot be one."""
    code = re.sub(r"[\s-]", "", typed).upper().translate(str.maketrans("SZ", "52"))
    if len(code) != CODE_LENGTH or not set(code) <= set(ALPHABET):
        raise Invalid("bad_code", N_("Kode terdiri atas 6 huruf dan angka, seperti tampak di layar itu."))
    return code


def _code_digest(vault: Vault, code: str) -> str:
    return vault.fingerprint(f"pairing code {code}")


def _require_few_misses(session: Session, who: User, now: datetime) -> None:
    session.execute(select(User.id).where(User.id == who.id).with_for_update())  # several tabs count as one
    lately = PairingMiss.at > now - VALID_FOR
    of_all, of_one = session.execute(
        select(func.count(), func.count().filter(PairingMiss.user_id == who.id)).select_from(PairingMiss).where(lately)
    ).one()
    if of_one >= MISSES_OF_ONE or of_all >= MISSES_OF_ALL:
        raise QueueError("too_many_codes", N_("Terlalu banyak kode yang salah. Tunggu 10 menit, lalu coba lagi."), 429)
