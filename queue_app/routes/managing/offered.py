"""The office's services: a list, a form for each, and a new one. One that is no longer offered keeps its past."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from queue_app import clock, merging, services
from queue_app.audit import since
from queue_app.audit.since import ANYTHING
from queue_app.auth import signed_in_user
from queue_app.configuration.editing import Part
from queue_app.errors import N_
from queue_app.extensions import database
from queue_app.models import Office
from queue_app.office_settings import ServiceSettings
from queue_app.routes import lever_forms
from queue_app.routes.managing import inputs, saving
from queue_app.routes.managing.saving import Refused

bp = Blueprint("offered", __name__, url_prefix="/manage/services")


class Group(NamedTuple):
    """Settings that stand together under a heading."""

    name: str
    settings: Sequence[str]


GROUPS: Sequence[Group] = (
    Group(N_("Nama"), ("name_id", "name_en", "active")),
    Group(N_("Waktu dan biaya"), ("standard_minutes", "wait_target_minutes", "cost_rupiah")),
    Group(N_("Kuota"), ("daily_quota", "online_quota", "kiosk_quota", "reception_quota")),
    Group(N_("Sesi kedatangan"), ("slot_minutes", "slot_capacity", "slot_plan")),
    Group(N_("Pendaftaran daring"), ("online_needs_slot", "online_share_percent", "lead_minutes", "release")),
)
_SETTINGS = tuple(name for group in GROUPS for name in group.settings)
_EMPTY_ROWS = 3
_NEW = ("code", "prefix", "name_id", "name_en")


@bp.get("")
def show() -> ResponseReturnValue:
    return _list(None)


@bp.post("")
def add() -> ResponseReturnValue:
    row = {name: value for name in _NEW if (value := lever_forms.text(name).strip())}
    row["prefix"] = row.get("prefix", "").upper()
    row = {"name_id": "", **row}

    def wanted(_session: Session, office: Office) -> list[Part]:
        services.require_new(office, row.get("code", ""))
        return [Part("services", {"code": "", **row})]

    refused = saving.save(wanted, {_subject(row.get("code", "")): ANYTHING})
    if refused is not None:
        return _list(refused)
    flash(gettext("Layanan baru dibuat. Periksa isinya, lalu tentukan loket mana yang melayaninya."), "success")
    return redirect(url_for(".one", code=row["code"]), HTTPStatus.SEE_OTHER)


@bp.get("/<code>")
def one(code: str) -> ResponseReturnValue:
    return _one(code, None)


@bp.post("/<code>")
def save(code: str) -> ResponseReturnValue:
    typed = inputs.typed(ServiceSettings, _SETTINGS)
    row = {"code": code, "prefix": lever_forms.text("prefix").strip().upper(), **typed, "documents": _documents()}

    def wanted(session: Session, office: Office) -> list[Part]:
        services.own(session, office, code)
        return [Part("services", row)]

    refused = saving.save(wanted, {_subject(code): ANYTHING})
    if refused is not None:
        return _one(code, refused)
    flash(gettext("“%(what)s” sudah disimpan.", what=typed["name_id"]), "success")
    return redirect(url_for(".one", code=code), HTTPStatus.SEE_OTHER)


@bp.post("/<code>/merge")
def merge(code: str) -> ResponseReturnValue:
    """Into the chosen service, or back again when none is chosen."""
    into, together = lever_forms.text("into"), lever_forms.text("figures") != "apart"
    with database().write() as session:
        office, now = (actor := signed_in_user(session)).office, clock.now()
        service = services.own(session, office, code)
        if into:
            target = services.own(session, office, into)
            merging.merge(session, office, service, target, now, actor, together=together)
            said = gettext("Layanan %(service)s digabung ke layanan %(into)s.", service=code, into=into)
        else:
            merging.undo(session, office, service, now, actor)
            said = gettext("Penggabungan layanan %(service)s dibatalkan.", service=code)
    flash(said, "success")
    return redirect(url_for(".one", code=code), HTTPStatus.SEE_OTHER)


def _subject(code: str) -> str:
    return f"service:{code}"


def _documents() -> list[dict[str, str]]:
    """What the form names, without its empty rows."""
    names = zip(request.form.getlist("document_id"), request.form.getlist("document_en"), strict=False)
    tidy = [(" ".join(first.split()), " ".join(second.split())) for first, second in names]
    return [{"id": first} | ({"en": second} if second else {}) for first, second in tidy if first or second]


def _list(refused: Refused | None) -> ResponseReturnValue:
    with database().read() as session:
        seen = since.last_change(session, office := signed_in_user(session).office)
        there = [service for service in office.services if services.CODE.fullmatch(service.code)]
        page = render_template(
            "manage/services.html",
            office=office,
            offered=[service for service in there if service.active],
            retired=[service for service in there if not service.active],
            refused=refused,
            errors=refused.errors if refused else {},
            typed=lever_forms.typed() if refused else {},
            seen=refused.seen if refused else seen,
            longest=services.MOST,
        )
    return page, refused.status if refused else HTTPStatus.OK


def _one(code: str, refused: Refused | None) -> ResponseReturnValue:
    """``refused``: of what was typed, which stays."""
    typed = inputs.typed(ServiceSettings, _SETTINGS) if refused else None
    errors: Mapping[str, str] = refused.errors if refused else {}
    with database().read() as session:
        seen = since.last_change(session, office := signed_in_user(session).office)
        service = services.own(session, office, code)
        documents: Sequence[Mapping[str, Any]] = _documents() if refused else service.documents
        page = render_template(
            "manage/service.html",
            office=office,
            service=service,
            groups=[(group.name, inputs.of_row(service, group.settings, typed, errors)) for group in GROUPS],
            merged_into=next((one for one in office.services if one.id == service.merged_into_id), None),
            targets=[one for one in office.services if one.active and one.id != service.id],
            documents=[*documents, *({"id": "", "en": ""} for _ in range(_EMPTY_ROWS))][: services.MOST_DOCUMENTS],
            document_length=services.DOCUMENT_LENGTH,
            prefix=lever_forms.text("prefix") if refused else service.prefix,
            refused=refused,
            errors=errors,
            seen=refused.seen if refused else seen,
        )
    return page, refused.status if refused else HTTPStatus.OK
