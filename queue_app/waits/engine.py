"""The rollout of an office's line, made once for each state of the office, however many pages ask. Reads only.

The office's version says whether anything has happened. Time alone moves a forecast too, so it is made anew after a few
seconds. What is foretold is the rollout, corrected by what past forecasts have taught.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sqlalchemy import Pool, select
from sqlalchemy.orm import Session

from metrics.forecast.line import Known, Spread
from queue_app import kept_settings, line, opening
from queue_app.models import Office, Service
from queue_app.waits import accuracy, learned, state, usual

if TYPE_CHECKING:
    from metrics.forecast.correction import Correction

FRESH = timedelta(seconds=10)
MOST_WAITING = 600
"""With more in line nothing is rolled out: a burst of arrivals must not hold up the server."""

_OFFICES_KEPT = 500


@dataclass(frozen=True, slots=True)
class Wait:
    """``spread``: what is told, from now. ``rolled``: before the correction. ``known``: what it was corrected by.
    ``late``: how probably the call comes after the service's hours of today, 0 when these are over or not known."""

    spread: Spread
    rolled: Spread
    known: Known
    service_id: int
    late: float = 0.0


@dataclass(frozen=True, slots=True)
class Foretold:
    """By ticket id, and by service id for whoever comes now. Nothing honest can be said of who is not in it."""

    tickets: Mapping[int, Wait]
    newcomers: Mapping[int, Wait]


_NOTHING = Foretold({}, {})

_made: WeakKeyDictionary[Pool, dict[int, tuple[int, datetime, Foretold | None]]] = WeakKeyDictionary()
_corrections: WeakKeyDictionary[Pool, dict[int, tuple[date, "Correction | None"]]] = WeakKeyDictionary()


def foretold(session: Session, office: Office, now: datetime) -> Foretold | None:
    """The waits of all who wait in the office today, and of whoever would come now; None when too many wait."""
    of_database = _made.setdefault(session.get_bind().engine.pool, {})
    version, made_at, kept = of_database.get(office.id, (None, now, None))
    if version == office.version and timedelta(0) <= now - made_at < FRESH:
        return kept
    found = _make(session, office, now)
    if len(of_database) >= _OFFICES_KEPT:
        of_database.clear()
    of_database[office.id] = (office.version, now, found)
    return found


def _make(session: Session, office: Office, now: datetime) -> Foretold | None:
    if line.lengths(session, office, opening.local_day(office, now)).total() > MOST_WAITING:
        return None
    # numpy and scipy are loaded by the first forecast: commands and the server's start don't pay for them.
    from metrics.forecast import rollout  # noqa: PLC0415

    read = state.read(session, office, now, learned.of(session, office, now), usual.of(session, office, now))
    if not read.line.desks:
        return _NOTHING
    rolled = rollout.forecast(read.line)
    known = read.known(rolled)
    asked = [key for key in rolled if key in read.waiting or key < 0]
    spreads = [rolled[key] for key in asked]
    correction = _correction(session, office, now)
    if correction is not None and asked:
        codes = [read.codes[read.services[key]] for key in asked]
        hour = now.astimezone(office.zone).hour
        spreads = correction.of_all(spreads, [known[key] for key in asked], codes, hour)
    closes_s = _closes_s(session, office, now)
    waits = {
        key: Wait(spread, rolled[key], known[key], own := read.services[key], _late(spread, closes_s.get(own)))
        for key, spread in zip(asked, spreads, strict=True)
    }
    return Foretold(
        {key: wait for key, wait in waits.items() if key > 0}, {-key: wait for key, wait in waits.items() if key < 0}
    )


def _closes_s(session: Session, office: Office, now: datetime) -> dict[int, float]:
    """Seconds until the last of today's hours end, by service; those whose hours are over, or have none, are left
    out."""
    today = opening.local_day(office, now)
    last = kept_settings.remembered(session, office.id, ("closes", today), lambda: _closes(session, office, today))
    left = {own: opening.local_instant(office, today, minute) - now for own, minute in last.items() if minute}
    return {own: until.total_seconds() for own, until in left.items() if until > timedelta(0)}


def _closes(session: Session, office: Office, day: date) -> dict[int, int]:
    """The minute of a day at which the last hours of each service end, by its id; 0 for one that has none."""
    calendar = opening.calendar(session, office, day, day)
    services = session.scalars(select(Service).where(Service.office_id == office.id))
    return {own.id: max((closes for _, closes in calendar.intervals(own, day)), default=0) for own in services}


def _late(spread: Spread, closes_s: float | None) -> float:
    return 0.0 if closes_s is None else spread.share_beyond(closes_s)


def _correction(session: Session, office: Office, now: datetime) -> "Correction | None":
    """Learned once a day, from the days before: nothing of today can flatter it."""
    of_database = _corrections.setdefault(session.get_bind().engine.pool, {})
    today = opening.local_day(office, now)
    day, correction = of_database.get(office.id, (None, None))
    if day != today:
        from metrics.forecast.correction import learn  # noqa: PLC0415

        correction = learn(accuracy.cases(session, office, today))
        if len(of_database) >= _OFFICES_KEPT:
            of_database.clear()
        of_database[office.id] = (today, correction)
    return correction
