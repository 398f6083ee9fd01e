"""A place or thing as whoever changes it saw it: held, so that nobody else can change it meanwhile."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from queue_app import counter_settings
from queue_app.audit import since
from queue_app.configuration import importing
from queue_app.models import Counter, Office


def counter(session: Session, office: Office, number: int, seen: int) -> Counter:
    """``seen``: the number of the last change that is known. Raises NotFound ``unknown_counter``, ChangedSince."""
    importing.hold(session, office)
    found = counter_settings.find(session, office, number)
    since.require(session, office, of_counter(session, found), seen)
    return found


def of_counter(session: Session, counter: Counter) -> Collection[str]:
    """As the history calls it, with those that take the same."""
    return [f"counter:{each.number}" for each in counter_settings.pool_counters(session, counter)]
