"""Who usually still comes without a booking, as people of a rollout. Pure, from what was learned."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from metrics.forecast.arrivals import DENSITY
from metrics.forecast.line import Person
from metrics.forecast.times import LogNormal
from queue_app.models import Channel, Office
from queue_app.waits.usual import Usually

FIRST_KEY = 1 << 60
"""Their keys begin here, far from those of tickets."""

_MOST = 1500


@dataclass(frozen=True, slots=True)
class Coming:
    """Somebody who may come ``due_s`` from the beginning, with a chance of one in ``DENSITY``."""

    key: int
    service: str
    rate: float
    due_s: float

    def person(self, lane: int, time: LogNormal | None, kind: int) -> Person:
        return Person(self.key, lane, time, self.due_s, self.rate, here=False, shows=1 / DENSITY, kind=kind)


def walking_in(
    office: Office, begins: datetime, usual: Usually, within_s: float, *, only_priority: bool = False
) -> Iterator[Coming]:
    """Those who may come within so many seconds from ``begins``; the first few hundreds."""
    local, rule = begins.astimezone(office.zone), office.rule
    arriving = usual.arrivals(local.weekday())
    key = FIRST_KEY
    for group in arriving.groups:
        service, category, channel = group
        rate = rule.rate(category)
        if channel == Channel.ONLINE or (only_priority and rate <= 1):
            continue
        into_hour_s = local.minute * 60.0 + local.second
        for due_s in arriving.to_come(group, into_hour_s, local.hour, within_s):
            if key - FIRST_KEY >= _MOST:
                return
            yield Coming(key, service, rate, due_s)
            key += 1
