"""What this process counts of the requests it answers, for Prometheus. A label is the rule of an address."""

from prometheus_client import CollectorRegistry, Counter, Histogram

REGISTRY = CollectorRegistry()

REQUESTS = Counter("antrean_requests", "Requests answered.", ("method", "route", "status"), registry=REGISTRY)
SECONDS = Histogram(
    "antrean_request_seconds",
    "How long requests took.",
    ("route",),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0),
    registry=REGISTRY,
)

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def count(method: str, route: str, status: int, seconds: float) -> None:
    """One request; a method that nobody knows is counted as ``other``, for a label must not grow with what is sent."""
    REQUESTS.labels(method if method in _METHODS else "other", route, str(status)).inc()
    SECONDS.labels(route).observe(seconds)
