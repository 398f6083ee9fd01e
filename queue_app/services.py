"""The services of an office: how one is added, and what it asks people to bring. Its settings: ``office_settings``."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app.audit import changes
from queue_app.errors import N_, Invalid, NotFound
from queue_app.models import Office, Service, Ticket, User, VisitTemplate

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", re.ASCII)
"""What a program and an address call a service."""
PREFIX = re.compile(r"[A-Z0-9]{1,8}", re.ASCII)
"""What stands before the number on a label."""

MOST = 100
"""Services of one office, those no longer offered too."""
MOST_DOCUMENTS = 30
DOCUMENT_LENGTH = 200

Document = Mapping[str, str]
"""The name of a document by language: ``id``, and ``en`` where there is an English one."""


def create(
    session: Session,
    office: Office,
    code: str,
    now: datetime,
    *,
    name_id: str,
    name_en: str = "",
    prefix: str = "",
    documents: Sequence[Document] = (),
    actor: User | None = None,
) -> Service:
    """Add a service, offered at once and taken by no counter yet. Without ``prefix`` the code stands on its labels.

    Raises Invalid ``bad_service_code``, ``bad_prefix``, ``bad_service_name``, ``bad_documents`` or ``too_many``.
    """
    there = session.scalars(select(Service).where(Service.office_id == office.id)).all()
    if len(there) >= MOST:
        raise Invalid("too_many", N_("Paling banyak %(most)s layanan."), most=MOST)
    of_visits = session.scalars(select(VisitTemplate.code).where(VisitTemplate.office_id == office.id)).all()
    if not CODE.fullmatch(code):
        raise Invalid("bad_service_code", N_("Kode layanan: 1 sampai 40 huruf, angka, - dan _."))
    if code in {*(service.code for service in there), *of_visits}:
        raise Invalid("bad_service_code", N_("Kode “%(taken)s” sudah dipakai di kantor ini."), taken=code)
    service = Service(
        office_id=office.id,
        code=code,
        prefix=_checked_prefix(prefix or code.upper(), {service.prefix for service in there}),
        name_id=_checked_name(name_id),
        name_en=_checked_name(name_en or name_id),
        documents=_checked_documents(documents),
    )
    session.add(service)
    session.flush()
    session.expire(office, ["services"])
    made = {"prefix": service.prefix, "name_id": service.name_id, "documents": service.documents}
    changes.record(session, office, actor, f"service:{code}", {}, made, now)
    return service


def set_documents(
    session: Session,
    office: Office,
    service: Service,
    documents: Sequence[Document],
    now: datetime,
    actor: User | None = None,
) -> None:
    """What people are to bring, in this order. Raises Invalid ``bad_documents``."""
    before, service.documents = service.documents, _checked_documents(documents)
    values = {"documents": before}, {"documents": service.documents}
    changes.record(session, office, actor, f"service:{service.code}", *values, now)


def set_prefix(
    session: Session, office: Office, service: Service, prefix: str, now: datetime, actor: User | None = None
) -> None:
    """Another prefix for the labels of a service that has given none yet: a number that was given keeps its name.

    Raises Invalid ``bad_prefix``.
    """
    if prefix == service.prefix:
        return
    if session.scalar(select(Ticket.id).where(Ticket.service_id == service.id).limit(1)) is not None:
        raise Invalid(
            "bad_prefix",
            N_("Awalan nomor %(service)s tidak dapat diganti: sudah ada nomor yang diberikan."),
            service=service.code,
        )
    others = select(Service.prefix).where(Service.office_id == office.id, Service.id != service.id)
    before, service.prefix = service.prefix, _checked_prefix(prefix, set(session.scalars(others)))
    session.flush()
    changes.record(session, office, actor, f"service:{service.code}", {"prefix": before}, {"prefix": prefix}, now)


def find(session: Session, office: Office, code: str) -> Service:
    """A service of the office, offered or not. Raises NotFound ``unknown_service``."""
    found = session.scalar(select(Service).where(Service.office_id == office.id, Service.code == code))
    if found is None:
        raise NotFound("unknown_service", N_("Layanan itu tidak ada di kantor ini."))
    return found


def own(session: Session, office: Office, code: str) -> Service:
    """Likewise, but not one that is known from past records alone. Raises NotFound ``unknown_service``."""
    service = find(session, office, code)
    if not CODE.fullmatch(service.code):
        raise NotFound("unknown_service", N_("Layanan itu tidak ada di kantor ini."))
    return service


def require_new(office: Office, code: str) -> None:
    """Raises Invalid ``bad_service_code`` where a service of the office is called so already."""
    if code in {service.code for service in office.services}:
        raise Invalid("bad_service_code", N_("Kode “%(taken)s” sudah dipakai di kantor ini."), taken=code)


def _checked_prefix(prefix: str, taken: set[str]) -> str:
    if not PREFIX.fullmatch(prefix):
        raise Invalid("bad_prefix", N_("Awalan nomor: 1 sampai 8 huruf besar atau angka, misalnya A atau KTP."))
    if prefix in taken:
        raise Invalid("bad_prefix", N_("Awalan “%(prefix)s” sudah dipakai layanan lain."), prefix=prefix)
    return prefix


def _checked_name(name: str) -> str:
    tidy = " ".join(name.split())
    if not 1 <= len(tidy) <= 120 or not tidy.isprintable():
        raise Invalid("bad_service_name", N_("Nama layanan: 1 sampai 120 huruf."))
    return tidy


def _checked_documents(documents: Sequence[Document]) -> list[dict[str, str]]:
    if len(documents) > MOST_DOCUMENTS:
        raise Invalid("bad_documents", N_("Paling banyak %(most)s berkas."), most=MOST_DOCUMENTS)
    return [_checked_document(document) for document in documents]


def _checked_document(document: Document) -> dict[str, str]:
    tidy = {language: " ".join(document.get(language, "").split()) for language in ("id", "en")}
    if not tidy["id"] or any(len(name) > DOCUMENT_LENGTH or not name.isprintable() for name in tidy.values()):
        raise Invalid(
            "bad_documents",
            N_("Nama berkas: 1 sampai %(length)s huruf, dalam bahasa Indonesia."),
            length=DOCUMENT_LENGTH,
        )
    return {language: name for language, name in tidy.items() if name}
