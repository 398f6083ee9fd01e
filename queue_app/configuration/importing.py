"""Bringing a file in: looked at whole, shown beforehand by doing it and taking it back, then done in one go."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app import keeping, line, opening
from queue_app.agreement import Effect
from queue_app.audit import changes as history
from queue_app.configuration import applying, checking, difference, export
from queue_app.configuration.difference import Change
from queue_app.configuration.errand import Errand
from queue_app.configuration.reading import BadConfiguration, Problem, Read
from queue_app.errors import N_, Invalid, QueueError
from queue_app.models import Office, Ticket, User

Plain = dict[str, Any]

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?", re.ASCII)
"""An office's short name, as in its address."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would do. ``left``: the sections that it does not have; ``seen``: names what it was compared with."""

    changes: Sequence[Change]
    effects: Sequence[Effect]
    left: Sequence[str]
    seen: str


def preview(session: Session, office: Office, content: bytes, now: datetime, actor: User | None = None) -> Preview:
    """What ``carry_out`` would do: tried, and taken back. Raises BadConfiguration."""
    trial = session.begin_nested()
    try:
        return carry_out(session, office, content, now, actor)
    finally:
        trial.rollback()


def carry_out(
    session: Session,
    office: Office,
    content: bytes,
    now: datetime,
    actor: User | None = None,
    *,
    seen: str | None = None,
) -> Preview:
    """Bring the configuration in, or nothing of it. ``seen``: of the preview that was agreed to.

    Raises BadConfiguration, QueueError ``configuration_changed`` when somebody else has changed it since ``seen``.
    """
    wanted, read = checking.check(content)
    return apply_plain(Errand(session, office, now, actor), wanted, read, seen=seen)


def apply_plain(errand: Errand, wanted: Plain, read: Read, *, seen: str | None = None) -> Preview:
    """The same with values that ``checking.check`` gave. Raises likewise."""
    today = opening.local_day(errand.office, errand.now)
    hold(errand.session, errand.office)
    there = export.current(errand.session, errand.office, today)
    if seen is not None and seen != fingerprint(there):
        raise QueueError(
            "configuration_changed",
            N_("Pengaturan kantor berubah sejak pratinjau ini dibuat. Periksa lagi pratinjau yang baru."),
        )
    checking.check_parts(wanted, there, read)
    _leave_past_days(wanted, today)
    _keep_time(errand, wanted, there)
    found = difference.changes(there, wanted)
    effects = applying.apply(errand, found)
    return Preview(found, effects, difference.left(there, wanted), fingerprint(there))


def found(session: Session, slug: str, name: str, now: datetime, timezone: str = "Asia/Jakarta") -> Office:
    """A new office with nothing in it, closed on every day. Raises Invalid ``bad_slug`` or ``bad_office_name``."""
    tidy = " ".join(name.split())
    require_slug(slug)
    require_name(tidy)
    if session.scalar(select(Office.id).where(Office.slug == slug)) is not None:
        raise Invalid("bad_slug", N_("Sudah ada kantor dengan nama pendek “%(slug)s”."), slug=slug)
    office = Office(slug=slug, name=tidy, timezone=timezone)
    session.add(office)
    session.flush()
    history.record(session, office, None, "office", {}, {"slug": slug, "name": tidy}, now)
    return office


def require_slug(slug: str) -> None:
    """Raises Invalid ``bad_slug``."""
    if not SLUG.fullmatch(slug):
        raise Invalid("bad_slug", N_("Nama pendek: huruf kecil, angka dan tanda hubung, paling banyak 40."))


def require_name(name: str) -> None:
    """Raises Invalid ``bad_office_name``."""
    if not 1 <= len(name) <= 120 or not name.isprintable():
        raise Invalid("bad_office_name", N_("Nama kantor: 1 sampai 120 huruf."))


def founded(session: Session, slug: str, content: bytes, now: datetime) -> Office:
    """A new office by the name that a file gives it. Raises BadConfiguration, Invalid as ``found`` does."""
    wanted, _ = checking.check(content)
    return found(session, slug, wanted.get("office", {}).get("name", ""), now)


def fingerprint(there: Plain) -> str:
    """Names a state of the configuration."""
    return sha256(json.dumps(there, sort_keys=True).encode()).hexdigest()


def hold(session: Session, office: Office) -> None:
    """Of two who change something at once the second sees what the first did. In the order in which calls lock."""
    keeping.lock_seats(session, office.id)
    kept = [ticket.id for ticket in line.kept(session, office.id)]
    session.scalars(select(Ticket.id).where(Ticket.id.in_(kept)).order_by(Ticket.id).with_for_update()).all()
    session.execute(select(Office.id).where(Office.id == office.id).with_for_update())
    session.flush()
    session.expire_all()  # what was read before the wait may be of before the other's change


def _leave_past_days(wanted: Plain, today: date) -> None:
    """Days that are over are history, whatever a file says of them."""
    calendar = wanted.get("calendar", {})
    for name, rows in calendar.items():
        calendar[name] = [row for row in rows if date.fromisoformat(row["day"]) >= today]


def _keep_time(errand: Errand, wanted: Plain, there: Plain) -> None:
    """Another time zone would move past visits to other days. Raises BadConfiguration."""
    zone = wanted.get("office", {}).get("timezone", there["office"]["timezone"])
    has_past = select(Ticket.id).where(Ticket.office_id == errand.office.id).limit(1)
    if zone != there["office"]["timezone"] and errand.session.scalar(has_past) is not None:
        raise BadConfiguration(
            Problem(N_("Zona waktu tidak dapat diganti: kantor ini sudah memberi nomor."), "office.timezone")
        )
