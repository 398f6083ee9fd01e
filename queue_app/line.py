"""The line: who waits, in the office's published order. Reads only."""

from collections import Counter as Tally
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Date,
    Integer,
    Row,
    Select,
    String,
    and_,
    bindparam,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from queue_app import discipline
from queue_app.discipline import Waiting
from queue_app.lifecycle import TicketState
from queue_app.models import Category, Office, Service, Ticket
from queue_app.prepared import Prepared
from queue_app.scope import ANYBODY, OFFERED, Kept, Scope, is_for_anybody
from queue_app.writer import SEEN

# Written out, not as parameters: only so can a database see that the indexes over the waiting serve the queries.
_IS_WAITING = Ticket.state == literal_column(f"'{TicketState.WAITING}'")
ON_DAY = (
    Ticket.office_id == bindparam("of_office", type_=Integer),
    Ticket.day == bindparam("of_day", type_=Date),
    _IS_WAITING,
)
IS_APART = or_(
    Ticket.lets_pass > literal_column("0"),
    Ticket.for_counter_id.is_not(None),
    Ticket.for_officer_id.is_not(None),
    Ticket.for_pool_id.is_not(None),
)

_EVER = datetime.max.replace(tzinfo=UTC)
_KEPT_FOR = (Ticket.for_counter_id, Ticket.for_officer_id, Ticket.for_pool_id)


class Counted(NamedTuple):
    """Who waits for a service: how many, and when the first of them is due."""

    waiting: int
    first_due_at: datetime


class Lane(NamedTuple):
    """What decides who can take a waiting ticket."""

    service_id: int
    kept: Kept = ANYBODY


def heads(session: Session, office: Office, day: date, scope: Scope) -> dict[Waiting, Row[Any]]:
    """For a counter: all who let others pass or are kept for it and, of the rest, the first two due of each service
    and category that wait: enough to choose who is next and to name the second. Each with what ``writer.take`` must
    know of it.

    Two lookups in an index for each service and category, so that the length of the line doesn't matter.
    """
    asked = {"of_office": office.id, "of_day": day, **scope.asked}
    rows = session.connection().execute(_offered_first(), asked)
    return {at: row for row in rows if (at := at_counter(scope, row)) is not None}


# These are composed once: composing one takes longer than running it.
@cache
def _heads(each: int) -> Select[Any]:
    """The first ``each`` of every service and category, but for who is apart."""
    categories = union_all(*(select(literal(c.value, String).label("name")) for c in Category)).subquery()
    lanes = (
        select(Service.id.label("service_id"), categories.c.name.label("category"))
        .select_from(Service)
        .join(categories, true())
        .where(Service.id.in_(bindparam("services", expanding=True)))
        .subquery()
    )
    lane = (
        select(Ticket.id)
        .where(
            *ON_DAY,
            Ticket.service_id == lanes.c.service_id,
            Ticket.category == lanes.c.category,
            Ticket.lets_pass == 0,
            is_for_anybody(),
        )
        .order_by(Ticket.due_at, Ticket.id)
        .limit(1)
    )
    return select(*(lane.offset(place).scalar_subquery() for place in range(each))).select_from(lanes)


@cache
def _offered_first() -> Select[Any]:
    """The first two of every service and category, and who is apart."""
    first = _heads(2).subquery()
    apart = select(Ticket.id).where(*ON_DAY, IS_APART, OFFERED)
    ids = union_all(*(select(place) for place in first.columns), apart)
    return columns().add_columns(*(getattr(Ticket, name) for name in SEEN)).where(Ticket.id.in_(ids))


@cache
def _among() -> Select[*tuple[Any, ...]]:
    return columns().where(Ticket.id.in_(bindparam("ids", expanding=True)))


@cache
def _everyone() -> Prepared:
    return Prepared(columns().where(*ON_DAY))


@cache
def _apart() -> Prepared:
    return Prepared(select(Ticket.service_id, *_KEPT_FOR).where(*ON_DAY, IS_APART))


