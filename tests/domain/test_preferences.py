"""Preferences and keeping in the pure rule: the order, its reason, nobody starves, no counter is idle without need."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from queue_app import discipline
from queue_app.discipline import Rule, RuleName, Waiting, Why
from queue_app.scope import ANYBODY, Kept, Scope

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
CATEGORIES = ["regular", "elderly", "disabled"]
LONGEST = timedelta(minutes=120)

rules = st.sampled_from([Rule(name) for name in RuleName])
lines = st.lists(
    st.builds(
        lambda number, minutes, category, preference, kept: Waiting(
            number, f"A-{number:03d}", category, NOW - timedelta(minutes=minutes), 0, 1 if kept else preference, kept
        ),
        st.integers(1, 999),
        st.integers(-30, 200),
        st.sampled_from(CATEGORIES),
        st.integers(1, 3),
        st.booleans(),
    ),
    min_size=1,
    max_size=20,
    unique_by=lambda ticket: ticket.id,
)


class TestOrder:
    @given(lines, rules, st.randoms(use_true_random=False))
    def test_it_does_not_depend_on_the_order_of_insertion(
        self, line: list[Waiting], rule: Rule, random: object
    ) -> None:
        shuffled = list(line)
        random.shuffle(shuffled)  # type: ignore[attr-defined]
        assert discipline.in_order(shuffled, rule, NOW) == discipline.in_order(line, rule, NOW)
        assert discipline.choose(shuffled, rule, NOW) == discipline.choose(line, rule, NOW)

    @given(lines, rules)
    def test_who_waited_too_long_is_first_and_then_the_preferred(self, line: list[Waiting], rule: Rule) -> None:
        order = discipline.in_order(line, rule, NOW)
        too_long = [ticket for ticket in order if NOW - ticket.due_at >= LONGEST]
        assert order[: len(too_long)] == sorted(too_long, key=lambda ticket: (ticket.due_at, ticket.id))
        rest = [ticket.preference for ticket in order[len(too_long) :]]
        assert rest == sorted(rest)

    @given(lines, rules)
    def test_the_first_two_of_each_lane_and_all_who_are_kept_decide_as_all_do(
        self, line: list[Waiting], rule: Rule
    ) -> None:
        by_due = sorted(line, key=lambda ticket: (ticket.due_at, ticket.id))
        heads = [ticket for ticket in by_due if ticket.kept]
        for lane in {(ticket.category, ticket.preference) for ticket in by_due}:
            heads += [t for t in by_due if not t.kept and (t.category, t.preference) == lane][:2]
        assert discipline.choose(heads, rule, NOW) == discipline.choose(line, rule, NOW)

    @given(lines, rules)
    def test_the_reason_names_the_preference_only_when_it_decided(self, line: list[Waiting], rule: Rule) -> None:
        choice = discipline.choose(line, rule, NOW)
        assert choice is not None
        without = discipline.in_order([Waiting(t.id, t.label, t.category, t.due_at) for t in line], rule, NOW)
        decided = without[0].id != choice.ticket.id
        assert (choice.reason.why in (Why.PREFERENCE, Why.KEPT)) == decided
        if decided:
            assert (choice.reason.why is Why.KEPT) == choice.ticket.kept

    @given(rules, st.integers(1, 30), st.integers(1, 3))
    def test_nobody_starves_at_a_counter_s_last_preference(self, rule: Rule, ahead: int, per_minute: int) -> None:
        """Each minute more citizens of the preferred service than the only counter can take."""
        rule = replace(rule, longest_wait=timedelta(minutes=15))
        patient = Waiting(1, "B-001", "regular", NOW, preference=2)
        line = [patient, *(Waiting(2 + n, f"A-{n}", "elderly", NOW) for n in range(ahead))]
        number, now = 1000, NOW
        while True:
            choice = discipline.choose(line, rule, now)
            assert choice is not None
            line.remove(choice.ticket)
            if choice.ticket is patient:
                break
            now += timedelta(minutes=1)
            line += [Waiting(number + n, "A", "elderly", now, kept=n == 0) for n in range(per_minute)]
            number += per_minute
            assert now - NOW <= rule.longest_wait + timedelta(minutes=ahead + 1)

    @given(lines, rules)
    def test_a_place_can_be_counted_without_sorting(self, line: list[Waiting], rule: Rule) -> None:
        order = discipline.in_order(line, rule, NOW)
        for place, ticket in enumerate(order):
            ahead = 0
            for other in line:
                until = discipline.ahead_until(ticket, other.category, rule, NOW, other.preference)
                ahead += other is not ticket and (
                    until is None or other.due_at < until or (other.due_at == until and other.id < ticket.id)
                )
            # Equal weighted waits of different categories may be counted either way round.
            mine = discipline.turn(ticket, rule, NOW)[:-2]
            assert abs(ahead - place) <= sum(discipline.turn(t, rule, NOW)[:-2] == mine for t in line) - 1


scopes = st.lists(
    st.builds(
        Scope,
        st.integers(1, 4),
        st.sampled_from([None, 7]),
        st.integers(11, 14),
        st.dictionaries(st.integers(21, 23), st.integers(1, 3), min_size=1),
    ),
    min_size=1,
    max_size=4,
)
keeps = st.sampled_from([ANYBODY, Kept(counter_id=1), Kept(officer_id=12), Kept(pool_id=7)])


class TestScope:
    @given(scopes, st.lists(st.tuples(st.integers(21, 23), keeps), max_size=12), rules)
    def test_a_counter_is_never_idle_while_it_could_take_somebody(
        self, counters: list[Scope], waiting: list[tuple[int, Kept]], rule: Rule
    ) -> None:
        for at in counters:
            offered = [
                Waiting(n, f"A-{n}", "regular", NOW - timedelta(minutes=n), 0, preference, kept != ANYBODY)
                for n, (service, kept) in enumerate(waiting)
                if (preference := at.preference(service, kept)) is not None
            ]
            could = [
                (service, kept)
                for service, kept in waiting
                if service in at.preferences
                and (
                    kept == ANYBODY
                    or kept in (Kept(at.counter_id), Kept(None, at.officer_id), Kept(pool_id=at.pool_id))
                )
            ]
            assert (discipline.choose(offered, rule, NOW) is None) == (not could)

    def test_who_is_kept_counts_as_of_the_first_preference(self) -> None:
        at = Scope(1, 7, 11, {21: 2, 22: 3})
        assert at.preference(22) == 3
        assert at.preference(22, Kept(counter_id=1)) == at.preference(22, Kept(pool_id=7)) == 2
        assert at.preference(22, Kept(officer_id=12)) is None
        assert at.preference(23, Kept(counter_id=1)) is None
