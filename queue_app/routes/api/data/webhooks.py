"""The office's webhooks for an administrator's program: made, tried, stopped, sent again."""

from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPMethod
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from flask import request
from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from queue_app import clock, idempotency
from queue_app.audit import since
from queue_app.extensions import config, database, vault
from queue_app.models import Delivery, User, Webhook
from queue_app.models.webhooks import URL_LENGTH
from queue_app.representation import instant
from queue_app.routes.api.data.webhook_answers import (
    Replayed,
    WebhookAnswer,
    WebhookDeliveries,
    WebhookDelivery,
    WebhooksAnswer,
    WebhookSecret,
    WebhookTry,
)
from queue_app.routes.api.frame import paging
from queue_app.routes.api.frame.fields import Asked, Code, RowId, Text
from queue_app.routes.api.frame.operation import Caller, operation, row_id
from queue_app.routes.api.frame.own_office import own_office
from queue_app.routes.api.frame.paging import PageQuery
from queue_app.routes.api.frame.versions import Seen
from queue_app.routes.api.refusals import IDEMPOTENT, READ, WRITE
from queue_app.webhooks import outbox, subscribing
from queue_app.webhooks.kinds import KINDS
from queue_app.webhooks.targets import read_allowed

_TAG = "webhooks"
_ALL = "/api/v1/offices/{office}/webhooks"
_ONE = _ALL + "/{webhook}"
_READ, _WRITE = (*READ, "other_office"), (*WRITE, "other_office")
_WISH = ("bad_webhook_url", "bad_webhook_name", "bad_webhook_kinds")
_LIST = "deliveries"


class NewWebhook(Asked):
    """``kinds`` as the chapter on webhooks lists them."""

    name: Annotated[Text, StringConstraints(min_length=1, max_length=80)]
    url: Annotated[Text, StringConstraints(min_length=1, max_length=URL_LENGTH)]
    kinds: Annotated[list[Code], Field(min_length=1, max_length=len(KINDS))]


class WebhookChange(Asked):
    """What is left out stays."""

    name: Annotated[Text, StringConstraints(min_length=1, max_length=80)] | None = None
    url: Annotated[Text, StringConstraints(min_length=1, max_length=URL_LENGTH)] | None = None
    kinds: Annotated[list[Code], Field(min_length=1, max_length=len(KINDS))] | None = None


class Replay(Asked):
    """``delivery``: the one to send again; all that were given up when left out."""

    delivery: RowId | None = None


@operation(HTTPMethod.GET, _ALL, tag=_TAG, answer=WebhooksAnswer, refusals=_READ)
def list_webhooks(office: str, caller: Caller) -> WebhooksAnswer:
    """The office's webhooks."""
    with database().read() as session:
        here = own_office(session, office, caller)
        found, numbers = subscribing.of_office(session, here), since.versions(session, here, "webhook:")
        return WebhooksAnswer(webhooks=[WebhookAnswer(**_facts(each, here.zone, numbers)) for each in found])


@operation(
    HTTPMethod.POST,
    _ALL,
    tag=_TAG,
    answer=WebhookSecret,
    status=201,
    refusals=(*_WRITE, *_WISH, "too_many_webhooks", "unknown_webhook", *IDEMPOTENT),
    headers=("Idempotency-Key",),
    example={"name": "Situs kota", "url": "https://situs.example.go.id/antrean", "kinds": ["ticket.call"]},
)
def create_webhook(office: str, body: NewWebhook, caller: Caller) -> WebhookSecret:
    """Tell an address of events from now on."""
    said: list[str] = []

    def make(session: Session) -> int:
        made, secret = subscribing.create(
            session,
            vault(),
            session.get_one(User, caller.user_id),
            name=body.name.strip(),
            url=body.url.strip(),
            kinds=body.kinds,
            allowed=read_allowed(config().webhook_allow),
            now=clock.now(),
        )
        said.append(secret)
        return made.id

    with database().write() as session:
        here = own_office(session, office, caller)
        webhook_id, _ = idempotency.made_once(
            session,
            scope=f"webhook {caller.user_id}",
            key=request.headers.get("Idempotency-Key"),
            request=body.model_dump_json(),
            now=clock.now(),
            make=lambda: make(session),
        )
        found = subscribing.find(session, here, webhook_id)
        return WebhookSecret(**_now(session, found), secret=said[0] if said else None)


@operation(HTTPMethod.GET, _ONE, tag=_TAG, answer=WebhookAnswer, refusals=_READ)
def show_webhook(office: str, webhook: str, caller: Caller) -> WebhookAnswer:
    """A webhook, and whether what is sent arrives."""
    with database().read() as session:
        return WebhookAnswer(**_now(session, _webhook(session, office, webhook, caller)))


