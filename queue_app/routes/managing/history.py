"""Every change of the settings: who, when, what it was and became; and putting back what was before."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from queue_app.audit import since
from queue_app.auth import signed_in_user
from queue_app.configuration import putting_back
from queue_app.configuration.editing import Part
from queue_app.errors import N_, NotFound
from queue_app.extensions import database
from queue_app.models import ConfigurationChange, Office
from queue_app.routes.labels import error_text
from queue_app.routes.managing import history_words, saving
from queue_app.routes.managing.saving import Refused

bp = Blueprint("settings_history", __name__, url_prefix="/manage/history")

AT_ONCE = 30
"""Changes on a page."""


@bp.get("")
def show() -> ResponseReturnValue:
    kind = request.args.get("about", "")
    if kind and kind not in history_words.SUBJECTS:
        raise NotFound("unknown_topic", N_("Pengaturan itu tidak ada."))
    with database().read() as session:
        office = signed_in_user(session).office
        pages = max(1, -(-putting_back.count(session, office, kind) // AT_ONCE))
        number = min(max(1, request.args.get("page", 1, int)), pages)
        rows = putting_back.recorded(session, office, kind, most=AT_ONCE, skipped=(number - 1) * AT_ONCE)
        return render_template(
            "manage/history.html",
            office=office,
            changes=[history_words.told(row, office) for row in rows],
            kinds=history_words.SUBJECTS,
            kind=kind,
            number=number,
            pages=pages,
        )


@bp.get("/<int(max=2147483647):seq>")
def one(seq: int) -> ResponseReturnValue:
    return _one(seq, None)


@bp.post("/<int(max=2147483647):seq>")
def put_back(seq: int) -> ResponseReturnValue:
    """Through the same use cases as any change, which write a new row; the old one stays."""
    with database().read() as session:
        change = putting_back.find(session, signed_in_user(session).office, seq)
        touched = putting_back.touched(change)

    def wanted(session: Session, office: Office) -> list[Part]:
        return list(putting_back.parts(session, office, putting_back.find(session, office, seq)))

    refused = saving.save(wanted, touched)
    if refused is not None:
        return _one(seq, refused)
    flash(gettext("Yang berlaku sebelum perubahan itu berlaku lagi."), "success")
    return redirect(url_for(".show"), HTTPStatus.SEE_OTHER)


def _one(seq: int, refused: Refused | None) -> ResponseReturnValue:
    with database().read() as session:
        seen = since.last_change(session, office := signed_in_user(session).office)
        change = putting_back.find(session, office, seq)
        why_not = putting_back.why_not(session, office, change)
        later = since.later(session, office, {change.subject: _names(change)}, seq)
        page = render_template(
            "manage/change.html",
            office=office,
            change=history_words.told(change, office),
            later=[history_words.told(row, office) for row in later],
            most_later=since.MOST_LATER,
            why_not=error_text(why_not) if why_not else "",
            is_new=not change.before,
            refused=refused,
            seen=refused.seen if refused else seen,
        )
    return page, refused.status if refused else HTTPStatus.OK


def _names(change: ConfigurationChange) -> frozenset[str]:
    return frozenset({*change.before, *change.after})
