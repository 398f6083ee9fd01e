"""What an office puts on its displays, for a program: pictures, videos, running text, logo and colours."""

import shutil
import tempfile
from datetime import date
from http import HTTPMethod
from typing import IO, Annotated, Any, Literal

from flask import request
from pydantic import BeforeValidator, Field, StringConstraints
from sqlalchemy.orm import Session

from queue_app import clock, idempotency
from queue_app.audit import since
from queue_app.event_loop import in_thread
from queue_app.extensions import database, uploads
from queue_app.models import DisplayLine, DisplayMedia, Office, Theme, User
from queue_app.routes.api.displays.answers import ContentAnswer, LineAnswer, LookAnswer, MediumAnswer
from queue_app.routes.api.frame.fields import Asked, Day, Text, one_of, whole, whole_text
from queue_app.routes.api.frame.operation import Caller, operation, row_id
from queue_app.routes.api.frame.own_office import own_office
from queue_app.routes.api.frame.upload import FILE, Upload
from queue_app.routes.api.frame.versions import Seen
from queue_app.routes.api.refusals import IDEMPOTENT, READ, WRITE
from queue_app.signage import added, content, files, shown

_TAG = "displays"
_ALL = "/api/v1/offices/{office}/display-content"
_MEDIUM = _ALL + "/media/{medium}"
_READ, _WRITE = (*READ, "other_office"), (*WRITE, "other_office")
_LARGEST = files.VIDEO_BYTES
_IN_MEMORY = 1024 * 1024
_PIECE = 64 * 1024

Words = Annotated[Text, StringConstraints(max_length=content.WORDS_LENGTH)]
Seconds = Annotated[int, Field(ge=content.SECONDS[0], le=content.SECONDS[1])]
ThemeName = Annotated[str, *one_of(Theme)]
Colour = Annotated[Text, StringConstraints(max_length=20)]


class MediumQuery(Asked):
    """``shown_as``: logo for the office's logo, which takes the place of the one before. ``words``: what is to be seen.
    ``seconds``: how long a picture stays; 10 when left out."""

    shown_as: Literal["media", "logo"] | None = None
    words: Words | None = None
    seconds: Annotated[Seconds, BeforeValidator(whole_text)] | None = None


class MediumChange(Asked):
    """What is left out stays. ``move``: change places with the one before (up) or after (down)."""

    words: Words | None = None
    seconds: Annotated[Seconds, BeforeValidator(whole)] | None = None
    move: Literal["up", "down"] | None = None


class NewLine(Asked):
    """``from`` and ``until``: local days, both included; no bound when left out."""

    text: Annotated[Text, StringConstraints(max_length=1_000)]
    first: Day | None = Field(default=None, alias="from")
    until: Day | None = None


class LookChange(Asked):
    """What is left out stays. Colours like ``#0b5848``; they must be told apart well."""

    theme: ThemeName | None = None
    brand: Colour | None = None
    accent: Colour | None = None
    shows_next: bool | None = None


@operation(HTTPMethod.GET, _ALL, tag=_TAG, answer=ContentAnswer, refusals=_READ)
def show_content(office: str, caller: Caller) -> ContentAnswer:
    """All that the office's displays show beside the numbers."""
    with database().read() as session:
        here = own_office(session, office, caller)
        return _content(session, here)


@operation(
    HTTPMethod.POST,
    _ALL + "/media",
    tag=_TAG,
    answer=MediumAnswer,
    status=201,
    file=_LARGEST,
    refusals=(
        *(*_WRITE, *FILE, *IDEMPOTENT, "unknown_media", "media_quota", "media_too_many", "media_not_kept"),
        *("media_empty", "media_unknown", "media_broken", "media_too_large", "media_codec"),
    ),
    headers=("Idempotency-Key",),
)
def upload_medium(office: str, query: MediumQuery, upload: Upload, caller: Caller) -> MediumAnswer:
    """Show a picture (JPEG, PNG, WebP, GIF) or a video (MP4, WebM), or take it for the logo.

    The file is the body. A picture is drawn anew and loses what else is in it; what a file is, its bytes say.
    """
    now = clock.now()
    with database().read() as session:
        own_office(session, office, caller)
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as kept:
        digest = _kept(upload, kept)
        accepted = in_thread(lambda: files.accept(kept, as_logo=query.shown_as == "logo"))
        medium_id = added.add(
            database(),
            uploads(),
            caller.user_id,
            caller.office_id,
            accepted,
            now,
            words=query.words or "",
            seconds=query.seconds or 10,
            once=lambda session, make: idempotency.made_once(
                session,
                scope=f"medium {caller.user_id}",
                key=request.headers.get("Idempotency-Key"),
                request=f"{digest} {query.model_dump_json()}",
                now=now,
                make=make,
            ),
        )
    with database().read() as session:
        here = own_office(session, office, caller)
        return _medium(session, here, content.of_id(session, here.id, medium_id))


