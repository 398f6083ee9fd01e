"""The form of what is foretold of the crowd, in the API."""

from datetime import date
from typing import TYPE_CHECKING

from queue_app.crowd.outlook import Day, Hour
from queue_app.routes.api.frame.fields import Answer, example

if TYPE_CHECKING:
    from metrics.crowd.arrivals import Expected
    from metrics.crowd.waits import Usual


class ExpectedPeople(Answer):
    """How many will come, and the range that holds 8 times in 10."""

    mean: float
    low: int
    high: int

    @classmethod
    def of(cls, expected: "Expected | None") -> "ExpectedPeople | None":
        if expected is None:
            return None
        return cls(mean=round(expected.mean, 1), low=expected.low, high=expected.high)


class UsualWait(Answer):
    """The range of 8 in 10 waits, their middle, and the past days that they come from."""

    low_minutes: int
    median_minutes: int
    high_minutes: int
    days: int

    @classmethod
    def of(cls, usual: "Usual | None") -> "UsualWait | None":
        if usual is None:
            return None
        low, high = usual.told
        return cls(low_minutes=low, median_minutes=round(usual.median), high_minutes=high, days=usual.days)


class CrowdHour(Answer):
    """``hour``: when it begins. ``people`` and ``usual_wait`` null: not known. ``level``: 1 quiet to 4 very busy beside
    the office's own hours, 0 not known."""

    hour: str
    people: ExpectedPeople | None
    usual_wait: UsualWait | None
    level: int

    @classmethod
    def of(cls, hour: Hour) -> "CrowdHour":
        people, usual = ExpectedPeople.of(hour.expected), UsualWait.of(hour.wait)
        return cls(hour=f"{hour.hour:02d}:00", people=people, usual_wait=usual, level=hour.level)


class CrowdDay(Answer):
    """``hours``: those in which the office is open. ``reason``: why it is closed, if that was said. ``people`` null:
    not known."""

    date: date
    open: bool
    reason: str
    people: ExpectedPeople | None
    hours: list[CrowdHour]

    @classmethod
    def of(cls, day: Day) -> "CrowdDay":
        hours = [CrowdHour.of(hour) for hour in day.hours.values()]
        return cls(date=day.day, open=day.is_open, reason=day.reason, people=ExpectedPeople.of(day.total), hours=hours)


class Crowd(Answer):
    """``learned_from``: open days of the past; 0 while there are too few for anything to be foretold."""

    model_config = example(
        office="senapelan",
        learned_from=118,
        days=[
            {
                "date": "2026-11-24",
                "open": True,
                "reason": "",
                "people": {"mean": 91.4, "low": 72, "high": 112},
                "hours": [
                    {
                        "hour": "08:00",
                        "people": {"mean": 14.2, "low": 9, "high": 20},
                        "usual_wait": {"low_minutes": 5, "median_minutes": 16, "high_minutes": 40, "days": 24},
                        "level": 3,
                    }
                ],
            }
        ],
    )

    office: str
    learned_from: int
    days: list[CrowdDay]
