"""The performance dialogue for the officer's own program: read it, answer it, leave words, say what was done."""

from http import HTTPMethod

from flask import Response

from queue_app import clock, opening
from queue_app.dialogue import course, deeds, view
from queue_app.dialogue.record import Step
from queue_app.extensions import database
from queue_app.models import User
from queue_app.routes.api.frame.files import PDF, XLSX
from queue_app.routes.api.frame.operation import Caller, operation, row_id
from queue_app.routes.api.refusals import DIALOGUE, READ, WRITE
from queue_app.routes.api.supervision.asked_dialogue import DialogueFileQuery, DialogueReply, NoteLeft
from queue_app.routes.api.supervision.dialogue_answers import DialogueAnswer, OwnDialogues
from queue_app.routes.api.supervision.dialogue_shown import head, whole
from queue_app.routes.api.supervision.dialogues import Deed, as_file

_ALL = "/api/v1/desk/dialogues"
_ONE = _ALL + "/{dialogue}"
_TAG = "dialogues"


@operation(HTTPMethod.GET, _ALL, tag=_TAG, answer=OwnDialogues, refusals=READ)
def list_own_dialogues(caller: Caller) -> OwnDialogues:
    """The officer's own dialogues, as far as they were opened."""
    with database().read() as session:
        found = view.of_officer(session, session.get_one(User, caller.user_id))
        return OwnDialogues(dialogues=[head(each) for each in found])


@operation(HTTPMethod.GET, _ONE, tag=_TAG, answer=DialogueAnswer, refusals=READ)
def show_own_dialogue(dialogue: str, caller: Caller) -> DialogueAnswer:
    """An own dialogue with everything in it."""
    with database().read() as session:
        who = session.get_one(User, caller.user_id)
        return whole(session, who, row_id("dialogue", dialogue), clock.now())


@operation(HTTPMethod.GET, _ONE + "/file", tag=_TAG, media=(XLSX, PDF), refusals=(*READ, "document_failed"))
def export_own_dialogue(dialogue: str, query: DialogueFileQuery, caller: Caller) -> Response:
    """An own dialogue as a workbook, or as a paper to sign."""
    with database().read() as session:
        who = session.get_one(User, caller.user_id)
        return as_file(session, who, row_id("dialogue", dialogue), query.form or "xlsx")


@operation(
    HTTPMethod.POST,
    _ONE + "/answer",
    tag=_TAG,
    answer=DialogueAnswer,
    refusals=(*WRITE, *DIALOGUE, "not_yours", "not_acknowledged", "words_needed", "text_too_long"),
    example={"text": "Saya setuju.", "agrees": True, "read": True, "version": 2},
)
def answer_dialogue(dialogue: str, body: DialogueReply, caller: Caller) -> DialogueAnswer:
    """What the officer thinks of it, and that it was read; whether the officer agrees is said apart."""
    return _done(
        dialogue,
        caller,
        lambda s, step, n: course.answer(s, step, n, body.text, acknowledged=body.read, agrees=body.agrees),
        body.version,
    )


@operation(
    HTTPMethod.POST,
    _ONE + "/notes",
    tag=_TAG,
    answer=DialogueAnswer,
    refusals=(*WRITE, "dialogue_closed", "words_needed", "text_too_long"),
    example={"text": "Bulan itu dua hari sistem mati."},
)
def add_own_note(dialogue: str, body: NoteLeft, caller: Caller) -> DialogueAnswer:
    """Leave words in an own dialogue. The same words at once again are the same note."""
    return _done(dialogue, caller, lambda s, step, n: deeds.note(s, step, n, body.text), None)


@operation(HTTPMethod.POST, _ONE + "/actions/{action}/done", tag=_TAG, answer=DialogueAnswer, refusals=WRITE)
def mark_own_action_done(dialogue: str, action: str, caller: Caller) -> DialogueAnswer:
    """What was agreed on was done, today. Doing it twice is harmless."""
    wanted = row_id("action", action)
    return _done(
        dialogue,
        caller,
        lambda s, step, n: deeds.mark_done(s, step, n, wanted, opening.local_day(step.who.office, step.now)),
        None,
    )


def _done(dialogue: str, caller: Caller, deed: Deed, version: int | None) -> DialogueAnswer:
    now, number = clock.now(), row_id("dialogue", dialogue)
    with database().write() as session:
        who = session.get_one(User, caller.user_id)
        deed(session, Step(who, now, version), number)
        return whole(session, who, number, now)
