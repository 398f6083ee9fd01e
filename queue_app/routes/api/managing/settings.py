"""The office's settings, all of them by topic."""

from http import HTTPMethod
from typing import Annotated, Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from queue_app.audit import since
from queue_app.configuration.editing import Part
from queue_app.configuration.form import OfficePart
from queue_app.models import Office
from queue_app.routes.api.frame.fields import Answer, Asked, Versioned, example
from queue_app.routes.api.frame.operation import Caller, operation
from queue_app.routes.api.frame.versions import Seen
from queue_app.routes.api.managing.described import Agreed, AsDocumented, SettingAnswer, settings_of
from queue_app.routes.api.managing.saving import CHANGING, SEEING, TAG, changed, save, told
from queue_app.routes.managing.topics import TOPICS

_PATH = "/api/v1/offices/{office}/settings"
_SUBJECTS = ("office",)


class TopicAnswer(Answer):
    """Settings that stand on one page."""

    topic: str
    name: str
    settings: list[SettingAnswer]


class SettingsAnswer(Versioned):
    """All settings of an office; those of its services stand with them."""

    model_config = example(version=12, topics=[])

    topics: list[TopicAnswer]


class SettingsChange(Asked):
    """``settings``: those that are to be others, in the form in which they are read. ``agreed``: ``agree`` of the
    refusal ``needs_agreement``."""

    settings: Annotated[dict[str, Any], AsDocumented(OfficePart)]
    agreed: Agreed | None = None


@operation(HTTPMethod.GET, _PATH, tag=TAG, answer=SettingsAnswer, refusals=SEEING)
def read_settings(office: str, caller: Caller) -> SettingsAnswer:
    """The office's settings by topic, each with its meaning, kind, bounds and usual value.

    Label, meaning and unit are in the language of the request.
    """
    return told(office, caller, _settings)


@operation(
    HTTPMethod.PATCH,
    _PATH,
    tag=TAG,
    answer=SettingsAnswer,
    refusals=(*CHANGING, "needs_agreement", "bad_setting"),
    example={"settings": {"grace_minutes": 45, "voice_languages": "id,en"}},
)
def change_settings(office: str, body: SettingsChange, caller: Caller, seen: Seen) -> SettingsAnswer:
    """Change some settings, all or none.

    Where people who have a number already are affected, nothing is changed before that is agreed to.
    """

    def deed(session: Session, who: Any, now: Any) -> SettingsAnswer:
        parts = [Part("office", body.settings)]
        save(session, who, now, parts, touched={"office": since.ANYTHING}, seen=seen, agreed=body.agreed)
        return _settings(session, who.office)

    return changed(office, caller, deed)


def _settings(session: Session, office: Office) -> SettingsAnswer:
    return SettingsAnswer(
        version=since.version(session, office, _SUBJECTS),
        topics=[
            TopicAnswer(topic=key, name=str(gettext(topic.name)), settings=settings_of(office, topic.settings))
            for key, topic in TOPICS.items()
        ],
    )
