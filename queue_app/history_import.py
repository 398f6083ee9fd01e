"""Past records become tickets with their events, through the one writer.

How a record is told as moves:

* served: join at the arrival; call and start at the start (no earlier call is known, so the wait ends there); finish.
* abandoned: join; cancel when the citizen left. When that is not known: expire at the end of the arrival's local day.
* no_show: join; call at the start (the end, if there is none); no-show at the end (the start, if there is none).

The file is read twice: first all rows are checked, then the good ones are written, ``BATCH`` at a time and each batch
in one transaction (on SQLite nobody else writes meanwhile, for half a second at most). A record's ``import_key`` stands
for its office, its content and which of several equal rows it is; the database holds each key once. So an import that
was broken off is simply run again, and a file that was imported before adds nothing.
"""

import hashlib
import secrets
from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from metrics.periods import day_of, day_start
from queue_app import history_csv, issuing, past_names, writer
from queue_app.database import Database, insert_or_ignore
from queue_app.history_csv import Outcome, PastRecord, Refused
from queue_app.lifecycle import Action
from queue_app.models import Category, Channel, DailySequence, Office, Service, Ticket
from queue_app.past_life import PastMove, PastTicket
from queue_app.past_names import PastNames

BATCH = 2_000

Progress = Callable[[int], None]
"""Told how many rows were dealt with since it was last told."""

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Checked:
    """What the first reading found: ``good`` rows and the bad ones, in the file's order."""

    good: int
    refused: Sequence[Refused]


@dataclass(slots=True)
class Imported:
    """What was written. ``present`` rows were there already; ``outcomes`` counts the new ones."""

    tickets: int = 0
    events: int = 0
    present: int = 0
    served_by_nobody: int = 0
    outcomes: Tally[str] = field(default_factory=Tally)
    services_made: list[str] = field(default_factory=list)
    officers_made: list[str] = field(default_factory=list)


def check(path: Path, zone: ZoneInfo, now: datetime) -> Checked:
    """Read the whole file and write nothing. Raises UnreadableFile and OSError as ``history_csv.read``."""
    good = 0
    refused: list[Refused] = []
    for row in history_csv.read(path, zone, now):
        if isinstance(row, Refused):
            refused.append(row)
        else:
            good += 1
    return Checked(good, refused)


def run(
    database: Database, office_id: int, path: Path, zone: ZoneInfo, now: datetime, progress: Progress | None = None
) -> Imported:
    """Write the good rows of a file that ``check`` has read, and leave the bad ones out. Repeatable.

    What was written before an error stays; running it again goes on from there. Raises as ``check``.
    """
    good = (row for row in history_csv.read(path, zone, now) if isinstance(row, PastRecord))
    return bring_in(database, office_id, good, now, _by_name, progress)


def bring_in(
    database: Database,
    office_id: int,
    records: Iterable[PastRecord],
    now: datetime,
    names_of: "NamesOf",
    progress: Progress | None = None,
    import_id: int | None = None,
) -> Imported:
    """Write records, ``BATCH`` at a time and each batch in a transaction of its own. Repeatable, as ``run``.

    ``names_of`` finds or makes what a batch names, in its transaction; ``import_id``: the import that is being made.
    """
    done = Imported()
    for batch in _batches(with_keys(records, office_id)):
        with database.write() as session:
            office = session.get_one(Office, office_id)
            _wait_for_other_imports(session, office)
            _write(session, office, batch, now, done, names_of, import_id)
        if progress is not None:
            progress(len(batch))
    return done


NamesOf = Callable[[Session, Office, Sequence[PastRecord]], PastNames]


def _by_name(session: Session, office: Office, records: Sequence[PastRecord]) -> PastNames:
    servers = {row.server for row in records if row.server}
    return past_names.read_or_make(session, office, services={row.service for row in records}, servers=servers)


_Keyed = tuple[str, PastRecord]


