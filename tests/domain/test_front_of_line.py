"""The front of a long line, and how long it is: told from a part of it as from all of it."""

import random
from collections import Counter as Tally
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert
from sqlalchemy.orm import Session

from queue_app import discipline, front_of_line, line
from queue_app.discipline import Rule, RuleName
from queue_app.lifecycle import TicketState
from queue_app.line import Lane
from queue_app.models import Category, Channel, Office, Ticket
from queue_app.opening import local_day
from queue_app.scope import Kept, Scope
from tests.office import Desk

SERVICES = (1, 2, 3)
HERE, ELSEWHERE = 1, 2


@pytest.fixture
def waiting(desk: Desk) -> int:
    """120 wait, mostly for anybody; some are due at the same instant, some only later, some very long ago."""
    with desk.db.write() as session:
        office, chance = desk.office(session), random.Random(4)
        session.execute(insert(Ticket), [_row(office, number, chance, desk.now) for number in range(120)])
    return 120


def _row(office: Office, number: int, chance: random.Random, now: datetime) -> dict[str, object]:
    service = chance.choice([1, 1, 1, 2, 3, 4])
    apart: dict[str, object] = {"lets_pass": 0, "for_counter_id": None}
    if number % 11 == 0:
        apart["lets_pass"] = chance.randint(1, 4)
    elif number % 13 == 0:
        apart["for_counter_id"] = chance.choice([HERE, ELSEWHERE])
    return apart | {
        "public_id": f"front-{number}",
        "office_id": office.id,
        "service_id": service,
        "numbered_by_id": service,
        "day": local_day(office, now),
        "number": number + 1,
        "label": f"X-{number:03d}",
        "channel": Channel.KIOSK,
        "category": chance.choice([*[Category.REGULAR] * 6, *Category]),
        "state": TicketState.WAITING if number % 17 else TicketState.CANCELLED,
        "due_at": now - timedelta(minutes=chance.randint(-10, 130)),
    }


def here() -> Scope:
    return Scope(HERE, None, None, {1: 1, 2: 2, 3: 1})


def naive(session: Session, office: Office, now: datetime, scope: Scope) -> list[int]:
    """Everybody, in the order of the rule."""
    everyone = line.everyone(session, office, local_day(office, now))
    offered = [
        discipline.Waiting(w.id, w.label, w.category, w.due_at, w.lets_pass, preference, w.kept)
        for w, lane in everyone
        if (preference := scope.preference(*lane)) is not None
    ]
    return [one.id for one in discipline.in_order(offered, office.rule, now)]


@pytest.mark.parametrize("name", RuleName)
@pytest.mark.parametrize(("at_once", "count"), [(1, 5), (2, 40), (12, 30), (12, 500)])
def test_the_front_is_that_of_the_whole_line(
    desk: Desk, waiting: int, name: RuleName, at_once: int, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(front_of_line, "_LANE_AT_ONCE", at_once)
    monkeypatch.setattr(Office, "rule", Rule(name))
    with desk.db.read() as session:
        office = desk.office(session)
        expected = naive(session, office, desk.now, here())
        found = front_of_line.front(session, office, local_day(office, desk.now), here(), desk.now, count)
    assert 60 < found.total == len(expected) < waiting
    assert [one.id for one in found.first] == expected[:count]
    assert all(found.rows[one.id].public_id.startswith("front-") for one in found.first)


@pytest.mark.parametrize("name", RuleName)
def test_who_is_next_at_the_front_is_the_choice_of_the_next_call(
    desk: Desk, waiting: int, name: RuleName, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Office, "rule", Rule(name))
    with desk.db.read() as session:
        office = desk.office(session)
        today = local_day(office, desk.now)
        choice = discipline.choose(line.heads(session, office, today, here()), office.rule, desk.now)
        found = front_of_line.front(session, office, today, here(), desk.now, 5)
    assert waiting
    assert choice is not None
    assert found.choice == choice


def test_a_counter_that_takes_nothing_is_shown_nobody(desk: Desk, waiting: int) -> None:
    nothing = Scope(HERE, None, None, {})
    with desk.db.read() as session:
        office = desk.office(session)
        found = front_of_line.front(session, office, local_day(office, desk.now), nothing, desk.now, 5)
    assert (found.first, found.total, found.choice) == ([], 0, None)
    assert waiting


def test_of_a_long_line_little_is_read(desk: Desk, waiting: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front_of_line, "_LANE_AT_ONCE", 1)
    monkeypatch.setattr(front_of_line, "_LANE_GROWS", 2)
    read: list[int] = []
    of_lane = front_of_line._of_lane
    monkeypatch.setattr(front_of_line, "_of_lane", lambda *asked: _noted(read, of_lane(*asked)))
    with desk.db.read() as session:
        office = desk.office(session)
        front_of_line.front(session, office, local_day(office, desk.now), here(), desk.now, 2)
    assert 0 < sum(read) < waiting // 2


def _noted(read: list[int], rows: list[Any]) -> list[Any]:
    read.append(len(rows))
    return rows


def test_lines_are_counted_by_service_and_by_whom_they_are_kept_for(desk: Desk, waiting: int) -> None:
    with desk.db.read() as session:
        office = desk.office(session)
        today = local_day(office, desk.now)
        everyone = line.everyone(session, office, today)
        assert line.lengths(session, office, today) == Tally(lane for _, lane in everyone)
        assert Lane(1, Kept(counter_id=HERE)) in line.lengths(session, office, today)
        found = line.of_services(session, office.id, today)
        of_one = [w.due_at for w, lane in everyone if lane.service_id == 1]
        assert found[1] == (len(of_one), min(of_one))
        assert sum(one.waiting for one in found.values()) == len(everyone) < waiting


def test_who_waits_is_counted_by_the_index_of_who_waits(db_of_sqlite: Desk) -> None:
    desk = db_of_sqlite
    asked: list[str] = []
    with desk.db.read() as session:
        office = desk.office(session)
        engine = desk.db.engine
        event.listen(engine, "before_cursor_execute", lambda _c, _k, sql, *_: asked.append(sql))
        line.of_services(session, office.id, local_day(office, desk.now))
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[0]}", (1, "2026-11-24")).all()
    assert [row.detail for row in plan if "ticket" in row.detail] == [
        "SEARCH ticket USING INDEX ix_ticket_waiting (office_id=? AND day=?)"
    ]


@pytest.fixture
def db_of_sqlite(desk: Desk) -> Desk:
    if not desk.db.is_sqlite:
        pytest.skip("how SQLite goes about it")
    return desk
