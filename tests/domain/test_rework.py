"""Who comes back, whose list of papers was confirmed, what put a mistake right: all of it from the log."""

from collections.abc import Mapping
from datetime import date, timedelta

from metrics.accuracy import Count, Part, counted
from metrics.periods import Period
from queue_app import day_end, history, tickets
from queue_app.lifecycle import Outcome
from queue_app.models import Channel
from queue_app.outcomes import Result
from queue_app.personal import Holder
from tests.office import Desk

NIK, OTHER_NIK = "1471016010900001", "1471051708900002"
PHONE = "081234567890"


def visit(desk: Desk, service: str = "A", result: Result | None = None, **holder: str) -> None:
    desk.join(service, holder=Holder(**holder))
    called = desk.call_next()
    assert called is not None
    started = desk.act(tickets.start, called)
    desk.wait(minutes=5)
    desk.act(tickets.finish, started, None, result or Result())


def counts(desk: Desk) -> Mapping[Part, Count | None]:
    with desk.db.read() as session:
        office = desk.office(session)
        period = Period(date(2026, 11, 1), date(2027, 1, 31), office.zone)
        return counted(history.visits(session, office, period), period, desk.now)


def test_who_comes_back_is_recognised_by_nik_or_phone_even_after_both_are_erased(desk: Desk) -> None:
    desk.open()
    visit(desk, nik=NIK)
    visit(desk, phone=PHONE)
    visit(desk, phone=PHONE, nik=OTHER_NIK)  # the same phone without another NIK: the same person
    visit(desk, "B", nik=NIK)  # another service is no rework
    visit(desk)  # nobody knows who
    desk.wait(hours=1)
    visit(desk, nik=NIK)
    desk.wait(days=16)
    visit(desk, nik=NIK)  # too late to be rework
    desk.wait(days=60)
    with desk.db.write() as session:
        day_end.close_day(session, desk.office(session), desk.now.date() - timedelta(days=1), desk.now)
    assert counts(desk)[Part.REWORK] == Count(2, 6)


def test_two_people_with_one_phone_are_two(desk: Desk) -> None:
    desk.open()
    visit(desk, phone=PHONE, nik=NIK)
    visit(desk, phone=PHONE, nik=OTHER_NIK)
    desk.wait(days=15)
    assert counts(desk)[Part.REWORK] == Count(0, 2)


def test_who_was_sent_home_is_no_rework_and_a_correction_is_counted(desk: Desk) -> None:
    desk.open()
    visit(desk, nik=NIK, result=Result(Outcome.PAPERS_MISSING))
    visit(desk, nik=NIK, result=Result(correction=True))
    desk.wait(days=15)
    found = counts(desk)
    assert (found[Part.REWORK], found[Part.CORRECTIONS]) == (Count(0, 1), Count(1, 2))
    assert found[Part.PAPERS] is None, "nobody had confirmed a list"


def test_a_confirmed_list_of_papers_follows_the_ticket_to_its_first_service(desk: Desk) -> None:
    desk.open()
    for outcome in (Outcome.PAPERS_MISSING, Outcome.DONE):
        desk.check_in(desk.book("A", Channel.ONLINE, checklist=True))
        called = desk.call_next()
        assert called is not None
        started = desk.act(tickets.start, called)
        desk.wait(minutes=5)
        desk.act(tickets.finish, started, None, Result(outcome))
    moved = desk.check_in(desk.book("A", Channel.ONLINE, checklist=True))
    called = desk.call_next()
    assert called is not None
    assert called.id == moved.id
    desk.act(tickets.transfer, desk.act(tickets.start, called), "B")
    called = desk.call_next()
    assert called is not None
    desk.act(tickets.finish, desk.act(tickets.start, called), None, Result(Outcome.PAPERS_MISSING))
    found = counts(desk)
    assert found[Part.PAPERS] == Count(1, 2)
    assert found[Part.WRONG_SERVICE] == Count(1, 4)
