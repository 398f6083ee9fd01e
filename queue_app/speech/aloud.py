"""Which calls may still be said, and what is made of them as soon as they are committed."""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from queue_app.database import Database
from queue_app.lifecycle import AT_COUNTER, Action
from queue_app.models import Counter, Event, Office, Ticket, VoiceReading
from queue_app.speech.studio import Recording, Studio

log = logging.getLogger(__name__)

SAID_FOR = timedelta(seconds=60)
"""A call older than this is not said any more, whatever was missed meanwhile."""

_CALLS = (Action.CALL.value, Action.RECALL.value)


@dataclass(frozen=True, slots=True)
class Call:
    """A call or recall; ``seq`` is that of its event, and the order in which calls are said."""

    seq: int
    label: str
    counter: int
    at: datetime


def calls(session: Session, office: Office, now: datetime) -> list[Call]:
    """Those that may still be said, oldest first: young enough, and not taken back since.

    A call is taken back when its ticket left the counter, or was called anew.
    """
    later = aliased(Event)
    called_anew = (
        select(func.max(later.seq))
        .where(later.ticket_id == Event.ticket_id, later.action == Action.CALL.value)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Event.seq, Ticket.label, Counter.number, Event.at)
        .join(Ticket, Ticket.id == Event.ticket_id)
        .join(Counter, Counter.id == Event.counter_id)
        .where(
            Event.office_id == office.id,
            Event.at > now - SAID_FOR,
            Event.action.in_(_CALLS),
            Ticket.state.in_(AT_COUNTER),
            Ticket.counter_id == Event.counter_id,
            Event.seq >= called_anew,
        )
        .order_by(Event.seq)
    )
    return [Call(*row) for row in rows]


def recordings(studio: Studio, office: Office, call: Call) -> list[Recording]:
    """One for each of the office's languages that can be said, in their order."""
    as_number = office.voice_reading is VoiceReading.NUMBER
    planned = [
        studio.plan(office.slug, language, call.label, call.counter, as_number=as_number)
        for language in office.voice_languages
    ]
    return [recording for recording in planned if recording is not None]


class Announcer:
    """Has the recordings made: woken by each committed call, and looking again for what other processes call."""

    def __init__(self, database: Database, studio: Studio) -> None:
        self.wake = threading.Event()
        self._database = database
        self._studio = studio
        self._given_up: set[str] = set()

    def hear(self, notes: Sequence[Any]) -> None:
        """A listener of the database. Cheap, and safe in any thread."""
        if any(isinstance(event, Event) and event.action in _CALLS for event in notes):
            self.wake.set()

    def work(self, now: datetime) -> None:
        """Make what is missing for the calls that may still be said. What fails is not tried again for that call."""
        planned = self._planned(now)
        wanted = [one for one in planned if one.digest not in self._given_up and not self._studio.has(one.digest)]
        self._given_up &= {one.digest for one in planned}
        if not wanted:
            return
        said = self._studio.make(wanted)
        failed = {one.digest for one in wanted if self._studio.has_failed(one.digest)}
        if failed and not self._given_up:
            log.error("calls could not be said; displays use their own voice or the chime alone: %s", said)
        self._given_up |= failed

    def _planned(self, now: datetime) -> list[Recording]:
        with self._database.read() as session:
            offices = session.scalars(select(Office).where(Office.voice)).all()
            return [
                recording
                for office in offices
                for call in calls(session, office, now)
                for recording in recordings(self._studio, office, call)
            ]
