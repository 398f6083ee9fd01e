"""What is told of webhooks, and of what was sent to them."""

from typing import Any

from queue_app.routes.api.frame.fields import Answer, Instant, Versioned, example

_SHOWN: dict[str, Any] = {
    "version": 14,
    "id": 1,
    "name": "Situs kota",
    "url": "https://situs.example.go.id/antrean",
    "kinds": ["ticket.call"],
    "created_at": "2026-11-24T09:00:00.000+07:00",
    "failing_since": None,
    "stopped_at": None,
}


class WebhookAnswer(Versioned):
    """``failing_since``: nothing was taken since; null while all is well."""

    model_config = example(**_SHOWN)

    id: int
    name: str
    url: str
    kinds: list[str]
    created_at: Instant
    failing_since: Instant | None
    stopped_at: Instant | None


class WebhookSecret(WebhookAnswer):
    """``secret`` is told this once; null to a repeat of the request."""

    model_config = example(**_SHOWN | {"secret": "whsec_9bP0…"})

    secret: str | None


class WebhooksAnswer(Answer):
    """The oldest first."""

    model_config = example(webhooks=[_SHOWN])

    webhooks: list[WebhookAnswer]


class WebhookTry(Answer):
    """One sending: ``status`` of the answer, or null for ``reason``; ``answer`` is how it begins."""

    at: Instant
    status: int | None
    ms: int
    reason: str
    answer: str


class WebhookDelivery(Answer):
    """An event for the webhook; ``status``: QUEUED, SENT or FAILED (given up). ``tries``: the last five."""

    model_config = example(
        id=7,
        event="senapelan-4711",
        kind="ticket.call",
        status="SENT",
        created_at="2026-11-24T09:00:00.000+07:00",
        tries=[{"at": "2026-11-24T09:00:00+07:00", "status": 200, "ms": 41, "reason": "", "answer": "ok"}],
    )

    id: int
    event: str
    kind: str
    status: str
    created_at: Instant
    tries: list[WebhookTry]


class WebhookDeliveries(Answer):
    """The newest first."""

    model_config = example(deliveries=[], next=None)

    deliveries: list[WebhookDelivery]
    next: str | None


class Replayed(Answer):
    """How many are queued."""

    model_config = example(queued=3)

    queued: int
