"""Contesting a recorded time: an officer says why it is not a fair measure, a supervisor accepts or declines.

A claim is about one finished leg of a ticket, named by the ticket's version right after that leg was finished; the
ticket itself may have gone on long since. What is said is a row of the log each time: ``flag`` by the officer who
served, then ``flag_accept`` or ``flag_decline`` by somebody else; a decision is revised by a further row. What was said
last holds. Open and declined claims leave the leg in the figures, an accepted one takes it out (``metrics.contest``).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app import archived, calling, finality, history, opening, writer
from queue_app.errors import N_, Forbidden, Invalid, NotFound, QueueError, StaleTicket
from queue_app.history import LoggedLeg
from queue_app.lifecycle import Action, ClaimAction
from queue_app.models import Event, Ticket, User
from queue_app.prepared import Prepared, has_given_id
from queue_app.writer import Entry, LegRef

MOST_LEGS = 200
"""Legs that one claim may mark, and one decision may decide."""


class Kind(StrEnum):
    """Why a time is contested."""

    SYSTEM = "system"
    COMPLEX = "complex"
    LATE_START = "late_start"
    LATE_FINISH = "late_finish"
    SLIP = "slip"
    OTHER = "other"


class Verdict(StrEnum):
    """What a supervisor says to a claim; the values are also the states it leads to."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


_FLAGS = Prepared(
    select(Event.ticket_id, Event.data["leg"].as_integer(), Event.actor_id).where(
        has_given_id(Event.ticket_id), Event.action == ClaimAction.FLAG.value
    ),
    flushes=True,
)
_ROWS = {Verdict.ACCEPTED: ClaimAction.ACCEPT, Verdict.DECLINED: ClaimAction.DECLINE}


@dataclass(frozen=True, slots=True)
class LegName:
    """A finished leg as pages name it."""

    public_id: str
    version: int


def flag(
    session: Session,
    officer: User,
    public_id: str,
    version: int,
    now: datetime,
    reason: str,
    kind: Kind = Kind.OTHER,
) -> Ticket:
    """Contest the time of the leg that was finished as ``version`` of the ticket. A doubled click changes nothing.

    Raises Invalid ``reason_needed``, NotFound ``unknown_ticket``, StaleTicket (no leg was finished as that version),
    Forbidden ``not_your_leg``, QueueError ``claim_decided`` or ``contest_over``.
    """
    words = _words(reason)
    ticket = calling.find(session, officer, public_id)
    leg = _find(session, ticket, version)
    if leg.finished_by != officer.id:
        raise Forbidden("not_your_leg", N_("Layanan itu diselesaikan petugas lain; hanya ia yang dapat menyanggah."))
    if leg.visit.claim == "open":
        return ticket
    if leg.visit.claim:
        raise QueueError(
            "claim_decided", N_("Sanggahan itu sudah diputuskan. Bicarakan dengan supervisor: putusan dapat diubah.")
        )
    _require_provisional(session, officer, leg, now)
    _write_flag(session, officer, leg, _name(leg), Entry(now, officer, words), kind)
    return ticket


def flag_span(
    session: Session,
    officer: User,
    start: datetime,
    end: datetime,
    now: datetime,
    reason: str,
    kind: Kind = Kind.SYSTEM,
) -> int:
    """Contest, as one claim, all own finished legs whose service touches ``start`` to ``end``; how many were marked.

    Those contested before are left as they are, so a doubled click marks none.
    Raises Invalid ``reason_needed``, ``bad_span`` (reversed, or over more than a local day) or ``nothing_in_span``,
    QueueError ``contest_over``.
    """
    words = _words(reason)
    office = officer.office
    if end < start or opening.local_day(office, start) != opening.local_day(office, end):
        raise Invalid("bad_span", N_("Jam akhir harus sesudah jam awal, pada hari yang sama."))
    finished = select(Event.ticket_id).where(
        Event.office_id == officer.office_id,
        Event.at >= start,
        Event.officer_id == officer.id,
        Event.action.in_((Action.FINISH.value, Action.CONTINUE.value)),
    )
    tickets = session.scalars(select(Ticket).where(Ticket.id.in_(finished)).order_by(Ticket.id).with_for_update()).all()
    own = [
        leg
        for leg in history.legs_of(session, office, [ticket.id for ticket in tickets])
        if leg.finished_by == officer.id and _touches(leg, start, end)
    ]
    if not own:
        raise Invalid("nothing_in_span", N_("Tidak ada layanan Anda yang selesai antara jam itu."))
    if len(own) > MOST_LEGS:
        raise Invalid("bad_span", N_("Terlalu banyak layanan sekaligus; pilih jam yang lebih pendek."))
    _require_provisional(session, officer, own[0], now)
    fresh = [leg for leg in own if not leg.visit.claim]
    for leg in fresh:
        _write_flag(session, officer, leg, _name(fresh[0]), Entry(now, officer, words), kind)
    return len(fresh)


