"""An officer's time at a counter: open, pause with a reason, resume, close."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from queue_app import keeping, kept_settings, scope, seat, session_rows, writer
from queue_app.errors import N_, NotFound, QueueError
from queue_app.lifecycle import ShiftAction, ShiftState
from queue_app.models import Counter, Shift, Ticket, User
from queue_app.models.ticket import AT_ANY_COUNTER
from queue_app.prepared import Prepared
from queue_app.seat import Seat
from queue_app.writer import Entry

# Composed once: every call asks these.
_LIVE = Prepared(
    select(Shift.__table__)
    .join(Counter, Counter.id == Shift.counter_id)
    .where(Shift.office_id == bindparam("of_office"), scope.IS_STAFFED)
    .order_by(Counter.number),
    flushes=True,
)
_ON_DUTY = Prepared(
    select(User.__table__)
    .join(Shift, Shift.officer_id == User.id)
    .where(Shift.office_id == bindparam("of_office"), scope.IS_STAFFED),
    flushes=True,
)
_CURRENT = select(Shift).where(Shift.officer_id == bindparam("of_officer"), Shift.state != ShiftState.CLOSED)
_CURRENT_FOR_CHANGE = _CURRENT.with_for_update()
_AT_COUNTER = Prepared(
    select(Ticket.__table__).where(Ticket.counter_id == bindparam("of_counter"), AT_ANY_COUNTER), flushes=True
)


def open_counter(session: Session, officer: User, counter_id: int, now: datetime) -> Shift:
    """Sit down at a counter, or come back to it from a pause. Doing it twice is harmless.

    Raises NotFound ``unknown_counter``, QueueError ``counter_taken``, ``officer_elsewhere`` or ``nothing_to_serve``.
    """
    counter = find_counter(session, officer, counter_id)
    own = current(session, officer, for_change=True)
    if own is not None and own.counter_id != counter.id:
        raise QueueError(
            "officer_elsewhere",
            N_("Anda masih bertugas di loket %(number)s. Tutup loket itu dahulu."),
            409,
            number=own.counter.number,
        )
    if own is not None:
        return _resume(session, own, now)
    shift = Shift(
        office_id=counter.office_id, counter_id=counter.id, officer_id=officer.id, state=ShiftState.OPEN, opened_at=now
    )
    try:
        with session.begin_nested():
            session.add(shift)
    except IntegrityError as error:
        raise QueueError(
            "counter_taken",
            N_(
                "Loket %(number)s sedang dipakai petugas lain. Pilih loket lain, atau minta petugas itu menutupnya "
                "dahulu."
            ),
            409,
            number=counter.number,
        ) from error
    if not scope.of_shift(session, shift).preferences:
        raise QueueError(
            "nothing_to_serve",
            N_("Di loket %(number)s tidak ada layanan untuk Anda. Pilih loket lain, atau hubungi supervisor."),
            409,
            number=counter.number,
        )
    writer.record_shift(session, shift, ShiftAction.OPEN, Entry(now, officer))
    return shift


def _resume(session: Session, shift: Shift, now: datetime) -> Shift:
    if shift.state is ShiftState.PAUSED:
        shift.state = ShiftState.OPEN
        writer.record_shift(session, shift, ShiftAction.RESUME, Entry(now, shift.officer))
    return shift


def pause(session: Session, officer: User, counter_id: int, now: datetime, reason: str | None = None) -> Shift:
    """Take a break; nobody can be called meanwhile. Doing it twice is harmless.

    Raises NotFound ``unknown_counter``, QueueError ``counter_not_open`` or ``still_at_counter``.
    """
    shift = at_counter(session, officer, counter_id)
    if shift.state is ShiftState.OPEN:
        _require_free(session, shift)
        shift.state = ShiftState.PAUSED
        writer.record_shift(session, shift, ShiftAction.PAUSE, Entry(now, officer, reason=writer.short(reason)))
    return shift


def close(
    session: Session,
    officer: User,
    counter_id: int,
    now: datetime,
    note: str | None = None,
    data: dict[str, Any] | None = None,
) -> Shift:
    """Leave the counter. Doing it twice is harmless. ``data``: what is left behind, see ``handover``.

    Raises NotFound ``unknown_counter``, QueueError ``counter_not_open`` or ``still_at_counter``.
    """
    left = _last(session, officer)
    if left is not None and left.counter_id == counter_id and left.state is ShiftState.CLOSED:
        return left
    shift = at_counter(session, officer, counter_id)
    _require_free(session, shift)
    return end(session, shift, Entry(now, officer, note, data))


def _last(session: Session, officer: User) -> Shift | None:
    """The officer's latest shift, whatever its state, locked."""
    return session.scalar(
        select(Shift).where(Shift.officer_id == officer.id).order_by(Shift.id.desc()).limit(1).with_for_update()
    )


