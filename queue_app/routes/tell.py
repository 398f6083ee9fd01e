"""The ticket page's part about being told: what the holder agrees to, and taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, request
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from queue_app import booking, clock
from queue_app.config import Config
from queue_app.errors import N_, Invalid, NotFound, QueueError
from queue_app.extensions import config, database, vault
from queue_app.messages import contacts, push, vapid
from queue_app.messages.contacts import PUSH, Reach
from queue_app.messages.gateway import address_kind
from queue_app.messages.post_office import phone_channel
from queue_app.models import Ticket
from queue_app.representation import ticket_path
from queue_app.routes import limits
from queue_app.routes.contact_words import channel_name
from queue_app.routes.labels import error_text
from queue_app.routes.language import language

bp = Blueprint("tell", __name__, url_prefix="/t")

_ASKED = {"phone": N_("nomor telepon"), "email": N_("alamat e-mail"), "chat": N_("ID obrolan")}


@dataclass(frozen=True, slots=True)
class Told:
    """One way in which the holder is told: its name, and whether it is the phone number given with the ticket."""

    contact_id: int
    name: str
    is_own_phone: bool


@dataclass(frozen=True, slots=True)
class Telling:
    """What the page shows. ``push_key`` None: no Web Push. ``browsers``: fingerprints of those that are told."""

    push_key: str | None
    browsers: Sequence[str]
    told: Sequence[Told]
    offered: Sequence[tuple[str, str]]


def telling(session: Session, ticket: Ticket) -> Telling:
    """How a ticket's holder is told, and could be."""
    live = contacts.live(session, ticket)
    return Telling(
        push_key=push_key(config()),
        browsers=[contact.fingerprint for contact in live if contact.channel == PUSH],
        told=[
            Told(contact.id, channel_name(contact.channel), contact.fingerprint == contacts.OWN_PHONE)
            for contact in live
            if contact.channel in config().notify_urls
        ],
        offered=[
            (channel, f"{channel_name(channel)} ({gettext(_ASKED[address_kind(url)])})")
            for channel, url in config().notify_urls.items()
        ],
    )


def keep_own_phone(session: Session, ticket: Ticket, now: datetime) -> None:
    """A phone number that was given with a new ticket is where its holder is told, if a gateway takes such numbers.

    ``now`` is the booking's own, so that the booking is the first thing told.
    """
    channel = phone_channel(config())
    if channel is not None:
        contacts.keep_own_phone(session, ticket, channel, language(), now)


def phone_note() -> str:
    """What a form says beside the phone number: what it is used for; empty when nobody would be told there."""
    channel = phone_channel(config())
    return (
        gettext("Kabar tentang nomor antrean ini dikirim ke sini lewat %(channel)s.", channel=channel_name(channel))
        if channel
        else ""
    )


@bp.post("/<public_id>/tell/push")
@limits.limit(limits.TELLING, "telling")
def tell_browser(public_id: str) -> Response:
    """Tell this browser. The body is its push subscription; answers with the fingerprint by which the page knows it."""
    subscription = push.checked_subscription(_body(), allow_loopback=config().push_to_loopback)
    with database().write() as session:
        ticket = booking.find(session, public_id, for_change=True)
        contact = contacts.add(session, vault(), ticket, Reach(PUSH, subscription), language(), clock.now())
        fingerprint = contact.fingerprint
    return _json({"fingerprint": fingerprint}, HTTPStatus.CREATED)


@bp.post("/<public_id>/tell/push/stop")
def stop_browser(public_id: str) -> Response:
    """Tell this browser no more: the one with the ``fingerprint`` that it was given. Doing it twice is harmless."""
    body = _body()
    fingerprint = body.get("fingerprint") if isinstance(body, dict) else None
    with database().write() as session:
        ticket = booking.find(session, public_id)
        ids = [contact.id for contact in contacts.live(session, ticket) if contact.fingerprint == fingerprint]
        contacts.end(session, ids, clock.now())
    return _json({}, HTTPStatus.OK)


@bp.post("/<public_id>/tell")
@limits.limit(limits.TELLING, "telling")
def tell_address(public_id: str) -> AnyResponse:
    """Tell a phone number, a mailbox or a chat that the holder names."""
    channel, text = request.form.get("channel", ""), request.form.get("address", "")
    try:
        if channel not in config().notify_urls:
            raise Invalid("unknown_channel", N_("Cara itu tidak tersedia di kantor ini."))
        address = contacts.checked_address(address_kind(config().notify_urls[channel]), text)
        with database().write() as session:
            ticket = booking.find(session, public_id, for_change=True)
            contacts.add(session, vault(), ticket, Reach(channel, address), language(), clock.now())
    except QueueError as error:
        if isinstance(error, NotFound):
            raise
        flash(error_text(error), "warning")
    else:
        flash(gettext("Baik, Anda akan dikabari lewat %(channel)s.", channel=channel_name(channel)), "success")
    return _back(public_id)


@bp.post("/<public_id>/tell/stop")
def stop_address(public_id: str) -> AnyResponse:
    """Tell one contact of the ticket no more. Doing it twice is harmless."""
    wanted = request.form.get("contact", "")
    with database().write() as session:
        ticket = booking.find(session, public_id)
        ids = [contact.id for contact in contacts.live(session, ticket) if str(contact.id) == wanted]
        contacts.end(session, ids, clock.now())
    flash(gettext("Kabar dihentikan."), "success")
    return _back(public_id)


def _back(public_id: str) -> AnyResponse:
    return redirect(f"{ticket_path(public_id)}#tell", HTTPStatus.SEE_OTHER)


def _body() -> Any:
    body = request.get_json(silent=True)
    if body is None:
        raise Invalid("bad_push_keys", push.BAD_KEYS)
    return body


def _json(body: dict[str, str], status: HTTPStatus) -> Response:
    return Response(current_app.json.dumps(body), status, content_type="application/json")


def push_key(settings: Config) -> str | None:
    """The public half of the installation's key, read once; None when it cannot be kept."""
    kept: dict[str, str | None] = current_app.extensions.setdefault("antrean_push_key", {})
    if "key" not in kept:
        try:
            kept["key"] = vapid.public_key(vapid.keep_key(settings.instance_dir))
        except OSError:
            kept["key"] = None
    return kept["key"]
