"""What is to be told to each webhook, and what became of it. WRITE; all but ``Collector`` in the caller's transaction.

A delivery is unique for its webhook and event. One process claims it, hands it over outside any transaction, and writes
down what came of it. A process that dies in between leaves it to be sent again once its claim has run out, under the
same name: so an event arrives at least once, and whoever looks at names has it once. Of a ticket the next goes only
when the one before it has arrived or was given up.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, select, update
from sqlalchemy.orm import Session, aliased, joinedload

from queue_app.database import Database, insert_missing
from queue_app.models import Counter, Delivery, DeliveryStatus, Event, Office, Service, Ticket, Webhook
from queue_app.representation import instant
from queue_app.webhooks.kinds import KINDS, TEST

LEASE = timedelta(seconds=60)
"""A process that has not got further with a delivery by then is taken for dead; sending never takes so long."""

TRIED_FOR = timedelta(days=1)
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
STOPPED_AFTER = timedelta(days=3)
KEPT = timedelta(days=30)
MARK_EVERY = 2000
AT_ONCE = 500
TRIES_KEPT = 5
GONE = 410
_OF_TESTS = -1

S = DeliveryStatus


@dataclass(frozen=True, slots=True)
class Try:
    """What came of one sending. ``status`` None: no answer, for ``reason``. ``answer``: the beginning of it."""

    status: int | None
    ms: int
    reason: str = ""
    answer: str = ""
    retry_after_s: float = 0.0

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Collector:
    """Reads the log on from where each webhook's reading stopped; one for each process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: dict[int, int] = {}

    def collect(self, now: datetime) -> int:
        """Queue the events since the last time; how many are new."""
        with self._database.read() as session:
            behind = session.execute(
                select(Webhook.id, Webhook.seq, Office.version)
                .join(Webhook.office)
                .where(_is_live(), Office.version > Webhook.seq)
            ).all()
        return sum(self._of_webhook(webhook_id, mark, version, now) for webhook_id, mark, version in behind)

    def _of_webhook(self, webhook_id: int, mark: int, version: int, now: datetime) -> int:
        since, queued = max(mark, self._seen.get(webhook_id, 0)), 0
        while since < version:
            upto = min(since + AT_ONCE, version)
            with self._database.read() as session:
                webhook = session.get_one(Webhook, webhook_id, options=[joinedload(Webhook.office)])
                rows = _news(session, webhook, since, upto, now)
            if rows or upto - mark > MARK_EVERY:
                with self._database.write() as session:
                    if not _read_up_to(session, webhook_id, mark, upto):
                        return queued  # another process was faster
                    queued += insert_missing(session, Delivery, rows)
                mark = upto
            since = self._seen[webhook_id] = upto
        return queued


def test(session: Session, webhook: Webhook, now: datetime) -> Delivery:
    """Queue an event of no meaning, to see whether it arrives."""
    event = f"test-{secrets.token_hex(8)}"
    body = {"id": event, "kind": TEST, "at": instant(now, webhook.office.zone), "office": webhook.office.slug}
    queued = Delivery(**_row(webhook.id, event, TEST, _OF_TESTS, body, now))
    session.add(queued)
    session.flush()
    return queued


