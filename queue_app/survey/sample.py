"""Who is asked for the whole survey: a share of the visits that the office sets, chosen by the ticket itself.

A digest of the ticket's id says where it lies between 0 and 100; below the share of its day it is asked. So nobody
chooses, the same ticket always gets the same answer, and a larger share asks the same people and more.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app import opening
from queue_app.audit import changes
from queue_app.errors import N_, Invalid
from queue_app.models import Office, SurveyShare, Ticket, User

DEFAULT_PERCENT = 20
"""Asked until the office sets another share."""

_SCALE = 1 << 64


def is_below(public_id: str, percent: int) -> bool:
    """Whether a ticket lies in the first ``percent`` of 100."""
    place = int.from_bytes(hashlib.sha256(f"survey {public_id}".encode()).digest()[:8], "big")
    return place * 100 < percent * _SCALE


def is_asked(session: Session, ticket: Ticket) -> bool:
    """Whether this visit is asked for the whole survey."""
    return is_below(ticket.public_id, percent_on(shares(session, ticket.office_id), ticket.day))


def shares(session: Session, office_id: int) -> Sequence[SurveyShare]:
    """What the office has set, the first day first."""
    return session.scalars(
        select(SurveyShare).where(SurveyShare.office_id == office_id).order_by(SurveyShare.from_day)
    ).all()


def percent_on(found: Sequence[SurveyShare], day: date) -> int:
    """The share that holds on a day."""
    return next((share.percent for share in reversed(found) if share.from_day <= day), DEFAULT_PERCENT)


def set_share(session: Session, office: Office, typed: str, now: datetime, actor: User | None = None) -> SurveyShare:
    """Ask this share from tomorrow on: within a day it never changes. Raises Invalid ``bad_share``."""
    text = typed.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= 100):
        raise Invalid("bad_share", N_("Isi angka bulat 0 sampai 100."))
    from_day = opening.local_day(office, now) + timedelta(days=1)
    session.get_one(Office, office.id, with_for_update=True)
    before = percent_on(shares(session, office.id), from_day)
    share = session.scalar(
        select(SurveyShare).where(SurveyShare.office_id == office.id, SurveyShare.from_day == from_day)
    )
    if share is None:
        share = SurveyShare(office_id=office.id, from_day=from_day, percent=int(text))
        session.add(share)
    share.percent = int(text)
    session.flush()
    changes.record(session, office, actor, "survey", {"percent": before}, {"percent": share.percent}, now)
    return share
