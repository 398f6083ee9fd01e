"""A receipt: what it says, and the bytes that a printer understands. Indonesian first, English small beneath.

Its letters are plain ASCII, which every code page of every printer has. What isn't ASCII is written with the nearest
letters; what has none shows as a question mark.
"""

import textwrap
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.support import NullTranslations, Translations
from sqlalchemy.orm import Session

from queue_app import opening, queries
from queue_app.errors import N_
from queue_app.models import PrintJob
from queue_app.representation import CATEGORY_NAMES, ticket_path

COLUMNS = {58: 32, 80: 48}
"""Letters of a line in the usual font; the small one has a third more."""

_LARGEST = 8
"""Times as wide and as high as usual: the most that the command knows."""

_ALIKE = str.maketrans(
    {"–": "-", "—": "-", "−": "-", "‑": "-", "…": "...", "‘": "'", "’": "'", "“": '"', "”": '"', "·": "-", "•": "-"}
    | {"ß": "ss", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ł": "l", "Ł": "L", "×": "x"}
)
_CATALOGUES = Path(__file__).parents[1] / "translations"

_SMALL_WAIT = N_("Perkiraan menunggu %(low)s-%(high)s menit")


@dataclass(frozen=True, slots=True)
class Slip:
    """All that a receipt says. ``category``, ``service`` and ``texts`` by language ("id", "en"). ``at``: the office's
    wall clock with its zone. ``ahead`` and ``wait`` (low and high, minutes) None: not known, or not waiting. ``url``
    stands in the QR."""

    office: str
    label: str
    service: Mapping[str, str]
    category: Mapping[str, str]
    day: date
    at: str
    slot: str | None
    ahead: int | None
    wait: tuple[int, int] | None
    url: str
    words: str
    is_copy: bool


def of(session: Session, job: PrintJob) -> Slip:
    """What the receipt of a job says, as things are now."""
    ticket, office, at = job.ticket, job.ticket.office, job.created_at
    view = queries.ticket_view(session, ticket, at)
    local = at.astimezone(office.zone)
    return Slip(
        office=office.name,
        label=ticket.label,
        service={language: ticket.service.name(language) for language in ("id", "en")},
        category={language: _said(CATEGORY_NAMES[ticket.category], language) for language in ("id", "en")},
        day=ticket.day,
        at=f"{local:%H:%M} {opening.zone_name(office, at)}",
        slot=view.slot,
        ahead=view.position - 1 if view.position else None,
        wait=(view.estimate.low_minutes, view.estimate.high_minutes) if view.estimate else None,
        url=job.site + ticket_path(ticket.public_id),
        words=office.receipt_text,
        is_copy=job.copy > 0,
    )


def printable(text: str) -> str:
    """The text in ASCII: nearest letters, else a question mark; what cannot be seen is a space."""
    spread = unicodedata.normalize("NFKD", text.translate(_ALIKE))
    kept = (letter for letter in spread if not unicodedata.combining(letter))
    return "".join(
        letter if " " <= letter <= "~" else " " if letter.isspace() or not letter.isprintable() else "?"
        for letter in kept
    )


def compose(slip: Slip, width_mm: int, *, draws_qr: bool = True) -> bytes:
    """The receipt for paper of that width. ``draws_qr`` False: the printer gets the QR code as a picture."""
    paper = _Paper(COLUMNS[width_mm])
    paper.lines(slip.office, bold=True)
    if slip.is_copy:
        paper.lines(_said(N_("Cetak ulang"), "id") + " / " + _said(N_("Cetak ulang"), "en"))
    paper.gap()
    paper.lines(_said(N_("Nomor antrean Anda"), "id"))
    paper.large(slip.label)
    paper.lines(slip.service["id"], bold=True)
    paper.lines(slip.category["id"])
    for line in _facts(slip, "id"):
        paper.lines(line)
    paper.code(slip.url, draws_qr=draws_qr)
    paper.lines(_said(N_("Pindai kode ini untuk memantau antrean dari ponsel."), "id"))
    paper.gap()
    paper.lines(f"{slip.service['en']} - {slip.category['en']}", small=True)
    for line in (*_facts(slip, "en"), _said(N_("Pindai kode ini untuk memantau antrean dari ponsel."), "en")):
        paper.lines(line, small=True)
    if slip.words:
        paper.gap()
        paper.lines(slip.words)
    return paper.cut()


def _facts(slip: Slip, language: str) -> list[str]:
    """When, how many are ahead and how long it may take, a line each."""
    lines = [f"{format_date(slip.day, 'EEEE, d MMMM y', locale=language)}, {slip.at}"]
    if slip.slot:
        lines.append(_said(N_("Sesi kedatangan pukul %(slot)s"), language, slot=slip.slot))
    if slip.ahead == 0:
        lines.append(_said(N_("Anda berikutnya"), language))
    elif slip.ahead is not None:
        lines.append(_said(N_("%(count)s orang di depan Anda"), language, count=slip.ahead))
    if slip.wait is not None:
        lines.append(_said(_SMALL_WAIT, language, low=slip.wait[0], high=slip.wait[1]))
    return lines


class _Paper:
    """Bytes of ESC/POS as the library writes them, centred on paper of so many columns."""

    def __init__(self, columns: int) -> None:
        from escpos.printer import Dummy  # noqa: PLC0415 - loading it takes half a second, and few commands print

        self._printer = Dummy()
        self._columns = columns
        self._printer.hw("INIT")

    def lines(self, text: str, *, bold: bool = False, small: bool = False) -> None:
        self._printer.set(align="center", bold=bold, font="b" if small else "a", normal_textsize=True)
        columns = self._columns * 4 // 3 if small else self._columns
        for line in textwrap.wrap(printable(text), columns):
            self._printer.text(f"{line}\n")

    def large(self, text: str) -> None:
        """As large as the line takes it."""
        times = max(1, min(_LARGEST, self._columns // len(text)))
        self._printer.set(align="center", bold=True, font="a", custom_size=True, width=times, height=times)
        self._printer.text(f"{printable(text)}\n")

    def code(self, text: str, *, draws_qr: bool) -> None:
        """A QR code that survives 15 % damage, with room around it."""
        self._printer.set(align="center", normal_textsize=True)
        self._printer.text("\n")
        self._printer.qr(text, ec=1, size=6 if len(text) <= 120 else 4, native=draws_qr)
        self._printer.text("\n")

    def gap(self) -> None:
        self._printer.text("\n")

    def cut(self) -> bytes:
        """Everything, with the paper cut at the end."""
        self._printer.set(align="left", bold=False, font="a", normal_textsize=True)
        self._printer.cut(mode="PART")
        return bytes(self._printer.output)


def _said(text: str, language: str, **facts: Any) -> str:
    return str(_catalogue(language).ugettext(text)) % facts


@cache
def _catalogue(language: str) -> NullTranslations:
    """Texts of a language; the Indonesian ones are the texts in the code."""
    return Translations.load(_CATALOGUES, [language])
