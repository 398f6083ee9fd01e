"""A SQLite file with the demonstration office and many past visits, written in one go: 100,000 visits in some seconds.

Every weekday five officers open, pause at noon and close; visits come evenly over the day, one in twenty is held,
one in forty does not come, one in fifty leaves, one in 300 is contested
(and decided, but for the last week's), one in seven answers the survey.
"""

import json
import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from queue_app import demo, schema
from queue_app.database import Database

PASSWORD = "only-for-a-benchmark"
OFFICERS = 5
SERVICES = "ABCDEF"
_OPENS = timedelta(hours=1)  # 08:00 in WIB
_HOURS = 7.0
_CATEGORIES = ("regular",) * 16 + ("elderly", "disabled", "pregnant", "infant")

_TICKET = """INSERT INTO ticket (id, public_id, office_id, service_id, numbered_by_id, day, number, label, channel,
 category, state, version, due_at, lets_pass, deferrals, legs, relation)
 VALUES (?, ?, 1, ?, ?, ?, ?, ?, 'kiosk', ?, ?, ?, ?, 0, 0, '[]', 'self')"""
_EVENT = """INSERT INTO event (office_id, seq, at, action, ticket_id, ticket_version, shift_id, service_id, counter_id,
 officer_id, actor_id, reason, data) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_SHIFT = "INSERT INTO shift (id, office_id, counter_id, officer_id, state, opened_at) VALUES (?, 1, ?, ?, 'CLOSED', ?)"
_FEEDBACK = """INSERT INTO feedback (ticket_id, office_id, service_id, officer_id, answers, created_at)
 VALUES (?, 1, ?, ?, ?, ?)"""


class Writer:
    """Rows of the past in order; ``flush`` writes them."""

    def __init__(self, connection: sqlite3.Connection, decided_until: date) -> None:
        self._decided_until = decided_until
        self._claims: list[tuple[int, int, int, int]] = []
        self._connection = connection
        self._rows: dict[str, list[tuple[object, ...]]] = {s: [] for s in (_TICKET, _SHIFT, _EVENT, _FEEDBACK)}
        self.seq = self.tickets = self.shifts = 0
        self._chance = random.Random(1)

    def day(self, day: date, visits: int) -> None:
        opens = datetime(day.year, day.month, day.day, tzinfo=UTC) + _OPENS
        for officer in range(1, OFFICERS + 1):
            self._shift(officer, opens)
        for number in range(visits):
            self._visit(day, number, opens + timedelta(hours=_HOURS * number / visits), visits)

    def _shift(self, officer: int, opens: datetime) -> None:
        self.shifts += 1
        self._rows[_SHIFT].append((self.shifts, officer, officer, _at(opens)))
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
                self._rows[_FEEDBACK].append((ticket, service, officer, answers, _at(finished + timedelta(hours=1))))
        states = {"cancel": "CANCELLED", "no_show": "NO_SHOW", "finish": "SERVED"}
        label = f"{SERVICES[service - 1]}-{number + 1:03d}"
        category = chance.choice(_CATEGORIES)
        self._rows[_TICKET].append(
            (ticket, f"past-{ticket}", service, service, day.isoformat(), number + 1, label, category,
             states[moves[-1][0]], len(moves), _at(arrived))
        )  # fmt: skip
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

    def _event(
        self, at: datetime, action: str, ticket: int | None = None, version: int | None = None,
        shift_id: int | None = None, service_id: int | None = None, counter_id: int | None = None,
        officer_id: int | None = None, reason: str | None = None, data: dict[str, object] | None = None,
    ) -> None:  # fmt: skip
        self.seq += 1
        self._rows[_EVENT].append(
            (self.seq, _at(at), action, ticket, version, shift_id, service_id, counter_id, officer_id, officer_id,
             reason, json.dumps(data or {}))
        )  # fmt: skip

    def flush(self) -> None:
        for statement, rows in self._rows.items():
            self._connection.executemany(statement, rows)
            rows.clear()
        self._connection.execute("UPDATE office SET version = ?", (self.seq,))
        self._connection.commit()


def make(path: Path, visits: int, days: int, last: date) -> Path:
    """The file, with so many visits over the weekdays of so many days up to ``last``; an old one is used again."""
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    database = Database(f"sqlite:///{new}")
    schema.upgrade(database)
    with database.write() as session:
        demo.seed(session, PASSWORD)
    database.dispose()
    connection = sqlite3.connect(new)
    connection.execute("PRAGMA synchronous=OFF")
    writer = Writer(connection, last - timedelta(days=7))
    working = list(_weekdays(last, days))
    for place, day in enumerate(working):
        writer.day(day, visits * (place + 1) // len(working) - visits * place // len(working))
        if place % 50 == 0:
            writer.flush()
    writer.flush()
    connection.close()
    return new.rename(path)


def _weekdays(last: date, days: int) -> Iterator[date]:
    for back in range(days - 1, -1, -1):
        day = last - timedelta(days=back)
        if day.weekday() < 5:
            yield day


def _at(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%d %H:%M:%S.%f")
