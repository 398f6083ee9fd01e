"""What programs send about the performance dialogue."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from queue_app.routes.api.frame.fields import Asked, Day, Name, RowId, Text, Version, Words

SpanName = Literal["month", "quarter", "semester", "year"]
TargetIndicator = Literal["speed_index", "within_standard", "accuracy", "satisfaction", "words"]
LevelName = Literal["below", "as", "above"]
PredikatName = Literal["very_good", "good", "needs_improvement", "poor", "very_poor"]
ActionName = Literal["training", "resources", "other"]
Line = Annotated[Text, StringConstraints(max_length=240)]


class DialoguesQuery(Asked):
    """``span`` and ``start``, any day of it: this month when both are left out."""

    span: SpanName | None = None
    start: Day | None = None


class DialogueFileQuery(Asked):
    """``form`` of the file; xlsx when left out."""

    form: Literal["xlsx", "pdf"] | None = None


class DialogueStart(Asked):
    """``officer``: a username; everybody who works here and has none when left out. ``start``: any day of the
    ``span``."""

    span: SpanName = "month"
    start: Day
    officer: Name | None = None


class TargetSet(Asked):
    """``target``: the one that is changed; a new one when left out. ``goal`` for a figure, ``words`` for the indicator
    ``words``. ``version``: that of the dialogue as it was read."""

    target: RowId | None = None
    result: Line
    indicator: TargetIndicator
    goal: float | None = None
    words: Line | None = None
    version: Version


class TargetGone(Asked):
    """``version``: that of the dialogue as it was read."""

    version: Version


class ConductSet(Asked):
    """``text``: why. ``version``: that of the dialogue as it was read."""

    level: LevelName
    text: Annotated[Text, StringConstraints(max_length=2_000)]
    version: Version


class ActionAgreed(Asked):
    """``due``: by that day. ``version``: that of the dialogue as it was read."""

    kind: ActionName
    text: Annotated[Text, StringConstraints(max_length=500)]
    due: Day
    version: Version


class NoteLeft(Asked):
    """``text``: words of either side."""

    text: Words


class DialogueSeen(Asked):
    """``version``: that of the dialogue as it was read."""

    version: Version


class DialogueDecision(Asked):
    """``text``: why; needed where nothing was suggested, where it is decided otherwise, and where the officer has not
    answered or does not agree. ``version``: that of the dialogue as it was read."""

    predikat: PredikatName
    text: Annotated[Text, StringConstraints(max_length=2_000)] | None = None
    version: Version


class DialogueReason(Asked):
    """``text``: why. ``version``: that of the dialogue as it was read."""

    text: Annotated[Text, StringConstraints(max_length=2_000)]
    version: Version


class DialogueReply(Asked):
    """``agrees``: reading is not agreeing. ``read``: the officer has read it. ``version``: that which was read."""

    text: Words
    agrees: bool
    read: bool = Field(description="Must be true.")
    version: Version