@cache
def _let_pass() -> Prepared:
    return Prepared(select(Ticket.id, Ticket.service_id).where(*ON_DAY, IS_APART, is_for_anybody()))


@cache
def _lengths() -> Prepared:
    lane = Ticket.service_id, Ticket.category
    return Prepared(select(*lane, func.count(), func.min(Ticket.due_at)).where(*ON_DAY).group_by(*lane))


@cache
def _turn_before() -> Prepared:
    """How many waiting tickets of each service were due before the instant given for their category, or at it with a
    lower id."""
    me = bindparam("of_ticket", type_=Integer)
    is_before = []
    for category in Category:
        until = bindparam(_until(category), type_=Ticket.due_at.type)
        at_once = and_(Ticket.due_at == until, Ticket.id < me)
        is_before.append(and_(Ticket.category == category, or_(Ticket.due_at < until, at_once)))
    counted = select(Ticket.service_id, func.count()).where(*ON_DAY, Ticket.id != me, or_(*is_before))
    return Prepared(counted.group_by(Ticket.service_id))


def _until(category: Category) -> str:
    return f"until_{category}"


@cache
def _latest_due() -> Select[*tuple[Any, ...]]:
    return (
        select(Ticket.due_at)
        .where(
            *ON_DAY,
            Ticket.service_id == bindparam("of_service"),
            Ticket.category == bindparam("of_category", type_=Ticket.category.type),
            Ticket.slot_start.is_(None),  # a booked citizen who comes early is due later
        )
        .order_by(Ticket.due_at.desc(), Ticket.id.desc())
        .limit(1)
    )


def everyone(session: Session, office: Office, day: date) -> list[tuple[Waiting, Lane]]:
    """All who wait, in no order."""
    found: list[tuple[Waiting, Lane]] = []
    lanes: dict[Any, Lane] = {}
    for row in _everyone().all(session, {"of_office": office.id, "of_day": day}):
        at = row.service_id, row.for_counter_id, row.for_officer_id, row.for_pool_id
        lane = lanes.get(at)  # of hundreds who wait nearly all share a few
        if lane is None:
            lane = lanes[at] = _lane(row)
        is_kept = lane.kept != ANYBODY
        found.append((Waiting(row.id, row.label, row.category, row.due_at, row.lets_pass, kept=is_kept), lane))
    return found


def lengths(session: Session, office: Office, day: date) -> Tally[Lane]:
    """How many wait in each lane. The many by the index of who waits; read are the few who are apart."""
    apart = _apart().all(session, {"of_office": office.id, "of_day": day})
    kept = Tally(lane for row in apart if (lane := _lane(row)).kept != ANYBODY)
    found = Tally({Lane(of): one.waiting for of, one in of_services(session, office.id, day).items()})
    for lane, many in kept.items():
        found[Lane(lane.service_id)] -= many
    return +found + kept


def of_services(session: Session, office_id: int, day: date) -> Mapping[int, Counted]:
    """Who waits for each service, by its id, whomever they are kept for; services for which nobody waits are left out.
    By the index of who waits."""
    found: dict[int, Counted] = {}
    for (service_id, _), (many, due_at) in counted(session, {"of_office": office_id, "of_day": day}).items():
        before = found.get(service_id, Counted(0, due_at))
        found[service_id] = Counted(before.waiting + many, min(before.first_due_at, due_at))
    return found


def upcoming(
    session: Session, office: Office, day: date, service_ids: Collection[int], now: datetime, each: int
) -> list[tuple[str, int]]:
    """Label and service of who would be called next of each of these services, at most ``each`` of a service, in the
    order of the rule. Who is kept for somebody is not among them. By lookups in an index, as ``heads``."""
    asked = {"of_office": office.id, "of_day": day, "services": list(service_ids)}
    connection = session.connection()
    ids = [ticket_id for lane in connection.execute(_heads(each), asked) for ticket_id in lane if ticket_id is not None]
    let_pass = _let_pass().all(session, {"of_office": office.id, "of_day": day})
    ids += [row.id for row in let_pass if row.service_id in service_ids]
    rows = connection.execute(_among(), {"ids": ids}).all() if ids else []
    service_of = {row.id: row.service_id for row in rows}
    found: list[tuple[str, int]] = []
    shown: Tally[int] = Tally()
    for waiting in discipline.in_order((_waiting(row) for row in rows), office.rule, now):
        service_id = service_of[waiting.id]
        shown[service_id] += 1
        if shown[service_id] <= each:
            found.append((waiting.label, service_id))
    return found


