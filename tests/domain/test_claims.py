"""Contesting a recorded time: who may, of which leg, until when, and what a decision changes."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from metrics.periods import Period, day_of
from metrics.visit import Visit
from queue_app import claims, finality, history, report, tickets, undo
from queue_app.claims import Kind, LegName, Verdict
from queue_app.errors import Forbidden, Invalid, NotFound, QueueError, StaleTicket
from queue_app.lifecycle import TicketState
from queue_app.models import Event, Office, OpeningHours, Role, Ticket, User
from tests.office import Desk

PADAM = "listrik padam"


def contest(desk: Desk, ticket: Ticket, officer: str = "petugas1", kind: Kind = Kind.SYSTEM) -> Ticket:
    return desk.act(claims.flag, ticket, PADAM, kind, officer=officer)


def decide(
    desk: Desk, ticket: Ticket, verdict: Verdict, *, seen: str = "open", who: str = "supervisor", words: str = "ya"
) -> int:
    return decide_all(desk, [ticket], verdict, seen=seen, who=who, words=words)


def decide_all(
    desk: Desk,
    of: Sequence[Ticket],
    verdict: Verdict,
    *,
    seen: str = "open",
    who: str = "supervisor",
    words: str = "ya",
) -> int:
    names = [LegName(ticket.public_id, ticket.version) for ticket in of]
    with desk.db.write() as session:
        return claims.decide(session, desk.user(session, who), names, verdict, seen, desk.now, words)


def contest_span(desk: Desk, minutes: tuple[int, int], officer: str = "petugas1") -> int:
    """Contest all between so many minutes ago and so many minutes ago."""
    start, end = (desk.now - timedelta(minutes=m) for m in minutes)
    with desk.db.write() as session:
        return claims.flag_span(session, desk.user(session, officer), start, end, desk.now, PADAM)


def visits(desk: Desk) -> list[Visit]:
    with desk.db.read() as session:
        office = desk.office(session)
        day = day_of(desk.now, office.zone)
        return history.visits(session, office, Period(day, day, office.zone))


def states(desk: Desk) -> list[tuple[str, bool]]:
    return [(visit.claim, visit.flagged) for visit in visits(desk)]


def rows_of(desk: Desk, ticket: Ticket) -> list[Event]:
    return [event for event in desk.events(ticket) if event.action.startswith("flag")]


@pytest.fixture
def done(desk: Desk) -> Ticket:
    """A ticket that petugas1 served for five minutes."""
    desk.open()
    return desk.serve(minutes=5)


# ---- The officer's word ----


def test_a_claim_is_a_row_of_its_own_and_leaves_the_ticket_as_it_is(desk: Desk, done: Ticket) -> None:
    contest(desk, done)
    (row,) = rows_of(desk, done)
    assert (row.action, row.reason, row.ticket_version) == ("flag", PADAM, None)
    assert row.data == {"leg": done.version, "kind": "system", "claim": f"{done.id}.{done.version}"}
    assert desk.fresh(done).version == done.version
    assert desk.fresh(done).state is TicketState.SERVED
    assert states(desk) == [("open", False)]


def test_a_doubled_claim_is_one_claim(desk: Desk, done: Ticket) -> None:
    contest(desk, done)
    contest(desk, done)
    assert len(rows_of(desk, done)) == 1


def test_a_claim_needs_words(desk: Desk, done: Ticket) -> None:
    with pytest.raises(Invalid, match="reason_needed"):
        desk.act(claims.flag, done, "  ")


def test_only_who_served_may_contest(desk: Desk, done: Ticket) -> None:
    with pytest.raises(Forbidden, match="not_your_leg"):
        contest(desk, done, officer="petugas2")


def test_what_is_not_finished_cannot_be_contested(desk: Desk) -> None:
    desk.open()
    desk.join()
    called = desk.call_next()
    assert called is not None
    serving = desk.act(tickets.start, called)
    with pytest.raises(StaleTicket):
        contest(desk, serving)


def test_the_first_of_several_services_can_be_contested_while_the_second_is_served(desk: Desk) -> None:
    """By the officer who served it; and whoever serves the citizen now is not disturbed by it."""
    desk.open()
    desk.open("petugas2", 2)
    desk.book("A", also="B", channel=desk.join().channel)
    desk.act(tickets.finish, _begun(desk, minutes=1))  # the plain one before it
    first = desk.act(tickets.finish, _begun(desk, minutes=40))
    assert (first.state, first.service_id) == (TicketState.WAITING, _service_id(desk, "B"))
    second = _begun(desk, "petugas2", 2, minutes=3)
    assert second.id == first.id
    contest(desk, first)
    done = desk.act(tickets.finish, second, officer="petugas2")
    assert [v.claim for v in visits(desk)] == ["", "open", ""]
    with pytest.raises(Forbidden, match="not_your_leg"):
        contest(desk, done)
    contest(desk, done, officer="petugas2")
    assert decide(desk, first, Verdict.ACCEPTED) == 1
    assert states(desk) == [("", False), ("accepted", True), ("open", False)]
    assert [row.service_id for row in rows_of(desk, first)] == [
        _service_id(desk, "A"),
        _service_id(desk, "B"),
        _service_id(desk, "A"),
    ]


def _begun(desk: Desk, officer: str = "petugas1", counter: int = 1, **duration: float) -> Ticket:
    called = desk.call_next(officer, counter)
    assert called is not None
    started = desk.act(tickets.start, called, officer=officer)
    desk.wait(**duration)
    return started


def _service_id(desk: Desk, code: str) -> int:
    with desk.db.read() as session:
        return desk.service(session, code).id


def test_undoing_the_finish_takes_the_claim_about_it_away(desk: Desk, done: Ticket) -> None:
    contest(desk, done)
    again = desk.act(undo.undo, done)
    assert (again.state, states(desk)) == (TicketState.SERVING, [("", False)])
    desk.wait(minutes=1)
    desk.act(tickets.finish, again)
    assert states(desk) == [("", False)]


# ---- Until when ----


def at(day: int, hour: int = 9) -> datetime:
    """An hour of a day of November 2026 in Pekanbaru; the 24th is a Tuesday."""
    return datetime(2026, 11, day, hour - 7, tzinfo=UTC)


def weekdays_only(desk: Desk) -> None:
    with desk.db.write() as session:
        for row in session.query(OpeningHours).filter(OpeningHours.weekday >= 5):
            session.delete(row)


@pytest.mark.parametrize(
    ("now", "first"),
    [(at(24), 23), (at(23), 20), (at(22), 20), (at(21), 20), (at(20), 19)],
    ids=["Tuesday", "Monday", "Sunday", "Saturday", "Friday"],
)
def test_the_last_working_day_can_still_be_contested(desk: Desk, now: datetime, first: int) -> None:
    weekdays_only(desk)
    with desk.db.read() as session:
        office = desk.office(session)
        found = finality.first_provisional(session, office, now)
        assert found.day == first
        assert finality.last_day_to_contest(session, office, found) >= day_of(now, office.zone)
        earlier = found - timedelta(days=1)
        assert finality.last_day_to_contest(session, office, earlier) < day_of(now, office.zone)


def test_a_final_day_cannot_be_contested_any_more(desk: Desk, done: Ticket) -> None:
    desk.wait(days=1, hours=14)  # 23:05 of the next day
    contest(desk, done)
    late = desk.serve(minutes=5)
    desk.wait(days=2)
    with pytest.raises(QueueError, match="contest_over"):
        contest(desk, late)
    with pytest.raises(QueueError, match="contest_over"):
        contest_span(desk, (2 * 1440 + 10, 2 * 1440))
    assert decide(desk, done, Verdict.ACCEPTED) == 1  # what is open is decided all the same


# ---- Many at once ----


def test_a_span_marks_all_own_services_that_touch_it_as_one_claim(desk: Desk) -> None:
    desk.open()
    desk.open("petugas2", 2)
    before = desk.serve(minutes=10)
    desk.wait(minutes=1)
    touched = [desk.serve(minutes=20), desk.serve("B", minutes=15)]
    others = desk.serve("A", "petugas2", 2, minutes=5)
    desk.wait(minutes=1)
    after = desk.serve(minutes=10)
    assert contest_span(desk, (45, 20)) == 2
    assert {row.data["claim"] for t in touched for row in rows_of(desk, t)} == {f"{touched[0].id}.{touched[0].version}"}
    assert [rows_of(desk, ticket) for ticket in (before, others, after)] == [[], [], []]
    assert contest_span(desk, (45, 20)) == 0, "a doubled click marks none"


def test_a_span_leaves_what_was_contested_before(desk: Desk, done: Ticket) -> None:
    contest(desk, done, kind=Kind.COMPLEX)
    desk.serve(minutes=5)
    assert contest_span(desk, (10, 0)) == 1
    assert [row.data["kind"] for row in rows_of(desk, done)] == ["complex"]


@pytest.mark.parametrize(
    ("minutes", "code"),
    [((0, 3), "bad_span"), ((24 * 60, 0), "bad_span"), ((60, 30), "nothing_in_span")],
)
def test_a_span_that_makes_no_sense_is_refused(desk: Desk, done: Ticket, minutes: tuple[int, int], code: str) -> None:
    with pytest.raises(Invalid, match=code):
        contest_span(desk, minutes)


# ---- The supervisor's word ----


def test_an_accepted_claim_takes_the_leg_out_and_a_declined_one_keeps_it(desk: Desk, done: Ticket) -> None:
    second = desk.serve(minutes=6)
    contest(desk, done)
    contest(desk, second)
    assert decide(desk, done, Verdict.ACCEPTED, words="server mati, tercatat") == 1
    assert decide(desk, second, Verdict.DECLINED) == 1
    assert states(desk) == [("accepted", True), ("declined", False)]
    assert [(row.action, row.reason) for row in rows_of(desk, done)][1:] == [("flag_accept", "server mati, tercatat")]


def test_a_doubled_decision_is_one_and_a_revised_one_is_a_further_row(desk: Desk, done: Ticket) -> None:
    contest(desk, done)
    assert decide(desk, done, Verdict.DECLINED) == 1
    assert decide(desk, done, Verdict.DECLINED) == 0
    assert decide(desk, done, Verdict.ACCEPTED, seen="declined") == 1
    assert [row.action for row in rows_of(desk, done)] == ["flag", "flag_decline", "flag_accept"]
    assert states(desk) == [("accepted", True)]


def test_who_looks_at_an_outdated_page_does_not_overrule_a_colleague(desk: Desk, done: Ticket) -> None:
    contest(desk, done)
    decide(desk, done, Verdict.ACCEPTED)
    with pytest.raises(QueueError, match="claim_moved"):
        decide(desk, done, Verdict.DECLINED, who="admin")
    assert states(desk) == [("accepted", True)]


def test_nobody_decides_the_own_claim(desk: Desk, done: Ticket) -> None:
    """Also not who has become a supervisor since."""
    contest(desk, done)
    with desk.db.write() as session:
        desk.user(session, "petugas1").role = Role.SUPERVISOR
    with pytest.raises(Forbidden, match="own_claim"):
        decide(desk, done, Verdict.ACCEPTED, who="petugas1")


def test_a_decided_claim_is_not_raised_again(desk: Desk, done: Ticket) -> None:
    contest(desk, done)
    decide(desk, done, Verdict.DECLINED)
    with pytest.raises(QueueError, match="claim_decided"):
        contest(desk, done)


def test_part_of_a_claim_can_be_accepted(desk: Desk, done: Ticket) -> None:
    second = desk.serve(minutes=6)
    contest_span(desk, (12, 0))
    assert decide(desk, second, Verdict.ACCEPTED) == 1
    assert states(desk) == [("open", False), ("accepted", True)]


def test_a_decision_about_several_is_all_or_nothing(desk: Desk, done: Ticket) -> None:
    second = desk.serve(minutes=6)
    contest(desk, done)
    with pytest.raises(NotFound, match="unknown_claim"):
        decide_all(desk, [done, second], Verdict.ACCEPTED)
    with pytest.raises(Invalid, match="no_leg_chosen"):
        decide_all(desk, [], Verdict.ACCEPTED)
    with pytest.raises(Invalid, match="reason_needed"):
        decide(desk, done, Verdict.ACCEPTED, words=" ")
    assert states(desk) == [("open", False), ("", False)]


def test_another_offices_claims_are_unknown(desk: Desk, done: Ticket) -> None:
    contest(desk, done)
    with desk.db.write() as session:
        other = Office(slug="lain", name="Kantor lain")
        session.add(other)
        session.flush()
        session.add(User(username="jauh", display_name="x", role=Role.SUPERVISOR, office_id=other.id))
    with pytest.raises(NotFound, match="unknown_ticket"):
        decide(desk, done, Verdict.ACCEPTED, who="jauh")


# ---- In the figures ----


def test_the_figures_stand_with_and_without_what_was_contested(desk: Desk) -> None:
    desk.open()
    served = [desk.serve(minutes=minutes) for minutes in (4, 5, 6, 40, 60)]
    contest(desk, served[3])
    contest(desk, served[4])
    decide(desk, served[4], Verdict.ACCEPTED)
    with desk.db.read() as session:
        office = desk.office(session)
        day = day_of(desk.now, office.zone)
        speed = report.officers(session, office, Period(day, day, office.zone), desk.now)
    (mine,) = speed.officers
    assert (mine.served, mine.median_s, dict(mine.excluded)) == (4, 330, {"flagged": 1})
    assert mine.contested is not None
    assert (mine.contested.open, mine.contested.accepted, mine.contested.declined) == (1, 1, 0)
    assert (mine.contested.with_all.served, mine.contested.with_all.median_s) == (5, 360)
    assert (mine.contested.without_any.served, mine.contested.without_any.median_s) == (3, 300)
    assert speed.provisional_from == day


def test_a_claim_from_before_legs_were_named_speaks_of_the_last_one(desk: Desk, done: Ticket) -> None:
    """As rows of earlier versions have it: a move of the served ticket, without a leg."""
    with desk.db.write() as session:
        ticket = session.get_one(Ticket, done.id)
        office = desk.office(session)
        office.version += 1
        ticket.version += 1
        session.add(
            Event(
                office_id=office.id,
                seq=office.version,
                at=desk.now,
                action="flag",
                ticket_id=ticket.id,
                ticket_version=ticket.version,
                service_id=ticket.service_id,
                officer_id=ticket.officer_id,
                actor_id=ticket.officer_id,
                reason=PADAM,
                data={},
            )
        )
    assert states(desk) == [("open", False)]
    assert decide(desk, done, Verdict.ACCEPTED) == 1
    assert states(desk) == [("accepted", True)]
