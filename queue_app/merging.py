"""Merge a service into another one, and take that back: WRITE.

The merged service is no longer offered. Whoever has a number of it keeps the number and is served as before: counters
go on calling for it. By choice its past visits are reported under the other service from now on (``reported``); the log
stays as it is, so taking the merge back leaves no trace in any figure.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from queue_app.audit import changes
from queue_app.errors import N_, Invalid
from queue_app.models import Office, Service, User


def merge(
    session: Session,
    office: Office,
    service: Service,
    into: Service,
    now: datetime,
    actor: User | None = None,
    *,
    together: bool = True,
) -> None:
    """Make ``service`` part of ``into``, both of the office. ``together``: its past visits are reported under ``into``.

    Raises Invalid ``already_merged``, ``merge_into_itself`` or ``merge_into_retired``.
    """
    if service.merged_into_id is not None:
        raise Invalid("already_merged", N_("Layanan %(service)s sudah digabung ke layanan lain."), service=service.code)
    if service.id == into.id:
        raise Invalid("merge_into_itself", N_("Pilih layanan lain sebagai tujuan penggabungan."))
    if not into.active or into.merged_into_id is not None:
        raise Invalid(
            "merge_into_retired",
            N_("Layanan %(service)s tidak dibuka, jadi tidak dapat menjadi tujuan penggabungan."),
            service=into.code,
        )
    before = _values(session, service)
    service.merged_into_id, service.merged_at, service.reported_together = into.id, now, together
    service.was_active, service.active = service.active, False
    session.flush()
    changes.record(session, office, actor, f"service:{service.code}", before, _values(session, service), now)


def undo(session: Session, office: Office, service: Service, now: datetime, actor: User | None = None) -> None:
    """The service is one of its own again, and offered if it was. Raises Invalid ``not_merged``."""
    if service.merged_into_id is None:
        raise Invalid("not_merged", N_("Layanan %(service)s tidak sedang digabung."), service=service.code)
    before = _values(session, service)
    service.merged_into_id, service.merged_at, service.reported_together = None, None, False
    service.active = service.active or service.was_active
    session.flush()
    changes.record(session, office, actor, f"service:{service.code}", before, _values(session, service), now)


def _values(session: Session, service: Service) -> dict[str, str]:
    into = session.get(Service, service.merged_into_id) if service.merged_into_id is not None else None
    return {
        "active": str(service.active).lower(),
        "merged_into": into.code if into else "",
        "reported_together": str(service.reported_together).lower(),
    }
