"""The demonstration office in a database of its own, with the hours and slots of the benchmark; the product's use
cases, each in a transaction, at an instant that is passed in."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, event, select

from benchmarks.office_day.people import OFFICERS, OPEN_S, TO_COUNTER_S, Assumptions
from benchmarks.office_day.records import CLOSES_H, OPENS_H
from queue_app import (
    arrival,
    booking,
    calling,
    day_end,
    demo,
    forecast,
    handover,
    queries,
    schema,
    shifts,
    standby,
    tickets,
)
from queue_app.booking import BookingRequest
from queue_app.capacity import Place
from queue_app.database import Database
from queue_app.models import Category, Channel, Counter, Office, OpeningHours, Service, Standby, Ticket, User
from queue_app.personal import Holder, Vault
from queue_app.presence import Proof

SLOT_LENGTHS = (15, 20, 30, 60, 120)
_NEAR = 0.15
"""A slot's whole number of places may differ by so much from what the officers can do in it."""


def template(folder: Path) -> Path:
    """A migrated database with the demonstration office, to be copied."""
    path = folder / "template.sqlite"
    database = Database(f"sqlite:///{path}")
    schema.upgrade(database)
    with database.write() as session:
        demo.seed(session, "only-for-a-benchmark")
    database.dispose()
    return path


@dataclass(frozen=True, slots=True)
class Slots:
    """Of one service: their length in minutes, places, and from which minute of the day they are offered."""

    minutes: int
    places: int
    first: int


def slots_of(a: Assumptions, standards_s: Mapping[str, float], shares: Mapping[str, float]) -> dict[str, Slots]:
    """Slots that together take as much of the officers' work as may be booked. A rare service has longer slots: a place
    in fifteen minutes would be too many, and none too few."""
    walk_in = a.load * a.walk_in_share
    crowd_s = walk_in * a.door * OPEN_S
    share, first = a.online, OPENS_H * 60
    if a.after_crowd:
        later = walk_in * (1 - a.door)
        share = 1 - later if a.online else 0.0
        first += int(crowd_s / 60 / max(0.1, 1 - later)) // 15 * 15
    mean_s = sum(part * (standards_s[code] + TO_COUNTER_S) for code, part in shares.items())
    found = {}
    for code, part in shares.items():
        a_minute = share * part * OFFICERS * 60 / mean_s
        off = {m: abs(round(a_minute * m) / (a_minute * m) - 1) for m in SLOT_LENGTHS if a_minute}
        length = next((m for m, error in off.items() if error <= _NEAR), SLOT_LENGTHS[-1])
        found[code] = Slots(length, round(a_minute * length) or (1 if share else 0), first)
    return found


