"""What counters take and officers can do: services in order of preference, pools of counters, skills."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session, joinedload

from queue_app import keeping
from queue_app.audit import changes
from queue_app.errors import N_, Invalid, NotFound, QueueError
from queue_app.lifecycle import STAFFED, ShiftState
from queue_app.models import Counter, Office, Pool, Role, Service, Shift, User, counter_service, officer_service
from queue_app.writer import Entry

ALL = "all"
NONE = "none"
LOWEST = 9
"""The largest preference, which is called last."""
HIGHEST = 999
"""The largest number of a counter."""

POOL_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", re.ASCII)


def set_counter(
    session: Session,
    office: Office,
    number: int,
    now: datetime,
    *,
    services: str | None = None,
    pool: str | None = None,
    actor: User | None = None,
) -> list[Counter]:
    """Set which services a counter takes and to which pool it belongs; the counters that were changed.

    ``services`` as ``A:1,B:2`` (without a number: 1), ``all`` for every service alike, ``none``. ``pool``: its code,
    ``none`` for no pool. The counters of a pool take the same: what is set for one is set for all, and who joins takes
    over. Tickets kept for somebody who can't take them any more are given free.

    Raises NotFound ``unknown_counter`` or ``unknown_service``, Invalid ``bad_setting``.
    """
    keeping.lock_seats(session, office.id)
    counter = find(session, office, number)
    before = _texts(session, counter)
    taken = None if services is None else _preferences(office, services)
    if pool is not None:
        counter.pool = None if pool == NONE else _pool(session, office, pool)
        session.flush()
    pooled = pool_counters(session, counter)
    changed = pooled if taken is not None else [counter]
    if taken is None and pool is not None:
        others = [other for other in pooled if other is not counter]
        taken = preferences(session, others[0]) if others else None
    if taken is not None:
        for each in changed:
            _take(session, each, taken)
    keeping.release_stranded(session, office.id, Entry(now, reason="counter_settings"))
    changes.record(session, office, actor, f"counter:{number}", before, _texts(session, counter), now)
    return changed


def add(session: Session, office: Office, number: int, now: datetime, actor: User | None = None) -> Counter:
    """A counter that takes every service, as its own or again one that was taken out of use.

    Raises Invalid ``bad_counter_number`` or ``counter_exists``.
    """
    if not 1 <= number <= HIGHEST:
        raise Invalid("bad_counter_number", N_("Nomor loket: 1 sampai %(highest)s."), highest=HIGHEST)
    counter = session.scalar(select(Counter).where(Counter.office_id == office.id, Counter.number == number))
    if counter is not None and counter.active:
        raise Invalid("counter_exists", N_("Loket %(number)s sudah ada."), number=number)
    if counter is None:
        counter = Counter(office_id=office.id, number=number)
        session.add(counter)
    counter.active = True
    session.flush()
    _take(session, counter, _preferences(office, ALL))
    session.expire(office, ["counters"])
    changes.record(session, office, actor, f"counter:{number}", {}, _texts(session, counter), now)
    return counter


def retire(session: Session, office: Office, number: int, now: datetime, actor: User | None = None) -> None:
    """Take a counter out of use: it takes nothing and is offered to nobody; its past stays.

    Tickets kept for it are given free. Raises NotFound ``unknown_counter``, QueueError ``counter_open``.
    """
    keeping.lock_seats(session, office.id)
    counter = find(session, office, number)
    if session.scalar(select(Shift.id).where(Shift.counter_id == counter.id, Shift.state != ShiftState.CLOSED)):
        raise QueueError("counter_open", N_("Loket %(number)s sedang dibuka. Tutup dahulu."), number=number)
    before = _texts(session, counter)
    _take(session, counter, {})
    counter.active, counter.pool = False, None
    session.flush()
    session.expire(office, ["counters"])
    keeping.release_stranded(session, office.id, Entry(now, actor, reason="counter_settings"))
    changes.record(session, office, actor, f"counter:{number}", before, {}, now)


def set_skills(
    session: Session, office: Office, username: str, codes: str, now: datetime, actor: User | None = None
) -> User:
    """Set what an officer can do: service codes with commas between, ``all`` for everything.

    Raises NotFound ``unknown_officer`` or ``unknown_service``, Invalid ``bad_setting``.
    """
    keeping.lock_seats(session, office.id)
    officer = session.scalar(
        select(User).where(User.office_id == office.id, User.username == username, User.role == Role.OFFICER)
    )
    if officer is None:
        raise NotFound("unknown_officer", N_("Petugas itu tidak ada di kantor ini."))
    before = skills_text(session, officer)
    wanted = [] if codes == ALL else _services(office, codes.split(","), codes)
    session.execute(delete(officer_service).where(officer_service.c.officer_id == officer.id))
    if wanted:
        rows = [{"officer_id": officer.id, "service_id": service.id} for service in wanted]
        session.execute(insert(officer_service), rows)
    keeping.release_stranded(session, office.id, Entry(now, reason="officer_skills"))
    after = skills_text(session, officer)
    changes.record(session, office, actor, f"officer:{username}", {"services": before}, {"services": after}, now)
    return officer


def preferences(session: Session, counter: Counter) -> dict[int, int]:
    """The services a counter takes, by id, with their preference."""
    rows = session.execute(
        select(counter_service.c.service_id, counter_service.c.preference).where(
            counter_service.c.counter_id == counter.id
        )
    )
    return dict(rows.all())


def services_text(session: Session, counter: Counter) -> str:
    """As ``set_counter`` takes it, the first preference first."""
    own = preferences(session, counter)
    ordered = sorted(counter.services, key=lambda service: (own[service.id], service.code))
    return ",".join(f"{service.code}:{own[service.id]}" for service in ordered) or NONE


def _texts(session: Session, counter: Counter) -> dict[str, str]:
    pool = counter.pool.code if counter.pool else NONE
    return {"services": services_text(session, counter), "pool": pool}


def skills_text(session: Session, officer: User) -> str:
    """As ``set_skills`` takes it."""
    codes = session.scalars(
        select(Service.code)
        .join(officer_service, officer_service.c.service_id == Service.id)
        .where(officer_service.c.officer_id == officer.id)
        .order_by(Service.code)
    )
    return ",".join(codes) or ALL


def _take(session: Session, counter: Counter, taken: Mapping[int, int]) -> None:
    session.execute(delete(counter_service).where(counter_service.c.counter_id == counter.id))
    rows = [{"counter_id": counter.id, "service_id": of, "preference": n} for of, n in taken.items()]
    if rows:
        session.execute(insert(counter_service), rows)
    session.expire(counter, ["services"])


def find(session: Session, office: Office, number: int) -> Counter:
    found = session.scalar(
        select(Counter).where(Counter.office_id == office.id, Counter.number == number, Counter.active)
    )
    if found is None:
        raise NotFound("unknown_counter", N_("Loket itu tidak ada di kantor ini."))
    return found


def retired(session: Session, office: Office) -> Sequence[int]:
    """The numbers of counters that were taken out of use."""
    out = select(Counter.number).where(Counter.office_id == office.id, ~Counter.active)
    return session.scalars(out.order_by(Counter.number)).all()


def pools(session: Session, office: Office) -> Sequence[str]:
    """The codes of the office's pools."""
    return session.scalars(select(Pool.code).where(Pool.office_id == office.id).order_by(Pool.code)).all()


