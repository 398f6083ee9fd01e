"""A message to everyone who waits, at the office or for one service.

Sent once, shown until its time is over or it is taken back; ``messages`` tells those who left a contact.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from queue_app import kept_settings, opening, queries, writer
from queue_app.database import insert_or_ignore
from queue_app.errors import N_, Invalid, NotFound
from queue_app.lifecycle import OfficeAction
from queue_app.models import ANNOUNCEMENT_LENGTH, Announcement, Ticket, User
from queue_app.prepared import Prepared
from queue_app.writer import Entry

SHOWN_MINUTES = (30, 60, 120, 480)
"""For how long one can be shown."""


class Said(NamedTuple):
    """A message that is shown until an instant, see ``Announcement``."""

    text: str
    day: date
    service_id: int | None
    until: datetime


_NOW = (
    Announcement.office_id == bindparam("of_office"),
    Announcement.until > bindparam("now"),
    Announcement.ended_at.is_(None),
)
# Composed once: these are asked with every ticket that is shown.
_SHOWN = select(Announcement).where(*_NOW).order_by(Announcement.id.desc())
_PLANNED = Prepared(
    select(*(getattr(Announcement, name) for name in Said._fields)).where(*_NOW).order_by(Announcement.id.desc()),
    flushes=True,
)


def tell_all(
    session: Session, who: User, text: str, code: str | None, minutes: int, key: str, now: datetime
) -> tuple[Announcement, bool]:
    """Tell everyone who waits, or (``code``) those for one service; whether it is new. ``key`` makes a retry harmless.

    Raises Invalid ``announcement_empty``, ``announcement_too_long`` or ``bad_duration``, NotFound ``unknown_service``.
    """
    words = " ".join(text.split())
    if not words:
        raise Invalid("announcement_empty", N_("Tulis pesannya."))
    if len(words) > ANNOUNCEMENT_LENGTH:
        raise Invalid(
            "announcement_too_long",
            N_("Pesan terlalu panjang: %(has)s huruf, paling banyak %(length)s. Persingkat, lalu kirim lagi."),
            has=len(words),
            length=ANNOUNCEMENT_LENGTH,
        )
    if minutes not in SHOWN_MINUTES:
        raise Invalid(
            "bad_duration",
            N_("Pilih lama tampil: %(known)s menit."),
            known=", ".join(str(each) for each in SHOWN_MINUTES),
        )
    service = queries.service(session, who.office_id, code) if code else None
    is_new = insert_or_ignore(
        session,
        Announcement,
        office_id=who.office_id,
        service_id=service.id if service else None,
        day=opening.local_day(who.office, now),
        text=words,
        key=key,
        created_at=now,
        until=now + timedelta(minutes=minutes),
    )
    sent = session.scalars(
        select(Announcement).where(Announcement.office_id == who.office_id, Announcement.key == key)
    ).one()
    if is_new:
        entry = Entry(now, who, words, {"announcement": sent.id})
        writer.record_office(session, who.office_id, OfficeAction.ANNOUNCE, entry, sent.service_id)
    return sent, is_new


def take_back(session: Session, who: User, announcement_id: int, now: datetime) -> Announcement:
    """Show it no more; who was told already stays told. Doing it twice is harmless.

    Raises NotFound ``unknown_announcement``.
    """
    sent = session.get(Announcement, announcement_id)
    if sent is None or sent.office_id != who.office_id:
        raise NotFound("unknown_announcement", N_("Pesan itu tidak ada di kantor Anda."))
    ended = session.scalar(
        update(Announcement)
        .where(Announcement.id == sent.id, Announcement.ended_at.is_(None))
        .values(ended_at=now)
        .returning(Announcement.id)
        .execution_options(synchronize_session=False)
    )
    if ended is not None:
        session.refresh(sent)
        entry = Entry(now, who, data={"announcement": sent.id})
        writer.record_office(session, who.office_id, OfficeAction.ANNOUNCE_END, entry, sent.service_id)
    return sent


def shown(session: Session, office_id: int, now: datetime) -> Sequence[Announcement]:
    """What is being said at the office now, the newest first."""
    return session.scalars(_SHOWN, {"of_office": office_id, "now": now}).all()


def said(session: Session, office_id: int, now: datetime) -> list[Said]:
    """The same where no more is needed of it: perhaps without asking for it."""
    planned = kept_settings.remembered(session, office_id, "announcements", lambda: _planned(session, office_id, now))
    return [each for each in planned if each.until > now]


def _planned(session: Session, office_id: int, now: datetime) -> list[Said]:
    return [Said(*row) for row in _PLANNED.all(session, {"of_office": office_id, "now": now})]


def told(session: Session, ticket: Ticket, now: datetime) -> list[str]:
    """What is said to a ticket's holder now."""
    return to(ticket, said(session, ticket.office_id, now))


def to(ticket: Ticket, said: Sequence[Announcement] | Sequence[Said]) -> list[str]:
    """What of it is said to a ticket's holder: of that day, and of the office or the ticket's service."""
    return [each.text for each in said if each.day == ticket.day and each.service_id in (None, ticket.service_id)]
