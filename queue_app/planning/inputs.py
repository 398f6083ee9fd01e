"""READ an office's past and settings as the simulator takes them: a usual day of one weekday.

People come as on the past days of that weekday (of any, while there are few). A half hour of a day on which the quota
was used up by then says nothing of how many would have come: it is left out. Who was transferred comes a second time,
without a number. Waiting makes people leave at the rate at which they left; those who were called in vain though they
had hardly waited would have been so anyway. With little past the settings stand in: standard times, and as many people
as there are places; ``Basis`` says so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from metrics.forecast.line import Rule
from metrics.forecast.times import FIRST_SIGMA, FIRST_UNSURE, LogNormal, Served, learn
from metrics.local_time import micros
from metrics.planning.day import DayPlan, Desk, Service, Span
from metrics.planning.durations import Duration, Learned, Observed
from metrics.planning.scenario import merged
from metrics.plausibility import sift
from metrics.visit_table import NEVER, VisitTable
from queue_app import opening, standards
from queue_app.lifecycle import Action
from queue_app.models import Event, Office
from queue_app.planning import coming, staffed
from queue_app.planning.past import LEAST_VISITS, Past
from queue_app.planning.staffed import Source

FIRST_SERVE_S = 600.0
"""A service of which nothing is known, in an office of which nothing is known."""

_OBSERVED = 200
_KEPT_QUANTILES = 500
_FIRST_NO_SHOW = 0.05
_VAIN_CALL_S = 90.0
_IDS_AT_ONCE = 5_000
_WITHOUT_HOURS = ((8 * 3600.0, 16 * 3600.0),)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a plan rests on. ``days`` past days with ``visits`` visits, of that weekday alone unless ``any_weekday``;
    ``enough`` False: the settings stand in. ``observed``: codes of services whose times are those of the past, of the
    others the standard time counts too; ``unknown``: nothing is known of theirs. ``source``: what says when counters
    are open. ``median_s`` and ``p90_s``: of the real waits of those served on these days."""

    days: int
    visits: int
    enough: bool
    any_weekday: bool
    observed: tuple[str, ...]
    unknown: tuple[str, ...]
    source: Source
    median_s: float | None
    p90_s: float | None


@dataclass(frozen=True, slots=True)
class Inputs:
    """``plan``: the day as it is run now; ``counters``: all that there are; ``opens``: the office's hours that day."""

    plan: DayPlan
    counters: tuple[Desk, ...]
    opens: tuple[Span, ...]
    basis: Basis


def opening_spans(session: Session, office: Office, weekday: int, now: datetime) -> tuple[Span, ...]:
    """The office's own hours of a weekday (0 Monday) in seconds of the day; empty when it never opens then. An office
    without any hours is taken to open from 8 to 16."""
    today = opening.local_day(office, now)
    calendar = opening.calendar(session, office, today, today)
    if not calendar.hours:
        return _WITHOUT_HOURS
    found = [(row.opens_minute * 60.0, row.closes_minute * 60.0) for row in calendar.hours if row.weekday == weekday]
    return merged(found)


def read(session: Session, office: Office, weekday: int, now: datetime) -> Inputs:
    """The usual day of a weekday. Raises ``ValueError`` when the office never opens then."""
    opens = opening_spans(session, office, weekday, now)
    if not opens:
        raise ValueError("the office does not open on that weekday")
    past = Past.read(session, office, weekday, opening.local_day(office, now))
    if past.enough:
        opens = _cut_to_use(opens, past)
    services = {one.code: one for one in office.services if one.active}
    times, observed, unknown = _times(session, office, past.all_visits, services)
    desks, source = staffed.desks(session, office, list(services), past.days, opens, past.of_days)
    leaving = _Leaving.of(session, past.all_visits)
    plan = DayPlan(
        services=[
            Service(code, times[code], one.daily_quota, 60.0 * (one.wait_target_minutes or office.wait_target_minutes))
            for code, one in services.items()
        ],
        desks=desks,
        demand=coming.demand(session, office, services, past, opens, now),
        closes_s=opens[-1][1],
        rule=Rule(office.rule.name.value, office.rule.longest_wait.total_seconds()),
        rates=dict(office.rates),
        no_show=leaving.no_show,
        vain_call_s=leaving.vain_call_s,
        leaving_per_s=leaving.per_s,
    )
    waits = past.waits
    median_s, p90_s = (float(value) for value in np.quantile(waits, (0.5, 0.9))) if waits.size else (None, None)
    basis = Basis(
        days=len(past.days),
        visits=len(past.of_days),
        enough=past.enough,
        any_weekday=past.any_weekday,
        observed=observed,
        unknown=unknown,
        source=source,
        median_s=median_s,
        p90_s=p90_s,
    )
    there = staffed.preferences_of(session, office, list(services))
    counters = tuple(Desk(number, of, opens) for number, of in sorted(there.items()))
    return Inputs(plan, counters if len(counters) >= len(desks) else tuple(desks), opens, basis)