def replay(session: Session, webhook: Webhook, now: datetime, delivery_id: int | None = None) -> int:
    """Queue again one delivery that is done, or all that were given up; how many."""
    chosen = Delivery.status == S.FAILED if delivery_id is None else Delivery.id == delivery_id
    again = session.scalars(
        update(Delivery)
        .where(Delivery.webhook_id == webhook.id, Delivery.status != S.QUEUED, chosen)
        .values(status=S.QUEUED, due_at=now, expires_at=now + TRIED_FOR, attempts=0, claim=None, done_at=None)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    return len(again.all())


def with_work(session: Session, now: datetime) -> list[int]:
    """The webhooks that have something due; one look, so that an idle process costs little."""
    due = exists().where(Delivery.webhook_id == Webhook.id, Delivery.status == S.QUEUED, Delivery.due_at <= now)
    return list(session.scalars(select(Webhook.id).where(_is_live(), due).order_by(Webhook.id)))


def claim(session: Session, webhook_id: int, most: int, now: datetime) -> tuple[str, list[int]]:
    """Take up to ``most`` for this process, of each subject the first: the claim's name, and their ids."""
    earlier, name = aliased(Delivery), secrets.token_hex(8)
    waits = exists().where(
        earlier.webhook_id == webhook_id,
        earlier.subject == Delivery.subject,
        earlier.status == S.QUEUED,
        earlier.id < Delivery.id,
    )
    ids = session.scalars(
        select(Delivery.id)
        .where(Delivery.webhook_id == webhook_id, Delivery.status == S.QUEUED, Delivery.due_at <= now, ~waits)
        .order_by(Delivery.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    claimed = session.scalars(
        update(Delivery)
        .where(Delivery.id.in_(ids), Delivery.status == S.QUEUED, Delivery.due_at <= now)
        .values(claim=name, due_at=now + LEASE, attempts=Delivery.attempts + 1)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    ).all()
    return name, sorted(claimed)


def find_claimed(session: Session, delivery_id: int, claim_name: str) -> Delivery | None:
    """With its webhook; None when the claim has run out or the webhook was switched off meanwhile."""
    return session.scalar(
        select(Delivery)
        .join(Delivery.webhook)
        .where(Delivery.id == delivery_id, Delivery.claim == claim_name, Delivery.status == S.QUEUED, _is_live())
        .options(joinedload(Delivery.webhook))
    )


def conclude(session: Session, delivery_id: int, claim_name: str, came: Try, now: datetime, chance: float) -> None:
    """Write down what came of a sending. ``chance`` (0 to 1) spreads the next attempts of many."""
    found = session.scalar(
        select(Delivery).where(Delivery.id == delivery_id, Delivery.claim == claim_name).with_for_update()
    )
    if found is None or found.status is not S.QUEUED:
        return
    kept = {"at": now.isoformat(timespec="seconds"), "status": came.status, "ms": came.ms}
    found.tries = [*found.tries, kept | {"reason": came.reason, "answer": came.answer}][-TRIES_KEPT:]
    found.claim = None
    if came.is_taken:
        found.status, found.done_at = S.SENT, now
        _took(session, found.webhook_id)
        return
    next_at = now + pause(found.attempts, chance, came.retry_after_s)
    found.due_at = next_at
    is_over = next_at >= found.expires_at
    if is_over:
        found.status, found.done_at = S.FAILED, now
    session.flush()
    _took_not(session, found.webhook_id, came, now, gave_up=is_over)


def pause(attempts: int, chance: float, asked_s: float) -> timedelta:
    """Twice as long after each attempt, less up to half by chance; at least what the other side asked for, within an
    hour."""
    doubled: timedelta = min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE) * (1 - chance / 2)
    return max(doubled, min(timedelta(seconds=asked_s), LONGEST_PAUSE))


def stop(session: Session, webhook_id: int, stopped_by_id: int | None, now: datetime) -> None:
    """Send nothing more; what waits is given up, and can be sent again by hand."""
    session.execute(
        update(Webhook)
        .where(Webhook.id == webhook_id, Webhook.stopped_at.is_(None))
        .values(stopped_at=now, stopped_by_id=stopped_by_id)
    )
    session.execute(
        update(Delivery)
        .where(Delivery.webhook_id == webhook_id, Delivery.status == S.QUEUED)
        .values(status=S.FAILED, done_at=now, claim=None)
    )


def forget_old(session: Session, now: datetime) -> None:
    """Remove what was told long ago, and the webhooks that are gone with all of it."""
    without_sync = {"synchronize_session": False}
    session.execute(delete(Delivery).where(Delivery.created_at < now - KEPT).execution_options(**without_sync))
    is_empty = ~exists().where(Delivery.webhook_id == Webhook.id)
    session.execute(delete(Webhook).where(Webhook.removed_at < now - KEPT, is_empty).execution_options(**without_sync))


def _news(session: Session, webhook: Webhook, since: int, upto: int, now: datetime) -> list[dict[str, Any]]:
    """Rows for the outbox; what is imported of past days is no news."""
    wanted = [action for action, kind in KINDS.items() if kind in set(webhook.kinds)]
    found = session.execute(
        select(Event, Ticket.label, Ticket.day, Ticket.channel, Service.code, Counter.number)
        .outerjoin(Ticket, Ticket.id == Event.ticket_id)
        .outerjoin(Service, Service.id == Event.service_id)
        .outerjoin(Counter, Counter.id == Event.counter_id)
        .where(
            *(Event.office_id == webhook.office_id, Event.seq > since, Event.seq <= upto),
            *(Event.action.in_(wanted), Event.at > now - TRIED_FOR),
        )
        .order_by(Event.seq)
    )
    office, rows = webhook.office, []
    for event, label, day, channel, service, counter in found:
        kind, name = KINDS[event.action], f"{office.slug}-{event.seq}"
        body = {
            "id": name,
            "kind": kind,
            "at": instant(event.at, office.zone),
            "office": office.slug,
            "ticket": None if event.ticket_id is None else _ticket(event, label, day.isoformat(), channel.value),
            "service": service,
            "counter": counter,
        }
        rows.append(_row(webhook.id, name, kind, event.ticket_id or 0, body, now))
    return rows


def _ticket(event: Event, label: str, day: str, channel: str) -> dict[str, Any]:
    """As on a display: no name, phone, NIK or group, and not the id that opens the ticket's page."""
    return {
        "number": event.ticket_id,
        "sequence": event.ticket_version,
        "label": label,
        "day": day,
        "channel": channel,
        "from_state": event.from_state.value if event.from_state else None,
        "state": event.to_state.value if event.to_state else None,
    }


def _row(webhook_id: int, event: str, kind: str, subject: int, body: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "webhook_id": webhook_id,
        "event": event,
        "kind": kind,
        "subject": subject,
        "body": body,
        "status": S.QUEUED,
        "created_at": now,
        "due_at": now,
        "expires_at": now + TRIED_FOR,
        "attempts": 0,
        "tries": [],
    }


def _read_up_to(session: Session, webhook_id: int, mark: int, upto: int) -> bool:
    """Whether this process is the one that read so far."""
    moved = session.scalar(
        update(Webhook)
        .where(Webhook.id == webhook_id, Webhook.seq == mark)
        .values(seq=upto)
        .returning(Webhook.id)
        .execution_options(synchronize_session=False)
    )
    return moved is not None


def _took(session: Session, webhook_id: int) -> None:
    session.execute(
        update(Webhook)
        .where(Webhook.id == webhook_id, Webhook.failing_since.is_not(None) | Webhook.gave_up_at.is_not(None))
        .values(failing_since=None, gave_up_at=None)
    )


def _took_not(session: Session, webhook_id: int, came: Try, now: datetime, *, gave_up: bool) -> None:
    here = update(Webhook).where(Webhook.id == webhook_id)
    session.execute(here.where(Webhook.failing_since.is_(None)).values(failing_since=now))
    if gave_up:
        session.execute(here.values(gave_up_at=now))
    since = session.scalars(select(Webhook.failing_since).where(Webhook.id == webhook_id)).one()
    if came.status == GONE or (since is not None and since <= now - STOPPED_AFTER):
        stop(session, webhook_id, None, now)


def _is_live() -> ColumnElement[bool]:
    return Webhook.removed_at.is_(None) & Webhook.stopped_at.is_(None)


def latest(session: Session, webhook: Webhook, most: int = 50, *, before: int | None = None) -> Sequence[Delivery]:
    """The newest deliveries; ``before``: of those that are older than the one numbered so."""
    query = select(Delivery).where(Delivery.webhook_id == webhook.id)
    if before is not None:
        query = query.where(Delivery.id < before)
    return session.scalars(query.order_by(Delivery.id.desc()).limit(most)).all()
