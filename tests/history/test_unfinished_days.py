"""A day that goes on is read from the log once: later only what came since, and the legs are as if all was read."""

import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from metrics.periods import day_of
from metrics.visit_table import Words
from queue_app import booking, claims, front_desk, history, tickets, undo
from queue_app.booking import BookingRequest
from queue_app.claims import LegName, Verdict
from queue_app.errors import NotFound, QueueError
from queue_app.lifecycle import Outcome, TicketState
from queue_app.models import Category, Channel, Ticket, User
from queue_app.models.log import LogIsAppendOnly
from queue_app.outcomes import Result
from queue_app.visit_days import unfinished
from queue_app.visit_days.legs import Columns
from tests.office import Desk

STEPS = 250
OFFICERS = ("petugas1", "petugas2", "petugas3")


class Day:
    """Three officers and those who come, at random; what is not allowed just then is left out."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.chance = random.Random(1)
        self.done: set[str] = set()
        self.moves: Mapping[TicketState, list[Callable[[Ticket], object]]] = {
            TicketState.BOOKED: [desk.check_in, desk.check_in, self.reschedule, desk.cancel],
            TicketState.WAITING: [desk.cancel, desk.defer, self.set_category],
            TicketState.CALLED: [self.start, self.start, self.start, self.recall, self.no_show, self.put_back],
            TicketState.SERVING: [self.finish, self.finish, self.hold, self.transfer],
            TicketState.ON_HOLD: [self.resume],
            TicketState.NO_SHOW: [self.put_back],
            TicketState.SERVED: [self.contest],
        }

    def step(self) -> None:
        self.desk.wait(seconds=self.chance.randint(1, 12))
        kinds = [self.come, self.call, self.move, self.of_shift]
        try:
            done = self.chance.choices(kinds, [3, 6, 12, 3])[0]()
        except QueueError:
            return
        self.done.add(done)

    def come(self) -> str:
        service = self.chance.choice("AB")
        if self.chance.random() < 0.4:
            self.desk.book(service, day=self.tomorrow if self.chance.random() < 0.3 else None)
        else:
            self.desk.join(service, also=self.chance.choice(["", "C"]))
        return "come"

    def call(self) -> str:
        number = self.chance.randrange(len(OFFICERS))
        self.desk.call_next(OFFICERS[number], number + 1)
        return "call"

    def move(self) -> str:
        with self.desk.db.read() as session:
            latest = session.scalars(select(Ticket).order_by(Ticket.id.desc()).limit(12)).all()
        by_state = {one.state: one for one in latest if one.state in self.moves}
        if not by_state:
            raise NotFound("nobody", "-")
        state = self.chance.choice(sorted(by_state))
        ticket, move = by_state[state], self.chance.choice(self.moves[state])
        move(ticket)
        return move.__name__

    def of_shift(self) -> str:
        number = self.chance.randrange(len(OFFICERS))
        kind = self.chance.choice(["open", "open", "open", "pause", "close"])
        getattr(self.desk, kind)(OFFICERS[number], number + 1)
        return kind

    def reschedule(self, ticket: Ticket) -> None:
        self.desk.reschedule(ticket, day=self.tomorrow, slot=None)

    def set_category(self, ticket: Ticket) -> None:
        with self.desk.db.write() as session:
            who, category = self.desk.user(session, "petugas1"), self.chance.choice(list(Category))
            front_desk.set_category(session, who, ticket.public_id, category, "-", self.desk.now)

    def start(self, ticket: Ticket) -> None:
        self.at_counter(tickets.start, ticket)

    def recall(self, ticket: Ticket) -> None:
        self.at_counter(tickets.recall, ticket)

    def no_show(self, ticket: Ticket) -> None:
        self.at_counter(tickets.no_show, ticket)

    def put_back(self, ticket: Ticket) -> None:
        self.at_counter(tickets.put_back, ticket)

    def finish(self, ticket: Ticket) -> None:
        done = self.at_counter(tickets.finish, ticket, None, Result(self.chance.choice([*Outcome])))
        if self.chance.random() < 0.4:
            self.at_counter(undo.undo, done)
            self.done.add("undo")

    def hold(self, ticket: Ticket) -> None:
        self.at_counter(tickets.hold, ticket, "-")

    def resume(self, ticket: Ticket) -> None:
        self.at_counter(tickets.resume, ticket)

    def transfer(self, ticket: Ticket) -> None:
        self.at_counter(tickets.transfer, ticket, "C")

    def at_counter(self, act: Callable[..., Ticket], ticket: Ticket, *args: object) -> Ticket:
        return self.desk.act(act, ticket, *args, officer=self.officer_of(ticket))

    def contest(self, ticket: Ticket) -> None:
        with self.desk.db.write() as session:
            who = self.desk.user(session, self.officer_of(ticket))
            claims.flag(session, who, ticket.public_id, ticket.version, self.desk.now, "mati lampu")
        if self.chance.random() < 0.5:
            with self.desk.db.write() as session:
                supervisor = self.desk.user(session, "supervisor")
                names = [LegName(ticket.public_id, ticket.version)]
                claims.decide(session, supervisor, names, Verdict.ACCEPTED, "open", self.desk.now, "benar")

    def officer_of(self, ticket: Ticket) -> str:
        last = [event.actor_id for event in self.desk.events(ticket) if event.officer_id]
        with self.desk.db.read() as session:
            return session.get_one(User, last[-1]).username

    @property
    def tomorrow(self) -> date:
        return self.desk.now.date() + timedelta(days=1)


def plain(columns: Columns) -> dict[str, list[Any]]:
    return {
        name: [column[place] for place in range(len(column.codes))] if isinstance(column, Words) else column.tolist()
        for name, column in columns.items()
    }


def both(desk: Desk) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """The legs of today and tomorrow as they are remembered, and from the log."""
    with desk.db.read() as session:
        office = desk.office(session)
        today = day_of(desk.now, office.zone)
        asked = session, office, today, today + timedelta(days=1)
        return plain(unfinished.legs(*asked)), plain(unfinished.from_log(*asked))


WANTED = {"come", "call", "start", "recall", "finish", "undo", "hold", "resume", "transfer", "no_show", "put_back"}
WANTED |= {"contest", "set_category", "reschedule", "check_in", "cancel", "defer", "pause", "open", "close"}


def test_after_every_move_the_legs_are_those_of_the_whole_log(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    day = Day(desk)
    assert both(desk)[0]["ticket"] == []
    read_whole, asked = history.legs_of_days, []
    monkeypatch.setattr(history, "legs_of_days", lambda *of: asked.append(of) or read_whole(*of))
    for _ in range(STEPS):
        day.step()
        remembered, logged = both(desk)
        assert remembered == logged
    assert len(asked) == STEPS  # only what it is compared with
    assert day.done >= WANTED, WANTED - day.done
    assert len(logged["ticket"]) > 20


def test_a_pause_that_is_known_late_is_taken_out(desk: Desk) -> None:
    """A clock that is set back: the pause begins before the service ended that is in the log already."""
    desk.open()
    desk.serve("A", minutes=10)
    assert both(desk)[0]["hold"] == [0]
    desk.wait(minutes=-5)
    desk.pause()
    remembered, logged = both(desk)
    assert remembered == logged
    assert remembered["hold"] == [5 * 60 * 1_000_000]


def test_what_comes_to_nothing_is_not_remembered(desk: Desk) -> None:
    desk.open()
    both(desk)
    with pytest.raises(LogIsAppendOnly), desk.db.write() as session:
        join_in_vain(desk, session)
    assert both(desk)[0]["ticket"] == []
    desk.join("B")
    remembered, logged = both(desk)
    assert remembered == logged


def join_in_vain(desk: Desk, session: Session) -> None:
    request = BookingRequest(desk.service(session, "A"), Channel.KIOSK)
    booking.issue(session, desk.vault, request, desk.now, None)
    office = desk.office(session)
    today = day_of(desk.now, office.zone)
    assert len(unfinished.legs(session, office, today, today + timedelta(days=1))["ticket"]) == 1
    raise LogIsAppendOnly


def test_an_older_view_is_not_told_what_came_later(desk: Desk) -> None:
    """As on a replica that is behind, or in a view that was opened before."""
    desk.join("A")
    with desk.db.read() as session:
        before = len(all_of_today(desk, session))
        desk.join("A")
        with desk.db.read() as later:
            assert len(all_of_today(desk, later)) == before + 1
        assert len(all_of_today(desk, session)) == before
    assert len(both(desk)[0]["ticket"]) == before + 1


def test_after_very_much_the_day_is_read_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.join("A")
    both(desk)
    monkeypatch.setattr(unfinished, "MOST_NEW", 3)
    for _ in range(4):
        desk.join("B")
    read_whole, asked = history.legs_of_days, []
    monkeypatch.setattr(history, "legs_of_days", lambda *of: asked.append(of) or read_whole(*of))
    remembered, logged = both(desk)
    assert remembered == logged
    assert len(asked) == 2


def test_who_looks_again_reads_only_what_came_since(desk: Desk) -> None:
    for _ in range(30):
        desk.join("A")
    with desk.db.read() as session:
        all_of_today(desk, session)
    desk.join("B")
    rows = []
    with desk.db.read() as session:
        event.listen(session, "do_orm_execute", lambda asked: rows.append(str(asked.statement)))
        assert len(all_of_today(desk, session)) == 31
    of_tickets = [said for said in rows if "FROM event JOIN ticket" in said]
    assert len(of_tickets) == 1
    assert "ticket.id IN" in of_tickets[0]


def all_of_today(desk: Desk, session: Session) -> list[int]:
    office = desk.office(session)
    today = day_of(desk.now, office.zone)
    found: list[int] = unfinished.legs(session, office, today, today)["ticket"].tolist()
    return found
