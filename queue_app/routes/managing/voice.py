"""What the office's displays say: by what each language is spoken, a sample to listen to, and which displays speak.

The settings of the voice stand with those of the office, see ``topics``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from queue_app import clock
from queue_app.audit import since
from queue_app.auth import signed_in_user
from queue_app.devices import register
from queue_app.errors import N_, Invalid, QueueError
from queue_app.extensions import database, studio
from queue_app.models import Device, Office, VoiceReading
from queue_app.routes import lever_forms, limits
from queue_app.routes.labels import error_text
from queue_app.routes.managing import changed
from queue_app.speech.engine import LANGUAGES
from queue_app.speech.studio import Recording

bp = Blueprint("voices", __name__, url_prefix="/manage/voice")

LABEL = re.compile(r"[A-Z0-9]{1,8}-[0-9]{1,4}", re.ASCII)
_SAMPLES = "30 per minute"
"""Recordings that were not there before: each keeps a program busy for a second."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """By what a language is spoken; ``missing``: the words without a recording of the office's own."""

    language: str
    is_used: bool
    has_clips: bool
    has_engine: bool
    missing: Sequence[str]


@dataclass(frozen=True, slots=True)
class Sample:
    """What is listened to: a call of ``label`` to ``counter``."""

    label: str
    counter: int


@bp.get("")
def show() -> ResponseReturnValue:
    return _page()


@bp.get("/speaks")
def back() -> ResponseReturnValue:
    """The address bar after a refused POST."""
    return redirect(url_for(".show"))


@bp.post("/speaks")
def speaks() -> ResponseReturnValue:
    """Say which displays speak."""
    wanted = {int(text) for text in request.form.getlist("speaks") if text.isascii() and text.isdigit()}
    try:
        with database().write() as session:
            who = signed_in_user(session)
            differ = [one for one in _shown_displays(session, who.office) if one.speaks != (one.id in wanted)]
            since.require(session, who.office, [f"display:{one.id}" for one in differ], lever_forms.number("seen"))
            for one in differ:
                register.set_speaks(session, who, one, clock.now(), speaks=one.id in wanted)
    except QueueError as error:
        return _page(error)
    flash(ngettext("%(num)s layar diubah.", "%(num)s layar diubah.", len(differ)), "success")
    return redirect(url_for(".show"), HTTPStatus.SEE_OTHER)


@bp.get("/sample/<language>.ogg")
@limits.limit(_SAMPLES, "voice samples")
def sample(language: str) -> Response:
    """A call as the displays would say it now. Raises Invalid ``bad_sample``, QueueError ``cannot_be_said``."""
    asked = _asked()
    with database().read() as session:
        planned = planned_sample(signed_in_user(session).office, language, asked)
    return spoken_sample(planned)


def spoken_sample(planned: Recording | None) -> Response:
    """The recording, made where there is none yet. Raises QueueError ``cannot_be_said``."""
    if planned is None:
        raise _cannot()
    studio().make([planned])
    if not studio().has(planned.digest):
        raise _cannot()
    answer = Response(studio().file(planned.digest).read_bytes(), mimetype="audio/ogg")
    answer.headers["Cache-Control"] = "private, no-cache"  # the settings may be others next time
    return answer


def planned_sample(office: Office, language: str, asked: Sample) -> Recording | None:
    as_number = office.voice_reading is VoiceReading.NUMBER
    return studio().plan(office.slug, language, asked.label, asked.counter, as_number=as_number)


def _asked() -> Sample:
    """The sample that the address asks for. Raises Invalid ``bad_sample``."""
    label, counter = request.args.get("label", "").strip().upper(), request.args.get("counter", "").strip()
    if not LABEL.fullmatch(label):
        raise Invalid("bad_sample", N_("Nomor seperti A-012: awalan, tanda hubung, angka."))
    if not (counter.isascii() and counter.isdigit() and 1 <= int(counter[:4]) <= 999 and len(counter) <= 3):
        raise Invalid("bad_sample", N_("Nomor loket: 1 sampai 999."))
    return Sample(label, int(counter))


def _usual(office: Office) -> Sample:
    prefix = next((service.prefix for service in office.services if service.active), "A")
    return Sample(f"{prefix}-012", next((counter.number for counter in office.counters), 1))


def _cannot() -> QueueError:
    return QueueError("cannot_be_said", N_("Contoh ini tidak dapat diucapkan. Lihat keadaan bahasanya."))


def _shown_displays(session: Session, office: Office) -> list[Device]:
    """Those that the form had: one that was added since says nothing of itself."""
    shown = request.form.getlist("display")
    return [device for device in register.of_office(session, office.id) if str(device.id) in shown]


def spoken_by(office: Office) -> list[Spoken]:
    """The office's languages in their order, then those for which there are recordings."""
    bank, engine = studio().bank, studio().engine
    used = list(office.voice_languages)
    others = [language for language in bank.languages(office.slug) if language not in used]
    return [
        Spoken(
            language,
            language in used,
            bank.folder(office.slug, language).is_dir(),
            engine.can_speak and language in LANGUAGES,
            bank.missing(office.slug, language),
        )
        for language in [*used, *others]
    ]


def _page(refusal: QueueError | None = None) -> tuple[str, int]:
    """``refusal``: of the displays. A sample that cannot be is said at its own form."""
    with database().read() as session:
        office = signed_in_user(session).office
        asked, wrong = _usual(office), ""
        if "label" in request.args:
            try:
                asked = _asked()
            except Invalid as error:
                wrong = error_text(error)
        engine = studio().engine
        shown = render_template(
            "manage/voice.html",
            office=office,
            spoken=spoken_by(office),
            engine=engine,
            asked=asked,
            playable=[] if wrong else [one for one in office.voice_languages if planned_sample(office, one, asked)],
            typed=request.args,
            wrong=wrong,
            displays=register.of_office(session, office.id),
            seen=since.last_change(session, office),
            refusal=refusal,
            others=changed.by_others(session, office, refusal),
            chosen=request.form.getlist("speaks"),
            reading=gettext("angka demi angka")
            if office.voice_reading is VoiceReading.DIGITS
            else gettext("sebagai bilangan"),
        )
    status = refusal.status if refusal else HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return shown, status
