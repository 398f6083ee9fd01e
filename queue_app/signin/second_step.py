"""The second step of signing in: a code of the person's phone (TOTP, RFC 6238), or once a recovery code.

The secret is kept sealed. A code is taken once: the time step of the last one that was taken is kept, and the UPDATE
that raises it decides between two who come with the same code. Neighbouring steps are taken too, for clocks differ.
"""

import hashlib
import secrets
from datetime import datetime

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from queue_app.errors import N_, Invalid
from queue_app.models import RecoveryCode, Role, SignInKind, User
from queue_app.personal import Vault
from queue_app.signin import record, sessions
from queue_app.signin.where import Where

ISSUER = "Antrean"
ROLES = frozenset({Role.SUPERVISOR, Role.ADMIN})
"""Whose sign-in has a second step where the office wants it; others may have one."""

STEP_S = 30
CODES = 8


def is_wanted(user: User) -> bool:
    """Whether the person must set it up before anything else."""
    return user.office.second_step and user.role in ROLES and user.totp_since is None


def offer(vault: Vault, user: User) -> str:
    """A new secret for a person who has no second step yet; the same until it is in use. Returns it as base32."""
    secret = vault.open(user.totp_sealed)
    if user.totp_since is not None:
        raise _in_use()
    if secret is None:
        secret = pyotp.random_base32()
        user.totp_sealed = vault.seal(secret)
    return secret


def address(user: User, secret: str) -> str:
    """What the QR code carries: ``otpauth://totp/…``."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=f"{ISSUER} {user.office.name}")


def confirm(session: Session, vault: Vault, user: User, code: str, where: Where, now: datetime) -> list[str]:
    """Put it in use with a first code of the phone. Returns the recovery codes, to be shown this once.

    Raises Invalid ``wrong_code`` or ``second_step_in_use``.
    """
    if user.totp_since is not None:
        raise _in_use()
    if not _is_new_code(session, vault, user, code, now):
        raise wrong_code()
    user.totp_since = now
    record.note(session, user, SignInKind.SECOND_STEP_ON, where, now)
    return _new_recovery_codes(session, user)


def renew_codes(session: Session, user: User) -> list[str]:
    """New recovery codes in place of those that are left, to be shown this once. Raises Invalid
    ``second_step_missing``."""
    if user.totp_since is None:
        raise Invalid("second_step_missing", N_("Akun ini belum memakai langkah kedua."))
    return _new_recovery_codes(session, user)


def passes(session: Session, vault: Vault, user: User, typed: str, where: Where, now: datetime) -> bool:
    """Whether what was typed is a code of the phone or a recovery code that was not used yet; it is used up."""
    if _is_new_code(session, vault, user, typed, now):
        return True
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user.id,
            RecoveryCode.digest == _digest(user.id, typed),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    ).first()
    if used is None:
        return False
    record.note(session, user, SignInKind.RECOVERY_USED, where, now)
    return True


def codes_left(session: Session, user: User) -> int:
    unused = select(func.count()).where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
    return session.scalar(unused) or 0


def reset(session: Session, user: User, where: Where, now: datetime, *, actor: User | None = None) -> None:
    """Take it away: the phone is lost. All sessions of the person end."""
    user.totp_sealed, user.totp_since, user.totp_step = None, None, 0
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    sessions.end_all(session, user.id, now)
    record.note(session, user, SignInKind.SECOND_STEP_RESET, where, now, actor=actor)


def wrong_code() -> Invalid:
    return Invalid("wrong_code", N_("Kode itu tidak cocok atau sudah dipakai. Tunggu kode berikutnya di ponsel Anda."))


def _is_new_code(session: Session, vault: Vault, user: User, typed: str, now: datetime) -> bool:
    """Whether it is a code of now or of the steps beside it that is later than the last one; it is used up."""
    code, secret = "".join(typed.split()), vault.open(user.totp_sealed)
    if secret is None or not (len(code) == 6 and code.isascii() and code.isdigit()):
        return False
    totp, current = pyotp.TOTP(secret, interval=STEP_S), int(now.timestamp()) // STEP_S
    for step in (current, current - 1, current + 1):
        if secrets.compare_digest(totp.generate_otp(step), code):
            taken = session.execute(
                update(User).where(User.id == user.id, User.totp_step < step).values(totp_step=step).returning(User.id)
            ).first()
            return taken is not None
    return False


def _new_recovery_codes(session: Session, user: User) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"  # 31 signs, ten of them: 49 bits
    codes = ["".join(secrets.choice(alphabet) for _ in range(10)) for _ in range(CODES)]
    session.add_all(RecoveryCode(user_id=user.id, digest=_digest(user.id, code)) for code in codes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _digest(user_id: int, typed: str) -> str:
    """Drawn at random and long, so a plain digest keeps it; guesses are slowed down beside."""
    plain = "".join(sign for sign in typed.casefold() if sign.isalnum())
    return hashlib.sha256(f"{user_id} {plain}".encode()).hexdigest()


def _in_use() -> Invalid:
    return Invalid("second_step_in_use", N_("Langkah kedua sudah dipakai di akun ini."))
