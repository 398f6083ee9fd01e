"""The indicator with and without contested legs."""

from dataclasses import replace

import pytest

from metrics.contest import contested_speed
from metrics.speed import Contested, OfficerSpeed, OfficeSpeed, office_speed
from metrics.visit import Claim, Visit
from tests.metrics.records import MARCH, legs, served

STANDARD = {"A": 600.0}


def contested(seconds: float, claim: Claim, officer: str = "ana") -> Visit:
    return replace(served(seconds, officer), claim=claim, flagged=claim == "accepted")


def speed(visits: list[Visit]) -> OfficeSpeed:
    return contested_speed(visits, period=MARCH, reference_period=MARCH, standards_s=STANDARD)


def only(visits: list[Visit]) -> tuple[OfficerSpeed, Contested]:
    (row,) = speed(visits).officers
    assert row.contested is not None
    return row, row.contested


def test_without_claims_it_is_the_plain_indicator() -> None:
    visits = legs("ana", "A", [500] * 30)
    plain = office_speed(visits, period=MARCH, reference_period=MARCH, standards_s=STANDARD)
    assert speed(visits) == plain
    assert plain.officers[0].contested is None


def test_an_officer_who_contests_the_slow_ones_moves_away_from_the_figure_with_all() -> None:
    """30 at the standard, 30 at twice of it; the slow ones are accepted. By hand: 100 against 100 exp(-log(2) / 2)."""
    row, beside = only([*legs("ana", "A", [600] * 30), *(contested(1200, "accepted") for _ in range(30))])
    assert (beside.open, beside.accepted, beside.declined) == (0, 30, 0)
    assert row.index == pytest.approx(100)
    assert beside.with_all.index == pytest.approx(100 / 2**0.5)
    assert beside.without_any.index == row.index
    assert (row.served, beside.with_all.served, beside.without_any.served) == (30, 60, 30)


def test_a_supervisor_who_declines_everything_moves_away_from_the_figure_without_any() -> None:
    row, beside = only([*legs("ana", "A", [600] * 30), *(contested(1200, "declined") for _ in range(30))])
    assert row.index == beside.with_all.index == pytest.approx(100 / 2**0.5)
    assert beside.without_any.index == pytest.approx(100)


def test_an_open_claim_counts_until_it_is_decided() -> None:
    row, beside = only([*legs("ana", "A", [600] * 29), contested(1200, "open")])
    assert (row.served, row.enough) == (30, True)
    assert (beside.open, beside.without_any.served, beside.without_any.index) == (1, 29, None)


def test_an_officer_all_of_whose_legs_are_contested_still_has_a_row() -> None:
    row, beside = only([contested(600, "accepted") for _ in range(3)])
    assert (row.served, row.median_s, beside.with_all.served) == (0, None, 3)


def test_only_who_contested_has_the_figures_beside() -> None:
    rows = speed([*legs("budi", "A", [500] * 3), contested(700, "open")]).officers
    assert [(row.officer, row.contested is not None) for row in rows] == [("ana", True), ("budi", False)]
    assert rows[0].served == 1
