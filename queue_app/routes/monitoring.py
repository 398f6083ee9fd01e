"""The supervisor's continuous monitoring: control charts of the indicators, signals, annotations, and questions about
patterns that good figures can be made of.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from metrics.gaming import Pattern, Question
from metrics.periods import day_of
from queue_app import clock, dashboard, monitoring, opening, reported
from queue_app.auth import signed_in_user
from queue_app.charts import to_png
from queue_app.dashboard import Dashboard
from queue_app.errors import N_, QueueError
from queue_app.extensions import database
from queue_app.models import Annotation, AnnotationKind, Monitored, Office, SignalRule, User
from queue_app.routes import dashboard as figures_pages
from queue_app.routes import monitoring_charts, period_choice
from queue_app.routes.chart import Shown
from queue_app.routes.labels import error_text

bp = Blueprint("monitoring", __name__, url_prefix="/supervisor/monitoring")

_LATEST = 20
_ASKED: Mapping[Pattern, str] = {
    Pattern.JUST_OVER_MINIMUM: N_("Layanan yang sangat singkat, sedikit di atas batas terpendek"),
    Pattern.SERVED_AGAIN: N_("Selesai, lalu nomor yang sama dilayani lagi dalam 10 menit"),
    Pattern.CALL_WITHOUT_PERSON: N_("Panggilan yang ditandai tidak hadir dalam 30 detik"),
    Pattern.TRANSFER_BEFORE_STANDARD: N_("Dipindahkan sesaat sebelum waktu standar habis"),
}
_INNOCENT: Mapping[Pattern, str] = {
    Pattern.JUST_OVER_MINIMUM: N_("Mungkin: hanya mengambil berkas yang sudah jadi, atau warga salah loket."),
    Pattern.SERVED_AGAIN: N_("Mungkin: warga kembali dengan berkas yang kurang, atau tombol Selesai tertekan."),
    Pattern.CALL_WITHOUT_PERSON: N_("Mungkin: warga sudah pamit pulang, atau layar ruang tunggu mati."),
    Pattern.TRANSFER_BEFORE_STANDARD: N_("Mungkin: tugas loket itu memang menyerahkan kasus ke loket lain."),
}
RULES: Mapping[SignalRule, str] = {
    SignalRule.XMR: N_("di luar batas harian, atau 8 hari di satu sisi"),
    SignalRule.EWMA: N_("perubahan kecil yang menetap"),
}


@bp.get("")
def show() -> ResponseReturnValue:
    return _page()


@bp.get("/<key>.<any(png,csv):form>")
def chart(key: str, form: str) -> ResponseReturnValue:
    """One chart as a picture, or the table behind it."""
    with database().read() as session:
        office, choice, figures = _figures(session)
        found = next((one for one in _charts(session, office, figures) if one.key == key), None)
        foot = f"{office.name}, {choice.period.start_day} – {choice.period.end_day}"
    if found is None or choice.problem:
        abort(404)
    name = f"antrean-{key}-{choice.period.start_day}-{choice.period.end_day}"
    if form == "png":
        return figures_pages.as_file(to_png(found.alone(foot)), "image/png", f"{name}.png")
    return figures_pages.as_csv(found.table, name)


@bp.post("/annotations")
def annotate() -> ResponseReturnValue:
    def deed(session: Session, who: User, now: datetime) -> str:
        form = request.form
        monitoring.annotate(
            session, who, form.get("kind", ""), _day("from"), _day("to"), form.get("text", "")[:20_000], now
        )
        return str(gettext("Catatan tampil pada bagan."))

    return _do(deed)


@bp.post("/annotations/<int:annotation>/remove")
def remove(annotation: int) -> ResponseReturnValue:
    def deed(session: Session, who: User, now: datetime) -> str:
        monitoring.remove(session, who, annotation, now)
        return str(gettext("Catatan dihapus dari bagan."))

    return _do(deed)


@bp.post("/signals/<int:signal>/seen")
def seen(signal: int) -> ResponseReturnValue:
    def deed(session: Session, who: User, now: datetime) -> str:
        monitoring.mark_seen(session, who, signal, now)
        return str(gettext("Isyarat dicatat sudah dilihat."))

    return _do(deed)


def _do(deed: Callable[[Session, User, datetime], str]) -> ResponseReturnValue:
    """A refusal shows the page again, with what was typed."""
    try:
        with database().write() as session:
            said = deed(session, signed_in_user(session), clock.now())
    except QueueError as error:
        return _page(problem=error_text(error))[0], error.status
    flash(said, "success")
    query = figures_pages.chosen_query()
    return redirect(f"/supervisor/monitoring{'?' + query if query else ''}", 303)


def _page(problem: str = "") -> tuple[str, int]:
    with database().read() as session:
        office, choice, figures = _figures(session)
        page = render_template(
            "supervisor/monitoring.html",
            office=office,
            choice=choice,
            periods=period_choice.LONGER,
            filters=figures_pages.chosen_filters(),
            **figures_pages.choices(session, office),
            figures=figures,
            charts=_charts(session, office, figures),
            signals=monitoring.raised(session, office.id, choice.period)[:_LATEST],
            annotations=_notes(session, office, figures),
            asked=_asked(session, office, figures),
            words={"titles": monitoring_charts.TITLES, "rules": RULES, "asked": _ASKED, "innocent": _INNOCENT},
            kinds=monitoring_charts.KINDS,
            all_kinds=list(AnnotationKind),
            today=opening.local_day(office, clock.now()),
            query=figures_pages.chosen_query(),
            problem=problem,
            typed=request.form,
        )
    return page, 422 if choice.problem else 200


def _figures(session: Session) -> tuple[Office, period_choice.Choice, Dashboard]:
    now = clock.now()
    office = signed_in_user(session).office
    choice = period_choice.of(office, opening.local_day(office, now), period_choice.LONGER, default="90d")
    filters = figures_pages.chosen_filters()
    return office, choice, dashboard.load(session, office, choice.period, filters, now, with_speed=False)


def _charts(session: Session, office: Office, figures: Dashboard) -> list[Shown]:
    until = day_of(clock.now(), office.zone) - timedelta(days=1)
    notes = _notes(session, office, figures)
    watched = (monitoring.course(figures, indicator, until=until) for indicator in Monitored)
    return [shown for one in watched for shown in monitoring_charts.both(one, notes)]


def _notes(session: Session, office: Office, figures: Dashboard) -> Sequence[Annotation]:
    """What was noted, and where a service became part of another one: written nowhere, for that may be taken back."""
    merged = reported.merges(session, office, figures.period, figures.filters.service)
    told = (
        Annotation(
            kind=AnnotationKind.CHANGE,
            start_day=one.day,
            end_day=one.day,
            text=gettext("Layanan %(service)s digabung ke layanan %(into)s.", service=one.service, into=one.into),
        )
        for one in merged
    )
    written = monitoring.shown(session, office.id, figures.period)
    return sorted((*written, *told), key=lambda note: note.start_day)


def _asked(session: Session, office: Office, figures: Dashboard) -> list[Question]:
    """Of days that are over: those that go on are the officer's own first."""
    return [] if figures.ended is None else monitoring.asked(session, office, figures.ended, figures.filters)


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        return None
