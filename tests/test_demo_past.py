"""The demonstration's invented past: alive, without names, the same each time, and nothing of today."""

from datetime import timedelta

from sqlalchemy import func, select

from metrics.periods import Period
from queue_app import accuracy, dashboard, demo
from queue_app.dashboard import Filters
from queue_app.models import Annotation, Complaint, ComplaintState, Ticket
from tests.office import SLUG, Desk


def test_every_indicator_has_something_to_show(desk: Desk) -> None:
    with desk.db.write() as session:
        made = demo.invent(session, desk.vault, SLUG, 14, desk.now)
    with desk.db.read() as session:
        office = desk.office(session)
        today = desk.now.astimezone(office.zone).date()
        period = Period(today - timedelta(days=14), today, office.zone)
        found = dashboard.load(session, office, period, Filters(), desk.now)
        occupied = dashboard.occupied(session, office, found.ended, Filters(), desk.now)
        right = accuracy.of_office(session, office, period, desk.now)
        complaints = session.scalars(select(Complaint)).all()
        assert session.scalar(select(func.count()).where(Ticket.day == today)) == 0
        assert session.scalar(select(func.count()).where(Ticket.name_sealed.is_not(None))) == 0
        assert session.scalar(select(func.count()).select_from(Annotation)) == 1
    assert made > found.now.waited > 500
    assert all(share.n > 20 for share in (found.now.speed, found.now.accuracy, found.now.satisfaction))
    assert found.speed is not None
    assert all(officer.enough for officer in found.speed.officers)
    assert sum(one.contested is not None for one in found.speed.officers) > 1
    assert set(occupied.officers) == {f"petugas{n}" for n in range(1, 6)}
    assert right.value is not None
    assert {one.state for one in complaints} >= {ComplaintState.DECIDED, ComplaintState.CLOSED}
    assert all(one.name_sealed is None and one.phone_sealed is None for one in complaints)
