"""Taking back a slip of the hand, within a few seconds: a further row of the log, after which every reader of it sees
the move before the undone one as the last. What an undone finish had ended goes on, without a gap.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from queue_app import calling, issuing, lifecycle, shifts, tickets, writer
from queue_app.errors import N_, Forbidden, QueueError
from queue_app.lifecycle import AT_COUNTER, UNDOABLE, Action
from queue_app.models import Event, Shift, Ticket, User
from queue_app.writer import Entry

WITHIN = timedelta(seconds=10)
_ON_THE_WAY = timedelta(seconds=3)
"""What was pressed in time may arrive a little later."""


def undo(session: Session, officer: User, public_id: str, version: int, now: datetime) -> Ticket:
    """Take back the officer's move that led to ``version``.

    Raises NotFound ``unknown_ticket``; QueueError ``undo_overtaken``, ``not_undoable``, ``undo_too_late``,
    ``counter_not_open``, ``counter_paused``, ``counter_busy`` or ``holder_waits_there``; Forbidden ``not_your_move``.
    """
    shift = shifts.current(session, officer, for_change=True)  # before the ticket, as in calling
    ticket = calling.find(session, officer, public_id)
    last = session.scalars(
        select(Event).where(Event.ticket_id == ticket.id, Event.ticket_version == ticket.version)
    ).one()
    if ticket.version == version + 1 and last.action == Action.UNDO and last.actor_id == officer.id:
        return ticket  # a doubled click
    if ticket.version != version:
        raise QueueError(
            "undo_overtaken",
            N_("Tidak dapat diurungkan: %(label)s sudah bergerak lagi, sekarang %(state)s."),
            label=ticket.label,
            state=ticket.state,
        )
    _require_undoable(ticket, last, officer, now)
    back_to = lifecycle.undone(last.action, last.from_state, ticket.state)
    if back_to in AT_COUNTER and ticket.state not in AT_COUNTER:
        _require_seat(session, shift, last)
    try:
        with issuing.one_per_person(session, tickets.waits_there(ticket.service.code)):
            return writer.undo(session, ticket, last, Entry(now, officer))
    except IntegrityError as error:
        # The partial unique index: another request of the same officer was first.
        raise QueueError("undo_overtaken", N_("Tidak dapat diurungkan: loket Anda sudah terisi lagi.")) from error


def _require_undoable(ticket: Ticket, last: Event, officer: User, now: datetime) -> None:
    if last.action not in UNDOABLE:
        raise QueueError(
            "not_undoable",
            N_("Langkah terakhir %(label)s tidak dapat diurungkan. Salah panggil? Kembalikan nomornya ke antrean."),
            label=ticket.label,
        )
    if last.actor_id != officer.id:
        raise Forbidden("not_your_move", N_("Hanya petugas yang melakukannya dapat mengurungkannya."))
    if now - last.at > WITHIN + _ON_THE_WAY:
        raise QueueError(
            "undo_too_late",
            N_(
                "Urungkan hanya dalam %(seconds)s detik. Bila waktu %(label)s tercatat salah, tandai di daftar "
                "“Terakhir di loket Anda”."
            ),
            seconds=int(WITHIN.total_seconds()),
            label=ticket.label,
        )


def _require_seat(session: Session, shift: Shift | None, last: Event) -> None:
    """The citizen comes back to the counter only while its officer still sits there and nobody else was called."""
    if shift is None or shift.counter_id != last.counter_id:
        raise QueueError("counter_not_open", N_("Buka loket dahulu."))
    calling.require_ready(session, shift)
