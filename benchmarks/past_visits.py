"""A database with the demonstration office and many past visits, written in one go: 100,000 visits in some seconds.

Every weekday five officers open, pause at noon and close; visits come evenly over the day, one in twenty is held,
one in forty does not come, one in fifty leaves, one in 300 is contested
(and decided, but for the last week's), one in seven answers the survey. What else such an office collects is in
``past_records``; who waits today is put there by ``wait``.
"""

import json
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from benchmarks.many_rows import Rows
from benchmarks.past_records import Records
from queue_app import clock, demo, occupancy, schema, visit_days
from queue_app.audit import chain
from queue_app.database import Database
from queue_app.models import Event, Office, Ticket

PASSWORD = "only-for-a-benchmark"
OFFICERS = 5
SERVICES = "ABCDEF"
WIB = ZoneInfo("Asia/Jakarta")
_OPENS = timedelta(hours=1)  # 08:00 in WIB
_HOURS = 7.0
_CATEGORIES = ("regular",) * 16 + ("elderly", "disabled", "pregnant", "infant")

_TICKET = (
    *("id", "public_id", "office_id", "service_id", "numbered_by_id", "day", "number", "label", "channel"),
    *("category", "state", "version", "due_at", "lets_pass", "deferrals", "legs", "relation"),
)
_EVENT = (
    *("office_id", "seq", "at", "action", "ticket_id", "ticket_version", "shift_id", "service_id", "counter_id"),
    *("officer_id", "actor_id", "reason", "data", "digest"),
)
_SHIFT = ("id", "office_id", "counter_id", "officer_id", "state", "opened_at")
_SEQUENCE = ("service_id", "day", "last", "taken", "taken_online", "taken_kiosk", "taken_reception")
_FEEDBACK = ("ticket_id", "office_id", "service_id", "officer_id", "answers", "created_at")


class Writer:
    """Rows of the past in order; ``end`` says that there are no more."""

    def __init__(
        self, rows: Rows, decided_until: date, seq: int = 0, digest: str = chain.START, tickets: int = 0
    ) -> None:
        self._decided_until = decided_until
        self._claims: list[tuple[int, int, int, int]] = []
        self._rows = rows
        self._records = Records(rows)
        self.seq, self._digest, self.tickets = seq, digest, tickets
        self.shifts = 0
        self._chance = random.Random(1)

    def day(self, day: date, visits: int) -> None:
        opens = datetime(day.year, day.month, day.day, tzinfo=UTC) + _OPENS
        for officer in range(1, OFFICERS + 1):
            self._shift(officer, opens)
        for number in range(visits):
            self._visit(day, number, opens + timedelta(hours=_HOURS * number / visits), visits)
        self._records.of_day(day, visits, self.tickets, is_over=day < self._decided_until)

    def wait(self, day: date, number: int, arrived: datetime) -> None:
        """One more who has joined today's line."""
        self.tickets += 1
        self._ticket(day, number, "WAITING", 1, arrived)
        self._event(arrived, "join", self.tickets, 1, service_id=number % len(SERVICES) + 1)

    def _shift(self, officer: int, opens: datetime) -> None:
        self.shifts += 1
        self._rows.add("shift", _SHIFT, (self.shifts, 1, officer, officer, "CLOSED", _at(opens)))
        for action, minutes in (("open", -5), ("pause", 240), ("resume", 260), ("close", 500)):
            at = opens + timedelta(minutes=minutes)
            self._event(at, f"shift_{action}", shift_id=self.shifts, counter_id=officer, officer_id=officer)

    def _visit(self, day: date, number: int, arrived: datetime, visits: int) -> None:
        chance = self._chance
        self.tickets += 1
        ticket, service, officer = self.tickets, number % len(SERVICES) + 1, number % OFFICERS + 1
        called = arrived + timedelta(seconds=chance.expovariate(1 / 600))
        pace = min(600.0, _HOURS * 3600 * OFFICERS / visits)
        finished = called + timedelta(seconds=20 + pace * chance.lognormvariate(-0.2, 0.5))
        moves: list[tuple[str, datetime, dict[str, object]]] = [("join", arrived, {})]
        kind = chance.random()
        if kind < 0.02:
            moves.append(("cancel", called, {}))
        elif kind < 0.045:
            moves += [("call", called, {}), ("no_show", called + timedelta(minutes=3), {})]
        else:
            started = called + timedelta(seconds=20)
            moves += [("call", called, {}), ("start", started, {})]
            if kind < 0.1:
                middle = started + (finished - started) / 3
                moves += [("hold", middle, {}), ("resume", middle + (finished - started) / 3, {})]
            outcome = "papers_missing" if kind > 0.93 else "done"
            given = {"outcome": outcome, "service_given": SERVICES[service - 1], "correction": False}
            moves.append(("finish", finished, given))
            if kind > 0.9967:
                self._claims.append((ticket, len(moves), service, officer))
            if kind < 0.19:
                answers = json.dumps({"satisfaction": chance.randint(2, 4)})
                at = _at(finished + timedelta(hours=1))
                self._rows.add("feedback", _FEEDBACK, (ticket, 1, service, officer, answers, at))
        states = {"cancel": "CANCELLED", "no_show": "NO_SHOW", "finish": "SERVED"}
        self._ticket(day, number, states[moves[-1][0]], len(moves), arrived)
        for version, (action, at, data) in enumerate(moves, start=1):
            at_counter = version > 1 and action != "cancel"
            self._event(
                at, action, ticket, version, service_id=service, data=data,
                counter_id=officer if at_counter else None, officer_id=officer if at_counter else None,
            )  # fmt: skip
        while self._claims:
            of, leg, for_service, by = self._claims.pop()
            said = {"kind": "system", "claim": f"{of}.{leg}", "leg": leg}
            about = {"service_id": for_service, "officer_id": by, "reason": "-"}
            self._event(finished, "flag", of, None, data=said, **about)
            if day < self._decided_until:
                self._event(finished + timedelta(hours=20), "flag_accept", of, None, data={"leg": leg}, **about)

    def _ticket(self, day: date, number: int, state: str, version: int, due: datetime) -> None:
        service = number % len(SERVICES) + 1
        label = f"{SERVICES[service - 1]}-{number + 1:03d}"
        row = (self.tickets, f"past-{self.tickets}", 1, service, service, day.isoformat(), number + 1, label, "kiosk",
               self._chance.choice(_CATEGORIES), state, version, _at(due), 0, 0, "[]", "self")  # fmt: skip
        self._rows.add("ticket", _TICKET, row)

    def _event(
        self, at: datetime, action: str, ticket: int | None = None, version: int | None = None,
        shift_id: int | None = None, service_id: int | None = None, counter_id: int | None = None,
        officer_id: int | None = None, reason: str | None = None, data: dict[str, object] | None = None,
    ) -> None:  # fmt: skip
        self.seq += 1
        row = {
            "office_id": 1,
            "seq": self.seq,
            "at": at.astimezone(UTC),
            "action": action,
            "ticket_id": ticket,
            "ticket_version": version,
            "shift_id": shift_id,
            "service_id": service_id,
            "counter_id": counter_id,
            "officer_id": officer_id,
            "actor_id": officer_id,
            "reason": reason,
            "data": data or {},
        }
        self._digest = row["digest"] = chain.digest_of("event", self._digest, row)
        row |= {"at": _at(at), "data": json.dumps(row["data"])}
        self._rows.add("event", _EVENT, tuple(row.values()))

    def end(self) -> None:
        """How far the logs are."""
        self._records.end()
        self._rows.execute(f"UPDATE office SET version = {self.seq}")


