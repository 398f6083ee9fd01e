"""The performance dialogue for a supervisor's program: begun, filled, opened to the officer, closed."""

from collections.abc import Callable
from datetime import date
from http import HTTPMethod
from typing import Any

from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from metrics.predikat import Level, Predikat
from queue_app import clock, opening
from queue_app.dialogue import course, deeds, record, spans, view
from queue_app.dialogue.record import Step
from queue_app.extensions import database
from queue_app.models import ActionKind, Indicator, Office, Span, User
from queue_app.routes import dialogue_files
from queue_app.routes.api.frame.files import PDF, XLSX
from queue_app.routes.api.frame.operation import Caller, View, operation, row_id
from queue_app.routes.api.frame.own_office import own_office, own_user
from queue_app.routes.api.refusals import DIALOGUE, READ, WRITE
from queue_app.routes.api.supervision import dialogue_answers as answers
from queue_app.routes.api.supervision.asked_dialogue import (
    ActionAgreed,
    ConductSet,
    DialogueDecision,
    DialogueFileQuery,
    DialogueReason,
    DialogueSeen,
    DialoguesQuery,
    DialogueStart,
    NoteLeft,
    TargetGone,
    TargetSet,
)
from queue_app.routes.api.supervision.dialogue_shown import head, whole

_ALL = "/api/v1/offices/{office}/dialogues"
_ONE = _ALL + "/{dialogue}"
_TAG = "dialogues"
_READ = (*READ, "other_office")
_DEED = (*WRITE, *DIALOGUE, "other_office")
_NOBODY = -1
"""The id of no user: what was named is refused by the use case."""

Deed = Callable[[Session, Step, int], object]


@operation(HTTPMethod.GET, _ALL, tag=_TAG, answer=answers.DialoguesAnswer, refusals=(*_READ, "unknown_span"))
def list_dialogues(office: str, query: DialoguesQuery, caller: Caller) -> answers.DialoguesAnswer:
    """The dialogues of a period, by officer."""
    with database().read() as session:
        here = own_office(session, office, caller)
        span, first, last = _asked(here, query)
        return answers.DialoguesAnswer(
            span=span,
            first=first,
            last=last,
            officers=[
                answers.OfficerDialogue(officer=officer.username, dialogue=head(found) if found else None)
                for officer, found in view.of_period(session, here, span, first)
            ],
        )


def _asked(here: Office, query: DialoguesQuery) -> tuple[Span, date, date]:
    today = opening.local_day(here, clock.now())
    start = query.start or today
    return spans.asked(query.span or Span.MONTH, start.isoformat(), today)


@operation(
    HTTPMethod.POST,
    _ALL,
    tag=_TAG,
    answer=answers.DialoguesStarted,
    status=201,
    refusals=(*WRITE, "other_office", "unknown_span", "unknown_officer"),
    example={"span": "month", "start": "2026-11-01", "officer": "petugas1"},
)
def start_dialogues(office: str, body: DialogueStart, caller: Caller) -> answers.DialoguesStarted:
    """A draft for one officer, or for everybody who has none. One that is there already is given, not made twice."""
    now = clock.now()
    with database().write() as session:
        who = own_user(session, office, caller)
        span, *days = spans.asked(body.span, body.start.isoformat(), opening.local_day(who.office, now))
        step, whole_span = Step(who, now), (days[0], days[1])
        if body.officer is None:
            return answers.DialoguesStarted(made=course.start_all(session, step, span, whole_span), dialogue=None)
        officer = session.scalar(select(User.id).where(User.office_id == who.office_id, User.username == body.officer))
        made = course.start(session, step, officer or _NOBODY, span, whole_span)
        return answers.DialoguesStarted(made=1, dialogue=made.id)


@operation(HTTPMethod.GET, _ALL + "/file", tag=_TAG, media=(XLSX,), refusals=(*_READ, "unknown_span"))
def export_dialogues(office: str, query: DialoguesQuery, caller: Caller) -> Response:
    """Every dialogue of a period as one workbook, with the columns that e-Kinerja asks for."""
    with database().read() as session:
        here = own_office(session, office, caller)
        span, first, _ = _asked(here, query)
        found = [each for _, each in view.of_period(session, here, span, first) if each is not None]
        return dialogue_files.workbook(view.shown(session, found, clock.now()), here, f"dialog-{span}-{first}")


@operation(HTTPMethod.GET, _ONE, tag=_TAG, answer=answers.DialogueAnswer, refusals=_READ)
def show_dialogue(office: str, dialogue: str, caller: Caller) -> answers.DialogueAnswer:
    """A dialogue with its targets, what was achieved, what both said and what was agreed."""
    with database().read() as session:
        who = own_user(session, office, caller)
        return whole(session, who, row_id("dialogue", dialogue), clock.now())


@operation(HTTPMethod.GET, _ONE + "/file", tag=_TAG, media=(XLSX, PDF), refusals=(*_READ, "document_failed"))
def export_dialogue(office: str, dialogue: str, query: DialogueFileQuery, caller: Caller) -> Response:
    """A dialogue as a workbook, or as a paper to sign."""
    with database().read() as session:
        who = own_user(session, office, caller)
        return as_file(session, who, row_id("dialogue", dialogue), query.form or "xlsx")


def as_file(session: Session, who: User, dialogue_id: int, form: str) -> Response:
    """Raises NotFound ``unknown_dialogue``, QueueError ``document_failed``."""
    now = clock.now()
    shown = view.shown(session, [record.find(session, who, dialogue_id)], now)[0]
    found = shown.dialogue
    name = f"dialog-{found.officer.username}-{found.span}-{found.start_day}"
    if form == "xlsx":
        return dialogue_files.workbook([shown], found.office, name)
    return dialogue_files.pdf(dialogue_files.paper(shown, found.office, now), name)


