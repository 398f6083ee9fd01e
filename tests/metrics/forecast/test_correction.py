from dataclasses import replace
from datetime import UTC

import numpy as np
import pytest

from metrics.forecast import backtest, correction, replay, scores
from metrics.forecast.line import Case, Known, Rule, Spread
from metrics.forecast.scores import Told
from tests.metrics.forecast import past

KNOWN = Known(60.0, 60.0, 3, 2)


def cases(count: int, factor: float) -> list[Case]:
    draw = np.random.default_rng(4)
    found = []
    for at in range(count):
        middle_s = float(draw.uniform(100, 3000))
        waited_s = factor * middle_s * float(np.exp(0.4 * draw.standard_normal()))
        rolled = Spread(middle_s * 0.6, middle_s, middle_s * 1.67)
        found.append(Case(float(at), at // 100, "A", 9, KNOWN, rolled, 600.0, waited_s))
    return found


def test_few_forecasts_correct_nothing_and_good_ones_little() -> None:
    assert correction.learn(cases(correction.FEWEST - 1, 2.0)) is None
    learned = correction.learn(cases(correction.FEWEST, 1.0))
    assert learned is not None
    assert learned.of(Spread(300, 500, 835), KNOWN, "A", 9).median_s == pytest.approx(500, rel=0.15)


def test_what_always_comes_half_as_late_again_is_learned_with_its_range() -> None:
    learned = correction.learn(cases(3000, 1.5))
    assert learned is not None
    found = learned.of(Spread(600, 1000, 1670), KNOWN, "A", 9)
    assert found.median_s == pytest.approx(1500, rel=0.05)
    # 80 % of a log-normal with spread 0.4 lie within a factor of exp(1.28 * 0.4).
    assert found.high_s / found.median_s == pytest.approx(1.67, rel=0.08)


def test_a_correction_is_never_wild_nor_out_of_order() -> None:
    learned = correction.learn(cases(300, 1.0))
    assert learned is not None
    strange = replace(KNOWN, head_s=1e9, recent_s=-5.0, ahead=100_000)
    found = learned.of(Spread(0.0, 0.0, 5.0), strange, "never seen", 3)
    assert 0 <= found.low_s <= found.median_s <= found.high_s <= 5.0 * correction.FARTHEST


def test_scores_by_hand() -> None:
    spread = Spread(10.0, 20.0, 40.0)
    found = scores.score([Told(20.0, 30.0, spread), Told(20.0, 50.0, spread)])
    assert found is not None
    assert (found.mean_error_s, found.median_error_s, found.bias_s, found.coverage) == (20.0, 20.0, -20.0, 0.5)
    # The first wait costs its three quantiles 2, 5 and 1; the second 4, 15 and 9.
    assert found.pinball_s == pytest.approx((8 / 3 + 28 / 3) / 2)
    assert scores.score([]) is None


def test_on_a_made_up_past_it_beats_the_plain_methods_and_comes_near_to_what_is_possible() -> None:
    played = list(replay.play(replay.pasts(past.days(12), UTC)))
    found = backtest.run(played)
    assert found is not None
    ours = found.methods[backtest.FORECAST]
    plain = [one for name, one in found.methods.items() if name not in (backtest.FORECAST, backtest.ROLLOUT)]
    assert ours.mean_error_s < min(one.mean_error_s for one in plain)
    assert ours.median_error_s < min(one.median_error_s for one in plain)
    assert ours.coverage is not None
    assert 0.75 < ours.coverage < 0.85
    assert ours.mean_error_s < 1.1 * found.rollout_unavoidable[0]


def test_a_correction_that_failed_on_later_days_is_not_believed() -> None:
    """Waits that were twice the rollout's on some days and half of it on others say nothing of the next day."""
    draw = np.random.default_rng(2)
    by_day = np.repeat([2.0, 2.0, 2.0, 0.5, 0.5, 2.0, 0.5, 0.5], 100)
    found = [
        replace(case, waited_s=case.rolled.median_s * float(factor * np.exp(0.2 * draw.standard_normal())))
        for case, factor in zip(cases(800, 1.0), by_day, strict=True)
    ]
    learned = correction.learn(found)
    assert learned is not None
    assert learned.trust[1] <= 0.25
    always = correction.learn(cases(800, 2.0))
    assert always is not None
    assert min(always.trust) >= 0.75


def test_who_takes_what_and_who_overtakes_is_learned_from_the_records() -> None:
    """One officer takes only B; the elderly gain priority three times as fast. What is foretold knows of both."""
    visits = [
        replace(visit, category="elderly" if at % 5 == 0 else "regular")
        for at, visit in enumerate(past.days(4))
        if (visit.officer, visit.service) != ("s0", "A")
    ]
    turns = replay.Turns(Rule("accumulating"), {"elderly": 3.0})
    records = replay.pasts(visits, UTC, turns)
    found = {(case.at_s, case.service): case for case in replay.play(records, turns.rule)}
    plain = {(case.at_s, case.service): case for case in replay.play(replay.pasts(visits, UTC))}
    elderly = {record.arrived_s for record in records if record.rate > 1}
    both = [(key[0], found[key].rolled.median_s, plain[key].rolled.median_s) for key in found]
    sooner = [mine < other for at_s, mine, other in both if at_s in elderly and other > 600]
    later = [mine > other for at_s, mine, other in both if at_s not in elderly and other > 600]
    assert np.mean(sooner) > 0.9
    assert np.mean(later) > 0.7


def test_nothing_of_later_is_looked_at() -> None:
    records = replay.pasts(past.days(4), UTC)
    played = list(replay.play(records))
    cut = played[len(played) // 2]
    # Whatever ended later is told otherwise: it can't matter before.
    later = [
        replace(record, ended_s=record.ended_s + 5000) if record.ended_s > cut.at_s else record for record in records
    ]
    same = [case for case in replay.play(later) if case.at_s <= cut.at_s]
    assert [(case.at_s, case.rolled, case.known) for case in same] == [
        (case.at_s, case.rolled, case.known) for case in played if case.at_s <= cut.at_s
    ]


def test_too_few_records_are_not_compared() -> None:
    assert backtest.run([]) is None
    assert list(replay.play([])) == []
