"""What an officer's program sends."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

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
    Words,
    whole,
)

KindName = Literal["system", "complex", "late_start", "late_finish", "slip", "other"]


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
