"""The supervisor's page of monthly reports: asked for here, made by a process of its own, fetched here."""

from datetime import date

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from queue_app import clock, opening
from queue_app.auth import signed_in_user
from queue_app.errors import N_, NotFound, QueueError
from queue_app.extensions import config, database
from queue_app.models import JobStatus
from queue_app.reports import jobs
from queue_app.reports.maker import folder
from queue_app.routes.dialogue_files import XLSX, attachment
from queue_app.routes.labels import error_text
from queue_app.routes.language import LANGUAGES

bp = Blueprint("reports", __name__, url_prefix="/supervisor/reports")

MONTHS = 24

STEPS = (
    N_("Menunggu giliran"),
    N_("Menggambar grafik"),
    N_("Menyusun tabel"),
    N_("Menyusun halaman PDF"),
    N_("Selesai"),
)
"""What is being done after so many steps."""

REASONS = {
    jobs.DIED: N_("Pembuatnya berhenti di tengah jalan. Buat lagi; tidak ada angka yang hilang."),
    jobs.TOO_LONG: N_("Terlalu lama dibuat. Coba lagi saat kantor tidak sibuk."),
    jobs.FAILED: N_("Gagal dibuat. Coba lagi; bila tetap gagal, hubungi pengelola sistem."),
}


@bp.get("")
def show() -> ResponseReturnValue:
    return _page("supervisor/reports.html")


@bp.get("/live")
def live() -> ResponseReturnValue:
    """The list alone, as it is now."""
    return _page("supervisor/_reports.html")


@bp.post("")
def ask() -> ResponseReturnValue:
    try:
        with database().write() as session:
            month, chosen = request.form.get("month", ""), request.form.get("language", "")
            jobs.ask(session, signed_in_user(session), month, chosen, clock.now())
    except QueueError as error:
        flash(error_text(error), "error")
        return _page("supervisor/reports.html"), error.status
    return redirect(url_for("reports.show"), 303)


@bp.get("/<int:job_id>.<any(pdf,xlsx):form>")
def file(job_id: int, form: str) -> Response:
    """Raises NotFound ``unknown_report`` or ``report_gone``."""
    with database().read() as session:
        office = signed_in_user(session).office
        job = jobs.find(session, office, job_id)
        path = folder(config()) / f"{job.id}.{form}"
        if job.status is not JobStatus.DONE or not path.is_file():
            raise NotFound("report_gone", N_("Berkas laporan itu belum atau tidak lagi ada. Buat lagi."))
        name = f"laporan-{office.slug}-{job.wish['month'][:7]}-{job.wish['language']}.{form}"
    return attachment(path.read_bytes(), XLSX if form == "xlsx" else "application/pdf", name)


def _page(template: str) -> str:
    now = clock.now()
    with database().read() as session:
        office = signed_in_user(session).office
        today = opening.local_day(office, now)
        return render_template(
            template,
            office=office,
            jobs=jobs.of_office(session, office),
            months=_months(today),
            last_whole=_months(today)[1],
            languages=LANGUAGES,
            month_of=lambda job: date.fromisoformat(job.wish["month"]),
            steps=STEPS,
            reasons=REASONS,
        )


def _months(today: date) -> list[date]:
    """The first days of the months to choose from, the present one first."""
    count = today.year * 12 + today.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(count, count - MONTHS, -1)]
