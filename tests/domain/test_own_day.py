"""An officer's own figures of today: reckoned anew with whatever changes them, and with nothing else."""

import pytest

from queue_app import claims, history, opening, own_day, tickets, undo
from queue_app.claims import Kind, LegName, Verdict
from queue_app.models import Ticket
from queue_app.own_day import OwnFigures
from tests.office import Desk


def figures(desk: Desk, officer: str = "petugas1") -> OwnFigures:
    with desk.db.read() as session:
        who = desk.user(session, officer)
        midnight = opening.local_instant(who.office, opening.local_day(who.office, desk.now), 0)
        return own_day.figures(session, who, own_day.ended_by(session, who, midnight), midnight)


def started(desk: Desk) -> Ticket:
    called = desk.call_next()
    assert called is not None
    return desk.act(tickets.start, called)


@pytest.fixture
def served(desk: Desk) -> Ticket:
    """Somebody whom petugas1 has served for five minutes."""
    desk.open()
    return desk.serve(minutes=5)


def test_each_finish_changes_them(desk: Desk, served: Ticket) -> None:
    assert figures(desk) == OwnFigures(1, 1, 300)
    desk.serve(minutes=7)
    assert figures(desk) == OwnFigures(2, 2, 360)
    assert figures(desk, "petugas2") == OwnFigures(0, 0, None)
    desk.wait(days=1)
    assert figures(desk) == OwnFigures(0, 0, None)


def test_a_finish_that_was_undone_is_none(desk: Desk, served: Ticket) -> None:
    assert figures(desk) == OwnFigures(1, 1, 300)
    desk.act(undo.undo, served)
    assert figures(desk) == OwnFigures(0, 0, None)


def test_a_finish_after_an_undone_one_is_another(desk: Desk, served: Ticket) -> None:
    assert figures(desk) == OwnFigures(1, 1, 300)
    again = desk.act(undo.undo, served)
    desk.wait(minutes=1)
    desk.act(tickets.finish, again)
    assert figures(desk) == OwnFigures(1, 1, 360)


def test_an_accepted_claim_takes_the_time_out(desk: Desk, served: Ticket) -> None:
    assert figures(desk) == OwnFigures(1, 1, 300)
    desk.act(claims.flag, served, "listrik padam", Kind.SYSTEM)
    assert figures(desk) == OwnFigures(1, 1, 300)
    with desk.db.write() as session:
        name, supervisor = LegName(served.public_id, served.version), desk.user(session, "supervisor")
        claims.decide(session, supervisor, [name], Verdict.ACCEPTED, "open", desk.now, "ya")
    assert figures(desk) == OwnFigures(1, 0, None)


def test_each_service_of_a_visit_counts(desk: Desk) -> None:
    desk.open()
    desk.join("A", also="B")
    first = started(desk)
    desk.wait(minutes=5)
    desk.act(tickets.finish, first)
    assert figures(desk) == OwnFigures(1, 1, 300)
    second = started(desk)
    desk.wait(minutes=9)
    desk.act(tickets.finish, second)
    assert figures(desk) == OwnFigures(2, 2, 420)


def test_the_log_is_not_read_again_for_what_others_do(
    desk: Desk, served: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = figures(desk)
    monkeypatch.setattr(history, "visits_of", lambda *_: pytest.fail("the log was read again"))
    desk.open("petugas2", 2)
    desk.serve(officer="petugas2", counter=2, minutes=3)
    desk.join()
    assert served
    assert figures(desk) == before
