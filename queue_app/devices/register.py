"""An office's displays: made, named, given their counters and services, shown anew, found in the room, taken away.

Everything here goes into the log, so that it is known who did it, and the screens hear of it at once.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from queue_app import writer
from queue_app.audit import changes
from queue_app.errors import N_, Invalid, NotFound
from queue_app.lifecycle import OfficeAction
from queue_app.models import (
    DEVICE_NAME_LENGTH,
    Counter,
    Device,
    DevicePairing,
    Hand,
    Service,
    User,
    office_of,
    person_of,
)
from queue_app.writer import Entry

IDENTIFY_FOR = timedelta(seconds=20)
MOST = 50
"""Displays of one office: more are a mistake."""


def of_office(session: Session, office_id: int) -> Sequence[Device]:
    """All displays by name."""
    return session.scalars(select(Device).where(Device.office_id == office_id).order_by(Device.name)).all()


def find(session: Session, office_id: int, device_id: int) -> Device:
    """The display, kept from being changed by anybody else until the transaction ends.

    Raises NotFound ``unknown_display``, for one of another office as well.
    """
    return _of_office(session.get(Device, device_id, with_for_update=True, populate_existing=True), office_id)


def look_at(session: Session, office_id: int, device_id: int) -> Device:
    """The same, only to be shown. Raises as ``find``."""
    return _of_office(session.get(Device, device_id), office_id)


def _of_office(found: Device | None, office_id: int) -> Device:
    if found is None or found.office_id != office_id:
        raise NotFound("unknown_display", N_("Layar itu tidak ada di kantor Anda."))
    return found


def create(session: Session, who: Hand, name: str, now: datetime) -> Device:
    """A display that shows everything and that no screen is paired with yet.

    Raises Invalid ``display_without_name``, ``display_name_too_long``, ``display_name_taken`` or ``too_many_displays``.
    """
    if len(of_office(session, office_of(who).id)) >= MOST:
        raise Invalid("too_many_displays", N_("Kantor ini sudah punya %(most)s layar."), most=MOST)
    device = Device(office_id=office_of(who).id, name=_checked_name(name))
    _save(session, device)
    _record(session, who, device, OfficeAction.DISPLAY_CHANGE, now, did="create")
    changes.record(session, office_of(who), person_of(who), _subject(device), {}, _values(device), now)
    return device


def change(
    session: Session,
    who: Hand,
    device_id: int,
    now: datetime,
    *,
    name: str,
    counters: Collection[int],
    services: Collection[str],
    speaks: bool,
) -> Device:
    """Name it and say what it shows: the calls of these counters, and the lines of these services; none chosen: all.

    Raises NotFound ``unknown_display``; Invalid as ``create`` does, or ``bad_choice``.
    """
    device = find(session, office_of(who).id, device_id)
    before = _values(device)
    in_use = select(Counter.number).where(Counter.office_id == office_of(who).id, Counter.active)
    device.counters = _known(session, in_use, counters)
    device.services = _known(session, select(Service.code).where(Service.office_id == office_of(who).id), services)
    device.name, device.speaks = _checked_name(name), speaks
    _save(session, device)
    facts = {"counters": device.counters, "services": device.services, "speaks": speaks}
    _record(session, who, device, OfficeAction.DISPLAY_CHANGE, now, did="change", **facts)
    changes.record(session, office_of(who), person_of(who), _subject(device), before, _values(device), now)
    return device


def set_speaks(session: Session, who: Hand, device: Device, now: datetime, *, speaks: bool) -> None:
    """Whether it says calls; all else of it stays."""
    name, counters, services = device.name, device.counters, device.services
    change(session, who, device.id, now, name=name, counters=counters, services=services, speaks=speaks)


def reload(session: Session, who: User, device_id: int, now: datetime) -> Device:
    """Have its screen fetch the page anew."""
    device = find(session, who.office_id, device_id)
    session.execute(update(Device).where(Device.id == device.id).values(reloads=Device.reloads + 1))
    _record(session, who, device, OfficeAction.DISPLAY_CHANGE, now, did="reload")
    return device


def identify(session: Session, who: User, device_id: int, now: datetime) -> Device:
    """Have its screen show its name large for ``IDENTIFY_FOR``."""
    device = find(session, who.office_id, device_id)
    device.identify_until = now + IDENTIFY_FOR
    _record(session, who, device, OfficeAction.DISPLAY_CHANGE, now, did="identify")
    return device


def revoke(session: Session, who: User, device_id: int, now: datetime) -> Device:
    """Its screen is none of the office any more, and says so; the display waits for another. Twice is harmless."""
    device = find(session, who.office_id, device_id)
    revoked = session.scalar(
        update(Device)
        .where(Device.id == device.id, Device.token_digest.is_not(None))
        .values(token_digest=None)
        .returning(Device.id)
        .execution_options(synchronize_session=False)
    )
    if revoked is not None:
        session.refresh(device)
        _record(session, who, device, OfficeAction.DISPLAY_REVOKE, now)
    return device


def revoke_all(session: Session, who: User, now: datetime) -> None:
    """Likewise every display of the office."""
    for device in of_office(session, who.office_id):
        revoke(session, who, device.id, now)


def remove(session: Session, who: Hand, device_id: int, now: datetime) -> str:
    """Take a display away for good; its name. Its screen says that it was taken out of use."""
    device = find(session, office_of(who).id, device_id)
    name = device.name
    _record(session, who, device, OfficeAction.DISPLAY_CHANGE, now, did="remove")
    session.execute(delete(DevicePairing).where(DevicePairing.device_id == device.id))
    session.delete(device)
    changes.record(session, office_of(who), person_of(who), _subject(device), _values(device), {}, now)
    return name


def paired_by(session: Session, device: Device, who: User, now: datetime) -> None:
    """Write to the log that a screen was paired; ``pairing`` did it."""
    _record(session, who, device, OfficeAction.DISPLAY_PAIR, now)


def _record(session: Session, who: Hand, device: Device, action: OfficeAction, now: datetime, **facts: Any) -> None:
    entry = Entry(now, person_of(who), data={"display": device.id, "name": device.name, **facts})
    writer.record_office(session, device.office_id, action, entry)


def _subject(device: Device) -> str:
    return f"display:{device.id}"


def _values(device: Device) -> dict[str, Any]:
    return {name: getattr(device, name) for name in ("name", "counters", "services", "speaks")}


def _save(session: Session, device: Device) -> None:
    try:
        with session.begin_nested():
            session.add(device)
            session.flush()
    except IntegrityError as error:
        raise Invalid("display_name_taken", N_("Sudah ada layar dengan nama itu.")) from error


def _checked_name(name: str) -> str:
    tidy = " ".join(name.split())
    if not tidy:
        raise Invalid("display_without_name", N_("Beri layar ini nama, misalnya “Ruang tunggu lantai 1”."))
    if len(tidy) > DEVICE_NAME_LENGTH:
        raise Invalid(
            "display_name_too_long", N_("Nama layar paling banyak %(length)s huruf."), length=DEVICE_NAME_LENGTH
        )
    return tidy


def _known(session: Session, there_are: Any, chosen: Collection[Any]) -> list[Any]:
    """What was chosen, in order, if all of it is there. Raises Invalid ``bad_choice``."""
    known = set(session.scalars(there_are))
    if not set(chosen) <= known:
        raise Invalid("bad_choice", N_("Pilihan itu sudah tidak ada. Muat ulang halaman, lalu pilih lagi."))
    return sorted(set(chosen))
