"""What the screens show, read in one consistent view. Nothing here changes anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Integer, bindparam, func, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from queue_app import announcements, database, forecast, kept_settings, line, more_time, scope, shifts, stops
from queue_app.errors import N_, NotFound
from queue_app.lifecycle import AT_COUNTER, LIVE, Action, ShiftState, TicketState
from queue_app.models import Announcement, Counter, Event, Office, Service, Ticket
from queue_app.models.ticket import is_at_counter
from queue_app.prepared import Prepared, is_any_of

_NO_REASON: Mapping[str, Any] = MappingProxyType({})
_CALLS = (Action.CALL, Action.RECALL)


@dataclass(frozen=True, slots=True)
class CalledTicket:
    """A ticket at a counter, or one of the last calls; ``called_at`` is its latest call or recall."""

    label: str
    counter: int
    state: TicketState
    called_at: datetime
    service: str


@dataclass(frozen=True, slots=True)
class WaitingCount:
    """How many wait for a service, and since when the first of them is due."""

    service: Service
    count: int
    first_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket as its holder sees it. ``position`` and ``estimate`` only while waiting; ``slot`` is "HH:MM".

    ``call_reason`` says why it was called, as the log keeps it; empty unless it is at a counter. ``said``: what the
    office tells everyone who waits. ``is_paused``: nobody is called for its service at the moment.
    ``at_counters``: where alone it will be called, as it was sent to somebody; empty otherwise.
    """

    ticket: Ticket
    service: Service
    slot: str | None
    position: int | None
    estimate: forecast.WaitRange | None
    counter: int | None
    called_at: datetime | None
    call_reason: Mapping[str, Any] = field(default_factory=dict)
    said: Sequence[str] = ()
    is_paused: bool = False
    at_counters: Sequence[int] = ()

    @property
    def defers_left(self) -> int:
        """How often the ticket may still ask for more time."""
        return more_time.left(self.ticket)


def offices(session: Session) -> Sequence[Office]:
    return session.scalars(select(Office).order_by(Office.name)).all()


def slugs(session: Session) -> frozenset[str]:
    """The short names of all offices."""
    return frozenset(session.scalars(select(Office.slug)))


def office(session: Session, slug: str) -> Office:
    """Raises NotFound ``unknown_office``."""
    found = session.scalar(
        select(Office)
        .where(Office.slug == slug)
        .options(selectinload(Office.services), selectinload(Office.counters).selectinload(Counter.services))
    )
    if found is None:
        raise _unknown_office()
    return found


def office_to_show(session: Session, slug: str) -> Office:
    """An office with its services for what only reads: the session then goes by what is remembered of it. Raises
    likewise."""
    found = kept_settings.office(session, slug)
    if found is None:
        raise _unknown_office()
    return found


def _unknown_office() -> NotFound:
    return NotFound("unknown_office", N_("Kantor itu tidak ditemukan."))


def service(session: Session, office_id: int, code: str) -> Service:
    """An offered service of an office. Raises NotFound ``unknown_service``."""
    found = session.scalar(select(Service).where(Service.office_id == office_id, Service.code == code, Service.active))
    if found is None:
        raise NotFound("unknown_service", N_("Layanan ini tidak ada di kantor ini."))
    return found


# Composed once: composing a statement costs as much as running one of these.
_OFFERED = (
    select(Service)
    .join(Service.office)
    .where(Office.slug == bindparam("slug"), Service.code == bindparam("code"), Service.active)
    .options(contains_eager(Service.office))
)


def offered(session: Session, slug: str, code: str) -> Service:
    """An offered service with its office, in one query. Raises NotFound ``unknown_office`` or ``unknown_service``."""
    found = session.scalar(_OFFERED, {"slug": slug, "code": code})
    return found or service(session, office(session, slug).id, code)


def wanted(session: Session, slug: str, code: str) -> Service:
    """The same for a number that is to be given now: the session then goes by what is remembered of the office."""
    return kept_settings.offered(session, slug, code) or offered(session, slug, code)


_IS_CALL = is_any_of(Event.action, _CALLS)
_AT_COUNTERS = Prepared(
    select(Ticket.label, Counter.number, Ticket.state, func.max(Event.at), Service.code)
    .join(Counter, Counter.id == Ticket.counter_id)
    .join(Service, Service.id == Ticket.service_id)
    .join(Event, Event.ticket_id == Ticket.id)
    .where(is_at_counter(bindparam("of_office", type_=Integer)), _IS_CALL)
    .group_by(Ticket.id, Counter.number, Service.code)
    .order_by(func.max(Event.at).desc(), func.max(Event.seq).desc()),
    flushes=True,
)
"""The fields of ``CalledTicket``."""


