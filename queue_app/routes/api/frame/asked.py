"""What programs send."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from queue_app.routes.api.frame.fields import (
    Asked,
    ClockTime,
    Code,
    Day,
    Name,
    Reason,
    RowId,
    Text,
    Version,
    whole,
    whole_text,
)

LONGEST_PERIOD = timedelta(days=366)


KindName = Literal["system", "complex", "late_start", "late_finish", "slip", "other"]
ChannelName = Literal["online", "kiosk", "reception"]
WayMinutes = Annotated[int, Field(ge=0, le=600), BeforeValidator(whole_text)]


class SlotsQuery(Asked):
    """``date``: a local day; today when left out. ``channel``: for whom ``remaining`` is counted; online when left
    out."""

    date: Day | None = None
    channel: ChannelName | None = None


class WaitQuery(Asked):
    """``time`` of the local day ``date`` (today when left out); now when it is left out."""

    date: Day | None = None
    time: ClockTime | None = None


class SoonestQuery(Asked):
    """``offices``: short names with commas between them. ``service``: only services of this name, in any language."""

    offices: Annotated[Text, StringConstraints(max_length=2_000)] | None = None
    service: Annotated[Text, StringConstraints(max_length=120)] | None = None


class EventsQuery(Asked):
    """``after``: the number of the last row that is known; from the first when left out. ``limit``: at most so many."""

    after: Annotated[int, Field(ge=0, le=999_999_999), BeforeValidator(whole_text)] | None = None
    limit: Annotated[int, Field(ge=1, le=500), BeforeValidator(whole_text)] | None = None


class TicketQuery(Asked):
    """``way_minutes``: how long the way to the office takes."""

    way_minutes: WayMinutes | None = None


class Booking(Asked):
    """``date``: today when left out; ``slot``: any time of that day when left out. ``hold``: a place that was held for
    this booking; it says which date and slot, when they are left out. ``relation``: whose data it is. ``name``,
    ``phone`` and ``nik`` are optional, kept sealed (the NIK only as a keyed hash and its last four digits), and never
    given back. ``also``: codes of further services of the same visit, in order, to which the same number goes on.
    ``visit``: in place of ``service`` and ``also``, the code of a visit that the office offers."""

    visit: Code | None = None
    service: Code | None = Field(default=None, validate_default=True)
    channel: ChannelName
    date: Day | None = None
    slot: ClockTime | None = None
    hold: Code | None = None
    name: Text | None = Field(default=None, description="Latin letters as on the identity card, at most 60.")
    phone: Text | None = Field(default=None, description="8 to 15 digits, with or without a leading +.")
    nik: Text | None = Field(default=None, description="The 16 digits of the identity number.")
    category: Literal["regular", "elderly", "disabled", "pregnant", "infant"] = "regular"
    relation: Literal["self", "child", "parent", "spouse", "other"] = "self"
    also: list[Code] = Field(default_factory=list, max_length=20)
    proof: Text | None = Field(default=None, description="The solved challenge of the office, base64.")

    @field_validator("service")
    @classmethod
    def _named_if_no_visit_is(cls, service: str | None, given: ValidationInfo) -> str | None:
        if service is None and given.data.get("visit", "") is None:
            raise PydanticCustomError("missing", "named, if no visit is")
        return service


class Holding(Asked):
    """``date``: today when left out."""

    date: Day | None = None
    slot: ClockTime
    channel: ChannelName = "online"


class CitizenMove(Asked):
    """``version``: only if the ticket has not moved since it was shown with this version."""

    version: Version | None = None


class CheckIn(CitizenMove):
    """``presence``: the code of the QR on the office's display, the last part of its address; it proves being there."""

    presence: Text | None = None


class Rescheduling(CitizenMove):
    """``slot``: any time of that day when left out."""

    date: Day
    slot: ClockTime | None = None


class Nothing(Asked):
    """No fields."""


class Pause(Asked):
    reason: Reason | None = None


class Leaving(Asked):
    """``to``: the id of a colleague's counter to which those are left who still count on somebody; ``reason``: words
    for whoever takes them over."""

    to: RowId | None = None
    reason: Reason | None = None