def _batches(rows: Iterator[_Keyed]) -> Iterator[list[_Keyed]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def with_keys(rows: Iterable[PastRecord], office_id: int) -> Iterator[_Keyed]:
    """Each record with its key. Equal rows of one file are different citizens: the first, the second, ..."""
    seen: Tally[bytes] = Tally()
    for row in rows:
        content = (
            office_id,
            *(at and at.isoformat() for at in (row.arrived_at, row.started_at, row.ended_at)),
            row.server,
            row.service,
            row.outcome.value,
            *_more(row),
        )
        digest = hashlib.sha256(repr(content).encode())
        short = digest.digest()[:16]
        digest.update(b"%d" % seen[short])
        seen[short] += 1
        yield digest.hexdigest(), row


def _more(row: PastRecord) -> Iterator[object]:
    """What only some sources know; nothing of it belongs to the key of a record that has none of it."""
    if row.called_at or row.counter or row.holds or row.untimed:
        yield row.called_at and row.called_at.isoformat()
        yield row.counter
        yield [(start.isoformat(), end.isoformat()) for start, end in row.holds]
        yield row.untimed


def present(session: Session, keys: Sequence[str]) -> set[str]:
    """Which of these keys were brought in before."""
    return {key for key in session.scalars(select(Ticket.import_key).where(Ticket.import_key.in_(keys))) if key}


def _wait_for_other_imports(session: Session, office: Office) -> None:
    """One import of an office at a time on PostgreSQL; desks and booking are not held up by it."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext("history import"), office.id)))


def _write(
    session: Session,
    office: Office,
    batch: Sequence[_Keyed],
    now: datetime,
    done: Imported,
    names_of: NamesOf,
    import_id: int | None,
) -> None:
    there = present(session, [key for key, _ in batch])
    new = [(key, row) for key, row in batch if key not in there]
    done.present += len(batch) - len(new)
    names = names_of(session, office, [row for _, row in new])
    numbers = _numbers(session, office, new, names)
    numbered = zip(new, numbers, strict=True)
    past = [_ticket(office, key, row, names, number, now, import_id) for (key, row), number in numbered]
    done.events += writer.append_past(session, office.id, past)
    done.tickets += len(past)
    done.outcomes.update(row.outcome.value for _, row in new)
    done.served_by_nobody += sum(row.outcome is Outcome.SERVED and row.server is None for _, row in new)
    done.services_made += names.services_made
    done.officers_made += names.officers_made


def _numbers(session: Session, office: Office, rows: Sequence[_Keyed], names: PastNames) -> list[int]:
    """A number for each row: the day's sequence of its service goes on, in the order of arrival."""
    of_day: defaultdict[tuple[int, date], list[int]] = defaultdict(list)
    for place, (_, row) in enumerate(rows):
        of_day[names.services[row.service].id, day_of(row.arrived_at, office.zone)].append(place)
    numbers = [0] * len(rows)
    for (service_id, day), places in sorted(of_day.items()):
        places.sort(key=lambda place: rows[place][1].arrived_at)
        last = _take_numbers(session, service_id, day, len(places))
        for number, place in enumerate(places, start=last - len(places) + 1):
            numbers[place] = number
    return numbers


def _take_numbers(session: Session, service_id: int, day: date, count: int) -> int:
    """The last of ``count`` numbers in a row. They take nothing of the day's quota."""
    insert_or_ignore(session, DailySequence, service_id=service_id, day=day, last=0, taken=0)
    statement = (
        update(DailySequence)
        .where(DailySequence.service_id == service_id, DailySequence.day == day)
        .values(last=DailySequence.last + count)
        .returning(DailySequence.last)
        .execution_options(synchronize_session=False)
    )
    return session.execute(statement).scalar_one()


def _ticket(
    office: Office,
    key: str,
    row: PastRecord,
    names: PastNames,
    number: int,
    now: datetime,
    import_id: int | None,
) -> PastTicket:
    service: Service = names.services[row.service]
    officer_id = names.officers.get(row.server) if row.server else None
    counter_id = names.counters.get(row.counter) if row.counter else None
    return PastTicket(
        columns={
            "public_id": secrets.token_urlsafe(16),
            "service_id": service.id,
            "numbered_by_id": service.id,
            "day": day_of(row.arrived_at, office.zone),
            "number": number,
            "label": issuing.label(service, number),
            "channel": Channel.IMPORTED,
            "category": Category.REGULAR,
            "due_at": row.arrived_at,
            "officer_id": officer_id,
            "counter_id": counter_id,
            "import_key": key,
            "import_id": import_id,
        },
        moves=list(_moves(row, officer_id, counter_id, min(_day_end(row.arrived_at, office.zone), now))),
    )


def _moves(row: PastRecord, officer_id: int | None, counter_id: int | None, day_end: datetime) -> Iterator[PastMove]:
    imported = {"imported": True}

    def at_counter(action: Action, at: datetime, **more: object) -> PastMove:
        return PastMove(action, at, officer_id, {**imported, **more}, counter_id)

    yield PastMove(Action.JOIN, row.arrived_at, data=imported)
    called_at = row.called_at or row.started_at
    match row.outcome:
        case Outcome.SERVED if row.untimed and called_at:
            yield at_counter(Action.CALL, called_at)
            yield at_counter(Action.START, row.started_at or called_at)
            yield at_counter(Action.FINISH, row.started_at or called_at, untimed=True)
        case Outcome.SERVED if row.started_at and row.ended_at and called_at:
            yield at_counter(Action.CALL, called_at)
            yield at_counter(Action.START, row.started_at)
            for parked_at, resumed_at in row.holds:
                yield at_counter(Action.HOLD, parked_at)
                yield at_counter(Action.RESUME, resumed_at)
            yield at_counter(Action.FINISH, row.ended_at)
        case Outcome.ABANDONED:
            left_as = {**imported, "outcome": row.outcome.value}
            action = Action.CANCEL if row.ended_at else Action.EXPIRE
            yield PastMove(action, row.ended_at or day_end, data=left_as)
        case Outcome.NO_SHOW if missed_at := called_at or row.ended_at:
            yield at_counter(Action.CALL, missed_at)
            yield at_counter(Action.NO_SHOW, row.ended_at or missed_at)
        case _:
            raise ValueError(f"line {row.line}: {row.outcome} without its times")


def _day_end(instant: datetime, zone: ZoneInfo) -> datetime:
    return day_start(day_of(instant, zone) + _ONE_DAY, zone)
