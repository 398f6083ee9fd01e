"""``/metrics`` for Prometheus: of this process its requests, sockets and jobs, of the database the queues as they are.

Where several processes serve, each is asked at its own port: what they count is their own.
"""

import hmac
from collections.abc import Iterator, Sequence
from typing import Any, cast

from flask import Blueprint, Response, abort, request
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector, CollectorRegistry
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from queue_app import background, clock, meter, opening, readiness
from queue_app.config import VERSION
from queue_app.extensions import config, database, socketio
from queue_app.lifecycle import ShiftState
from queue_app.models import Message, MessageStatus, Office, Service, Shift, Ticket

bp = Blueprint("numbers", __name__)

_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via")
_NAMESPACES = ("/display", "/ticket", "/desk")


@bp.get("/metrics")
def show() -> Response:
    """With METRICS_TOKEN for whoever has it; without, for this machine alone."""
    if not _may_read():
        abort(404)
    registry = CollectorRegistry()
    registry.register(_OfProcess())
    with database().read() as session:
        registry.register(_Told(list(_of_offices(session))))
    text = generate_latest(meter.REGISTRY) + generate_latest(registry)
    return Response(text, content_type=CONTENT_TYPE_LATEST)


def _may_read() -> bool:
    token = config().metrics_token
    if token:
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    return request.remote_addr in _LOOPBACK and not any(name in request.headers for name in _FORWARDED)


class _Told(Collector):
    """Metrics that were read already."""

    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        yield from self._metrics


class _OfProcess(Collector):
    """Sockets, jobs and checks of this process."""

    def collect(self) -> Iterator[Metric]:
        yield _gauge("antrean_info", "The program's version.", ("version",), [((VERSION,), 1)])
        yield _gauge(
            "antrean_sockets",
            "Connected sockets.",
            ("namespace",),
            [((name,), _connected(name)) for name in _NAMESPACES],
        )
        rounds = sorted(background.ROUNDS.items())
        done = CounterMetricFamily("antrean_job_rounds", "How often a job came round.", labels=("job", "result"))
        for name, of in rounds:
            done.add_metric((name, "done"), of.done)
            done.add_metric((name, "failed"), of.failed)
        yield done
        late = set(background.late())
        yield _gauge("antrean_job_late", "1: a job hangs.", ("job",), [((name,), name in late) for name, _ in rounds])
        found = readiness.checks(database(), config(), clock.now())
        yield _gauge(
            "antrean_ready",
            "1: this check of /readyz is as it must be.",
            ("check",),
            [((of.name,), of.ok) for of in found],
        )


def _of_offices(session: Session) -> Iterator[Metric]:
    """Today's tickets by office, service and state; open counters; messages that wait."""
    now = clock.now()
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
        due = [first for _, state, _, first in rows if state.value == "WAITING" and first is not None]
        waited.add_metric((office.slug,), max((now - min(due)).total_seconds(), 0.0) if due else 0.0)
    yield from (tickets, waited)
    yield _gauge(
        "antrean_log_rows",
        "The last number of the office's log.",
        ("office",),
        [((o.slug,), o.version) for o in offices],
    )
    opened = session.execute(
        select(Office.slug, Shift.state, func.count())
        .join(Office, Office.id == Shift.office_id)
        .where(Shift.state != ShiftState.CLOSED)
        .group_by(Office.slug, Shift.state)
    ).all()
    yield _gauge(
        "antrean_counters",
        "Counters with an officer.",
        ("office", "state"),
        [((s, st.value), n) for s, st, n in opened],
    )
    queued = session.execute(
        select(Message.channel, func.count()).where(Message.status == MessageStatus.QUEUED).group_by(Message.channel)
    ).all()
    yield _gauge(
        "antrean_messages_waiting", "Messages that wait to be sent.", ("channel",), [((str(c),), n) for c, n in queued]
    )


def _connected(namespace: str) -> int:
    manager: Any = cast(Any, socketio).server.manager
    return sum(1 for _ in manager.get_participants(namespace, None))


def _gauge(name: str, what: str, labels: Sequence[str], values: Sequence[tuple[Sequence[str], float]]) -> Metric:
    family = GaugeMetricFamily(name, what, labels=labels)
    for of, value in values:
        family.add_metric(of, float(value))
    return family
