"""What must be changed to have again what a recorded change of the settings found; by the way of every other change."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import ValidationError
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from queue_app import counter_settings, services
from queue_app.audit.since import ANYTHING, Touched
from queue_app.configuration import export
from queue_app.configuration.editing import Part
from queue_app.errors import N_, Invalid, NotFound, QueueError
from queue_app.models import ConfigurationChange, Device, Office, Service
from queue_app.office_settings import OfficeSettings, ServiceSettings

Values = Mapping[str, Any]

_OF_SERVICE = ("prefix", "documents")
_ELSEWHERE: Mapping[str, str] = {
    "person": N_("Peran dan akun pegawai diubah di halaman Pegawai."),
    "display": N_("Layar dipasangkan dan dilepas di halaman Layar."),
    "display_media": N_("Gambar yang dihapus harus diunggah lagi di halaman isi layar."),
    "display_line": N_("Teks berjalan ditulis di halaman isi layar."),
    "booking_feed": N_("Alamat rahasia dibuat baru, dan tidak pernah dipakai lagi."),
    "holidays": N_("Hari libur diputuskan satu per satu di halaman kalender."),
}
"""Why what is recorded of these is not put back from here."""


def parts(session: Session, office: Office, change: ConfigurationChange) -> Sequence[Part]:
    """Raises Invalid ``cannot_put_back`` with the reason, NotFound ``unknown_service``."""
    kind, _, name = change.subject.partition(":")
    if kind not in _BACK:
        raise _refused(_ELSEWHERE.get(kind, N_("Perubahan ini tidak dapat dikembalikan dari sini.")))
    return _BACK[kind](session, office, name, change.before)


def why_not(session: Session, office: Office, change: ConfigurationChange) -> QueueError | None:
    """Why it cannot be put back, as far as that can be seen beforehand."""
    try:
        parts(session, office, change)
    except QueueError as error:
        return error
    return None


def _office(_session: Session, office: Office, _name: str, before: Values) -> list[Part]:
    texts = {name: text for name, text in before.items() if name in OfficeSettings.model_fields}
    if not texts:
        raise _refused(N_("Tidak ada nilai sebelumnya yang tercatat."))
    return [Part("office", _plain(office, texts))]


def _service(session: Session, office: Office, code: str, before: Values) -> list[Part]:
    service = services.find(session, office, code)
    if not before:  # it was new then
        return [Part("services", {"code": code, "active": False})]
    texts = {name: text for name, text in before.items() if name in ServiceSettings.model_fields}
    further = {name: before[name] for name in _OF_SERVICE if name in before}
    return [Part("services", {"code": code, **_plain(service, texts), **further})]


def _hours(_session: Session, _office: Office, code: str, before: Values) -> list[Part]:
    hours = list(before.get("hours", []))
    return [Part("services", {"code": code, "hours": hours}) if code else Part("hours", hours)]


def _counter(_session: Session, _office: Office, name: str, before: Values) -> list[Part]:
    return [Part("counters", {"number": int(name), **before}, gone=not before)]


def _officer(_session: Session, _office: Office, name: str, before: Values) -> list[Part]:
    text = str(before.get("services", counter_settings.ALL))
    if text == counter_settings.ALL:
        return [Part("officers", {"username": name}, gone=True)]
    codes = [] if text == counter_settings.NONE else text.split(",")
    return [Part("officers", {"username": name, "services": codes})]


def _visit(_session: Session, _office: Office, code: str, before: Values) -> list[Part]:
    return [Part("visits", {"code": code, **before}, gone=not before)]


def _printer(_session: Session, _office: Office, name: str, before: Values) -> list[Part]:
    return [Part("printers", {"name": name, **before}, gone=not before)]


def _display(session: Session, office: Office, name: str, before: Values) -> list[Part]:
    device = session.get(Device, int(name))
    if device is None or device.office_id != office.id or not before:
        raise _refused(_ELSEWHERE["display"])
    if "name" in before:
        raise _refused(N_("Nama layar diubah di halaman Layar."))
    return [Part("displays", {"name": device.name, **before})]


def _look(_session: Session, _office: Office, _name: str, before: Values) -> list[Part]:
    if not before:
        raise _refused(N_("Tidak ada nilai sebelumnya yang tercatat."))
    return [Part("look", dict(before))]


def _survey(_session: Session, _office: Office, _name: str, before: Values) -> list[Part]:
    return [Part("survey", dict(before))]


def _day(_session: Session, _office: Office, name: str, before: Values) -> list[Part]:
    date.fromisoformat(name)
    if "holiday" in before:
        raise _refused(_ELSEWHERE["holidays"])
    closure = {"day": name, "reason": before.get("closed", "")}
    return [Part("calendar.closures", closure, gone="closed" not in before)]


def _plain(row: Office | Service, texts: Values) -> dict[str, Any]:
    """Recorded texts as a file says them. Raises Invalid ``cannot_put_back`` where one is no longer allowed."""
    model = OfficeSettings if isinstance(row, Office) else ServiceSettings
    now = {name: getattr(row, name) for name in model.model_fields}
    try:
        checked = model.model_validate(now | dict(texts))
    except ValidationError as error:
        raise _refused(N_("Nilai yang dahulu tidak lagi diizinkan.")) from error
    return {name: export.native(name, getattr(checked, name)) for name in texts}


def _refused(why: str) -> QueueError:
    return Invalid("cannot_put_back", why)


_BACK: Mapping[str, Callable[[Session, Office, str, Values], list[Part]]] = {
    "office": _office,
    "service": _service,
    "hours": _hours,
    "counter": _counter,
    "officer": _officer,
    "visit": _visit,
    "printer": _printer,
    "display": _display,
    "display_look": _look,
    "survey": _survey,
    "day": _day,
}
"""By what stands before the colon of a subject."""


def recorded(
    session: Session, office: Office, kind: str | None, *, most: int, before: int | None = None, skipped: int = 0
) -> list[ConfigurationChange]:
    """At most so many changes of one ``kind`` or all, the newest first: with a number below ``before``, or without the
    first ``skipped``."""
    rows = select(ConfigurationChange).where(*_which(office, kind)).options(joinedload(ConfigurationChange.actor))
    if before is not None:
        rows = rows.where(ConfigurationChange.seq < before)
    return list(session.scalars(rows.order_by(ConfigurationChange.seq.desc()).limit(most).offset(skipped)))


def count(session: Session, office: Office, kind: str | None) -> int:
    """How many there are of one ``kind``, or in all."""
    found = select(func.count()).select_from(ConfigurationChange).where(*_which(office, kind))
    return session.scalar(found) or 0


def _which(office: Office, kind: str | None) -> list[ColumnElement[bool]]:
    ours, subject = ConfigurationChange.office_id == office.id, ConfigurationChange.subject
    return [ours, or_(subject == kind, subject.startswith(f"{kind}:", autoescape=True))] if kind else [ours]


def touched(change: ConfigurationChange) -> Touched:
    """What is changed by putting it back."""
    return {change.subject: frozenset({*change.before, *change.after}) if change.before else ANYTHING}


def find(session: Session, office: Office, seq: int) -> ConfigurationChange:
    """A recorded change of the office. Raises NotFound ``unknown_change``."""
    change = session.scalar(
        select(ConfigurationChange).where(ConfigurationChange.office_id == office.id, ConfigurationChange.seq == seq)
    )
    if change is None:
        raise NotFound("unknown_change", N_("Perubahan itu tidak ada di kantor ini."))
    return change
