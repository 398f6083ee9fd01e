"""A proof of work before a place is given online: ALTCHA's protocol, with challenges and checks of our own.

The browser is given a challenge and has to find a number by trying. That costs a citizen nothing (the phone works while
the form is filled) and a program that books thousands its time. How much is asked grows with the load:

    derivations = min(CEILING, FLOOR + PER_BOOKING * bookings of the office in the last minute)

each of ``ROUNDS`` rounds of PBKDF2/SHA-256. The number searched for is drawn evenly from half to one and a half times
that, so that nobody knows when a search must end. Every solution is worth one place: ``UsedProof`` is a row of the
database, so several processes agree. Where no script runs, a signed token shows when the form was given out; it too is
worth one place, and only some seconds later (the routes limit how many of these an address may have).
"""

import base64
import hashlib
import hmac
import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import altcha
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from queue_app.database import Database, insert_or_ignore
from queue_app.errors import N_, Invalid, QueueError
from queue_app.lifecycle import Action
from queue_app.models import Event, Office, ProofOfWork, UsedProof

ALGORITHM = "PBKDF2/SHA-256"
ROUNDS = 1_000
FLOOR = 400
PER_BOOKING = 20
CEILING = 6_000
LOAD_WINDOW = timedelta(minutes=1)
CHALLENGE_LIFE = timedelta(minutes=30)
"""Long enough for a form that is filled in slowly."""

FORM_WAIT = timedelta(seconds=5)
FORM_LIFE = timedelta(hours=2)
LONGEST = 4_000
"""Letters of a proof that are looked at; an honest one has about 700."""

_FORM = "form"


def is_demanded(office: Office, *, production: bool) -> bool:
    """Whether a place may be given online only for a proof."""
    return production if office.proof_of_work is ProofOfWork.PROFILE else office.proof_of_work is ProofOfWork.ON


def derivations(recent_bookings: int) -> int:
    """How many derivations a challenge asks for on average."""
    return min(CEILING, FLOOR + PER_BOOKING * recent_bookings)


def recent_bookings(session: Session, office: Office, now: datetime) -> int:
    """The office's bookings of the last minute, from the log."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Event)
            .where(Event.office_id == office.id, Event.at > now - LOAD_WINDOW, Event.action == Action.BOOK.value)
        )
        or 0
    )


def challenge(office: Office, secret: str, recent: int, now: datetime) -> dict[str, Any]:
    """A new challenge in ALTCHA's form: ``parameters`` and their ``signature``. It is kept nowhere until it is used."""
    mean = derivations(recent)
    made = altcha.create_challenge(
        ALGORITHM,
        ROUNDS,
        counter=mean // 2 + secrets.randbelow(mean + 1),
        # Not as ALTCHA's own expiry, for which the library asks the machine for the time.
        data={"office": office.slug, "expires": int((now + CHALLENGE_LIFE).timestamp())},
        hmac_secret=_key(secret, b"antrean challenge"),
        hmac_key_secret=_key(secret, b"antrean solution"),
    )
    return dict(made.to_dict())


def accept(session: Session, office: Office, proof: str, secret: str, now: datetime) -> None:
    """Use up a proof (ALTCHA's payload, base64), in the transaction that gives the place.

    Raises Invalid ``bad_proof`` or ``proof_expired``, QueueError ``proof_used``.
    """
    nonce, data = _verified(proof, secret)
    if data["office"] != office.slug:
        raise _bad()
    if now.timestamp() > data["expires"]:
        raise Invalid("proof_expired", N_("Pemeriksaan keamanan sudah kedaluwarsa. Tekan sekali lagi."))
    _use(session, nonce, now + CHALLENGE_LIFE)


def _verified(proof: str, secret: str) -> tuple[str, dict[str, Any]]:
    """The nonce and our own facts of a challenge that we made and that was solved. Raises Invalid ``bad_proof``."""
    if len(proof) > LONGEST:
        raise _bad()
    try:
        payload = altcha.Payload.from_dict(json.loads(base64.b64decode(proof, validate=True)))
        result = altcha.verify_solution(
            payload, _key(secret, b"antrean challenge"), hmac_key_secret=_key(secret, b"antrean solution")
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _bad() from error
    if not result.verified:
        raise _bad()
    return payload.challenge.parameters.nonce, payload.challenge.parameters.data or {}


def form_token(office: Office, secret: str, now: datetime) -> str:
    """What a form carries, so that it can be sent where no script runs: when it was given out, signed."""
    issued = f"{int(now.timestamp())}.{secrets.token_urlsafe(12)}"
    return f"{issued}.{_signature(office, secret, issued)}"


def issued_at(office: Office, token: str, secret: str, now: datetime) -> datetime | None:
    """When a form was given out, if its token is ours and may still be sent."""
    read = _read(office, token, secret)
    return read[0] if read is not None and now - read[0] <= FORM_LIFE else None


def accept_form(session: Session, office: Office, token: str, secret: str, now: datetime) -> None:
    """Use up a form's token, in the transaction that gives the place.

    Raises Invalid ``proof_needed`` (there is none, or it is not ours), ``form_expired`` or ``too_fast``, QueueError
    ``proof_used``.
    """
    read = _read(office, token, secret)
    if read is None:
        raise needed()
    at, nonce = read
    age = now - at
    if age > FORM_LIFE:
        raise Invalid("form_expired", N_("Formulir ini terlalu lama terbuka. Periksa isian Anda, lalu kirim lagi."))
    if age < FORM_WAIT:
        raise Invalid(
            "too_fast",
            N_("Formulir ini dikirim terlalu cepat. Periksa isian Anda, tunggu %(seconds)s detik, lalu kirim lagi."),
            seconds=int(FORM_WAIT.total_seconds()),
        )
    _use(session, f"{_FORM} {nonce}", now + FORM_LIFE)


def needed() -> Invalid:
    return Invalid("proof_needed", N_("Pemeriksaan keamanan belum selesai. Muat ulang halaman ini, lalu coba lagi."))


def forget_old(database: Database, now: datetime) -> None:
    """Remove what could not be used again anyway."""
    is_old = UsedProof.expires_at < now
    with database.read() as session:
        is_due = session.scalar(select(UsedProof.nonce).where(is_old).limit(1)) is not None
    if is_due:
        with database.write() as session:
            session.execute(delete(UsedProof).where(is_old))


def _use(session: Session, nonce: str, until: datetime) -> None:
    if not insert_or_ignore(session, UsedProof, nonce=nonce, expires_at=until):
        raise QueueError(
            "proof_used",
            N_("Pemeriksaan keamanan ini sudah dipakai untuk nomor lain. Muat ulang halaman, lalu coba lagi."),
        )


def _bad() -> Invalid:
    return Invalid("bad_proof", N_("Pemeriksaan keamanan tidak benar. Muat ulang halaman ini, lalu coba lagi."))


def _read(office: Office, token: str, secret: str) -> tuple[datetime, str] | None:
    """When a form was given out and its nonce, or None for a token that is not ours."""
    issued, _, signature = token.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signature(office, secret, issued).encode()):
        return None
    time, _, nonce = issued.partition(".")
    return datetime.fromtimestamp(int(time), UTC), nonce


def _signature(office: Office, secret: str, issued: str) -> str:
    text = f"{office.slug}.{issued}".encode()
    return hmac.new(_key(secret, b"antrean form"), text, hashlib.sha256).hexdigest()


def _key(secret: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())
