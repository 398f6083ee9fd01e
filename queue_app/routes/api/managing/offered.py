"""The office's services: which there are, a new one, another setting, merged into another one and taken out again."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPMethod
from typing import Annotated, Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from queue_app import merging, services
from queue_app.audit import since
from queue_app.configuration import export
from queue_app.configuration.editing import Part
from queue_app.configuration.form import ServicePart
from queue_app.models import Office, Service, User
from queue_app.office_settings import ServiceSettings
from queue_app.routes.api.citizen.office_answers import Document
from queue_app.routes.api.frame.fields import Asked, Code, Versioned, example
from queue_app.routes.api.frame.operation import Caller, operation
from queue_app.routes.api.frame.versions import WHATEVER, Seen
from queue_app.routes.api.managing.described import Agreed, AsDocumented, Value
from queue_app.routes.api.managing.saving import CHANGING, SEEING, TAG, changed, save, told
from queue_app.routes.problems import WrongFields

_ALL = "/api/v1/offices/{office}/services"
_ONE = _ALL + "/{service}"
_SHOWN: dict[str, Any] = {
    "version": 3,
    "code": "A",
    "prefix": "A",
    "settings": {"name_id": "KTP-el", "name_en": "Identity card", "daily_quota": 80, "active": True},
    "documents": [{"id": "Kartu Keluarga", "en": "Family card"}],
    "merged_into": None,
    "reported_together": False,
}
_OF_SERVICE = ("needs_agreement", "bad_setting", "bad_prefix", "bad_service_name", "bad_documents")


class ServiceManaged(Versioned):
    """A service with its ``settings`` by name. ``merged_into``: the code of the service that it is part of now."""

    model_config = example(**_SHOWN)

    code: str
    prefix: str
    settings: dict[str, Value]
    documents: list[Document]
    merged_into: str | None
    reported_together: bool


class ServicesManaged(Versioned):
    """All services, those no longer offered too (``active`` false)."""

    model_config = example(version=3, services=[_SHOWN])

    services: list[ServiceManaged]


class ServiceChange(Asked):
    """``settings``: those that are to be others, with ``prefix`` and ``documents``; ``active`` false retires it.
    ``agreed``: ``agree`` of the refusal ``needs_agreement``."""

    settings: Annotated[dict[str, Any], AsDocumented(ServicePart, without="code")]
    agreed: Agreed | None = None


class NewService(ServiceChange):
    """``code`` never changes; ``settings`` hold at least ``name_id``."""

    code: Code


class Merging(Asked):
    """``together``: its past visits are reported under that one from now on; the log stays as it is."""

    into: Code
    together: bool = True


@operation(HTTPMethod.GET, _ALL, tag=TAG, answer=ServicesManaged, refusals=SEEING)
def list_services(office: str, caller: Caller) -> ServicesManaged:
    """The office's services with their settings; what each means stands in `ServicePart`."""

    def reading(session: Session, here: Office) -> ServicesManaged:
        version = since.version(session, here, ["service:*"])
        there = [one for one in here.services if services.CODE.fullmatch(one.code)]
        return ServicesManaged(version=version, services=[_service(session, here, one) for one in there])

    return told(office, caller, reading)


@operation(
    HTTPMethod.POST,
    _ALL,
    tag=TAG,
    answer=ServiceManaged,
    status=201,
    refusals=(*CHANGING, *_OF_SERVICE, "bad_service_code", "too_many"),
    example={"code": "G", "settings": {"name_id": "Pindah datang", "name_en": "Moving in", "daily_quota": 40}},
)
def add_service(office: str, body: NewService, caller: Caller) -> ServiceManaged:
    """A new service, offered at once and taken by no counter yet."""

    def deed(session: Session, who: User, now: datetime) -> ServiceManaged:
        services.require_new(who.office, body.code)
        parts = [_part(body.code, {"name_id": "", **body.settings})]
        save(session, who, now, parts, touched={}, seen=WHATEVER, agreed=body.agreed)
        return _service(session, who.office, services.own(session, who.office, body.code))

    return changed(office, caller, deed)


@operation(HTTPMethod.GET, _ONE, tag=TAG, answer=ServiceManaged, refusals=SEEING)
def read_service(office: str, service: str, caller: Caller) -> ServiceManaged:
    """One service with its settings."""

    def reading(session: Session, here: Office) -> ServiceManaged:
        return _service(session, here, services.own(session, here, service))

    return told(office, caller, reading)


@operation(
    HTTPMethod.PATCH,
    _ONE,
    tag=TAG,
    answer=ServiceManaged,
    refusals=(*CHANGING, *_OF_SERVICE),
    example={"settings": {"standard_minutes": 12, "documents": [{"id": "Kartu Keluarga", "en": "Family card"}]}},
)
def change_service(office: str, service: str, body: ServiceChange, caller: Caller, seen: Seen) -> ServiceManaged:
    """Change some settings of a service, all or none; ``active`` false retires it, true offers it again."""

    def deed(session: Session, who: User, now: datetime) -> ServiceManaged:
        services.own(session, who.office, service)
        parts = [_part(service, body.settings)]
        save(session, who, now, parts, touched={_subject(service): since.ANYTHING}, seen=seen, agreed=body.agreed)
        return _service(session, who.office, services.own(session, who.office, service))

    return changed(office, caller, deed)


@operation(
    HTTPMethod.PUT,
    _ONE + "/merge",
    tag=TAG,
    answer=ServiceManaged,
    refusals=(*CHANGING, "already_merged", "merge_into_itself", "merge_into_retired"),
    example={"into": "B"},
)
def merge_service(office: str, service: str, body: Merging, caller: Caller, seen: Seen) -> ServiceManaged:
    """Make a service part of another one: it is no longer offered, and who has a number is served as before."""

    def deed(session: Session, who: User, now: datetime) -> ServiceManaged:
        since.require(session, who.office, [_subject(service)], seen)
        merged, into = (services.own(session, who.office, code) for code in (service, body.into))
        merging.merge(session, who.office, merged, into, now, who, together=body.together)
        return _service(session, who.office, merged)

    return changed(office, caller, deed)


@operation(HTTPMethod.DELETE, _ONE + "/merge", tag=TAG, answer=ServiceManaged, refusals=(*CHANGING, "not_merged"))
def unmerge_service(office: str, service: str, caller: Caller, seen: Seen) -> ServiceManaged:
    """The service is one of its own again, and offered if it was."""

    def deed(session: Session, who: User, now: datetime) -> ServiceManaged:
        since.require(session, who.office, [_subject(service)], seen)
        merged = services.own(session, who.office, service)
        merging.undo(session, who.office, merged, now, who)
        return _service(session, who.office, merged)

    return changed(office, caller, deed)


def _part(code: str, settings: Mapping[str, Any]) -> Part:
    """Raises WrongFields where the settings name another code."""
    if "code" in settings:
        raise WrongFields({"settings.code": str(gettext("Isian ini tidak dikenal."))})
    return Part("services", {**settings, "code": code})


def _subject(code: str) -> str:
    return f"service:{code}"


def _service(session: Session, office: Office, service: Service) -> ServiceManaged:
    return ServiceManaged(
        version=since.version(session, office, [_subject(service.code)]),
        code=service.code,
        prefix=service.prefix,
        settings={name: export.native(name, getattr(service, name)) for name in ServiceSettings.model_fields},
        documents=[Document(id=one["id"], en=one.get("en", one["id"])) for one in service.documents],
        merged_into=next((one.code for one in office.services if one.id == service.merged_into_id), None),
        reported_together=service.reported_together,
    )
