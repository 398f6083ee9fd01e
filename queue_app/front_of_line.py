"""Whoever stands at the front of the line, however long it is. Reads only."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from itertools import chain
from math import inf
from typing import Any

from sqlalchemy import Integer, Select, bindparam, literal_column
from sqlalchemy.orm import Session

from queue_app import discipline
from queue_app.discipline import Waiting
from queue_app.line import IS_APART, ON_DAY, at_counter, columns, counted
from queue_app.models import Category, Office, Ticket
from queue_app.scope import Scope, is_for_anybody

_LANE_AT_ONCE, _LANE_GROWS = 12, 4
"""So many of each service and category are read first to list the first of a line, and so many times as many next."""


def first(
    session: Session, office: Office, day: date, scope: Scope, now: datetime, count: int
) -> tuple[list[Waiting], int]:
    """The first ``count`` for a counter in the order in which they would be called now, and how many there are.

    Read are the first of each service and category, by lookups in an index, and then more of those of which the last
    that was read still comes before the last that is listed.
    """
    asked = {"of_office": office.id, "of_day": day}
    rows = session.execute(_apart_there(), {**asked, "services": list(scope.preferences)}).all()
    apart = [at for row in rows if (at := at_counter(scope, row)) is not None]
    many = {lane: one.waiting for lane, one in counted(session, asked).items() if lane[0] in scope.preferences}
    enough = count + len(apart)  # who lets others pass stands further ahead in the line than in the order
    read: dict[tuple[int, Category], list[Waiting]] = {}
    more = dict.fromkeys(many, _LANE_AT_ONCE)
    while more:
        read |= {lane: _of_lane(session, asked, lane, most, scope) for lane, most in more.items()}
        turns = sorted(discipline.turn(one, office.rule, now) for lane in read.values() for one in lane)
        last = turns[enough - 1] if len(turns) >= enough else (inf,)
        more = {
            lane: most * _LANE_GROWS
            for lane, most in more.items()
            if len(read[lane]) == most and discipline.turn(read[lane][-1], office.rule, now) < last
        }
    order = discipline.in_order(chain(apart, *read.values()), office.rule, now)
    return order[:count], sum(many.values()) - len(rows) + len(apart)


def _of_lane(
    session: Session, asked: Mapping[str, Any], lane: tuple[int, Category], most: int, scope: Scope
) -> list[Waiting]:
    its = {"of_service": lane[0], "of_category": lane[1], "most": most}
    rows = session.connection().execute(_first_of_lane(), {**asked, **its})
    return [at for row in rows if (at := at_counter(scope, row)) is not None]


@cache
def _first_of_lane() -> Select[*tuple[Any, ...]]:
    """The first of one service and category, but for who is apart."""
    return (
        columns()
        .where(
            *ON_DAY,
            Ticket.service_id == bindparam("of_service"),
            Ticket.category == bindparam("of_category", type_=Ticket.category.type),
            Ticket.lets_pass == literal_column("0"),
            is_for_anybody(),
        )
        .order_by(Ticket.due_at, Ticket.id)
        .limit(bindparam("most", type_=Integer))
    )


@cache
def _apart_there() -> Select[*tuple[Any, ...]]:
    return columns().where(*ON_DAY, IS_APART, Ticket.service_id.in_(bindparam("services", expanding=True)))
