"""Who of the officers can do what: one table, of which rows are set."""

from datetime import datetime
from http import HTTPMethod
from typing import Annotated

from pydantic import Field
from sqlalchemy.orm import Session

from queue_app import counter_settings
from queue_app.audit import since
from queue_app.configuration import importing
from queue_app.counter_settings import ALL
from queue_app.models import Office, User
from queue_app.routes.api.frame.fields import Answer, Asked, Code, Name, Versioned, example
from queue_app.routes.api.frame.operation import Caller, operation
from queue_app.routes.api.frame.versions import Seen
from queue_app.routes.api.managing.saving import CHANGING, SEEING, TAG, changed, told

_PATH = "/api/v1/offices/{office}/skills"
_SUBJECTS = ("officer:*",)


class OfficerSkills(Answer):
    """``services``: codes of what they can do; null for everything, of now and of later."""

    username: str
    name: str
    services: list[str] | None


class SkillsAnswer(Versioned):
    """The officers who may sign in."""

    model_config = example(version=8, officers=[{"username": "petugas1", "name": "Petugas 1", "services": ["A", "B"]}])

    officers: list[OfficerSkills]


class SkillsOf(Asked):
    """``services``: codes; null for everything."""

    username: Name
    services: Annotated[list[Code], Field(min_length=1, max_length=100)] | None


class SkillsChange(Asked):
    """Officers who are not named stay as they are."""

    officers: Annotated[list[SkillsOf], Field(min_length=1, max_length=200)]


@operation(HTTPMethod.GET, _PATH, tag=TAG, answer=SkillsAnswer, refusals=SEEING)
def read_skills(office: str, caller: Caller) -> SkillsAnswer:
    """Which officer can do what."""
    return told(office, caller, _skills)


@operation(
    HTTPMethod.PATCH,
    _PATH,
    tag=TAG,
    answer=SkillsAnswer,
    refusals=(*CHANGING, "unknown_officer", "unknown_service", "bad_setting"),
    example={
        "officers": [{"username": "petugas1", "services": ["A", "B"]}, {"username": "petugas2", "services": None}]
    },
)
def set_skills(office: str, body: SkillsChange, caller: Caller, seen: Seen) -> SkillsAnswer:
    """Set what officers can do, all or none."""

    def deed(session: Session, who: User, now: datetime) -> SkillsAnswer:
        importing.hold(session, who.office)
        since.require(session, who.office, _SUBJECTS, seen)
        for row in body.officers:
            codes = ALL if row.services is None else ",".join(row.services)
            counter_settings.set_skills(session, who.office, row.username, codes, now, who)
        return _skills(session, who.office)

    return changed(office, caller, deed)


def _skills(session: Session, office: Office) -> SkillsAnswer:
    version = since.version(session, office, _SUBJECTS)
    offered = {service.code for service in office.services if service.active}
    rows = [
        OfficerSkills(username=one.username, name=one.display_name, services=_can(session, one, offered))
        for one in counter_settings.officers(session, office)
    ]
    return SkillsAnswer(version=version, officers=rows)


def _can(session: Session, officer: User, offered: set[str]) -> list[str] | None:
    text = counter_settings.skills_text(session, officer)
    return None if text == ALL else [code for code in text.split(",") if code in offered]
