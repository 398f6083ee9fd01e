"""What somebody else changed while a form was filled in, for ``_refused.html`` beside what was typed."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from queue_app.audit import since
from queue_app.audit.since import ChangedSince
from queue_app.errors import QueueError
from queue_app.models import Office
from queue_app.routes.managing import history_words
from queue_app.routes.managing.history_words import Told


def by_others(session: Session, office: Office, error: QueueError | None) -> Sequence[Told]:
    """The latest first; none unless ``error`` is about that."""
    if not isinstance(error, ChangedSince):
        return ()
    return [history_words.told(change, office) for change in since.later(session, office, error.subjects, error.seen)]
