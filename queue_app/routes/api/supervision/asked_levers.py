"""What a supervisor's program sends about the running office: levers and claims."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from queue_app.routes.api.frame.fields import Asked, Code, Reason, Text, Version, whole


class Because(Asked):
    """``reason`` stands in the log with who did it."""

    reason: Reason


class Resuming(Asked):
    reason: Reason | None = None


class IssuingStopped(Because):
    """``service``: of that service alone; of the whole office when left out."""

    service: Code | None = None


class IssuingResumed(Resuming):
    """``service``: as it was stopped."""

    service: Code | None = None


class Announcing(Asked):
    """``text``: at most 160 letters. ``service``: only those who wait for it. ``minutes``: shown so long; 30, 60,
    120 or 480."""

    text: Text
    service: Code | None = None
    minutes: Annotated[int, BeforeValidator(whole)] = 60


class MovingAll(Because):
    """``from`` and ``to``: codes of services."""

    source: Code = Field(alias="from")
    to: Code


class ClosingDay(Because):
    """``expected``: how many live tickets were seen; if there are others now, nothing is closed."""

    expected: Annotated[int, Field(ge=0), BeforeValidator(whole)] | None = None


class Moving(Because):
    """``service``: the code of the service to wait for from now on; ``version``: only if it has not moved since."""

    service: Code
    version: Version | None = None


class Correcting(Because):
    category: Literal["regular", "elderly", "disabled", "pregnant", "infant"]
    version: Version | None = None


StateName = Literal["open", "accepted", "declined"]


VerdictName = Literal["accepted", "declined"]


class ClaimsQuery(Asked):
    """``state``: only those; all when left out."""

    state: StateName | None = None


class LegNamed(Asked):
    """A contested service: ``ticket`` and the ``version`` right after it was finished."""

    ticket: Code
    version: Version


class ClaimVerdict(Asked):
    """``seen``: the state that was read; where somebody has decided otherwise since, nothing is changed. ``reason`` is
    for the officer."""

    legs: Annotated[list[LegNamed], Field(min_length=1, max_length=200)]
    verdict: VerdictName
    seen: StateName = "open"
    reason: Reason