def make(path: Path, visits: int, days: int, last: date) -> Path:
    """The SQLite file, with so many visits over the weekdays of the days up to ``last``; used again if it is there."""
    if path.exists():
        _bring_up_to_date(Database(f"sqlite:///{path}"))
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    fill(f"sqlite:///{new}", visits, days, last)
    return new.rename(path)


def _bring_up_to_date(database: Database) -> None:
    """As a server does by itself: the schema, and the days that are not kept, or not as this version keeps them."""
    schema.upgrade(database)
    visit_days.fill_all(database, clock.now())
    occupancy.fill_all(database)
    database.dispose()


def fill(url: str, visits: int, days: int, last: date) -> None:
    """The same in an empty database of either kind. The days are then kept, as the server does by itself."""
    database = Database(url)
    schema.upgrade(database)
    with database.write() as session:
        demo.seed(session, PASSWORD)
    with Rows.of(url) as rows:
        writer = Writer(rows, last - timedelta(days=7))
        working = list(_weekdays(last, days))
        for place, day in enumerate(working):
            writer.day(day, visits * (place + 1) // len(working) - visits * place // len(working))
            if place % 50 == 0:
                rows.flush()
        writer.end()
    _bring_up_to_date(database)


def yesterday() -> date:
    """The last day that is over at the office; who waits today is added by ``let_wait``."""
    return clock.now().astimezone(WIB).date() - timedelta(days=1)


def let_wait(url: str, waiting: int) -> None:
    """So many have come within the last hour, but not before midnight at the office."""
    now = clock.now()
    today = now.astimezone(WIB).date()
    begun = max(now - timedelta(hours=1), datetime(today.year, today.month, today.day, tzinfo=WIB))
    database = Database(url)
    with database.read() as session:
        version, tickets = session.scalars(select(Office.version)).one(), session.scalar(select(func.max(Ticket.id)))
        digest = session.scalar(select(Event.digest).where(Event.seq == version))
    database.dispose()
    with Rows.of(url) as rows:
        writer = Writer(rows, today, version, digest or chain.START, tickets or 0)
        for number in range(waiting):
            writer.wait(today, number, begun + (now - begun) * number / waiting)
        for service in range(1, len(SERVICES) + 1):
            rows.add("daily_sequence", _SEQUENCE, (service, today.isoformat(), waiting, waiting, 0, waiting, 0))
        writer.end()


def _weekdays(last: date, days: int) -> Iterator[date]:
    for back in range(days - 1, -1, -1):
        day = last - timedelta(days=back)
        if day.weekday() < 5:
            yield day


def _at(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
