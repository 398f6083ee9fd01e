"""Monthly reports for a supervisor's program: asked for, made beside the server, fetched."""

from http import HTTPMethod

from flask import Response

from queue_app import clock
from queue_app.errors import N_, NotFound
from queue_app.extensions import config, database
from queue_app.models import JobStatus, ReportJob
from queue_app.reports import jobs
from queue_app.reports.maker import folder
from queue_app.representation import instant
from queue_app.routes.api.figures.asked import ReportAsked, ReportQuery
from queue_app.routes.api.frame.fields import Answer, Instant, example
from queue_app.routes.api.frame.files import PDF, XLSX, file
from queue_app.routes.api.frame.operation import Caller, operation, row_id
from queue_app.routes.api.frame.own_office import own_office, own_user
from queue_app.routes.api.refusals import READ, WRITE

_ALL = "/api/v1/offices/{office}/reports"
_ONE = _ALL + "/{report}"
_TAG = "metrics"
_READ = (*READ, "other_office")
_SHOWN = {
    "id": 9,
    "month": "2026-10",
    "language": "id",
    "status": "DONE",
    "step": 4,
    "steps": 4,
    "reason": None,
    "asked_at": "2026-11-24T09:00:00.000+07:00",
}


class ReportAnswer(Answer):
    """``status``: QUEUED, RUNNING, DONE or FAILED (with ``reason``: died, failed or too_long)."""

    model_config = example(**_SHOWN)

    id: int
    month: str
    language: str
    status: JobStatus
    step: int
    steps: int
    reason: str | None
    asked_at: Instant


class ReportsAnswer(Answer):
    """The latest first, twenty at most."""

    model_config = example(reports=[_SHOWN])

    reports: list[ReportAnswer]


@operation(HTTPMethod.GET, _ALL, tag=_TAG, answer=ReportsAnswer, refusals=_READ)
def list_reports(office: str, caller: Caller) -> ReportsAnswer:
    """The monthly reports that were asked for."""
    with database().read() as session:
        here = own_office(session, office, caller)
        return ReportsAnswer(reports=[_report(job) for job in jobs.of_office(session, here)])


@operation(
    HTTPMethod.POST,
    _ALL,
    tag=_TAG,
    answer=ReportAnswer,
    status=201,
    refusals=(*WRITE, "other_office", "bad_month", "future_month"),
    example={"month": "2026-10", "language": "id"},
)
def ask_report(office: str, body: ReportAsked, caller: Caller) -> ReportAnswer:
    """Have the report of a month made; one that is being made already is given, not made twice."""
    with database().write() as session:
        who = own_user(session, office, caller)
        return _report(jobs.ask(session, who, body.month, body.language, clock.now()))


@operation(HTTPMethod.GET, _ONE, tag=_TAG, answer=ReportAnswer, refusals=_READ)
def show_report(office: str, report: str, caller: Caller) -> ReportAnswer:
    """How far a report is."""
    with database().read() as session:
        here = own_office(session, office, caller)
        return _report(jobs.find(session, here, row_id("report", report)))


@operation(HTTPMethod.GET, _ONE + "/file", tag=_TAG, media=(PDF, XLSX), refusals=(*_READ, "report_gone"))
def fetch_report(office: str, report: str, query: ReportQuery, caller: Caller) -> Response:
    """The report as a paper or a workbook, once it is DONE."""
    form = query.form or "pdf"
    with database().read() as session:
        here = own_office(session, office, caller)
        job = jobs.find(session, here, row_id("report", report))
        path = folder(config()) / f"{job.id}.{form}"
        if job.status is not JobStatus.DONE or not path.is_file():
            raise NotFound("report_gone", N_("Berkas laporan itu belum atau tidak lagi ada. Buat lagi."))
        name = f"laporan-{here.slug}-{job.wish['month'][:7]}-{job.wish['language']}.{form}"
    return file(path.read_bytes(), XLSX if form == "xlsx" else PDF, name)


def _report(job: ReportJob) -> ReportAnswer:
    return ReportAnswer(
        id=job.id,
        month=job.wish["month"][:7],
        language=job.wish["language"],
        status=job.status,
        step=job.step,
        steps=job.steps,
        reason=job.reason,
        asked_at=instant(job.asked_at, job.office.zone),
    )
