"""What programs of supervisors send: complaints, the survey's share, interventions, monitoring, reports."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from queue_app.routes.api.desk.asked_staff import Cursor, PageSize, SubjectName, Words
from queue_app.routes.api.frame.asked import PeriodQuery
from queue_app.routes.api.frame.fields import Asked, Code, Day, Name, RowId, Text, Version, whole

SeverityName = Literal["light", "normative", "ordinary", "examination"]
ComplaintStateName = Literal["RECEIVED", "IN_PROGRESS", "DECIDED", "APPEALED", "CLOSED"]
ResolutionName = Literal["upheld", "partly", "not_upheld"]
IndicatorName = Literal["wait", "speed", "accuracy", "satisfaction"]
GroupName = Literal["office", "services", "officers", "counters"]
ControlName = Literal["services", "officers", "counters", "others"]
InterventionName = Literal["training", "procedure", "booking", "resources", "other"]
NoteName = Literal["training", "change", "outage", "holiday", "other"]
Language = Literal["id", "en"]
Form = Literal["pdf", "xlsx"]


class ComplaintsQuery(Asked):
    """``state``, ``subject`` and ``overdue`` (``yes``): only those. ``after``: ``next`` of the page before.
    ``limit``: at most so many, 50 when left out."""

    state: ComplaintStateName | None = None
    subject: SubjectName | None = None
    overdue: Literal["yes"] | None = None
    after: Cursor | None = None
    limit: PageSize | None = None


class ComplaintsFileQuery(Asked):
    """``form`` of the file; csv when left out. ``state``, ``subject`` and ``overdue`` (``yes``): only those."""

    form: Literal["csv", "xlsx"] | None = None
    state: ComplaintStateName | None = None
    subject: SubjectName | None = None
    overdue: Literal["yes"] | None = None


class Assigning(Asked):
    """``assignee``: the username of somebody who oversees the office. ``version``: that of the complaint as it was
    read."""

    assignee: Name
    version: Version


class Classifying(Asked):
    """``officer``: the username of whom it is about; nobody when left out. ``severity`` sets the deadline."""

    subject: SubjectName
    severity: SeverityName
    officer: Name | None = None
    version: Version


class Written(Asked):
    """``text``: at most 4,000 letters, kept sealed. ``version``: that of the complaint as it was read."""

    text: Words
    version: Version


class Replying(Asked):
    """``text``: at most 4,000 letters, kept sealed; the complainant reads it."""

    text: Words


class Deciding(Asked):
    """``text``: the reasons, which complainant and officer read. ``version``: that of the complaint as it was read."""

    resolution: ResolutionName
    text: Words
    version: Version


class AskedShare(Asked):
    """``percent`` of the visits."""

    percent: Annotated[int, Field(ge=0, le=100), BeforeValidator(whole)]


class InterventionWish(Asked):
    """``primary``: the indicators that are to change. ``group``: whom it concerns; ``members`` are codes of services,
    usernames of officers, or numbers of counters (as text), none for the office. ``control``: whom it is compared with.
    ``expected``: the change of times in per cent, -90 to 200 and not 0. ``washout``: days after the date that count
    neither way. ``annotation``: the number of a note of the charts."""

    kind: InterventionName
    name: Annotated[Text, StringConstraints(max_length=240)]
    done: Words
    date: Day
    washout: Annotated[int, Field(ge=0, le=60), BeforeValidator(whole)] = 0
    group: GroupName = "office"
    members: Annotated[list[Code], Field(max_length=100)] = Field(default_factory=list)
    control: ControlName | None = None
    control_members: Annotated[list[Code], Field(max_length=100)] = Field(default_factory=list)
    primary: Annotated[list[IndicatorName], Field(min_length=1, max_length=4)]
    expected: float | None = None
    annotation: RowId | None = None


class InterventionChange(InterventionWish):
    """``version``: that of the intervention as it was read. ``why``: needed once the results were opened."""

    why: Words | None = None
    version: Version


class InterventionWords(Asked):
    """``text``: what was learnt, or why it is opened again. ``version``: that of the intervention as it was read."""

    text: Words
    version: Version


class Annotating(Asked):
    """A note on the charts from the local day ``from`` to the day ``to`` (the same when left out)."""

    kind: NoteName
    first: Day = Field(alias="from")
    last: Day | None = Field(default=None, alias="to")
    text: Annotated[Text, StringConstraints(max_length=1_000)]


class FilteredQuery(PeriodQuery):
    """Local days, both included. ``to``: today when left out; ``from``: 27 days before ``to`` when left out.
    ``service`` (its code), ``counter`` (its number), ``officer`` (the username), ``category``: only those."""

    service: Code | None = None
    counter: Annotated[Text, StringConstraints(pattern=r"^[0-9]{1,4}$")] | None = None
    officer: Name | None = None
    category: Literal["regular", "elderly", "disabled", "pregnant", "infant"] | None = None


class VisitsQuery(FilteredQuery):
    """As of the figures, and ``after``: ``next`` of the page before; ``limit``: at most so many, 50 when left out."""

    after: Cursor | None = None
    limit: PageSize | None = None


class ReportAsked(Asked):
    """``month``: one that has begun, like 2026-11."""

    month: Annotated[Text, StringConstraints(pattern=r"^2[01][0-9]{2}-(0[1-9]|1[0-2])$")]
    language: Language = "id"


class ReportQuery(Asked):
    """``form`` of the file; pdf when left out."""

    form: Form | None = None


class LogFileQuery(PeriodQuery):
    """Local days, both included, 92 at most. ``to``: today when left out; ``from``: 27 days before ``to`` when left
    out. ``form`` of the file; csv when left out."""

    form: Literal["csv", "parquet", "xes", "bpjs"] | None = None
