"""The administrator's page of the whole configuration: to take away as one file, and to bring one in after a look."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from queue_app import clock, opening
from queue_app.auth import may, signed_in_user
from queue_app.configuration import export, importing
from queue_app.configuration.importing import Preview
from queue_app.configuration.reading import LARGEST_BYTES, BadConfiguration
from queue_app.errors import N_, Invalid, QueueError
from queue_app.extensions import database
from queue_app.routes import configuration_words
from queue_app.routes.attachment import attach
from queue_app.routes.labels import error_text

bp = Blueprint("configuration", __name__, url_prefix="/manage/configuration")

_ROOM_BYTES = LARGEST_BYTES + 32 * 1024
"""A file, the line ends that a browser adds, and what a form has around it."""


@bp.url_value_preprocessor
def take_a_file(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Only from who may. Before the form is read for its token."""
    if endpoint in ("configuration.preview", "configuration.carry_out") and may(endpoint):
        request.max_content_length = request.max_form_memory_size = _ROOM_BYTES


@bp.get("")
def show() -> ResponseReturnValue:
    return _page()


@bp.get("/file")
def download() -> ResponseReturnValue:
    with database().read() as session:
        office = signed_in_user(session).office
        slug, today = office.slug, opening.local_day(office, clock.now())
        text = export.as_yaml(export.current(session, office, today))
    name = f"antrean-{slug}-{today:%Y-%m-%d}.yaml"
    answer = Response(text, mimetype="application/yaml")
    attach(answer, name)
    return answer


@bp.post("/preview")
def preview() -> ResponseReturnValue:
    """What the file would change. Nothing is changed."""
    try:
        file = request.files.get("file")
        if file is None or not file.filename:
            raise Invalid("no_file", N_("Pilih berkasnya dahulu."))
        content = file.stream.read(LARGEST_BYTES + 1)
        return _page(content.decode("utf-8", "replace"), _preview(content))
    except QueueError as error:
        return _page(error=error)


@bp.post("")
def carry_out() -> ResponseReturnValue:
    """The file of the preview, unless somebody has changed the configuration since."""
    text = request.form.get("content", "").replace("\r\n", "\n")
    try:
        with database().write() as session:
            who = signed_in_user(session)
            seen = request.form.get("seen", "")
            done = importing.carry_out(session, who.office, text.encode(), clock.now(), who, seen=seen)
    except BadConfiguration as error:
        return _page(error=error)
    except QueueError as error:
        return _again(text, error)
    flash(gettext("%(count)s perubahan sudah berlaku.", count=len(done.changes)), "success")
    return redirect(url_for(".show"), HTTPStatus.SEE_OTHER)


def _again(text: str, error: QueueError) -> ResponseReturnValue:
    """The preview as it is now, beside why the former one is not carried out."""
    try:
        return _page(text, _preview(text.encode()), error)
    except BadConfiguration as problems:
        return _page(error=problems)


def _preview(content: bytes) -> Preview:
    with database().write() as session:
        who = signed_in_user(session)
        return importing.preview(session, who.office, content, clock.now(), who)


def _page(content: str = "", told: Preview | None = None, error: QueueError | None = None) -> ResponseReturnValue:
    with database().read() as session:
        page = render_template(
            "manage/configuration.html",
            office=signed_in_user(session).office,
            content=content,
            told=told,
            words=configuration_words,
            error=error_text(error) if error else "",
            problems=configuration_words.problem_texts(error.problems) if isinstance(error, BadConfiguration) else [],
            limit_kib=LARGEST_BYTES // 1024,
        )
    return page, error.status if error else HTTPStatus.OK
