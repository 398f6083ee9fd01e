"""What is asked of the figures: which days and visits, notes, plans, reports."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from queue_app.routes.api.frame.fields import Asked, ClockTime, Code, Day, Name, Text, whole
from queue_app.routes.api.frame.paging import PageQuery

LONGEST_PERIOD = timedelta(days=366)


class PeriodQuery(Asked):
    """Local days, both included. ``to``: today when left out; ``from``: 27 days before ``to`` when left out."""

    first: Day | None = Field(default=None, alias="from")
    last: Day | None = Field(default=None, alias="to")


class FilteredQuery(PeriodQuery):
    """Local days, both included. ``to``: today when left out; ``from``: 27 days before ``to`` when left out.
    ``service`` (its code), ``counter`` (its number), ``officer`` (the username), ``category``: only those."""

    service: Code | None = None
    counter: Annotated[Text, StringConstraints(pattern=r"^[0-9]{1,4}$")] | None = None
    officer: Name | None = None
    category: Literal["regular", "elderly", "disabled", "pregnant", "infant"] | None = None


class VisitsQuery(PageQuery, FilteredQuery):
    """As of the figures, and ``after``: ``next`` of the page before; ``limit``: at most so many, 50 when left out."""


class AskedShare(Asked):
    """``percent`` of the visits."""

    percent: Annotated[int, Field(ge=0, le=100), BeforeValidator(whole)]


NoteName = Literal["training", "change", "outage", "holiday", "other"]


class Annotating(Asked):
    """A note on the charts from the local day ``from`` to the day ``to`` (the same when left out)."""

    kind: NoteName
    first: Day = Field(alias="from")
    last: Day | None = Field(default=None, alias="to")
    text: Annotated[Text, StringConstraints(max_length=1_000)]


Language = Literal["id", "en"]


Form = Literal["pdf", "xlsx"]


class ReportAsked(Asked):
    """``month``: one that has begun, like 2026-11."""

    month: Annotated[Text, StringConstraints(pattern=r"^2[01][0-9]{2}-(0[1-9]|1[0-2])$")]
    language: Language = "id"


class ReportQuery(Asked):
    """``form`` of the file; pdf when left out."""

    form: Form | None = None


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