def _deed(path: str, refusals: tuple[str, ...], example: dict[str, Any] | None = None) -> Callable[[View], View]:
    """Something done with a dialogue, whose answer is the dialogue after it."""
    return operation(
        HTTPMethod.POST, _ONE + path, tag=_TAG, answer=answers.DialogueAnswer, refusals=refusals, example=example
    )


@_deed(
    "/targets",
    (*_DEED, "unknown_target", "bad_goal", "too_many_targets", "words_needed", "text_too_long"),
    example={"result": "Pelayanan yang cepat", "indicator": "speed_index", "goal": 100, "version": 1},
)
def set_target(office: str, dialogue: str, body: TargetSet, caller: Caller) -> answers.DialogueAnswer:
    """Add a target, or change one."""

    def deed(session: Session, step: Step, number: int) -> None:
        indicator = Indicator(body.indicator)
        deeds.set_target(session, step, number, body.target, body.result, indicator, body.goal, body.words)

    return _done(office, dialogue, caller, deed, body.version)


@_deed("/targets/{target}/remove", _DEED, example={"version": 2})
def remove_target(office: str, dialogue: str, target: str, body: TargetGone, caller: Caller) -> answers.DialogueAnswer:
    """Take a target out; what it was stays in the history."""
    wanted = row_id("target", target)
    return _done(office, dialogue, caller, lambda s, step, n: deeds.remove_target(s, step, n, wanted), body.version)


@_deed(
    "/conduct",
    (*_DEED, "words_needed", "text_too_long"),
    example={"level": "as", "text": "Ramah dan tepat waktu.", "version": 1},
)
def set_conduct(office: str, dialogue: str, body: ConductSet, caller: Caller) -> answers.DialogueAnswer:
    """How the officer's conduct was, against what is expected, and why."""
    level = Level(body.level)
    return _done(
        office, dialogue, caller, lambda s, step, n: deeds.set_conduct(s, step, n, level, body.text), body.version
    )


@_deed(
    "/actions",
    (*_DEED, "words_needed", "text_too_long", "too_many_actions"),
    example={"kind": "training", "text": "Pelatihan akta kelahiran.", "due": "2026-12-31", "version": 1},
)
def agree_action(office: str, dialogue: str, body: ActionAgreed, caller: Caller) -> answers.DialogueAnswer:
    """Agree on something to be done."""
    kind = ActionKind(body.kind)
    return _done(
        office, dialogue, caller, lambda s, step, n: deeds.agree(s, step, n, kind, body.text, body.due), body.version
    )


@_deed("/actions/{action}/done", (*WRITE, "other_office"))
def mark_action_done(office: str, dialogue: str, action: str, caller: Caller) -> answers.DialogueAnswer:
    """What was agreed on was done, today; also after the closing. Doing it twice is harmless."""
    wanted = row_id("action", action)

    def deed(session: Session, step: Step, number: int) -> None:
        deeds.mark_done(session, step, number, wanted, opening.local_day(step.who.office, step.now))

    return _done(office, dialogue, caller, deed, None)


@_deed(
    "/notes",
    (*WRITE, "other_office", "dialogue_closed", "words_needed", "text_too_long"),
    example={"text": "Kita bicarakan hari Kamis."},
)
def add_note(office: str, dialogue: str, body: NoteLeft, caller: Caller) -> answers.DialogueAnswer:
    """Leave words in the dialogue. The same words at once again are the same note."""
    return _done(office, dialogue, caller, lambda s, step, n: deeds.note(s, step, n, body.text), None)


@_deed("/open", (*_DEED, "no_targets"), example={"version": 1})
def open_dialogue(office: str, dialogue: str, body: DialogueSeen, caller: Caller) -> answers.DialogueAnswer:
    """Open it to the officer, who sees all of it from now on."""
    return _done(office, dialogue, caller, course.open_to_officer, body.version)


@_deed(
    "/close",
    (*_DEED, "dialogue_is_draft", "figures_not_final", "no_conduct", "reason_needed", "text_too_long"),
    example={"predikat": "good", "text": "Sesuai kesepakatan.", "version": 3},
)
def close_dialogue(office: str, dialogue: str, body: DialogueDecision, caller: Caller) -> answers.DialogueAnswer:
    """Decide, and freeze the figures that it rests on, once those of the period are final."""
    predikat = Predikat(body.predikat)
    return _done(
        office, dialogue, caller, lambda s, step, n: course.close(s, step, n, predikat, body.text), body.version
    )


@_deed(
    "/reopen",
    (*WRITE, "other_office", "dialogue_moved", "dialogue_not_closed", "words_needed", "text_too_long"),
    example={"text": "Ada sanggahan yang diterima.", "version": 4},
)
def reopen_dialogue(office: str, dialogue: str, body: DialogueReason, caller: Caller) -> answers.DialogueAnswer:
    """Open a closed dialogue again; what was decided, and its figures, stay in the history."""
    return _done(office, dialogue, caller, lambda s, step, n: course.reopen(s, step, n, body.text), body.version)


def _done(office: str, dialogue: str, caller: Caller, deed: Deed, version: int | None) -> answers.DialogueAnswer:
    now, number = clock.now(), row_id("dialogue", dialogue)
    with database().write() as session:
        who = own_user(session, office, caller)
        deed(session, Step(who, now, version), number)
        return whole(session, who, number, now)
