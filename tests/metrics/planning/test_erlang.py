"""Erlang's formulas against published values."""

from math import inf

import pytest

from metrics.planning import erlang


@pytest.mark.parametrize(("counters", "load", "lost"), [(5, 1.361, 0.01), (10, 4.461, 0.01), (20, 12.031, 0.01)])
def test_erlang_b_is_that_of_the_published_table(counters: int, load: float, lost: float) -> None:
    """Traffic tables of the ITU: so many erlangs are offered to so many lines when one call in a hundred is lost."""
    assert erlang.erlang_b(counters, load) == pytest.approx(lost, abs=2e-5)


def test_erlang_c_is_that_of_a_textbook() -> None:
    """The eye clinic of Gross and Harris, "Fundamentals of Queueing Theory", section 2.3 (M/M/c): 3 doctors, 6 patients
    an hour, 20 minutes each; 8/9 of a patient waits on average, for 8.9 minutes."""
    found = erlang.steady(3, 6 / 3600, 1200)
    assert found.waits == pytest.approx(4 / 9)
    assert found.mean_wait_s * 6 / 3600 == pytest.approx(8 / 9)
    assert found.occupancy == pytest.approx(2 / 3)


def test_erlang_a_is_that_of_the_published_comparison() -> None:
    """Garnett, Mandelbaum and Reiman, "Designing a call center with impatient customers" (2002), table 1: 50 agents, 48
    calls a minute, a minute each, patience endless or two minutes."""
    patient, impatient = erlang.steady(50, 0.8, 60), erlang.steady(50, 0.8, 60, 120)
    assert (patient.mean_wait_s, patient.occupancy) == (pytest.approx(20.8, abs=0.05), pytest.approx(0.96))
    assert 1 - erlang.within(50, 0.8, 60, 58.1) == pytest.approx(0.1, abs=5e-4)
    assert impatient.leaves == pytest.approx(0.031, abs=5e-4)
    assert impatient.mean_wait_s == pytest.approx(3.7, abs=0.05)
    assert impatient.occupancy == pytest.approx(0.93, abs=5e-3)


def test_erlang_a_knows_no_overload_and_meets_c_for_endless_patience() -> None:
    assert erlang.steady(2, 1 / 60, 300, 600).leaves == pytest.approx(1 - 2 / 5, abs=0.02)  # 5 erlangs for 2 counters
    assert erlang.within(3, 1 / 100, 200, 120, 1e7) == pytest.approx(erlang.within(3, 1 / 100, 200, 120), abs=1e-3)
    assert erlang.within(3, 1 / 100, 200, 1e6, 300) == pytest.approx(1 - erlang.steady(3, 1 / 100, 200, 300).leaves)


def test_the_fewest_counters_are_the_first_that_do() -> None:
    needed = erlang.fewest(1 / 60, 600, 900, 0.9)
    assert erlang.within(needed, 1 / 60, 600, 900) >= 0.9 > erlang.within(needed - 1, 1 / 60, 600, 900)
    assert erlang.fewest(0, 600, 900, 0.9) == 0


@pytest.mark.parametrize(("counters", "per_s", "serve_s"), [(-1, 1.0, 1.0), (1, -1.0, 1.0), (1, 1.0, 0.0)])
def test_impossible_numbers_are_refused(counters: int, per_s: float, serve_s: float) -> None:
    with pytest.raises(ValueError, match="must"):
        erlang.steady(counters, per_s, serve_s)
    assert erlang.steady(2, 1.0, 60.0).mean_wait_s == inf
