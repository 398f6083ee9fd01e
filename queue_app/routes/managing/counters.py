"""The office's counters: which there are, how each is now, what it takes and with which others it stands together."""

from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from queue_app import counter_settings
from queue_app.audit import since
from queue_app.auth import signed_in_user
from queue_app.configuration import held
from queue_app.counter_settings import LOWEST
from queue_app.errors import QueueError
from queue_app.extensions import database
from queue_app.models import Office, User
from queue_app.routes import lever_forms
from queue_app.routes.managing import changed, saving
from queue_app.routes.managing.saving import Deed

bp = Blueprint("counters", __name__, url_prefix="/manage/counters")


@bp.get("")
def show() -> ResponseReturnValue:
    return _page()


@bp.get("/add")
@bp.get("/<int(max=999):number>/<any(change,retire):deed>")
def back(number: int = 0, deed: str = "") -> ResponseReturnValue:  # noqa: ARG001 - the address bar after a refused POST
    return redirect(url_for(".show"))


@bp.post("/add")
def add() -> ResponseReturnValue:
    """A new counter, or again one that was taken out of use."""

    def deed(session: Session, who: User, now: datetime) -> str:
        counter = counter_settings.add(session, who.office, lever_forms.number("number"), now, who)
        return str(gettext("Loket %(number)s dipakai, untuk semua layanan.", number=counter.number))

    return _do(deed, "add", 0)


@bp.post("/<int(max=999):number>/change")
def change(number: int) -> ResponseReturnValue:
    def deed(session: Session, who: User, now: datetime) -> str:
        counter = held.counter(session, who.office, number, lever_forms.number("seen"))
        takes, offered = counter_settings.preferences(session, counter), [s for s in who.office.services if s.active]
        before = counter_settings.services_of({one.code: takes.get(one.id, 0) for one in offered})
        taken, pool = _typed_services(who.office), counter_settings.checked_pool(lever_forms.text("pool").strip())
        counter_settings.set_counter(
            session, who.office, number, now, services=None if taken == before else taken, pool=pool, actor=who
        )
        return str(gettext("Loket %(number)s disimpan.", number=number))

    return _do(deed, "change", number)


@bp.post("/<int(max=999):number>/retire")
def retire(number: int) -> ResponseReturnValue:
    def deed(session: Session, who: User, now: datetime) -> str:
        held.counter(session, who.office, number, lever_forms.number("seen"))
        counter_settings.retire(session, who.office, number, now, who)
        return str(gettext("Loket %(number)s tidak dipakai lagi; riwayatnya tetap.", number=number))

    return _do(deed, "retire", number)


def _typed_services(office: Office) -> str:
    places = {one.code: lever_forms.number(f"takes-{one.code}") for one in office.services if one.active}
    return counter_settings.services_of(places)


def _do(deed: Deed, what: str, number: int) -> ResponseReturnValue:
    return saving.done(deed, lambda error: _page(error, what, number), url_for(".show"))


def _page(refusal: QueueError | None = None, deed: str = "", tried: int = 0) -> tuple[str, int]:
    """``refusal``: of ``deed`` with the counter ``tried``, shown there with what was typed."""
    with database().read() as session:
        office = signed_in_user(session).office
        services = [service for service in office.services if service.active]
        counters = office.counters
        shown = render_template(
            "manage/counters.html",
            office=office,
            counters=counters,
            services=services,
            takes={counter.id: counter_settings.preferences(session, counter) for counter in counters},
            shifts=counter_settings.attended(session, office),
            retired=counter_settings.retired(session, office),
            pools=counter_settings.pools(session, office),
            untaken=[service for service in services if not any(counter.active for counter in service.counters)],
            lowest=LOWEST,
            next_number=max((counter.number for counter in counters), default=0) + 1,
            seen=since.last_change(session, office),
            refusal=refusal,
            others=changed.by_others(session, office, refusal),
            deed=deed,
            tried=tried if tried in {counter.number for counter in counters} else 0,
            typed=request.form,
        )
    return shown, refusal.status if refusal else HTTPStatus.OK
