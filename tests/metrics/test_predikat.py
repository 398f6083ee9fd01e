"""What the table suggests, and when it suggests nothing."""

import pytest

from metrics.predikat import Gap, Goal, Level, Measured, Predikat, judged, suggest

FASTER = Measured(100, 112, 104, 120, enough=True)
SLOWER = Measured(100, 85, 78, 93, enough=True)
AROUND = Measured(100, 104, 97, 112, enough=True)
FEW = Measured(12, 130, 90, 190, enough=False)


def goals(*rest: Measured) -> list[Goal]:
    """A speed that is as expected, and other goals."""
    return [Goal(100, AROUND, is_speed=True), *(Goal(100, measured, is_speed=False) for measured in rest)]


@pytest.mark.parametrize(
    ("measured", "level"),
    [
        (FASTER, Level.ABOVE),
        (SLOWER, Level.BELOW),
        (AROUND, Level.AS),
        (FEW, None),
        (Measured(), None),
        (Measured(50, 104, 100, 108, enough=True), Level.AS),
    ],
)
def test_a_target_is_left_or_missed_only_when_the_whole_interval_says_so(
    measured: Measured, level: Level | None
) -> None:
    assert judged(100, measured) is level


@pytest.mark.parametrize(
    ("measured", "conduct", "predikat"),
    [
        (FASTER, Level.ABOVE, Predikat.VERY_GOOD),
        (FASTER, Level.AS, Predikat.GOOD),
        (AROUND, Level.ABOVE, Predikat.GOOD),
        (AROUND, Level.AS, Predikat.GOOD),
        (SLOWER, Level.ABOVE, Predikat.NEEDS_IMPROVEMENT),
        (SLOWER, Level.AS, Predikat.NEEDS_IMPROVEMENT),
        (FASTER, Level.BELOW, Predikat.POOR),
        (AROUND, Level.BELOW, Predikat.POOR),
        (SLOWER, Level.BELOW, Predikat.VERY_POOR),
    ],
)
def test_results_and_conduct_lead_to_the_published_predikat(
    measured: Measured, conduct: Level, predikat: Predikat
) -> None:
    assert suggest(goals(measured), conduct).predikat is predikat


def test_speed_alone_suggests_nothing() -> None:
    found = suggest([Goal(100, FASTER, is_speed=True), Goal(90, FEW, is_speed=False)], Level.ABOVE)
    assert (found.predikat, found.gap, found.above, found.unknown) == (None, Gap.SPEED_ALONE, 1, 1)


def test_too_little_data_and_a_conduct_nobody_judged_suggest_nothing() -> None:
    assert suggest([Goal(100, FEW, is_speed=False)], Level.AS).gap is Gap.NOTHING_MEASURED
    assert suggest([], Level.AS).gap is Gap.NOTHING_MEASURED
    without_conduct = suggest(goals(AROUND), None)
    assert (without_conduct.predikat, without_conduct.gap, without_conduct.results) == (None, Gap.NO_CONDUCT, Level.AS)


def test_one_missed_target_beside_one_exceeded_is_as_expected() -> None:
    assert suggest(goals(FASTER, SLOWER), Level.AS).results is Level.AS
    assert suggest(goals(FASTER, SLOWER, SLOWER), Level.AS).results is Level.BELOW
