"""Programs' tokens: made for one person and for some scopes, good until a day, revoked one by one.

A token is shown once, when it is made. What is kept is its digest: it is found by that, so how long the search takes
says nothing of the token itself.
"""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from hmac import compare_digest
from typing import NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session, joinedload

from queue_app import permissions
from queue_app.audit import changes
from queue_app.errors import N_, Forbidden, Invalid, NotFound, QueueError
from queue_app.models import ApiToken, Role, Scope, User
from queue_app.prepared import Prepared

USUAL_DAYS = 365
LONGEST_DAYS = 730
WARNED_BEFORE = timedelta(days=30)

NOTED_EVERY = timedelta(minutes=5)
"""That a token is used is written so often at most."""

_BEGINNING = 12


class Good(NamedTuple):
    """A token that may be used, and whose it is."""

    id: int
    user_id: int
    office_id: int
    role: Role
    scopes: Sequence[str]
    last_used_at: datetime | None


_FOUND = Prepared(
    select(
        *(ApiToken.id, ApiToken.user_id, User.office_id, User.role, ApiToken.scopes, ApiToken.last_used_at),
        *(ApiToken.digest, ApiToken.revoked_at, ApiToken.expires_at, User.active),
    )
    .join(User, User.id == ApiToken.user_id)
    .where(ApiToken.digest == bindparam("of_digest"))
)


class State(StrEnum):
    """``ENDLESS``: made before tokens ran out. ``OWNER_GONE``: the person may no longer sign in."""

    GOOD = "good"
    ENDS_SOON = "ends_soon"
    ENDLESS = "endless"
    EXPIRED = "expired"
    REVOKED = "revoked"
    OWNER_GONE = "owner_gone"


def create(
    session: Session, actor: User | None, user: User, name: str, scopes: Iterable[Scope], days: int, now: datetime
) -> str:
    """A new token that acts for ``user``, written down in the history of the settings; the token itself, told once.

    Raises Invalid ``no_scope``, ``scope_not_for_role``, ``bad_token_name`` or ``bad_days``.
    """
    wanted = tuple(scope for scope in Scope if scope in set(scopes))
    return _made(session, actor, user, name, wanted, now, days)[1]


def create_with(
    session: Session, own: ApiToken, user: User, name: str, scopes: Iterable[Scope], days: int | None, now: datetime
) -> tuple[ApiToken, str]:
    """A program makes a token with its ``own``: for nothing that its own is not for, and not beyond its end. When that
    one is revoked, it is too. ``days`` None: as long as may be, a year at most.

    Raises Forbidden ``more_than_own`` (which names the scopes) or ``longer_than_own``, and as ``create``.
    """
    if not name:
        raise Invalid("bad_token_name", N_("Beri token ini nama, agar kelak dikenali."))
    wanted = tuple(scope for scope in Scope if scope in set(scopes))
    beyond = [scope.value for scope in wanted if scope not in own.scopes]
    if beyond:
        raise Forbidden(
            "more_than_own",
            N_("Sebuah token tidak dapat membuat token yang dapat berbuat lebih banyak: %(scopes)s."),
            scopes=", ".join(beyond),
        )
    longest = LONGEST_DAYS if own.expires_at is None else max(0, (own.expires_at - now) // timedelta(days=1))
    chosen = min(USUAL_DAYS, longest) if days is None else days
    if chosen > longest or not longest:
        raise Forbidden(
            "longer_than_own",
            N_("Sebuah token tidak dapat membuat token yang berlaku lebih lama: paling lama %(days)s hari."),
            days=longest,
        )
    return _made(session, own.user, user, name, wanted, now, chosen, own)


def _made(
    session: Session,
    actor: User | None,
    user: User,
    name: str,
    wanted: Sequence[Scope],
    now: datetime,
    days: int,
    own: ApiToken | None = None,
) -> tuple[ApiToken, str]:
    _require_possible(user, name, wanted, days)
    token = "antrean_" + secrets.token_urlsafe(32)
    made = ApiToken(
        user_id=user.id,
        digest=_digest(token),
        created_at=now,
        name=name,
        beginning=token[:_BEGINNING],
        scopes=[scope.value for scope in wanted],
        made_by_id=actor.id if actor else None,
        made_with_id=own.id if own else None,
        expires_at=now + timedelta(days=days),
    )
    session.add(made)
    session.flush()
    facts = {"person": user.username, "name": name, "scopes": made.scopes, "days": days}
    with_own = {"made_with": own.id} if own else {}
    changes.record(session, user.office, actor, _subject(made), {}, {**facts, **with_own}, now)
    return made, token


def find(session: Session, token: str, now: datetime) -> Good:
    """The token of that text, which is good. Raises QueueError ``token_unknown`` (revoked, or of somebody who is gone)
    or ``token_expired``, 401."""
    digest = _digest(token)
    found = _FOUND.one_or_none(session, {"of_digest": digest})
    if found is None or not compare_digest(found.digest, digest) or found.revoked_at or not found.active:
        raise QueueError("token_unknown", N_("Token tidak dikenal atau sudah dicabut."), 401)
    if found.expires_at is not None and found.expires_at <= now:
        zone = session.get_one(User, found.user_id).office.zone
        day = found.expires_at.astimezone(zone).date()
        raise QueueError("token_expired", N_("Masa berlaku token ini berakhir pada %(day)s."), 401, day=day)
    return Good(**{name: getattr(found, name) for name in Good._fields})


def touch(session: Session, token_id: int, now: datetime) -> None:
    """A program used it."""
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now))


