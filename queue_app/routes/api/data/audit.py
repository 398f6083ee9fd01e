"""The auditor's page for a program: any visit of the office as a story, and whether the logs hold."""

from http import HTTPMethod
from typing import Annotated, Any

from pydantic import StringConstraints

from queue_app import clock, opening
from queue_app.audit import story
from queue_app.audit.story import Told
from queue_app.errors import NotFound
from queue_app.extensions import database
from queue_app.models import Office, Ticket
from queue_app.representation import instant
from queue_app.routes import audit_parts
from queue_app.routes.api.frame import paging
from queue_app.routes.api.frame.fields import Answer, Asked, Code, Day, Instant, Text, example
from queue_app.routes.api.frame.names import NAMES
from queue_app.routes.api.frame.operation import Caller, operation
from queue_app.routes.api.frame.own_office import own_office
from queue_app.routes.api.frame.paging import PageQuery
from queue_app.routes.api.refusals import READ

_TAG = "audit"
_ALL = "/api/v1/offices/{office}/audit"
_READ = (*READ, "other_office")
_LIST = "visits"


class VisitsQuery(PageQuery):
    """``date``: a local day; today when neither it nor ``label`` is given. ``label``: only tickets of that number.
    ``after``: ``next`` of the page before. ``limit``: at most so many rows; 50 when left out."""

    date: Day | None = None
    label: Code | None = None


class AuditedVisit(Answer):
    id: str
    label: str
    date: str
    service: str
    state: str


class AuditedVisits(Answer):
    """The last that were made first; ``id`` opens the citizen's page too."""

    model_config = example(
        visits=[
            {
                "id": "Yp3xJ0mT1qK8v2Zb4nQw7A",
                "label": "A-012",
                "date": "2026-11-24",
                "service": "A",
                "state": "SERVED",
            }
        ],
        next=None,
    )

    visits: list[AuditedVisit]
    next: str | None


class StoryPart(Answer):
    """``kind``: move, forecast, message or complaint; ``name``: the action, the message's kind or the complaint's step.
    ``seq`` and ``fits`` of a row of the log: its number, and whether it is as it was written."""

    at: Instant
    kind: str
    name: str
    facts: dict[str, Any]
    counter: int | None
    service: str | None
    actor: str | None
    officer: str | None
    reason: str | None
    seq: int | None
    fits: bool


class Story(AuditedVisit):
    """All that happened with a ticket, in order of time; nothing of who it was."""

    model_config = example(
        id="Yp3xJ0mT1qK8v2Zb4nQw7A",
        label="A-012",
        date="2026-11-24",
        service="A",
        state="SERVED",
        parts=[
            {
                "at": "2026-11-24T09:00:00.000+07:00",
                "kind": "move",
                "name": "call",
                "facts": {},
                "counter": 2,
                "service": "A",
                "actor": "petugas2",
                "officer": "petugas2",
                "reason": None,
                "seq": 41,
                "fits": True,
            }
        ],
    )

    parts: list[StoryPart]


class CheckQuery(Asked):
    """``after``: ``next`` of the part before; from the beginning when left out."""

    after: Annotated[Text, StringConstraints(max_length=audit_parts.LONGEST)] | None = None


class CheckedLog(Answer):
    """``rows`` that hold so far, and the digest of the last of them. ``broken_at``: the first that does not, and
    ``why``."""

    log: str
    rows: int
    digest: str
    broken_at: int | None
    why: str | None


class CheckedLogs(Answer):
    """``next``: to go on with where rows are left, of which there are ``length`` in all logs; null at the end.
    ``holds``: whether all rows hold; null while some are left and none was found that does not."""

    model_config = example(
        logs=[{"log": "moves", "rows": 4711, "digest": "9f2c…", "broken_at": None, "why": None}],
        holds=True,
        length=4711,
        next=None,
    )

    logs: list[CheckedLog]
    holds: bool | None
    length: int
    next: str | None


@operation(HTTPMethod.GET, _ALL + "/visits", tag=_TAG, answer=AuditedVisits, refusals=(*_READ, *paging.CURSOR))
def find_visits(office: str, query: VisitsQuery, caller: Caller) -> AuditedVisits:
    """Visits of a day, or of a number."""
    with database().read() as session:
        here = own_office(session, office, caller)
        is_open = query.date is None and query.label is None
        day = opening.local_day(here, clock.now()) if is_open else query.date
        shown, following = paging.page(
            query, _LIST, lambda after, most: story.page(session, here, query.label, day, after, most)
        )
        return AuditedVisits(visits=[AuditedVisit(**_facts(each)) for each in shown], next=following)


@operation(HTTPMethod.GET, _ALL + "/visits/{ticket}", tag=_TAG, answer=Story, refusals=_READ)
def tell_visit(office: str, ticket: str, caller: Caller) -> Story:
    """One visit as a story: its moves, what was foretold and told, that somebody complained."""
    with database().read() as session:
        here = own_office(session, office, caller)
        found = story.of_id(session, here, ticket)
        if found is None:
            raise _unknown()
        return Story(**_facts(found), parts=[_part(each, here) for each in story.of(session, found)])


@operation(HTTPMethod.GET, _ALL + "/check", tag=_TAG, answer=CheckedLogs, refusals=(*_READ, *paging.CURSOR))
def check_logs(office: str, query: CheckQuery, caller: Caller) -> CheckedLogs:
    """Whether every row of the office's logs is as it was written. All are read, 50,000 in each answer."""
    with database().read() as session:
        office_id = own_office(session, office, caller).id
    try:
        part = audit_parts.check(office_id, caller.user_id, query.after)
    except audit_parts.UnknownPlace as error:
        raise paging.bad_cursor() from error
    logs = [
        CheckedLog(
            log=each.log,
            rows=each.rows,
            digest=each.digest,
            broken_at=each.breach.seq if each.breach else None,
            why=each.breach.why if each.breach else None,
        )
        for each in part.checked
    ]
    is_broken = any(each.breach for each in part.checked)
    holds = False if is_broken else None if part.following else True
    return CheckedLogs(logs=logs, holds=holds, length=part.length, next=part.following)


def _unknown() -> NotFound:
    return NAMES["ticket"].unknown()


def _facts(ticket: Ticket) -> dict[str, Any]:
    return {
        "id": ticket.public_id,
        "label": ticket.label,
        "date": ticket.day.isoformat(),
        "service": ticket.service.code,
        "state": ticket.state.value,
    }


def _part(told: Told, here: Office) -> StoryPart:
    return StoryPart(
        at=instant(told.at, here.zone),
        kind=told.kind.value,
        name=str(told.name),
        facts=dict(told.facts),
        counter=told.counter,
        service=told.service.code if told.service else None,
        actor=told.actor.username if told.actor else None,
        officer=told.officer.username if told.officer else None,
        reason=told.reason,
        seq=told.seq,
        fits=told.fits,
    )
