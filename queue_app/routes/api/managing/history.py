"""Every change of the settings: who, when, what it was and became; and putting back what was before."""

from datetime import datetime
from http import HTTPMethod
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from sqlalchemy.orm import Session

from queue_app.audit import since
from queue_app.configuration import editing, putting_back
from queue_app.configuration.editing import Seen as SeenBefore
from queue_app.configuration.errand import Errand
from queue_app.configuration.reading import BadConfiguration
from queue_app.models import ConfigurationChange, Office, User
from queue_app.representation import instant
from queue_app.routes.api.frame.fields import LARGEST_VERSION, Answer, Asked, Instant, Versioned, example, whole_text
from queue_app.routes.api.frame.operation import Caller, operation, row_id
from queue_app.routes.api.frame.versions import Seen
from queue_app.routes.api.managing.described import Agreed
from queue_app.routes.api.managing.saving import CHANGING, SEEING, TAG, changed, told, wrong_fields
from queue_app.routes.labels import error_text
from queue_app.routes.managing import history_words

_ALL = "/api/v1/offices/{office}/changes"
_ONE = _ALL + "/{change}"
_AT_ONCE = 30
_SHOWN: dict[str, Any] = {
    "number": 12,
    "at": "2026-11-24T09:00:00.000+07:00",
    "by": "admin",
    "subject": "office",
    "about": "Pengaturan kantor",
    "before": {"grace_minutes": "60"},
    "after": {"grace_minutes": "45"},
}


class ChangesQuery(Asked):
    """``before``: `next` of the answer before; the newest first when left out. ``limit``: at most so many. ``subject``:
    only changes of this kind."""

    before: Annotated[int, Field(ge=1, le=LARGEST_VERSION), BeforeValidator(whole_text)] | None = None
    limit: Annotated[int, Field(ge=1, le=100), BeforeValidator(whole_text)] | None = None
    subject: Literal[tuple(history_words.SUBJECTS)] | None = None  # type: ignore[valid-type]


class RecordedChange(Answer):
    """``by``: a username; null for a command on the server. ``subject``: what was changed, ``about`` says it in words.
    ``before`` and ``after`` hold what differs, as it was recorded."""

    model_config = example(**_SHOWN)

    number: int
    at: Instant
    by: str | None
    subject: str
    about: str
    before: dict[str, Any]
    after: dict[str, Any]


class ChangesAnswer(Answer):
    """The newest first. ``next``: to be sent as ``before`` for older ones; null when there are none."""

    model_config = example(changes=[_SHOWN], next=None)

    changes: list[RecordedChange]
    next: int | None


class ChangeAnswer(Versioned):
    """``version``: of what it is about, as it is now. ``why_not``: why it cannot be put back, as far as that is seen
    beforehand; null where it can."""

    model_config = example(version=14, change=_SHOWN, why_not=None)

    change: RecordedChange
    why_not: str | None


class PuttingBack(Asked):
    """``agreed``: ``agree`` of the refusal ``needs_agreement``."""

    agreed: Agreed | None = None


@operation(HTTPMethod.GET, _ALL, tag=TAG, answer=ChangesAnswer, refusals=SEEING)
def list_changes(office: str, query: ChangesQuery, caller: Caller) -> ChangesAnswer:
    """The recorded changes of the settings, page by page.

    Numbers have no gaps; nothing is ever taken out.
    """
    most = query.limit or _AT_ONCE

    def reading(session: Session, here: Office) -> ChangesAnswer:
        rows = putting_back.recorded(session, here, query.subject, most=most + 1, before=query.before)
        more = len(rows) > most
        return ChangesAnswer(
            changes=[_recorded(row, here) for row in rows[:most]], next=rows[most - 1].seq if more else None
        )

    return told(office, caller, reading)


@operation(HTTPMethod.GET, _ONE, tag=TAG, answer=ChangeAnswer, refusals=SEEING)
def read_change(office: str, change: str, caller: Caller) -> ChangeAnswer:
    """One change, with the ETag that putting it back answers to."""
    return told(office, caller, lambda session, here: _answer(session, here, _find(session, here, change)))


@operation(
    HTTPMethod.POST,
    _ONE + "/put-back",
    tag=TAG,
    answer=ChangeAnswer,
    refusals=(*CHANGING, "cannot_put_back", "needs_agreement", "unknown_service"),
    example={},
)
def put_back_change(office: str, change: str, body: PuttingBack, caller: Caller, seen: Seen) -> ChangeAnswer:
    """Have again what was before that change, by the way of any other change; the record of it stays."""

    def deed(session: Session, who: User, now: datetime) -> ChangeAnswer:
        found = _find(session, who.office, change)
        parts = list(putting_back.parts(session, who.office, found))
        known = SeenBefore(seen, {found.subject: since.ANYTHING}, body.agreed or "")
        try:
            editing.save(Errand(session, who.office, now, who), parts, known)
        except BadConfiguration as bad:
            raise wrong_fields(bad, "change") from bad
        return _answer(session, who.office, _find(session, who.office, change))

    return changed(office, caller, deed)


def _find(session: Session, office: Office, name: str) -> ConfigurationChange:
    """Raises NotFound ``unknown_change``."""
    return putting_back.find(session, office, row_id("change", name))


def _answer(session: Session, office: Office, change: ConfigurationChange) -> ChangeAnswer:
    version = since.version(session, office, [change.subject])
    why_not = putting_back.why_not(session, office, change)
    return ChangeAnswer(
        version=version, change=_recorded(change, office), why_not=error_text(why_not) if why_not else None
    )


def _recorded(change: ConfigurationChange, office: Office) -> RecordedChange:
    return RecordedChange(
        number=change.seq,
        at=instant(change.at, office.zone),
        by=change.actor.username if change.actor else None,
        subject=change.subject,
        about=history_words.subject_text(change.subject),
        before=change.before,
        after=change.after,
    )
