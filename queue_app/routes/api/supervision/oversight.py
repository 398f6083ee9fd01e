"""What a supervisor's program sees of the running office, and what it does about alerts, messages and claims."""

from datetime import datetime
from http import HTTPMethod
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from metrics.visit import Claim
from queue_app import alerts, announcements, archived, claims, clock, contested, oversight
from queue_app.claims import LegName, Verdict
from queue_app.contested import Claimed, ContestedLeg
from queue_app.extensions import database
from queue_app.handover import Handover
from queue_app.in_force import Pulled
from queue_app.lifecycle import ShiftState
from queue_app.models import Alert, Announcement, Office
from queue_app.oversight import CounterLine, ServiceLine
from queue_app.representation import instant
from queue_app.routes.api.frame.fields import told
from queue_app.routes.api.frame.operation import Caller, operation, row_id
from queue_app.routes.api.frame.own_office import own_office, own_user
from queue_app.routes.api.refusals import READ, WRITE
from queue_app.routes.api.supervision import oversight_answers as answers
from queue_app.routes.api.supervision.asked_levers import ClaimsQuery, ClaimVerdict
from queue_app.routes.api.supervision.lever_answers import AnnouncementAnswer

_OFFICE = "/api/v1/offices/{office}"
_READ, _WRITE = (*READ, "other_office"), (*WRITE, "other_office")
_ALL: tuple[Claim, ...] = ("open", "accepted", "declined")


@operation(HTTPMethod.GET, f"{_OFFICE}/live", tag="supervising", answer=answers.LiveAnswer, refusals=_READ)
def show_live(office: str, caller: Caller) -> answers.LiveAnswer:
    """The office now: its lines, its counters and who is at them, what is stopped, and what alarms."""
    now = clock.now()
    with database().read() as session:
        return _live(session, own_office(session, office, caller), now)


def _live(session: Session, here: Office, now: datetime) -> answers.LiveAnswer:
    view, zone = oversight.now_at(session, here, now), here.zone
    return answers.LiveAnswer(
        office=here.slug,
        version=view.version,
        as_of=instant(now, zone),
        totals=answers.DayTotalsAnswer.model_validate(view.totals),
        services=[_service(line, zone) for line in view.services],
        counters=[_counter(line, zone) for line in view.counters],
        issuing_stopped=_pulled(view.stopped, zone),
        handed_over=[handover_answer(each, zone) for each in view.handed_over],
        alerts=[alert_answer(each, zone) for each in alerts.still_open(session, here.id)],
        announcements=[_announcement(each, zone) for each in announcements.shown(session, here.id, now)],
        open_claims=contested.open_count(session, here),
    )


def _service(line: ServiceLine, zone: ZoneInfo) -> answers.ServiceLineAnswer:
    return answers.ServiceLineAnswer(
        service=line.service.code,
        waiting=line.waiting,
        longest_s=line.longest_s,
        open_counters=line.counters_open,
        target_minutes=line.target_minutes,
        likely_late=line.risk.likely,
        possibly_late=line.risk.possible,
        paused=_pulled(line.paused, zone),
        issuing_stopped=_pulled(line.stopped, zone),
    )


def _counter(line: CounterLine, zone: ZoneInfo) -> answers.CounterLineAnswer:
    return answers.CounterLineAnswer(
        counter=line.counter.id,
        number=line.counter.number,
        state=line.shift.state if line.shift else ShiftState.CLOSED,
        officer=line.shift.officer.username if line.shift else None,
        since=told(line.since, zone),
        reason=line.reason,
        ticket=line.ticket.label if line.ticket else None,
        ticket_state=line.ticket.state if line.ticket else None,
        seconds=line.seconds,
        standard_s=line.standard_s,
        paused_s=line.paused_s,
    )


def _pulled(lever: Pulled | None, zone: ZoneInfo) -> answers.PulledLever | None:
    return None if lever is None else answers.PulledLever(at=instant(lever.at, zone), by=lever.who, reason=lever.reason)


def handover_answer(found: Handover, zone: ZoneInfo) -> answers.HandoverAnswer:
    """What an officer left behind."""
    return answers.HandoverAnswer(
        officer=found.officer,
        counter=found.counter,
        at=instant(found.at, zone),
        to_counter=found.to_counter,
        note=found.note,
        tickets=[ticket.label for ticket in found.tickets],
    )


def alert_answer(alert: Alert, zone: ZoneInfo) -> answers.AlertAnswer:
    """An alert with the figures it was raised by."""
    return answers.AlertAnswer(
        id=alert.id,
        kind=alert.kind,
        subject=alert.subject_id,
        facts=alert.facts,
        raised_at=instant(alert.raised_at, zone),
        acknowledged_at=told(alert.acknowledged_at, zone),
    )


def _announcement(said: Announcement, zone: ZoneInfo) -> AnnouncementAnswer:
    service = said.service.code if said.service else None
    return AnnouncementAnswer(id=said.id, text=said.text, service=service, until=instant(said.until, zone))


