"""More time: a waiting citizen lets the next few go first and keeps the turn; see ``discipline`` for the order."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app import lifecycle, writer
from queue_app.discipline import Choice
from queue_app.errors import N_, QueueError, StaleTicket
from queue_app.lifecycle import Action, TicketState
from queue_app.models import Event, Ticket
from queue_app.scope import Scope
from queue_app.writer import Entry

PLACES = 3
"""So many of those behind go first, each time."""

TIMES = 2
"""So often may one ticket ask."""


def left(ticket: Ticket) -> int:
    """How often the ticket may still ask for more time."""
    return max(0, TIMES - ticket.deferrals) if ticket.state is TicketState.WAITING else 0


def defer(session: Session, ticket: Ticket, now: datetime, version: int | None = None) -> Ticket:
    """Let the next ``PLACES`` be called first. With ``version``, a doubled wish is taken as one.

    Raises QueueError ``deferred_too_often``, IllegalMove, StaleTicket.
    """
    if _is_doubled(session, ticket, version):
        return ticket
    lifecycle.target(Action.DEFER, ticket.state)
    if left(ticket) == 0:
        raise QueueError(
            "deferred_too_often",
            N_("Anda sudah %(times)s kali meminta waktu. Datanglah saat dipanggil, atau batalkan nomor ini."),
            409,
            times=TIMES,
        )
    entry = Entry(now, data={"lets_pass": PLACES})
    more = {"lets_pass": Ticket.lets_pass + PLACES, "deferrals": Ticket.deferrals + 1}
    return writer.move(session, ticket, Action.DEFER, entry, **more)


def claim_past(session: Session, choice: Choice, here: Scope) -> tuple[Ticket, list[str]] | None:
    """Lock the chosen ticket and take one from what each of those lets pass that it is called past; their labels.

    None when meanwhile it no longer waits for that counter, or one of those lets nobody pass any more: the line must be
    read anew. Then nothing stays locked, so that two officers never wait for each other.
    """
    ids = [choice.ticket.id, *(waiting.id for waiting in choice.passed)]
    nested = session.begin_nested()
    locked = {
        ticket.id: ticket
        for ticket in session.scalars(
            select(Ticket)
            .where(Ticket.id.in_(ids), Ticket.state == TicketState.WAITING, here.offered())
            .order_by(Ticket.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    }
    ticket = locked.pop(choice.ticket.id, None)
    if ticket is None or any(passed.lets_pass == 0 for passed in locked.values()):
        nested.rollback()
        return None
    for passed in locked.values():
        passed.lets_pass -= 1
    labels = [passed.label for passed in locked.values()]
    nested.commit()
    return ticket, labels


def _is_doubled(session: Session, ticket: Ticket, version: int | None) -> bool:
    """Whether this very wish was taken already. Raises StaleTicket when the ticket has moved otherwise."""
    if version is None or version == ticket.version:
        return False
    last = session.scalar(select(Event).where(Event.ticket_id == ticket.id, Event.ticket_version == ticket.version))
    if version == ticket.version - 1 and last is not None and last.action == Action.DEFER:
        return True
    raise StaleTicket(ticket.state)
