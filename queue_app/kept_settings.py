"""Settings that are asked with every number and rarely change, remembered by each process.

A use case that gives or calls numbers begins by asking for the office's stamp (``settings_stamp``), which the database
itself changes with every setting. While it is the same, what was read under it is still so, and need not be read
again. A use case that changes settings doesn't ask, and so sees what it has just written.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Pool, bindparam, select
from sqlalchemy.orm import Session, contains_eager
from sqlalchemy.orm.attributes import set_committed_value

from queue_app.models import Office, Service, SettingsStamp

T = TypeVar("T")

_OFFICES_KEPT = 1_000
_VALUES_KEPT = 500
"""Of one office: a service each, and a calendar for each day that is asked for."""
_IN_USE = "kept settings"


@dataclass(slots=True)
class _Kept:
    """What was read while the office had this stamp."""

    stamp: int
    values: dict[Hashable, Any] = field(default_factory=dict)


_kept: WeakKeyDictionary[Pool, dict[int, _Kept]] = WeakKeyDictionary()

# Composed once: these are asked with every number.
_STAMP = (
    select(Office.id, Office.version, SettingsStamp.stamp)
    .join(SettingsStamp, SettingsStamp.office_id == Office.id)
    .where(Office.slug == bindparam("of_slug"))
)
_OFFERED = (
    select(Service)
    .join(Service.office)
    .where(Office.id == bindparam("of_office"), Service.code == bindparam("of_code"), Service.active)
    .options(contains_eager(Service.office))
)


def offered(session: Session, slug: str, code: str) -> Service | None:
    """An offered service with its office, None where there is none; from now on the session is answered from what is
    remembered of that office. Not for a use case that changes settings."""
    office = session.connection().execute(_STAMP, {"of_slug": slug}).one_or_none()
    if office is None:
        return None
    kept = _begin(session, office.id, office.stamp)
    remembered: Service | None = kept.values.get(("service", code))
    if remembered is None:
        found = session.scalar(_OFFERED, {"of_office": office.id, "of_code": code})
        if found is not None:
            _put(kept, ("service", code), _apart(found))
        return found
    service = session.merge(remembered, load=False)
    set_committed_value(service.office, "version", office.version)
    return service


def carry_on(session: Session, before: Session) -> None:
    """Let a session go by what another used."""
    session.info[_IN_USE] = before.info.get(_IN_USE, {})


def remembered(session: Session, office_id: int, what: Hashable, read: Callable[[], T]) -> T:
    """What ``read`` says, perhaps as it said it before under the same stamp. The value must be free of the session, and
    is shared: nobody changes it."""
    in_use: dict[int, _Kept] = session.info.get(_IN_USE, {})
    kept = in_use.get(office_id)
    if kept is None:
        return read()
    if what not in kept.values:
        _put(kept, what, read())
    value: T = kept.values[what]
    return value


def _begin(session: Session, office_id: int, stamp: int) -> _Kept:
    of_database = _kept.setdefault(session.get_bind().engine.pool, {})
    kept = of_database.get(office_id)
    if kept is None or kept.stamp != stamp:
        if len(of_database) >= _OFFICES_KEPT:
            of_database.clear()
        kept = of_database[office_id] = _Kept(stamp)
    session.info.setdefault(_IN_USE, {})[office_id] = kept
    return kept


def _put(kept: _Kept, what: Hashable, value: object) -> None:
    if len(kept.values) >= _VALUES_KEPT:
        kept.values.clear()
    kept.values[what] = value


def _apart(service: Service) -> Service:
    """A copy that belongs to no session."""
    with Session() as nowhere:
        copy = nowhere.merge(service, load=False)
        nowhere.expunge_all()
    return copy
