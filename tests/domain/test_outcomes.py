"""What comes of a service, and what is asked of a desk: outcomes, finishing and calling at once, reminders, notes."""

import pytest

from metrics.periods import Period, day_of
from metrics.plausibility import Reason, sift
from metrics.strata import by_service
from metrics.visit import Visit
from queue_app import desk_view, history, tickets
from queue_app.desk_view import DeskView
from queue_app.errors import NotFound, QueueError
from queue_app.lifecycle import Outcome, TicketState
from queue_app.models import Ticket
from queue_app.outcomes import Result
from tests.office import Desk


def serving(desk: Desk, service: str = "A", **wish: object) -> Ticket:
    desk.join(service, **wish)
    desk.open()
    ticket = desk.call_next()
    assert ticket is not None
    return desk.act(tickets.start, ticket)


def visits(desk: Desk) -> list[Visit]:
    with desk.db.read() as session:
        office = desk.office(session)
        day = day_of(desk.now, office.zone)
        return history.visits(session, office, Period(day, day, office.zone))


def view(desk: Desk, officer: str = "petugas1") -> DeskView:
    with desk.db.read() as session:
        found = desk_view.desk(session, desk.user(session, officer), desk.now)
    assert found is not None
    return found


def finish(desk: Desk, ticket: Ticket, result: Result) -> Ticket:
    return desk.act(tickets.finish, ticket, None, result)


def test_a_finish_without_a_word_is_done_and_the_ticket_s_own_service(desk: Desk) -> None:
    desk.act(tickets.finish, serving(desk, "B"))
    (visit,) = visits(desk)
    assert (visit.outcome, visit.service_given) == ("done", "B")


def test_papers_that_were_missing_and_the_service_that_was_given_stand_in_the_log(desk: Desk) -> None:
    missing = Result(Outcome.PAPERS_MISSING, "C", ("KK asli",))
    ticket = finish(desk, serving(desk, "B"), missing)
    data = desk.events(ticket)[-1].data
    assert (data["outcome"], data["service_given"], data["missing"]) == ("papers_missing", "C", ["KK asli"])
    (visit,) = visits(desk)
    assert (visit.service, visit.outcome, visit.service_given) == ("B", "papers_missing", "C")
    assert view(desk).recent[0].outcome is Outcome.PAPERS_MISSING


def test_a_service_that_the_office_does_not_know_was_not_given(desk: Desk) -> None:
    ticket = serving(desk)
    with pytest.raises(NotFound, match="unknown_service"):
        finish(desk, ticket, Result(Outcome.REDIRECTED, "Z"))
    assert desk.fresh(ticket).state is TicketState.SERVING


def test_an_outage_is_not_slow_serving_and_sending_away_makes_nobody_fast(desk: Desk) -> None:
    for outcome in Outcome:
        ticket = serving(desk)
        desk.wait(minutes=5)
        finish(desk, ticket, Result(outcome))
    with desk.db.read() as session:
        sifted = sift(visits(desk), desk.office(session).zone)
    assert sifted.excluded == {Reason.SYSTEM_DOWN: 1}
    strata = [by_service(visit) for visit in sifted.kept]
    assert strata == [("A",), *[("A", "sent_away")] * 3]


def test_it_finishes_and_calls_the_next_or_neither(desk: Desk) -> None:
    ticket, waiting = serving(desk), desk.join()
    for _ in range(2):  # a doubled click is one step
        finished, called = finish_and_call_next(desk, ticket, "once")
        assert called is not None
        assert (finished.id, called.id) == (ticket.id, waiting.id)
    assert (desk.actions(ticket)[-1], desk.actions(waiting)) == ("finish", ["join", "call"])
    with pytest.raises(QueueError, match="illegal_move"):
        finish_and_call_next(desk, called, "again")
    assert desk.fresh(waiting).state is TicketState.CALLED


def finish_and_call_next(desk: Desk, ticket: Ticket, key: str) -> tuple[Ticket, Ticket | None]:
    with desk.db.write() as session:
        officer, counter = desk.user(session, "petugas1"), desk.counter_id(session, 1)
        return tickets.finish_and_call_next(session, officer, counter, ticket.public_id, ticket.version, desk.now, key)


def test_a_hold_is_reminded_of_after_the_office_s_time_or_the_officer_s(desk: Desk) -> None:
    first = desk.act(tickets.hold, serving(desk), "fotokopi")
    desk.wait(minutes=2)
    second = desk.act(tickets.hold, serving(desk), None, 5)
    third = desk.act(tickets.hold, serving(desk), None, 0)
    assert {row.ticket.id: row.remind_s for row in view(desk).held} == {first.id: 900, second.id: 300, third.id: None}
    desk.act(tickets.resume, first)
    assert first.id not in [row.ticket.id for row in view(desk).held]


def test_what_was_noted_is_seen_by_whoever_has_the_ticket_next(desk: Desk) -> None:
    ticket = desk.act(tickets.transfer, serving(desk), "B", "KK harus diperbarui dahulu")
    desk.open("petugas2", 2)
    called = desk.call_next("petugas2", 2)
    assert called is not None
    assert called.id == ticket.id
    current = view(desk, "petugas2").current
    assert current is not None
    assert [(note.words, note.counter) for note in current.notes] == [("KK harus diperbarui dahulu", 1)]


def test_it_says_who_is_next_and_why_before_the_call(desk: Desk) -> None:
    desk.open()
    assert view(desk).next is None
    first = desk.join()
    desk.wait(minutes=30)
    elder = desk.join(category="elderly")
    desk.wait(minutes=29)
    expected = view(desk).next
    assert expected is not None
    assert (expected.row.ticket.id, expected.reason.next_label) == (first.id, elder.label)
    desk.wait(minutes=2)
    expected = view(desk).next
    assert expected is not None
    assert (expected.row.ticket.id, expected.reason.rate) == (elder.id, 2.0)
    called = desk.call_next()
    assert called is not None
    assert called.id == expected.row.ticket.id
    assert desk.events(called)[-1].data == expected.reason.as_data()


def test_after_enough_calls_the_no_show_is_what_the_office_expects(desk: Desk) -> None:
    desk.change_office(recall_limit=2)
    desk.join()
    desk.open()
    ticket = desk.call_next()
    assert ticket is not None
    current = view(desk).current
    assert current is not None
    assert (current.calls, current.called_enough) == (1, False)
    desk.act(tickets.recall, ticket)
    current = view(desk).current
    assert current is not None
    assert (current.calls, current.called_enough) == (2, True)
