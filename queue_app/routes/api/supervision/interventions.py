"""The interventions of an office and their effect, for its supervisor."""

from http import HTTPMethod
from typing import Literal

from queue_app import clock, interventions
from queue_app.errors import Forbidden
from queue_app.event_loop import in_thread
from queue_app.extensions import database
from queue_app.interventions import figures
from queue_app.models import Intervention
from queue_app.routes.api.frame.operation import Caller, operation, row_id
from queue_app.routes.api.frame.own_office import own_user
from queue_app.routes.api.refusals import READ
from queue_app.routes.api.supervision import intervention_answers as answers

_TAG = "metrics"
_REFUSALS = (*READ, "other_office")


@operation(
    HTTPMethod.GET,
    "/api/v1/offices/{office}/interventions",
    tag=_TAG,
    answer=answers.InterventionsAnswer,
    refusals=_REFUSALS,
)
def list_interventions(office: str, caller: Caller) -> answers.InterventionsAnswer:
    """What was done to change waits, speed, accuracy or satisfaction, the latest first."""
    with database().read() as session:
        who = own_user(session, office, caller)
        found = interventions.of_office(session, who.office_id)
        return answers.InterventionsAnswer(office=office, interventions=[plan_answer(one) for one in found])


@operation(
    HTTPMethod.GET,
    "/api/v1/offices/{office}/interventions/{intervention}",
    tag=_TAG,
    answer=answers.InterventionAnswer,
    refusals=(*_REFUSALS, "few_officers"),
)
def show_intervention(office: str, intervention: str, caller: Caller) -> answers.InterventionAnswer:
    """An intervention and its effect by indicator, by both methods.

    Effects on speed and wait are in per cent of the time, on accuracy in percentage points, on satisfaction in points
    of 25 to 100. Nothing is shown before a supervisor has opened the results, and nothing of fewer than three officers.
    """
    with database().read() as session:
        who = own_user(session, office, caller)
        found = interventions.find(session, who, row_id("intervention", intervention))
        plan = plan_answer(found)
        prepared = interventions.prepare(session, found, clock.now()) if found.seen_at else None
        if prepared is not None and prepared.is_personal:
            raise Forbidden("few_officers", interventions.FEW, fewest=interventions.FEWEST_OFFICERS)
        measured = {} if prepared is None else in_thread(lambda: interventions.measure(prepared))
        effects = figures.plain(found, measured)
    shown = {name: answers.EffectFigures.model_validate(one) for name, one in effects.items()}
    return answers.InterventionAnswer(**plan.model_dump(), effects=shown)


def plan_answer(found: Intervention) -> answers.InterventionPlan:
    """What was planned, and how far it is."""
    return answers.InterventionPlan(
        id=found.id,
        version=found.version,
        name=found.name,
        kind=found.kind.value,
        date=found.start_day,
        washout=found.washout,
        group=found.group.value,
        control=found.control.value if found.control else None,
        primary=found.primary,
        expected=found.expected,
        state=_state(found),
    )


def _state(found: Intervention) -> Literal["planned", "seen", "closed"]:
    if found.closed_at is not None:
        return "closed"
    return "planned" if found.seen_at is None else "seen"
