"""The answers to the short survey's question of satisfaction. Those of days that are over are remembered."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import ColumnElement, String, false, func, select, type_coerce
from sqlalchemy.orm import Session

from metrics.local_time import Micros, micros
from metrics.periods import Period, day_of, day_start
from metrics.visit_table import Mask, Words, between
from queue_app.dashboard.figures import Filters
from queue_app.history import Names
from queue_app.models import Feedback, Office, Question, Service, Ticket, User
from queue_app.visit_days import FIGURES

_CONTENT = 3
"""The least answer of somebody who is content."""


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """When, about whom, and whether content."""

    at: Micros
    officer: Words
    content: Mask

    def __add__(self, other: "Answers") -> "Answers":
        return Answers(
            np.concatenate([self.at, other.at]),
            Words.joined([self.officer, other.officer]),
            np.concatenate([self.content, other.content]),
        )

    def within(self, period: Period) -> "Answers":
        chosen = between(self.at, period)
        return Answers(self.at[chosen], self.officer.where(chosen), self.content[chosen])


def answers(session: Session, office: Office, period: Period, filters: Filters, names: Names, now: datetime) -> Answers:
    """A counter is not known of an answer, so a choice of counters has none."""
    start, end = period.bounds
    today = min(max(day_start(day_of(now, office.zone), office.zone), start), end)
    chosen = _chosen(filters)

    def read(first: datetime, last: datetime) -> Answers:
        return _read(session, names, Feedback.office_id == office.id, *_within(first, last), *chosen)

    # Answers are only added, never changed: their number and the newest say which they are.
    count, newest = session.execute(
        select(func.count(), func.max(Feedback.id)).where(Feedback.office_id == office.id, *_within(start, today))
    ).one()
    key = ("answers", office.id, start, today, filters, repr(names), count, newest)
    past = FIGURES.remembered(session, key, lambda: read(start, today))
    return past + read(today, end)


def _within(first: datetime, last: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Feedback.created_at >= first, Feedback.created_at < last


def _chosen(filters: Filters) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = []
    if filters.counter is not None:
        chosen.append(false())
    if filters.service:
        chosen.append(
            Feedback.service_id.in_(select(Service.id).where(Service.code.in_((filters.service, *filters.also))))
        )
    if filters.officer:
        chosen.append(Feedback.officer_id.in_(select(User.id).where(User.username == filters.officer)))
    if filters.category:
        category = select(Ticket.id).where(
            Ticket.id == Feedback.ticket_id, type_coerce(Ticket.category, String) == filters.category
        )
        chosen.append(category.exists())
    return chosen


def _read(session: Session, names: Names, *chosen: ColumnElement[bool]) -> Answers:
    value = Feedback.answers[Question.SATISFACTION.value].as_integer()
    rows = session.execute(
        select(Feedback.created_at, Feedback.officer_id, value).where(*chosen, value.is_not(None))
    ).all()
    return Answers(
        at=np.array([micros(row[0]) for row in rows], np.int64),
        officer=Words.of(None if row[1] is None else names.officers[row[1]] for row in rows),
        content=np.array([row[2] >= _CONTENT for row in rows], np.bool_),
    )
