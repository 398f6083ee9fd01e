"""The office's settings, a page for each topic."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from queue_app.audit import since
from queue_app.auth import signed_in_user
from queue_app.configuration.editing import Part
from queue_app.errors import N_, NotFound
from queue_app.extensions import database
from queue_app.office_settings import OfficeSettings
from queue_app.routes.managing import inputs, saving
from queue_app.routes.managing.saving import Refused
from queue_app.routes.managing.topics import TOPICS, Topic

bp = Blueprint("settings", __name__, url_prefix="/manage/settings")


@bp.get("/<topic>")
def show(topic: str) -> ResponseReturnValue:
    return _page(_topic(topic), None)


@bp.post("/<topic>")
def save(topic: str) -> ResponseReturnValue:
    chosen = _topic(topic)
    typed = inputs.typed(OfficeSettings, chosen.settings)
    refused = saving.save([Part("office", typed)], {"office": frozenset(chosen.settings)})
    if refused is not None:
        return _page(chosen, refused)
    flash(gettext("“%(what)s” sudah disimpan.", what=gettext(chosen.name)), "success")
    return redirect(url_for(".show", topic=topic), HTTPStatus.SEE_OTHER)


def _topic(name: str) -> Topic:
    if name not in TOPICS:
        raise NotFound("unknown_topic", N_("Pengaturan itu tidak ada."))
    return TOPICS[name]


def _page(topic: Topic, refused: Refused | None) -> ResponseReturnValue:
    """``refused``: of what was typed, which stays."""
    typed = inputs.typed(OfficeSettings, topic.settings) if refused else None
    with database().read() as session:
        office = signed_in_user(session).office
        page = render_template(
            "manage/topic.html",
            office=office,
            topic=topic,
            refused=refused,
            seen=refused.seen if refused else since.last_change(session, office),
            inputs=inputs.of_row(office, topic.settings, typed, refused.errors if refused else {}),
        )
    return page, refused.status if refused else HTTPStatus.OK
