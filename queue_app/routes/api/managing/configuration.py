"""The whole configuration as one document: to take away, to look at what another one would change, to bring it in."""

from collections.abc import Iterator
from datetime import datetime
from http import HTTPMethod
from typing import Annotated, Any, Literal

from flask_babel import gettext
from sqlalchemy.orm import Session

from queue_app import agreement, clock, opening
from queue_app.audit import since
from queue_app.audit.since import ANYTHING, EVERYTHING
from queue_app.configuration import editing, export
from queue_app.configuration.editing import Seen as SeenBefore
from queue_app.configuration.errand import Errand
from queue_app.configuration.form import Configuration
from queue_app.configuration.importing import Preview
from queue_app.configuration.reading import BadConfiguration
from queue_app.models import Office, User
from queue_app.routes.api.frame.fields import Answer, Asked, Versioned, example
from queue_app.routes.api.frame.operation import Caller, operation
from queue_app.routes.api.frame.versions import Seen
from queue_app.routes.api.managing.described import Agreed, AsDocumented
from queue_app.routes.api.managing.saving import CHANGING, SEEING, TAG, changed, told, wrong_fields

_PATH = "/api/v1/offices/{office}/configuration"
_LARGEST_BYTES = 256 * 1024
"""What a file of the largest size comes to as JSON."""
_EXAMPLE = {"configuration": {"version": 1, "office": {"grace_minutes": 45}}}


class ConfigurationAnswer(Versioned):
    """``configuration``: every section in the form of `Configuration`; it may be sent again as it stands."""

    model_config = example(version=21, configuration={"version": 1, "office": {"name": "Disdukcapil"}})

    configuration: dict[str, Any]


class PlannedChange(Answer):
    """One thing of a ``section``, called ``name``, that would be added, changed or retired. ``public``: citizens
    notice."""

    section: str
    name: str
    kind: Literal["add", "change", "retire"]
    before: dict[str, Any]
    after: dict[str, Any]
    public: bool


class PreviewAnswer(Versioned):
    """``effects``: what follows for people, in words; ``agree`` is to be sent as ``agreed`` then, else null. ``left``:
    the sections that were not named, which stay as they are. ``version``: of the configuration that it was compared
    with."""

    model_config = example(
        version=21,
        changes=[
            {
                "section": "office",
                "name": "",
                "kind": "change",
                "before": {"grace_minutes": 60},
                "after": {"grace_minutes": 45},
                "public": True,
            }
        ],
        effects=[],
        agree=None,
        left=["services"],
    )

    changes: list[PlannedChange]
    effects: list[str]
    agree: str | None
    left: list[str]


class ConfigurationSent(Asked):
    """A section that is missing stays as it is. One that is there is complete: what it does not name is retired.
    ``agreed``: ``agree`` of the preview, or of the refusal ``needs_agreement``."""

    configuration: Annotated[dict[str, Any], AsDocumented(Configuration)]
    agreed: Agreed | None = None


@operation(HTTPMethod.GET, _PATH, tag=TAG, answer=ConfigurationAnswer, refusals=SEEING)
def read_configuration(office: str, caller: Caller) -> ConfigurationAnswer:
    """All that is set, as one document. Secrets, people, citizens and pictures are not in it."""
    return told(office, caller, _whole)


@operation(
    HTTPMethod.POST,
    _PATH + "/preview",
    tag=TAG,
    answer=PreviewAnswer,
    refusals=CHANGING,
    example=_EXAMPLE,
    largest_bytes=_LARGEST_BYTES,
)
def preview_configuration(office: str, body: ConfigurationSent, caller: Caller) -> PreviewAnswer:
    """What a configuration would change. Nothing is changed."""

    def deed(session: Session, who: User, now: datetime) -> PreviewAnswer:
        version = since.version(session, who.office, EVERYTHING)
        try:
            return _preview(version, editing.preview(Errand(session, who.office, now, who), body.configuration))
        except BadConfiguration as bad:
            raise wrong_fields(bad, "configuration") from bad

    return changed(office, caller, deed)


@operation(
    HTTPMethod.PUT,
    _PATH,
    tag=TAG,
    answer=ConfigurationAnswer,
    refusals=(*CHANGING, "needs_agreement"),
    example=_EXAMPLE,
    largest_bytes=_LARGEST_BYTES,
)
def apply_configuration(office: str, body: ConfigurationSent, caller: Caller, seen: Seen) -> ConfigurationAnswer:
    """Bring a configuration in, or nothing of it. The ETag is that of the preview or of the document that was read."""

    def deed(session: Session, who: User, now: datetime) -> ConfigurationAnswer:
        known = SeenBefore(seen, dict.fromkeys(EVERYTHING, ANYTHING), body.agreed or "")
        try:
            editing.save_whole(Errand(session, who.office, now, who), body.configuration, known)
        except BadConfiguration as bad:
            raise wrong_fields(bad, "configuration") from bad
        return _whole(session, who.office)

    return changed(office, caller, deed)


def _whole(session: Session, office: Office) -> ConfigurationAnswer:
    version = since.version(session, office, EVERYTHING)
    return ConfigurationAnswer(
        version=version, configuration=export.current(session, office, opening.local_day(office, clock.now()))
    )


def _preview(version: int, found: Preview) -> PreviewAnswer:
    return PreviewAnswer(
        version=version,
        changes=list(_planned(found)),
        effects=[str(gettext(effect.message, **effect.params)) for effect in found.effects],
        agree=agreement.mark(found.effects) if found.effects else None,
        left=list(found.left),
    )


def _planned(found: Preview) -> Iterator[PlannedChange]:
    for change in found.changes:
        yield PlannedChange(
            section=change.section,
            name=change.name,
            kind=change.kind.value,
            before=dict(change.before),
            after=dict(change.after),
            public=change.is_public,
        )
