"""A dialogue as the API answers it."""

from datetime import datetime

from sqlalchemy.orm import Session

from queue_app.dialogue import lines, record, view
from queue_app.dialogue.lines import Line
from queue_app.models import Dialogue, User
from queue_app.representation import instant
from queue_app.routes.api.supervision import dialogue_answers as answers


def head(found: Dialogue) -> answers.DialogueHead:
    """Whose it is, of which days, and where it stands."""
    return answers.DialogueHead(
        id=found.id,
        officer=found.officer.username,
        span=found.span,
        first=found.start_day,
        last=found.end_day,
        state=found.state,
        version=found.version,
        predikat=found.predikat,
    )


def whole(session: Session, who: User, dialogue_id: int, now: datetime) -> answers.DialogueAnswer:
    """All of it, as ``who`` may see it. Raises NotFound ``unknown_dialogue``, for somebody else's as well."""
    dialogue = record.find(session, who, dialogue_id)
    session.expire(dialogue)
    shown = view.shown(session, [dialogue], now)[0]
    zone = dialogue.office.zone
    opened, accepted, declined = lines.claims(shown)
    return answers.DialogueAnswer(
        **head(dialogue).model_dump(),
        conduct=dialogue.conduct,
        conduct_reason=dialogue.conduct_reason,
        predikat_reason=dialogue.predikat_reason,
        lines=[_line(line) for line in lines.of(shown)],
        claims_open=opened,
        claims_accepted=accepted,
        claims_declined=declined,
        suggestion=answers.SuggestionAnswer(
            results=shown.suggestion.results,
            predikat=shown.suggestion.predikat,
            gap=shown.suggestion.gap.value if shown.suggestion.gap else None,
        ),
        actions=[
            answers.AgreedAnswer(id=one.id, kind=one.kind, text=one.text, due=one.due_day, done=one.done_day)
            for one in dialogue.actions
        ],
        course=[
            answers.DialogueMoment(
                at=instant(entry.at, zone), by=entry.actor.username, deed=entry.deed.value, words=entry.words
            )
            for entry in dialogue.entries
        ],
        differs=shown.differs,
        closable=shown.closable,
    )


def _line(line: Line) -> answers.TargetLine:
    measured = line.measured
    return answers.TargetLine(
        target=line.target_id,
        result=line.result,
        indicator=line.indicator,
        goal=line.goal,
        words=line.words,
        n=measured.n,
        value=measured.value,
        low=measured.low,
        high=measured.high,
        enough=measured.enough,
        level=line.level,
    )
