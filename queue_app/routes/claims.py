"""The supervisor's page of claims: what officers contest, beside what is usual, and the decision with its words."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from metrics.visit import Claim
from queue_app import archived, claims, clock, contested
from queue_app.auth import signed_in_user
from queue_app.claims import LegName, Verdict
from queue_app.errors import N_, Invalid, QueueError
from queue_app.extensions import database
from queue_app.routes import desk_forms
from queue_app.routes.figure_words import CLAIM_STATES
from queue_app.routes.labels import error_text

bp = Blueprint("claims", __name__, url_prefix="/supervisor/claims")

_SHOWN: Mapping[str, tuple[str, tuple[Claim, ...]]] = {
    "all": (N_("Semua"), ("open", "accepted", "declined")),
    "open": (N_("Menunggu putusan"), ("open",)),
    "accepted": (N_("Diterima"), ("accepted",)),
    "declined": (N_("Ditolak"), ("declined",)),
}
"""By the value in the address: what it is called, and the states it shows."""

_DECIDED = {Verdict.ACCEPTED: N_("Sanggahan diterima."), Verdict.DECLINED: N_("Sanggahan ditolak.")}


@bp.get("")
def show() -> ResponseReturnValue:
    return _page()


@bp.post("")
def decide() -> ResponseReturnValue:
    now = clock.now()
    try:
        verdict, names = _verdict(), [LegName(ref.public_id, ref.version) for ref in desk_forms.ticket_refs()]
        seen, words = desk_forms.text("seen"), desk_forms.text("detail")
        with database().write() as session:
            claims.decide(session, signed_in_user(session), names, verdict, seen, now, words)
    except QueueError as error:
        flash(error_text(error), "error")
        return _page(), error.status
    flash(str(gettext(_DECIDED[verdict])), "success")
    return redirect(url_for("claims.show", state=_state()), 303)


def _verdict() -> Verdict:
    try:
        return Verdict(request.form.get("verdict", ""))
    except ValueError as error:
        raise Invalid("bad_verdict", N_("Pilih Terima atau Tolak.")) from error


def _state() -> str:
    asked = request.values.get("state", "")
    return asked if asked in _SHOWN else "all"


def _page() -> str:
    now = clock.now()
    state = _state()
    with database().read() as session:
        office = signed_in_user(session).office
        return render_template(
            "figures/claims.html",
            now=now,
            office=office,
            state=state,
            choices={value: text for value, (text, _) in _SHOWN.items()},
            claims=contested.claims(session, office, _SHOWN[state][1], now),
            waiting=contested.open_count(session, office),
            archived_through=archived.through(session, office.id),
            claim_states=CLAIM_STATES,
            reasons=desk_forms,
        )
