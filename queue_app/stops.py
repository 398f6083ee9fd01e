"""What a supervisor has stopped for the day: services that nobody is called for, and numbers that nobody is given.

``levers`` sets it. A call and a pause take turns at the service's row, issuing and its stop at the day's row: so once
a lever has been pulled, nothing slips through that was asked for before.
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from queue_app import database, kept_settings
from queue_app.errors import N_, QueueError
from queue_app.models import Office, Service
from queue_app.prepared import Prepared

# Composed once: it is asked with every call.
_CALLED_FOR = (
    select(Service.id)
    .where(
        Service.id.in_(bindparam("services", expanding=True)),
        or_(Service.calls_paused_on.is_(None), Service.calls_paused_on != bindparam("of_day")),
    )
    .order_by(Service.id)
    .with_for_update(read=True)
)
_ISSUING_STOPPED = Prepared(
    select(Service.issuing_stopped_on, Office.issuing_stopped_on)
    .join_from(Service, Office, Office.id == Service.office_id)
    .where(Service.id == bindparam("of_service"))
)


def is_paused(service: Service, day: date) -> bool:
    """Whether nobody is called for the service on its local ``day``."""
    return service.calls_paused_on == day


def is_office_stopped(office: Office, day: date) -> bool:
    """Whether the whole office gives no more numbers for ``day``."""
    return office.issuing_stopped_on == day


def is_issuing_stopped(service: Service, day: date) -> bool:
    """Whether no more numbers of the service for ``day`` are given, as far as is loaded."""
    return service.issuing_stopped_on == day or is_office_stopped(service.office, day)


def called_for(session: Session, office_id: int, service_ids: Iterable[int], day: date) -> list[int]:
    """Those of an office's services that people are called for on ``day``; none of them can be paused until the commit.

    Where whoever writes is alone nothing has to be locked, and what is remembered of the services is enough.
    """
    if database.is_alone(session):
        paused = kept_settings.remembered(session, office_id, "paused", lambda: _paused(session, office_id))
        return [service_id for service_id in service_ids if paused.get(service_id) != day]
    return list(session.connection().scalars(_CALLED_FOR, {"services": list(service_ids), "of_day": day}))


def _paused(session: Session, office_id: int) -> dict[int, date]:
    """For which day each service that is paused, or was, is."""
    asked = select(Service.id, Service.calls_paused_on)
    rows = session.execute(asked.where(Service.office_id == office_id, Service.calls_paused_on.is_not(None)))
    return {service_id: day for service_id, day in rows if day is not None}


def require_called(session: Session, service: Service, day: date) -> None:
    """Raises QueueError ``service_paused`` when nobody is called for the service."""
    if not called_for(session, service.office_id, [service.id], day):
        raise QueueError(
            "service_paused",
            N_("Layanan %(service)s sedang dijeda. Pilih layanan lain, atau minta supervisor membukanya lagi."),
            409,
            service=service.code,
        )


def require_issued(session: Session, service: Service, day: date) -> None:
    """Raises QueueError ``issuing_stopped`` when no more numbers for ``day`` are given.

    Asked once the place is taken, and with it the day's row is locked: a stop came before, or waits.
    """
    of_service, of_office = _ISSUING_STOPPED.one(session, {"of_service": service.id})
    if day == of_office:
        raise QueueError(
            "issuing_stopped", N_("Kantor ini tidak memberi nomor baru lagi untuk %(day)s. Pilih hari lain."), day=day
        )
    if day == of_service:
        raise QueueError(
            "issuing_stopped",
            N_("Layanan ini tidak memberi nomor baru lagi untuk %(day)s. Pilih hari atau layanan lain."),
            day=day,
        )