class Chosen(Asked):
    """``ticket``: its id; ``reason``: why it is called out of turn."""

    ticket: Code
    reason: Reason | None = None


class DeskMove(Asked):
    """``version``: the ticket's version that this move answers to; ``reason`` stands in the log."""

    version: Version
    reason: Reason | None = None


class Contest(Asked):
    """``version``: the ticket's version right after the service whose time is contested was finished."""

    version: Version
    reason: Reason
    kind: KindName = "other"


OutcomeName = Literal["done", "papers_missing", "redirected", "not_eligible", "system_down"]


class Finish(DeskMove):
    """``outcome``: what came of the service; done when left out. ``service_given``: the code of the service that was
    really given; the ticket's when left out. ``correction``: it put right a mistake of the office. ``missing``: which
    of the service's documents were missing, as they are named in Indonesian."""

    outcome: OutcomeName = "done"
    service_given: Code | None = None
    correction: bool = False
    missing: list[Text] = Field(default_factory=list, max_length=20)


class FinishAndCall(Asked):
    """``ticket`` at the counter with its ``version``; ``reason`` stands in the log."""

    ticket: Code
    version: Version
    reason: Reason | None = None


class Hold(DeskMove):
    """``remind_minutes``: after so long the desks are reminded, 0 never; after the office's time when left out."""

    remind_minutes: Annotated[int, Field(ge=0, le=480), BeforeValidator(whole)] | None = None


class Undo(Asked):
    """``version``: the one that the move to be undone led to."""

    version: Version


class Transfer(DeskMove):
    """Where the citizen is sent on to: ``service`` (its code; the same when left out), and at most one of ``counter``
    (its id), ``officer`` (the username) and ``pool`` (the code of a group of counters)."""

    service: Code | None = None
    counter: RowId | None = None
    officer: Name | None = None
    pool: Code | None = None


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


class WhatIf(Asked):
    """One change of a day: its ``kind``, and what belongs to that.

    counter: ``from, to``; break: ``counter`` (its number), ``from, to, at``; quota: ``service, amount`` (left out: no
    end); slots: ``service, from, to, amount, instead`` (taken by people who usually walk in); rule: ``rule``.
    """

    kind: Literal["counter", "break", "quota", "slots", "rule"]
    counter: Annotated[int, Field(ge=1, le=9999), BeforeValidator(whole)] | None = None
    service: Code | None = None
    from_minute: ClockTime | None = Field(default=None, alias="from")
    to_minute: ClockTime | None = Field(default=None, alias="to")
    at: ClockTime | None = None
    amount: Annotated[int, Field(ge=0, le=9999), BeforeValidator(whole)] | None = None
    instead: bool = False
    rule: Literal["accumulating", "first_come", "strict"] | None = None


class WhatIfAsked(Asked):
    """``weekday``: 0 is Monday."""

    weekday: Annotated[int, Field(ge=0, le=6), BeforeValidator(whole)]
    scenarios: list[WhatIf] = Field(min_length=1, max_length=3)


class PeriodQuery(Asked):
    """Local days, both included. ``to``: today when left out; ``from``: 27 days before ``to`` when left out."""

    first: Day | None = Field(default=None, alias="from")
    last: Day | None = Field(default=None, alias="to")


Grade = Annotated[int, Field(ge=1, le=4), BeforeValidator(whole)]
"""1 not good, 2 less good, 3 good, 4 very good."""


class NineAnswers(Asked):
    """Any of the nine elements, each 1 to 4."""

    requirements: Grade | None = None
    procedure: Grade | None = None
    time: Grade | None = None
    cost: Grade | None = None
    product: Grade | None = None
    competence: Grade | None = None
    conduct: Grade | None = None
    complaints: Grade | None = None
    facilities: Grade | None = None


class Answers(NineAnswers):
    """Any of these questions, each 1 to 4."""

    satisfaction: Grade | None = None
    information: Grade | None = None


class GivenFeedback(Asked):
    """``comment`` is kept sealed."""

    answers: Answers
    comment: Text | None = None


class SentComplaint(Asked):
    """``text`` is kept sealed: 10 to 4,000 letters."""

    subject: Literal["wait", "information", "conduct", "cost", "facilities", "other"]
    text: Text
