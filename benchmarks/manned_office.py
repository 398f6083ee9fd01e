"""The demonstration office with as many officers at counters as are wanted, and people who wait for them."""

from datetime import UTC, datetime

from sqlalchemy import select

from benchmarks import past_visits
from queue_app import accounts, queries, shifts
from queue_app.database import Database
from queue_app.demo import SLUG
from queue_app.models import Counter, Role, User

A_DAY = 770
ALWAYS_WAITING = 2_000
"""So that nobody calls in vain."""


def fill(url: str, desks: int, stored: int = 0, *, waiting: bool = False) -> list[tuple[int, str]]:
    """Make it in an empty database. ``stored``: so many tickets of past days are there too, with ``waiting`` of people
    who wait today. A counter and a token for each of so many officers, who have sat down."""
    past = 0 if waiting else stored
    past_visits.fill(url, past, max(1, round(past / A_DAY * 7 / 5)), past_visits.yesterday())
    past_visits.let_wait(url, max(ALWAYS_WAITING, stored if waiting else 0))
    database = Database(url)
    with database.write() as session:
        office, now = queries.office(session, SLUG), datetime.now(UTC)
        found = []
        for number in range(1, desks + 1):
            counter = session.scalar(select(Counter).where(Counter.number == number))
            if counter is None:
                counter = Counter(office_id=office.id, number=number, services=list(office.services))
                session.add(counter)
            name = f"petugas{number}"
            officer = session.scalar(select(User).where(User.username == name))
            if officer is None:
                officer = User(username=name, display_name=name, role=Role.OFFICER, office_id=office.id)
                session.add(officer)
            session.flush()
            shifts.open_counter(session, officer, counter.id, now)
            found.append((counter.id, accounts.create_token(session, name, now)))
    database.dispose()
    return found
