"""What a wait usually is, and which hours are really shorter."""

from datetime import date

from metrics.crowd import waits
from metrics.crowd.days import PastDay
from tests.metrics.crowd import offices

LATER = date(2030, 1, 1)
TUESDAY_TEN = (1, 10)


def better(past: list[PastDay]) -> dict[tuple[int, int], float]:
    """The cells that are called shorter, with the share."""
    habits = waits.learn(past, 0, LATER)
    assert habits is not None
    found = {cell: habits.shorter(*cell) for cell in habits.usual}
    return {cell: shorter.share for cell, shorter in found.items() if shorter is not None}


def test_a_real_difference_is_found_and_nothing_beside_it() -> None:
    found = better(offices.waits(1, quiet=TUESDAY_TEN))
    assert list(found) == [TUESDAY_TEN]
    assert 0.35 < found[TUESDAY_TEN] < 0.65


def test_chance_is_called_no_difference() -> None:
    assert sum(len(better(offices.waits(seed))) for seed in range(12)) <= 1  # of 480 cells


def test_the_usual_range_holds_waits_and_is_never_negative() -> None:
    habits = waits.learn(offices.waits(2), 0, LATER)
    assert habits is not None
    usual = habits.usual[TUESDAY_TEN]
    assert 0 <= usual.low < usual.median < usual.high
    assert 20 < usual.median < 40
    assert usual.told[0] % 5 == usual.told[1] % 5 == 0
    assert usual.days == 13


def test_thin_data_say_nothing() -> None:
    assert waits.learn([], 0, LATER) is None
    assert waits.learn(offices.waits(3, 9), 0, LATER) is None
    assert waits.learn(offices.waits(3), 99, LATER) is None  # a service never used
    rare = waits.learn(offices.waits(3, 42, TUESDAY_TEN, visitors=0.5), 0, LATER)
    assert rare is None or rare.shorter(*TUESDAY_TEN) is None