def has_someone_apart(session: Session, office: Office, day: date) -> bool:
    """Whether anybody who waits asked for more time or is kept for somebody: only then do places not follow from the
    services and due instants alone."""
    return bool(_apart().all(session, {"of_office": office.id, "of_day": day}))


def kept(session: Session, office_id: int) -> Sequence[Ticket]:
    """Who waits for a certain counter, officer or pool alone, in the order of their ids, locked."""
    query = select(Ticket).where(Ticket.office_id == office_id, _IS_WAITING, IS_APART, ~is_for_anybody())
    return session.scalars(query.order_by(Ticket.id).with_for_update()).all()


def ahead(session: Session, ticket: Ticket, now: datetime, preferences: Mapping[int, int]) -> Tally[int]:
    """How many wait ahead of a waiting ticket, by the id of their service, without reading the line.

    ``preferences``: of the services that count, by id, as in ``discipline``; the ticket's own is 1. Right while nobody
    is apart.
    """
    me, rule = as_waiting(ticket), ticket.office.rule
    asked = {"of_office": ticket.office_id, "of_day": ticket.day, "of_ticket": ticket.id}
    found: Tally[int] = Tally()
    for preference in set(preferences.values()):
        untils = {_until(of): discipline.ahead_until(me, of, rule, now, preference) or _EVER for of in Category}
        rows = _turn_before().all(session, asked | untils)
        found.update({of: many for of, many in rows if preferences.get(of) == preference})
    return found


def due_at_the_end(session: Session, service: Service, day: date, category: Category, now: datetime) -> datetime:
    """When whoever joins the line now is due: not before who joined it earlier, also where the clock was set back
    meanwhile, or the one of another server is ahead.
    """
    asked = {"of_office": service.office_id, "of_day": day, "of_service": service.id, "of_category": category}
    latest: datetime | None = session.connection().scalar(_latest_due(), asked)
    return now if latest is None or latest <= now else latest + timedelta(microseconds=1)


def as_waiting(ticket: Ticket) -> Waiting:
    """Raises ValueError for a ticket that is not due, because it never joined the line."""
    if ticket.due_at is None:
        raise ValueError(f"ticket {ticket.id} never joined the line")
    return Waiting(ticket.id, ticket.label, ticket.category, ticket.due_at, ticket.lets_pass)


def counted(session: Session, asked: Mapping[str, Any]) -> dict[tuple[int, Category], Counted]:
    """Who waits, by the service's id and category."""
    rows = _lengths().all(session, asked)
    return {(service_id, category): Counted(many, due_at) for service_id, category, many, due_at in rows}


def columns() -> Select[*tuple[Any, ...]]:
    return select(
        Ticket.id,
        Ticket.label,
        Ticket.category,
        Ticket.due_at,
        Ticket.lets_pass,
        Ticket.service_id,
        *_KEPT_FOR,
    )


def _waiting(row: Any, preference: int = 1) -> Waiting:
    lets_pass, is_kept = row.lets_pass, _lane(row).kept != ANYBODY
    return Waiting(row.id, row.label, row.category, row.due_at, lets_pass, preference, is_kept)


def _lane(row: Any) -> Lane:
    return Lane(row.service_id, Kept(row.for_counter_id, row.for_officer_id, row.for_pool_id))


def at_counter(scope: Scope, row: Any) -> Waiting | None:
    """The ticket as it stands at a counter; None when it is not taken there."""
    preference = scope.preference(*_lane(row))
    return None if preference is None else _waiting(row, preference)
