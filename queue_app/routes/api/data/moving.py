"""Moving in, for a program: a file is given and looked at, read through without writing, brought in, and taken back."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPMethod
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from flask import request
from pydantic import BeforeValidator, Field, StringConstraints
from sqlalchemy.orm import Session

from queue_app import clock, idempotency
from queue_app.event_loop import in_thread
from queue_app.extensions import config, database
from queue_app.models import PastImport, SourceKind, User
from queue_app.moving_in import checking, imports, keeping, naming, plan, sources
from queue_app.moving_in.columns import FIELDS, TITLES
from queue_app.moving_in.plan import Plan
from queue_app.moving_in.sources import TABULAR
from queue_app.representation import instant
from queue_app.routes import moving_words as words
from queue_app.routes.api.data.moving_answers import (
    FirstLook,
    Found,
    ImportAnswer,
    ImportNow,
    ImportPlan,
    Imports,
    Made,
    Undone,
    Work,
    WrongRow,
)
from queue_app.routes.api.frame import paging
from queue_app.routes.api.frame.fields import Asked, Text, one_of, whole
from queue_app.routes.api.frame.operation import Caller, operation, row_id
from queue_app.routes.api.frame.own_office import own_office
from queue_app.routes.api.frame.paging import PageQuery
from queue_app.routes.api.frame.upload import FILE, Upload
from queue_app.routes.api.refusals import IDEMPOTENT, READ, WRITE
from queue_app.routes.dashboard import as_csv

_TAG = "moving"
_ALL = "/api/v1/offices/{office}/imports"
_ONE = _ALL + "/{past_import}"
_READ, _WRITE = (*READ, "other_office"), (*WRITE, "other_office")
_LIST = "imports"

Short = Annotated[Text, StringConstraints(max_length=120)]
Place = Annotated[int, Field(ge=0, le=999), BeforeValidator(whole)]
Names = Annotated[dict[Short, Short], Field(max_length=checking.MOST_NAMES)]
KindName = Annotated[str, *one_of(SourceKind)]

Deed = Callable[[Session, User, PastImport, datetime], None]
"""Done by somebody with an import."""


class UploadQuery(Asked):
    """``kind`` of the file: csv, xlsx or fqm (the SQLite file of FQM). ``name``: what people call it."""

    kind: KindName | None = None
    name: Short | None = None


class LookQuery(Asked):
    """``table``: the sheet of a workbook; the one that is to be read when left out."""

    table: Short | None = None


class Reading(Asked):
    """How the file is to be read. What is left out stays. ``columns``: places (from 0) by field; ``header``: the
    number of the row of headings, from 1."""

    table: Short | None = None
    header: Annotated[int, Field(ge=1, le=1_048_576), BeforeValidator(whole)] | None = None
    columns: Annotated[dict[Short, Place], Field(max_length=len(FIELDS))] | None = None
    dates: Short | None = None
    zone: Short | None = None


class Bringing(Asked):
    """What the source's names are here: codes of services, usernames, numbers of counters; ``+`` for something new
    that is out of use, ``-`` (not of services) to leave it out. What is left out is as it was suggested."""

    services: Names = Field(default_factory=dict)
    officers: Names = Field(default_factory=dict)
    counters: Names = Field(default_factory=dict)


@operation(HTTPMethod.GET, _ALL, tag=_TAG, answer=Imports, refusals=(*_READ, *paging.CURSOR))
def list_imports(office: str, query: PageQuery, caller: Caller) -> Imports:
    """What was brought in from elsewhere, or is about to be."""
    with database().read() as session:
        here = own_office(session, office, caller)
        shown, following = paging.page(query, _LIST, lambda after, most: imports.page(session, here, after, most))
        return Imports(imports=[ImportAnswer(**_facts(session, each, here.zone)) for each in shown], next=following)


@operation(
    HTTPMethod.POST,
    _ALL,
    tag=_TAG,
    answer=ImportNow,
    status=201,
    file=keeping.LARGEST_BYTES,
    refusals=(
        *(*_WRITE, *FILE, *IDEMPOTENT, "unknown_import"),
        *("unknown_kind", "empty_file", "file_too_large", "unreadable_source"),
    ),
    headers=("Idempotency-Key",),
)
def upload_import(office: str, query: UploadQuery, upload: Upload, caller: Caller) -> ImportNow:
    """Give a file of past records, which is the body; nothing of it is written yet.

    It is kept for a day. The answer says how it would be read; look shows its beginning.
    """
    now, folder = clock.now(), config().instance_dir
    with database().read() as session:
        zone = own_office(session, office, caller).timezone
    kind = imports.kind_of(query.kind or "")
    stream = upload.opened()
    with keeping.taken_in(folder, stream) as (secret, size):
        guessed = in_thread(lambda: sources.begun(sources.Source(kind, keeping.file_of(folder, secret)), zone))
        with database().write() as session:
            who = session.get_one(User, caller.user_id)
            import_id, is_new = idempotency.made_once(
                session,
                scope=f"import {caller.user_id}",
                key=request.headers.get("Idempotency-Key"),
                request=f"{stream.digest} {query.model_dump_json()}",
                now=now,
                make=lambda: imports.add(session, who, kind, query.name or "-", size, secret, guessed, now).id,
            )
    if not is_new:
        keeping.forget(folder, secret)
    return _shown(office, str(import_id), caller)


@operation(HTTPMethod.GET, _ONE, tag=_TAG, answer=ImportNow, refusals=_READ)
def show_import(office: str, past_import: str, caller: Caller) -> ImportNow:
    """How far it is, what was found and what was brought in. While something is being done, ask again."""
    return _shown(office, past_import, caller)


@operation(
    HTTPMethod.GET,
    _ONE + "/look",
    tag=_TAG,
    answer=FirstLook,
    refusals=(*_READ, "import_not_open", "unreadable_source"),
)
def look_at_import(office: str, past_import: str, query: LookQuery, caller: Caller) -> FirstLook:
    """The beginning of the file, and how it would be read."""
    with database().read() as session:
        here = own_office(session, office, caller)
        row = imports.find(session, here, row_id("past_import", past_import))
        source, zone = imports.source_of(row, config().instance_dir), here.timezone
        wanted = plan.of_json(row.plan).table if query.table is None else query.table
    tables, peeked = in_thread(lambda: (sources.tables(source), sources.peek(source, wanted)))
    guessed = sources.first_plan(source, wanted, peeked.rows, zone)
    return FirstLook(
        tables=list(tables),
        table=wanted,
        rows=[list(each) for each in peeked.rows],
        plan=ImportPlan(**guessed.as_json()),
        fields=list(TITLES),
    )


@operation(
    HTTPMethod.POST,
    _ONE + "/read",
    tag=_TAG,
    answer=ImportNow,
    refusals=(*_WRITE, "import_not_open", "bad_plan"),
    example={
        "header": 1,
        "columns": {"arrived": 0, "officer": 1, "service": 2},
        "dates": "dmy",
        "zone": "Asia/Jakarta",
    },
)
def read_import(office: str, past_import: str, body: Reading, caller: Caller) -> ImportNow:
    """Have all of it read through without writing anything; found then says what came of it."""
    wanted = body.model_dump(exclude_none=True)

    def deed(session: Session, who: User, row: PastImport, now: datetime) -> None:
        current = plan.of_json(row.plan)
        facts = {name: wanted.get(name, getattr(current, name)) for name in Reading.model_fields}
        imports.read_by(session, who, row, plan.require(Plan(**facts), has_columns=row.kind in TABULAR), now)

    return _done(office, past_import, caller, deed)


@operation(
    HTTPMethod.POST,
    _ONE + "/bring",
    tag=_TAG,
    answer=ImportNow,
    refusals=(*_WRITE, "import_not_open", "bad_plan"),
    example={"services": {"KTP": "A"}, "officers": {"Ani": "+"}},
)
def bring_import(office: str, past_import: str, body: Bringing, caller: Caller) -> ImportNow:
    """Have the good rows written, or go on with what broke off. What is there already is passed over."""
    choices = {kind: dict(names) for kind, names in body.model_dump().items()}

    def deed(session: Session, who: User, row: PastImport, now: datetime) -> None:
        imports.bring_in(session, who, row, choices, now)

    return _done(office, past_import, caller, deed)


@operation(HTTPMethod.POST, _ONE + "/undo", tag=_TAG, answer=ImportNow, refusals=(*_WRITE, "import_not_open"))
def undo_import(office: str, past_import: str, caller: Caller) -> ImportNow:
    """Have it taken back: its visits are in no figure any more, and what was made for them goes."""
    return _done(office, past_import, caller, imports.take_back)


@operation(HTTPMethod.DELETE, _ONE, tag=_TAG, answer=ImportAnswer, refusals=(*_WRITE, "import_not_open"))
def drop_import(office: str, past_import: str, caller: Caller) -> ImportAnswer:
    """Give up a file of which nothing was written; it is removed."""
    with database().write() as session:
        here = own_office(session, office, caller)
        row = imports.find(session, here, row_id("past_import", past_import))
        secret = imports.drop(session, row)
        was = ImportAnswer(**_facts(session, row, here.zone))
    if secret:
        keeping.forget(config().instance_dir, secret)
    return was


@operation(HTTPMethod.GET, _ONE + "/rejected", tag=_TAG, media=("text/csv",), refusals=_READ)
def rejected_rows(office: str, past_import: str, caller: Caller) -> Any:
    """Every row that cannot be brought in, by its number, its column and why, as a table.

    Of the last dry run; 404 while there was none, and once the file is gone.
    """
    with database().read() as session:
        row = imports.find(session, own_office(session, office, caller), row_id("past_import", past_import))
        path = keeping.errors_of(config().instance_dir, row.secret or "-")
    if not path.is_file():
        raise imports.unknown()
    return as_csv(words.rejected(path), f"antrean-import-{row.id}")


def _done(office: str, past_import: str, caller: Caller, deed: Deed) -> ImportNow:
    with database().write() as session:
        row = imports.find(session, own_office(session, office, caller), row_id("past_import", past_import))
        deed(session, session.get_one(User, caller.user_id), row, clock.now())
    return _shown(office, past_import, caller)


def _shown(office: str, past_import: str, caller: Caller) -> ImportNow:
    with database().read() as session:
        here = own_office(session, office, caller)
        row = imports.find(session, here, row_id("past_import", past_import))
        found = row.found if "good" in row.found else None
        broken = row.found.get("problem")
        return ImportNow(
            **_facts(session, row, here.zone),
            plan=ImportPlan(**plan.of_json(row.plan).as_json()),
            found=None if found is None else _found(found),
            suggested=naming.suggest(session, here, row.found),
            made=_made(row) if "tickets" in row.made else None,
            undone=Undone(**{name: row.undo[name] for name in ("withdrawn", "left")}) if row.undo else None,
            problem=words.why(broken["message"], broken["params"]) if broken else None,
        )


def _found(found: dict[str, Any]) -> Found:
    wrong = [
        WrongRow(
            row=each["row"], column=words.column_text(each["column"]), why=words.why(each["message"], each["params"])
        )
        for each in found["errors"]
    ]
    return Found(**{name: found[name] for name in Found.model_fields if name != "wrong"}, wrong=wrong)


def _made(row: PastImport) -> Made:
    names = {kind: sorted(row.made.get(kind, {})) for kind in checking.NAMED}
    return Made(tickets=row.made["tickets"], present=row.made.get("present", 0), **names)


def _facts(session: Session, row: PastImport, zone: ZoneInfo) -> dict[str, Any]:
    job = imports.job_of(session, row)
    work = job and Work(deed=job.wish["deed"], status=job.status, step=job.step, steps=job.steps)
    times = {
        name: instant(at, zone) if (at := getattr(row, name)) is not None else None
        for name in ("created_at", "done_at", "undone_at")
    }
    facts = {name: getattr(row, name) for name in ("id", "kind", "status", "size")}
    return {**facts, **times, "name": row.file_name, "has_file": row.secret is not None, "work": work}
