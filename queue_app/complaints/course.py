"""Which step of a complaint leads where: its whole course as one table. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from queue_app.errors import N_, QueueError
from queue_app.models import ComplaintState, ComplaintStep

S = ComplaintState
OPEN = frozenset({S.RECEIVED, S.IN_PROGRESS, S.APPEALED})
"""Somebody of the office has something to do."""

FINISHED = frozenset(S) - OPEN


@dataclass(frozen=True, slots=True)
class Arrow:
    """A step may be taken in any of the states of ``leads`` (from: to); one without any creates the complaint."""

    leads: Mapping[ComplaintState, ComplaintState]


_STAYING = {state: state for state in OPEN}

STEPS: Mapping[ComplaintStep, Arrow] = MappingProxyType(
    {
        ComplaintStep.FILE: Arrow({}),
        ComplaintStep.ASSIGN: Arrow({**_STAYING, S.RECEIVED: S.IN_PROGRESS}),
        ComplaintStep.CLASSIFY: Arrow(_STAYING),
        # What the officer reads can be put right at any time.
        ComplaintStep.SUMMARISE: Arrow({state: state for state in S}),
        # A question after the end deserves an answer too.
        ComplaintStep.REPLY: Arrow({**{state: state for state in S}, S.RECEIVED: S.IN_PROGRESS}),
        ComplaintStep.WRITE: Arrow(_STAYING),
        ComplaintStep.STATEMENT: Arrow(_STAYING),
        # Whoever decides has taken it in hand first; what is decided after an appeal is decided for good.
        ComplaintStep.DECIDE: Arrow({S.IN_PROGRESS: S.DECIDED, S.APPEALED: S.CLOSED}),
        ComplaintStep.WITHDRAW: Arrow(dict.fromkeys(OPEN, S.CLOSED)),
        ComplaintStep.APPEAL: Arrow({S.DECIDED: S.APPEALED}),
        ComplaintStep.REOPEN: Arrow(dict.fromkeys(FINISHED, S.IN_PROGRESS)),
    }
)


class IllegalStep(QueueError):
    """The step does not start from the state the complaint is in."""

    def __init__(self, step: ComplaintStep, state: ComplaintState) -> None:
        super().__init__(
            "illegal_complaint_step",
            N_("“%(step)s” tidak dapat dilakukan: pengaduan ini sekarang %(state)s."),
            409,
            step=step,
            state=state,
        )


def target(step: ComplaintStep, state: ComplaintState) -> ComplaintState:
    """The state that ``step`` leads to from ``state``. Raises IllegalStep when the table has no such arrow."""
    found = STEPS[step].leads.get(state)
    if found is None:
        raise IllegalStep(step, state)
    return found


def may(step: ComplaintStep, state: ComplaintState) -> bool:
    return state in STEPS[step].leads
