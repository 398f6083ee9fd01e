"""The outbox: what is to be told, and what became of it. WRITE; all but ``queue`` run in the caller's transaction.

Each message is a row that is unique for its ticket, kind, occurrence and contact, so it is queued once, whoever finds
that it is due. One process claims it (a guarded UPDATE), writes down that it is about to hand it over, hands it over
outside any transaction, and writes down what became of it. A process that dies before the second step loses nothing:
the claim runs out. One that dies after it leaves a message that may have arrived; that is repeated only where the other
side recognises a repetition, and otherwise given up as UNKNOWN: rather not told than told twice.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, select, update
from sqlalchemy.orm import Session, joinedload

from queue_app.database import Database, insert_missing
from queue_app.messages import contacts
from queue_app.messages.kinds import KINDS
from queue_app.messages.outcome import Outcome, Verdict
from queue_app.models import Contact, Message, MessageKind, MessageStatus, Ticket

LEASE = timedelta(seconds=60)
"""A process that has not got further with a message by then is taken for dead; handing over never takes so long."""

MOST_ATTEMPTS = 12
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=30)
KEPT = timedelta(days=30)

CHUNK = 200
"""Messages queued in one transaction."""

ALERTS = "alerts"
"""The channel that leads to the offices' own addresses."""

OFFICE_LANGUAGE = "id"

S = MessageStatus


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be queued for one contact, as in ``tell``."""

    contact: Contact
    office_id: int
    kind: MessageKind
    occurrence: str
    params: Mapping[str, Any]
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A message in its process's hands, with its ticket, office, service and contact loaded.

    ``contact`` None: it goes to the office's own address.
    """

    message: Message
    contact: Contact | None
    claim: str

    @property
    def language(self) -> str:
        return self.contact.language if self.contact else OFFICE_LANGUAGE

    @property
    def address_sealed(self) -> bytes | None:
        if self.contact is None:
            return self.message.office.alert_address_sealed
        return self.contact.address_sealed or self.message.about.phone_sealed


def tell(
    session: Session,
    ticket: Ticket,
    kind: MessageKind,
    occurrence: str,
    now: datetime,
    *,
    params: Mapping[str, Any] | None = None,
    until: datetime | None = None,
) -> int:
    """Queue a message for every contact of a ticket; how many are new: none when it was told already.

    ``occurrence`` (at most 40 characters) tells this time from any other of the same kind. ``params`` are the facts its
    words need, never personal data. ``until``: when it is no longer worth hearing; by itself the kind says so.
    """
    live = contacts.live(session, ticket)
    return _put(session, [Draft(one, ticket.office_id, kind, occurrence, params or {}, until) for one in live], now)


def queue(database: Database, drafts: Sequence[Draft], now: datetime) -> int:
    """Queue many, a few at a time, so that no request waits long behind them; how many are new."""
    new = 0
    for start in range(0, len(drafts), CHUNK):
        with database.write() as session:
            new += _put(session, drafts[start : start + CHUNK], now)
    return new


def _put(session: Session, drafts: Sequence[Draft], now: datetime) -> int:
    rows = [
        {
            "office_id": draft.office_id,
            "ticket_id": draft.contact.ticket_id,
            "contact_id": draft.contact.id,
            "channel": draft.contact.channel,
            "kind": draft.kind,
            "occurrence": draft.occurrence,
            "params": dict(draft.params),
            "status": S.QUEUED,
            "due_at": now,
            "expires_at": draft.until or now + KINDS[draft.kind].useful_for,
            "created_at": now,
            "attempts": 0,
        }
        for draft in drafts
    ]
    return insert_missing(session, Message, rows)


def tell_office(session: Session, office_id: int, occurrence: str, params: Mapping[str, Any], now: datetime) -> None:
    """Queue an alert to an office's own address, once: whoever calls has just made the one row it is of."""
    session.add(
        Message(
            office_id=office_id,
            channel=ALERTS,
            kind=MessageKind.ALERT,
            occurrence=occurrence,
            params=dict(params),
            status=S.QUEUED,
            due_at=now,
            expires_at=now + KINDS[MessageKind.ALERT].useful_for,
            created_at=now,
        )
    )
    session.flush()


def has_work(session: Session, now: datetime) -> bool:
    """Whether anything is due; one lookup, so that an idle process costs nothing."""
    return bool(session.scalar(select(exists().where(_is_open(), Message.due_at <= now))))


def claim(session: Session, channel: str, count: int, now: datetime) -> tuple[str, list[int]]:
    """Take up to ``count`` due messages of a channel for this process: the claim's name and their ids, oldest first."""
    name = secrets.token_hex(8)
    ids = session.scalars(
        select(Message.id)
        .where(Message.status == S.QUEUED, Message.channel == channel, Message.due_at <= now)
        .order_by(Message.due_at, Message.id)
        .limit(count)
        .with_for_update(skip_locked=True)
    ).all()
    claimed = session.scalars(
        update(Message)
        .where(Message.id.in_(ids), Message.status == S.QUEUED, Message.due_at <= now)
        .values(claim=name, due_at=now + LEASE)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    ).all()
    return name, sorted(claimed, key=ids.index)


