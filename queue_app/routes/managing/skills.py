"""What officers can do: one table of officers and services, saved as a whole."""

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from queue_app import clock, counter_settings
from queue_app.audit import since
from queue_app.auth import signed_in_user
from queue_app.configuration import importing
from queue_app.counter_settings import ALL
from queue_app.errors import QueueError
from queue_app.extensions import database
from queue_app.models import Office, User
from queue_app.routes import lever_forms
from queue_app.routes.managing import changed

bp = Blueprint("skills", __name__, url_prefix="/manage/skills")

Can = frozenset[str]
"""Codes of services; ``ALL`` alone for everything, of now and of later."""

_EVERYTHING: Can = frozenset({ALL})


@bp.get("")
def show() -> ResponseReturnValue:
    return _page()


@bp.post("")
def save() -> ResponseReturnValue:
    """Save the officers whose row differs; nothing of it while one of the rows has nothing in it."""
    try:
        with database().write() as session:
            who = signed_in_user(session)
            office = who.office
            typed = {
                officer: _typed(officer, office)
                for officer in counter_settings.officers(session, office)
                if _has_row(officer)
            }
            empty = {officer.id for officer, can in typed.items() if not can}
            if not empty:
                count = _save(session, who, typed)
    except QueueError as error:
        return _page(refusal=error)
    if empty:
        return _page(empty=empty)
    flash(ngettext("Keahlian %(num)s petugas disimpan.", "Keahlian %(num)s petugas disimpan.", count), "success")
    return redirect(url_for(".show"), HTTPStatus.SEE_OTHER)


def _save(session: Session, who: User, typed: Mapping[User, Can]) -> int:
    importing.hold(session, who.office)
    differ = {officer: can for officer, can in typed.items() if can != _kept(session, officer, who.office)}
    since.require(
        session, who.office, [f"officer:{officer.username}" for officer in differ], lever_forms.number("seen")
    )
    for officer, can in differ.items():
        codes = ",".join(sorted(can))
        counter_settings.set_skills(session, who.office, officer.username, codes, clock.now(), who)
    return len(differ)


def _has_row(officer: User) -> bool:
    """Whether the form has a row of this officer, who may be newer than the page."""
    return str(officer.id) in request.form.getlist("officer")


def _typed(officer: User, office: Office) -> Can:
    if f"all-{officer.id}" in request.form:
        return _EVERYTHING
    return frozenset(request.form.getlist(f"can-{officer.id}")) & _offered(office)


def _kept(session: Session, officer: User, office: Office) -> Can:
    can = frozenset(counter_settings.skills_text(session, officer).split(","))
    return can if can == _EVERYTHING else can & _offered(office)


def _offered(office: Office) -> Can:
    return frozenset(service.code for service in office.services if service.active)


def _page(refusal: QueueError | None = None, empty: set[int] | None = None) -> tuple[str, int]:
    """``refusal`` or ``empty`` rows: why nothing was saved; what was chosen stays."""
    with database().read() as session:
        office = signed_in_user(session).office
        officers = counter_settings.officers(session, office)
        can = {
            officer.id: _typed(officer, office) if _has_row(officer) else _kept(session, officer, office)
            for officer in officers
        }
        services = [service for service in office.services if service.active]
        shown = render_template(
            "manage/skills.html",
            office=office,
            officers=officers,
            services=services,
            can=can,
            everything=ALL,
            undone=[
                service for service in services if not any({ALL, service.code} & skills for skills in can.values())
            ],
            seen=since.last_change(session, office),
            refusal=refusal,
            others=changed.by_others(session, office, refusal),
            unchosen=empty or set(),
            error=gettext("Belum disimpan: pilih paling sedikit satu layanan di setiap baris.") if empty else "",
        )
    status = refusal.status if refusal else HTTPStatus.UNPROCESSABLE_ENTITY if empty else HTTPStatus.OK
    return shown, status
