"""Days on which an office is closed, or open at special hours alone: one or several in a row, set in one go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from queue_app import office_calendar, opening
from queue_app.errors import N_, Invalid
from queue_app.models import Office, User
from queue_app.office_calendar import REASON_LENGTH
from queue_app.opening import Interval

MOST_DAYS = 31
"""In one go."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days to be closed, both ends included, or to be open at ``hours`` alone where there are any."""

    first: date
    last: date
    reason: str
    hours: Sequence[Interval] = ()

    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


def wrong(session: Session, office: Office, asked: Stretch, now: datetime) -> Mapping[str, Invalid]:
    """What cannot be, by ``day``, ``until`` and ``reason``. A holiday that is closed needs no reason of its own."""
    found = {}
    if asked.first < opening.local_day(office, now):
        found["day"] = _refused(N_("Tanggal itu sudah lewat."))
    if not 0 <= (asked.last - asked.first).days < MOST_DAYS:
        said = N_("Tanggal yang sama atau sesudahnya, paling banyak %(most)s hari.")
        found["until"] = _refused(said, MOST_DAYS)
    if not asked.reason and office_calendar.holiday_on(session, office, asked.first) is None:
        found["reason"] = _refused(N_("Tulis alasannya; warga membacanya."))
    elif len(asked.reason) > REASON_LENGTH:
        found["reason"] = _refused(N_("Alasan paling banyak %(most)s huruf."), REASON_LENGTH)
    return found


def _refused(said: str, most: int = 0) -> Invalid:
    return Invalid("bad_stretch", said, most=most)


def set_days(session: Session, office: Office, asked: Stretch, now: datetime, actor: User | None = None) -> None:
    """Close the days, or open them at the special hours; nothing of it may be ``wrong``."""
    for day in asked.days():
        if asked.hours:
            office_calendar.set_special_hours(session, office, day, asked.hours, asked.reason, now, actor)
        else:
            office_calendar.close_day(session, office, day, asked.reason, now, actor)