def end(session: Session, shift: Shift, entry: Entry) -> Shift:
    """Close a shift by whoever ``entry`` names: the officer, or the day's end; who was kept for it is given free."""
    keeping.lock_pool(session, shift.counter)
    shift.state = ShiftState.CLOSED
    session.flush()
    keeping.release_stranded(session, shift.office_id, entry)
    writer.record_shift(session, shift, ShiftAction.CLOSE, entry)
    return shift


def find_counter(session: Session, officer: User, counter_id: int) -> Counter:
    """A counter of the officer's own office. Raises NotFound ``unknown_counter``."""
    counter = kept_settings.find(session, Counter, officer.office_id, counter_id)
    if counter is None or counter.office_id != officer.office_id:
        raise NotFound("unknown_counter", N_("Loket itu tidak ada di kantor Anda."))
    return counter


def current(session: Session, officer: User, *, for_change: bool = False) -> Shift | None:
    """The officer's shift that is not closed; ``for_change`` locks it, so that closing and calling take turns."""
    return session.scalar(_CURRENT_FOR_CHANGE if for_change else _CURRENT, {"of_officer": officer.id})


def at_counter(session: Session, officer: User, counter_id: int) -> Shift:
    """The officer's shift at this counter, locked. Raises ``unknown_counter`` or ``counter_not_open``."""
    counter = find_counter(session, officer, counter_id)
    shift = current(session, officer, for_change=True)
    if shift is None or shift.counter_id != counter.id:
        raise _not_open(counter)
    return shift


def seat_at(session: Session, officer: User, counter_id: int) -> Seat:
    """The same with all that a call needs of it. Raises likewise."""
    counter = find_counter(session, officer, counter_id)
    found = seat.of(session, officer.id)
    if found is None or found.counter_id != counter.id:
        raise _not_open(counter)
    return found


def _not_open(counter: Counter) -> QueueError:
    return QueueError(
        "counter_not_open",
        N_("Anda belum membuka loket %(number)s. Buka loket itu dahulu."),
        409,
        number=counter.number,
    )


def live(session: Session, office_id: int) -> Sequence[Shift]:
    """All shifts of an office that are not closed, by counter number."""
    rows = _LIVE.all(session, {"of_office": office_id})
    return [session_rows.loaded(session, Shift, row._asdict()) for row in rows]


def seated(session: Session, office_id: int) -> Sequence[Shift]:
    """The same with their counters and officers."""
    rows = _ON_DUTY.all(session, {"of_office": office_id})
    officers = {row.id: session_rows.loaded(session, User, row._asdict()) for row in rows}
    found = live(session, office_id)
    for shift in found:
        set_committed_value(shift, "counter", kept_settings.find(session, Counter, office_id, shift.counter_id))
        set_committed_value(shift, "officer", officers[shift.officer_id])
    return found


def ticket_at(session: Session, at: Shift | Seat) -> Ticket | None:
    """The ticket called to or served at the counter of a shift."""
    row = _AT_COUNTER.one_or_none(session, {"of_counter": at.counter_id})
    return session_rows.loaded(session, Ticket, row._asdict()) if row is not None else None


def _require_free(session: Session, shift: Shift) -> None:
    ticket = ticket_at(session, shift)
    if ticket is not None:
        raise QueueError(
            "still_at_counter",
            N_("Tiket %(label)s masih di loket Anda (%(state)s). Selesaikan dahulu."),
            409,
            label=ticket.label,
            state=ticket.state,
        )
