"""What the office's thresholds notice: raised once when one is crossed, over once it is well back below.

The server looks twice a minute, in each of its processes; the row of an open alert is unique, so one of them raises it,
writes it to the log and tells the office's address, and a restart repeats nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session, selectinload

from queue_app import oversight, risk, session_rows, storage_faults, writer
from queue_app.complaints import reads
from queue_app.database import Database, insert_or_ignore
from queue_app.devices import seen
from queue_app.errors import N_, NotFound
from queue_app.lifecycle import OfficeAction, ShiftState, TicketState
from queue_app.messages import outbox
from queue_app.models import Alert, AlertKind, Office, Service, User
from queue_app.oversight import CounterLine, Oversight, ServiceLine
from queue_app.prepared import Prepared
from queue_app.printing import printers
from queue_app.webhooks import subscribing
from queue_app.writer import Entry

CALM = 0.8
"""An alert is over when its figure is below this share of its threshold: not when it wavers about it."""

OF_COUNTERS = frozenset({AlertKind.LONG_PAUSE, AlertKind.LONG_SERVICE})
FOR_SUPERVISORS = OF_COUNTERS | {AlertKind.COMPLAINT_OVERDUE, AlertKind.WEBHOOK_FAILING}
"""What the officers at the counters are not told of: others' counters, who complained, other systems."""

_OF_OTHERS = frozenset(
    {
        AlertKind.DISPLAY_SILENT,
        AlertKind.PRINTER_TROUBLE,
        AlertKind.COMPLAINT_OVERDUE,
        AlertKind.STORAGE_LOW,
        AlertKind.WEBHOOK_FAILING,
    }
)
OF_SERVICES = frozenset(AlertKind) - OF_COUNTERS - _OF_OTHERS

PRINTER_MINUTES = 1
"""Paper that is changed at once is nobody's alarm."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure and its threshold. ``facts`` are for the words."""

    kind: AlertKind
    subject_id: int
    value: float
    threshold: float
    facts: dict[str, Any]


def watch(database: Database, now: datetime) -> int:
    """Look at every office; how many alerts were raised."""
    with database.read() as session:
        ids = session.scalars(select(Office.id)).all()
    return sum(_watch(database, office_id, now) for office_id in ids)


def _watch(database: Database, office_id: int, now: datetime) -> int:
    with database.read() as session:
        office = _office(session, office_id)
        figures = (
            *_measure(oversight.now_at(session, office, now)),
            *_of_displays(session, office, now),
            *_of_printers(session, office, now),
            *_of_complaints(session, office, now),
            *_of_storage(database, office),
            *_of_webhooks(session, office),
        )
        measured = {(each.kind, each.subject_id): each for each in figures}
        before = {(alert.kind, alert.subject_id): alert.id for alert in still_open(session, office_id)}
    crossed = [each for key, each in measured.items() if key not in before and each.value >= each.threshold]
    over = [
        alert_id
        for key, alert_id in before.items()
        if key not in measured or measured[key].value < measured[key].threshold * CALM
    ]
    if not crossed and not over:
        return 0
    with database.write() as session:
        office = _office(session, office_id)
        for alert_id in over:
            _clear(session, alert_id, now)
        return sum(_raise(session, office, each, now) for each in crossed)


_OPEN = Prepared(
    select(Alert.__table__)
    .where(Alert.office_id == bindparam("of_office"), Alert.cleared_at.is_(None))
    .order_by(Alert.id.desc()),
    flushes=True,
)


def still_open(session: Session, office_id: int) -> Sequence[Alert]:
    """The alerts that are not over, the newest first."""
    return [session_rows.loaded(session, Alert, row._asdict()) for row in _OPEN.all(session, {"of_office": office_id})]


def acknowledge(session: Session, who: User, alert_id: int, now: datetime) -> Alert:
    """A supervisor has seen it: it is shown quietly from now on. Doing it twice is harmless.

    Raises NotFound ``unknown_alert``.
    """
    alert = session.get(Alert, alert_id)
    if alert is None or alert.office_id != who.office_id:
        raise NotFound("unknown_alert", N_("Peringatan itu tidak ada di kantor Anda."))
    seen = session.scalar(
        update(Alert)
        .where(Alert.id == alert.id, Alert.acknowledged_at.is_(None))
        .values(acknowledged_at=now, acknowledged_by_id=who.id)
        .returning(Alert.id)
        .execution_options(synchronize_session=False)
    )
    if seen is not None:
        _record(session, alert, OfficeAction.ALERT_ACKNOWLEDGE, Entry(now, who, data=_data(alert.kind, alert.facts)))
        session.refresh(alert)
    return alert


def _office(session: Session, office_id: int) -> Office:
    return session.get_one(Office, office_id, options=[selectinload(Office.services)])


def _raise(session: Session, office: Office, each: Measured, now: datetime) -> bool:
    """Whether this process was the one to raise it."""
    is_new = insert_or_ignore(
        session,
        Alert,
        office_id=office.id,
        kind=each.kind,
        subject_id=each.subject_id,
        facts=each.facts,
        raised_at=now,
    )
    if is_new:
        alert = session.scalars(
            select(Alert).where(
                Alert.office_id == office.id,
                Alert.kind == each.kind,
                Alert.subject_id == each.subject_id,
                Alert.cleared_at.is_(None),
            )
        ).one()
        data = _data(each.kind, each.facts)
        if office.alert_address_sealed is not None:
            outbox.tell_office(session, office.id, f"alert {alert.id}", data, now)
        _record(session, alert, OfficeAction.ALERT_RAISE, Entry(now, data=data))
    return is_new


