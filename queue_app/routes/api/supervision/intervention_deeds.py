"""What a supervisor's program does with interventions: plan one, change it, open its results, close and open again."""

from collections.abc import Sequence
from http import HTTPMethod

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app import clock, interventions
from queue_app.event_loop import in_thread
from queue_app.extensions import database
from queue_app.interventions import Step, Wish, figures
from queue_app.models import Counter, GroupKind, Office, Role, Service, User
from queue_app.routes.api.frame.operation import Caller, operation, row_id
from queue_app.routes.api.frame.own_office import own_user
from queue_app.routes.api.refusals import WRITE
from queue_app.routes.api.supervision.asked_interventions import InterventionChange, InterventionWish, InterventionWords
from queue_app.routes.api.supervision.intervention_answers import InterventionPlan
from queue_app.routes.api.supervision.interventions import plan_answer

_ALL = "/api/v1/offices/{office}/interventions"
_ONE = _ALL + "/{intervention}"
_TAG = "supervising"
_PLAN = (
    *(*WRITE, "other_office", "words_needed", "text_too_long", "bad_day", "bad_expected", "bad_group", "bad_control"),
    "unknown_annotation",
)
_DEED = (*WRITE, "other_office", "intervention_moved")
_NOBODY = -1
"""The id of nothing: what was named and is not there is refused by the use case."""


@operation(
    HTTPMethod.POST,
    _ALL,
    tag=_TAG,
    answer=InterventionPlan,
    status=201,
    refusals=_PLAN,
    example={
        "kind": "training",
        "name": "Pelatihan akta kelahiran",
        "done": "Dua hari pelatihan di kantor.",
        "date": "2026-11-02",
        "primary": ["speed"],
        "group": "services",
        "members": ["A"],
        "control": "others",
        "expected": -20,
    },
)
def propose_intervention(office: str, body: InterventionWish, caller: Caller) -> InterventionPlan:
    """Write a plan down before anybody looks at what came of it. The same plan again is the first."""
    with database().write() as session:
        who = own_user(session, office, caller)
        made = interventions.propose(session, Step(who, clock.now()), _wish(session, who.office, body))
        return plan_answer(made)


@operation(
    HTTPMethod.POST,
    _ONE + "/change",
    tag=_TAG,
    answer=InterventionPlan,
    refusals=(*_PLAN, "intervention_moved", "intervention_closed", "reason_needed"),
    example={
        "kind": "training",
        "name": "Pelatihan akta kelahiran dan kematian",
        "done": "Dua hari pelatihan di kantor.",
        "date": "2026-11-02",
        "primary": ["speed"],
        "version": 1,
    },
)
def change_intervention(office: str, intervention: str, body: InterventionChange, caller: Caller) -> InterventionPlan:
    """Change the plan. Once its results were opened it needs ``why``, and says for good that it was changed then."""
    number = row_id("intervention", intervention)
    with database().write() as session:
        who = own_user(session, office, caller)
        step = Step(who, clock.now(), body.version)
        wish = _wish(session, who.office, body)
        return plan_answer(interventions.change(session, step, number, wish, body.why or ""))


@operation(
    HTTPMethod.POST,
    _ONE + "/results",
    tag=_TAG,
    answer=InterventionPlan,
    refusals=(*WRITE, "other_office", "not_begun"),
)
def open_results(office: str, intervention: str, caller: Caller) -> InterventionPlan:
    """Open the results: from now on a change of the plan is one after the fact. Doing it twice is harmless."""
    number = row_id("intervention", intervention)
    with database().write() as session:
        step = Step(own_user(session, office, caller), clock.now())
        return plan_answer(interventions.see(session, step, number))


@operation(
    HTTPMethod.POST,
    _ONE + "/close",
    tag=_TAG,
    answer=InterventionPlan,
    refusals=(*_DEED, "words_needed", "text_too_long", "intervention_closed", "results_not_seen"),
    example={"text": "Waktu layanan turun, dan tetap turun.", "version": 2},
)
def close_intervention(office: str, intervention: str, body: InterventionWords, caller: Caller) -> InterventionPlan:
    """End it with what was learnt; the figures of now are kept beside it."""
    number, now = row_id("intervention", intervention), clock.now()
    with database().read() as session:  # read before the writing begins
        found = interventions.find(session, own_user(session, office, caller), number)
        prepared = interventions.prepare(session, found, now)
        measured = in_thread(lambda: interventions.measure(prepared))
        kept = figures.plain(found, measured)
    with database().write() as session:
        step = Step(own_user(session, office, caller), now, body.version)
        return plan_answer(interventions.close(session, step, number, body.text, kept))


@operation(
    HTTPMethod.POST,
    _ONE + "/reopen",
    tag=_TAG,
    answer=InterventionPlan,
    refusals=(*_DEED, "words_needed", "text_too_long"),
    example={"text": "Ada data yang menyusul.", "version": 3},
)
def reopen_intervention(office: str, intervention: str, body: InterventionWords, caller: Caller) -> InterventionPlan:
    """Open a closed one again; what was concluded stays in its history."""
    number = row_id("intervention", intervention)
    with database().write() as session:
        step = Step(own_user(session, office, caller), clock.now(), body.version)
        return plan_answer(interventions.reopen(session, step, number, body.text))


def _wish(session: Session, office: Office, body: InterventionWish) -> Wish:
    return Wish(
        kind=body.kind,
        name=body.name,
        done=body.done,
        start_day=body.date,
        primary=body.primary,
        washout=body.washout,
        group=body.group,
        members=_ids(session, office, body.group, body.members),
        control=body.control or "",
        control_members=_ids(session, office, body.control or "", body.control_members),
        expected=body.expected,
        annotation_id=body.annotation,
    )


def _ids(session: Session, office: Office, group: str, names: Sequence[str]) -> list[int]:
    """The ids of services by code, of officers by username, of counters by number."""
    if group == GroupKind.SERVICES:
        rows = session.execute(select(Service.code, Service.id).where(Service.office_id == office.id))
    elif group == GroupKind.OFFICERS:
        officers = select(User.username, User.id).where(User.office_id == office.id, User.role == Role.OFFICER)
        rows = session.execute(officers)
    elif group == GroupKind.COUNTERS:
        rows = session.execute(select(Counter.number, Counter.id).where(Counter.office_id == office.id))
    else:
        return [_NOBODY for _ in names]
    known = {str(name): number for name, number in rows}
    return [known.get(name, _NOBODY) for name in names]
