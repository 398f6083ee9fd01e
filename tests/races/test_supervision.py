"""A lever against what happens at the same moment: the log shows which came first, and nothing slips in after it."""

from typing import Any

from sqlalchemy import select

from queue_app import front_desk, levers
from queue_app.models import Category, Event, Ticket
from tests.office import Desk
from tests.races.crowd import flat, rush
from tests.races.test_races import call_until_empty


def call_or_pause(desk: Desk, number: int) -> list[Any]:
    if number < 4:
        return call_until_empty(desk, number)
    with desk.db.write() as session:
        levers.pause_service(session, desk.user(session, "supervisor"), "A", "listrik padam", desk.now)
    return []


def join_or_stop(desk: Desk, number: int) -> list[Any]:
    if number < 6:
        return [desk.join("A").number for _ in range(8)]
    with desk.db.write() as session:
        levers.stop_issuing(session, desk.user(session, "supervisor"), "A", "penuh", desk.now)
    return []


def call_or_correct(desk: Desk, number: int) -> list[Any]:
    if number == 0:
        ticket = desk.call_next()
        return [ticket.label if ticket else None]
    with desk.db.read() as session:
        [public_id] = [ticket.public_id for ticket in session.scalars(select(Ticket))]
    with desk.db.write() as session:
        who = desk.user(session, "supervisor")
        front_desk.set_category(session, who, public_id, Category.ELDERLY, "lansia", desk.now)
    return ["corrected"]


def rows(desk: Desk, *actions: str) -> list[Event]:
    return [event for event in desk.events() if event.action in actions]


def test_nobody_is_called_after_the_pause(desk: Desk, database_url: str) -> None:
    for number in range(1, 5):
        desk.open(f"petugas{number}", number)
    for _ in range(60):
        desk.join("A")
    rush(database_url, desk.now, call_or_pause, processes=1, threads=5)
    [pause] = rows(desk, "service_pause")
    assert [call.seq for call in rows(desk, "call") if call.seq > pause.seq] == []
    with desk.db.write() as session:
        levers.resume_service(session, desk.user(session, "supervisor"), "A", None, desk.now)
    call_until_empty(desk, 0)
    assert len(rows(desk, "call")) == 60


def test_nobody_is_given_a_number_after_the_stop(desk: Desk, database_url: str) -> None:
    answers = flat(rush(database_url, desk.now, join_or_stop, processes=1, threads=7))
    [stop] = rows(desk, "issuing_stop")
    assert [join.seq for join in rows(desk, "join") if join.seq > stop.seq] == []
    assert "issuing_stopped" in answers


def test_a_category_is_put_right_before_the_call_or_not_at_all(desk: Desk, database_url: str) -> None:
    ticket = desk.join("A")
    desk.open()
    answers = flat(rush(database_url, desk.now, call_or_correct, processes=1, threads=2))
    assert ticket.label in answers
    assert {"corrected", "illegal_move"} & set(answers)
    expected = ["join", "set_category", "call"] if "corrected" in answers else ["join", "call"]
    assert desk.actions(ticket) == expected
