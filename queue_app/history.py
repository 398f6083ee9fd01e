"""READ for numbers: the log of an office -> ``metrics.visit.Visit`` and ``Shift``. Nothing here changes anything.

How a leg is read from its ticket's events:

* It begins when its citizen is here: joining, checking in, or the transfer or the end of another service of the visit
  that sent the citizen on (the wait of the second leg is the wait for the second service). A booking that nobody came
  for is no leg.
* It was called at the last *call* before the start. A recall is the same call once more: the citizen's wait, and the
  counter's time, do not start anew with it. A return to the queue takes the call back, a no-show's as well.
* Holds are taken out, and the pauses of its officer (``metrics.holds``).
* It belongs to the officer who served it. When one officer parked a citizen and another went on, the time is neither's:
  ``officer`` is None, and the leg counts for the office but not in anybody's speed.
* A claim that its time is wrong (``claims``) belongs to the finished leg that it names; what was said last holds.
* A list of papers that was confirmed at the booking belongs to the first leg, while it is still for that service.
* A past leg whose end nobody wrote down is finished, and has no time: its wait counts, its service has no duration.
* What the officer undid did not happen: a service whose finish was a slip runs on to its real end.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import Integer, Select, String, bindparam, case, select, type_coerce
from sqlalchemy.orm import Session

from metrics.holds import Pauses, take_out
from metrics.periods import Period
from metrics.visit import Claim, End, Span, Visit
from queue_app import archived, lifecycle, shift_history
from queue_app.archived.folding import ENDS, folded
from queue_app.database import streamed
from queue_app.lifecycle import Action, ClaimAction
from queue_app.models import Counter, Event, Office, Service, Ticket, User
from queue_app.models.log import stands
from queue_app.prepared import Prepared, has_given_id, is_any_of

ABANDONED = "abandoned"
"""In the data of a past ticket's cancel or expire: the citizen left without saying so."""

_ROWS_AT_ONCE = 5_000
_CLAIMS: Mapping[str, Claim] = {
    ClaimAction.FLAG: "open",
    ClaimAction.ACCEPT: "accepted",
    ClaimAction.DECLINE: "declined",
}
_ONE_DAY = timedelta(days=1)

_HERE = bindparam("of_office", type_=Integer)
_SERVICES = Prepared(select(Service.id, Service.code).where(Service.office_id == _HERE), flushes=True)
_COUNTERS = Prepared(select(Counter.id, Counter.number).where(Counter.office_id == _HERE), flushes=True)
# People of other offices too: somebody may have moved since.
_OFFICERS = Prepared(select(User.id, User.username), flushes=True)


def visits(session: Session, office: Office, period: Period) -> list[Visit]:
    """The legs of all tickets of the period's days, in the order of their tickets, holds and pauses taken out.

    Tickets of the day before are read too, so that a leg that started after midnight is there; whoever counts per
    day looks at ``Visit.counted_at``. One streamed query over the log: some 100,000 events a second.
    """
    return [leg.visit for leg in legs(session, office, period)]


def recent_visits(session: Session, office: Office, since: datetime, per_service: int) -> list[Visit]:
    """The legs of those tickets that were the last ``per_service`` of each service to be finished after ``since``.

    Reads few rows, by index, however long the history is. Pauses are not looked up: nobody is called while paused.
    """
    ticket_ids: list[int] = []
    for service_id in session.scalars(select(Service.id).where(Service.office_id == office.id)):
        finished = (
            select(Event.ticket_id)
            .where(Event.service_id == service_id, Event.action == Action.FINISH, Event.at >= since, stands())
            .order_by(Event.at.desc())
            .limit(per_service)
        )
        ticket_ids += [ticket_id for ticket_id in session.scalars(finished) if ticket_id is not None]
    return visits_of(session, office, ticket_ids)


def visits_of(session: Session, office: Office, ticket_ids: Collection[int]) -> list[Visit]:
    """The legs of these tickets. Pauses are not looked up: nobody is called while paused."""
    return [leg.visit for leg in legs_of(session, office, ticket_ids)]


def legs_of(session: Session, office: Office, ticket_ids: Collection[int]) -> list["LoggedLeg"]:
    """The legs of these tickets with their names in the log. Pauses are not looked up."""
    events = _of_tickets().of_ids(session, ticket_ids, {"of_office": office.id})
    return list(_logged(session, office, events, archived.of_tickets(session, office.id, ticket_ids), Pauses(())))


def legs(session: Session, office: Office, period: Period) -> list["LoggedLeg"]:
    """As ``visits``, each leg with its name in the log."""
    return legs_of_days(session, office, period.start_day - _ONE_DAY, period.end_day)


