"""The administrator's pages of moving in: a file is given, its columns are named, it is read through without writing
anything, and then brought in beside the server's work; what was brought in can be taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from queue_app import clock
from queue_app.auth import may, signed_in_user
from queue_app.errors import N_, Invalid, QueueError
from queue_app.event_loop import in_thread
from queue_app.extensions import config, database
from queue_app.models import ImportStatus, Office, PastImport
from queue_app.moving_in import checking, imports, keeping, naming, plan, sources
from queue_app.moving_in.columns import FIELDS
from queue_app.moving_in.naming import Choices
from queue_app.moving_in.plan import Plan
from queue_app.moving_in.rows import Peek, UnreadableSource
from queue_app.moving_in.sources import TABULAR, Source
from queue_app.routes import moving_words as words
from queue_app.routes.dashboard import as_csv
from queue_app.routes.labels import error_text

bp = Blueprint("moving", __name__, url_prefix="/manage/import")

_ROOM_BYTES = keeping.LARGEST_BYTES + 64 * 1024
_LONGEST = 120
_IMPORT = "/<int(max=9007199254740991):import_id>"


@bp.url_value_preprocessor
def take_a_file(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Only from who may. Before the form is read for its token."""
    if endpoint == "moving.upload" and may(endpoint):
        request.max_content_length = _ROOM_BYTES


@bp.get("")
def show() -> ResponseReturnValue:
    return _list()


@bp.post("")
def upload() -> ResponseReturnValue:
    """Keep the file, look at its beginning, and guess how it is to be read."""
    try:
        file = request.files.get("file")
        if file is None or not file.filename:
            raise Invalid("no_file", N_("Pilih berkasnya dahulu."))
        kind, name = imports.kind_of(request.form.get("kind", "")), file.filename
        with keeping.taken_in(config().instance_dir, file.stream) as (secret, size):
            source = Source(kind, keeping.file_of(config().instance_dir, secret))
            with database().read() as session:
                zone = signed_in_user(session).office.timezone
            guessed = in_thread(lambda: sources.begun(source, zone))
            with database().write() as session:
                row = imports.add(session, signed_in_user(session), kind, name, size, secret, guessed, clock.now())
                import_id = row.id
    except QueueError as error:
        return _list(error)
    return redirect(url_for(".one", import_id=import_id), HTTPStatus.SEE_OTHER)


@bp.get(_IMPORT)
def one(import_id: int) -> ResponseReturnValue:
    return _one(import_id)


@bp.post(f"{_IMPORT}/read")
def read(import_id: int) -> ResponseReturnValue:
    """Have it read through by the columns that were chosen; with another table, only show that one's."""
    try:
        with database().write() as session:
            who, now = signed_in_user(session), clock.now()
            row = imports.find(session, who.office, import_id)
            imports.read_by(session, who, row, _typed(row), now)
    except QueueError as error:
        return _one(import_id, error)
    return _back(import_id)


@bp.post(f"{_IMPORT}/bring")
def bring(import_id: int) -> ResponseReturnValue:
    """Write it, or go on writing what broke off."""
    try:
        with database().write() as session:
            who = signed_in_user(session)
            row = imports.find(session, who.office, import_id)
            imports.bring_in(session, who, row, _chosen(row), clock.now())
    except QueueError as error:
        return _one(import_id, error)
    return _back(import_id)


@bp.post(f"{_IMPORT}/undo")
def undo(import_id: int) -> ResponseReturnValue:
    try:
        with database().write() as session:
            who = signed_in_user(session)
            if not request.form.get("sure"):
                raise Invalid("not_sure", N_("Centang dahulu bahwa Anda sungguh ingin mengurungkan impor ini."))
            imports.take_back(session, who, imports.find(session, who.office, import_id), clock.now())
    except QueueError as error:
        return _one(import_id, error)
    return _back(import_id)


@bp.post(f"{_IMPORT}/drop")
def drop(import_id: int) -> ResponseReturnValue:
    try:
        with database().write() as session:
            secret = imports.drop(session, imports.find(session, signed_in_user(session).office, import_id))
    except QueueError as error:
        return _one(import_id, error)
    if secret:
        keeping.forget(config().instance_dir, secret)
    return redirect(url_for(".show"), HTTPStatus.SEE_OTHER)


