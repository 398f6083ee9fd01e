"""Every leg of every visit as a line of CSV, a month at a time."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from metrics.visit import Visit
from queue_app import history
from queue_app.models import Office
from queue_app.report_files import cell

_AT_ONCE = timedelta(days=31)

COLUMNS = (
    *("ticket", "service", "counter", "officer", "category", "channel"),
    *("arrived_at", "called_at", "started_at", "finished_at", "left_at"),
    *("wait_s", "serve_s", "hold_s", "end", "outcome", "flagged"),
)


def lines(session: Session, office: Office, first: date, last: date, has_personal: bool) -> Iterator[bytes]:
    """The heading and a line for each leg; the priority group is personal, and else left empty."""
    yield _line(list(COLUMNS))
    start = first
    while start <= last:
        end = min(start + _AT_ONCE, last)
        for leg in history.legs_of_days(session, office, start, end):
            yield _line(_cells(leg.visit, has_personal))
        start = end + timedelta(days=1)


def _cells(visit: Visit, has_personal: bool) -> list[object]:
    instants = (visit.arrived_at, visit.called_at, visit.started_at, visit.finished_at, visit.left_at)
    return [
        *(visit.ticket, visit.service, visit.counter, visit.officer),
        *(visit.category if has_personal else None, visit.channel),
        *map(_instant, instants),
        *(visit.wait_s, visit.serve_s, visit.hold.total_seconds(), visit.end, visit.outcome, int(visit.flagged)),
    ]


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _line(values: list[object]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow([cell(value) if isinstance(value, str) else value for value in values])
    return text.getvalue().encode()
