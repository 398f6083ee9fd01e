"""What a real office's past has in it: people who left, and a clock that was set back in the middle of a visit."""

from datetime import timedelta

from metrics.periods import Period
from queue_app import history, opening, report, tickets
from queue_app.models import Ticket
from queue_app.signin import people
from queue_app.signin.where import Where
from tests.office import Desk


def today(desk: Desk) -> Period:
    with desk.db.read() as session:
        office = desk.office(session)
        day = opening.local_day(office, desk.now)
        return Period(day, day, office.zone)


def test_who_left_keeps_the_figures_of_the_time_before(desk: Desk) -> None:
    desk.open()
    desk.open("petugas2", 2)
    for _ in range(3):
        desk.serve(minutes=4)
        desk.serve("A", "petugas2", 2, minutes=6)
    desk.close("petugas2", 2)
    period = today(desk)
    with desk.db.read() as session:
        before = report.officers(session, desk.office(session), period, desk.now)
    with desk.db.write() as session:
        admin, gone = desk.user(session, "admin"), desk.user(session, "petugas2")
        people.deactivate(session, admin, gone, Where("", ""), desk.now)
    with desk.db.read() as session:
        after = report.officers(session, desk.office(session), period, desk.now)
    assert after == before
    [left] = [officer for officer in after.officers if officer.officer == "petugas2"]
    assert (left.served, left.median_s) == (3, 360.0)


def test_a_clock_that_was_set_back_spoils_one_visit_and_says_so(desk: Desk) -> None:
    desk.open()
    for minutes in (4, 5, 6):
        desk.serve(minutes=minutes)
    desk.join()
    called = desk.call_next()
    assert called is not None
    started: Ticket = desk.act(tickets.start, called)
    desk.now -= timedelta(minutes=20)
    desk.act(tickets.finish, started)
    with desk.db.read() as session:
        office = desk.office(session)
        speed = report.officers(session, office, today(desk), desk.now + timedelta(hours=1))
        read = history.visits(session, office, today(desk))
    [own] = [officer for officer in speed.officers if officer.officer == "petugas1"]
    assert (own.served, own.median_s) == (3, 300.0)
    assert speed.excluded == {"negative": 1}
    assert len(read) == 4
