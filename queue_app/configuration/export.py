"""The configuration of an office as it is now: plain values in the form's order, and as YAML. Reads only.

Secrets (addresses of alerts), people, citizens, pictures and days that are over are not in it.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app import counter_settings, office_settings, opening_hours, services, visits
from queue_app.configuration import form
from queue_app.devices import register
from queue_app.models import Closure, DisplayLine, DisplayLook, Holiday, Office, Role, Service, User
from queue_app.office_settings import OfficeSettings, ServiceSettings
from queue_app.printing import printers
from queue_app.survey import sample

Plain = Mapping[str, Any]

_ABOVE = "# Konfigurasi Antrean / Configuration of Antrean. docs/install.md\n"


def current(session: Session, office: Office, today: date) -> dict[str, Any]:
    """Every section, as a file would say it; ``today``: the office's local day."""
    there = [service for service in office.services if service.active or services.CODE.fullmatch(service.code)]
    offered = {service.code for service in there if service.active}
    look = session.get(DisplayLook, office.id)
    lines = select(DisplayLine).where(DisplayLine.office_id == office.id).order_by(DisplayLine.id)
    found: dict[str, Any] = {
        "version": form.VERSION,
        "office": _settings(office),
        "hours": opening_hours.lines(session, office),
        "services": [_service(session, office, service) for service in there],
        "visits": [_visit(visit) for visit in visits.offered(session, office.id)],
        "calendar": _calendar(session, office, today),
        "counters": [
            {
                "number": counter.number,
                "services": _taken(counter_settings.services_text(session, counter), offered),
                "pool": counter.pool.code if counter.pool else counter_settings.NONE,
            }
            for counter in office.counters
        ],
        "officers": list(_officers(session, office, offered)),
        "displays": [
            _picked(row, "name", "counters", "services", "speaks") for row in register.of_office(session, office.id)
        ],
        "running_text": [_picked(row, "text", "from_day", "until_day") for row in session.scalars(lines)],
        "printers": [
            _picked(row, "name", "kind", "address", "width_mm", "answers", "draws_qr")
            for row in printers.of_office(session, office)
            if row.active
        ],
        "survey": {"percent": sample.percent_on(sample.shares(session, office.id), date.max)},
    }
    if look is not None:
        found["look"] = _picked(look, "theme", "brand", "accent", "shows_next")
    return {name: found[name] for name in form.Configuration.model_fields if name in found}


def as_yaml(plain: Plain) -> str:
    return _ABOVE + yaml.dump(dict(plain), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


def native(name: str, value: Any) -> Any:
    """A setting's value as it stands in the file: yes and no, numbers and texts as they are, all else as one text."""
    if value is None or (isinstance(value, bool | int) and name != "remind_evening_minute"):
        return value
    return office_settings.as_text(name, value)


class _Dumper(yaml.SafeDumper):
    """Writes what stands twice twice: the reader takes no aliases."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _settings(row: Office | Service) -> dict[str, Any]:
    model = OfficeSettings if isinstance(row, Office) else ServiceSettings
    return {name: native(name, getattr(row, name)) for name in model.model_fields}


def _service(session: Session, office: Office, service: Service) -> dict[str, Any]:
    return {
        "code": service.code,
        "prefix": service.prefix,
        **_settings(service),
        "documents": [dict(document) for document in service.documents],
        "hours": opening_hours.lines(session, office, service),
    }


def _visit(visit: visits.Wanted) -> dict[str, Any]:
    steps = [service.code for service in visit.services]
    return {"code": visit.code, "name_id": visit.name("id"), "name_en": visit.name("en"), "steps": steps}


def _calendar(session: Session, office: Office, today: date) -> dict[str, Any]:
    closures = select(Closure).where(Closure.office_id == office.id, Closure.day >= today).order_by(Closure.day)
    holidays = select(Holiday).where(Holiday.office_id == office.id, Holiday.day >= today).order_by(Holiday.day)
    return {
        "closures": [_picked(row, "day", "reason", "hours") for row in session.scalars(closures)],
        "holidays": [
            _picked(row, "day", "name", "decision") | {"estimate": row.is_estimate} for row in session.scalars(holidays)
        ],
    }


def _taken(text: str, offered: set[str]) -> str:
    """What a counter takes of that which is offered."""
    parts = [part for part in text.split(",") if part.partition(":")[0] in offered]
    return ",".join(parts) or counter_settings.NONE


def _officers(session: Session, office: Office, offered: set[str]) -> Iterator[dict[str, Any]]:
    """Those who cannot do everything."""
    officers = select(User).where(User.office_id == office.id, User.role == Role.OFFICER).order_by(User.username)
    for officer in session.scalars(officers):
        skills = counter_settings.skills_text(session, officer)
        if skills != counter_settings.ALL:
            can = [code for code in skills.split(",") if code in offered]
            yield {"username": officer.username, "services": can}


def _picked(row: Any, *names: str) -> dict[str, Any]:
    return {name: _said(getattr(row, name)) for name in names}


def _said(value: Any) -> Any:
    match value:
        case StrEnum():
            return value.value
        case date():
            return value.isoformat()
        case list():
            return list(value)
    return value