class DrivenOffice:
    """The product's use cases by short names. Tickets are known by their public ids."""

    def __init__(self, template: Path, path: Path, a: Assumptions, shares: Mapping[str, float]) -> None:
        shutil.copy(template, path)
        self.db = Database(f"sqlite:///{path}")
        event.listen(self.db.engine, "connect", _without_waiting_for_the_disk)
        self.vault = Vault("a secret for a benchmark only, long enough")
        with self.db.write() as session:
            office = queries.office(session, demo.SLUG)
            self.zone, self.office_id = office.zone, office.id
            self.services = {service.code: service.id for service in office.services}
            self.counters = list(session.scalars(select(Counter.id).order_by(Counter.number)))
            of_desks = select(User.id).where(User.username.like("petugas%")).order_by(User.username)
            self.officers = list(session.scalars(of_desks))
            standards = {s.code: 60.0 * (s.standard_minutes or 0) for s in office.services}
            session.execute(delete(OpeningHours))
            hours = {"opens_minute": OPENS_H * 60, "closes_minute": CLOSES_H * 60}
            session.add_all(OpeningHours(office_id=office.id, weekday=weekday, **hours) for weekday in range(7))
            self.planned = slots_of(a, standards, shares)
            for service in office.services:
                slots = self.planned.get(service.code, Slots(30, 0, 0))
                service.slot_minutes, service.slot_capacity = slots.minutes, 0
                service.slot_plan = [
                    {"minute": 0, "capacity": 0},
                    {"minute": slots.first, "capacity": slots.places},
                    {"minute": CLOSES_H * 60 - int(a.slots_end), "capacity": 0},
                ]

    def opens(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, OPENS_H, tzinfo=self.zone)

    def book(self, code: str, category: str, day: date, wish_s: float, now: datetime) -> Ticket | str:
        """A place in the free slot nearest to the wish; where the day has none, the id of a place in the waiting list
        of the slot that was wished for."""
        with self.db.write() as session:
            service = session.get_one(Service, self.services[code])
            wished = self.opens(day) + timedelta(seconds=wish_s)
            offered = sorted(arrival.slots(session, service, day, now), key=lambda slot: abs(slot.start - wished))
            free = next((slot for slot in offered if slot.remaining), None)
            if free is not None:
                request = BookingRequest(
                    service, Channel.ONLINE, day, free.start_minute, category=Category(category), checklist=True
                )
                return booking.issue(session, self.vault, request, now)[0]
            place = Place(service, day, offered[0].start_minute, Channel.ONLINE)
            entry, _ = standby.join(
                session, self.vault, place, Holder(), now, category=Category(category), browser=f"{now.timestamp()}"
            )
            return entry.public_id

    def leave_list(self, entry: str, now: datetime) -> None:
        with self.db.write() as session:
            standby.leave(standby.find(session, entry, for_change=True), now)

    def placed(self, entry: str) -> Ticket | None:
        """What the waiting list gave."""
        with self.db.read() as session:
            found = session.scalars(select(Standby).where(Standby.public_id == entry)).one()
            return session.get_one(Ticket, found.ticket_id) if found.ticket_id else None

    def join(self, code: str, category: str, now: datetime) -> Ticket:
        with self.db.write() as session:
            service = session.get_one(Service, self.services[code])
            request = BookingRequest(service, Channel.KIOSK, category=Category(category))
            return booking.issue(session, self.vault, request, now)[0]

    def cancel(self, ticket: Ticket, now: datetime) -> Ticket:
        with self.db.write() as session:
            return booking.cancel(session, booking.find(session, ticket.public_id, for_change=True), now)

    def check_in(self, ticket: Ticket, now: datetime) -> Ticket:
        with self.db.write() as session:
            found = booking.find(session, ticket.public_id, for_change=True)
            return booking.check_in(session, found, now, proof=Proof.KIOSK)

    def open(self, desk: int, now: datetime) -> None:
        with self.db.write() as session:
            shifts.open_counter(session, session.get_one(User, self.officers[desk]), self.counters[desk], now)

    def close(self, desk: int, now: datetime) -> None:
        with self.db.write() as session:
            handover.close(session, session.get_one(User, self.officers[desk]), self.counters[desk], now)

    def call_next(self, desk: int, now: datetime) -> Ticket | None:
        with self.db.write() as session:
            return calling.call_next(session, session.get_one(User, self.officers[desk]), self.counters[desk], now)

    def act(self, move: Callable[..., Ticket], desk: int, ticket: Ticket, now: datetime) -> Ticket:
        with self.db.write() as session:
            officer = session.get_one(User, self.officers[desk])
            return move(session, officer, ticket.public_id, ticket.version, now)

    def finish_and_call_next(self, desk: int, ticket: Ticket, now: datetime) -> Ticket | None:
        with self.db.write() as session:
            officer, counter = session.get_one(User, self.officers[desk]), self.counters[desk]
            return tickets.finish_and_call_next(session, officer, counter, ticket.public_id, ticket.version, now)[1]

    def low_estimate_s(self, ticket: Ticket, now: datetime) -> float | None:
        """The least of the range that the ticket's page tells, in seconds."""
        with self.db.read() as session:
            place = forecast.place_of(session, booking.find(session, ticket.public_id), now)
            return None if place is None or place.estimate is None else 60.0 * place.estimate.low_minutes

    def close_day(self, day: date, now: datetime) -> None:
        with self.db.write() as session:
            day_end.close_day(session, session.get_one(Office, self.office_id), day, now)

    def states(self, day: date) -> dict[str, str]:
        """The state of each of the day's tickets, by public id."""
        with self.db.read() as session:
            rows: Any = session.execute(select(Ticket.public_id, Ticket.state).where(Ticket.day == day))
            return {public_id: state.value for public_id, state in rows}


def _without_waiting_for_the_disk(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")
