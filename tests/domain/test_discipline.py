"""The published rule: who is next, why, and that nobody starves."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_app import discipline
from queue_app.discipline import Rule, RuleName, Waiting, Why

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
CATEGORIES = ["regular", "elderly", "disabled", "pregnant", "infant"]


def waiting(number: int, minutes: float, category: str = "regular") -> Waiting:
    return Waiting(number, f"A-{number:03d}", category, NOW - timedelta(minutes=minutes))


tickets = st.lists(
    st.builds(waiting, st.integers(1, 999), st.integers(-60, 300), st.sampled_from(CATEGORIES)),
    min_size=1,
    max_size=30,
    unique_by=lambda ticket: ticket.id,
)
rules = st.sampled_from([Rule(name) for name in RuleName])


class TestDueAt:
    def test_a_walk_in_is_due_when_it_joins(self) -> None:
        assert discipline.due_at(NOW, None) == NOW

    @pytest.mark.parametrize(("slot_in", "expected"), [(30, 30), (0, 0), (-30, 0)])
    def test_a_booked_citizen_is_due_at_the_slot_or_when_late_at_the_check_in(
        self, slot_in: int, expected: int
    ) -> None:
        slot = NOW + timedelta(minutes=slot_in)
        assert discipline.due_at(NOW, slot) == NOW + timedelta(minutes=expected)


class TestChoose:
    def test_it_has_nobody_to_call_when_nobody_waits(self) -> None:
        assert discipline.choose([], Rule(), NOW) is None

    @pytest.mark.parametrize(
        ("name", "first"),
        [(RuleName.ACCUMULATING, 2), (RuleName.FIRST_COME, 1), (RuleName.STRICT, 3)],
    )
    def test_each_rule_has_its_own_first(self, name: RuleName, first: int) -> None:
        heads = [waiting(1, 34), waiting(2, 20, "elderly"), waiting(3, 1, "pregnant")]
        rule = Rule(name, {"elderly": 2.0, "pregnant": 3.0})
        choice = discipline.choose(heads, rule, NOW)
        assert choice is not None
        assert choice.ticket.id == first

    def test_it_says_why_and_who_would_have_been_next(self) -> None:
        choice = discipline.choose([waiting(1, 34), waiting(2, 10, "elderly")], Rule(), NOW)
        assert choice is not None
        assert choice.reason.as_data() == {
            "why": Why.WEIGHTED_WAIT,
            "rule": RuleName.ACCUMULATING,
            "waited_s": 34 * 60,
            "rate": 1.0,
            "next_label": "A-002",
            "next_waited_s": 600,
            "next_rate": 2.0,
        }

    def test_whoever_waited_too_long_is_ahead_of_all(self) -> None:
        heads = [waiting(1, 120), waiting(2, 119, "elderly"), waiting(3, 118, "infant")]
        choice = discipline.choose(heads, Rule(RuleName.STRICT), NOW)
        assert choice is not None
        assert (choice.ticket.id, choice.reason.why) == (1, Why.WAITED_TOO_LONG)

    def test_before_their_slots_the_nearest_is_first(self) -> None:
        heads = [waiting(1, -15), waiting(2, -10, "elderly"), waiting(3, -5)]
        assert [t.id for t in discipline.in_order(heads, Rule(), NOW)] == [3, 2, 1]


class TestProperties:
    @given(tickets, rules, st.randoms(use_true_random=False))
    def test_the_order_does_not_depend_on_the_order_of_insertion(
        self, heads: list[Waiting], rule: Rule, random: object
    ) -> None:
        shuffled = list(heads)
        random.shuffle(shuffled)  # type: ignore[attr-defined]
        assert discipline.in_order(shuffled, rule, NOW) == discipline.in_order(heads, rule, NOW)

    @given(tickets, rules)
    def test_it_is_work_conserving(self, heads: list[Waiting], rule: Rule) -> None:
        assert discipline.choose(heads, rule, NOW) is not None

    @given(tickets, rules)
    def test_the_first_two_of_each_category_decide_as_all_do(self, everyone: list[Waiting], rule: Rule) -> None:
        by_due = sorted(everyone, key=lambda ticket: (ticket.due_at, ticket.id))
        heads = [t for category in CATEGORIES for t in [w for w in by_due if w.category == category][:2]]
        assert discipline.choose(heads, rule, NOW) == discipline.choose(everyone, rule, NOW)

    @given(tickets, rules)
    def test_within_a_category_the_earlier_due_is_always_first(self, everyone: list[Waiting], rule: Rule) -> None:
        order = discipline.in_order(everyone, rule, NOW)
        for category in CATEGORIES:
            mine = [ticket for ticket in order if ticket.category == category]
            assert mine == sorted(mine, key=lambda ticket: (ticket.due_at, ticket.id))

    @given(rules, st.integers(1, 40), st.integers(1, 4))
    def test_nobody_starves(self, rule: Rule, ahead: int, per_minute: int) -> None:
        """One regular citizen, and each minute more priority citizens than one counter can take."""
        patient = waiting(1, 0)
        line = [patient, *(waiting(2 + n, 5, "elderly") for n in range(ahead))]
        number, now = 1000, NOW
        cap_minutes = int(rule.longest_wait.total_seconds() // 60)
        for minute in range(cap_minutes + ahead + 2):
            now = NOW + timedelta(minutes=minute)
            choice = discipline.choose(line, rule, now)
            assert choice is not None
            line.remove(choice.ticket)
            if choice.ticket is patient:
                break
            for _ in range(per_minute):
                line.append(Waiting(number, f"P-{number}", "elderly", now))
                number += 1
        else:
            pytest.fail("the regular citizen was never called")
        # Only those who waited the longest wait themselves can still be ahead of it then.
        assert now - NOW <= rule.longest_wait + timedelta(minutes=ahead + 1)

    @given(tickets, rules)
    def test_a_place_can_be_counted_without_sorting(self, everyone: list[Waiting], rule: Rule) -> None:
        order = discipline.in_order(everyone, rule, NOW)
        for place, ticket in enumerate(order):
            ahead = 0
            for other in everyone:
                until = discipline.ahead_until(ticket, other.category, rule, NOW)
                ahead += other is not ticket and (
                    until is None or other.due_at < until or (other.due_at == until and other.id < ticket.id)
                )
            # Equal weighted waits of different categories may be counted either way round.
            same = [
                t for t in everyone if discipline.turn(t, rule, NOW)[:-2] == discipline.turn(ticket, rule, NOW)[:-2]
            ]
            assert abs(ahead - place) <= len(same) - 1

    @given(tickets)
    def test_a_higher_rate_never_makes_one_s_turn_later(self, everyone: list[Waiting]) -> None:
        before = discipline.in_order(everyone, Rule(rates={"elderly": 1.0}), NOW)
        after = discipline.in_order(everyone, Rule(rates={"elderly": 3.0}), NOW)
        for ticket in everyone:
            if ticket.category == "elderly":
                ahead_before = {t.id for t in before[: before.index(ticket)] if t.category != "elderly"}
                ahead_after = {t.id for t in after[: after.index(ticket)] if t.category != "elderly"}
                assert ahead_after <= ahead_before


@pytest.mark.parametrize("rates", [{"elderly": 0.5}, {"elderly": 11}, {"elderly": float("nan")}])
def test_it_refuses_rates_that_make_no_sense(rates: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="rates"):
        Rule(rates=rates)
