"""What came of a service, as the officer says when finishing it: the outcome, and the service that was really given."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from queue_app import queries
from queue_app.lifecycle import Outcome
from queue_app.models import Ticket


@dataclass(frozen=True, slots=True)
class Result:
    """``service_given``: a service's code; None: the ticket's own. ``missing``: the papers that were not there, by
    their Indonesian names; they count only with that outcome."""

    outcome: Outcome = Outcome.DONE
    service_given: str | None = None
    missing: tuple[str, ...] = ()


DONE = Result()


def as_data(session: Session, ticket: Ticket, result: Result) -> dict[str, Any]:
    """The form in which the finish keeps it. Raises NotFound ``unknown_service``."""
    given = ticket.service.code
    if result.service_given not in (None, given):
        given = queries.service(session, ticket.office_id, str(result.service_given)).code
    data: dict[str, Any] = {"outcome": result.outcome.value, "service_given": given}
    if result.outcome is Outcome.PAPERS_MISSING and result.missing:
        data["missing"] = list(result.missing)
    return data
