"""A demonstration office with a past: brought in from a file, as an office that starts with Antrean does."""

import random
from datetime import datetime, timedelta
from pathlib import Path

from queue_app import history_import
from tests.office import Desk

OFFICERS = ("petugas1", "petugas2", "petugas3", "petugas4")


def remember(desk: Desk, folder: Path, *, days: int, changed: int, factor: float, officers: int = 4) -> None:
    """The working days of the last ``days``, twelve services a day, half of A and half of B; in the last ``changed``
    calendar days A takes ``factor`` times as long. B always takes eight minutes or so.
    """
    dice = random.Random(3)
    rows = ["arrival_ts,service_start_ts,service_end_ts,server_id,service_type,outcome"]
    for back in range(days, 0, -1):
        day = desk.now - timedelta(days=back)
        if day.weekday() < 5:
            rows += [_row(day, n, dice, factor if back <= changed else 1.0, officers) for n in range(12)]
    file = folder / "past.csv"
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    with desk.db.read() as session:
        office = desk.office(session)
    done = history_import.run(desk.db, office.id, file, office.zone, desk.now)
    assert done.tickets == len(rows) - 1


def _row(day: datetime, n: int, dice: random.Random, factor: float, officers: int) -> str:
    service = "AB"[n % 2]
    arrived = day.replace(hour=2, minute=0) + timedelta(minutes=25 * n)
    begun = arrived + timedelta(minutes=3 + 4 * dice.random())
    ended = begun + timedelta(minutes=8 * dice.uniform(0.8, 1.2) * (factor if service == "A" else 1.0))
    instants = (at.isoformat(timespec="seconds") for at in (arrived, begun, ended))
    return ",".join([*instants, OFFICERS[n // 2 % officers], service, "served"])
