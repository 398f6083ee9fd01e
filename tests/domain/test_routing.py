"""Who is offered whom: services in order of preference, skills, and tickets kept for a counter, officer or pool."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from queue_app import day_end, forecast, line, opening, scope, shifts, tickets, undo
from queue_app.errors import Invalid, NotFound, QueueError
from queue_app.lifecycle import TicketState
from queue_app.models import Closure, Ticket
from tests.office import Desk


def called(desk: Desk, officer: str = "petugas1", counter: int = 1) -> str:
    """The label of the next one, who is then marked as not there, so that the counter is free again."""
    ticket = desk.call_next(officer, counter)
    if ticket is None:
        return "-"
    desk.act(tickets.no_show, ticket, officer=officer)
    return ticket.label


def at_counter(desk: Desk, service: str = "A", officer: str = "petugas1", counter: int = 1) -> Ticket:
    desk.join(service)
    desk.open(officer, counter)
    ticket = desk.call_next(officer, counter)
    assert ticket is not None
    return desk.act(tickets.start, ticket, officer=officer)


class TestPreference:
    def test_a_counter_calls_first_from_what_it_prefers(self, desk: Desk) -> None:
        desk.equip(1, "C:1,A:2,B:2")
        desk.open()
        for code in "BACC":
            desk.join(code)
            desk.wait(minutes=1)
        assert [called(desk) for _ in range(5)] == ["C-001", "C-002", "B-001", "A-001", "-"]
        reasons = [event.data for event in desk.events() if event.action == "call"]
        assert [data["why"] for data in reasons[:3]] == ["preference", "preference", "weighted_wait"]
        assert reasons[0]["preference"] == 1

    def test_who_waited_too_long_comes_first_whatever_the_preference(self, desk: Desk) -> None:
        desk.equip(1, "C:1,A:2")
        desk.open()
        desk.join("A")
        desk.wait(minutes=120)
        desk.join("C")
        assert called(desk) == "A-001"
        assert desk.events()[-2].data["why"] == "waited_too_long"


class TestSkills:
    def test_an_officer_calls_only_what_counter_and_officer_both_can(self, desk: Desk) -> None:
        desk.equip(1, "A,B,C")
        desk.train("petugas1", "B,D")
        desk.open()
        for code in "ABD":
            desk.join(code)
        assert [called(desk), called(desk)] == ["B-001", "-"]
        desk.train("petugas1", "all")
        assert called(desk) == "A-001"

    def test_it_refuses_to_sit_where_nothing_is_left_to_do(self, desk: Desk) -> None:
        desk.equip(1, "A,B")
        desk.train("petugas1", "C")
        with pytest.raises(QueueError) as refused:
            desk.open()
        assert (refused.value.code, refused.value.params) == ("nothing_to_serve", {"number": 1})
        assert desk.events() == []
        desk.open("petugas2", 1)
        desk.open("petugas1", 2)

    def test_a_chosen_call_needs_the_skill_too(self, desk: Desk) -> None:
        desk.train("petugas1", "A")
        desk.open()
        with pytest.raises(QueueError, match="officer_lacks_skill"):
            desk.call_chosen(desk.join("B"))

    def test_a_chosen_call_takes_only_today_s(self, desk: Desk) -> None:
        forgotten = desk.join()
        desk.wait(days=1)
        desk.open()
        with pytest.raises(QueueError, match="not_today"):
            desk.call_chosen(forgotten)
        booked = desk.book(day=(desk.now + timedelta(days=7)).date())
        with pytest.raises(QueueError, match="not_today"):  # rather than that it has not checked in
            desk.call_chosen(booked)


class TestKept:
    @pytest.mark.parametrize("to", ["loket 2", "petugas2"])
    def test_only_the_one_it_is_for_is_offered_it(self, desk: Desk, to: str) -> None:
        mine = at_counter(desk)
        desk.open("petugas2", 2)
        desk.open("petugas3", 3)
        desk.wait(minutes=5)
        later = desk.join("A")
        sent = desk.send(mine, to)
        assert (sent.label, sent.due_at, sent.service_id) == (mine.label, mine.due_at, mine.service_id)
        assert called(desk) == later.label
        assert called(desk, "petugas3", 3) == "-"
        assert called(desk, "petugas2", 2) == mine.label
        told = {"to_counter": 2} if to == "loket 2" else {"to_officer": "petugas2"}
        assert desk.told_of_transfer(mine) == {"from_service": "A", "to_service": "A", **told}

    def test_the_call_ends_it(self, desk: Desk) -> None:
        mine = at_counter(desk)
        desk.open("petugas2", 2)
        desk.send(mine, "loket 2", "B")
        back = desk.call_next("petugas2", 2)
        assert back is not None
        desk.act(tickets.put_back, back, officer="petugas2")
        assert called(desk) == mine.label

    def test_it_counts_as_of_the_first_preference_with_the_wait_it_earned(self, desk: Desk) -> None:
        desk.equip(2, "C:1,A:2")
        mine = at_counter(desk)
        desk.wait(minutes=1)
        desk.open("petugas2", 2)
        desk.join("A")
        desk.join("C")
        sent = desk.send(mine, "petugas2")
        assert [called(desk, "petugas2", 2) for _ in range(3)] == [sent.label, "C-001", "A-002"]

    def test_a_counter_that_closes_sets_it_free(self, desk: Desk) -> None:
        mine = at_counter(desk)
        desk.open("petugas2", 2)
        desk.send(mine, "loket 2")
        assert called(desk) == "-"
        desk.close("petugas2", 2)
        free = desk.fresh(mine)
        assert (free.state, free.for_counter_id, free.due_at) == (TicketState.WAITING, None, mine.due_at)
        released = desk.events(mine)[-1]
        assert (released.action, released.data) == ("release", {"from_counter": 2})
        assert called(desk) == mine.label

    def test_a_change_of_skills_or_services_sets_it_free(self, desk: Desk) -> None:
        desk.open("petugas2", 2)
        first = desk.send(at_counter(desk), "petugas2")
        desk.train("petugas2", "B")
        assert desk.fresh(first).for_officer_id is None
        assert called(desk) == first.label
        desk.train("petugas2", "all")
        second = desk.send(at_counter(desk), "loket 2")
        desk.equip(2, "B")
        assert desk.fresh(second).for_counter_id is None

    def test_the_day_s_end_leaves_nobody_kept(self, desk: Desk) -> None:
        desk.open("petugas2", 2)
        sent = desk.send(at_counter(desk), "petugas2")
        with desk.db.write() as session:
            office = desk.office(session)
            day_end.close_day(session, office, opening.local_day(office, desk.now), desk.now)
        assert desk.fresh(sent).state is TicketState.EXPIRED

    def test_a_doubled_transfer_is_one_even_when_the_colleague_has_left(self, desk: Desk) -> None:
        mine = at_counter(desk)
        desk.open("petugas2", 2)
        sent = desk.send(mine, "petugas2")
        assert desk.send(mine, "petugas2").version == sent.version
        assert desk.actions(mine).count("transfer") == 1

    @pytest.mark.parametrize(
        ("to", "service", "code"),
        [
            ("loket 5", None, "counter_unattended"),
            ("loket 3", None, "not_served_there"),
            ("petugas3", None, "not_served_there"),
            ("loket 2", None, "officer_lacks_skill"),
            ("petugas2", "C", "officer_lacks_skill"),
            ("petugas5", None, "officer_off_duty"),
            ("supervisor", None, "unknown_officer"),
            ("nobody", None, "unknown_officer"),
            ("kelompok X", None, "unknown_pool"),
            ("loket 3", "Z", "unknown_service"),
        ],
    )
    def test_it_refuses_where_the_citizen_could_not_be_served(
        self, desk: Desk, to: str, service: str | None, code: str
    ) -> None:
        mine = at_counter(desk)
        desk.train("petugas2", "B")
        desk.open("petugas2", 2)
        desk.equip(3, "B")
        desk.open("petugas3", 3)
        with pytest.raises(QueueError, match=code):
            desk.send(mine, to, service)
        assert desk.fresh(mine).version == mine.version

    def test_it_refuses_a_service_that_is_closed_today(self, desk: Desk) -> None:
        mine = at_counter(desk)
        with desk.db.write() as session:
            office = desk.office(session)
            day = opening.local_day(office, desk.now)
            session.add(Closure(office_id=office.id, day=day, reason="Libur"))
        with pytest.raises(Invalid, match="closed_day") as refused:
            desk.act(tickets.transfer, mine, "B")
        assert refused.value.params["next_date"] == day + timedelta(days=1)


class TestPools:
    def test_its_counters_take_the_same(self, desk: Desk) -> None:
        desk.equip(1, "C:1,A:2", pool="foto")
        desk.equip(2, pool="foto")
        for code in "AC":
            desk.join(code)
        desk.open("petugas2", 2)
        assert called(desk, "petugas2", 2) == "C-001"
        desk.equip(2, "B")
        desk.open()
        assert called(desk) == "-"
        desk.equip(1, "A", pool="none")
        assert (called(desk), called(desk, "petugas2", 2)) == ("A-001", "-")

    def test_a_ticket_for_a_pool_is_for_any_of_its_counters(self, desk: Desk) -> None:
        desk.equip(2, pool="foto")
        desk.equip(3, pool="foto")
        mine = at_counter(desk)
        with pytest.raises(QueueError, match="pool_unattended"):
            desk.send(mine, "kelompok foto")
        desk.open("petugas2", 2)
        desk.open("petugas3", 3)
        sent = desk.send(mine, "kelompok foto", "C")
        desk.close("petugas2", 2)
        assert called(desk) == "-"
        assert called(desk, "petugas3", 3) == sent.label
        desk.send(at_counter(desk), "kelompok foto")
        desk.close("petugas3", 3)
        assert desk.events()[-2].data == {"from_pool": "foto"}

    @pytest.mark.parametrize("services", ["A:0", "A:10", "A,A", "A:x"])
    def test_it_refuses_what_makes_no_sense(self, desk: Desk, services: str) -> None:
        with pytest.raises(Invalid, match="bad_setting"):
            desk.equip(1, services)
        with pytest.raises(NotFound, match="unknown_service"):
            desk.equip(1, "A,Z")
        with pytest.raises(NotFound, match="unknown_officer"):
            desk.train("supervisor", "A")
        with pytest.raises(Invalid, match="bad_setting"):
            desk.equip(1, pool="a b")


class TestPlaces:
    def place(self, desk: Desk, ticket: Ticket) -> int:
        """Looked up with all others, and alone: both must say the same."""
        with desk.db.read() as session:
            found = forecast.places(session, desk.office(session), desk.now)[ticket.id]
            assert forecast.place_of(session, session.get_one(Ticket, ticket.id), desk.now) == found
            return found.position

    def test_a_preferred_service_is_ahead_of_the_others(self, desk: Desk) -> None:
        desk.equip(1, "C:1,A:2")
        desk.open()
        other = desk.join("A")
        desk.wait(minutes=1)
        preferred = [desk.join("C"), desk.join("C")]
        assert [self.place(desk, ticket) for ticket in (*preferred, other)] == [1, 2, 3]
        desk.wait(minutes=119)
        assert [self.place(desk, ticket) for ticket in (other, *preferred)] == [1, 2, 3]

    def test_counters_that_disagree_leave_it_to_the_rule(self, desk: Desk) -> None:
        desk.equip(1, "C:1,A:2")
        desk.equip(2, "C:2,A:1")
        desk.open()
        desk.open("petugas2", 2)
        first = desk.join("A")
        desk.wait(minutes=1)
        assert (self.place(desk, first), self.place(desk, desk.join("C"))) == (1, 2)

    def test_skills_decide_whose_line_it_is(self, desk: Desk) -> None:
        desk.train("petugas1", "A")
        desk.train("petugas2", "B")
        desk.open()
        desk.open("petugas2", 2)
        desk.join("A")
        assert self.place(desk, desk.join("B")) == 1
        assert self.place(desk, desk.join("A")) == 2

    def test_who_is_kept_for_another_counter_is_not_ahead(self, desk: Desk) -> None:
        """Kept at counter 2, where B is taken too; A is only taken at counter 1."""
        desk.equip(1, "A")
        desk.equip(2, "A:2,B:1")
        kept = at_counter(desk)
        desk.open("petugas2", 2)
        desk.wait(minutes=1)
        sent = desk.send(kept, "loket 2")
        assert self.place(desk, sent) == 1
        assert self.place(desk, desk.join("B")) == 2
        desk.train("petugas2", "B")
        assert self.place(desk, desk.join("A")) == 2  # it is free again, and of counter 1
        assert self.place(desk, desk.fresh(kept)) == 1


def test_an_undone_transfer_keeps_nobody(desk: Desk) -> None:
    mine = at_counter(desk)
    desk.open("petugas2", 2)
    sent = desk.send(mine, "petugas2")
    back = desk.act(undo.undo, sent)
    assert (back.state, back.for_officer_id) == (TicketState.SERVING, None)


def test_a_call_looks_only_into_indexes_over_the_waiting(desk: Desk) -> None:
    """However many wait: SQLite must take neither the table nor the index over everybody of the day."""
    if not desk.db.is_sqlite:
        pytest.skip("PostgreSQL plans by the tables' contents; benchmarks/growth.py measures both")
    desk.open()
    statements: list[tuple[str, object]] = []
    event.listen(desk.db.engine, "before_cursor_execute", lambda _c, _k, sql, data, *_: statements.append((sql, data)))
    with desk.db.read() as session:
        office = desk.office(session)
        shift = shifts.live(session, office.id)[0]
        today, here = opening.local_day(office, desk.now), scope.of_shift(session, shift)
        line.heads(session, office, today, here)
        assert line.upcoming(session, office, today, list(here.preferences), desk.now, 3) == []
        asked = [(sql, data) for sql, data in statements if "FROM ticket" in sql]
        plans = [
            step.detail
            for sql, data in asked
            for step in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", data)  # type: ignore[arg-type]
        ]
    by_key = "SEARCH ticket USING INTEGER PRIMARY KEY (rowid=?)"  # the few that were found
    assert plans.count(by_key) == 1
    used = [step for step in plans if "ticket" in step and step != by_key]
    assert len(used) == 7  # the heads and who is apart, the next three and who lets pass
    assert all("ix_ticket_waiting" in step or "ix_ticket_apart" in step for step in used), used
