"""What the office puts on its displays: pictures, videos, running text, logo and colours."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.exceptions import RequestEntityTooLarge

from queue_app import clock, opening
from queue_app.auth import may, signed_in_user
from queue_app.errors import N_, Invalid, QueueError
from queue_app.event_loop import in_thread
from queue_app.extensions import database, uploads
from queue_app.models import LINE_LENGTH, MediaKind, Theme, User
from queue_app.routes import lever_forms
from queue_app.signage import added, content, files, shown

bp = Blueprint("display_content", __name__, url_prefix="/manage/content")

UPLOAD_BYTES = files.VIDEO_BYTES + 256 * 1024
"""The largest file that is taken, and what a form has around it."""
_DRAINED_BYTES = 4 * UPLOAD_BYTES
_CHUNK = 64 * 1024
THEMES: Mapping[Theme, str] = {
    Theme.LIGHT: N_("Terang"),
    Theme.DARK: N_("Gelap"),
    Theme.CONTRAST: N_("Kontras tinggi (hitam, putih, kuning)"),
}


@dataclass(frozen=True, slots=True)
class Tried:
    """What could not be done: in which part of the page, why, and what was typed."""

    part: str
    refusal: QueueError
    typed: Mapping[str, str]


@bp.url_value_preprocessor
def take_uploads(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Only here, and only from who may: everywhere else a body is small. Before the form is read for its token."""
    if endpoint == "display_content.upload" and may(endpoint):
        request.max_content_length = UPLOAD_BYTES


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """A browser that is still sending sees no answer: so it is let finish, as far as that is bearable."""
    left = min(request.content_length or 0, _DRAINED_BYTES)
    stream = request.environ["wsgi.input"]
    while left > 0 and (chunk := stream.read(min(_CHUNK, left))):
        left -= len(chunk)
    flash(
        gettext(
            "Berkas itu terlalu besar: paling besar %(limit)s MB. Perkecil dahulu, lalu unggah lagi.",
            limit=files.VIDEO_BYTES // (1024 * 1024),
        ),
        "error",
    )
    return redirect(url_for("display_content.show"), HTTPStatus.SEE_OTHER)


@bp.get("")
def show() -> ResponseReturnValue:
    return _page()


@bp.post("/upload")
def upload() -> ResponseReturnValue:
    """A picture, a video, or (``as=logo``) the logo."""
    is_logo = request.form.get("as") == "logo"

    def keep() -> None:
        stream = request.files["file"].stream if "file" in request.files else None
        if stream is None or not request.files["file"].filename:
            raise Invalid("media_empty", N_("Pilih berkasnya dahulu."))
        accepted = in_thread(lambda: files.accept(stream, as_logo=is_logo))
        seconds = 10 if is_logo else lever_forms.number("seconds")
        added.add(
            database(),
            uploads(),
            int(current_user.id),
            current_user.office_id,
            accepted,
            clock.now(),
            words=lever_forms.text("words"),
            seconds=seconds,
        )

    return _done("look" if is_logo else "media", keep, N_("Berkas tampil di layar."))


@bp.post("/media/<int:media_id>")
def change(media_id: int) -> ResponseReturnValue:
    """``do``: save, up, down or remove."""
    do = request.form.get("do", "save")

    def in_session(session: Session, who: User) -> None:
        match do:
            case "up" | "down":
                content.move_media(session, who, media_id, clock.now(), up=do == "up")
            case "remove":
                gone.append(content.remove_media(session, who, media_id, clock.now()))
            case _:
                seconds, words = lever_forms.number("seconds"), lever_forms.text("words")
                content.change_media(session, who, media_id, seconds, words, clock.now())

    gone: list[Any] = []
    answer = _written("media", in_session, N_("Berkas dihapus dari layar.") if do == "remove" else N_("Tersimpan."))
    for media in gone:
        uploads().forget(media)
    return answer


@bp.post("/lines")
def add_line() -> ResponseReturnValue:
    def in_session(session: Session, who: User) -> None:
        dates = _day("from"), _day("until")
        content.add_line(session, who, lever_forms.text("text"), *dates, clock.now())

    return _written("lines", in_session, N_("Teks tampil di layar pada tanggalnya."))


@bp.post("/lines/<int:line_id>/remove")
def remove_line(line_id: int) -> ResponseReturnValue:
    def in_session(session: Session, who: User) -> None:
        content.remove_line(session, who, line_id, clock.now())

    return _written("lines", in_session, N_("Teks dihapus dari layar."))


@bp.post("/look")
def set_look() -> ResponseReturnValue:
    def in_session(session: Session, who: User) -> None:
        form = request.form
        content.set_look(
            session,
            who,
            clock.now(),
            theme=form.get("theme", ""),
            brand=form.get("brand", ""),
            accent=form.get("accent", ""),
            shows_next="shows_next" in form,
        )

    return _written("look", in_session, N_("Tampilan layar diganti."))


def _page(tried: Tried | None = None) -> tuple[str, int]:
    now = clock.now()
    with database().read() as session:
        office = signed_in_user(session).office
        everything = shown.of(session, office.id, None)
        page = render_template(
            "manage/content.html",
            office=office,
            content=everything,
            used_mb=sum(one.size for one in [*everything.media, *filter(None, [everything.logo])]) / 1024**2,
            quota_mb=content.QUOTA_BYTES // 1024**2,
            today=opening.local_day(office, now),
            themes=THEMES,
            limits={"picture": files.PICTURE_BYTES, "video": files.VIDEO_BYTES, "seconds": content.SECONDS},
            line_length=LINE_LENGTH,
            is_video=lambda one: one.kind is MediaKind.VIDEO,
            tried=tried,
        )
    return page, tried.refusal.status if tried else 200


def _written(part: str, change: Callable[[Session, User], None], said: str) -> ResponseReturnValue:
    def in_transaction() -> None:
        with database().write() as session:
            change(session, signed_in_user(session))

    return _done(part, in_transaction, said)


def _done(part: str, work: Callable[[], None], said: str) -> ResponseReturnValue:
    try:
        work()
    except QueueError as error:
        return _page(Tried(part, error, lever_forms.typed()))
    flash(gettext(said), "success")
    return redirect(url_for("display_content.show", _anchor=part), HTTPStatus.SEE_OTHER)


def _day(name: str) -> date | None:
    text = request.form.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid("line_dates", N_("Tulis tanggal seperti 2026-12-31.")) from error