def legs_of_days(session: Session, office: Office, first: date, last: date) -> list["LoggedLeg"]:
    """The legs of the tickets of these local days alone."""
    pauses = pauses_of_days(session, office, first, last)
    chosen = (Ticket.office_id == office.id) & Ticket.day.between(first, last)
    events = streamed(session, _events().where(chosen), _ROWS_AT_ONCE)
    return list(_logged(session, office, events, archived.of_days(session, office.id, first, last), pauses))


def pauses_of_days(session: Session, office: Office, first: date, last: date) -> Pauses:
    """When officers paused while somebody who came on these local days may have been served."""
    # Whoever came on the last day may have been served after midnight, by somebody who opened then.
    return Pauses(shift_history.shifts(session, office, Period(first, last + _ONE_DAY, office.zone)))


def legs_of_some(
    session: Session, office: Office, first: date, last: date, ticket_ids: Collection[int], pauses: Pauses
) -> list["LoggedLeg"]:
    """As ``legs_of_days``, of these tickets alone, as far as they are of these days."""
    chosen = Ticket.id.in_(ticket_ids) & (Ticket.office_id + 0 == office.id)  # the sum: by id, not by office
    kept = [row for row in archived.of_days(session, office.id, first, last) if row.ticket_id in ticket_ids]
    events = streamed(session, _events().where(chosen & Ticket.day.between(first, last)), _ROWS_AT_ONCE)
    return list(_logged(session, office, events, kept, pauses))


@cache
def _of_tickets() -> Prepared:
    # The sum: by id, not by office.
    return Prepared(_events().where(has_given_id(Ticket.id), Ticket.office_id + 0 == _HERE), flushes=True)


@cache
def _events() -> Select[Any]:
    """Only what the fold needs; ``outcome`` is what the officer said at the end, or how a past citizen left, ``of_leg``
    the leg that a claim is about: both read from the few rows that say so.
    """
    ends, claims = is_any_of(Event.action, ENDS), is_any_of(Event.action, ClaimAction)
    return (
        select(
            Event.ticket_id,
            Event.seq,
            Event.action,
            Event.at,
            Event.service_id,
            Event.counter_id,
            Event.officer_id,
            case((ends, Event.data["outcome"].as_string())).label("outcome"),
            case((ends, Event.data["untimed"].as_boolean())).label("untimed"),
            case((ends, Event.data["service_given"].as_string())).label("service_given"),
            case((ends, Event.data["known"].as_boolean())).label("known"),
            case((ends, Event.data["again_of"].as_integer())).label("again_of"),
            case((ends, Event.data["correction"].as_boolean())).label("correction"),
            case((Event.action == Action.BOOK.value, Event.data["checklist"].as_boolean())).label("checklist"),
            Event.ticket_version,
            case((claims, Event.data["leg"].as_integer())).label("of_leg"),
            type_coerce(Ticket.channel, String).label("channel"),
            type_coerce(Ticket.category, String).label("category"),
        )
        .join(Ticket, Ticket.id == Event.ticket_id)
        .order_by(Event.ticket_id, Event.seq)
    )


@dataclass(slots=True)
class _Leg:
    """A leg while its events are read; ids as in the log."""

    service_id: int
    arrived_at: datetime
    called_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    counter_id: int | None = None
    officers: list[int | None] = field(default_factory=list)
    holds: list[Span] = field(default_factory=list)
    end: End = "open"
    finished_as: int | None = None
    finished_by: int | None = None
    claim: Claim = ""
    outcome: str = ""
    service_given: str | None = None
    checklist: bool = False
    known: bool = False
    again_of: int | None = None
    correction: bool | None = None
    left_at: datetime | None = None

    @property
    def officer_id(self) -> int | None:
        return self.officers[0] if len(self.officers) == 1 else None

    def seat(self, counter_id: int | None, officer_id: int | None) -> None:
        self.counter_id = counter_id
        if officer_id not in self.officers:
            self.officers.append(officer_id)

    def resume(self, at: datetime) -> None:
        if self.holds and self.holds[-1][1] is None:
            self.holds[-1] = (self.holds[-1][0], at)

    def leave(self, at: datetime, end: End) -> None:
        """The citizen is done here; a service that ran, or was parked, ends with it."""
        self.resume(at)
        self.end = end
        if self.started_at is not None:
            self.finished_at = at


def _legs(events: Iterable[Any]) -> list[_Leg]:
    """One ticket's events, oldest first, as its legs."""
    legs: list[_Leg] = []
    confirmed = None
    for event in lifecycle.standing(events, lambda event: str(event.action)):
        if event.action in (Action.JOIN, Action.CHECK_IN):
            legs.append(_Leg(event.service_id, event.at, checklist=event.service_id == confirmed))
        elif event.action == Action.BOOK:
            confirmed = event.service_id if event.checklist else None
        elif legs and event.action == Action.MOVE:  # nobody has served it yet: the same wait, for another service
            legs[-1].service_id, legs[-1].checklist = event.service_id, event.service_id == confirmed
        elif event.action in _CLAIMS:
            _contest(legs, event.of_leg, _CLAIMS[event.action])
        elif legs:
            _take(legs, event)
    return legs


