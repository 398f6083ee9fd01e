"""What an officer's program does with the own figures: reads them before others do, contests, answers complaints."""

from datetime import date, datetime
from http import HTTPMethod
from zoneinfo import ZoneInfo

from flask import request

from metrics.accuracy import Count
from queue_app import claims, clock, opening, own_figures
from queue_app.complaints import heard, steps
from queue_app.complaints.heard import Heard
from queue_app.complaints.record import Deed
from queue_app.extensions import database, vault
from queue_app.models import User
from queue_app.own_figures import Figures, OwnVisit
from queue_app.routes.api.desk import own_answers as answers
from queue_app.routes.api.desk.asked import Outage, OwnFiguresQuery, OwnView
from queue_app.routes.api.figures.figure_answers import Period, ServiceFigures, ShareFigures
from queue_app.routes.api.figures.metrics import officer_figures
from queue_app.routes.api.figures.quality import satisfaction_figures
from queue_app.routes.api.figures.quality_answers import CountFigures
from queue_app.routes.api.frame.fields import told
from queue_app.routes.api.frame.keys import once_key
from queue_app.routes.api.frame.operation import Caller, operation, row_id
from queue_app.routes.api.refusals import COMPLAINT_STEP, READ, WRITE
from queue_app.survey import results
from queue_app.survey.results import Own

_TAG = "desk"
_FIRST_YEAR = 2000


@operation(HTTPMethod.GET, "/api/v1/desk/figures", tag=_TAG, answer=answers.OwnFiguresAnswer, refusals=READ)
def show_own_figures(query: OwnFiguresQuery, caller: Caller) -> answers.OwnFiguresAnswer:
    """The officer's own figures of a day and its month, with every service behind the day's.

    They are the officer's own until the day is over. What is still to come counts as today.
    """
    now = clock.now()
    with database().figures() as session:
        officer = session.get_one(User, caller.user_id)
        today = opening.local_day(officer.office, now)
        day = query.day if query.day is not None and query.day <= today else None
        month = min(query.month or day or today, today)
        page = own_figures.of(session, officer, month, day, now)
        said = results.own(session, officer, page.month.period, now)
    return _page(page, said, officer.office.zone)


def _page(page: own_figures.OwnPage, said: Own, zone: ZoneInfo) -> answers.OwnFiguresAnswer:
    return answers.OwnFiguresAnswer(
        day=_figures(page.day),
        month=_figures(page.month),
        reference=Period(first=page.reference.start_day, last=page.reference.end_day),
        min_visits=page.rules.min_visits,
        days=[answers.OwnDayAnswer.model_validate(day) for day in page.days],
        visits=[_visit(visit, zone) for visit in page.visits],
        contest_until=page.contest_until,
        provisional_from=page.provisional_from,
        satisfaction=satisfaction_figures(said.result),
        content=_count(said.content),
        informed=_count(said.informed),
    )


def _figures(found: Figures) -> answers.OwnPeriodFigures:
    return answers.OwnPeriodFigures(
        period=Period(first=found.period.start_day, last=found.period.end_day),
        speed=officer_figures(found.speed, None) if found.speed else None,
        services=[ServiceFigures.model_validate(row) for row in found.services],
        held=found.held,
        hold_s=found.hold_s,
        within=found.within,
        with_standard=found.with_standard,
        accuracy=ShareFigures.model_validate(found.accuracy),
    )


def _count(found: Count | None) -> CountFigures | None:
    return None if found is None else CountFigures(wrong=found.wrong, n=found.n)


def _visit(row: OwnVisit, zone: ZoneInfo) -> answers.OwnVisitAnswer:
    visit, said = row.visit, row.said
    return answers.OwnVisitAnswer(
        ticket=row.public_id,
        label=row.label,
        version=row.version,
        service=row.service.code,
        arrived_at=told(visit.arrived_at, zone) or "",
        called_at=told(visit.called_at, zone),
        started_at=told(visit.started_at, zone),
        finished_at=told(visit.finished_at, zone),
        serve_s=visit.serve_s,
        outcome=visit.outcome,
        excluded=row.excluded.value if row.excluded else None,
        claim=said.state if said else None,
        reason=said.reason if said else None,
        decision=said.decisions[-1].words if said and said.decisions else None,
        can_contest=row.can_contest,
    )


@operation(
    HTTPMethod.POST,
    "/api/v1/desk/outage",
    tag=_TAG,
    answer=answers.Contested,
    refusals=(*WRITE, "reason_needed", "bad_span", "nothing_in_span", "contest_over"),
    example={"from": "08:00", "to": "17:00", "reason": "listrik padam"},
)
def contest_outage(body: Outage, caller: Caller) -> answers.Contested:
    """Contest all own services of some time of a day, as one claim: an outage, say. Doing it twice is harmless."""
    now = clock.now()
    with database().write() as session:
        officer = session.get_one(User, caller.user_id)
        start, end = _span(officer, body, now)
        kind = claims.Kind(body.kind)
        return answers.Contested(marked=claims.flag_span(session, officer, start, end, now, body.reason, kind))


def _span(officer: User, body: Outage, now: datetime) -> tuple[datetime, datetime]:
    office = officer.office
    day: date = body.date or opening.local_day(office, now)
    return (
        opening.local_instant(office, day, body.from_minute),
        opening.local_instant(office, day, body.to_minute),
    )


@operation(HTTPMethod.GET, "/api/v1/desk/complaints", tag=_TAG, answer=answers.HeardComplaints, refusals=READ)
def list_heard(caller: Caller) -> answers.HeardComplaints:
    """The complaints about the own work, as feedback: without anything that names who complained."""
    with database().read() as session:
        found = heard.by(session, vault(), session.get_one(User, caller.user_id))
        return answers.HeardComplaints(complaints=[_heard(each) for each in found])


@operation(
    HTTPMethod.POST,
    "/api/v1/desk/complaints/{number}/view",
    tag=_TAG,
    answer=answers.HeardComplaint,
    refusals=(*WRITE, *COMPLAINT_STEP, "not_about_you", "words_needed", "text_too_long"),
    headers=("Idempotency-Key",),
    example={"text": "Sistem pusat mati; saya sudah menjelaskannya."},
)
def state_view(number: str, body: OwnView, caller: Caller) -> answers.HeardComplaint:
    """The officer's own view of a complaint, heard before it is decided.

    With an Idempotency-Key a retry changes nothing.
    """
    wanted = row_id("number", number)
    with database().write() as session:
        officer = session.get_one(User, caller.user_id)
        deed = Deed(clock.now(), once_key(request), officer)
        steps.state_view(session, vault(), deed, wanted, body.text)
        return _heard(heard.one(session, vault(), officer, wanted))


def _heard(found: Heard) -> answers.HeardComplaint:
    return answers.HeardComplaint(
        number=found.number,
        subject=found.subject,
        service=found.service.code if found.service else None,
        day=found.day,
        month=found.month,
        substance=found.substance,
        views=list(found.views),
        state=found.state,
        resolution=found.resolution,
        reasons=found.reasons,
        can_answer=found.can_answer,
    )
