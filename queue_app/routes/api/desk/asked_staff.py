"""What programs of officers, supervisors and the reception send, beyond moves and levers."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from queue_app.routes.api.frame.asked import KindName
from queue_app.routes.api.frame.fields import Asked, ClockTime, Code, Day, Reason, Text, Version, whole_text

Words = Annotated[Text, StringConstraints(max_length=4_000)]
Cursor = Annotated[Text, StringConstraints(min_length=1, max_length=80)]
PageSize = Annotated[int, Field(ge=1, le=200), BeforeValidator(whole_text)]
StateName = Literal["open", "accepted", "declined"]
VerdictName = Literal["accepted", "declined"]
SubjectName = Literal["wait", "information", "conduct", "cost", "facilities", "other"]
ComplaintStateName = Literal["RECEIVED", "HANDLING", "DECIDED", "APPEALED", "CLOSED", "WITHDRAWN"]


class OwnFiguresQuery(Asked):
    """``day``: the one that is shown; today when left out. ``month``: any day of the month; that of ``day`` when left
    out."""

    day: Day | None = None
    month: Day | None = None


class Outage(Asked):
    """All own services between two times (``from``, ``to``) of ``date`` (today when left out), as one claim."""

    date: Day | None = None
    from_minute: ClockTime = Field(alias="from")
    to_minute: ClockTime = Field(alias="to")
    reason: Reason
    kind: KindName = "system"


class OwnView(Asked):
    """``text`` is kept sealed; the supervisor reads it before deciding."""

    text: Words


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
