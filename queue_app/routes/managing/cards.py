"""What can be set in an office, as a list of cards. A new page is found by a line here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from queue_app import inventory
from queue_app.discipline import RuleName
from queue_app.errors import N_
from queue_app.models import Office
from queue_app.privacy.terms import TERMS, Kind
from queue_app.routes.managing import now, words
from queue_app.routes.managing.topics import TOPICS

Figure = Callable[[Session, Office], str]
"""How it is now, in a few words."""


@dataclass(frozen=True, slots=True)
class Card:
    """A topic: its ``name``, one sentence that says what is set there, and the page that it leads to."""

    name: str
    says: str
    icon: str
    endpoint: str
    figure: Figure
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """Of the address."""

    def address(self) -> str:
        return url_for(self.endpoint, **self.values)


def _people(session: Session, office: Office) -> str:
    return str(ngettext("%(num)s orang", "%(num)s orang", inventory.people(session, office)))


def _displays(session: Session, office: Office) -> str:
    return str(ngettext("%(num)s layar", "%(num)s layar", inventory.displays(session, office)))


def _lines(session: Session, office: Office) -> str:
    return str(ngettext("%(num)s teks berjalan", "%(num)s teks berjalan", inventory.lines(session, office)))


def _kept(_session: Session, office: Office) -> str:
    days = getattr(office, TERMS[Kind.PEOPLE].setting)
    return str(ngettext("nama disimpan %(num)s hari", "nama disimpan %(num)s hari", days))


def _of_topic(name: str, figure: Figure) -> Card:
    topic = TOPICS[name]
    return Card(topic.name, topic.says, topic.icon, "settings.show", figure, {"topic": name})


def _office(_session: Session, office: Office) -> str:
    return office.name


def _services(_session: Session, office: Office) -> str:
    count = sum(service.active for service in office.services)
    return str(ngettext("%(num)s layanan", "%(num)s layanan", count))


def _booking(_session: Session, office: Office) -> str:
    days = office.booking_days_ahead
    return str(ngettext("sampai %(num)s hari ke depan", "sampai %(num)s hari ke depan", days))


def _rule(_session: Session, office: Office) -> str:
    return str(gettext(words.OPTIONS[RuleName][office.rule_name]))


def _arrival(_session: Session, office: Office) -> str:
    return str(gettext("dengan kode hadir") if office.presence else gettext("tanpa kode hadir"))


def _news(_session: Session, office: Office) -> str:
    place = office.tell_at_place
    return str(gettext("dikabari pada urutan %(place)s", place=place) if place else gettext("tanpa kabar urutan"))


def _voice(_session: Session, office: Office) -> str:
    return str(gettext("bersuara") if office.voice else gettext("tanpa suara"))


def _target(_session: Session, office: Office) -> str:
    minutes = office.wait_target_minutes
    return str(ngettext("tunggu paling lama %(num)s menit", "tunggu paling lama %(num)s menit", minutes))


def _access(_session: Session, office: Office) -> str:
    return str(gettext("dengan langkah kedua") if office.second_step else gettext("tanpa langkah kedua"))


def _wishes(session: Session, office: Office) -> str:
    return str(
        ngettext("%(num)s permintaan dilayani", "%(num)s permintaan dilayani", inventory.wishes(session, office))
    )


def _file(_session: Session, office: Office) -> str:
    return f"{office.slug}.yaml"


def _changes(session: Session, office: Office) -> str:
    return str(ngettext("%(num)s perubahan tercatat", "%(num)s perubahan tercatat", inventory.changes(session, office)))


def _imports(session: Session, office: Office) -> str:
    return str(ngettext("%(num)s impor", "%(num)s impor", inventory.imports(session, office)))


def _tokens(session: Session, office: Office) -> str:
    return str(ngettext("%(num)s token", "%(num)s token", inventory.tokens(session, office)))


def _webhooks(session: Session, office: Office) -> str:
    return str(ngettext("%(num)s webhook", "%(num)s webhook", inventory.webhooks(session, office)))


GROUPS: Sequence[tuple[str, Sequence[Card]]] = (
    (
        N_("Kantor dan antrean"),
        (
            _of_topic("office", _office),
            Card(
                N_("Layanan"),
                N_("Untuk apa warga datang, dengan persyaratan, waktu standar, dan kuotanya."),
                "ticket",
                "offered.show",
                _services,
            ),
            _of_topic("booking", _booking),
            Card(
                N_("Jam buka dan kalender"),
                N_("Jam buka tiap hari dengan jedanya, hari tutup, dan libur nasional."),
                "calendar",
                "calendar.show",
                now.hours,
            ),
            _of_topic("queue", _rule),
            _of_topic("arrival", _arrival),
            _of_topic("targets", _target),
        ),
    ),
    (
        N_("Loket dan pegawai"),
        (
            Card(
                N_("Loket"),
                N_("Loket yang ada, layanan yang diterimanya, dan kelompoknya."),
                "counter",
                "counters.show",
                now.counters,
            ),
            Card(
                N_("Pegawai"),
                N_("Siapa yang bekerja di sini, dengan peran apa, dan bantuan bila kata sandi hilang."),
                "people",
                "people.show",
                _people,
            ),
            Card(
                N_("Keahlian petugas"),
                N_("Petugas mana dapat melayani layanan apa."),
                "check-circle",
                "skills.show",
                now.skilled,
            ),
            _of_topic("access", _access),
        ),
    ),
    (
        N_("Ruang tunggu"),
        (
            Card(
                N_("Layar"),
                N_("TV di ruang tunggu: dipasangkan, diberi nama, dan loket mana yang ditampilkan."),
                "screen",
                "manage.show",
                _displays,
            ),
            Card(
                N_("Logo dan isi layar"),
                N_("Warna, logo, gambar, dan teks berjalan di ruang tunggu."),
                "megaphone",
                "display_content.show",
                _lines,
            ),
            _of_topic("voice", _voice),
            Card(
                N_("Contoh suara"),
                N_("Dengarkan panggilan seperti di layar, lihat rekaman yang ada, pilih layar yang bersuara."),
                "sound",
                "voices.show",
                now.voices,
            ),
            Card(
                N_("Kios"),
                N_("Cara memasang kios, pencetaknya, dan melepas semuanya."),
                "ticket",
                "kiosks.show",
                now.kiosks,
            ),
            Card(
                N_("Pencetak struk"),
                N_("Pencetak yang ada dan keadaannya, dengan cetakan percobaan."),
                "print",
                "printers.show",
                now.printers,
            ),
            _of_topic("news", _news),
        ),
    ),
    (
        N_("Data dan sistem lain"),
        (
            _of_topic("privacy", _kept),
            Card(
                N_("Data pribadi warga"),
                N_("Apa yang disimpan dan mengapa, yang sudah dihapus, dan permintaan warga."),
                "document",
                "privacy.show",
                _wishes,
            ),
            Card(
                N_("Token program"),
                N_("Kunci bagi program lain untuk memakai API: untuk apa, sampai kapan, dan terakhir dipakai kapan."),
                "sign-in",
                "tokens.show",
                _tokens,
            ),
            Card(
                N_("Webhook"),
                N_("Sistem lain yang diberi tahu setiap kejadian, dan apa jawabannya."),
                "bell",
                "webhooks.show",
                _webhooks,
            ),
            Card(
                N_("Riwayat"),
                N_("Siapa mengubah apa dan kapan, dan mengembalikan yang dahulu."),
                "undo",
                "settings_history.show",
                _changes,
            ),
            Card(
                N_("Konfigurasi YAML"),
                N_("Semua pengaturan sebagai satu berkas, untuk dipindahkan atau dicadangkan."),
                "document",
                "configuration.show",
                _file,
            ),
            Card(
                N_("Impor data lama"),
                N_("Kunjungan dari buku tamu, FQM, atau program lain menjadi bagian dari angka kantor."),
                "inbox",
                "moving.show",
                _imports,
            ),
        ),
    ),
)
"""Each with its name, in the order in which an office is set up."""
