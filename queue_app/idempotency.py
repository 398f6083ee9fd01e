"""A doubled request gets the first answer again."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from queue_app.database import insert_or_ignore
from queue_app.errors import N_, Invalid
from queue_app.models import IdempotencyKey, Ticket

KEPT = timedelta(days=2)
KEY_LENGTH = 80


def once(
    session: Session,
    *,
    scope: str,
    key: str | None,
    request: str,
    now: datetime,
    act: Callable[[], Ticket | None],
) -> tuple[Ticket | None, bool]:
    """Carry out ``act`` unless ``key`` was used before in ``scope``; then give its ticket again.

    Returns the ticket (None: nobody was waiting) and whether it is a first answer. ``request`` says
    what was asked; the same key for another request is refused. Raises Invalid ``bad_idempotency_key`` or
    ``idempotency_key_reused``. A refusal by ``act`` rolls the key back, so that a retry is tried anew.
    """
    if key is None:
        return act(), True
    before = _used_before(session, scope, key, request, now)
    if before is not None:
        return session.get(Ticket, before.ticket_id) if before.ticket_id is not None else None, False
    ticket = act()
    if ticket is not None:
        _keep(session, scope, key, ticket_id=ticket.id)
    return ticket, True


def made_once(
    session: Session, *, scope: str, key: str | None, request: str, now: datetime, make: Callable[[], int]
) -> tuple[int, bool]:
    """The same for something else than a ticket: ``make`` returns the id of what it made, which is given again.

    Returns the id and whether it is a first answer. Raises as ``once``.
    """
    if key is None:
        return make(), True
    before = _used_before(session, scope, key, request, now)
    if before is not None and before.made_id is not None:
        return before.made_id, False
    made = make()
    _keep(session, scope, key, made_id=made)
    return made, True


def _used_before(session: Session, scope: str, key: str, request: str, now: datetime) -> IdempotencyKey | None:
    """The first use of the key, which is from now on used if it was not."""
    if not 1 <= len(key) <= KEY_LENGTH or not key.isprintable():
        raise Invalid("bad_idempotency_key", N_("Idempotency-Key harus 1 sampai %(length)s huruf."), length=KEY_LENGTH)
    fingerprint = hashlib.sha256(request.encode()).hexdigest()
    facts = {"fingerprint": fingerprint, "ticket_id": None, "made_id": None, "created_at": now}
    if insert_or_ignore(session, IdempotencyKey, scope=scope, key=key, **facts):
        return None
    row = session.get_one(IdempotencyKey, (scope, key))
    if row.fingerprint != fingerprint:
        raise Invalid("idempotency_key_reused", N_("Idempotency-Key ini sudah dipakai untuk permintaan lain."))
    return row


def _keep(session: Session, scope: str, key: str, **made: int) -> None:
    session.execute(
        update(IdempotencyKey).where(IdempotencyKey.scope == scope, IdempotencyKey.key == key).values(**made)
    )


def forget_old(session: Session, now: datetime) -> None:
    """Remove keys that no honest retry uses any more."""
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < now - KEPT))
