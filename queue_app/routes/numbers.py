"""``/metrics`` for Prometheus: of this process its requests, sockets and jobs, of the database the queues as they are.

Where several processes serve, each is asked at its own port: what they count is their own.
"""

import hmac
from collections.abc import Iterator
from typing import Any, cast

from flask import Blueprint, Response, abort, request
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector, CollectorRegistry

from queue_app import background, clock, gauges, meter, readiness
from queue_app.config import VERSION
from queue_app.extensions import config, database, waiting_room
from queue_app.flask_extensions import socketio

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
        registry.register(_Told(list(gauges.of_offices(session, clock.now()))))
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
        yield gauges.gauge("antrean_info", "The program's version.", ("version",), [((VERSION,), 1)])
        yield gauges.gauge(
            "antrean_sockets",
            "Connected sockets.",
            ("namespace",),
            [((name,), _connected(name)) for name in _NAMESPACES],
        )
        room = waiting_room()
        yield gauges.gauge(
            "antrean_waiting_room",
            "Places in the line for online bookings that were not called yet.",
            ("office",),
            [((office,), at.waiting) for office in room.offices() if (at := room.standing(office)) is not None],
        )
        turned = CounterMetricFamily("antrean_online_asked", "Requests that book online.", labels=("answer",))
        turned.add_metric(("let_in",), room.entered)
        turned.add_metric(("told_to_wait",), room.told_to_wait)
        yield turned
        rounds = sorted(background.ROUNDS.items())
        done = CounterMetricFamily("antrean_job_rounds", "How often a job came round.", labels=("job", "result"))
        for name, of in rounds:
            done.add_metric((name, "done"), of.done)
            done.add_metric((name, "failed"), of.failed)
        yield done
        late = set(background.late())
        yield gauges.gauge(
            "antrean_job_late", "1: a job hangs.", ("job",), [((name,), name in late) for name, _ in rounds]
        )
        found = readiness.checks(database(), config(), clock.now())
        yield gauges.gauge(
            "antrean_ready",
            "1: this check of /readyz is as it must be.",
            ("check",),
            [((of.name,), of.ok) for of in found],
        )


def _connected(namespace: str) -> int:
    manager: Any = cast(Any, socketio).server.manager
    return sum(1 for _ in manager.get_participants(namespace, None))
