"""What the office's displays say calls with, and which of them speak. The voice's settings stand with the office's."""

from datetime import datetime
from http import HTTPMethod
from typing import Annotated

from flask import Response
from pydantic import BeforeValidator, Field, StringConstraints
from sqlalchemy.orm import Session

from queue_app.audit import since
from queue_app.devices import register
from queue_app.extensions import database
from queue_app.models import Office, User
from queue_app.routes.api.frame.fields import Answer, Asked, RowId, Text, Versioned, example, whole_text
from queue_app.routes.api.frame.operation import Caller, operation
from queue_app.routes.api.frame.own_office import own_office
from queue_app.routes.api.frame.versions import Seen
from queue_app.routes.api.managing.saving import CHANGING, SEEING, TAG, changed, told
from queue_app.routes.managing.voice import LABEL, Sample, planned_sample, spoken_by, spoken_sample

_PATH = "/api/v1/offices/{office}/voice"
_SUBJECTS = ("display:*",)


class VoiceLanguage(Answer):
    """``used``: calls are said in it. ``recordings`` of the office's own, of which ``missing`` words are not there;
    ``engine``: the server can speak it."""

    language: str
    used: bool
    recordings: bool
    engine: bool
    missing: list[str]


class SpeakingDisplay(Answer):
    id: int
    name: str
    speaks: bool


class VoiceAnswer(Versioned):
    """The office's languages in their order, then those for which there are recordings; and its displays."""

    model_config = example(
        version=9,
        languages=[{"language": "id", "used": True, "recordings": False, "engine": True, "missing": []}],
        displays=[{"id": 1, "name": "Ruang tunggu", "speaks": True}],
    )

    languages: list[VoiceLanguage]
    displays: list[SpeakingDisplay]


class SampleQuery(Asked):
    """``language``: one of the office's; id when left out. ``label`` is called to ``counter`` (its number)."""

    language: Annotated[Text, StringConstraints(pattern=r"^[a-z]{2,8}$")] | None = None
    label: Annotated[Text, StringConstraints(pattern=rf"^(?:{LABEL.pattern})$")] | None = None
    counter: Annotated[int, Field(ge=1, le=999), BeforeValidator(whole_text)] | None = None


class Speaking(Asked):
    """``speaks``: ids of the displays that say calls; the others do not."""

    speaks: Annotated[list[RowId], Field(max_length=200)]


@operation(HTTPMethod.GET, _PATH, tag=TAG, answer=VoiceAnswer, refusals=SEEING)
def read_voice(office: str, caller: Caller) -> VoiceAnswer:
    """By what each language is spoken, and which displays speak."""
    return told(office, caller, _voice)


@operation(
    HTTPMethod.GET,
    _PATH + "/sample",
    tag=TAG,
    media=("audio/ogg",),
    refusals=(*SEEING, "cannot_be_said"),
)
def hear_sample(office: str, query: SampleQuery, caller: Caller) -> Response:
    """A call as the displays would say it now."""
    with database().read() as session:
        here = own_office(session, office, caller)
        sample = Sample(query.label or "A-012", query.counter or 1)
        planned = planned_sample(here, query.language or "id", sample)
    answer = spoken_sample(planned)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@operation(
    HTTPMethod.PUT,
    _PATH + "/displays",
    tag=TAG,
    answer=VoiceAnswer,
    refusals=(*CHANGING, "unknown_display"),
    example={"speaks": []},
)
def set_speaking(office: str, body: Speaking, caller: Caller, seen: Seen) -> VoiceAnswer:
    """Say which displays speak."""

    def deed(session: Session, who: User, now: datetime) -> VoiceAnswer:
        since.require(session, who.office, _SUBJECTS, seen)
        wanted = {register.find(session, who.office_id, number).id for number in body.speaks}
        for display in register.of_office(session, who.office_id):
            if display.speaks != (display.id in wanted):
                register.set_speaks(session, who, display, now, speaks=display.id in wanted)
        return _voice(session, who.office)

    return changed(office, caller, deed)


def _voice(session: Session, office: Office) -> VoiceAnswer:
    version = since.version(session, office, _SUBJECTS)
    return VoiceAnswer(
        version=version,
        languages=[
            VoiceLanguage(
                language=one.language,
                used=one.is_used,
                recordings=one.has_clips,
                engine=one.has_engine,
                missing=sorted(one.missing),
            )
            for one in spoken_by(office)
        ],
        displays=[
            SpeakingDisplay(id=one.id, name=one.name, speaks=one.speaks)
            for one in register.of_office(session, office.id)
        ],
    )