@bp.get(f"{_IMPORT}/errors.csv")
def errors(import_id: int) -> ResponseReturnValue:
    """Every row that can't be brought in, by its number, its column and why."""
    with database().read() as session:
        secret = imports.find(session, signed_in_user(session).office, import_id).secret
    path = keeping.errors_of(config().instance_dir, secret) if secret else None
    if path is None or not path.is_file():
        abort(404)
    return as_csv(words.rejected(path), f"antrean-import-{import_id}")


def _list(error: QueueError | None = None) -> ResponseReturnValue:
    with database().read() as session:
        office = signed_in_user(session).office
        page = render_template(
            "manage/imports.html",
            office=office,
            rows=imports.latest(session, office),
            words=words,
            error=error_text(error) if error else "",
            kind=request.form.get("kind", ""),
            limit_mb=keeping.LARGEST_BYTES // 1024**2,
        )
    return page, error.status if error else HTTPStatus.OK


def _one(import_id: int, error: QueueError | None = None) -> ResponseReturnValue:
    with database().read() as session:
        office = signed_in_user(session).office
        row = imports.find(session, office, import_id)
        if row.status is ImportStatus.DROPPED:
            abort(404)
        look = _look(row, office, error)
        job = imports.job_of(session, row)
        page = render_template(
            "manage/import.html",
            office=office,
            row=row,
            job=job,
            is_live=imports.is_live(job),
            plan=look.plan,
            peek=look.peek,
            tables=look.tables,
            fields=FIELDS,
            choices=_suggested(session, office, row),
            counters=[counter.number for counter in office.counters],
            services=[(one.code, one.name_id) for one in office.services],
            people=naming.people(session, office),
            words=words,
            error=error_text(error) if error else look.problem,
            has_errors=bool(row.secret) and keeping.errors_of(config().instance_dir, row.secret or "").is_file(),
        )
    return page, error.status if error else HTTPStatus.OK


@dataclass(frozen=True, slots=True)
class _Look:
    """What the form of an import that is still open shows: tables to choose from, the first rows of the one chosen, how
    it is to be read; and why there is nothing to see."""

    plan: Plan
    tables: Sequence[str] = ()
    peek: Peek | None = None
    problem: str = ""


def _look(row: PastImport, office: Office, error: QueueError | None) -> _Look:
    current = plan.of_json(row.plan)
    if row.status not in (ImportStatus.UPLOADED, ImportStatus.CHECKED) or row.secret is None:
        return _Look(current)
    source, wanted = _source(row), request.args.get("table", current.table)[:_LONGEST]
    try:
        tables, peeked = in_thread(lambda: (sources.tables(source), sources.peek(source, wanted)))
    except UnreadableSource as broken:
        return _Look(current, problem=error_text(broken))
    except OSError:
        return _Look(current, problem=gettext("Berkasnya tidak ada."))
    if error is not None and request.endpoint == "moving.read":
        current = words.typed_again(row, request.form)
    elif wanted != current.table:
        current = sources.first_plan(source, wanted, peeked.rows, office.timezone)
    return _Look(current, tables, peeked)


def _typed(row: PastImport) -> Plan:
    """The plan of the form. Raises Invalid ``bad_plan``."""
    return plan.require(words.typed_plan(row, request.form), has_columns=row.kind in TABULAR)


def _chosen(row: PastImport) -> Choices:
    """What each name is here, by the place of the name in what was found."""
    return {
        kind: {
            name: text[:_LONGEST]
            for place, name in enumerate(sorted(row.found.get(kind, {})))
            if (text := request.form.get(f"{kind}-{place}", ""))
        }
        for kind in checking.NAMED
    }


def _suggested(session: Session, office: Office, row: PastImport) -> Choices:
    typed = _chosen(row) if request.method == "POST" else {}
    guessed = naming.suggest(session, office, row.found)
    return {kind: {**guessed[kind], **row.plan.get(kind, {}), **typed.get(kind, {})} for kind in checking.NAMED}


def _source(row: PastImport) -> Source:
    return Source(row.kind, keeping.file_of(config().instance_dir, row.secret or "-"))


def _back(import_id: int) -> ResponseReturnValue:
    return redirect(url_for(".one", import_id=import_id), HTTPStatus.SEE_OTHER)
