"""From committed events to the screens: one task per process, so that what it sends never overtakes itself.

A commit only marks its office; the task then reads one whole snapshot of it and sends that to everyone in the
office's room. Nothing is sent inside a transaction. The first change after a quiet moment goes out at once, those of a
burst together (``timing``), and waits are foretold once in ``FORETOLD_S`` at most: what was put off is sent when that
time is over. Every two seconds the task compares the versions in the database with what it sent last, so whatever was
lost, or was written by another process or a command, is put right then.
"""

import atexit
import logging
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from flask import current_app, has_request_context
from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app import announcements, clock, forecast, kept_settings, queries
from queue_app.config import SESSION_HOURS
from queue_app.database import Database
from queue_app.display import board
from queue_app.display.part import Parts
from queue_app.display.rooms import DESK, DISPLAY, TICKET, office_room, screen_room, screens_room, ticket_room
from queue_app.display.shared import Boards
from queue_app.display.signed_in import SignedInSockets
from queue_app.display.subscribers import FollowedTicket, Subscribers
from queue_app.display.timing import Timing
from queue_app.lifecycle import Action
from queue_app.models import Device, Event, Office, Ticket
from queue_app.models.ticket import is_at_counter
from queue_app.outlook import Waits
from queue_app.representation import instant, ticket_json
from queue_app.signin.sessions import SessionsClosed
from queue_app.speech.studio import Studio

if TYPE_CHECKING:
    from queue_app.display.neighbours import Neighbours

log = logging.getLogger(__name__)

HEARTBEAT_S = 2.0
TICKET_BEATS = 5
"""Phones hear every fifth heartbeat: there may be thousands of them."""

REFRESH_BEATS = 15
"""Every so many heartbeats all is sent again: wait estimates move with the clock, and the day ends without an event."""

FORETOLD_S = 1.0
"""While the office is busy, waits are foretold once in this time: that takes half of a board's time, and a phone's wait
moves by little."""

CHUNK = 200
"""Tickets read and sent between two breaths, so that no other socket of the process waits long."""

_AT_ONCE = frozenset({Action.CALL.value, Action.RECALL.value})