def of_office(session: Session, office_id: int) -> Sequence[ApiToken]:
    """All that were made for people of an office, those in use first, then the newest first."""
    return session.scalars(
        select(ApiToken)
        .join(ApiToken.user)
        .where(User.office_id == office_id)
        .options(joinedload(ApiToken.user), joinedload(ApiToken.made_by))
        .order_by(ApiToken.revoked_at.is_not(None), ApiToken.id.desc())
    ).all()


def page(session: Session, office_id: int, before: int | None, most: int) -> Sequence[ApiToken]:
    """Likewise, the newest first: ``most`` of those older than the one numbered ``before``."""
    query = (
        select(ApiToken)
        .join(ApiToken.user)
        .where(User.office_id == office_id)
        .options(joinedload(ApiToken.user), joinedload(ApiToken.made_by))
    )
    if before is not None:
        query = query.where(ApiToken.id < before)
    return session.scalars(query.order_by(ApiToken.id.desc()).limit(most)).all()


def of_id(session: Session, office_id: int, token_id: int) -> ApiToken:
    """Raises NotFound ``unknown_token``."""
    token = session.get(ApiToken, token_id)
    if token is None or token.user.office_id != office_id:
        raise NotFound("unknown_token", N_("Token itu tidak ada di kantor Anda."))
    return token


def state(token: ApiToken, now: datetime) -> State:
    if token.revoked_at is not None:
        return State.REVOKED
    if token.expires_at is not None and token.expires_at <= now:
        return State.EXPIRED
    if not token.user.active:
        return State.OWNER_GONE
    if token.expires_at is None:
        return State.ENDLESS
    return State.ENDS_SOON if token.expires_at - now <= WARNED_BEFORE else State.GOOD


def days_left(token: ApiToken, now: datetime) -> int:
    """Days that begin before it runs out."""
    return 0 if token.expires_at is None else -((now - token.expires_at) // timedelta(days=1))


def revoke(session: Session, actor: User | None, office_id: int, token_id: int, now: datetime) -> ApiToken:
    """Nothing is done with it any more from now on, nor with what was made with it; doing it twice is harmless.

    Raises NotFound ``unknown_token``.
    """
    token = of_id(session, office_id, token_id)
    if token.revoked_at is None:
        token.revoked_at = now
        changes.record(session, token.user.office, actor, _subject(token), {"revoked": False}, {"revoked": True}, now)
        made_with = select(ApiToken.id).where(ApiToken.made_with_id == token.id, ApiToken.revoked_at.is_(None))
        for made_id in session.scalars(made_with).all():
            revoke(session, actor, office_id, made_id, now)
    return token


def revoke_all(session: Session, actor: User | None, user: User, now: datetime, only: int | None = None) -> int:
    """No program acts for the user any more until a new token is made (``only``: by that one); how many there were."""
    of_user = select(ApiToken.id).where(ApiToken.user_id == user.id, ApiToken.revoked_at.is_(None))
    live = session.scalars(of_user if only is None else of_user.where(ApiToken.id == only)).all()
    for token_id in live:
        revoke(session, actor, user.office_id, token_id, now)
    return len(live)


def _require_possible(user: User, name: str, scopes: Sequence[Scope], days: int) -> None:
    if not scopes:
        raise Invalid("no_scope", N_("Pilih paling sedikit satu kegunaan token."))
    beyond = [scope.value for scope in scopes if scope not in permissions.scopes_of(user.role)]
    if beyond:
        raise Invalid(
            "scope_not_for_role",
            N_("Peran %(person)s tidak mencakup kegunaan ini: %(scopes)s."),
            person=user.display_name,
            scopes=", ".join(beyond),
        )
    if len(name) > 80 or not name.isprintable():
        raise Invalid("bad_token_name", N_("Nama token: paling banyak 80 huruf."))
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid("bad_days", N_("Masa berlaku: 1 sampai %(most)s hari."), most=LONGEST_DAYS)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _subject(token: ApiToken) -> str:
    return f"token:{token.id}"
