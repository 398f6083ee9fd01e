"""What a supervisor does to the running office: pause a service, stop new numbers, move people, end a shift, close the
day.

Each lever takes a reason, is one row of the log (moving people: one for each) with who and why, and is harmless when it
is pulled twice. What stops something does so for the local day only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from queue_app import (
    calling,
    counting,
    day_end,
    issuing,
    keeping,
    opening,
    queries,
    recipients,
    shifts,
    stops,
    tickets,
    writer,
)
from queue_app.counting import Taker
from queue_app.day_end import DayEnd
from queue_app.errors import N_, Invalid, QueueError, StaleTicket
from queue_app.lifecycle import STAFFED, Action, OfficeAction, ShiftState, TicketState
from queue_app.models import Channel, Event, Office, Service, Shift, Ticket, User
from queue_app.models.ticket import AT_ANY_COUNTER, IS_LIVE, is_at_counter
from queue_app.recipients import Keep, Recipient
from queue_app.writer import Entry


@dataclass(frozen=True, slots=True)
class Moved:
    """How many went to the other service; ``stayed`` are the labels of those who have a number there already."""

    count: int
    stayed: Sequence[str]


@dataclass(frozen=True, slots=True)
class DayNow:
    """What closing the day would end: counts of its live tickets and shifts. ``closed``: it was closed already."""

    waiting: int
    booked: int
    held: int
    at_counter: Sequence[str]
    shifts: int
    closed: Event | None

    @property
    def live(self) -> int:
        return self.waiting + self.booked + self.held + len(self.at_counter)


def pause_service(session: Session, who: User, code: str, reason: str | None, now: datetime) -> Service:
    """Nobody is called for the service for the rest of the day; numbers are still given, and nobody loses the place.

    Raises NotFound ``unknown_service``, Invalid ``reason_needed``.
    """
    entry = _entry(who, reason, now)
    service = queries.service(session, who.office_id, code)
    if _set(session, Service.calls_paused_on, service.id, _today(who, now)):
        writer.record_office(session, who.office_id, OfficeAction.SERVICE_PAUSE, entry, service.id)
    return service


def resume_service(session: Session, who: User, code: str, reason: str | None, now: datetime) -> Service:
    """People are called for the service again. Raises NotFound ``unknown_service``."""
    service = queries.service(session, who.office_id, code)
    if _unset(session, Service.calls_paused_on, service.id, _today(who, now)):
        entry = Entry(now, who, writer.short(reason))
        writer.record_office(session, who.office_id, OfficeAction.SERVICE_RESUME, entry, service.id)
    return service


def stop_issuing(session: Session, who: User, code: str | None, reason: str | None, now: datetime) -> None:
    """No more numbers for today, of a service or (``code`` None) of the whole office. Bookings stand; later days can
    still be booked.

    Raises NotFound ``unknown_service``, Invalid ``reason_needed``.
    """
    entry, today = _entry(who, reason, now), _today(who, now)
    service = queries.service(session, who.office_id, code) if code else None
    _lock_days(session, [service] if service else who.office.services, today)
    changed = (
        _set(session, Service.issuing_stopped_on, service.id, today)
        if service
        else _set(session, Office.issuing_stopped_on, who.office_id, today)
    )
    if changed:
        of_service = service.id if service else None
        writer.record_office(session, who.office_id, OfficeAction.ISSUING_STOP, entry, of_service)


def resume_issuing(session: Session, who: User, code: str | None, reason: str | None, now: datetime) -> None:
    """Numbers for today are given again. Raises NotFound ``unknown_service``."""
    today = _today(who, now)
    service = queries.service(session, who.office_id, code) if code else None
    changed = (
        _unset(session, Service.issuing_stopped_on, service.id, today)
        if service
        else _unset(session, Office.issuing_stopped_on, who.office_id, today)
    )
    if changed:
        entry, of_service = Entry(now, who, writer.short(reason)), service.id if service else None
        writer.record_office(session, who.office_id, OfficeAction.ISSUING_RESUME, entry, of_service)


def move(
    session: Session,
    who: User,
    public_id: str,
    code: str,
    reason: str | None,
    now: datetime,
    version: int | None = None,
    to: Recipient | None = None,
) -> Ticket:
    """Send somebody who waits on to another service: same label, and the wait already earned still counts. ``to``: only
    there is it offered.

    Raises NotFound ``unknown_ticket`` or ``unknown_service``, Invalid ``reason_needed``, QueueError ``not_today``,
    ``service_paused`` or ``holder_waits_there``, as ``recipients.find``, IllegalMove, StaleTicket.
    """
    entry, service = _entry(who, reason, now), queries.service(session, who.office_id, code)
    # Before the ticket is locked, as in calling.
    keep = recipients.NOBODY if to is None else recipients.find(session, who, to, service)
    ticket = calling.find(session, who, public_id)
    if ticket.day != _today(who, now):
        raise QueueError("not_today", N_("Tiket ini berlaku untuk %(day)s, bukan hari ini."), 409, day=ticket.day)
    if ticket.service_id == service.id and ticket.state is TicketState.WAITING and _is_kept(ticket, keep):
        return ticket
    if version is not None and version != ticket.version:
        raise StaleTicket(ticket.state)
    stops.require_called(session, service, ticket.day)
    return _moved(session, ticket, service, entry, keep)


def move_all(session: Session, who: User, code: str, to_code: str, reason: str | None, now: datetime) -> Moved:
    """Send everybody who waits for one service on to another. Whoever has a number there already stays.

    Raises NotFound ``unknown_service``, Invalid ``reason_needed`` or ``same_service``, QueueError ``service_paused``.
    """
    entry, today = _entry(who, reason, now), _today(who, now)
    service, target = (queries.service(session, who.office_id, each) for each in (code, to_code))
    if service.id == target.id:
        raise Invalid("same_service", N_("Pilih layanan tujuan yang lain."))
    waiting = session.scalars(
        select(Ticket)
        .where(Ticket.service_id == service.id, Ticket.day == today, Ticket.state == TicketState.WAITING)
        .order_by(Ticket.id)
        .with_for_update()
    ).all()
    stops.require_called(session, target, today)
    stayed = []
    for ticket in waiting:
        try:
            _moved(session, ticket, target, entry)
        except QueueError as refusal:
            if refusal.code != "holder_waits_there":
                raise
            stayed.append(ticket.label)
    return Moved(len(waiting) - len(stayed), stayed)


def end_shift(session: Session, who: User, counter_id: int, reason: str | None, now: datetime) -> Shift:
    """Close a counter that its officer left open. A called citizen goes back to the old place, one who is being served
    is held, so that another officer goes on.

    Raises NotFound ``unknown_counter``, Invalid ``reason_needed``, QueueError ``counter_closed``.
    """
    entry, counter = _entry(who, reason, now), shifts.find_counter(session, who, counter_id)
    shift = session.scalar(
        select(Shift).where(Shift.counter_id == counter.id, Shift.state != ShiftState.CLOSED).with_for_update()
    )
    if shift is None:
        raise QueueError("counter_closed", N_("Loket %(number)s sudah tutup."), 409, number=counter.number)
    ticket = session.scalar(select(Ticket).where(Ticket.counter_id == counter.id, AT_ANY_COUNTER).with_for_update())
    if ticket is not None and ticket.state is TicketState.CALLED:
        writer.move(session, ticket, Action.RETURN, entry, counter_id=None, officer_id=None)
    elif ticket is not None:
        writer.move(session, ticket, Action.HOLD, entry)
    return shifts.end(session, shift, entry)


def day_now(session: Session, office: Office, now: datetime) -> DayNow:
    """What closing the day at this moment would end."""
    today = opening.local_day(office, now)
    count: dict[TicketState, int] = dict(
        session.execute(
            select(Ticket.state, func.count())
            .where(Ticket.office_id == office.id, Ticket.day <= today, IS_LIVE)
            .group_by(Ticket.state)
        ).all()
    )
    at_counter = session.scalars(
        select(Ticket.label).where(is_at_counter(office.id), Ticket.day <= today).order_by(Ticket.id)
    ).all()
    return DayNow(
        waiting=count.get(TicketState.WAITING, 0),
        booked=count.get(TicketState.BOOKED, 0),
        held=count.get(TicketState.ON_HOLD, 0),
        at_counter=at_counter,
        shifts=len(shifts.live(session, office.id)),
        closed=_closing(session, office, now),
    )


def close_day(session: Session, who: User, reason: str | None, now: datetime, expected: int | None = None) -> DayEnd:
    """End the day now: who still waits or is booked for today expires, counters close, no more numbers for today.

    ``expected``: how many live tickets the person was shown. Raises Invalid ``reason_needed``, QueueError
    ``day_closed``, ``still_serving`` or ``day_changed``.
    """
    entry, office, today = _entry(who, reason, now), who.office, _today(who, now)
    _lock_everything(session, office, today)
    found = day_now(session, office, now)
    if found.closed is not None and not found.live:
        raise QueueError(
            "day_closed",
            N_("Hari ini sudah ditutup pukul %(time)s. Untuk membukanya lagi, beri nomor baru lagi."),
            time=found.closed.at.astimezone(office.zone).strftime("%H:%M"),
        )
    if found.at_counter:
        raise QueueError(
            "still_serving",
            N_("Masih ada yang di loket: %(labels)s. Selesaikan dahulu, atau akhiri sesi loket itu."),
            labels=", ".join(found.at_counter),
        )
    if expected is not None and expected != found.live:
        raise QueueError(
            "day_changed",
            N_("Keadaannya berubah: sekarang %(count)s nomor masih berlaku. Periksa, lalu tutup sekali lagi."),
            count=found.live,
        )
    done = day_end.close_day(session, office, today, now, entry)
    _set(session, Office.issuing_stopped_on, office.id, today)
    data = {"expired": done.expired, "shifts_closed": done.shifts_closed}
    writer.record_office(session, office.id, OfficeAction.DAY_CLOSE, Entry(now, who, entry.reason, data))
    return done


def _entry(who: User, reason: str | None, now: datetime) -> Entry:
    words = writer.short(reason)
    if words is None:
        raise Invalid("reason_needed", N_("Tuliskan alasannya."))
    return Entry(now, who, words)


def _today(who: User, now: datetime) -> date:
    return opening.local_day(who.office, now)


def _is_kept(ticket: Ticket, keep: Keep) -> bool:
    return all(getattr(ticket, name) == value for name, value in {**keeping.FOR_ANYBODY, **keep.columns}.items())


def _moved(session: Session, ticket: Ticket, service: Service, entry: Entry, keep: Keep = recipients.NOBODY) -> Ticket:
    data = {"from_service": ticket.service.code, "to_service": service.code, **keep.data}
    further = [code for code in ticket.legs if code != service.code]
    with issuing.one_per_person(session, tickets.waits_there(service.code)):
        return writer.move(
            session,
            ticket,
            Action.MOVE,
            Entry(entry.now, entry.actor, entry.reason, data),
            service_id=service.id,
            legs=further,
            **{**keeping.FOR_ANYBODY, **keep.columns},
        )


_Stopped = InstrumentedAttribute[date | None]


def _set(session: Session, column: _Stopped, row_id: int, day: date) -> bool:
    """Whether this call set it: pulled twice at once, a lever moves once."""
    return _changed(session, column, row_id, or_(column.is_(None), column != day), day)


def _unset(session: Session, column: _Stopped, row_id: int, day: date) -> bool:
    return _changed(session, column, row_id, column == day, None)


def _changed(session: Session, column: _Stopped, row_id: int, when: ColumnElement[bool], value: date | None) -> bool:
    table = Service if column.parent.class_ is Service else Office
    statement = update(table).where(table.id == row_id, when).values({column.key: value}).returning(table.id)
    changed = session.scalar(statement.execution_options(synchronize_session=False)) is not None
    session.refresh(session.get_one(table, row_id))
    return changed


def _lock_days(session: Session, services: Sequence[Service], day: date) -> None:
    """Whoever is being given a number comes before the stop; whoever asks later meets it."""
    counting.lock_days(session, [Taker(service.id, day, None, Channel.ONLINE) for service in services])


def _lock_everything(session: Session, office: Office, today: date) -> None:
    """In the order in which everybody locks: shifts, tickets, days."""
    session.scalars(
        select(Shift).where(Shift.office_id == office.id, Shift.state.in_(STAFFED)).order_by(Shift.id).with_for_update()
    ).all()
    session.scalars(
        select(Ticket)
        .where(Ticket.office_id == office.id, Ticket.day <= today, IS_LIVE)
        .order_by(Ticket.id)
        .with_for_update()
    ).all()
    _lock_days(session, office.services, today)


def _closing(session: Session, office: Office, now: datetime) -> Event | None:
    """The row by which the day was closed; None while it is open, or when numbers are given again since."""
    today = opening.local_day(office, now)
    if not stops.is_office_stopped(office, today):
        return None
    return session.scalar(
        select(Event)
        .where(
            Event.office_id == office.id,
            Event.service_id.is_(None),
            Event.action == OfficeAction.DAY_CLOSE,
            Event.at >= opening.local_instant(office, today, 0),
        )
        .order_by(Event.seq.desc())
        .limit(1)
    )
