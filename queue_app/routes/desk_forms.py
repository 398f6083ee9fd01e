"""What the desk's forms carry: which ticket, at which version, and why. Whatever is typed in, none of it is a fault."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from flask import request
from flask_babel import gettext

from queue_app.claims import Kind
from queue_app.errors import N_, Invalid, NotFound
from queue_app.lifecycle import Outcome
from queue_app.outcomes import Result
from queue_app.recipients import Recipient

_LARGEST_ID = 2**31 - 1
_REASON_LENGTH = 240
_LONGEST_MINUTES = 480

REMINDERS = (5, 10, 15, 30, 60)
"""Minutes after a hold that the page offers."""

HOLD_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "copy": N_("Membuat fotokopi"),
        "form": N_("Mengisi formulir"),
        "papers": N_("Mengambil berkas yang kurang"),
        "colleague": N_("Menunggu bagian lain"),
    }
)
PAUSE_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "rest": N_("Istirahat"),
        "prayer": N_("Salat"),
        "duty": N_("Tugas lain"),
        "system": N_("Gangguan sistem"),
    }
)
CHOICE_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "priority": N_("Lansia, disabilitas, hamil, atau membawa bayi"),
        "back": N_("Kembali melengkapi berkas"),
        "missed": N_("Tidak mendengar panggilan"),
    }
)
FLAG_REASONS: Mapping[str, str] = MappingProxyType(
    {
        Kind.LATE_FINISH.value: N_("Terlambat menekan Selesai"),
        Kind.LATE_START.value: N_("Terlambat menekan Mulai"),
        Kind.SYSTEM.value: N_("Gangguan sistem"),
        Kind.COMPLEX.value: N_("Kasus rumit"),
        Kind.SLIP.value: N_("Salah tekan"),
    }
)
_KNOWN_REASONS = frozenset(
    words for choices in (HOLD_REASONS, PAUSE_REASONS, CHOICE_REASONS, FLAG_REASONS) for words in choices.values()
)


@dataclass(frozen=True, slots=True)
class TicketRef:
    """A ticket as a page showed it: ``public_id:version`` in the form's field ``ticket``."""

    public_id: str
    version: int


def ticket_ref() -> TicketRef:
    """The ticket the form is about. Raises Invalid ``bad_ticket``."""
    return _ref(request.form.get("ticket", ""))


def ticket_refs() -> list[TicketRef]:
    """All tickets that the form names. Raises Invalid ``bad_ticket``."""
    return [_ref(named) for named in request.form.getlist("ticket")]


def _ref(named: str) -> TicketRef:
    public_id, _, version = named.rpartition(":")
    is_id = public_id.isascii() and public_id.replace("-", "").replace("_", "").isalnum() and len(public_id) <= 32
    if not is_id or not version.isascii() or not version.isdigit() or len(version) > 9:
        raise Invalid("bad_ticket", N_("Formulir ini tidak lengkap. Halaman sudah dimuat ulang; silakan coba lagi."))
    return TicketRef(public_id, int(version))


def counter_id(name: str = "counter") -> int:
    """The counter the form is about. Raises NotFound ``unknown_counter``."""
    return _counter_id(request.form.get(name, ""))


def _counter_id(value: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > 10 or int(value) > _LARGEST_ID:
        raise NotFound("unknown_counter", N_("Loket itu tidak ada di kantor Anda."))
    return int(value)


def destination() -> tuple[str | None, Recipient | None]:
    """Where a citizen is sent: the service (None: it stays), and to whom (None: to whoever takes it).

    The form's field ``to`` is ``counter:ID``, ``officer:USERNAME``, ``pool:CODE`` or empty. Raises NotFound
    ``unknown_service`` when it says neither, and as the use case for nobody who is there.
    """
    service, (kind, _, name) = text("service"), text("to").partition(":")
    if not kind:
        if not service:
            raise NotFound("unknown_service", N_("Pilih layanan lain, atau kepada siapa warga ini dikirim."))
        return service, None
    match kind:
        case "officer":
            to = Recipient(officer=name)
        case "pool":
            to = Recipient(pool=name)
        case _:
            to = Recipient(counter_id=_counter_id(name))
    return service or None, to


def reason(choices: Mapping[str, str]) -> str | None:
    """The reason chosen, followed by what was written beside it; None when neither was given.

    The words kept in the log are the Indonesian ones, in whichever language the officer reads the page.
    """
    chosen, detail = choices.get(text("reason")), text("detail")
    return ": ".join(part for part in (chosen, detail) if part) or None


def needed_reason(choices: Mapping[str, str], missing: str = N_("Tuliskan alasannya.")) -> str:
    """As ``reason``. Raises Invalid ``reason_needed``, with the sentence ``missing``, when there is none."""
    given = reason(choices)
    if given is None:
        raise Invalid("reason_needed", missing)
    return given


def kind_of_claim() -> Kind:
    """Which of FLAG_REASONS was chosen; OTHER when it was none."""
    chosen = text("reason")
    return Kind(chosen) if chosen in FLAG_REASONS else Kind.OTHER


def in_words(kept: str | None) -> str:
    """A reason of the log in the reader's language, as far as it was one of those to choose from.

    Templates must use this and never ``_(reason)``: there, what is translated counts as safe HTML.
    """
    chosen, separator, detail = (kept or "").partition(": ")
    return f"{gettext(chosen)}{separator}{detail}" if chosen in _KNOWN_REASONS else kept or ""


def minutes(name: str) -> int | None:
    """A number of minutes that was chosen; None when none was."""
    value = request.form.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and int(value[:4]) <= _LONGEST_MINUTES else None


def result(documents: Sequence[Mapping[str, str]]) -> Result:
    """What came of a service: done, when nothing else was chosen. ``missing`` in the form: places in ``documents``.

    Raises Invalid ``bad_outcome``.
    """
    said = request.form.get("outcome") or Outcome.DONE.value
    if said not in set(Outcome):
        raise Invalid("bad_outcome", N_("Pilih hasil layanan dari daftar."))
    places = request.form.getlist("missing")
    missing = tuple(paper["id"] for place, paper in enumerate(documents) if str(place) in places)
    is_correction = request.form.get("correction") == "yes"
    return Result(Outcome(said), text("service_given") or None, missing, is_correction)


def text(name: str) -> str:
    """A short line of a form, without control characters (PostgreSQL refuses a NUL) and without doubled spaces."""
    line = request.form.get(name, "")[: _REASON_LENGTH * 4]
    return " ".join("".join(c if c.isprintable() else " " for c in line).split())[:_REASON_LENGTH]