@operation(HTTPMethod.GET, f"{_OFFICE}/alerts", tag="supervising", answer=answers.AlertsAnswer, refusals=_READ)
def list_alerts(office: str, caller: Caller) -> answers.AlertsAnswer:
    """What has crossed a threshold of the office and is not over."""
    with database().read() as session:
        here = own_office(session, office, caller)
        found = alerts.still_open(session, here.id)
        return answers.AlertsAnswer(alerts=[alert_answer(each, here.zone) for each in found])


@operation(
    HTTPMethod.POST,
    f"{_OFFICE}/alerts/{{alert}}/acknowledge",
    tag="levers",
    answer=answers.AlertAnswer,
    refusals=_WRITE,
)
def acknowledge_alert(office: str, alert: str, caller: Caller) -> answers.AlertAnswer:
    """Somebody has seen it: it is shown quietly from now on. Doing it twice is harmless."""
    with database().write() as session:
        who = own_user(session, office, caller)
        return alert_answer(alerts.acknowledge(session, who, row_id("alert", alert), clock.now()), who.office.zone)


@operation(
    HTTPMethod.GET, f"{_OFFICE}/announcements", tag="supervising", answer=answers.AnnouncementsAnswer, refusals=_READ
)
def list_announcements(office: str, caller: Caller) -> answers.AnnouncementsAnswer:
    """What everyone who waits is being told now."""
    with database().read() as session:
        here = own_office(session, office, caller)
        found = announcements.shown(session, here.id, clock.now())
        return answers.AnnouncementsAnswer(announcements=[_announcement(each, here.zone) for each in found])


@operation(
    HTTPMethod.DELETE,
    f"{_OFFICE}/announcements/{{announcement}}",
    tag="levers",
    answer=AnnouncementAnswer,
    refusals=_WRITE,
)
def take_back_announcement(office: str, announcement: str, caller: Caller) -> AnnouncementAnswer:
    """Show a message no more; who was told stays told. Doing it twice is harmless."""
    with database().write() as session:
        who = own_user(session, office, caller)
        said = announcements.take_back(session, who, row_id("announcement", announcement), clock.now())
        return _announcement(said, who.office.zone)


@operation(HTTPMethod.GET, f"{_OFFICE}/claims", tag="supervising", answer=answers.ClaimsAnswer, refusals=_READ)
def list_claims(office: str, query: ClaimsQuery, caller: Caller) -> answers.ClaimsAnswer:
    """The times that officers contest, each beside what is usual for its service."""
    with database().figures() as session:
        here = own_office(session, office, caller)
        states = _ALL if query.state is None else (query.state,)
        found = contested.claims(session, here, states, clock.now())
        last = archived.through(session, here.id)
        return answers.ClaimsAnswer(
            open=contested.open_count(session, here),
            archived_through=last.isoformat() if last else None,
            claims=[_claim(each, here.zone) for each in found],
        )


@operation(
    HTTPMethod.POST,
    f"{_OFFICE}/claims/decide",
    tag="supervising",
    answer=answers.ClaimsDecided,
    refusals=(*_WRITE, "reason_needed", "unknown_ticket", "unknown_claim", "own_claim", "claim_moved"),
    example={
        "legs": [{"ticket": "Yp3xJ0mT1qK8v2Zb4nQw7A", "version": 4}],
        "verdict": "accepted",
        "reason": "listrik padam pada jam itu",
    },
)
def decide_claims(office: str, body: ClaimVerdict, caller: Caller) -> answers.ClaimsDecided:
    """Accept or decline the claims about these services, all or none, with words for the officer.

    Doing it twice is harmless. An accepted one is taken out of the figures of speed.
    """
    names = [LegName(leg.ticket, leg.version) for leg in body.legs]
    with database().write() as session:
        who = own_user(session, office, caller)
        changed = claims.decide(session, who, names, Verdict(body.verdict), body.seen, clock.now(), body.reason)
    return answers.ClaimsDecided(changed=changed)


def _claim(found: Claimed, zone: ZoneInfo) -> answers.ClaimAnswer:
    said = found.said
    return answers.ClaimAnswer(
        officer=said.officer,
        kind=said.kind,
        reason=said.reason,
        at=instant(said.at, zone),
        state=found.state,
        decisions=[
            answers.ClaimDecision(verdict=one.verdict.value, words=one.words, by=one.by, at=instant(one.at, zone))
            for one in said.decisions
        ],
        legs=[_leg(leg, zone) for leg in found.legs],
    )


def _leg(leg: ContestedLeg, zone: ZoneInfo) -> answers.ClaimedLeg:
    low, high = leg.usual_s or (None, None)
    return answers.ClaimedLeg(
        ticket=leg.public_id,
        version=leg.version,
        label=leg.label,
        service=leg.service.code,
        started_at=told(leg.visit.started_at, zone),
        finished_at=told(leg.visit.finished_at, zone),
        serve_s=leg.visit.serve_s,
        usual_low_s=low,
        usual_high_s=high,
    )
