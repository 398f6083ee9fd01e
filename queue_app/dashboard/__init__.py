"""READ for the supervisor's dashboard: the three indicators, waits and officers of a period beside the period before,
and the visits behind each figure. Nothing here changes anything.

Speed is the share of services within their standard time, accuracy the share that ended done, for the service that was
asked for, satisfaction the share of answers 3 or 4 (of 1 to 4) to the short survey. Each has Wilson's 95 % interval.
"""

from queue_app.dashboard.figures import (
    LEAST,
    Dashboard,
    DayFigures,
    Filters,
    Indicators,
    Occupied,
    OfficerRow,
    Share,
    Waits,
    counted,
    is_right,
    within_standard,
)
from queue_app.dashboard.reading import beside_speed, legs_behind, load, occupied, widened

__all__ = [
    "LEAST",
    "Dashboard",
    "DayFigures",
    "Filters",
    "Indicators",
    "Occupied",
    "OfficerRow",
    "Share",
    "Waits",
    "beside_speed",
    "counted",
    "is_right",
    "legs_behind",
    "load",
    "occupied",
    "widened",
    "within_standard",
]
