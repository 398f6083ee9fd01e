"""What can be set in an office, as a list of cards. A new page is found by a line here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from queue_app import opening_hours
from queue_app.errors import N_
from queue_app.models import ConfigurationChange, Device, Office, User
from queue_app.privacy.terms import TERMS, Kind

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


def _hours(session: Session, office: Office) -> str:
    """Compactly: the days of the week on which it is open."""
    count = sum(1 for spans in opening_hours.of_week(session, office).values() if spans)
    return str(gettext("buka %(count)s hari seminggu", count=count))


def _people(session: Session, office: Office) -> str:
    there = select(func.count()).select_from(User).where(User.office_id == office.id, User.active)
    count = session.scalar(there) or 0
    return str(ngettext("%(num)s orang", "%(num)s orang", count))


def _displays(session: Session, office: Office) -> str:
    count = session.scalar(select(func.count()).select_from(Device).where(Device.office_id == office.id)) or 0
    return str(ngettext("%(num)s layar", "%(num)s layar", count))


def _look(_session: Session, office: Office) -> str:
    return str(gettext("bersuara") if office.voice else gettext("tanpa suara"))


def _kept(_session: Session, office: Office) -> str:
    days = getattr(office, TERMS[Kind.PEOPLE].setting)
    return str(ngettext("nama disimpan %(num)s hari", "nama disimpan %(num)s hari", days))


def _changes(session: Session, office: Office) -> str:
    rows = select(func.count()).select_from(ConfigurationChange).where(ConfigurationChange.office_id == office.id)
    count = session.scalar(rows) or 0
    return str(ngettext("%(num)s perubahan tercatat", "%(num)s perubahan tercatat", count))


CARDS: Sequence[Card] = (
    Card(
        N_("Jam buka dan kalender"),
        N_("Jam buka tiap hari dengan jedanya, hari tutup, dan libur nasional."),
        "calendar",
        "calendar.show",
        _hours,
    ),
    Card(
        N_("Pegawai"),
        N_("Siapa yang bekerja di sini, dengan peran apa, dan bantuan bila kata sandi hilang."),
        "people",
        "people.show",
        _people,
    ),
    Card(
        N_("Layar"),
        N_("TV di ruang tunggu: dipasangkan, diberi nama, dan loket mana yang ditampilkan."),
        "screen",
        "manage.show",
        _displays,
    ),
    Card(
        N_("Isi layar"),
        N_("Warna, gambar, dan teks berjalan di ruang tunggu."),
        "megaphone",
        "display_content.show",
        _look,
    ),
    Card(
        N_("Data pribadi"),
        N_("Apa yang disimpan tentang warga, berapa lama, dan permintaan mereka."),
        "person",
        "privacy.show",
        _kept,
    ),
    Card(
        N_("Konfigurasi YAML"),
        N_("Semua pengaturan sebagai satu berkas, untuk dipindahkan atau dicadangkan."),
        "document",
        "configuration.show",
        _changes,
    ),
)
"""In the order in which an office is set up."""