@operation(
    HTTPMethod.PATCH,
    _ONE,
    tag=_TAG,
    answer=WebhookAnswer,
    refusals=(*_WRITE, *_WISH),
    example={"kinds": ["ticket.call", "ticket.finish"]},
)
def change_webhook(office: str, webhook: str, body: WebhookChange, seen: Seen, caller: Caller) -> WebhookAnswer:
    """Another name or address, or other kinds of events."""
    with database().write() as session:
        found, who = _webhook(session, office, webhook, caller), session.get_one(User, caller.user_id)
        since.require(session, found.office, {f"webhook:{found.id}"}, seen)
        subscribing.change(
            session,
            who,
            found,
            name=None if body.name is None else body.name.strip(),
            url=found.url if body.url is None else body.url.strip(),
            kinds=found.kinds if body.kinds is None else body.kinds,
            allowed=read_allowed(config().webhook_allow),
            now=clock.now(),
        )
        return WebhookAnswer(**_now(session, found))


@operation(HTTPMethod.POST, _ONE + "/stop", tag=_TAG, answer=WebhookAnswer, refusals=_WRITE)
def stop_webhook(office: str, webhook: str, caller: Caller) -> WebhookAnswer:
    """Send nothing more for now; what waits is given up. Doing it twice is harmless."""
    return _done(office, webhook, caller, subscribing.stop)


@operation(HTTPMethod.POST, _ONE + "/start", tag=_TAG, answer=WebhookAnswer, refusals=_WRITE)
def start_webhook(office: str, webhook: str, caller: Caller) -> WebhookAnswer:
    """Send again what happens from now on; what was given up is sent again only when it is asked for."""
    return _done(office, webhook, caller, subscribing.start)


@operation(
    HTTPMethod.GET,
    _ONE + "/deliveries",
    tag=_TAG,
    answer=WebhookDeliveries,
    refusals=(*_READ, *paging.CURSOR),
)
def list_deliveries(office: str, webhook: str, query: PageQuery, caller: Caller) -> WebhookDeliveries:
    """What was sent, and what came of it."""
    with database().read() as session:
        found = _webhook(session, office, webhook, caller)
        told, following = paging.page(
            query, _LIST, lambda before, most: outbox.latest(session, found, most, before=before)
        )
        zone = found.office.zone
        return WebhookDeliveries(deliveries=[_delivery(each, zone) for each in told], next=following)


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
        return WebhookSecret(**_now(session, found), secret=secret)


@operation(HTTPMethod.DELETE, _ONE, tag=_TAG, answer=WebhookAnswer, refusals=_WRITE)
def remove_webhook(office: str, webhook: str, caller: Caller) -> WebhookAnswer:
    """Tell it nothing more; the answer is what it was."""
    with database().write() as session:
        found, who = _webhook(session, office, webhook, caller), session.get_one(User, caller.user_id)
        subscribing.remove(session, who, found, clock.now())
        return WebhookAnswer(**_now(session, found))


def _webhook(session: Session, office: str, name: str, caller: Caller) -> Webhook:
    return subscribing.find(session, own_office(session, office, caller), row_id("webhook", name))


def _done(
    office: str, webhook: str, caller: Caller, deed: Callable[[Session, User, Webhook, datetime], None]
) -> WebhookAnswer:
    with database().write() as session:
        found = _webhook(session, office, webhook, caller)
        deed(session, session.get_one(User, caller.user_id), found, clock.now())
        session.refresh(found)
        return WebhookAnswer(**_now(session, found))


def _now(session: Session, webhook: Webhook) -> dict[str, Any]:
    here = webhook.office
    return _facts(webhook, here.zone, since.versions(session, here, f"webhook:{webhook.id}"))


def _facts(webhook: Webhook, zone: ZoneInfo, numbers: Mapping[str, int]) -> dict[str, Any]:
    times = {
        name: instant(at, zone) if (at := getattr(webhook, name)) is not None else None
        for name in ("created_at", "failing_since", "stopped_at")
    }
    facts = {name: getattr(webhook, name) for name in ("id", "name", "url", "kinds")}
    return {"version": numbers.get(f"webhook:{webhook.id}", 0), **facts, **times}


def _delivery(found: Delivery, zone: ZoneInfo) -> WebhookDelivery:
    return WebhookDelivery(
        id=found.id,
        event=found.event,
        kind=found.kind,
        status=found.status.value,
        created_at=instant(found.created_at, zone),
        tries=[WebhookTry(**each) for each in found.tries],
    )