def decide(
    session: Session,
    decider: User,
    names: Sequence[LegName],
    verdict: Verdict,
    seen: str,
    now: datetime,
    reason: str,
) -> int:
    """Accept or decline the claims about these legs, with words for the officer; how many changed by it.

    ``seen`` is the state that the page showed (``open``, ``accepted``, ``declined``); legs that have the verdict
    already stay as they are, so a doubled click changes nothing. All or none.

    Raises Invalid ``reason_needed`` or ``no_leg_chosen``, NotFound ``unknown_ticket`` or ``unknown_claim``, Forbidden
    ``own_claim``, QueueError ``claim_moved`` when somebody else decided otherwise in the meantime.
    """
    words = _words(reason)
    if not 0 < len(names) <= MOST_LEGS:
        raise Invalid("no_leg_chosen", N_("Pilih sekurang-kurangnya satu layanan."))
    legs = _named(session, decider, names)
    ids = [_key(leg)[0] for leg in legs]
    old = archived.of_tickets(session, decider.office_id, ids)
    flagged_by = {**_flagged(old), **flagged(session, ids)}
    changed = []
    for leg in legs:
        if flagged_by.get(_key(leg), flagged_by.get((_key(leg)[0], None))) == decider.id:
            raise Forbidden("own_claim", N_("Sanggahan sendiri diputuskan orang lain."))
        if leg.visit.claim == verdict.value:
            continue
        if leg.visit.claim != seen:
            raise QueueError("claim_moved", N_("Sanggahan itu baru saja diputuskan orang lain. Lihat dahulu."))
        changed.append(leg)
    for leg in changed:
        writer.record_claim(session, decider.office_id, _ref(leg), _ROWS[verdict], Entry(now, decider, words))
    return len(changed)


def flagged(session: Session, ticket_ids: Collection[int]) -> Mapping[tuple[int, int | None], int | None]:
    """The legs of these tickets that were contested, by ticket and version, each with the id of who did.

    Rows from before legs were named have no version: they speak of the ticket's last leg.
    """
    rows = _FLAGS.of_ids(session, ticket_ids)
    return {(ticket_id, version): actor_id for ticket_id, version, actor_id in rows if ticket_id is not None}


def _flagged(rows: Iterable[Event]) -> Mapping[tuple[int, int | None], int | None]:
    """The same of archived rows."""
    flags = (row for row in rows if row.action == ClaimAction.FLAG)
    return {(row.ticket_id, row.data.get("leg")): row.actor_id for row in flags if row.ticket_id is not None}


def _words(reason: str) -> str:
    words = writer.short(reason)
    if words is None:
        raise Invalid("reason_needed", N_("Tuliskan alasannya."))
    return words


def _find(session: Session, ticket: Ticket, version: int) -> LoggedLeg:
    found = history.legs_of(session, ticket.office, [ticket.id])
    leg = next((leg for leg in found if leg.version == version), None)
    if leg is None:
        raise StaleTicket(ticket.state)
    return leg


def _named(session: Session, decider: User, names: Sequence[LegName]) -> list[LoggedLeg]:
    """The contested legs of these names, their tickets locked in one order."""
    tickets = session.scalars(
        select(Ticket)
        .where(Ticket.office_id == decider.office_id, Ticket.public_id.in_({name.public_id for name in names}))
        .order_by(Ticket.id)
        .with_for_update()
    ).all()
    ids = {ticket.public_id: ticket.id for ticket in tickets}
    if any(name.public_id not in ids for name in names):
        raise NotFound("unknown_ticket", N_("Tiket itu tidak ada di kantor Anda."))
    contested = {
        _key(leg): leg for leg in history.legs_of(session, decider.office, list(ids.values())) if leg.visit.claim
    }
    wanted = list(dict.fromkeys((ids[name.public_id], name.version) for name in names))
    if any(key not in contested for key in wanted):
        raise NotFound("unknown_claim", N_("Tidak ada sanggahan untuk layanan itu."))
    return [contested[key] for key in wanted]


def _require_provisional(session: Session, officer: User, leg: LoggedLeg, now: datetime) -> None:
    day = opening.local_day(officer.office, leg.visit.counted_at)
    if day < finality.first_provisional(session, officer.office, now):
        raise QueueError(
            "contest_over",
            N_("Angka %(day)s sudah final: sanggahan ditunggu sampai akhir hari kerja berikutnya."),
            day=day,
        )


def _touches(leg: LoggedLeg, start: datetime, end: datetime) -> bool:
    begun, ended = leg.visit.started_at, leg.visit.finished_at
    return begun is not None and ended is not None and begun <= end and ended >= start


def _write_flag(session: Session, officer: User, leg: LoggedLeg, claim: str, entry: Entry, kind: Kind) -> None:
    """``claim`` is the same for all legs that are contested together."""
    said = Entry(entry.now, officer, entry.reason, {"kind": kind.value, "claim": claim})
    writer.record_claim(session, officer.office_id, _ref(leg), ClaimAction.FLAG, said)


def _key(leg: LoggedLeg) -> tuple[int, int]:
    if leg.version is None:
        raise ValueError("the leg was not finished")
    return int(leg.visit.ticket), leg.version


def _name(leg: LoggedLeg) -> str:
    return "{}.{}".format(*_key(leg))


def _ref(leg: LoggedLeg) -> LegRef:
    return LegRef(*_key(leg), leg.service_id, leg.counter_id, leg.finished_by)
