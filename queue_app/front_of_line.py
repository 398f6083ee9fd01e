"""Whoever stands at the front of the line, however long it is. Reads only."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import chain
from math import inf
from typing import Any

from sqlalchemy import Integer, Select, bindparam, literal_column
from sqlalchemy.orm import Session

from queue_app import discipline
from queue_app.discipline import Choice, Rule, Waiting
from queue_app.line import IS_APART, ON_DAY, at_counter, columns, counted
from queue_app.models import Category, Office, Ticket
from queue_app.prepared import Prepared
from queue_app.scope import Scope, is_for_anybody

_LANE_AT_ONCE, _LANE_GROWS = 12, 4
"""So many of each service and category are read first to list the first of a line, and then so many times as many."""

_Lane = tuple[int, Category]
_Standing = tuple[Waiting, Any]
"""Who waits, and its row."""

_HEADS = 2
"""So many of each service and category decide who is next, see ``discipline.choose``."""


@dataclass(frozen=True, slots=True)
class Front:
    """``first``: in the order in which they would be called now. ``rows``: what a list says of them, by their ids.
    ``total``: how many stand in the line. ``choice``: that of the next call.
    """

    first: Sequence[Waiting]
    rows: Mapping[int, Any]
    total: int
    choice: Choice | None


def front(session: Session, office: Office, day: date, scope: Scope, now: datetime, count: int) -> Front:
    """The first ``count`` of the line for a counter."""
    asked, rule = {"of_office": office.id, "of_day": day}, office.rule
    there = [row for row in _apart_there().all(session, asked) if row.service_id in scope.preferences]
    apart = [(at, row) for row in there if (at := at_counter(scope, row)) is not None]
    many = {lane: one.waiting for lane, one in counted(session, asked).items() if lane[0] in scope.preferences}
    enough = count + len(apart)  # who lets others pass stands further ahead in the line than in the order
    read = _first_of_lanes(session, asked, many, scope, rule, now, enough)
    standing = [*apart, *chain.from_iterable(read)]
    heads = [*apart, *chain.from_iterable(own[:_HEADS] for own in read)]
    return Front(
        first=discipline.in_order((at for at, _ in standing), rule, now)[:count],
        rows={at.id: row for at, row in standing},
        total=sum(many.values()) - len(there) + len(apart),
        choice=discipline.choose((at for at, _ in heads), rule, now),
    )


def _first_of_lanes(
    session: Session,
    asked: Mapping[str, Any],
    lanes: Collection[_Lane],
    scope: Scope,
    rule: Rule,
    now: datetime,
    enough: int,
) -> Collection[Sequence[_Standing]]:
    """Of each service and category the first, by lookups in an index, and then more of those of which the last that was
    read still comes before the last of ``enough``.
    """
    read: dict[_Lane, list[_Standing]] = {lane: [] for lane in lanes}
    turns: list[tuple[float, ...]] = []
    more = dict.fromkeys(lanes, _LANE_AT_ONCE)
    while more:
        last_read = {}
        for lane, most in more.items():
            further = _of_lane(session, asked, lane, most, len(read[lane]), scope)
            read[lane] += further
            turns += [discipline.turn(at, rule, now) for at, _ in further]
            if len(further) == most:
                last_read[lane] = turns[-1]
        turns.sort()
        last = turns[enough - 1] if len(turns) >= enough else (inf,)
        more = {
            lane: min(len(read[lane]) * (_LANE_GROWS - 1), enough - len(read[lane]))
            for lane, turn in last_read.items()
            if turn < last
        }
    return read.values()


def _of_lane(
    session: Session, asked: Mapping[str, Any], lane: _Lane, most: int, after: int, scope: Scope
) -> list[_Standing]:
    """The next of one service and category, after so many, but for who is apart."""
    its = {"of_service": lane[0], "of_category": lane[1], "most": most, "after": after}
    preference = scope.preferences[lane[0]]
    rows = _next_of_lane().all(session, {**asked, **its})
    return [(Waiting(row.id, row.label, row.category, row.due_at, preference=preference), row) for row in rows]


# These are composed once: composing one takes longer than running it.
@cache
def _listed() -> Select[*tuple[Any, ...]]:
    return columns().add_columns(Ticket.public_id, Ticket.version)


@cache
def _next_of_lane() -> Prepared:
    return Prepared(
        _listed()
        .where(
            *ON_DAY,
            Ticket.service_id == bindparam("of_service", type_=Integer),
            Ticket.category == bindparam("of_category", type_=Ticket.category.type),
            Ticket.lets_pass == literal_column("0"),
            is_for_anybody(),
        )
        .order_by(Ticket.due_at, Ticket.id)
        .limit(bindparam("most", type_=Integer))
        .offset(bindparam("after", type_=Integer))
    )


@cache
def _apart_there() -> Prepared:
    return Prepared(_listed().where(*ON_DAY, IS_APART))
