"""READ for screens: what was contested and decided, by whom and with which words. Nothing here changes anything."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session, aliased

from metrics.periods import Period, day_of
from metrics.plausibility import sift
from metrics.quantiles import quantile
from metrics.visit import Claim, Visit
from metrics.visit_table import VisitTable, grouped
from queue_app import archived, history, visit_days
from queue_app.claims import Kind, Verdict
from queue_app.lifecycle import ClaimAction
from queue_app.models import Event, Office, Service, Ticket, User

SHOWN = 100
"""Claims on a page; open ones are all shown, for they wait for somebody."""

_USUAL_DAYS = timedelta(days=89)
_VERDICTS = {ClaimAction.ACCEPT: Verdict.ACCEPTED, ClaimAction.DECLINE: Verdict.DECLINED}
_ACTIONS = [action.value for action in ClaimAction]

LegKey = tuple[int, int | None]
"""A ticket's id, and its version right after the leg was finished; None in rows from before legs were named."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a supervisor said; ``by`` is the name on the screen."""

    verdict: Verdict
    words: str
    by: str
    at: datetime


@dataclass(slots=True)
class Said:
    """All that was said of one leg: the officer's words, then the decisions, oldest first."""

    claim: str
    kind: Kind
    reason: str
    officer: str
    at: datetime
    decisions: list[Decision] = field(default_factory=list)

    @property
    def state(self) -> Claim:
        return self.decisions[-1].verdict.value if self.decisions else "open"


@dataclass(frozen=True, slots=True)
class ContestedLeg:
    """One leg of a claim. ``usual_s``: between what most services of its kind lie (10th and 90th percentile of the
    office in 90 days), None without data.
    """

    label: str
    public_id: str
    version: int
    service: Service
    visit: Visit
    usual_s: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Claimed:
    """Legs that were contested together and have the same state."""

    said: Said
    legs: Sequence[ContestedLeg]

    @property
    def state(self) -> Claim:
        return self.said.state


def said_of(session: Session, office: Office, ticket_ids: Collection[int]) -> Mapping[LegKey, Said]:
    """What was said of the legs of these tickets."""
    kept = archived.of_tickets(session, office.id, ticket_ids)
    return _said(session, Event.ticket_id.in_(ticket_ids), kept)


_OPEN: tuple[Claim, ...] = ("open",)


def open_count(session: Session, office: Office) -> int:
    """How many claims wait for a decision. One may be about several legs."""
    services = session.scalars(select(Service.id).where(Service.office_id == office.id)).all()
    said = _said(session, Event.ticket_id.in_(_undecided(session, office, services)))
    return len({word.claim for word in said.values() if word.state == "open"})


def claims(session: Session, office: Office, states: Collection[Claim], now: datetime) -> list[Claimed]:
    """The office's claims in these states: open ones first, the oldest of them first; then the latest decided."""
    found = _claims(session, office, states)
    waiting = [claim for claim in found if claim.state == "open"]
    decided = [claim for claim in found if claim.state != "open"]
    decided.sort(key=lambda claim: claim.said.decisions[-1].at, reverse=True)
    shown = [*sorted(waiting, key=lambda claim: claim.said.at), *decided][: max(SHOWN, len(waiting))]
    return _beside_the_usual(session, office, shown, now)


def _claims(session: Session, office: Office, states: Collection[Claim]) -> list[Claimed]:
    services = {s.id: s for s in session.scalars(select(Service).where(Service.office_id == office.id))}
    about = set(_undecided(session, office, services))
    if tuple(states) != _OPEN:
        about |= _lately_decided(session, services)
    said = _said(session, Event.ticket_id.in_(about))
    wanted = {key: word for key, word in said.items() if word.state in states}
    ids = {ticket_id for ticket_id, _ in wanted}
    tickets = {t.id: t for t in session.scalars(select(Ticket).where(Ticket.id.in_(ids)))}
    groups: defaultdict[tuple[str, Claim], list[tuple[Said, ContestedLeg]]] = defaultdict(list)
    for leg in history.legs_of(session, office, ids):
        ticket_id = int(leg.visit.ticket)
        word = wanted.get((ticket_id, leg.version)) or (wanted.get((ticket_id, None)) if leg.visit.claim else None)
        if word is None or leg.version is None:
            continue
        ticket = tickets[ticket_id]
        row = ContestedLeg(ticket.label, ticket.public_id, leg.version, services[leg.service_id], leg.visit, None)
        groups[word.claim, word.state].append((word, row))
    return [Claimed(rows[0][0], [leg for _, leg in rows]) for rows in groups.values()]


