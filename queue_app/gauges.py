"""What the database tells Prometheus: the queues as they are now, by office."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from queue_app import opening
from queue_app.lifecycle import STAFFED, TicketState
from queue_app.models import Message, MessageStatus, Office, Service, Shift, Ticket


def of_offices(session: Session, now: datetime) -> Iterator[Metric]:
    """Today's tickets by office, service and state; open counters; messages that wait."""
    offices = session.scalars(select(Office).order_by(Office.id)).all()
    tickets = GaugeMetricFamily("antrean_tickets", "Tickets of today.", labels=("office", "service", "state"))
    waited = GaugeMetricFamily("antrean_longest_wait_seconds", "How long the first has waited.", labels=("office",))
    for office in offices:
        rows = session.execute(
            select(Service.code, Ticket.state, func.count(), func.min(Ticket.due_at))
            .join(Service, Service.id == Ticket.service_id)
            .where(Ticket.office_id == office.id, Ticket.day == opening.local_day(office, now))
            .group_by(Service.code, Ticket.state)
        ).all()
        for code, state, count, _ in rows:
            tickets.add_metric((office.slug, code, state.value), count)
        due = [first for _, state, _, first in rows if state is TicketState.WAITING and first is not None]
        waited.add_metric((office.slug,), max((now - min(due)).total_seconds(), 0.0) if due else 0.0)
    yield from (tickets, waited)
    yield gauge(
        "antrean_log_rows",
        "The last number of the office's log.",
        ("office",),
        [((o.slug,), o.version) for o in offices],
    )
    opened = session.execute(
        select(Office.slug, Shift.state, func.count())
        .join(Office, Office.id == Shift.office_id)
        .where(Shift.state.in_(STAFFED))
        .group_by(Office.slug, Shift.state)
    ).all()
    yield gauge(
        "antrean_counters",
        "Counters with an officer.",
        ("office", "state"),
        [((s, st.value), n) for s, st, n in opened],
    )
    queued = session.execute(
        select(Message.channel, func.count()).where(Message.status == MessageStatus.QUEUED).group_by(Message.channel)
    ).all()
    yield gauge(
        "antrean_messages_waiting", "Messages that wait to be sent.", ("channel",), [((str(c),), n) for c, n in queued]
    )


def gauge(name: str, what: str, labels: Sequence[str], values: Sequence[tuple[Sequence[str], float]]) -> Metric:
    """A metric of such values: each with what its labels are."""
    family = GaugeMetricFamily(name, what, labels=labels)
    for of, value in values:
        family.add_metric(of, float(value))
    return family
