"""What came of a service, as the officer says when finishing it: the outcome, and the service that was really given.

Also who came back: the finish of somebody who had the same service done shortly before names that ticket
(``again_of``), so that rework can be counted from the log when the hashes of NIK and phone are long erased. ``known``:
somebody who could be recognised.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from metrics.accuracy import REWORK_WITHIN
from queue_app import queries
from queue_app.lifecycle import Action, Outcome
from queue_app.models import Event, Ticket
from queue_app.models.log import stands


@dataclass(frozen=True, slots=True)
class Result:
    """``service_given``: a service's code; None: the ticket's own. ``missing``: the papers that were not there, by
    their Indonesian names; they count only with that outcome. ``correction``: it put right a mistake of the office."""

    outcome: Outcome = Outcome.DONE
    service_given: str | None = None
    missing: tuple[str, ...] = ()
    correction: bool = False


DONE = Result()


def as_data(session: Session, ticket: Ticket, result: Result) -> dict[str, Any]:
    """The form in which the finish keeps it. Raises NotFound ``unknown_service``."""
    given = ticket.service.code
    if result.service_given not in (None, given):
        given = queries.service(session, ticket.office_id, str(result.service_given)).code
    data: dict[str, Any] = {
        "outcome": result.outcome.value,
        "service_given": given,
        "correction": result.correction,
        "known": bool(ticket.nik_hash or ticket.phone_hash),
    }
    if result.outcome is Outcome.PAPERS_MISSING and result.missing:
        data["missing"] = list(result.missing)
    before = _before(session, ticket)
    if before is not None:
        data["again_of"] = before
    return data


def _before(session: Session, ticket: Ticket) -> int | None:
    """The last ticket by which the same person had the same service done within the time of rework.

    Two NIKs that differ are two people, even with one phone: a family often has one.
    """
    if not (ticket.nik_hash or ticket.phone_hash):
        return None
    same = []
    if ticket.nik_hash:
        same.append(Ticket.nik_hash == ticket.nik_hash)
    if ticket.phone_hash:
        phone = Ticket.phone_hash == ticket.phone_hash
        same.append(and_(phone, Ticket.nik_hash.is_(None)) if ticket.nik_hash else phone)
    ended = or_(
        and_(Event.action == Action.FINISH, Event.service_id == ticket.service_id),
        # The row of a continue stands at the next service already.
        and_(Event.action == Action.CONTINUE, Event.data["from_service"].as_string() == ticket.service.code),
    )
    return session.scalar(
        select(Event.ticket_id)
        .join(Ticket, Ticket.id == Event.ticket_id)
        .where(
            or_(*same),
            Ticket.id != ticket.id,
            Ticket.office_id == ticket.office_id,
            Ticket.day >= ticket.day - REWORK_WITHIN,
            ended,
            Event.data["outcome"].as_string() == Outcome.DONE.value,
            stands(),
        )
        .order_by(Event.id.desc())
        .limit(1)
    )
