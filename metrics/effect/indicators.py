"""The four indicators as cases: which records count, what their value is, and what mix they are adjusted for.

Speed: the logarithm of the plausible serve times, by service with its outcome, category, time of day and officer. Wait:
the logarithm of the time from check-in to call, a wait under a minute counting as one, by service, category and time of
day, with the load of the day. Accuracy: 1 for what ended done for the service that was asked for, 0 otherwise.
"""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

import numpy as np

from metrics.effect.cases import Cases, Codes
from metrics.local_time import LocalDays
from metrics.plausibility import KEPT, reasons_to_exclude
from metrics.visit_table import NOBODY, Mask, VisitTable

LEAST_WAIT_S = 60.0
_PARTS_OF_DAY = (11, 14)
"""Hours at which noon begins and ends."""


def plausible(table: VisitTable, zone: ZoneInfo) -> Mask:
    """Which legs may enter speed and accuracy."""
    kept: Mask = reasons_to_exclude(table.with_somebody(), zone) == KEPT
    return kept


def speed(served: VisitTable, zone: ZoneInfo) -> Cases:
    """Of legs that are ``plausible``."""
    days = LocalDays(served.started_at, zone)
    outcomes = len(served.outcome.known) + 1
    service = served.service.codes.astype(np.int64) * outcomes + served.outcome.codes + 1
    mix = {"service": service, "category": _codes(served.category.codes), "hour": _part_of_day(days)}
    return Cases(days.ordinal, np.log(served.serve_s), mix | {"officer": _codes(served.officer.codes)})


def wait(table: VisitTable, zone: ZoneInfo) -> Cases:
    """Of all who were called."""
    called = table.where(table.is_called & (np.nan_to_num(table.wait_s, nan=-1.0) >= 0))
    days = LocalDays(called.arrived_at, zone)
    mix = {"service": _codes(called.service.codes), "category": _codes(called.category.codes)}
    value = np.log(np.maximum(called.wait_s, LEAST_WAIT_S))
    return Cases(days.ordinal, value, mix | {"hour": _part_of_day(days)})


def load(table: VisitTable, zone: ZoneInfo) -> Mapping[int, float]:
    """By day, the logarithm of arrivals per counter that called; days without a known counter are left out."""
    called = table.where(table.is_called)
    days = LocalDays(called.arrived_at, zone).ordinal
    found = {}
    for day in np.unique(days):
        here = called.counter[days == day]
        counters = len(np.unique(here[here != NOBODY]))
        if counters:
            found[int(day)] = float(np.log(len(here) / counters))
    return found


def accuracy(served: VisitTable, is_right: Mask, zone: ZoneInfo) -> Cases:
    """Of legs that are ``plausible``."""
    days = LocalDays(served.started_at, zone)
    mix = {"service": _codes(served.service.codes), "category": _codes(served.category.codes)}
    return Cases(days.ordinal, is_right.astype(np.float64), mix | {"officer": _codes(served.officer.codes)})


def _codes(codes: "np.typing.NDArray[np.int32]") -> Codes:
    return codes.astype(np.int64)


def _part_of_day(days: LocalDays) -> Codes:
    return np.searchsorted(_PARTS_OF_DAY, days.weekday_hours() % 24, side="right").astype(np.int64)
