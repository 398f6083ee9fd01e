"""Settings that are asked with every number and every call and rarely change, remembered by each process.

A use case that gives or calls numbers, or a page that only reads, begins by asking for the office's stamp
(``SettingsStamp``), which the database itself changes with every setting. While it is the same, what was read under it
is still so, and need not be read again. A use case that changes settings doesn't ask, and so sees what it has just
written.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Pool, Select, bindparam, exists, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import instance_dict, set_committed_value

from queue_app import session_rows
from queue_app.database import Base
from queue_app.models import Counter, Office, Service, SettingsStamp, Standby, Ticket, User
from queue_app.prepared import Prepared

Value = TypeVar("Value")
Named = TypeVar("Named", bound=Base)

_OFFICES_KEPT = 1_000
_VALUES_KEPT = 500
"""Of one office: its services and counters, and a calendar for each day that is asked for."""
_IN_USE = "kept settings"
_NOTHING = object()
_NAMED: tuple[tuple[str, type[Base]], ...] = (("office", Office), ("service", Service), ("counter", Counter))


@dataclass(slots=True)
class _Kept:
    """What was read while an office had this stamp. Of rows their columns."""

    stamp: int
    values: dict[Hashable, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _InUse:
    """What a session goes by. ``is_awaited``: whether somebody stood in a waiting list of the office when it began."""

    kept: _Kept
    version: int
    is_awaited: bool


_kept: WeakKeyDictionary[Pool, dict[int, _Kept]] = WeakKeyDictionary()


def _stamp_where(which: ColumnElement[bool]) -> Select[int, int, int, bool]:
    is_awaited = exists().where(Standby.office_id == Office.id, Standby.outcome.is_(None)).label("is_awaited")
    stamps = select(Office.id, Office.version, SettingsStamp.stamp, is_awaited)
    return stamps.join(SettingsStamp, SettingsStamp.office_id == Office.id).where(which)


_OF_SLUG = Prepared(_stamp_where(Office.slug == bindparam("of_office")))
_OF_ID = Prepared(_stamp_where(Office.id == bindparam("of_office")))


def use(session: Session, office_id: int) -> None:
    """From now on the session is answered from what is remembered of the office. Not where settings are changed."""
    if _in_use(session, office_id) is None:
        _begin(session, _OF_ID, office_id)


def offered(session: Session, slug: str, code: str) -> Service | None:
    """An offered service with its office, None where there is none; the session then goes by what is remembered of the
    office, as by ``use``."""
    office_id = _begin(session, _OF_SLUG, slug)
    if office_id is None:
        return None
    services = remembered(session, office_id, "offered", lambda: _offered(session, office_id))
    service = find(session, Service, office_id, services[code]) if code in services else None
    if service is not None:
        set_committed_value(service, "office", find(session, Office, office_id, office_id))
    return service


def _offered(session: Session, office_id: int) -> dict[str, int]:
    """The ids of the offered services by code."""
    asked = select(Service.code, Service.id).where(Service.office_id == office_id, Service.active)
    return dict(session.execute(asked).all())


def office(session: Session, which: str | int) -> Office | None:
    """An office by its slug or id, with all its services; None where there is none. The session then goes by what is
    remembered of it, as by ``use``."""
    office_id = _begin(session, _OF_SLUG if isinstance(which, str) else _OF_ID, which)
    found = None if office_id is None else find(session, Office, office_id, office_id)
    if found is not None:
        for service in services(session, found):
            set_committed_value(service, "office", found)
    return found


def find(session: Session, kind: type[Named], office_id: int, row_id: int) -> Named | None:
    """A row of the office's settings: itself, a service or a counter. Perhaps one of another office."""
    in_use = _in_use(session, office_id)
    if in_use is None:
        return session.get(kind, row_id)
    columns: dict[str, Any] | None = in_use.kept.values.get((kind, row_id))
    if columns is None:
        table = kind.__table__
        row = session.connection().execute(select(table).where(table.c.id == row_id)).one_or_none()
        if row is None:
            return None
        columns = dict(row._mapping)
        _put(in_use.kept, (kind, row_id), columns)
    own = session_rows.loaded(session, kind, columns)
    if isinstance(own, Office):
        set_committed_value(own, "version", in_use.version)
    return own


def services(session: Session, office: Office) -> list[Service]:
    """All services of the office by their codes, also those that are not offered."""
    ids = remembered(session, office.id, "services", lambda: _services(session, office.id))
    found = [service for own in ids if (service := find(session, Service, office.id, own)) is not None]
    set_committed_value(office, "services", found)
    return found


def _services(session: Session, office_id: int) -> list[int]:
    asked = select(Service.id).where(Service.office_id == office_id).order_by(Service.code)
    return list(session.scalars(asked))


def name(session: Session, row: Ticket | User) -> None:
    """Load what a row of the office names of its settings, as far as it isn't loaded."""
    loaded = instance_dict(row)
    for what, kind in _NAMED:
        named_id = loaded.get(f"{what}_id")
        if named_id is not None and what not in loaded:
            set_committed_value(row, what, find(session, kind, loaded["office_id"], named_id))


def remembered(session: Session, office_id: int, what: Hashable, read: Callable[[], Value]) -> Value:
    """What ``read`` says, perhaps as it said it before under the same stamp. The value must be free of the session, and
    is shared: nobody changes it."""
    in_use = _in_use(session, office_id)
    if in_use is None:
        return read()
    found = in_use.kept.values.get(what, _NOTHING)
    if found is _NOTHING:  # held here: somebody else may make room meanwhile
        found = read()
        _put(in_use.kept, what, found)
    value: Value = found
    return value


def stamp(session: Session, office_id: int) -> int | None:
    """That of the office's settings that the session goes by; None without one."""
    in_use = _in_use(session, office_id)
    return in_use.kept.stamp if in_use is not None else None


def may_be_awaited(session: Session, office_id: int) -> bool:
    """Whether there may be anybody in a waiting list of the office."""
    in_use = _in_use(session, office_id)
    return in_use is None or in_use.is_awaited


def carry_on(session: Session, before: Session) -> None:
    """Let a session go by what another used."""
    session.info[_IN_USE] = before.info.get(_IN_USE, {})


def _in_use(session: Session, office_id: int) -> _InUse | None:
    found: dict[int, _InUse] = session.info.get(_IN_USE, {})
    return found.get(office_id)


def _begin(session: Session, asked: Prepared, office: int | str) -> int | None:
    """The id of the office, None where there is none."""
    row = asked.one_or_none(session, {"of_office": office})
    if row is None:
        return None
    of_database = _kept.setdefault(session.get_bind().engine.pool, {})
    kept = of_database.get(row.id)
    if kept is None or kept.stamp != row.stamp:
        if len(of_database) >= _OFFICES_KEPT:
            of_database.clear()
        kept = of_database[row.id] = _Kept(row.stamp)
    session.info.setdefault(_IN_USE, {})[row.id] = _InUse(kept, row.version, row.is_awaited)
    office_id: int = row.id
    return office_id


def _put(kept: _Kept, what: Hashable, value: object) -> None:
    if len(kept.values) >= _VALUES_KEPT:
        kept.values.clear()
    kept.values[what] = value
