"""The administrator's pages of webhooks: which there are, what became of what was sent, and a try by hand."""

from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from queue_app import auth, clock
from queue_app.errors import QueueError
from queue_app.extensions import config, database, vault
from queue_app.models import User, Webhook
from queue_app.routes import webhook_words
from queue_app.routes.labels import error_text
from queue_app.webhooks import outbox, subscribing
from queue_app.webhooks.targets import Allowed, read_allowed

bp = Blueprint("webhooks", __name__, url_prefix="/manage/webhooks")


@bp.get("")
def show() -> ResponseReturnValue:
    return _page()


@bp.post("")
def create() -> ResponseReturnValue:
    """Answers with the page that shows the secret, once."""
    form, now = request.form, clock.now()
    try:
        with database().write() as session:
            webhook, secret = subscribing.create(
                session,
                vault(),
                auth.signed_in_user(session),
                name=form.get("name", "").strip(),
                url=form.get("url", "").strip(),
                kinds=form.getlist("kind"),
                allowed=allowed(),
                now=now,
            )
            webhook_id = webhook.id
    except QueueError as error:
        return _page(error)
    return _one(webhook_id, secret=secret)


@bp.get("/<int(max=2147483647):webhook_id>")
def one(webhook_id: int) -> ResponseReturnValue:
    return _one(webhook_id)


@bp.post("/<int(max=2147483647):webhook_id>/<deed>")
def do(webhook_id: int, deed: str) -> ResponseReturnValue:
    if deed not in webhook_words.DONE:
        abort(HTTPStatus.NOT_FOUND)
    try:
        with database().write() as session:
            who = auth.signed_in_user(session)
            said, secret = _carry_out(session, deed, who, subscribing.find(session, who.office, webhook_id))
    except QueueError as error:
        if error.status == HTTPStatus.NOT_FOUND:
            raise
        return _one(webhook_id, error)
    if secret:
        return _one(webhook_id, secret=secret)
    flash(said, "success")
    leads = url_for(".show") if deed == "remove" else url_for(".one", webhook_id=webhook_id)
    return redirect(leads, HTTPStatus.SEE_OTHER)


def _carry_out(session: Session, deed: str, who: User, webhook: Webhook) -> tuple[str, str]:
    """What is said of it, and the new secret where one was made."""
    form, now = request.form, clock.now()
    match deed:
        case "test":
            outbox.test(session, webhook, now)
        case "replay":
            count = outbox.replay(session, webhook, now, form.get("delivery", None, int))
            return ngettext("%(num)d kejadian dikirim ulang.", "%(num)d kejadian dikirim ulang.", count), ""
        case "rotate":
            return "", subscribing.rotate(session, vault(), who, webhook, now)
        case "stop":
            subscribing.stop(session, who, webhook, now)
        case "start":
            subscribing.start(session, who, webhook, now)
        case "remove":
            subscribing.remove(session, who, webhook, now)
        case _:
            url, kinds = form.get("url", "").strip(), form.getlist("kind")
            subscribing.change(session, who, webhook, url=url, kinds=kinds, allowed=allowed(), now=now)
    return gettext(webhook_words.DONE[deed]), ""


def allowed() -> Allowed:
    """Where webhooks of this server may lead beside the internet."""
    return read_allowed(config().webhook_allow)


def _page(error: QueueError | None = None) -> ResponseReturnValue:
    with database().read() as session:
        office = auth.signed_in_user(session).office
        page = render_template(
            "manage/webhooks.html",
            office=office,
            webhooks=subscribing.of_office(session, office),
            most=subscribing.MOST,
            words=webhook_words,
            error=error_text(error) if error else "",
            typed=request.form if error else {},
            chosen=request.form.getlist("kind") if error else [],
        )
    return page, error.status if error else HTTPStatus.OK


def _one(webhook_id: int, error: QueueError | None = None, secret: str = "") -> ResponseReturnValue:
    with database().read() as session:
        office = auth.signed_in_user(session).office
        webhook = subscribing.find(session, office, webhook_id)
        page = render_template(
            "manage/webhook.html",
            office=office,
            zone=office.zone,
            webhook=webhook,
            deliveries=outbox.latest(session, webhook),
            words=webhook_words,
            secret=secret,
            error=error_text(error) if error else "",
            url=request.form.get("url", "") if error else webhook.url,
            chosen=request.form.getlist("kind") if error else webhook.kinds,
        )
    return page, error.status if error else HTTPStatus.OK
