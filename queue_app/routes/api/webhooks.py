"""The office's webhooks for an administrator's program: made, tried, stopped, sent again."""

from http import HTTPMethod
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from queue_app import clock
from queue_app.extensions import config, database, vault
from queue_app.models import Delivery, User, Webhook
from queue_app.models.webhooks import URL_LENGTH
from queue_app.representation import instant
from queue_app.routes.api.fields import Answer, Asked, Code, Instant, RowId, Text, example
from queue_app.routes.api.figures import own_office
from queue_app.routes.api.operation import Caller, operation, row_id
from queue_app.routes.api.refusals import READ, WRITE
from queue_app.webhooks import outbox, subscribing
from queue_app.webhooks.kinds import KINDS
from queue_app.webhooks.targets import read_allowed

_TAG = "webhooks"
_ALL = "/api/v1/offices/{office}/webhooks"
_ONE = _ALL + "/{webhook}"
_READ, _WRITE = (*READ, "other_office"), (*WRITE, "other_office")
_SHOWN: dict[str, Any] = {
    "id": 1,
    "name": "Situs kota",
    "url": "https://situs.example.go.id/antrean",
    "kinds": ["ticket.call"],
    "created_at": "2026-11-24T09:00:00.000+07:00",
    "failing_since": None,
    "stopped_at": None,
}


class NewWebhook(Asked):
    """``kinds`` as the chapter on webhooks lists them."""

    name: Annotated[Text, StringConstraints(min_length=1, max_length=80)]
    url: Annotated[Text, StringConstraints(min_length=1, max_length=URL_LENGTH)]
    kinds: Annotated[list[Code], Field(min_length=1, max_length=len(KINDS))]


class Replay(Asked):
    """``delivery``: the one to send again; all that were given up when left out."""

    delivery: RowId | None = None


class WebhookAnswer(Answer):
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
    """``secret`` is told this once."""

    model_config = example(**_SHOWN | {"secret": "whsec_9bP0…"})

    secret: str


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
    """The newest fifty, newest first."""

    model_config = example(deliveries=[])

    deliveries: list[WebhookDelivery]


class Replayed(Answer):
    """How many are queued."""

    model_config = example(queued=3)

    queued: int


@operation(HTTPMethod.GET, _ALL, tag=_TAG, answer=WebhooksAnswer, refusals=_READ)
def list_webhooks(office: str, caller: Caller) -> WebhooksAnswer:
    """The office's webhooks."""
    with database().read() as session:
        here = own_office(session, office, caller)
        found = subscribing.of_office(session, here)
        return WebhooksAnswer(webhooks=[WebhookAnswer(**_facts(each, here.zone)) for each in found])


@operation(
    HTTPMethod.POST,
    _ALL,
    tag=_TAG,
    answer=WebhookSecret,
    status=201,
    refusals=(*_WRITE, "bad_webhook_url", "bad_webhook_name", "bad_webhook_kinds", "too_many_webhooks"),
    example={"name": "Situs kota", "url": "https://situs.example.go.id/antrean", "kinds": ["ticket.call"]},
)
def create_webhook(office: str, body: NewWebhook, caller: Caller) -> WebhookSecret:
    """Tell an address of events from now on."""
    with database().write() as session:
        here = own_office(session, office, caller)
        webhook, secret = subscribing.create(
            session,
            vault(),
            session.get_one(User, caller.user_id),
            name=body.name.strip(),
            url=body.url.strip(),
            kinds=body.kinds,
            allowed=read_allowed(config().webhook_allow),
            now=clock.now(),
        )
        return WebhookSecret(**_facts(webhook, here.zone), secret=secret)


@operation(HTTPMethod.GET, _ONE + "/deliveries", tag=_TAG, answer=WebhookDeliveries, refusals=_READ)
def list_deliveries(office: str, webhook: str, caller: Caller) -> WebhookDeliveries:
    """What was sent, and what came of it."""
    with database().read() as session:
        found = _webhook(session, office, webhook, caller)
        zone = found.office.zone
        return WebhookDeliveries(deliveries=[_delivery(each, zone) for each in outbox.latest(session, found)])


@operation(HTTPMethod.POST, _ONE + "/test", tag=_TAG, answer=WebhookDelivery, refusals=_WRITE)
def try_webhook(office: str, webhook: str, caller: Caller) -> WebhookDelivery:
    """Have an event sent that means nothing; the deliveries say what came of it."""
    with database().write() as session:
        found = _webhook(session, office, webhook, caller)
        return _delivery(outbox.test(session, found, clock.now()), found.office.zone)


@operation(HTTPMethod.POST, _ONE + "/replay", tag=_TAG, answer=Replayed, refusals=_WRITE, example={"delivery": 7})
def replay_webhook(office: str, webhook: str, body: Replay, caller: Caller) -> Replayed:
    """Have events sent again, under the same ids."""
    with database().write() as session:
        found = _webhook(session, office, webhook, caller)
        return Replayed(queued=outbox.replay(session, found, clock.now(), body.delivery))


@operation(HTTPMethod.POST, _ONE + "/rotate", tag=_TAG, answer=WebhookSecret, refusals=_WRITE)
def rotate_webhook(office: str, webhook: str, caller: Caller) -> WebhookSecret:
    """A new secret; the one before signs too for a day."""
    with database().write() as session:
        found, who = _webhook(session, office, webhook, caller), session.get_one(User, caller.user_id)
        secret = subscribing.rotate(session, vault(), who, found, clock.now())
        return WebhookSecret(**_facts(found, found.office.zone), secret=secret)


@operation(HTTPMethod.DELETE, _ONE, tag=_TAG, answer=WebhookAnswer, refusals=_WRITE)
def remove_webhook(office: str, webhook: str, caller: Caller) -> WebhookAnswer:
    """Tell it nothing more; the answer is what it was."""
    with database().write() as session:
        found, who = _webhook(session, office, webhook, caller), session.get_one(User, caller.user_id)
        subscribing.remove(session, who, found, clock.now())
        return WebhookAnswer(**_facts(found, found.office.zone))


def _webhook(session: Session, office: str, name: str, caller: Caller) -> Webhook:
    here = own_office(session, office, caller)
    return subscribing.find(session, here, row_id("webhook", name))


def _facts(webhook: Webhook, zone: ZoneInfo) -> dict[str, Any]:
    times = {
        name: instant(at, zone) if (at := getattr(webhook, name)) is not None else None
        for name in ("created_at", "failing_since", "stopped_at")
    }
    return {"id": webhook.id, "name": webhook.name, "url": webhook.url, "kinds": webhook.kinds, **times}


def _delivery(found: Delivery, zone: ZoneInfo) -> WebhookDelivery:
    return WebhookDelivery(
        id=found.id,
        event=found.event,
        kind=found.kind,
        status=found.status.value,
        created_at=instant(found.created_at, zone),
        tries=[WebhookTry(**each) for each in found.tries],
    )