def now_serving(session: Session, office_id: int) -> list[CalledTicket]:
    """The tickets at the counters, newest call first."""
    return [CalledTicket(*row) for row in _AT_COUNTERS.all(session, {"of_office": office_id})]


def waiting_counts(session: Session, here: Office, day: date) -> list[WaitingCount]:
    """Every offered service of the office with how many wait for it today."""
    counted = line.of_services(session, here.id, day)
    return [WaitingCount(s, *counted.get(s.id, (0, None))) for s in here.services if s.active or s.id in counted]


def ticket_view(
    session: Session,
    ticket: Ticket,
    now: datetime,
    places: forecast.Places | None = None,
    said: Sequence[Announcement] | None = None,
) -> TicketView:
    """``places`` and ``said`` (of the same office) save reading them again when many tickets are shown."""
    place = forecast.place_of(session, ticket, now) if places is None else places.get(ticket.id)
    at_counter = ticket.counter_id is not None and ticket.state in AT_COUNTER
    called_at, call_reason = _last_call(session, ticket.id) if at_counter else (None, _NO_REASON)
    is_paused = ticket.state is TicketState.WAITING and stops.is_paused(ticket.service, ticket.day)
    return TicketView(
        ticket=ticket,
        service=ticket.service,
        slot=_slot_text(ticket),
        position=place.position if place else None,
        estimate=place.estimate if place and not is_paused else None,
        counter=ticket.counter.number if ticket.counter and at_counter else None,
        called_at=called_at,
        call_reason=call_reason,
        said=_said(session, ticket, now, said) if ticket.state in LIVE else (),
        is_paused=is_paused,
        at_counters=scope.counters_for(session, ticket) if ticket.state is TicketState.WAITING else (),
    )


def _said(session: Session, ticket: Ticket, now: datetime, said: Sequence[Announcement] | None) -> list[str]:
    return announcements.told(session, ticket, now) if said is None else announcements.to(ticket, said)


_CALLED = Prepared(
    select(Event.action, Event.at, Event.data)
    .where(Event.ticket_id == bindparam("of_ticket"), _IS_CALL)
    .order_by(Event.ticket_version.desc())
)


_CALLED_BEFORE = Prepared(
    select(Event.ticket_id, Event.action, Event.at, Event.data)
    .join(Ticket, Ticket.id == Event.ticket_id)
    .where(Ticket.public_id == bindparam("named"), _IS_CALL)
    .order_by(Event.ticket_version.desc())
)
_KNOWN_CALLS = "calls read before a move"


def remember_call(session: Session, public_id: str) -> None:
    """Read when a ticket was called, for the answer to a move that neither calls nor recalls it: before that move takes
    the office's row, for which all others wait."""
    rows = _CALLED_BEFORE.all(session, {"named": public_id})
    if rows:
        session.info.setdefault(_KNOWN_CALLS, {})[rows[0].ticket_id] = _of_calls(rows)


def _last_call(session: Session, ticket_id: int) -> tuple[datetime | None, Mapping[str, Any]]:
    """When a ticket was last called or recalled, and why it was called, as the log keeps it."""
    for made in database.noted(session):  # the call is of this very transaction
        if isinstance(made, Event) and made.ticket_id == ticket_id and made.action == Action.CALL:
            return made.at, made.data
    known: dict[int, tuple[datetime | None, Mapping[str, Any]]] = session.info.get(_KNOWN_CALLS, {})
    return known.get(ticket_id) or _of_calls(_CALLED.all(session, {"of_ticket": ticket_id}))


def _of_calls(rows: Sequence[Any]) -> tuple[datetime | None, Mapping[str, Any]]:
    reason: Mapping[str, Any] = next((row.data for row in rows if row.action == Action.CALL), _NO_REASON)
    return max((row.at for row in rows), default=None), reason


def _slot_text(ticket: Ticket) -> str | None:
    return ticket.slot_start.astimezone(ticket.office.zone).strftime("%H:%M") if ticket.slot_start else None


def open_counters(session: Session, office_id: int) -> int:
    """How many counters of the office are open and not paused."""
    return sum(shift.state is ShiftState.OPEN for shift in shifts.live(session, office_id))
