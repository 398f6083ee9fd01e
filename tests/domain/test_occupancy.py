"""What shifts went to, from real moves; the kept days say the same as the log."""

from datetime import timedelta

from metrics.occupancy import Occupancy
from metrics.periods import Period, day_of
from queue_app import occupancy, tickets, visit_days
from tests.office import Desk


def minutes(parts: Occupancy) -> list[float]:
    return [part / timedelta(minutes=1) for part in (parts.serving, parts.called, parts.idle, parts.paused)]


def test_a_day_with_a_hold_a_handed_on_ticket_a_no_show_and_a_pause(desk: Desk) -> None:
    desk.open()
    desk.open("petugas2", 2)
    desk.wait(minutes=5)  # idle
    held = desk.join("A")
    assert desk.call_next() is not None
    desk.wait(minutes=2)  # called
    desk.act(tickets.start, desk.fresh(held))
    desk.wait(minutes=3)  # serving
    desk.act(tickets.hold, desk.fresh(held))
    missed = desk.join("A")
    desk.wait(minutes=1)  # idle: the hold has freed the counter
    assert desk.call_next() is not None
    desk.wait(minutes=4)  # called, and nobody came
    desk.act(tickets.no_show, desk.fresh(missed))
    desk.serve("A", minutes=6)
    desk.act(tickets.resume, desk.fresh(held), officer="petugas2")
    desk.wait(minutes=7)  # serving, by the second officer
    desk.act(tickets.finish, desk.fresh(held), officer="petugas2")
    desk.pause()
    desk.wait(minutes=8)
    desk.close()
    desk.wait(minutes=1)
    desk.close("petugas2", 2)
    desk.wait(days=1)

    expected = {"petugas1": [9, 6, 13, 8], "petugas2": [7, 0, 30, 0]}
    assert measured(desk) == expected
    with desk.db.read() as session:
        office_id = desk.office(session).id
    assert visit_days.fill(desk.db, office_id, desk.now)
    assert measured(desk) == expected
    assert measured(desk) == expected, "as remembered"


def measured(desk: Desk) -> dict[str, list[float]]:
    with desk.db.read() as session:
        office = desk.office(session)
        day = day_of(desk.now, office.zone) - timedelta(days=1)
        period = Period(day, day, office.zone)
        found = occupancy.stays(session, office, visit_days.read(session, office, period), period, desk.now)
        by_counter = occupancy.by_counter(found)
        by_officer = occupancy.by_officer(found)
    assert [by_counter[1], by_counter[2]] == [by_officer["petugas1"], by_officer["petugas2"]]
    return {officer: minutes(parts) for officer, parts in by_officer.items()}
