"""What services are judged by is what was set when the days ended: changing it alters nothing that is over."""

from datetime import date, timedelta

import pytest

from metrics.periods import Period
from queue_app import office_settings, report, standards
from tests.office import Desk

TODAY = date(2026, 11, 24)


def change(desk: Desk, minutes: str, target: str) -> None:
    with desk.db.write() as session:
        service = desk.service(session, "A")
        office_settings.change_service(session, desk.office(session), service, {"standard_minutes": minutes}, desk.now)
        office_settings.change_office(session, desk.office(session), {"wait_target_minutes": target}, desk.now)


def judged(desk: Desk, day: date) -> tuple[float | None, float, float | None]:
    """The standard, the target of a service without its own, and the share within the standard, of one day."""
    with desk.db.read() as session:
        office = desk.office(session)
        period = Period(day, day, office.zone)
        (row,) = (row for row in report.services(session, office, period, desk.now) if row.service == "A")
        target = standards.wait_targets(session, office, period).seconds["A"]
        return row.standard_s, target, row.within_standard_share


def test_a_change_alters_no_day_that_is_over(desk: Desk) -> None:
    change(desk, "10", "60")
    desk.open()
    for minutes in (8, 12):
        desk.serve("A", minutes=minutes)
    desk.close()
    assert judged(desk, TODAY) == (600.0, 3600.0, 0.5)
    desk.wait(days=1)
    change(desk, "15", "30")
    desk.wait(days=1)
    change(desk, "5", "20")
    assert judged(desk, TODAY) == (600.0, 3600.0, 0.5)
    assert judged(desk, TODAY + timedelta(days=1))[:2] == (900.0, 1800.0)
    assert judged(desk, TODAY + timedelta(days=2))[:2] == (300.0, 1200.0)


def test_a_service_that_had_no_standard_then_has_none_for_then(desk: Desk) -> None:
    change(desk, "none", "60")
    desk.wait(days=1)
    change(desk, "15", "60")
    with desk.db.read() as session:
        office = desk.office(session)
        assert "A" not in standards.standards_s(session, office, Period(TODAY, TODAY, office.zone))
        assert standards.standards_s(session, office, None)["A"] == pytest.approx(900.0)
