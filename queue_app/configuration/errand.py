"""What all changes of a configuration share: whose errand it is."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from queue_app.models import Hand, Office, User


@dataclass(frozen=True, slots=True)
class Errand:
    """In which transaction, for which office, when, and by whom (None: a command)."""

    session: Session
    office: Office
    now: datetime
    actor: User | None

    @property
    def hand(self) -> Hand:
        return self.actor or self.office