def _cut_to_use(opens: Sequence[Span], past: Past) -> tuple[Span, ...]:
    """An office that is open round the clock is planned for the hours in which people come."""
    low, high = (float(at_s) for at_s in np.quantile(past.at_s, (0.002, 0.998)))
    start, end = low // 3600 * 3600.0, -(-high // 3600) * 3600.0
    cut = [(max(start, a), min(end, b)) for a, b in opens]
    return tuple((a, b) for a, b in cut if a < b) or tuple(opens)


def _times(
    session: Session, office: Office, visits: VisitTable, codes: Iterable[str]
) -> tuple[dict[str, Duration], tuple[str, ...], tuple[str, ...]]:
    """How long a counter is taken, by service; of which it was observed, and of which nothing is known."""
    kept = VisitTable.of(sift(visits.with_somebody(), office.zone).kept)
    begun = np.where(kept.called_at == NEVER, kept.started_at, kept.called_at)
    taken_s = (kept.finished_at - begun - kept.hold) / 1e6
    standards_s = standards.standards_s(session, office, None)
    by_code = {code: taken_s[kept.service.are(code) & (taken_s > 0)] for code in codes}
    learned = learn([Served(code, float(s)) for code, of in by_code.items() for s in of], standards_s)
    times: dict[str, Duration] = {}
    for code, of in by_code.items():
        if len(of) >= _OBSERVED:
            levels = (np.arange(_KEPT_QUANTILES) + 0.5) / _KEPT_QUANTILES
            times[code] = Observed.from_seconds(np.quantile(of, levels).tolist())
        else:
            times[code] = Learned(learned.of(code) or _FIRST_TIME)
    observed = tuple(code for code, of in by_code.items() if len(of) >= _OBSERVED)
    unknown = tuple(code for code, of in by_code.items() if not len(of) and code not in standards_s)
    return times, observed, unknown


_FIRST_TIME = LogNormal(float(np.log(FIRST_SERVE_S)) - FIRST_SIGMA**2 / 2, FIRST_SIGMA, FIRST_UNSURE)


@dataclass(frozen=True, slots=True)
class _Leaving:
    """``no_show`` of those called who had hardly waited; ``per_s``: the chance of leaving in each second of a wait."""

    no_show: float
    per_s: float
    vain_call_s: float

    @classmethod
    def of(cls, session: Session, visits: VisitTable) -> "_Leaving":
        waits, missing = visits.wait_s, visits.end.are("no_show")
        called = waits >= 0
        gone = visits.end.are("abandoned") & ~visits.is_called
        if called.sum() < LEAST_VISITS:
            return cls(_FIRST_NO_SHOW, 0.0, _VAIN_CALL_S)
        short = called & (waits <= np.quantile(waits[called], 0.25))
        base = float(missing[short].mean())
        left = max(0.0, float(missing.sum()) - base * float(called.sum())) + float(gone.sum())
        waited_s = float(waits[called].sum()) + _left_waits_s(session, visits.where(gone))
        in_vain = float(missing.sum()) / max(float(missing.sum() + gone.sum()), 1.0)
        return cls(base, left / waited_s if waited_s > 0 else 0.0, _VAIN_CALL_S * in_vain)


def _left_waits_s(session: Session, gone: VisitTable) -> float:
    """How long those who left had waited, as far as that was noticed."""
    arrived = dict(zip(gone.ticket.tolist(), gone.arrived_at.tolist(), strict=True))
    ids, total = list(arrived), 0.0
    for start in range(0, len(ids), _IDS_AT_ONCE):
        left = session.execute(
            select(Event.ticket_id, Event.at).where(
                Event.ticket_id.in_(ids[start : start + _IDS_AT_ONCE]), Event.action == Action.CANCEL.value
            )
        )
        total += sum(max(0.0, (micros(at) - arrived[ticket]) / 1e6) for ticket, at in left if ticket is not None)
    return total
