"""What is kept of past days is what the log says, always: whatever comes late throws its day away."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from metrics.periods import Period, day_of
from queue_app import claims, clock, day_end, history, occupancy, tickets, visit_days
from queue_app.claims import LegName, Verdict
from queue_app.history import LoggedLeg
from queue_app.models import StayDay, Ticket, VisitDay
from queue_app.visit_days import filling
from tests.history.past import bring_in, write
from tests.office import SLUG, Desk

pytestmark = pytest.mark.by_month


def busy_day(desk: Desk) -> Ticket:
    """Somebody served with a hold, one transferred, one who did not come, one who still waits at the day's end."""
    desk.open()
    done = desk.serve("A", minutes=5)
    held, sent, missed = desk.join("A"), desk.join("B"), desk.join("A")
    for ticket in (held, sent, missed):
        desk.wait(minutes=2)
        desk.call_chosen(ticket, note="-")
        if ticket is missed:
            desk.act(tickets.no_show, desk.fresh(ticket))
            continue
        desk.act(tickets.start, desk.fresh(ticket))
        desk.wait(minutes=3)
        if ticket is sent:
            desk.act(tickets.transfer, desk.fresh(ticket), "C")
            continue
        desk.act(tickets.hold, desk.fresh(ticket), "-")
        desk.wait(minutes=4)
        desk.act(tickets.resume, desk.fresh(ticket))
        desk.act(tickets.finish, desk.fresh(ticket))
    return done


@pytest.fixture
def day(desk: Desk) -> date:
    return today(desk)


@pytest.fixture
def past(desk: Desk, day: date) -> Ticket:
    """A kept day, and one of its tickets that is served; it is the day after."""
    done = busy_day(desk)
    desk.close()
    desk.wait(days=1)
    assert keep(desk) == 1
    assert kept(desk) == [day]
    return desk.fresh(done)


def today(desk: Desk) -> date:
    with desk.db.read() as session:
        return day_of(desk.now, desk.office(session).zone)


def keep(desk: Desk) -> int:
    return visit_days.fill_all(desk.db, desk.now)


def kept(desk: Desk) -> Sequence[date]:
    with desk.db.read() as session:
        return session.scalars(select(VisitDay.day).order_by(VisitDay.day)).all()


def read(desk: Desk, of: Callable[..., Sequence[LoggedLeg]]) -> list[LoggedLeg]:
    with desk.db.read() as session:
        office = desk.office(session)
        today = day_of(desk.now, office.zone)
        return list(of(session, office, Period(today - timedelta(days=60), today, office.zone)))


def alike(desk: Desk) -> bool:
    found = read(desk, visit_days.legs)
    return bool(found) and found == read(desk, history.legs)


def test_a_kept_day_is_what_the_log_says_and_is_not_read_from_it_again(
    desk: Desk, past: Ticket, day: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert past.day == day
    desk.open()
    desk.serve("A", minutes=6)
    assert alike(desk)
    assert keep(desk) == 0  # today is not over
    asked = []
    from_log = history.legs_of_days
    monkeypatch.setattr(history, "legs_of_days", lambda s, o, *days: asked.append(days) or from_log(s, o, *days))
    assert len(read(desk, visit_days.legs)) == 6
    assert [d for first, last in asked for d in (first, last) if first <= day <= last] == []


def contest(desk: Desk, past: Ticket) -> None:
    with desk.db.write() as session:
        officer = desk.user(session, "petugas1")
        claims.flag(session, officer, past.public_id, past.version, desk.now, "mati lampu")


def decide(desk: Desk, past: Ticket) -> None:
    contest(desk, past)
    assert keep(desk) == 1
    with desk.db.write() as session:
        supervisor = desk.user(session, "supervisor")
        names = [LegName(past.public_id, past.version)]
        claims.decide(session, supervisor, names, Verdict.ACCEPTED, "open", desk.now, "benar")


def expire(desk: Desk, past: Ticket) -> None:
    day_end.close_past_days(desk.db, desk.now)


@pytest.mark.parametrize("late", [contest, decide, expire])
def test_what_comes_late_throws_the_day_away(
    desk: Desk, past: Ticket, day: date, late: Callable[[Desk, Ticket], None]
) -> None:
    late(desk, past)
    assert day not in kept(desk)
    assert alike(desk)
    assert keep(desk) == 1
    assert alike(desk)


def test_an_import_throws_away_the_days_it_adds_to(desk: Desk, tmp_path: Path, past: Ticket, day: date) -> None:
    noon = f"{day} 12:00:00"
    row = f"{noon},{noon[:-5]}05:00,{noon[:-5]}15:00,s1,A,served"
    with desk.db.read() as session:
        zone = desk.office(session).zone
    assert bring_in(desk, write(tmp_path / "more.csv", [row]), zone).tickets == 1
    assert kept(desk) == []
    assert alike(desk)
    assert past.day == day


def test_a_day_that_moves_while_it_is_kept_is_not_kept(
    desk: Desk, past: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    with desk.db.write() as session:
        session.execute(update(VisitDay).values(form=0))
    from_log = filling.from_log

    def slow(*asked: object) -> object:
        made = from_log(*asked)  # type: ignore[arg-type]
        contest(desk, past)
        return made

    monkeypatch.setattr(filling, "from_log", slow)
    assert keep(desk) == 0
    monkeypatch.undo()
    assert alike(desk)


def test_the_command_names_the_first_difference(
    desk: Desk, app: Flask, past: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: desk.now)

    def run(command: str) -> tuple[int, str]:
        done = app.test_cli_runner().invoke(args=["metrics", command, "--office", SLUG])
        return done.exit_code, done.output

    assert run("verify") == (0, "1 kept days are what the log says.\n")
    with desk.db.write() as session:
        row = session.scalars(select(VisitDay)).one()
        columns = dict(visit_days.packing.unpack(row.content))
        columns["hold"] = columns["hold"] + 1
        row.content = visit_days.packing.pack(columns)
    code, said = run("verify")
    assert code == 1
    assert f"{past.day}: ticket {past.id}, hold: 1 is kept, the log says 0." in said
    assert run("rebuild") == (0, "1 days kept.\n")
    assert run("verify")[0] == 0


def test_the_command_names_a_shift_that_is_not_what_the_log_says(
    desk: Desk, app: Flask, past: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: desk.now)
    desk.open()
    desk.serve("A", minutes=5)
    desk.close()
    desk.wait(days=1)
    assert keep(desk) == 1
    assert occupancy.fill_all(desk.db) == 1
    run = app.test_cli_runner().invoke
    assert run(args=["metrics", "verify", "--office", SLUG]).exit_code == 0
    with desk.db.write() as session:
        row = session.scalars(select(StayDay)).one()
        row.content = {**row.content, "parts": [[*row.content["parts"][0][:-1], 1]]}
        assert row.eve == past.day
    done = run(args=["metrics", "verify", "--office", SLUG])
    assert done.exit_code == 1
    assert f"{past.day + timedelta(days=1)}: what shifts went to:" in done.output