class Push:
    """``server`` is the python-socketio server of this process; ``subscribers`` tells who listens to it here.
    ``sessions_last``: how long people stay signed in at most."""

    def __init__(
        self,
        database: Database,
        server: Any,
        studio: Studio,
        neighbours: "Neighbours | None" = None,
        sessions_last: timedelta = timedelta(hours=SESSION_HOURS),
    ) -> None:
        self.subscribers = Subscribers()
        self.desks = SignedInSockets(lambda sid: server.disconnect(sid, namespace=DESK), sessions_last)
        self.boards = Boards(database, studio)
        self._database = database
        self._server = server
        self._neighbours = neighbours
        self._lock = threading.Lock()
        self._woken = threading.Event()
        self._timing = Timing()
        self._untold: dict[int, bool] = {}
        self._behind: set[int] = set()
        self._foretold: dict[int, tuple[float, Waits]] = {}
        self._sent_version: dict[int, int] = {}
        self._beats = 0
        self._task: Any = None
        self._stopping = False
        self._is_failing = False

    def hear(self, notes: Sequence[Any]) -> None:
        """Take note of committed events: a listener of the database. Cheap, and safe in any thread."""
        for event in notes:
            if isinstance(event, Event):
                self._hear_event(event.office_id, event.action in _AT_ONCE)
            elif isinstance(event, SessionsClosed):
                self.desks.close(event.digests)

    def start(self) -> None:
        """Start the task, once: when a first socket connects, or a request has news for other processes.

        Never from a command, which is over before anyone could be sent anything.
        """
        with self._lock:
            if self._task is None and not self._stopping:
                self._task = self._server.start_background_task(self._run)
                if self._neighbours is not None:
                    self._server.start_background_task(self._neighbours.listen, self.mark, lambda: self._stopping)
                atexit.register(self.stop)

    def stop(self) -> None:
        """End the task and wait for what it is sending."""
        self._stopping = True
        self._woken.set()
        with self._lock:
            task, self._task = self._task, None
        if task is not None:
            atexit.unregister(self.stop)
            task.join(HEARTBEAT_S)

    @property
    def is_running(self) -> bool:
        return self._task is not None

    def send(self, namespace: str, event: str, to: str, message: Mapping[str, Any]) -> None:
        """To a room or a socket of this process; other processes read the database themselves."""
        self._server.emit(event, message, to=to, namespace=namespace, ignore_queue=True)

    def mark(self, office_id: int, at_once: bool) -> None:
        """Have an office sent: at once, or when the gap since its last time is over (see ``timing``)."""
        if office_id not in self.subscribers.offices():
            return
        self._timing.mark(office_id, time.monotonic(), at_once=at_once)
        self._woken.set()

    def _hear_event(self, office_id: int, at_once: bool) -> None:
        if self._neighbours is not None and has_request_context():
            with self._lock:
                self._untold[office_id] = at_once or self._untold.get(office_id, False)
            self.start()
            self._woken.set()
        self.mark(office_id, at_once)

    def _run(self) -> None:
        next_beat = time.monotonic() + HEARTBEAT_S
        while not self._stopping:
            self._woken.wait(max(0.0, self._timing.next(next_beat) - time.monotonic()))
            self._woken.clear()
            self.send_due()
            self._tell_neighbours()
            if time.monotonic() >= next_beat:
                next_beat = time.monotonic() + HEARTBEAT_S
                self._guarded(self.beat)

    def send_due(self) -> None:
        """Send every office whose time has come."""
        for office_id in self._timing.take(time.monotonic()):
            self._guarded(self.send_office, office_id)

    def _tell_neighbours(self) -> None:
        with self._lock:
            untold, self._untold = self._untold, {}
        for office_id, at_once in untold.items():
            if self._neighbours is not None:
                self._neighbours.tell(office_id, at_once=at_once)

    def _guarded(self, work: Any, *arguments: Any) -> None:
        """The task outlives every failure: the next heartbeat finds the version unsent and tries again."""
        try:
            work(*arguments)
        except Exception:
            if not self._is_failing:  # not again every two seconds while a database is away
                log.exception("the screens could not be brought up to date; it is tried again at each heartbeat")
            self._is_failing = True
        else:
            self._is_failing = False

    def send_office(self, office_id: int) -> None:
        """Read one snapshot of an office and send it to all who follow the office in this process.

        While the waits that were foretold last are younger than ``FORETOLD_S`` the board has those, and only who is at
        a counter is told; the rest follows when that time is over.
        """
        now, begun = clock.now(), time.monotonic()
        with self._database.read() as session:
            office = kept_settings.office(session, office_id)
            if office is None:
                return
            again, waits = self._foretold.get(office_id, (begun, {}))
            is_behind = begun < again
            if not is_behind:
                waits = forecast.newcomers(session, office, now)
                self._foretold[office_id] = begun + FORETOLD_S, waits
            whole = self.boards.make(session, office, now, waits)
            self.send(DISPLAY, "board", office_room(office_id), whole)
            self._send_screens(session, office, whole)
            self.send(DESK, "changed", office_room(office_id), {"version": office.version})
            if is_behind:
                self._send_called(session, office)
            else:
                self._send_tickets(session, office)
            self._sent_version[office_id] = office.version
        if is_behind:
            self._behind.add(office_id)
            self._timing.plan(office_id, again)
        else:
            self._behind.discard(office_id)

    def _send_screens(self, session: Session, office: Office, whole: board.Board) -> None:
        """To each paired screen its part of the board; to one that is no more, that it was revoked."""
        followed = self.subscribers.screens(office.id)
        if not followed:
            return
        parts = Parts(whole, office)
        devices = session.scalars(select(Device).where(Device.token_digest.in_(followed))).all()
        for device in devices:
            self.send(DISPLAY, "board", screen_room(str(device.token_digest)), parts.of(device))
        for digest in followed - {device.token_digest for device in devices}:
            self.send(DISPLAY, "revoked", screen_room(digest), {"as_of": whole["as_of"]})

    def _send_tickets(self, session: Session, office: Office) -> None:
        """To each followed ticket whose holder would see something new."""
        followed = self.subscribers.tickets(office.id)
        if not followed:
            return
        now = clock.now()
        places = forecast.places(session, office, now)
        said = announcements.shown(session, office.id, now)
        for public_ids in _chunks(list(followed)):
            for ticket in session.scalars(select(Ticket).where(Ticket.public_id.in_(public_ids))).all():
                view = queries.ticket_view(session, ticket, now, places, said)
                self._send_ticket(followed[ticket.public_id], view, office.version)
            self._server.sleep(0)

    def _send_called(self, session: Session, office: Office) -> None:
        """To each followed ticket at a counter, whose holder must come now."""
        followed = self.subscribers.tickets(office.id)
        if not followed:
            return
        now = clock.now()
        for ticket in session.scalars(select(Ticket).where(is_at_counter(office.id))).all():
            if ticket.public_id in followed:
                view = queries.ticket_view(session, ticket, now, {})
                self._send_ticket(followed[ticket.public_id], view, office.version)

    def _send_ticket(self, followed: FollowedTicket, view: queries.TicketView, office_version: int) -> None:
        body = ticket_json(view, followed.base_url)
        if body != followed.last_pushed:
            public_id = view.ticket.public_id
            self.send(TICKET, "ticket", ticket_room(public_id), ticket_message(body, office_version))
            followed.last_pushed = body

    def beat(self) -> None:
        """Heal what a process, a command or a lost message left behind; then tell all that the link is alive."""
        self._beats += 1
        followed = self.subscribers.offices()
        if not followed:
            return
        with self._database.read() as session:
            self.desks.close_ended(session, clock.now())
            offices = session.scalars(select(Office).where(Office.id.in_(followed))).all()
        for office in offices:
            self._guarded(self._beat_in, office)

    def _beat_in(self, office: Office) -> None:
        is_due = office.version != self._sent_version.get(office.id) or self._is_overdue(office.id)
        if is_due or self._beats % REFRESH_BEATS == 0:
            self.send_office(office.id)
        heartbeat = {"version": self._sent_version[office.id], "as_of": instant(clock.now(), office.zone)}
        for namespace in (DISPLAY, DESK, TICKET):
            if namespace != TICKET or self._beats % TICKET_BEATS == 0:
                self.send(namespace, "heartbeat", office_room(office.id), heartbeat)
        if self.subscribers.screens(office.id):
            self.send(DISPLAY, "heartbeat", screens_room(office.id), heartbeat)

    def _is_overdue(self, office_id: int) -> bool:
        """Whether what was put off was not sent when it should have been."""
        return office_id in self._behind and time.monotonic() >= self._foretold[office_id][0]


def pusher() -> Push:
    """The push of the running app."""
    return cast(Push, current_app.extensions["antrean_push"])


def ticket_message(body: Mapping[str, Any], office_version: int) -> dict[str, Any]:
    """A ticket as it is pushed: with the office's version, by which a page tells which of two messages is newer."""
    return {**body, "office_version": office_version}


def _chunks(public_ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (public_ids[start : start + CHUNK] for start in range(0, len(public_ids), CHUNK))
