"""The line: who waits, in the office's published order. Reads only."""

from collections import Counter as Tally
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, func, literal, literal_column, or_, select, true, union_all
from sqlalchemy.orm import Session

from queue_app import discipline
from queue_app.discipline import Waiting
from queue_app.lifecycle import TicketState
from queue_app.models import Category, Office, Service, Ticket

# Written out, not as a parameter: only so can a database see that the index over the waiting serves the query.
_IS_WAITING = Ticket.state == literal_column(f"'{TicketState.WAITING}'")


def heads(session: Session, office: Office, day: date, service_ids: Iterable[int]) -> list[Waiting]:
    """All who let others pass and, of the rest, the first two due of each service and category that wait: enough to
    choose who is next and to name the second.

    Two lookups in an index for each service and category, so that the length of the line doesn't matter.
    """
    services = list(service_ids)
    categories = union_all(*(select(literal(c.value, String).label("name")) for c in Category)).subquery()
    lanes = (
        select(Service.id.label("service_id"), categories.c.name.label("category"))
        .select_from(Service)
        .join(categories, true())
        .where(Service.id.in_(services))
        .subquery()
    )
    lane = (
        select(Ticket.id)
        .where(
            *_waiting_on(office, day),
            Ticket.service_id == lanes.c.service_id,
            Ticket.category == lanes.c.category,
            Ticket.lets_pass == 0,
        )
        .order_by(Ticket.due_at, Ticket.id)
        .limit(1)
    )
    pairs = session.execute(select(lane.scalar_subquery(), lane.offset(1).scalar_subquery()).select_from(lanes))
    found = [ticket_id for pair in pairs for ticket_id in pair if ticket_id is not None]
    found += session.scalars(_letting_pass(office, day).where(Ticket.service_id.in_(services)))
    return _read(session, _columns().where(Ticket.id.in_(found))) if found else []


def everyone(session: Session, office: Office, day: date) -> dict[Waiting, str]:
    """All who wait, in no order, each with the code of the service."""
    query = _columns().add_columns(Service.code).join(Service, Service.id == Ticket.service_id)
    return {Waiting(*row[:5]): row[5] for row in session.execute(query.where(*_waiting_on(office, day)))}


def has_someone_letting_pass(session: Session, office: Office, day: date) -> bool:
    """Whether anybody who waits asked for more time: only then do places not follow from the due instants alone."""
    return session.scalar(_letting_pass(office, day).limit(1)) is not None


def first(
    session: Session, office: Office, day: date, service_ids: Iterable[int], now: datetime, count: int
) -> tuple[list[Waiting], int]:
    """The first ``count`` for a counter in the order in which they would be called now, and how many there are."""
    in_lane = func.row_number().over(
        partition_by=(Ticket.service_id, Ticket.category), order_by=(Ticket.due_at, Ticket.id)
    )
    lanes = (
        _columns()
        .add_columns(in_lane.label("place"), func.count().over().label("total"))
        .where(*_waiting_on(office, day), Ticket.service_id.in_(list(service_ids)))
        .subquery()
    )
    rows = session.execute(select(lanes).where(lanes.c.place <= count)).all()
    order = discipline.in_order((Waiting(*row[:5]) for row in rows), office.rule, now)
    return order[:count], rows[0].total if rows else 0


def ahead(session: Session, ticket: Ticket, now: datetime) -> Tally[str]:
    """How many wait ahead of a waiting ticket, by the code of their service, without reading the line.

    Right while nobody lets others pass.
    """
    me = as_waiting(ticket)
    rows = session.execute(
        select(Service.code, func.count())
        .select_from(Ticket)
        .join(Service, Service.id == Ticket.service_id)
        .where(*_waiting_on(ticket.office, ticket.day), or_(*(_ahead(me, c, ticket.office, now) for c in Category)))
        .group_by(Service.code)
    ).all()
    return Tally(dict(rows))


def as_waiting(ticket: Ticket) -> Waiting:
    """Raises ValueError for a ticket that is not due, because it never joined the line."""
    if ticket.due_at is None:
        raise ValueError(f"ticket {ticket.id} never joined the line")
    return Waiting(ticket.id, ticket.label, ticket.category, ticket.due_at, ticket.lets_pass)


def _ahead(me: Waiting, category: Category, office: Office, now: datetime) -> ColumnElement[bool]:
    until = discipline.ahead_until(me, category, office.rule, now)
    of_category = and_(Ticket.category == category, Ticket.id != me.id)
    if until is None:
        return of_category
    return and_(of_category, or_(Ticket.due_at < until, and_(Ticket.due_at == until, Ticket.id < me.id)))


def _waiting_on(office: Office, day: date) -> tuple[ColumnElement[bool], ...]:
    return Ticket.office_id == office.id, Ticket.day == day, _IS_WAITING


def _letting_pass(office: Office, day: date) -> Select[int]:
    return select(Ticket.id).where(*_waiting_on(office, day), Ticket.lets_pass > literal_column("0"))


def _columns() -> Select[int, str, Category, Any, int]:
    return select(Ticket.id, Ticket.label, Ticket.category, Ticket.due_at, Ticket.lets_pass)


def _read(session: Session, query: Select[int, str, Category, Any, int]) -> list[Waiting]:
    return [Waiting(*row) for row in session.execute(query).all()]
