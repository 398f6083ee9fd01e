"""How a ticket's holder wants to be reached. WRITE; every function runs in the caller's transaction."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from queue_app.database import insert_or_ignore
from queue_app.errors import N_, Invalid, QueueError
from queue_app.lifecycle import FINAL, TicketState
from queue_app.models import Contact, Ticket
from queue_app.personal import Vault, checked_holder

PUSH = "push"
AT_MOST = 6
"""Contacts of one ticket: a family's phones; more is somebody playing."""

OWN_PHONE = "own phone"
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,24}", re.ASCII)
_CHAT = re.compile(r"-?[0-9]{4,20}|@[A-Za-z][A-Za-z0-9_]{4,31}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reach:
    """An address of a channel: a phone number, a mailbox, a chat, or a browser's push subscription as JSON."""

    channel: str
    address: str


def checked_address(kind: str, text: str) -> str:
    """A tidy phone number, mailbox or chat (``kind``). Raises Invalid ``bad_phone``, ``bad_email`` or ``bad_chat``."""
    tidy = text.strip()
    if kind == "phone":
        phone = checked_holder(None, tidy, None, today=date.min).phone
        if phone is None:
            raise Invalid("bad_phone", N_("Isi nomor telepon Anda."))
        return international(phone)
    if kind == "email":
        if len(tidy) > 254 or not _EMAIL.fullmatch(tidy):
            raise Invalid("bad_email", N_("Alamat e-mail tidak benar. Contoh: nama@contoh.id."))
        return tidy
    if not _CHAT.fullmatch(tidy):
        raise Invalid("bad_chat", N_("ID obrolan tidak benar: angka, atau @nama."))
    return tidy


def international(phone: str) -> str:
    """A phone number as gateways abroad know it too: an Indonesian one begins with +62."""
    if phone.startswith("+"):
        return phone
    return f"+62{phone[1:]}" if phone.startswith("0") else f"+{phone}"


def keep_own_phone(session: Session, ticket: Ticket, channel: str, language: str, now: datetime) -> None:
    """The holder gave a phone number with the ticket to be told there. The number is not copied."""
    if ticket.phone_sealed is not None:
        insert_or_ignore(
            session,
            Contact,
            ticket_id=ticket.id,
            channel=channel,
            language=language,
            fingerprint=OWN_PHONE,
            address_sealed=None,
            created_at=now,
        )


def add(session: Session, vault: Vault, ticket: Ticket, reach: Reach, language: str, now: datetime) -> Contact:
    """The holder wants to be told there. Doing it twice is harmless; after ``end`` it begins anew.

    Raises QueueError ``ticket_over`` or ``too_many_contacts``.
    """
    if ticket.state in FINAL and ticket.state is not TicketState.NO_SHOW:
        raise QueueError("ticket_over", N_("Nomor ini sudah selesai; tidak ada kabar lagi untuknya."))
    own_phone = vault.shown(ticket.phone_sealed)
    is_own_phone = own_phone is not None and international(own_phone) == reach.address
    fingerprint = OWN_PHONE if is_own_phone else vault.fingerprint(reach.address)
    sealed = None if is_own_phone else vault.seal(reach.address)
    others = select(func.count()).where(Contact.ticket_id == ticket.id, Contact.fingerprint != fingerprint)
    if (session.scalar(others) or 0) >= AT_MOST:
        raise QueueError("too_many_contacts", N_("Nomor ini sudah mengabari %(count)s alamat."), count=AT_MOST)
    of_reach = (Contact.ticket_id == ticket.id, Contact.channel == reach.channel, Contact.fingerprint == fingerprint)
    insert_or_ignore(
        session,
        Contact,
        ticket_id=ticket.id,
        channel=reach.channel,
        language=language,
        fingerprint=fingerprint,
        address_sealed=sealed,
        created_at=now,
    )
    contact = session.scalars(select(Contact).where(*of_reach)).one()
    contact.language = language
    contact.address_sealed = sealed
    if contact.ended_at is not None:
        contact.ended_at, contact.created_at = None, now
    return contact


def live(session: Session, ticket: Ticket) -> Sequence[Contact]:
    """The ways to reach a ticket's holder, oldest first."""
    return session.scalars(
        select(Contact).where(Contact.ticket_id == ticket.id, Contact.ended_at.is_(None)).order_by(Contact.id)
    ).all()


def end(session: Session, contact_ids: Sequence[int], now: datetime) -> None:
    """These are no longer wanted, or lead nowhere: nothing more goes there, and the address is erased."""
    session.execute(
        update(Contact)
        .where(Contact.id.in_(contact_ids), Contact.ended_at.is_(None))
        .values(ended_at=now, address_sealed=None)
        .execution_options(synchronize_session=False)
    )
