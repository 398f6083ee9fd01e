"""A message in words, in the language of whoever is told. Made at the last moment; nothing of it is stored.

A ticket's label, service, time and office are all it says of a person: it may be read over a shoulder.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.support import NullTranslations, Translations

from queue_app import opening
from queue_app.errors import N_
from queue_app.models import AlertKind, Message, MessageKind, Ticket
from queue_app.representation import complaint_path, ticket_path

_CATALOGUES = Path(__file__).parents[1] / "translations"

_PLACE = N_("%(service)s, %(when)s. %(office)s.")
_NEXT = N_("Anda berikutnya. Tetaplah di dekat ruang tunggu %(office)s.")
_CLOSED_FOR = N_(
    "Tutup karena: %(reason)s. Nomor %(label)s tidak dapat dilayani hari itu; silakan ganti jadwal atau batalkan."
)

_WORDS: Mapping[MessageKind, tuple[str, str]] = {
    MessageKind.BOOKED: (N_("Nomor antrean Anda %(label)s"), _PLACE),
    MessageKind.MOVED: (N_("Jadwal %(label)s sudah diganti"), _PLACE),
    MessageKind.PLACE: (N_("Ada tempat untuk Anda: %(label)s"), _PLACE),
    MessageKind.REMINDER: (
        N_("Pengingat antrean %(label)s"),
        N_("%(service)s, %(when)s. %(office)s. Bila batal datang, batalkan nomor ini agar dapat dipakai orang lain."),
    ),
    MessageKind.NEAR: (
        N_("%(label)s: sebentar lagi giliran Anda"),
        N_("Tinggal %(ahead)s orang sebelum Anda. Tetaplah di dekat ruang tunggu %(office)s."),
    ),
    MessageKind.CALLED: (
        N_("%(label)s dipanggil ke loket %(counter)s"),
        N_("Silakan langsung ke loket %(counter)s dan tunjukkan nomor ini."),
    ),
    MessageKind.MISSED: (
        N_("%(label)s sudah dipanggil"),
        N_("Anda belum datang ke loket. Bila masih di kantor, temui petugas dalam %(grace)s menit."),
    ),
    MessageKind.CLOSED_DAY: (
        N_("%(office)s tutup pada %(day)s"),
        N_("Nomor %(label)s tidak dapat dilayani hari itu; silakan ganti jadwal atau batalkan."),
    ),
    MessageKind.NOTICE: (N_("Kabar dari %(office)s"), "%(text)s"),
    # To what, and what it says, stays on the page: a message is read over a shoulder.
    MessageKind.ANSWER: (N_("Kabar dari %(office)s"), N_("Ada jawaban untuk Anda. Buka tautan ini untuk membacanya.")),
}
"""Title and body of each kind."""

ALERT_WORDS: Mapping[AlertKind, str] = {
    AlertKind.QUEUE_LENGTH: N_("%(service)s: %(count)s orang menunggu."),
    AlertKind.LONGEST_WAIT: N_("%(service)s: yang paling lama sudah menunggu %(minutes)s menit."),
    AlertKind.AT_RISK: N_("%(service)s: %(count)s orang diperkirakan menunggu lebih dari %(target)s menit."),
    AlertKind.NO_COUNTER: N_("%(service)s: %(count)s orang menunggu, dan tidak ada loket yang buka untuk itu."),
    AlertKind.LONG_PAUSE: N_("Loket %(counter)s sudah jeda %(minutes)s menit."),
    AlertKind.LONG_SERVICE: N_("Loket %(counter)s: pelayanan %(label)s sudah berjalan %(minutes)s menit."),
    AlertKind.DISPLAY_SILENT: N_("Layar “%(display)s” tidak memberi kabar sejak %(minutes)s menit."),
    AlertKind.STORAGE_LOW: N_("Penyimpanan server hampir penuh: sisa %(free_mb)s MB. Hubungi yang merawat server."),
    AlertKind.WEBHOOK_FAILING: N_("Webhook “%(webhook)s” tidak menerima kejadian. Lihat halaman Webhook."),
    AlertKind.PRINTER_TROUBLE: N_(
        "Pencetak “%(printer)s” tidak mencetak. Periksa kertas, tutup, listrik, dan kabelnya."
    ),
    AlertKind.INDICATOR: N_("%(service)s: angka tanggal %(day)s tidak biasa. Lihat halaman Pemantauan."),
    AlertKind.COMPLAINT_OVERDUE: N_("Pengaduan %(number)s melewati tenggatnya."),
}
"""What each alert says, to the supervisor and to the office's address, from its ``facts``."""


@dataclass(frozen=True, slots=True)
class Words:
    """``path``: the ticket's page, or the complaint's, from the site's root."""

    title: str
    body: str
    path: str


def of(message: Message, language: str) -> Words:
    """A message with its ticket, service and office loaded, in ``language``."""
    if message.kind is MessageKind.ALERT:
        return _of_alert(message, language)
    ticket, params = message.about, message.params
    title, body = _WORDS[message.kind]
    if message.kind is MessageKind.NEAR and params["position"] == 1:
        body = _NEXT
    if message.kind is MessageKind.CLOSED_DAY and params.get("reason"):
        body = _CLOSED_FOR
    catalogue = _catalogue(language)
    facts = _facts(ticket, params, language, catalogue)
    texts = [str(catalogue.ugettext(text)) % facts for text in (title, body)]
    complaint = params.get("complaint")
    return Words(texts[0], texts[1], complaint_path(complaint) if complaint else ticket_path(ticket.public_id))


def _of_alert(message: Message, language: str) -> Words:
    catalogue = _catalogue(language)
    title = str(catalogue.ugettext(N_("Peringatan: %(office)s"))) % {"office": message.office.name}
    params = dict(message.params)
    kind = AlertKind(params["kind"])
    params["service"] = params.get(f"service_{language}", "")
    path = "/supervisor/monitoring" if kind is AlertKind.INDICATOR else "/supervisor"
    return Words(title, str(catalogue.ugettext(ALERT_WORDS[kind])) % params, path)


def _facts(ticket: Ticket, params: Mapping[str, Any], language: str, catalogue: NullTranslations) -> dict[str, Any]:
    office = ticket.office
    return {
        "label": ticket.label,
        "service": ticket.service.name(language),
        "office": office.name,
        "day": _day(ticket.day, language),
        "when": _when(ticket, language, catalogue),
        "grace": office.grace_minutes,
        "counter": params.get("counter", ""),
        "ahead": params.get("position", 1) - 1,
        "reason": params.get("reason", ""),
        "text": params.get("text", ""),
    }


def _when(ticket: Ticket, language: str, catalogue: NullTranslations) -> str:
    day = _day(ticket.day, language)
    if ticket.slot_start is None:
        return day
    text = str(catalogue.ugettext(N_("%(day)s, pukul %(time)s %(zone)s")))
    return text % {
        "day": day,
        "time": ticket.slot_start.astimezone(ticket.office.zone).strftime("%H:%M"),
        "zone": opening.zone_name(ticket.office, ticket.slot_start),
    }


def _day(day: date, language: str) -> str:
    return format_date(day, "EEEE, d MMMM y", locale=language)


@cache
def _catalogue(language: str) -> NullTranslations:
    """Texts of a language; the Indonesian ones are the texts in the code."""
    return Translations.load(_CATALOGUES, [language])