def _clear(session: Session, alert_id: int, now: datetime) -> None:
    cleared = session.scalar(
        update(Alert)
        .where(Alert.id == alert_id, Alert.cleared_at.is_(None))
        .values(cleared_at=now)
        .returning(Alert.id)
        .execution_options(synchronize_session=False)
    )
    if cleared is not None:
        alert = session.get_one(Alert, alert_id, populate_existing=True)
        _record(session, alert, OfficeAction.ALERT_CLEAR, Entry(now, data=_data(alert.kind, alert.facts)))


def _record(session: Session, alert: Alert, action: OfficeAction, entry: Entry) -> None:
    service_id = alert.subject_id if alert.kind in OF_SERVICES else None
    writer.record_office(session, alert.office_id, action, entry, service_id)


def _data(kind: AlertKind, facts: dict[str, Any]) -> dict[str, Any]:
    return {"kind": kind.value, **facts}


def _measure(view: Oversight) -> Iterator[Measured]:
    """Every figure that has a threshold."""
    for line in view.services:
        for each in _of_service(line):
            if each.threshold:
                yield each
    for counter in view.counters:
        for each in _of_counter(counter):
            if each.threshold:
                yield each


def _of_service(line: ServiceLine) -> Iterator[Measured]:
    service, office = line.service, line.service.office
    longest = (line.longest_s or 0) / 60
    facts = {"service_id": service.name_id, "service_en": service.name_en}

    def measured(kind: AlertKind, value: float, threshold: float, **more: int) -> Measured:
        return Measured(kind, service.id, value, threshold, facts | more)

    yield measured(AlertKind.QUEUE_LENGTH, line.waiting, office.alert_queue_length, count=line.waiting)
    yield measured(AlertKind.LONGEST_WAIT, longest, office.alert_longest_wait_minutes, minutes=int(longest))
    yield measured(
        AlertKind.AT_RISK,
        line.risk.likely,
        office.alert_at_risk,
        count=line.risk.likely,
        target=risk.target_minutes(service),
    )
    unattended = longest if line.waiting and not line.counters_open and not _is_meant(line) else 0.0
    yield measured(AlertKind.NO_COUNTER, unattended, office.alert_no_counter_minutes, count=line.waiting)


def _is_meant(line: ServiceLine) -> bool:
    return line.paused is not None


def _of_counter(line: CounterLine) -> Iterator[Measured]:
    office, number = line.counter.office, line.counter.number
    if line.shift is not None and line.shift.state is ShiftState.PAUSED and line.paused_s is not None:
        minutes = line.paused_s / 60
        pause: dict[str, Any] = {"counter": number, "minutes": int(minutes)}
        yield Measured(AlertKind.LONG_PAUSE, line.counter.id, minutes, office.alert_pause_minutes, pause)
    ticket = line.ticket
    if ticket is not None and ticket.state is TicketState.SERVING and line.standard_s and line.seconds is not None:
        facts: dict[str, Any] = {"counter": number, "label": ticket.label, "minutes": int(line.seconds / 60)}
        times = line.seconds / line.standard_s
        yield Measured(AlertKind.LONG_SERVICE, line.counter.id, times, office.alert_serving_factor, facts)


def _of_displays(session: Session, office: Office, now: datetime) -> Iterator[Measured]:
    threshold = office.alert_display_minutes
    for device, silent_for in seen.silences(session, office, now) if threshold else ():
        minutes = silent_for.total_seconds() / 60
        facts: dict[str, Any] = {"display": device.name, "minutes": int(minutes)}
        yield Measured(AlertKind.DISPLAY_SILENT, device.id, minutes, threshold, facts)


def _of_printers(session: Session, office: Office, now: datetime) -> Iterator[Measured]:
    """Each printer that does not print what it should, until it does again."""
    for printer in printers.in_trouble(session, office, now, PRINTER_MINUTES):
        yield Measured(AlertKind.PRINTER_TROUBLE, printer.id, 1, 1, {"printer": printer.name})


def _of_complaints(session: Session, office: Office, now: datetime) -> Iterator[Measured]:
    """Each complaint whose deadline is over, until it is decided."""
    for complaint in reads.overdue(session, office, now):
        yield Measured(AlertKind.COMPLAINT_OVERDUE, complaint.id, 1, 1, {"number": complaint.label})


def _of_webhooks(session: Session, office: Office) -> Iterator[Measured]:
    """Each webhook for which an event was given up, until one is taken again."""
    for webhook in subscribing.in_trouble(session, office):
        yield Measured(AlertKind.WEBHOOK_FAILING, webhook.id, 1, 1, {"webhook": webhook.name})


def _of_storage(database: Database, office: Office) -> Iterator[Measured]:
    """The disk of a SQLite file, while it has little room left. Another database's disk cannot be seen from here."""
    folder = storage_faults.folder_of(database.url)
    if folder is None:
        return
    try:
        free = storage_faults.free_bytes(folder)
    except OSError:  # /readyz names a folder that cannot be read
        return
    low = storage_faults.LOW_BYTES / max(free, 1)
    yield Measured(AlertKind.STORAGE_LOW, office.id, low, 1, {"free_mb": free >> 20})


def of_service(service: Service, alerts: Sequence[Alert]) -> list[Alert]:
    """Those that are of a service."""
    return [alert for alert in alerts if alert.kind in OF_SERVICES and alert.subject_id == service.id]
