"""What a supervisor's program sends about complaints."""

from typing import Literal

from queue_app.routes.api.citizen.asked_after import SubjectName
from queue_app.routes.api.frame.fields import Asked, Name, Version, Words
from queue_app.routes.api.frame.paging import PageQuery

SeverityName = Literal["light", "normative", "ordinary", "examination"]


ComplaintStateName = Literal["RECEIVED", "IN_PROGRESS", "DECIDED", "APPEALED", "CLOSED"]


ResolutionName = Literal["upheld", "partly", "not_upheld"]


class ComplaintsChosen(Asked):
    """``state``, ``subject`` and ``overdue`` (``yes``): only those."""

    state: ComplaintStateName | None = None
    subject: SubjectName | None = None
    overdue: Literal["yes"] | None = None


class ComplaintsQuery(PageQuery, ComplaintsChosen):
    """``state``, ``subject`` and ``overdue`` (``yes``): only those. ``after``: ``next`` of the page before.
    ``limit``: at most so many, 50 when left out."""


class ComplaintsFileQuery(ComplaintsChosen):
    """``form`` of the file; csv when left out. ``state``, ``subject`` and ``overdue`` (``yes``): only those."""

    form: Literal["csv", "xlsx"] | None = None


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
