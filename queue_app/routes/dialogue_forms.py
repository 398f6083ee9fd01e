"""What the forms of a performance dialogue carry, and the one step that each of them is."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from flask import request
from sqlalchemy.orm import Session

from metrics.predikat import Level, Predikat
from queue_app import opening
from queue_app.auth import signed_in_user
from queue_app.dialogue import course, deeds
from queue_app.dialogue.record import Step
from queue_app.errors import N_, Invalid, NotFound
from queue_app.models import ActionKind, Indicator

Choice = TypeVar("Choice", bound=StrEnum)
Take = Callable[[Session, Step, int], None]

_MOST_DIGITS = 9


def step(session: Session, now: datetime) -> Step:
    """Who is signed in, now, having seen the version that the form carries."""
    return Step(signed_in_user(session), now, whole_number("version", needed=False))


def whole_number(name: str, *, needed: bool = True) -> int | None:
    """Raises NotFound ``unknown_thing`` for what is no number, where one is needed."""
    typed = request.form.get(name, "")
    if typed.isascii() and typed.isdigit() and len(typed) <= _MOST_DIGITS:
        return int(typed)
    if needed:
        raise NotFound("unknown_thing", N_("Formulir ini tidak lengkap. Muat ulang halaman, lalu coba lagi."))
    return None


def needed_number(name: str) -> int:
    return whole_number(name) or 0


def chosen(name: str, choices: type[Choice]) -> Choice:
    """Raises Invalid ``nothing_chosen``."""
    try:
        return choices(request.form.get(name, ""))
    except ValueError as error:
        raise Invalid("nothing_chosen", N_("Pilih salah satu dari daftar.")) from error


def goal() -> float | None:
    """A number with a comma or a point; None for what is none, which the use case refuses."""
    try:
        return float(request.form.get("goal", "").strip()[:20].replace(",", "."))
    except ValueError:
        return None


def due_day() -> date:
    """Raises Invalid ``bad_day``."""
    try:
        found = date.fromisoformat(request.form.get("due", "")[:10])
    except ValueError as error:
        raise Invalid("bad_day", N_("Isi tanggal, seperti 2026-11-24.")) from error
    if not 2000 <= found.year <= 2100:
        raise Invalid("bad_day", N_("Isi tanggal, seperti 2026-11-24."))
    return found


def text(name: str) -> str:
    return request.form.get(name, "")


def _target(session: Session, at: Step, dialogue_id: int) -> None:
    target_id = whole_number("target", needed=bool(text("target")))
    indicator = chosen("indicator", Indicator)
    deeds.set_target(session, at, dialogue_id, target_id, text("result"), indicator, goal(), text("words"))


def _remove(session: Session, at: Step, dialogue_id: int) -> None:
    deeds.remove_target(session, at, dialogue_id, needed_number("target"))


def _conduct(session: Session, at: Step, dialogue_id: int) -> None:
    deeds.set_conduct(session, at, dialogue_id, chosen("level", Level), text("reason"))


def _action(session: Session, at: Step, dialogue_id: int) -> None:
    deeds.agree(session, at, dialogue_id, chosen("kind", ActionKind), text("text"), due_day())


def _done(session: Session, at: Step, dialogue_id: int) -> None:
    today = opening.local_day(at.who.office, at.now)
    deeds.mark_done(session, at, dialogue_id, needed_number("action"), today)


def _note(session: Session, at: Step, dialogue_id: int) -> None:
    deeds.note(session, at, dialogue_id, text("text"))


def _close(session: Session, at: Step, dialogue_id: int) -> None:
    course.close(session, at, dialogue_id, chosen("predikat", Predikat), text("reason"))


def _reopen(session: Session, at: Step, dialogue_id: int) -> None:
    course.reopen(session, at, dialogue_id, text("reason"))


def _answer(session: Session, at: Step, dialogue_id: int) -> None:
    agrees = {"yes": True, "no": False}.get(text("agrees"))
    if agrees is None:
        raise Invalid("nothing_chosen", N_("Pilih dahulu: setuju atau tidak setuju."))
    is_read = text("acknowledged") == "yes"
    course.answer(session, at, dialogue_id, text("text"), acknowledged=is_read, agrees=agrees)


SUPERVISORS: Mapping[str, tuple[Take, str]] = MappingProxyType(
    {
        "target": (_target, N_("Target dicatat.")),
        "remove": (_remove, N_("Target dihapus.")),
        "conduct": (_conduct, N_("Penilaian perilaku dicatat.")),
        "action": (_action, N_("Tindak lanjut dicatat.")),
        "done": (_done, N_("Tindak lanjut ditandai selesai.")),
        "note": (_note, N_("Catatan ditambahkan.")),
        "open": (course.open_to_officer, N_("Dialog dibuka. Petugas dapat membacanya sekarang.")),
        "close": (_close, N_("Dialog ditutup dan angkanya dibekukan.")),
        "reopen": (_reopen, N_("Dialog dibuka lagi.")),
    }
)
"""What a supervisor may do, by the last part of the form's address: the step, and what is said after it."""

OFFICERS: Mapping[str, tuple[Take, str]] = MappingProxyType(
    {
        "answer": (_answer, N_("Tanggapan Anda dicatat.")),
        "note": SUPERVISORS["note"],
        "done": SUPERVISORS["done"],
    }
)
