"""A made-up past: weekdays, hours, holidays and month's turn that differ, and chance."""

import math
from datetime import date, timedelta

import numpy as np

from metrics.crowd.days import PastDay, Waits

MONDAY = date(2026, 1, 5)
HOURS = range(8, 16)
_SHARES = (0.16, 0.19, 0.17, 0.14, 0.06, 0.12, 0.1, 0.06)
_WEEK = (1.35, 1.1, 1.0, 0.95, 0.75)


def arrivals(seed: int, days: int = 180, a_day: float = 90, crazy: int | None = None) -> list[PastDay]:
    """Monday to Friday; one weekday in 22 is closed, and the next open one has half as many more."""
    chance = np.random.default_rng(seed)
    past, after = [], False
    for n in range(days):
        day = MONDAY + timedelta(days=n)
        if day.weekday() > 4:
            continue
        if n % 31 == 16:
            after = True
            continue
        mean = a_day * _WEEK[day.weekday()] * (1.5 if after else 1.0) * (1.3 if day.day <= 3 else 1.0)
        after = False
        mean *= float(chance.gamma(60, 1 / 60)) * (6 if n == crazy else 1)
        counts = {hour: int(chance.poisson(mean * share)) for hour, share in zip(HOURS, _SHARES, strict=True)}
        past.append(PastDay(day, counts))
    return past


def waits(seed: int, days: int = 90, quiet: tuple[int, int] | None = None, visitors: float = 6) -> list[PastDay]:
    """Half an hour at any time, some days worse than others; at the ``quiet`` weekday and hour 40 % of it."""
    chance = np.random.default_rng(seed)
    past = []
    for n in range(days):
        day = MONDAY + timedelta(days=n)
        if day.weekday() > 4:
            continue
        whole = float(chance.normal(0, 0.35))
        of_day = {}
        for hour in HOURS:
            middle = math.log(31) + whole + float(chance.normal(0, 0.25))
            middle += math.log(0.4) if quiet == (day.weekday(), hour) else 0.0
            logs = np.clip(middle + chance.normal(0, 0.5, int(chance.poisson(visitors))), 0, None)
            if len(logs):
                of_day[hour] = Waits(len(logs), float(logs.sum()), float((logs**2).sum()))
        past.append(PastDay(day, {hour: of.n for hour, of in of_day.items()}, {0: of_day}))
    return past
