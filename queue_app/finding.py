"""Finding somebody at the reception: by what is on the ticket, by name, or by the last four digits of the NIK.

Names stand sealed, so a name is looked for by opening those of the day, at most ``OPENED`` of them. What was asked is
kept nowhere and logged nowhere.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from queue_app import entered, opening
from queue_app.errors import N_, Invalid
from queue_app.models import Office, Ticket
from queue_app.personal import Vault

OPENED = 2000
"""So many names of a day are opened at most, the latest first."""

LISTED = 20
SHORTEST_NAME = 3

_LAST_FOUR = re.compile(r"[0-9]{4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Found:
    """Tickets of the office, the latest first. ``is_cut``: more fit, or not all names of the day were opened."""

    tickets: Sequence[Ticket]
    is_cut: bool = False


def find(session: Session, vault: Vault, office: Office, text: str, now: datetime) -> Found:
    """What a person at the reception typed or scanned.

    Raises as ``entered.find`` for a label or a QR, Invalid ``name_too_short`` for less than three letters.
    """
    tidy = " ".join(text.split())
    if _LAST_FOUR.fullmatch(tidy):
        return _cut(session.scalars(_of_day(office, now).where(Ticket.nik_last4 == tidy).limit(LISTED + 1)).all())
    try:
        named = entered.read(tidy)
    except Invalid:
        return _by_name(session, vault, office, tidy, now)
    return Found([entered.find(session, office, named, now)])


def normalised(name: str) -> str:
    """One writing of a name: without accents, case and punctuation."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return " ".join(re.sub(r"[^a-z ]", "", plain.replace("-", " ")).split())


def _by_name(session: Session, vault: Vault, office: Office, text: str, now: datetime) -> Found:
    wanted = normalised(text).split()
    if len("".join(wanted)) < SHORTEST_NAME:
        raise Invalid(
            "name_too_short",
            N_("Tulis nomor tiket, empat angka terakhir NIK, atau paling sedikit %(least)s huruf nama."),
            least=SHORTEST_NAME,
        )
    rows = session.scalars(_of_day(office, now).where(Ticket.name_sealed.is_not(None)).limit(OPENED + 1)).all()
    fitting = [ticket for ticket in rows[:OPENED] if _fits(wanted, normalised(vault.shown(ticket.name_sealed) or ""))]
    found = _cut(fitting)
    return Found(found.tickets, found.is_cut or len(rows) > OPENED)


def _fits(wanted: Sequence[str], name: str) -> bool:
    """Each word begins a word of the name."""
    return all(any(part.startswith(word) for part in name.split()) for word in wanted)


def _cut(tickets: Sequence[Ticket]) -> Found:
    return Found(tickets[:LISTED], len(tickets) > LISTED)


def _of_day(office: Office, now: datetime) -> Select[Ticket]:
    return (
        select(Ticket)
        .where(Ticket.office_id == office.id, Ticket.day == opening.local_day(office, now))
        .order_by(Ticket.id.desc())
        .options(joinedload(Ticket.service), joinedload(Ticket.counter))
    )