def _undecided(session: Session, office: Office, service_ids: Collection[int]) -> Sequence[int | None]:
    """Tickets with a contest after which nothing was decided; with several legs, maybe of another leg."""
    # The log is only added to, but for months that are archived: how many rows speak of claims says which they are.
    rows = session.scalar(select(func.count()).where(Event.service_id.in_(service_ids), Event.action.in_(_ACTIONS)))
    return visit_days.FIGURES.remembered(
        session,
        ("undecided", office.id, rows, archived.count(session, office.id)),
        lambda: session.scalars(_without_verdict(service_ids)).all(),
    )


def _lately_decided(session: Session, service_ids: Collection[int]) -> set[int | None]:
    """The tickets of the claims that were decided last, so many as are shown and some more, each claim with all of its
    legs: what was contested together was written at one instant.
    """
    verdicts = (Event.service_id.in_(service_ids), Event.action.in_([action.value for action in _VERDICTS]))
    instants = session.scalars(select(Event.at).where(*verdicts).distinct().order_by(Event.at.desc()).limit(SHOWN))
    since = min(instants, default=None)
    if since is None:
        return set()
    decided = select(Event.ticket_id).where(*verdicts, Event.at >= since)
    flags = (Event.service_id.in_(service_ids), Event.action == ClaimAction.FLAG.value)
    contested_at = select(Event.at).where(Event.ticket_id.in_(decided), Event.action == ClaimAction.FLAG.value)
    together = select(Event.ticket_id).where(*flags, Event.at.in_(session.scalars(contested_at.distinct()).all()))
    return {*session.scalars(decided), *session.scalars(together)}


def _without_verdict(service_ids: Collection[int]) -> Select[int | None]:
    verdict = aliased(Event)
    later = (verdict.ticket_id == Event.ticket_id) & (verdict.seq > Event.seq)
    leg, of = Event.data["leg"].as_integer(), verdict.data["leg"].as_integer()
    about = leg.is_(None) | (leg == of)
    decided = exists().where(later, verdict.action.in_([action.value for action in _VERDICTS]), about)
    flags = select(Event.ticket_id).where(Event.service_id.in_(service_ids), Event.action == ClaimAction.FLAG.value)
    return flags.where(~decided).distinct()


def _said(session: Session, which: ColumnElement[bool], kept: Sequence[Event] = ()) -> Mapping[LegKey, Said]:
    """``kept``: rows about the same tickets that were archived."""
    actor = aliased(User)
    rows: Iterable[Any] = session.execute(
        select(Event, actor.display_name)
        .outerjoin(actor, actor.id == Event.actor_id)
        .where(which, Event.action.in_(_ACTIONS))
        .order_by(Event.seq)
    )
    if said := [row for row in kept if row.action in _ACTIONS]:
        names = {
            who.id: who.display_name
            for who in session.scalars(select(User).where(User.id.in_({row.actor_id for row in said})))
        }
        old = sorted(((row, names.get(row.actor_id or 0)) for row in said), key=lambda one: one[0].seq)
        rows = archived.merged(rows, old, key=lambda one: one[0].seq)
    found: dict[LegKey, Said] = {}
    for event, name in rows:
        if event.ticket_id is None:
            continue
        key = (event.ticket_id, event.data.get("leg"))
        if event.action == ClaimAction.FLAG:
            found.setdefault(key, _flag(event, name or ""))
            continue
        word = found.get(key) or found.get((event.ticket_id, None))
        if word is not None:
            verdict = _VERDICTS[ClaimAction(event.action)]
            word.decisions.append(Decision(verdict, event.reason or "", name or "", event.at))
    return found


def _flag(event: Event, name: str) -> Said:
    data: Mapping[str, Any] = event.data
    return Said(
        claim=data.get("claim", f"{event.ticket_id}"),
        kind=Kind(data.get("kind", Kind.OTHER)),
        reason=event.reason or "",
        officer=name,
        at=event.at,
    )


def _beside_the_usual(session: Session, office: Office, shown: Sequence[Claimed], now: datetime) -> list[Claimed]:
    if not shown:
        return []
    today = day_of(now, office.zone)
    visits = visit_days.visits(session, office, Period(today - _USUAL_DAYS, today, office.zone))
    kept = VisitTable.of(sift(visits, office.zone).kept)
    times = grouped(kept.service.codes, kept.serve_s).items()
    usual = {kept.service.known[code]: (quantile(s, 0.1), quantile(s, 0.9)) for code, s in times}
    return [Claimed(claim.said, [_with(leg, usual.get(leg.service.code)) for leg in claim.legs]) for claim in shown]


def _with(leg: ContestedLeg, usual: tuple[float | None, float | None] | None) -> ContestedLeg:
    low, high = usual or (None, None)
    known = (low, high) if low is not None and high is not None else None
    return ContestedLeg(leg.label, leg.public_id, leg.version, leg.service, leg.visit, known)
