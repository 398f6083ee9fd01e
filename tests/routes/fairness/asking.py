"""What is asked for, and what of it is looked at."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import func, select
from werkzeug.test import TestResponse

from queue_app import accounts
from queue_app.models import Standby, Ticket
from tests.office import Desk

TODAY = date(2026, 11, 24)  # a Tuesday, 09:00
TOMORROW = TODAY + timedelta(days=1)
API = "/api/v1/offices/senapelan"
BOOK = "/o/senapelan/A"
LIST = f"{BOOK}/list"
SENDS = "csrf_token"
READY = {"ready": "yes"}
NIK = "1471016010900001"
AT_TEN = {"day": TODAY.isoformat(), "slot": "10:00"}
Ask = Callable[..., TestResponse]


def token_of(desk: Desk, username: str) -> str:
    with desk.db.write() as session:
        return accounts.create_token(session, username, desk.now)


def tickets(desk: Desk) -> int:
    with desk.db.read() as session:
        return session.scalar(select(func.count()).select_from(Ticket)) or 0


def entries(desk: Desk) -> list[Standby]:
    with desk.db.read() as session:
        return list(session.scalars(select(Standby).order_by(Standby.id)))


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())
