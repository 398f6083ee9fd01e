"""Visits of several services under one name: a fixed order of steps, asked for like a service."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from queue_app import kept_settings, legs, queries, session_rows
from queue_app.audit import changes
from queue_app.errors import N_, Invalid, NotFound
from queue_app.models import Office, Service, User, VisitTemplate
from queue_app.prepared import Prepared

LONGEST_NAME = 120
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a citizen asks for by one code: a service, or a visit that begins with it and goes on to the ``further``."""

    service: Service
    further: tuple[Service, ...] = ()
    template: VisitTemplate | None = None

    @property
    def services(self) -> tuple[Service, ...]:
        return (self.service, *self.further)

    @property
    def code(self) -> str:
        return self.template.code if self.template else self.service.code

    @property
    def standard_minutes(self) -> int | None:
        """Of all services together; None when one of them has none."""
        minutes = [service.standard_minutes for service in self.services]
        return sum(m for m in minutes if m is not None) if None not in minutes else None

    @property
    def cost_rupiah(self) -> int:
        return sum(service.cost_rupiah for service in self.services)

    def name(self, language: str) -> str:
        return (self.template or self.service).name(language)

    def document_names(self, language: str) -> list[str]:
        """What to bring for all of them, each once."""
        return list(dict.fromkeys(name for service in self.services for name in service.document_names(language)))


def set_template(
    session: Session,
    office: Office,
    code: str,
    now: datetime,
    *,
    steps: Sequence[str],
    name_id: str,
    name_en: str,
    actor: User | None = None,
) -> VisitTemplate:
    """Offer a visit, or change one that is offered. ``steps``: codes of its services, in order.

    Raises Invalid ``bad_setting``, NotFound ``unknown_service``.
    """
    if not _CODE.fullmatch(code):
        raise _bad("code", code, "up to 40 letters, digits, - and _")
    if code in {service.code for service in office.services}:
        raise _bad("code", code, "a service has this code")
    for name, words in (("name_id", name_id), ("name_en", name_en)):
        if not words.strip() or len(words) > LONGEST_NAME or not words.isprintable():
            raise _bad(name, words, f"1 to {LONGEST_NAME} letters")
    if not 2 <= len(steps) <= legs.MOST or len(set(steps)) < len(steps):
        raise _bad("steps", ",".join(steps), f"2 to {legs.MOST} services, each once")
    offered_codes = [service.code for service in office.services if service.active]
    for step in steps:
        if step not in offered_codes:
            raise NotFound(
                "unknown_service",
                N_("Layanan %(service)s tidak ada di kantor ini. Yang ada: %(known)s."),
                service=step,
                known=", ".join(offered_codes),
            )
    found = _any(session, office.id, code)
    if found is None:
        found = VisitTemplate(office_id=office.id, code=code)
        session.add(found)
    before = _values(found)
    found.steps, found.name_id, found.name_en, found.active = list(steps), name_id.strip(), name_en.strip(), True
    changes.record(session, office, actor, f"visit:{code}", before, _values(found), now)
    return found


def remove_template(session: Session, office: Office, code: str, now: datetime, actor: User | None = None) -> None:
    """Offer a visit no longer; who has it goes on with it. Raises NotFound ``unknown_visit``."""
    found = find(session, office.id, code)
    before = _values(found)
    found.active = False
    changes.record(session, office, actor, f"visit:{code}", before, _values(found), now)


def _values(template: VisitTemplate) -> dict[str, Any]:
    if not template.active:
        return {}
    return {"steps": template.steps, "name_id": template.name_id, "name_en": template.name_en}


def find(session: Session, office_id: int, code: str) -> VisitTemplate:
    """A visit that is offered. Raises NotFound ``unknown_visit``."""
    found = _any(session, office_id, code)
    if found is None or not found.active:
        raise NotFound("unknown_visit", N_("Paket kunjungan itu tidak ada di kantor ini. Pilih layanan satu per satu."))
    return found


def offered(session: Session, office_id: int) -> list[Wanted]:
    """The visits of an office, as far as all of their services are offered."""
    columns = _offered(session, office_id)
    if not columns:
        return []
    templates = [session_rows.loaded(session, VisitTemplate, each) for each in columns]
    rows = _SERVICES.all(session, {"of_office": office_id})
    services = {row.code: session_rows.loaded(session, Service, row._asdict()) for row in rows}
    return [
        Wanted(services[template.steps[0]], tuple(services[code] for code in template.steps[1:]), template)
        for template in templates
        if services.keys() >= set(template.steps)
    ]


_OFFERED = Prepared(
    select(VisitTemplate.__table__)
    .where(VisitTemplate.office_id == bindparam("of_office"), VisitTemplate.active)
    .order_by(VisitTemplate.code),
    flushes=True,
)
_SERVICES = Prepared(
    select(Service.__table__).where(Service.office_id == bindparam("of_office"), Service.active), flushes=True
)


def _offered(session: Session, office_id: int) -> list[dict[str, Any]]:
    """The columns of the visits that are offered."""
    return kept_settings.remembered(
        session,
        office_id,
        "visits",
        lambda: [row._asdict() for row in _OFFERED.all(session, {"of_office": office_id})],
    )


def services_of(session: Session, template: VisitTemplate) -> list[Service]:
    """The services of a visit, in order. Raises NotFound ``unknown_visit`` when one is no longer offered."""
    rows = session.scalars(
        select(Service).where(Service.office_id == template.office_id, Service.code.in_(template.steps), Service.active)
    )
    found = {service.code: service for service in rows}
    if len(found) < len(template.steps):
        raise NotFound("unknown_visit", N_("Paket kunjungan itu tidak ada di kantor ini. Pilih layanan satu per satu."))
    return [found[code] for code in template.steps]


def wanted(session: Session, office_id: int, code: str) -> Wanted:
    """The service or the visit of this code. Raises NotFound ``unknown_service`` when neither is offered."""
    template = _any(session, office_id, code)
    if template is None or not template.active:
        return Wanted(queries.service(session, office_id, code))
    first, *further = services_of(session, template)
    return Wanted(first, tuple(further), template)


def wanted_of(session: Session, office: Office, code: str) -> Wanted:
    """The same of an office that is only shown (``queries.office_to_show``)."""
    if all(template["code"] != code for template in _offered(session, office.id)):
        for service in office.services:
            if service.code == code and service.active:
                return Wanted(service)
    return wanted(session, office.id, code)


def _any(session: Session, office_id: int, code: str) -> VisitTemplate | None:
    return session.scalar(select(VisitTemplate).where(VisitTemplate.office_id == office_id, VisitTemplate.code == code))


def _bad(name: str, value: str, why: str) -> Invalid:
    return Invalid("bad_setting", N_("%(name)s tidak bisa “%(value)s”: %(why)s."), name=name, value=value, why=why)
