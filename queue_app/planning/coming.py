"""READ who comes on a usual day: walk-ins by quarter of an hour, and how full the slots are."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from metrics.planning.day import Span
from metrics.planning.demand import QUARTER_S, QUARTERS, Demand, Slot, WalkIns
from metrics.visit_table import VisitTable
from queue_app import no_shows
from queue_app.models import DailySequence, Office, Service, SlotUsage
from queue_app.planning.past import LEAST_DAYS, Past

_HALF_HOURS = 48
_FEW_BOOKINGS = 30
_FIRST_MISSING = 0.1
_MOST_SPREAD = 0.5


def demand(
    session: Session,
    office: Office,
    services: Mapping[str, Service],
    past: Past,
    opens: Sequence[Span],
    now: datetime,
) -> Demand:
    """Walk-ins and slots of a day; without enough past as many people as there are places."""
    slots = _slots(session, services, past, opens)
    if not past.enough:
        return Demand(_assumed(services, opens), slots, missing=_FIRST_MISSING)
    used_up = _used_up(session, services, past)
    walk_ins = []
    for code in services:
        mine = past.of_days.service.are(code)
        for numbered, chosen in ((True, mine & past.first & ~past.booked), (False, mine & ~past.first)):
            if chosen.any():
                expected = _expected(past, chosen, used_up.get(code, {}) if numbered else {})
                walk_ins.append(WalkIns(code, expected, _shares(past.of_days, chosen), numbered))
    measured = no_shows.of_today(session, office, now)
    missing = measured.missed / measured.booked if measured.booked >= _FEW_BOOKINGS else _FIRST_MISSING
    usual = Demand(walk_ins, slots, _spread(past), missing=missing)
    early = _early(past)
    return usual if len(early) < _FEW_BOOKINGS else replace(usual, early_s=early)


def _assumed(services: Mapping[str, Service], opens: Sequence[Span]) -> list[WalkIns]:
    """As many as there are numbers or, without a quota, places in slots; spread evenly over the hours."""
    quarters = [q for q in range(QUARTERS) if any(a <= q * QUARTER_S < b for a, b in opens)]
    found = []
    for code, service in services.items():
        people: float = service.daily_quota or 0
        if service.daily_quota is None:
            people = sum(service.capacity_at(q * 15) * QUARTER_S / 60 / service.slot_minutes for q in quarters)
        expected = np.zeros(QUARTERS)
        expected[quarters] = people / max(len(quarters), 1)
        found.append(WalkIns(code, tuple(expected.tolist())))
    return found


def _used_up(session: Session, services: Mapping[str, Service], past: Past) -> dict[str, dict[int, float]]:
    """By service: the days (places in ``past.days``) whose quota was used up, and the second of the last to come."""
    found: dict[str, dict[int, float]] = {}
    places = {day: place for place, day in enumerate(past.days)}
    for code, service in services.items():
        if service.daily_quota is None or service.daily_quota == 0:
            continue
        full = session.scalars(
            select(DailySequence.day).where(
                DailySequence.service_id == service.id,
                DailySequence.day.in_(past.days),
                DailySequence.taken >= service.daily_quota,
            )
        ).all()
        mine = past.of_days.service.are(code) & past.first
        last = {places[day]: past.at_s[mine & (past.day == places[day])] for day in full}
        found[code] = {place: float(at_s.max()) for place, at_s in last.items() if at_s.size}
    return found


def _expected(past: Past, chosen: NDArray[np.bool_], full: Mapping[int, float]) -> tuple[float, ...]:
    """By quarter of an hour: the mean of the days that could say so; where none could, as in the half hour before."""
    half_hour = np.clip(past.at_s[chosen] // (2 * QUARTER_S), 0, _HALF_HOURS - 1).astype(int)
    counts = np.bincount(half_hour, minlength=_HALF_HOURS).astype(float)
    days = np.full(_HALF_HOURS, float(len(past.days)))
    for last_s in full.values():
        days[int(last_s // (2 * QUARTER_S)) + 1 :] -= 1
    means = np.divide(counts, days, out=np.zeros(_HALF_HOURS), where=days > 0)
    for at in np.flatnonzero(days <= 0):
        means[at] = means[at - 1] if at else 0.0
    return tuple(np.repeat(means / 2, 2).tolist())


def _shares(visits: VisitTable, chosen: NDArray[np.bool_]) -> dict[str, float]:
    codes = visits.category.codes[chosen]
    counts = np.bincount(codes[codes >= 0], minlength=len(visits.category.known))
    found = {name: float(n) for name, n in zip(visits.category.known, counts, strict=True) if n}
    return found or {"regular": 1.0}


def _spread(past: Past) -> float:
    """How much days differ beyond chance: the variance of their sizes less their mean (that of Poisson)."""
    sizes = np.bincount(past.day[past.first & ~past.booked], minlength=len(past.days)).astype(float)
    if len(sizes) < LEAST_DAYS or sizes.mean() == 0:
        return 0.0
    beyond = max(0.0, float(sizes.var(ddof=1)) - float(sizes.mean()))
    return min(_MOST_SPREAD, float(np.sqrt(beyond)) / float(sizes.mean()))


def _early(past: Past) -> tuple[float, ...]:
    """How long after its slot each booked citizen came, in rising order; two hours at most count."""
    arrived_s = past.of_days.arrived_at[past.booked] / 1e6
    slot_s = np.array([past.slot_s[int(ticket)] for ticket in past.of_days.ticket[past.booked]])
    return tuple(np.sort(np.clip(arrived_s - slot_s, -7200, 7200)).tolist()) if arrived_s.size else ()


def _slots(session: Session, services: Mapping[str, Service], past: Past, opens: Sequence[Span]) -> list[Slot]:
    """The slots of a day, each filled as on the past days."""
    taken: dict[tuple[int, int], int] = {}
    if past.days:
        found: Sequence[Any] = session.execute(
            select(SlotUsage.service_id, SlotUsage.start_minute, func.sum(SlotUsage.taken))
            .where(SlotUsage.service_id.in_([one.id for one in services.values()]), SlotUsage.day.in_(past.days))
            .group_by(SlotUsage.service_id, SlotUsage.start_minute)
        ).all()
        taken = {(service, minute): int(count) for service, minute, count in found}
    slots = []
    for code, service in services.items():
        for start, end in opens:
            for minute in range(int(start // 60), int(end // 60) - service.slot_minutes + 1, service.slot_minutes):
                places = service.capacity_at(minute)
                if not places:
                    continue
                booked = taken.get((service.id, minute), 0) / max(len(past.days), 1)
                slots.append(Slot(code, minute * 60.0, places, min(1.0, booked / places)))
    return slots