def attended(session: Session, office: Office) -> dict[int, Shift]:
    """Who is at a counter now, by the counter's id."""
    live = select(Shift).where(Shift.office_id == office.id, Shift.state.in_(STAFFED))
    return {shift.counter_id: shift for shift in session.scalars(live.options(joinedload(Shift.officer)))}


def officers(session: Session, office: Office) -> Sequence[User]:
    """Whose skills are set: the office's officers, by name."""
    found = select(User).where(User.office_id == office.id, User.role == Role.OFFICER, User.active)
    return session.scalars(found.order_by(User.display_name)).all()


def _preferences(office: Office, text: str) -> dict[int, int]:
    if text == NONE:
        return {}
    if text == ALL:
        return {service.id: 1 for service in office.services if service.active}
    parts = [part.strip().partition(":") for part in text.split(",")]
    wanted = _services(office, [code for code, _, _ in parts], text)
    found: dict[int, int] = {}
    for service, (_, colon, preference) in zip(wanted, parts, strict=True):
        if colon and (len(preference) != 1 or preference not in "123456789"):
            raise _bad("services", text, f"a preference is a number from 1 to {LOWEST}")
        found[service.id] = int(preference) if colon else 1
    return found


def _services(office: Office, codes: Sequence[str], text: str) -> list[Service]:
    offered = {service.code: service for service in office.services if service.active}
    tidy = [code.strip() for code in codes]
    unknown = [code for code in tidy if code not in offered]
    if unknown:
        raise NotFound(
            "unknown_service",
            N_("Layanan %(service)s tidak ada di kantor ini. Yang ada: %(known)s."),
            service=unknown[0] or text,
            known=", ".join(offered),
        )
    if len(set(tidy)) < len(tidy):
        raise _bad("services", text, "a service is named twice")
    return [offered[code] for code in tidy]


def _pool(session: Session, office: Office, code: str) -> Pool:
    if not POOL_CODE.fullmatch(code):
        raise _bad("pool", code, "up to 40 letters, digits, - and _")
    found = session.scalar(select(Pool).where(Pool.office_id == office.id, Pool.code == code))
    if found is None:
        found = Pool(office_id=office.id, code=code)
        session.add(found)
        session.flush()
    return found


def pool_counters(session: Session, counter: Counter) -> list[Counter]:
    """The counters that take the same as this one, itself among them."""
    if counter.pool_id is None:
        return [counter]
    query = select(Counter).where(Counter.pool_id == counter.pool_id).order_by(Counter.number)
    return list(session.scalars(query))


def checked_pool(code: str) -> str:
    """The code of a pool as ``set_counter`` takes it, ``NONE`` for empty. Raises Invalid ``bad_pool``."""
    if code and (code == NONE or not POOL_CODE.fullmatch(code)):
        raise Invalid("bad_pool", N_("Kode kelompok: paling banyak 40 huruf, angka, - dan _, misalnya depan."))
    return code or NONE


def services_of(places: Mapping[str, int]) -> str:
    """Services by code with their place in the order (0: not taken), as ``set_counter`` takes them."""
    taken = sorted((place, code) for code, place in places.items() if 1 <= place <= LOWEST)
    return ",".join(f"{code}:{place}" for place, code in taken) or NONE


def _bad(name: str, value: str, why: str) -> Invalid:
    return Invalid("bad_setting", N_("%(name)s tidak bisa “%(value)s”: %(why)s."), name=name, value=value, why=why)