def begin(session: Session, message_id: int, claim_name: str, now: datetime) -> Letter | None:
    """Write down that a claimed message is about to be handed over. None: the claim has run out, or it is dropped.

    Dropped is what is too late, no longer true, or no longer wanted.
    """
    taken = session.scalar(
        update(Message)
        .where(Message.id == message_id, Message.claim == claim_name, Message.status == S.QUEUED)
        .values(status=S.SENDING, attempts=Message.attempts + 1, due_at=now + LEASE)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    if taken is None:
        return None
    message = session.get_one(
        Message,
        message_id,
        options=[
            joinedload(Message.contact),
            joinedload(Message.office),
            joinedload(Message.ticket).joinedload(Ticket.service),
            joinedload(Message.ticket).joinedload(Ticket.office),
        ],
        populate_existing=True,
    )
    why_not = _why_not(message, now)
    if why_not is not None:
        _close(session, message.id, claim_name, S.DROPPED, why_not, now)
        return None
    return Letter(message, message.contact, claim_name)


def conclude(session: Session, letter: Letter, outcome: Outcome, now: datetime, *, chance: float, again: bool) -> None:
    """Write down what became of a message. ``chance`` (0 to 1) spreads the next attempts of many messages.

    ``again``: the other side recognises a repetition, so that an unknown outcome may be tried again too.
    """
    message, verdict = letter.message, outcome.verdict
    if verdict is Verdict.GONE and letter.contact is not None:
        contacts.end(session, [letter.contact.id], now)
    if verdict is Verdict.NOT_TAKEN or (verdict is Verdict.UNKNOWN and again):
        next_at = now + _pause(message.attempts, chance, outcome.retry_after_s)
        if message.attempts < MOST_ATTEMPTS and next_at < message.expires_at:
            _requeue(session, message.id, letter.claim, outcome.reason, next_at)
            return
    status = {Verdict.DELIVERED: S.SENT, Verdict.UNKNOWN: S.UNKNOWN}.get(verdict, S.FAILED)
    _close(session, message.id, letter.claim, status, outcome.reason, now)


def recover(session: Session, channels: Collection[str], repeatable: Collection[str], now: datetime) -> None:
    """Decide about messages whose process died while handing over, and close those of a channel that is no more."""
    stuck = update(Message).where(Message.status == S.SENDING, Message.due_at <= now)
    queued = update(Message).where(Message.status == S.QUEUED, Message.due_at <= now)
    for statement in (
        stuck.where(Message.channel.in_(repeatable)).values(status=S.QUEUED, claim=None, reason="interrupted"),
        stuck.where(Message.channel.not_in(repeatable)).values(status=S.UNKNOWN, reason="interrupted", done_at=now),
        queued.where(Message.channel.not_in(channels)).values(status=S.DROPPED, reason="no channel", done_at=now),
    ):
        session.execute(statement.execution_options(synchronize_session=False))


def forget_old(session: Session, now: datetime) -> None:
    """Remove what was told long ago."""
    session.execute(delete(Message).where(Message.created_at < now - KEPT).execution_options(synchronize_session=False))


def _why_not(message: Message, now: datetime) -> str | None:
    """Why a message must not be told now, as a word; None when it may."""
    is_alert = message.kind is MessageKind.ALERT
    if not is_alert and (message.contact is None or message.contact.ended_at is not None):
        return "stopped"
    if now >= message.expires_at:
        return "late"
    if is_alert:
        return None
    ticket, params, kind = message.about, message.params, KINDS[message.kind]
    slot = ticket.slot_start.isoformat() if ticket.slot_start else None
    is_outdated = (
        ticket.state not in kind.true_while
        or (kind.of_move and params.get("version") != ticket.version)
        or params.get("day", ticket.day.isoformat()) != ticket.day.isoformat()
        or params.get("slot", slot) != slot
    )
    return "outdated" if is_outdated else None


def _pause(attempts: int, chance: float, asked_s: float | None) -> timedelta:
    """Twice as long after each attempt, less up to half by chance; at least what the other side asked for."""
    pause: timedelta = min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE) * (1 - chance / 2)
    return max(pause, timedelta(seconds=asked_s or 0))


def _is_open() -> ColumnElement[bool]:
    return Message.status.in_((S.QUEUED, S.SENDING))


def _requeue(session: Session, message_id: int, claim_name: str, reason: str | None, next_at: datetime) -> None:
    session.execute(
        update(Message)
        .where(Message.id == message_id, Message.claim == claim_name, Message.status == S.SENDING)
        .values(status=S.QUEUED, claim=None, due_at=next_at, reason=reason)
        .execution_options(synchronize_session=False)
    )


def _close(
    session: Session, message_id: int, claim_name: str, status: MessageStatus, reason: str | None, now: datetime
) -> None:
    """A process that was taken for dead may still say how it ended: UNKNOWN becomes what is known."""
    session.execute(
        update(Message)
        .where(Message.id == message_id, Message.claim == claim_name, Message.status.in_((S.SENDING, S.UNKNOWN)))
        .values(status=status, reason=reason, done_at=now)
        .execution_options(synchronize_session=False)
    )
