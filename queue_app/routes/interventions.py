"""Interventions and their effect: the list, a page for each with charts and their files, a paper."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from metrics.effect import Effect
from queue_app import clock, interventions, letterhead, opening
from queue_app.auth import signed_in_user
from queue_app.charts import to_png
from queue_app.errors import N_, Forbidden, QueueError
from queue_app.event_loop import in_thread
from queue_app.extensions import database
from queue_app.interventions import course, figures
from queue_app.interventions.measuring import Measured, Prepared
from queue_app.models import GroupKind, Intervention, Office
from queue_app.routes import dashboard as figures_pages
from queue_app.routes import dialogue_files, intervention_charts, intervention_forms
from queue_app.routes import intervention_words as words
from queue_app.routes.chart import Shown
from queue_app.routes.labels import error_text

bp = Blueprint("interventions", __name__, url_prefix="/supervisor/interventions")

Deed = Callable[[Session, int, interventions.Step, dict[str, Any]], Intervention]


@dataclass(frozen=True, slots=True, eq=False)
class Results:
    """What was measured of an intervention; ``few``: it is of too few officers to be given away."""

    prepared: Prepared
    measured: Measured
    charts: list[Shown]

    @property
    def few(self) -> bool:
        return self.prepared.is_personal


@bp.get("")
def show() -> ResponseReturnValue:
    return _list()


@bp.post("")
def propose() -> ResponseReturnValue:
    try:
        with database().write() as session:
            made = interventions.propose(
                session, intervention_forms.step(session, clock.now()), intervention_forms.wish()
            )
            onward = url_for("interventions.one", number=made.id)
    except QueueError as error:
        return _list(error_text(error)), error.status
    flash(str(gettext("Rencana dicatat. Hasilnya belum dibuka.")), "success")
    return redirect(onward, 303)


@bp.get("/<int:number>")
def one(number: int) -> ResponseReturnValue:
    return _one(number)


@bp.post("/<int:number>/<any(change,see,close,reopen):deed>")
def take(number: int, deed: str) -> ResponseReturnValue:
    act, told = _DEEDS[deed]
    try:
        kept = _kept(number, clock.now()) if deed == "close" else {}  # read before the writing begins
        with database().write() as session:
            act(session, number, intervention_forms.step(session, clock.now()), kept)
    except QueueError as error:
        if error.code == "unknown_intervention":
            raise
        return _one(number, error_text(error), deed), error.status
    flash(str(gettext(told)), "success")
    return redirect(url_for("interventions.one", number=number), 303)


@bp.get("/<int:number>/<any(change,see,close,reopen):deed>")
def back(number: int, deed: str) -> ResponseReturnValue:  # noqa: ARG001 - the address bar after a refused POST
    return redirect(url_for("interventions.one", number=number))


@bp.get("/<int:number>/<key>.<any(png,csv):form>")
def chart(number: int, key: str, form: str) -> ResponseReturnValue:
    """One chart as a picture, or the table behind it. Raises Forbidden ``few_officers``."""
    with database().read() as session:
        found, results = _to_take_along(session, number)
        foot = f"{found.office.name}, {found.name}, {found.start_day}"
    shown = next((one for one in results.charts if one.key == key), None)
    if shown is None:
        abort(404)
    name = f"antrean-{key}-{number}-{found.start_day}"
    if form == "png":
        return figures_pages.as_file(to_png(shown.alone(foot)), "image/png", f"{name}.png")
    return figures_pages.as_csv(shown.table, name)


@bp.get("/<int:number>.pdf")
def paper(number: int) -> Response:
    """All of it on paper. Raises Forbidden ``few_officers``, QueueError ``document_failed``."""
    now = clock.now()
    with database().read() as session:
        found, results = _to_take_along(session, number)
        office = found.office
        page = render_template(
            "documents/intervention.html",
            logo=letterhead.logo(office),
            now=now,
            **_shown(session, office, found, results),
        )
        name = f"intervensi-{number}-{found.start_day}"
    return dialogue_files.pdf(page, name)


def _list(problem: str = "") -> str:
    with database().read() as session:
        office = signed_in_user(session).office
        return render_template(
            "supervisor/interventions.html",
            office=office,
            rows=interventions.of_office(session, office.id),
            problem=problem,
            typed=intervention_forms.typed(None),
            **_choices(session, office),
        )


def _one(number: int, problem: str = "", tried: str = "") -> str:
    now = clock.now()
    with database().read() as session:
        office = signed_in_user(session).office
        found = interventions.find(session, signed_in_user(session), number)
        results = _results(session, found, now) if found.seen_at else None
        return render_template(
            "supervisor/intervention.html",
            problem=problem,
            tried=tried,
            typed=intervention_forms.typed(found) if tried == "change" else intervention_forms.typed_of(found),
            begun=found.start_day < opening.local_day(office, now),
            said_before=intervention_forms.text("conclusion") or intervention_forms.text("reason"),
            **_shown(session, office, found, results),
        )


def _shown(session: Session, office: Office, found: Intervention, results: Results | None) -> dict[str, object]:
    return {
        "office": office,
        "found": found,
        "results": results,
        "late_changes": course.changed_after(found),
        "warning": words.warning(results.measured) if results else "",
        "claim": figures.claim,
        "is_effect": lambda effect: isinstance(effect, Effect),
        **_choices(session, office),
    }


def _choices(session: Session, office: Office) -> dict[str, object]:
    return {
        "words": words,
        "choices": intervention_forms.choices(session, office),
        "annotations": intervention_forms.annotations(session, office),
        "fewest": interventions.FEWEST_OFFICERS,
        "GroupKind": GroupKind,
        "all_indicators": list(words.INDICATORS),
    }


def _results(session: Session, found: Intervention, now: datetime) -> Results:
    prepared = interventions.prepare(session, found, now)
    measured = in_thread(lambda: interventions.measure(prepared))
    return Results(prepared, measured, intervention_charts.of(found, measured))


def _to_take_along(session: Session, number: int) -> tuple[Intervention, Results]:
    """Only what was opened, and only what is of a group. Raises Forbidden ``few_officers``, QueueError
    ``results_not_seen``."""
    found = interventions.find(session, signed_in_user(session), number)
    if found.seen_at is None:
        raise QueueError("results_not_seen", N_("Hasilnya belum dibuka."))
    results = _results(session, found, clock.now())
    if results.few:
        raise Forbidden("few_officers", interventions.FEW, fewest=interventions.FEWEST_OFFICERS)
    return found, results


def _kept(number: int, now: datetime) -> dict[str, Any]:
    """The figures of now, for a closing to keep."""
    with database().read() as session:
        found = interventions.find(session, signed_in_user(session), number)
        return figures.plain(found, _results(session, found, now).measured)


def _change(session: Session, number: int, step: interventions.Step, _kept: dict[str, Any]) -> Intervention:
    return interventions.change(session, step, number, intervention_forms.wish(), intervention_forms.text("reason"))


def _see(session: Session, number: int, step: interventions.Step, _kept: dict[str, Any]) -> Intervention:
    return interventions.see(session, step, number)


def _close(session: Session, number: int, step: interventions.Step, kept: dict[str, Any]) -> Intervention:
    return interventions.close(session, step, number, intervention_forms.text("conclusion"), kept)


def _reopen(session: Session, number: int, step: interventions.Step, _kept: dict[str, Any]) -> Intervention:
    return interventions.reopen(session, step, number, intervention_forms.text("reason"))


_DEEDS: dict[str, tuple[Deed, str]] = {
    "change": (_change, N_("Rencana diubah dan dicatat.")),
    "see": (_see, N_("Hasil dibuka. Perubahan rencana sesudah ini dicatat dengan alasannya.")),
    "close": (_close, N_("Intervensi ditutup dengan kesimpulan Anda.")),
    "reopen": (_reopen, N_("Intervensi dibuka lagi.")),
}
