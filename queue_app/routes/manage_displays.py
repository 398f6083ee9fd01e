"""The office's displays as a supervisor or administrator manages them: each button is a form of its own."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app import clock
from queue_app.auth import signed_in_user
from queue_app.devices import pairing, register, seen
from queue_app.display import edition
from queue_app.errors import QueueError
from queue_app.extensions import database, site, vault
from queue_app.models import Counter, Device, Service, User
from queue_app.routes import lever_forms, limits

bp = Blueprint("manage", __name__, url_prefix="/manage/displays")

_CODES = "20 per minute"
"""Codes typed in from one address; ``pairing`` counts the wrong ones of each person."""

Deed = Callable[[Session, User, int, datetime], str]
"""Does something with a display by its id, and says in the person's language what was done."""


@bp.get("")
def show() -> ResponseReturnValue:
    return _page()


@bp.get("/live")
def live() -> str:
    """How each display is now: the part of the page that changes by itself."""
    now = clock.now()
    with database().read() as session:
        office = signed_in_user(session).office
        rows = _rows(session, office.id, now)
        return render_template(
            "manage/_display_states.html", office=office, now=now, rows=rows, edition=edition.current()
        )


@bp.get("/<any(create,change,pair,reload,identify,revoke,remove):deed>")
def back(deed: str) -> ResponseReturnValue:  # noqa: ARG001 - the address bar after a refused POST
    return redirect(url_for(".show"))


@bp.post("/create")
def create() -> ResponseReturnValue:
    def deed(session: Session, who: User, _: int, now: datetime) -> str:
        device = register.create(session, who, lever_forms.text("name"), now)
        return str(gettext("Layar “%(name)s” dibuat. Sekarang pasangkan dengan TV-nya.", name=device.name))

    return _do(deed)


@bp.post("/change")
def change() -> ResponseReturnValue:
    def deed(session: Session, who: User, device_id: int, now: datetime) -> str:
        device = register.change(
            session,
            who,
            device_id,
            now,
            name=lever_forms.text("name"),
            counters=[int(n) if n.isascii() and n.isdigit() else 0 for n in request.form.getlist("counters")],
            services=request.form.getlist("services"),
            speaks=request.form.get("speaks") == "yes",
        )
        return str(gettext("Layar “%(name)s” diubah.", name=device.name))

    return _do(deed)


@bp.post("/pair")
@limits.limit(_CODES, "pairing codes")
def pair() -> ResponseReturnValue:
    """A code that no screen shows is refused after the commit, so that it stays counted."""
    device_id, now = lever_forms.number("display"), clock.now()
    try:
        with database().write() as session:
            who = signed_in_user(session)
            device = pairing.claim(session, vault(), who, device_id, lever_forms.text("code")[:40], now)
        if device is None:
            raise pairing.wrong_code()
    except QueueError as error:
        return _page(error, device_id)
    flash(gettext("“%(name)s” terpasang: layarnya terbuka sendiri dalam beberapa detik.", name=device.name), "success")
    return redirect(url_for(".show"), HTTPStatus.SEE_OTHER)


@bp.post("/reload")
def reload() -> ResponseReturnValue:
    def deed(session: Session, who: User, device_id: int, now: datetime) -> str:
        device = register.reload(session, who, device_id, now)
        return str(gettext("“%(name)s” memuat ulang halamannya.", name=device.name))

    return _do(deed)


@bp.post("/identify")
def identify() -> ResponseReturnValue:
    def deed(session: Session, who: User, device_id: int, now: datetime) -> str:
        device = register.identify(session, who, device_id, now)
        return str(gettext("“%(name)s” menampilkan namanya selama 20 detik.", name=device.name))

    return _do(deed)


@bp.post("/revoke")
def revoke() -> ResponseReturnValue:
    def deed(session: Session, who: User, device_id: int, now: datetime) -> str:
        device = register.revoke(session, who, device_id, now)
        return str(gettext("“%(name)s” dilepas. TV-nya menampilkan kode untuk dipasangkan lagi.", name=device.name))

    return _do(deed)


@bp.post("/remove")
def remove() -> ResponseReturnValue:
    def deed(session: Session, who: User, device_id: int, now: datetime) -> str:
        name = register.remove(session, who, device_id, now)
        return str(gettext("Layar “%(name)s” dihapus.", name=name))

    return _do(deed)


def _do(deed: Deed) -> ResponseReturnValue:
    device_id = lever_forms.number("display")
    try:
        with database().write() as session:
            said = deed(session, signed_in_user(session), device_id, clock.now())
    except QueueError as error:
        return _page(error, device_id)
    flash(said, "success")
    return redirect(url_for(".show"), HTTPStatus.SEE_OTHER)


def _page(refusal: QueueError | None = None, tried: int = 0) -> tuple[str, int]:
    """``refusal``: of what was tried with the display ``tried`` (0: a new one), shown there with what was typed."""
    now = clock.now()
    with database().read() as session:
        office = signed_in_user(session).office
        rows = _rows(session, office.id, now)
        shown = render_template(
            "manage/displays.html",
            office=office,
            now=now,
            rows=rows,
            counters=session.scalars(
                select(Counter.number).where(Counter.office_id == office.id, Counter.active).order_by(Counter.number)
            ).all(),
            services=session.scalars(
                select(Service).where(Service.office_id == office.id, Service.active).order_by(Service.code)
            ).all(),
            edition=edition.current(),
            refusal=refusal,
            tried=tried if tried in {device.id for device, _ in rows} else 0,
            deed=request.path.rpartition("/")[2],
            typed=lever_forms.typed(),
            chosen={name: request.form.getlist(name) for name in ("counters", "services", "speaks")},
            site=urlsplit(site()).netloc,
        )
    return shown, refusal.status if refusal is not None else HTTPStatus.OK


def _rows(session: Session, office_id: int, now: datetime) -> list[tuple[Device, seen.DeviceState]]:
    return [(device, seen.state(device, now)) for device in register.of_office(session, office_id)]
