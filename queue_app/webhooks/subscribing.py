"""What an administrator does with the office's webhooks: WRITE. Each deed stands in the history of the settings.

The secret stands nowhere but sealed, and is told once.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from queue_app.audit import changes
from queue_app.errors import N_, Invalid, NotFound, QueueError
from queue_app.models import Hand, Office, Webhook, office_of, person_of
from queue_app.personal import Vault
from queue_app.webhooks import outbox, targets
from queue_app.webhooks.kinds import KINDS
from queue_app.webhooks.signing import new_secret
from queue_app.webhooks.targets import Allowed

MOST = 20
"""Webhooks of one office."""

OLD_SECRET_LASTS = timedelta(days=1)


def of_office(session: Session, office: Office) -> Sequence[Webhook]:
    """Those that there are, the oldest first."""
    return session.scalars(
        select(Webhook)
        .where(Webhook.office_id == office.id, Webhook.removed_at.is_(None))
        .options(joinedload(Webhook.made_by))
        .order_by(Webhook.id)
    ).all()


def in_trouble(session: Session, office: Office) -> Sequence[Webhook]:
    """Those for which an event was given up, or that were switched off because nothing was taken."""
    by_itself = Webhook.stopped_at.is_not(None) & Webhook.failing_since.is_not(None)
    return session.scalars(
        select(Webhook)
        .where(
            Webhook.office_id == office.id, Webhook.removed_at.is_(None), Webhook.gave_up_at.is_not(None) | by_itself
        )
        .order_by(Webhook.id)
    ).all()


def find(session: Session, office: Office, webhook_id: int) -> Webhook:
    """Raises NotFound ``unknown_webhook``."""
    webhook = session.get(Webhook, webhook_id, options=[joinedload(Webhook.office)])
    if webhook is None or webhook.office_id != office.id or webhook.removed_at is not None:
        raise NotFound("unknown_webhook", N_("Webhook itu tidak ada di kantor Anda."))
    return webhook


def create(
    session: Session,
    vault: Vault,
    hand: Hand,
    *,
    name: str,
    url: str,
    kinds: Collection[str],
    allowed: Allowed,
    now: datetime,
) -> tuple[Webhook, str]:
    """Tell an address of events of these kinds from now on; the webhook, and its secret.

    Raises Invalid ``bad_webhook_url``, ``bad_webhook_name`` or ``bad_webhook_kinds``, QueueError ``too_many_webhooks``.
    """
    office, actor = office_of(hand), person_of(hand)
    wanted = _checked(name, kinds)
    targets.target(url, allowed)
    if len(of_office(session, office)) >= MOST:
        raise QueueError("too_many_webhooks", N_("Sebuah kantor mempunyai paling banyak %(most)s webhook."), most=MOST)
    secret = new_secret()
    webhook = Webhook(
        office_id=office.id,
        name=name,
        url=url,
        kinds=wanted,
        secret_sealed=vault.seal(secret),
        seq=_log_end(session, office),
        created_at=now,
        made_by_id=actor.id if actor else None,
    )
    session.add(webhook)
    session.flush()
    changes.record(session, office, actor, _subject(webhook), {}, {"name": name, "url": url, "kinds": wanted}, now)
    return webhook, secret


def change(
    session: Session,
    hand: Hand,
    webhook: Webhook,
    *,
    url: str,
    kinds: Collection[str],
    allowed: Allowed,
    now: datetime,
    name: str | None = None,
) -> None:
    """``name`` None: it keeps its name. Raises as ``create``."""
    named = webhook.name if name is None else name
    wanted = _checked(named, kinds)
    targets.target(url, allowed)
    before = {"name": webhook.name, "url": webhook.url, "kinds": webhook.kinds}
    webhook.name, webhook.url, webhook.kinds = named, url, wanted
    session.flush()
    _record(session, hand, webhook, before, {"name": named, "url": url, "kinds": wanted}, now)


def stop(session: Session, hand: Hand, webhook: Webhook, now: datetime) -> None:
    """Send nothing more for now; doing it twice is harmless."""
    actor = person_of(hand)
    if webhook.stopped_at is None:
        outbox.stop(session, webhook.id, actor.id if actor else None, now)
        _record(session, hand, webhook, {"stopped": False}, {"stopped": True}, now)


def start(session: Session, hand: Hand, webhook: Webhook, now: datetime) -> None:
    """Send again what happens from now on; what was given up is sent again only by hand."""
    if webhook.stopped_at is not None:
        webhook.stopped_at = webhook.stopped_by_id = webhook.failing_since = webhook.gave_up_at = None
        webhook.seq = _log_end(session, webhook.office)
        session.flush()
        _record(session, hand, webhook, {"stopped": True}, {"stopped": False}, now)


def rotate(session: Session, vault: Vault, hand: Hand, webhook: Webhook, now: datetime) -> str:
    """A new secret, told once. The one before signs too for a day, so that the receiver can change over."""
    secret = new_secret()
    webhook.old_secret_sealed, webhook.old_secret_until = webhook.secret_sealed, now + OLD_SECRET_LASTS
    webhook.secret_sealed = vault.seal(secret) or b""
    session.flush()
    _record(session, hand, webhook, {}, {"secret": "new"}, now)
    return secret


def remove(session: Session, hand: Hand, webhook: Webhook, now: datetime) -> None:
    actor = person_of(hand)
    outbox.stop(session, webhook.id, actor.id if actor else None, now)
    webhook.removed_at = now
    session.flush()
    _record(session, hand, webhook, {"name": webhook.name, "url": webhook.url, "kinds": webhook.kinds}, {}, now)


def _checked(name: str, kinds: Collection[str]) -> list[str]:
    """The kinds in their order. Raises Invalid."""
    if not name or len(name) > 80 or not name.isprintable():
        raise Invalid("bad_webhook_name", N_("Beri webhook ini nama, paling banyak 80 huruf."))
    unknown = set(kinds) - set(KINDS.values())
    if unknown or not kinds:
        raise Invalid("bad_webhook_kinds", N_("Pilih paling sedikit satu jenis kejadian yang dikenal."))
    return [kind for kind in KINDS.values() if kind in set(kinds)]


def _log_end(session: Session, office: Office) -> int:
    return session.scalars(select(Office.version).where(Office.id == office.id)).one()


def _record(
    session: Session, hand: Hand, webhook: Webhook, before: changes.Values, after: changes.Values, now: datetime
) -> None:
    changes.record(session, office_of(hand), person_of(hand), _subject(webhook), before, after, now)


def _subject(webhook: Webhook) -> str:
    return f"webhook:{webhook.id}"
