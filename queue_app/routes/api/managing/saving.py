"""What every operation of the settings does: changes something of the caller's office, or says why not."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel
from sqlalchemy.orm import Session

from queue_app import clock
from queue_app.audit.since import Touched
from queue_app.configuration import editing
from queue_app.configuration.editing import Part, Seen
from queue_app.configuration.errand import Errand
from queue_app.configuration.reading import BadConfiguration
from queue_app.errors import QueueError
from queue_app.extensions import database
from queue_app.models import Office, User
from queue_app.routes.api.frame.operation import Caller
from queue_app.routes.api.frame.own_office import own_office, own_user
from queue_app.routes.api.refusals import READ, WRITE
from queue_app.routes.configuration_words import field_of, said_of
from queue_app.routes.problems import WrongFields

Answered = TypeVar("Answered", bound=BaseModel)

TAG = "manage"
SEEING = (*READ, "other_office")
CHANGING = (*WRITE, "other_office")


def told(office: str, caller: Caller, reading: Callable[[Session, Office], Answered]) -> Answered:
    """What ``reading`` finds of the office in the address. Raises NotFound, Forbidden ``other_office``."""
    with database().read() as session:
        return reading(session, own_office(session, office, caller))


def changed(office: str, caller: Caller, deed: Callable[[Session, User, datetime], Answered]) -> Answered:
    """What ``deed`` answers after it has changed something there. Raises likewise, and as it does."""
    with database().write() as session:
        return deed(session, own_user(session, office, caller), clock.now())


def save(
    session: Session,
    who: User,
    now: datetime,
    parts: Sequence[Part],
    *,
    touched: Touched,
    seen: int,
    agreed: str | None,
) -> None:
    """Save parts of the configuration, as a page does.

    Raises ChangedSince, Unagreed, WrongFields naming settings, and what the use case behind refuses.
    """
    try:
        editing.save(Errand(session, who.office, now, who), parts, Seen(seen, touched, agreed or ""))
    except BadConfiguration as bad:
        raise _refused(bad) from bad


def wrong_fields(bad: BadConfiguration, name: str) -> WrongFields:
    """All problems of a configuration, by where they stand in what was sent as ``name``."""
    return WrongFields({f"{name}.{problem.path}".rstrip("."): said_of(problem) for problem in reversed(bad.problems)})


def _refused(bad: BadConfiguration) -> QueueError:
    if isinstance(bad.__cause__, QueueError):
        return bad.__cause__
    wrong = {f"settings.{field_of(problem)}".rstrip("."): said_of(problem) for problem in reversed(bad.problems)}
    return WrongFields(wrong)