@operation(
    HTTPMethod.PATCH,
    _MEDIUM,
    tag=_TAG,
    answer=MediumAnswer,
    refusals=_WRITE,
    example={"words": "Alur pelayanan", "seconds": 15},
)
def change_medium(office: str, medium: str, body: MediumChange, seen: Seen, caller: Caller) -> MediumAnswer:
    """How long it stays, what is to be seen, and its place among the others."""
    with database().write() as session:
        here, now, who = own_office(session, office, caller), clock.now(), session.get_one(User, caller.user_id)
        found = content.of_id(session, here.id, row_id("medium", medium))
        since.require(session, here, {f"display_media:{found.key}"}, seen)
        if body.words is not None or body.seconds is not None:
            words = found.words if body.words is None else body.words
            content.change_media(session, who, found.id, body.seconds or found.seconds, words, now)
        if body.move is not None:
            content.move_media(session, who, found.id, now, up=body.move == "up")
        return _medium(session, here, found)


@operation(HTTPMethod.DELETE, _MEDIUM, tag=_TAG, answer=MediumAnswer, refusals=_WRITE)
def remove_medium(office: str, medium: str, caller: Caller) -> MediumAnswer:
    """Show it no more; its file is removed. The answer is what it was."""
    with database().write() as session:
        here, who = own_office(session, office, caller), session.get_one(User, caller.user_id)
        was = _medium(session, here, content.of_id(session, here.id, row_id("medium", medium)))
        gone = content.remove_media(session, who, was.id, clock.now())
    uploads().forget(gone)
    return was


@operation(
    HTTPMethod.POST,
    _ALL + "/lines",
    tag=_TAG,
    answer=LineAnswer,
    status=201,
    refusals=(*_WRITE, *IDEMPOTENT, "unknown_line", "line_empty", "line_too_long", "line_dates", "line_too_many"),
    headers=("Idempotency-Key",),
    example={"text": "Kantor tutup pada 25 Desember.", "until": "2026-12-25"},
)
def add_line(office: str, body: NewLine, caller: Caller) -> LineAnswer:
    """A line of the running text, on its days."""
    with database().write() as session:
        here, now, who = own_office(session, office, caller), clock.now(), session.get_one(User, caller.user_id)
        line_id, _ = idempotency.made_once(
            session,
            scope=f"line {caller.user_id}",
            key=request.headers.get("Idempotency-Key"),
            request=body.model_dump_json(),
            now=now,
            make=lambda: content.add_line(session, who, body.text, body.first, body.until, now).id,
        )
        return _line(content.line_of_id(session, here.id, line_id))


@operation(HTTPMethod.DELETE, _ALL + "/lines/{line}", tag=_TAG, answer=LineAnswer, refusals=_WRITE)
def remove_line(office: str, line: str, caller: Caller) -> LineAnswer:
    """Take a line out of the running text; the answer is what it was."""
    with database().write() as session:
        here, who = own_office(session, office, caller), session.get_one(User, caller.user_id)
        was = _line(content.line_of_id(session, here.id, row_id("line", line)))
        content.remove_line(session, who, was.id, clock.now())
        return was


@operation(
    HTTPMethod.PATCH,
    _ALL + "/look",
    tag=_TAG,
    answer=LookAnswer,
    refusals=(*_WRITE, "bad_colour", "low_contrast"),
    example={"theme": "dark", "brand": "#08443a"},
)
def change_look(office: str, body: LookChange, seen: Seen, caller: Caller) -> LookAnswer:
    """Theme and colours of all displays of the office."""
    with database().write() as session:
        here, who = own_office(session, office, caller), session.get_one(User, caller.user_id)
        since.require(session, here, {"display_look"}, seen)
        now_is = shown.of(session, here.id, None).look
        wanted = body.model_dump(exclude_none=True)
        facts: dict[str, Any] = {name: wanted.get(name, getattr(now_is, name)) for name in LookChange.model_fields}
        content.set_look(session, who, clock.now(), **facts)
        return _look(session, here, shown.of(session, here.id, None).look)


def _kept(upload: Upload, kept: IO[bytes]) -> str:
    """The body in a file of its own; a digest of it. Raises as ``Upload.opened``."""
    sent = upload.opened()
    shutil.copyfileobj(sent, kept, _PIECE)
    return sent.digest


def _content(session: Session, here: Office) -> ContentAnswer:
    everything = shown.of(session, here.id, None)
    return ContentAnswer(
        look=_look(session, here, everything.look),
        logo=_medium(session, here, everything.logo) if everything.logo else None,
        media=[_medium(session, here, each) for each in everything.media],
        lines=[_line(each) for each in everything.lines],
        used_bytes=sum(each.size for each in [*everything.media, *filter(None, [everything.logo])]),
        quota_bytes=content.QUOTA_BYTES,
    )


def _medium(session: Session, here: Office, medium: DisplayMedia) -> MediumAnswer:
    subject = f"display_media:{medium.key}"
    facts: dict[str, Any] = {
        name: getattr(medium, name) for name in ("id", "kind", "mimetype", "size", "words", "seconds")
    }
    version = since.versions(session, here, subject).get(subject, 0)
    return MediumAnswer(**facts, version=version, path=f"/display/{here.slug}/media/{medium.key}")


def _line(line: DisplayLine) -> LineAnswer:
    days: dict[str, date | None] = {"from": line.from_day, "until": line.until_day}
    return LineAnswer(id=line.id, text=line.text, **days)


def _look(session: Session, here: Office, look: shown.Look) -> LookAnswer:
    version = since.versions(session, here, "display_look").get("display_look", 0)
    return LookAnswer(
        version=version, theme=look.theme, brand=look.brand, accent=look.accent, shows_next=look.shows_next
    )
