"""What every page of the settings does with its form: saves it, or says why not and what it would do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from types import MappingProxyType

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from queue_app import clock
from queue_app.agreement import Effect, Unagreed
from queue_app.audit import since
from queue_app.audit.since import ChangedSince, Touched
from queue_app.auth import signed_in_user
from queue_app.configuration import editing
from queue_app.configuration.editing import Part, Seen
from queue_app.configuration.errand import Errand
from queue_app.configuration.reading import BadConfiguration
from queue_app.errors import QueueError
from queue_app.extensions import database
from queue_app.models import Office, User
from queue_app.routes.configuration_words import field_of, said_of
from queue_app.routes.labels import error_text
from queue_app.routes.managing import history_words
from queue_app.routes.managing.history_words import Told

Deed = Callable[[Session, User, datetime], str]
"""Changes something of the office, and says in the person's language what was done."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a form was not saved, for ``_form.html``. ``effects``: nothing is wrong, but they must be agreed to, by the
    button with ``mark``. ``newer``: what others have changed meanwhile. ``errors`` by field. ``seen``: the number of
    the last change that the person knows now."""

    seen: int
    status: int = HTTPStatus.OK
    error: str = ""
    errors: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    newer: Sequence[Told] = ()
    effects: Sequence[Effect] = ()
    mark: str = ""


def save(parts: Sequence[Part] | Callable[[Session, Office], Sequence[Part]], touched: Touched) -> Refused | None:
    """Save what the form of this request asks for; None when that was done. What else is not there raises NotFound."""
    seen = Seen(_last_seen(), touched, request.form.get("agreed", ""))
    try:
        with database().write() as session:
            who = signed_in_user(session)
            wanted = parts(session, who.office) if callable(parts) else parts
            editing.save(Errand(session, who.office, clock.now(), who), wanted, seen)
    except Unagreed as asked:
        return Refused(seen.last, effects=asked.effects, mark=asked.mark)
    except ChangedSince as outdated:
        return _outdated(outdated)
    except BadConfiguration as bad:
        errors = {field_of(one): said_of(one) for one in reversed(bad.problems)}
        return Refused(seen.last, bad.status, _sum(bad), errors)
    except QueueError as error:
        if error.status == HTTPStatus.NOT_FOUND:
            raise
        return Refused(seen.last, error.status, error_text(error))
    return None


def done(deed: Deed, refused: Callable[[QueueError], ResponseReturnValue], address: str) -> ResponseReturnValue:
    """Do what a form asks for, say so at ``address``, or show what was ``refused``. Raises NotFound as ``deed``."""
    try:
        with database().write() as session:
            said = deed(session, signed_in_user(session), clock.now())
    except QueueError as error:
        if error.status == HTTPStatus.NOT_FOUND:
            raise
        return refused(error)
    flash(said, "success")
    return redirect(address, HTTPStatus.SEE_OTHER)


def _last_seen() -> int:
    text = request.form.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1


def _outdated(outdated: ChangedSince) -> Refused:
    with database().read() as session:
        office = signed_in_user(session).office
        newer = since.later(session, office, outdated.subjects, outdated.seen)
        told = [history_words.told(change, office) for change in newer]
    last = max((change.seq for change in newer), default=outdated.seen)
    return Refused(last, outdated.status, error_text(outdated), newer=told)


def _sum(bad: BadConfiguration) -> str:
    if len(bad.problems) == 1 and not field_of(bad.problems[0]):
        return said_of(bad.problems[0])
    return str(gettext("Belum disimpan: periksa isian yang ditandai."))