def _contest(legs: Sequence[_Leg], version: int | None, claim: Claim) -> None:
    """What is said of the leg finished as ``version``. Rows from before legs were named speak of the last one."""
    for leg in legs if version is not None else legs[-1:]:
        if version in (leg.finished_as, None):
            leg.claim = claim


def _take(legs: list[_Leg], event: Any) -> None:
    leg, at = legs[-1], event.at
    match event.action:
        case Action.CALL:
            leg.called_at, leg.officers = at, []
            leg.seat(event.counter_id, event.officer_id)
        case Action.START:
            leg.started_at = at
        case Action.HOLD:
            leg.holds.append((at, None))
        case Action.RESUME:
            leg.resume(at)
            leg.seat(event.counter_id, event.officer_id)
        case Action.FINISH | Action.CONTINUE:
            leg.leave(at, "finished")
            if event.untimed:  # brought in from where nobody wrote down when a service ended
                leg.finished_at = None
            leg.finished_as, leg.finished_by = event.ticket_version, event.officer_id
            leg.outcome, leg.service_given = event.outcome or "", event.service_given
            leg.known, leg.again_of, leg.correction = bool(event.known), event.again_of, event.correction
        case Action.TRANSFER:
            leg.leave(at, "transferred")
        case Action.RETURN:
            leg.called_at, leg.counter_id, leg.officers, leg.end = None, None, [], "open"
        case Action.NO_SHOW:
            leg.end = "no_show"
        case Action.CANCEL | Action.EXPIRE:
            unsaid: End = "cancelled" if event.action == Action.CANCEL else "expired"
            leg.end = "abandoned" if event.outcome == ABANDONED else unsaid
            leg.left_at = at if event.action == Action.CANCEL else None
        case _:  # a recall: the same call once more; a wish for more time: the wait goes on
            pass
    if event.action in (Action.TRANSFER, Action.CONTINUE):
        legs.append(_Leg(event.service_id, at))


@dataclass(frozen=True, slots=True)
class LoggedLeg:
    """A leg with its name in the log: ``version`` is the ticket's right after the finish, ``finished_by`` the officer's
    id; both None unless it was finished. ``officer_id`` is of the visit's officer.
    """

    visit: Visit
    version: int | None
    finished_by: int | None
    service_id: int
    counter_id: int | None
    officer_id: int | None


def _logged(
    session: Session, office: Office, events: Iterable[Any], kept: Sequence[Event], pauses: Pauses
) -> Iterator[LoggedLeg]:
    """``kept``: the rows of the same tickets that were archived."""
    called = Names.read(session, office)
    if kept:
        events = archived.merged(events, folded(session, kept), key=lambda row: (row.ticket_id, row.seq))
    for ticket_id, rows in groupby(events, key=lambda row: row.ticket_id):
        of_ticket = list(rows)
        channel, category = of_ticket[0].channel, of_ticket[0].category
        for leg in _legs(of_ticket):
            visit = called.visit(ticket_id, leg, channel, category)
            if leg.started_at and leg.finished_at:
                visit = take_out(visit, leg.holds, pauses)
            at = leg.service_id, leg.counter_id, leg.officer_id
            yield LoggedLeg(visit, leg.finished_as, leg.finished_by, *at)


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids of the log are called now."""

    services: Mapping[int, str]
    counters: Mapping[int, int]
    officers: Mapping[int, str]

    @classmethod
    def read(cls, session: Session, office: Office) -> "Names":
        here = {"of_office": office.id}
        return cls(
            services=dict(_SERVICES.all(session, here)),
            counters=dict(_COUNTERS.all(session, here)),
            officers=dict(_OFFICERS.all(session, {})),
        )

    def visit(self, ticket_id: int, leg: _Leg, channel: str, category: str) -> Visit:
        officer_id = leg.officer_id
        return Visit(
            ticket=ticket_id,
            officer=None if officer_id is None else self.officers[officer_id],
            service=self.services[leg.service_id],
            counter=None if leg.counter_id is None else self.counters[leg.counter_id],
            category=category,
            channel=channel,
            arrived_at=leg.arrived_at,
            called_at=leg.called_at,
            started_at=leg.started_at,
            finished_at=leg.finished_at,
            end=leg.end,
            flagged=leg.claim == "accepted",
            claim=leg.claim,
            outcome=leg.outcome,
            service_given=leg.service_given,
            checklist=leg.checklist,
            known=leg.known,
            again_of=leg.again_of,
            correction=leg.correction,
            left_at=leg.left_at,
        )
