"""What the API answers about the performance dialogue."""

from datetime import date
from typing import Any

from metrics.predikat import Level, Predikat
from queue_app.models import ActionKind, DialogueState, Indicator, Span
from queue_app.routes.api.frame.fields import Answer, Instant, Versioned, example

_LINE: dict[str, Any] = {
    "target": 11,
    "result": "Pelayanan yang cepat",
    "indicator": "speed_index",
    "goal": 100.0,
    "words": None,
    "n": 61,
    "value": 108.2,
    "low": 97.4,
    "high": 120.1,
    "enough": True,
    "level": "as",
}
_HEAD: dict[str, Any] = {
    "id": 6,
    "officer": "petugas1",
    "span": "month",
    "first": "2026-11-01",
    "last": "2026-11-30",
    "state": "OPEN",
    "version": 2,
    "predikat": None,
}


class TargetLine(Answer):
    """A target beside what was achieved: ``value`` with its 95 % interval over ``n`` cases; ``level`` null: not known.
    ``target`` null: frozen by the closing."""

    target: int | None
    result: str
    indicator: Indicator
    goal: float | None
    words: str | None
    n: int
    value: float | None
    low: float | None
    high: float | None
    enough: bool
    level: Level | None


class AgreedAnswer(Answer):
    """Something that was agreed on; ``done`` null: not yet."""

    id: int
    kind: ActionKind
    text: str
    due: date
    done: date | None


class DialogueMoment(Answer):
    """What somebody said or did; ``by``: the username."""

    at: Instant
    by: str
    deed: str
    words: str | None


class SuggestionAnswer(Answer):
    """What the table suggests of results and conduct; null while ``gap`` says what is missing."""

    results: Level | None
    predikat: Predikat | None
    gap: str | None


class DialogueHead(Versioned):
    """A dialogue of an officer about the local days ``first`` to ``last``. ``predikat`` null: not decided."""

    model_config = example(**_HEAD)

    id: int
    officer: str
    span: Span
    first: date
    last: date
    state: DialogueState
    version: int
    predikat: Predikat | None


class DialogueAnswer(DialogueHead):
    """All of a dialogue. ``lines`` are those that count: frozen ones once it is closed. ``differs``: computed anew they
    are not what was frozen. ``closable``: the figures of the period are final. Of the contested services so many are
    open, accepted, declined."""

    model_config = example(
        **_HEAD,
        conduct=None,
        conduct_reason=None,
        predikat_reason=None,
        lines=[_LINE],
        claims_open=0,
        claims_accepted=0,
        claims_declined=0,
        suggestion={"results": "as", "predikat": None, "gap": "conduct"},
        actions=[],
        course=[],
        differs=False,
        closable=False,
    )

    conduct: Level | None
    conduct_reason: str | None
    predikat_reason: str | None
    lines: list[TargetLine]
    claims_open: int
    claims_accepted: int
    claims_declined: int
    suggestion: SuggestionAnswer
    actions: list[AgreedAnswer]
    course: list[DialogueMoment]
    differs: bool
    closable: bool


class OfficerDialogue(Answer):
    """``dialogue`` null: there is none of that period yet."""

    officer: str
    dialogue: DialogueHead | None


class DialoguesAnswer(Answer):
    """The officers of the office by name, each with the dialogue of the period."""

    model_config = example(
        span="month",
        first="2026-11-01",
        last="2026-11-30",
        officers=[{"officer": "petugas1", "dialogue": _HEAD}, {"officer": "petugas2", "dialogue": None}],
    )

    span: Span
    first: date
    last: date
    officers: list[OfficerDialogue]


class DialoguesStarted(Answer):
    """``dialogue`` where one officer was named; else how many drafts were ``made``."""

    model_config = example(made=1, dialogue=6)

    made: int
    dialogue: int | None


class OwnDialogues(Answer):
    """The own ones that are no drafts, the latest first."""

    model_config = example(dialogues=[_HEAD])

    dialogues: list[DialogueHead]
