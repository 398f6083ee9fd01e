"""Visits of several services under one name: a fixed order of steps, asked for like a service."""

import re
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app import legs
from queue_app.errors import N_, Invalid, NotFound
from queue_app.lifecycle import Action
from queue_app.models import Event, Office, Service, Ticket, VisitTemplate
from queue_app.models.log import stands

LONGEST_NAME = 120
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", re.ASCII)


def set_template(
    session: Session, office: Office, code: str, *, steps: Sequence[str], name_id: str, name_en: str
) -> VisitTemplate:
    """Offer a visit, or change one that is offered. ``steps``: codes of its services, in order.

    Raises Invalid ``bad_setting``, NotFound ``unknown_service``.
    """
    if not _CODE.fullmatch(code):
        raise _bad("code", code, "up to 40 letters, digits, - and _")
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
    found.steps, found.name_id, found.name_en, found.active = list(steps), name_id.strip(), name_en.strip(), True
    return found


def remove_template(session: Session, office: Office, code: str) -> None:
    """Offer a visit no longer; who has it goes on with it. Raises NotFound ``unknown_visit``."""
    find(session, office.id, code).active = False


def find(session: Session, office_id: int, code: str) -> VisitTemplate:
    """A visit that is offered. Raises NotFound ``unknown_visit``."""
    found = _any(session, office_id, code)
    if found is None or not found.active:
        raise NotFound("unknown_visit", N_("Paket kunjungan itu tidak ada di kantor ini. Pilih layanan satu per satu."))
    return found


def offered(session: Session, office_id: int) -> list[tuple[VisitTemplate, list[Service]]]:
    """The visits of an office with their services in order, as far as all of those are offered."""
    templates = session.scalars(
        select(VisitTemplate)
        .where(VisitTemplate.office_id == office_id, VisitTemplate.active)
        .order_by(VisitTemplate.code)
    ).all()
    if not templates:
        return []
    services = {
        service.code: service
        for service in session.scalars(select(Service).where(Service.office_id == office_id, Service.active))
    }
    return [
        (template, [services[code] for code in template.steps])
        for template in templates
        if services.keys() >= set(template.steps)
    ]


def services_of(session: Session, template: VisitTemplate) -> list[Service]:
    """The services of a visit, in order. Raises NotFound ``unknown_visit`` when one is no longer offered."""
    rows = session.scalars(
        select(Service).where(Service.office_id == template.office_id, Service.code.in_(template.steps), Service.active)
    )
    found = {service.code: service for service in rows}
    if len(found) < len(template.steps):
        raise NotFound("unknown_visit", N_("Paket kunjungan itu tidak ada di kantor ini. Pilih layanan satu per satu."))
    return [found[code] for code in template.steps]


def documents(services: Sequence[Service]) -> list[dict[str, str]]:
    """What to bring for all of these, each once, in order."""
    return list({document["id"]: document for service in services for document in service.documents}.values())


def step(session: Session, ticket: Ticket) -> tuple[int, int] | None:
    """Which service of a visit with several this is, and of how many: (2, 3); None for a visit with one.

    From the log: what is finished already was left by the move ``continue``.
    """
    went_on = select(Event.id).where(Event.ticket_id == ticket.id, Event.action == Action.CONTINUE, stands())
    done = session.scalars(went_on).all()
    total = len(done) + 1 + len(ticket.legs)
    return (len(done) + 1, total) if total > 1 else None


def _any(session: Session, office_id: int, code: str) -> VisitTemplate | None:
    return session.scalar(select(VisitTemplate).where(VisitTemplate.office_id == office_id, VisitTemplate.code == code))


def _bad(name: str, value: str, why: str) -> Invalid:
    return Invalid("bad_setting", N_("%(name)s tidak bisa “%(value)s”: %(why)s."), name=name, value=value, why=why)
