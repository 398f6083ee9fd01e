"""What a citizen typed, as the use cases need it; and what was wrong, by field. Nothing typed in is ever a fault."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from queue_app.capacity import Held
from queue_app.crowd import advice
from queue_app.crowd.advice import Advice
from queue_app.errors import N_, Invalid, QueueError
from queue_app.models import Category, Relation, Service
from queue_app.personal import Holder, checked_holder
from queue_app.routes.labels import category_label, error_text, relation_label
from queue_app.routes.problems import WrongFields
from queue_app.routes.times import Times, times

FIELD_OF = {
    "bad_day": "day",
    "past_date": "day",
    "too_far_ahead": "day",
    "closed_day": "day",
    "no_day": "day",
    "quota_full": "day",
    "channel_quota_full": "day",
    "not_released": "day",
    "unknown_slot": "slot",
    "slot_full": "slot",
    "online_share_full": "slot",
    "lead_time_over": "slot",
    "slot_needed": "slot",
    "hold_expired": "slot",
    "other_hold": "slot",
    "bad_name": "name",
    "bad_phone": "phone",
    "bad_nik": "nik",
    "nik_required": "nik",
    "nik_has_ticket": "nik",
    "cooling_off": "day",
    "bad_visit": "also",
}
"""Beside which field a refusal is shown; any other stands above the form."""

_SHOWN_AGAIN = 200
"""Letters of a field that are shown again after a mistake."""


@dataclass(frozen=True, slots=True)
class BookingForm:
    """The form as typed. ``key`` makes a doubled tap harmless; ``held`` is the slot that the page said was kept;
    ``again``: the same form gave a number before, and another is meant; ``errors`` are sentences by field."""

    key: str = ""
    day: str = ""
    slot: str = ""
    ready: bool = False
    name: str = ""
    phone: str = ""
    nik: str = ""
    category: Category = Category.REGULAR
    relation: Relation = Relation.SELF
    held: str = ""
    again: bool = False
    also: tuple[str, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def empty(cls) -> "BookingForm":
        return cls(key=new_key())

    @classmethod
    def read(cls, form: Mapping[str, str]) -> "BookingForm":
        def typed(name: str) -> str:
            return form.get(name, "").strip()[:_SHOWN_AGAIN]

        return cls(
            key=typed("key") or new_key(),
            day=typed("day"),
            slot=typed("slot"),
            ready=typed("ready") == "yes",
            name=typed("name"),
            phone=typed("phone"),
            nik=typed("nik"),
            category=_category(typed("category")),
            relation=_relation(typed("relation")),
            held=typed("held"),
            again=typed("again") == "yes",
            also=_several(form, "also"),
        )

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed that would be missed."""
        return not (self.name or self.phone or self.nik or self.ready) and (self.category, self.relation) == (
            Category.REGULAR,
            Relation.SELF,
        )

    def holder(self, today: date) -> Holder:
        """The person, checked part by part. Raises WrongFields naming each part that is wrong."""
        wrong: dict[str, str] = {}
        checked: dict[str, str | None] = {}
        for part in ("name", "phone", "nik"):
            typed = {"name": None, "phone": None, "nik": None, part: getattr(self, part)}
            try:
                checked[part] = getattr(checked_holder(**typed, today=today), part)
            except Invalid as error:
                wrong[part] = error_text(error)
        if not self.ready:
            wrong["ready"] = gettext("Centang ini bila dokumen sudah Anda siapkan.")
        if wrong:
            raise WrongFields(wrong)
        return Holder(**checked)

    def refused(self, error: QueueError) -> "BookingForm":
        """The same form with what was wrong. A used key is replaced, so that another press asks anew."""
        if isinstance(error, WrongFields):
            return replace(self, errors=error.fields)
        if error.code in ("idempotency_key_reused", "bad_idempotency_key"):
            text = gettext("Formulir ini sudah pernah dikirim. Tekan sekali lagi bila Anda ingin nomor yang lain.")
            return replace(self, key=new_key(), errors={"form": text})
        if error.code == "sent_before":
            return replace(self, again=True, errors={"form": error_text(error)})
        sentence, field = error_text(error), FIELD_OF.get(error.code, "form")
        if "service" in error.params:  # one of the further services
            return replace(self, errors={"also": f"{error.params['service']}: {sentence}"})
        if field == "slot" and self.held and self.held == self.slot:
            sentence = " ".join((gettext("Waktu memegang tempat sudah habis."), sentence))
        return replace(self, held="", errors={field: sentence})


def new_key() -> str:
    return secrets.token_urlsafe(16)


def read_day(text: str) -> date:
    """A day as ``YYYY-MM-DD``. Raises Invalid ``bad_day``."""
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid("bad_day", N_("Tanggal itu tidak ada. Pilih salah satu hari di bawah.")) from error


def read_slot(text: str) -> int | None:
    """Minutes from local midnight of ``HH:MM``; None for any time. Raises Invalid ``unknown_slot``."""
    if not text:
        return None
    found = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])", text, re.ASCII)
    if found is None:
        raise Invalid("unknown_slot", N_("Sesi kedatangan itu tidak ada atau sudah lewat."))
    return int(found[1]) * 60 + int(found[2])


def chosen_times(
    session: Session,
    service: Service,
    wanted: str | None,
    now: datetime,
    held: Held | None = None,
    own_day: date | None = None,
) -> tuple[Times, Mapping[str, str]]:
    """The times of the day ``wanted`` as typed, and what is wrong with it; then those of the first free day."""
    try:
        return times(session, service, read_day(wanted) if wanted else None, now, held, own_day), {}
    except Invalid as error:
        return times(session, service, None, now, held, own_day), {"day": error_text(error)}


def slot_advice(session: Session, service: Service, times: Times, now: datetime) -> Advice:
    """How long one usually waits at the offered times, and which is really shorter; nothing on thin data."""
    slots = [slot for group in times.groups for slot in group.slots]
    return advice.of_day(session, service, times.day, slots, [day.day for day in times.days if day.is_free], now)


def _several(form: Mapping[str, str], name: str) -> tuple[str, ...]:
    """All values of a field that may be ticked several times."""
    values = form.getlist(name) if isinstance(form, MultiDict) else []
    return tuple(value[:40] for value in values[:20])


def _relation(text: str) -> Relation:
    try:
        return Relation(text)
    except ValueError:
        return Relation.SELF


def _category(text: str) -> Category:
    try:
        return Category(text)
    except ValueError:
        return Category.REGULAR


def category_choices() -> list[tuple[str, str]]:
    """The answers to "who is to be served first?": value and text."""
    return [
        (category.value, str(gettext("Tidak perlu")) if category is Category.REGULAR else category_label(category))
        for category in Category
    ]


def relation_choices() -> list[tuple[str, str]]:
    """Whose data a form carries: value and text."""
    return [(relation.value, relation_label(relation)) for relation in Relation]
