"""When a display's screen was last heard, and what it said of itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from queue_app import opening
from queue_app.models import Device, Office

ONLINE_FOR = timedelta(seconds=60)
"""A screen speaks up every 15 seconds, and that is written every 30."""

_PAGE = re.compile(r"[0-9a-f]{8,20}", re.ASCII)
_RESOLUTION = re.compile(r"[0-9]{2,5}×[0-9]{2,5}", re.ASCII)


class DeviceState(StrEnum):
    """How a display is now. REVOKED: a screen was paired, and is no more."""

    NEVER_PAIRED = "never_paired"
    REVOKED = "revoked"
    ONLINE = "online"
    SILENT = "silent"


def state(device: Device, now: datetime) -> DeviceState:
    if device.token_digest is None:
        return DeviceState.NEVER_PAIRED if device.paired_at is None else DeviceState.REVOKED
    is_heard = device.seen_at is not None and now - device.seen_at <= ONLINE_FOR
    return DeviceState.ONLINE if is_heard else DeviceState.SILENT


@dataclass(frozen=True, slots=True)
class Report:
    """What a screen says of itself: the version of its page and its size (``1920×1080``); None for nonsense."""

    page: str | None = None
    resolution: str | None = None


def read(message: Any) -> Report:
    """A screen's report as it came in; whatever it is, it is no fault."""
    page, resolution = (message.get(name) for name in ("page", "resolution")) if isinstance(message, dict) else (0, 0)
    return Report(
        page if isinstance(page, str) and _PAGE.fullmatch(page) else None,
        resolution if isinstance(resolution, str) and _RESOLUTION.fullmatch(resolution) else None,
    )


def note(session: Session, token_digest: str, report: Report, now: datetime) -> None:
    """Keep that the paired screen was heard. It is no event: nothing that is shown to citizens has changed."""
    session.execute(
        update(Device)
        .where(
            Device.token_digest == token_digest,
            or_(Device.seen_at.is_(None), Device.seen_at <= now),
        )
        .values(seen_at=now, page=report.page, resolution=report.resolution)
        .execution_options(synchronize_session=False)
    )


def silences(session: Session, office: Office, now: datetime) -> Iterator[tuple[Device, timedelta]]:
    """Each paired display, and for how long it has been silent within the present opening hours; none while closed."""
    day = opening.local_day(office, now)
    calendar = opening.calendar(session, office, day, day)
    begun = [
        opened
        for opens, closes in calendar.office_intervals(day)
        if (opened := opening.local_instant(office, day, opens)) <= now < opening.local_instant(office, day, closes)
    ]
    if not begun:
        return
    paired = select(Device).where(Device.office_id == office.id, Device.token_digest.is_not(None))
    for device in session.scalars(paired):
        heard = [at for at in (device.paired_at, device.seen_at) if at is not None]
        yield device, now - max(*begun, *heard)
