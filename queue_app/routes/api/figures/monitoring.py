"""Monitoring for a supervisor's program: the indicators from day to day, signals, and notes on the charts."""

from datetime import timedelta
from http import HTTPMethod
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from metrics.periods import day_of
from queue_app import clock, dashboard, monitoring, reported
from queue_app.extensions import database
from queue_app.models import Annotation, IndicatorSignal, Monitored
from queue_app.monitoring import Watched
from queue_app.representation import instant
from queue_app.routes.api.figures import monitoring_answers as answers
from queue_app.routes.api.figures.asked import Annotating, FilteredQuery
from queue_app.routes.api.figures.figure_answers import Period
from queue_app.routes.api.figures.metrics import filters_of, period_of
from queue_app.routes.api.frame.fields import told
from queue_app.routes.api.frame.operation import Caller, operation, row_id
from queue_app.routes.api.frame.own_office import own_office, own_user
from queue_app.routes.api.refusals import READ, WRITE

_OFFICE = "/api/v1/offices/{office}"
_NOTES = _OFFICE + "/annotations"
_TAG = "supervising"


@operation(
    HTTPMethod.GET,
    f"{_OFFICE}/metrics/monitoring",
    tag="metrics",
    answer=answers.MonitoringAnswer,
    refusals=(*READ, "other_office", "bad_period"),
)
def show_monitoring(office: str, query: FilteredQuery, caller: Caller) -> answers.MonitoringAnswer:
    """The control charts of the four indicators, the signals of the period, its notes, and what may be asked about.

    Days without enough cases are left out, never zero. A question is no accusation: there are innocent reasons.
    """
    now = clock.now()
    with database().figures() as session:
        here = own_office(session, office, caller)
        period, filters = period_of(query, here), filters_of(query)
        figures = dashboard.load(session, here, period, filters, now, with_speed=False)
        until = day_of(now, here.zone) - timedelta(days=1)
        ended = figures.ended
        return answers.MonitoringAnswer(
            office=office,
            period=Period(first=period.start_day, last=period.end_day),
            indicators=[_course(monitoring.course(figures, one, until=until)) for one in Monitored],
            signals=[_signal(one, here.zone) for one in monitoring.raised(session, here.id, period)],
            annotations=[_note(one) for one in monitoring.shown(session, here.id, period)],
            merges=[
                answers.MergeAnswer(date=one.day, service=one.service, into=one.into)
                for one in reported.merges(session, here, period, filters.service)
            ],
            questions=[
                answers.QuestionAnswer(
                    pattern=one.pattern.value, officer=one.officer, hits=one.hits, n=one.n, others=one.others
                )
                for one in ([] if ended is None else monitoring.asked(session, here, ended, filters))
            ],
        )


@operation(
    HTTPMethod.POST,
    _NOTES,
    tag=_TAG,
    answer=answers.AnnotationAnswer,
    status=201,
    refusals=(*WRITE, "other_office", "annotation_empty", "annotation_too_long", "annotation_days"),
    example={"kind": "outage", "from": "2026-11-20", "text": "Sistem pusat mati seharian."},
)
def annotate(office: str, body: Annotating, caller: Caller) -> answers.AnnotationAnswer:
    """Write beside the charts what happened. The same note again is the first."""
    with database().write() as session:
        who = own_user(session, office, caller)
        made = monitoring.annotate(session, who, body.kind, body.first, body.last, body.text, clock.now())
        session.refresh(made)
        return _note(made)


@operation(
    HTTPMethod.DELETE,
    _NOTES + "/{annotation}",
    tag=_TAG,
    answer=answers.AnnotationAnswer,
    refusals=(*WRITE, "other_office"),
)
def remove_annotation(office: str, annotation: str, caller: Caller) -> answers.AnnotationAnswer:
    """Take a note out of the charts; it stays in the log. Doing it twice is harmless."""
    number = row_id("annotation", annotation)
    with database().write() as session:
        monitoring.remove(session, own_user(session, office, caller), number, clock.now())
        return _note(session.get_one(Annotation, number))


@operation(
    HTTPMethod.POST,
    f"{_OFFICE}/signals/{{signal}}/seen",
    tag=_TAG,
    answer=answers.SignalAnswer,
    refusals=(*WRITE, "other_office"),
)
def mark_signal_seen(office: str, signal: str, caller: Caller) -> answers.SignalAnswer:
    """Somebody has seen the signal. Doing it twice is harmless."""
    number = row_id("signal", signal)
    with database().write() as session:
        who = own_user(session, office, caller)
        monitoring.mark_seen(session, who, number, clock.now())
        return _seen(session, number, who.office.zone)


def _seen(session: Session, number: int, zone: ZoneInfo) -> answers.SignalAnswer:
    return _signal(session.get_one(IndicatorSignal, number, populate_existing=True), zone)


def _course(watched: Watched) -> answers.CourseAnswer:
    xmr, ewma = watched.xmr, watched.ewma
    return answers.CourseAnswer(
        indicator=watched.indicator,
        days=[
            answers.CourseDay(date=day, value=value, n=n)
            for day, value, n in zip(watched.days, watched.figures, watched.cases, strict=True)
        ],
        xmr=None
        if xmr is None
        else answers.XmrAnswer(mean=xmr.mean, low=xmr.low, high=xmr.high, signals=list(xmr.signals)),
        ewma=None
        if ewma is None
        else answers.EwmaAnswer(
            mean=ewma.mean,
            values=list(ewma.values),
            low=list(ewma.low),
            high=list(ewma.high),
            signals=list(ewma.signals),
        ),
    )


def _signal(found: IndicatorSignal, zone: ZoneInfo) -> answers.SignalAnswer:
    return answers.SignalAnswer(
        id=found.id,
        indicator=found.indicator,
        rule=found.rule,
        date=found.day,
        facts=found.facts,
        raised_at=instant(found.raised_at, zone),
        seen_at=told(found.seen_at, zone),
    )


def _note(found: Annotation) -> answers.AnnotationAnswer:
    return answers.AnnotationAnswer(
        id=found.id, kind=found.kind, first=found.start_day, last=found.end_day, text=found.text
    )
