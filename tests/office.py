"""The demonstration office as tests drive it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app import booking, calling, counter_settings, handover, more_time, queries, shifts, tickets
from queue_app.booking import BookingRequest
from queue_app.database import Database
from queue_app.models import Channel, Counter, Event, Office, Service, Shift, Ticket, User
from queue_app.personal import Vault
from queue_app.recipients import Recipient

SLUG = "senapelan"
PASSWORD = "rahasia-uji"
SECRET = "a secret for tests only, long enough"

Result = TypeVar("Result")


class Desk:
    """Use cases by short names, each in a transaction of its own. ``now`` stands still until ``wait`` moves it."""

    def __init__(self, db: Database, now: datetime) -> None:
        self.db = db
        self.now = now
        self.vault = Vault(SECRET)

    def wait(self, **duration: float) -> None:
        self.now += timedelta(**duration)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """What is done inside is one transaction: a server beside it sees all or nothing, and so does not end a past
        day of which this is the middle."""
        with self.db.write() as session:
            self.db.write = lambda: nullcontext(session)  # type: ignore[method-assign]
            try:
                yield
            finally:
                del self.db.write

    def book(
        self,
        service: str = "A",
        channel: Channel = Channel.ONLINE,
        key: str | None = None,
        also: str = "",
        **wish: Any,
    ) -> Ticket:
        """A booking (or, from a kiosk or the reception, a place in the line); ``also``: codes of further services, a
        letter each; ``wish`` as in BookingRequest."""
        with self.db.write() as session:
            further = tuple(self.service(session, code) for code in also)
            request = BookingRequest(self.service(session, service), channel, also=further, **wish)
            ticket, _ = booking.issue(session, self.vault, request, self.now, key)
            return ticket

    def join(self, service: str = "A", **wish: Any) -> Ticket:
        return self.book(service, Channel.KIOSK, **wish)

    def check_in(self, ticket: Ticket) -> Ticket:
        return self._on(ticket, booking.check_in)

    def cancel(self, ticket: Ticket) -> Ticket:
        return self._on(ticket, booking.cancel)

    def defer(self, ticket: Ticket) -> Ticket:
        return self._on(ticket, more_time.defer)

    def reschedule(self, ticket: Ticket, **wish: Any) -> Ticket:
        return self._on(ticket, lambda session, found, now: booking.reschedule(session, found, now, **wish))

    def open(self, officer: str = "petugas1", counter: int = 1) -> Shift:
        with self.db.write() as session:
            return shifts.open_counter(
                session, self.user(session, officer), self.counter_id(session, counter), self.now
            )

    def pause(self, officer: str = "petugas1", counter: int = 1, reason: str | None = None) -> Shift:
        with self.db.write() as session:
            who = self.user(session, officer)
            return shifts.pause(session, who, self.counter_id(session, counter), self.now, reason)

    def close(self, officer: str = "petugas1", counter: int = 1) -> Shift:
        with self.db.write() as session:
            return handover.close(session, self.user(session, officer), self.counter_id(session, counter), self.now)

    def call_next(self, officer: str = "petugas1", counter: int = 1, key: str | None = None) -> Ticket | None:
        with self.db.write() as session:
            who = self.user(session, officer)
            return calling.call_next(session, who, self.counter_id(session, counter), self.now, key)

    def call_chosen(
        self, ticket: Ticket, officer: str = "petugas1", counter: int = 1, note: str | None = None
    ) -> Ticket:
        with self.db.write() as session:
            who = self.user(session, officer)
            return calling.call_chosen(
                session, who, self.counter_id(session, counter), ticket.public_id, self.now, note
            )

    def act(self, move: Callable[..., Ticket], ticket: Ticket, *args: Any, officer: str = "petugas1") -> Ticket:
        """One of the moves of ``tickets`` (start, finish, hold, ...) on the version that ``ticket`` shows."""
        with self.db.write() as session:
            who = self.user(session, officer)
            return move(session, who, ticket.public_id, ticket.version, self.now, *args)

    def serve(self, service: str = "A", officer: str = "petugas1", counter: int = 1, **duration: float) -> Ticket:
        """A walk-in who is called at once and served for ``duration``; the counter must be open."""
        self.join(service)
        called = self.call_next(officer, counter)
        assert called is not None
        started = self.act(tickets.start, called, officer=officer)
        self.wait(**duration)
        return self.act(tickets.finish, started, officer=officer)

    def equip(self, counter: int, services: str | None = None, pool: str | None = None) -> None:
        """Let a counter take these services (``A:1,B:2``), or join a pool."""
        with self.db.write() as session:
            counter_settings.set_counter(session, self.office(session), counter, self.now, services=services, pool=pool)

    def train(self, officer: str, services: str) -> None:
        """What an officer can do: ``A,B``, or ``all``."""
        with self.db.write() as session:
            counter_settings.set_skills(session, self.office(session), officer, services, self.now)

    def send(self, ticket: Ticket, to: str, service: str | None = None, officer: str = "petugas1") -> Ticket:
        """Transfer to a counter (``loket 2``), an officer (a username) or a pool (``kelompok CODE``)."""
        kind, _, name = to.partition(" ")
        with self.db.write() as session:
            who = self.user(session, officer)
            match kind:
                case "loket":
                    recipient = Recipient(counter_id=self.counter_id(session, int(name)))
                case "kelompok":
                    recipient = Recipient(pool=name)
                case _:
                    recipient = Recipient(officer=to)
            return tickets.transfer(session, who, ticket.public_id, ticket.version, self.now, service, to=recipient)

    def told_of_transfer(self, ticket: Ticket) -> dict[str, Any]:
        """What the log says of where a ticket was sent last."""
        data = next(event.data for event in reversed(self.events(ticket)) if event.action == "transfer")
        return {name: value for name, value in data.items() if name != "was"}

    def fresh(self, ticket: Ticket) -> Ticket:
        with self.db.read() as session:
            return booking.find(session, ticket.public_id)

    def events(self, ticket: Ticket | None = None) -> list[Event]:
        """The log, oldest first: of one ticket, or all of it."""
        with self.db.read() as session:
            query = select(Event).order_by(Event.seq)
            return list(session.scalars(query if ticket is None else query.where(Event.ticket_id == ticket.id)))

    def actions(self, ticket: Ticket) -> list[str]:
        return [event.action for event in self.events(ticket)]

    def change_office(self, **values: Any) -> None:
        with self.db.write() as session:
            for name, value in values.items():
                setattr(self.office(session), name, value)

    def change_service(self, code: str, **values: Any) -> None:
        with self.db.write() as session:
            for name, value in values.items():
                setattr(self.service(session, code), name, value)

    @staticmethod
    def office(session: Session) -> Office:
        return queries.office(session, SLUG)

    @classmethod
    def service(cls, session: Session, code: str) -> Service:
        return queries.service(session, cls.office(session).id, code)

    @staticmethod
    def user(session: Session, username: str) -> User:
        return session.scalars(select(User).where(User.username == username)).one()

    @staticmethod
    def counter_id(session: Session, number: int) -> int:
        return session.scalars(select(Counter.id).where(Counter.number == number)).one()

    def _on(self, ticket: Ticket, move: Callable[..., Ticket]) -> Ticket:
        with self.db.write() as session:
            return move(session, booking.find(session, ticket.public_id, for_change=True), self.now)
