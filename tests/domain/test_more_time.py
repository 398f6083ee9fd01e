"""More time: exactly the next few go first, whatever the rule, the categories and the time that passes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_app import booking, discipline, forecast, more_time, tickets
from queue_app.discipline import Rule, RuleName, Waiting
from queue_app.errors import QueueError, StaleTicket
from queue_app.lifecycle import IllegalMove
from queue_app.models import Category, Ticket
from tests.office import Desk

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
N = more_time.PLACES
CATEGORIES = ["regular", "elderly", "disabled"]


def waiting(number: int, minutes: int, category: str) -> Waiting:
    return Waiting(number, f"A-{number:03d}", category, NOW - timedelta(minutes=minutes))


lines = st.lists(
    st.builds(waiting, st.integers(1, 999), st.integers(-30, 200), st.sampled_from(CATEGORIES)),
    min_size=1,
    max_size=14,
    unique_by=lambda ticket: ticket.id,
)
rules = st.sampled_from([Rule(name) for name in RuleName])


class TestOrder:
    @given(lines, rules, st.data())
    def test_exactly_the_next_few_are_called_before(self, line: list[Waiting], rule: Rule, data: st.DataObject) -> None:
        order = discipline.in_order(line, rule, NOW)
        place = data.draw(st.integers(0, len(order) - 1))
        patient = replace(order[place], lets_pass=N)
        after = discipline.in_order([*order[:place], patient, *order[place + 1 :]], rule, NOW)
        behind = order[place + 1 :]
        assert after == [*order[:place], *behind[:N], patient, *behind[N:]]

    @given(lines, rules, st.data())
    def test_they_are_as_many_when_time_passes_between_the_calls(
        self, line: list[Waiting], rule: Rule, data: st.DataObject
    ) -> None:
        """The order of categories changes while they wait, and others join; still so many are called past it."""
        patient = data.draw(st.sampled_from(line))
        line = [replace(ticket, lets_pass=N) if ticket is patient else ticket for ticket in line]
        now, past, joined = NOW, 0, 1000
        while True:
            choice = discipline.choose(line, rule, now)
            assert choice is not None
            if choice.ticket.id == patient.id:
                break
            passed = {ticket.id for ticket in choice.passed}
            past += patient.id in passed
            line = [
                replace(ticket, lets_pass=ticket.lets_pass - 1) if ticket.id in passed else ticket
                for ticket in line
                if ticket is not choice.ticket
            ]
            now += timedelta(minutes=data.draw(st.integers(0, 20)))
            if joined < 1003 and data.draw(st.booleans()):
                joined += 1
                line.append(Waiting(joined, f"A-{joined}", data.draw(st.sampled_from(CATEGORIES)), now))
        assert past == N or (past < N and len(line) == 1)

    @given(lines, rules, st.lists(st.integers(0, 5), min_size=14, max_size=14))
    def test_the_heads_decide_as_all_do(self, line: list[Waiting], rule: Rule, wishes: list[int]) -> None:
        everyone = [replace(ticket, lets_pass=wish) for ticket, wish in zip(line, wishes, strict=False)]
        by_due = sorted(everyone, key=lambda ticket: (ticket.due_at, ticket.id))
        ready = [ticket for ticket in by_due if not ticket.lets_pass]
        heads = [t for category in CATEGORIES for t in [w for w in ready if w.category == category][:2]]
        heads += [ticket for ticket in everyone if ticket.lets_pass]
        assert discipline.choose(heads, rule, NOW) == discipline.choose(everyone, rule, NOW)

    @given(lines, rules, st.lists(st.integers(0, 5), min_size=14, max_size=14))
    def test_nobody_is_lost_and_no_counter_kept_idle(self, line: list[Waiting], rule: Rule, wishes: list[int]) -> None:
        everyone = [replace(ticket, lets_pass=wish) for ticket, wish in zip(line, wishes, strict=False)]
        order = discipline.in_order(everyone, rule, NOW)
        assert sorted(t.id for t in order) == sorted(t.id for t in everyone)
        choice = discipline.choose(everyone, rule, NOW)
        assert choice is not None
        assert choice.ticket == order[0]


def calls(desk: Desk, count: int) -> list[str]:
    labels = []
    for _ in range(count):
        called = desk.call_next()
        assert called is not None
        labels.append(called.label)
        desk.act(tickets.no_show, called)
    return labels


def position(desk: Desk, ticket: Ticket) -> int | None:
    with desk.db.read() as session:
        place = forecast.place_of(session, booking.find(session, ticket.public_id), desk.now)
        everyone = forecast.places(session, desk.office(session), desk.now)
    assert place == everyone.get(ticket.id)
    return place.position if place else None


class TestDefer:
    def test_the_next_three_are_called_first(self, desk: Desk) -> None:
        desk.open()
        patient, *others = [desk.join() for _ in range(6)]
        deferred = desk.defer(patient)
        assert (deferred.state, deferred.due_at, deferred.version) == (patient.state, patient.due_at, 2)
        assert [position(desk, ticket) for ticket in (patient, *others)] == [4, 1, 2, 3, 5, 6]
        assert calls(desk, 5) == ["A-002", "A-003", "A-004", "A-001", "A-005"]

    def test_what_was_let_pass_stands_in_the_log(self, desk: Desk) -> None:
        desk.open()
        patient, second = desk.join(), desk.join()
        desk.defer(patient)
        calls(desk, 2)
        assert [e.data for e in desk.events(patient) if e.action == "defer"] == [{"lets_pass": N}]
        assert [e.data.get("passed") for e in desk.events(second) if e.action == "call"] == [["A-001"]]
        assert [e.data.get("passed") for e in desk.events(patient) if e.action == "call"] == [None]

    def test_a_counter_is_not_kept_idle_for_it(self, desk: Desk) -> None:
        desk.open()
        patient = desk.defer(desk.join())
        assert calls(desk, 1) == [patient.label]

    def test_a_priority_citizen_stands_behind_the_others_too(self, desk: Desk) -> None:
        desk.change_office(rule_name=RuleName.STRICT)
        desk.open()
        patient = desk.join(category=Category.ELDERLY)
        others = [desk.join() for _ in range(4)]
        desk.defer(patient)
        desk.wait(minutes=30)
        assert calls(desk, 4) == [*(ticket.label for ticket in others[:3]), patient.label]

    def test_only_those_who_want_the_same_counters_are_counted(self, desk: Desk) -> None:
        with desk.db.write() as session:
            for number, code in ((1, "A"), (2, "B")):
                counter = next(c for c in desk.office(session).counters if c.number == number)
                counter.services = [desk.service(session, code)]
        desk.open()
        desk.open("petugas2", 2)
        patient = desk.join("A")
        desk.join("B"), desk.join("B"), desk.join("B"), desk.join("B")
        second = desk.join("A")
        desk.defer(patient)
        assert [position(desk, ticket) for ticket in (patient, second)] == [2, 1]
        called = desk.call_next("petugas2", 2)
        assert called is not None
        assert called.label == "B-001"
        assert desk.fresh(patient).lets_pass == N

    def test_it_may_be_asked_twice_and_adds_up(self, desk: Desk) -> None:
        desk.open()
        patient, *_ = [desk.join() for _ in range(9)]
        desk.defer(desk.defer(patient))
        assert position(desk, patient) == 7
        with pytest.raises(QueueError) as refused:
            desk.defer(patient)
        assert (refused.value.code, refused.value.params["times"]) == ("deferred_too_often", 2)
        assert calls(desk, 7)[-1] == patient.label

    def test_a_doubled_tap_is_one_wish(self, desk: Desk) -> None:
        patient = desk.join()
        for _ in range(2):
            with desk.db.write() as session:
                more_time.defer(session, booking.find(session, patient.public_id, for_change=True), desk.now, version=1)
        assert desk.actions(patient) == ["join", "defer"]
        with desk.db.write() as session, pytest.raises(StaleTicket):
            more_time.defer(session, booking.find(session, patient.public_id), desk.now, version=9)

    def test_only_who_waits_can_ask(self, desk: Desk) -> None:
        with pytest.raises(IllegalMove):
            desk.defer(desk.book())
        desk.open()
        desk.join()
        called = desk.call_next()
        assert called is not None
        with pytest.raises(IllegalMove):
            desk.defer(called)

    def test_whoever_is_called_out_of_turn_lets_nobody_pass_afterwards(self, desk: Desk) -> None:
        desk.open()
        patient, _ = desk.join(), desk.join()
        called = desk.call_chosen(desk.defer(patient))
        desk.act(tickets.put_back, called)
        assert calls(desk, 1) == [patient.label]

    def test_two_who_ask_both_come(self, desk: Desk) -> None:
        desk.open()
        first, second, *_ = [desk.join() for _ in range(4)]
        desk.defer(first)
        desk.defer(second)
        assert calls(desk, 4) == ["A-003", "A-004", "A-001", "A-002"]
