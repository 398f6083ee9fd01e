"""The survey of Permenpan RB 14/2017, against worked examples."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import pytest

from metrics.satisfaction import (
    ELEMENTS,
    Grade,
    grade,
    ikm,
    interval_value,
    rounded,
    sample_needed,
    satisfaction,
    student_95,
)

MEANS = [Fraction(text) for text in ("3.40", "3.30", "3.10", "3.90", "3.35", "3.45", "3.50", "3.20", "3.25")]


def filled(answers: Sequence[int]) -> dict[str, int]:
    return dict(zip(ELEMENTS, answers, strict=True))


def test_the_worked_example() -> None:
    value = interval_value(MEANS)
    assert (sum(MEANS), rounded(value, 4)) == (Fraction("30.45"), Decimal("3.3833"))
    assert (ikm(value), grade(ikm(value))) == (Decimal("84.58"), Grade.B)


@pytest.mark.parametrize(("weight", "value", "of_100"), [("0.11", "3.3495", "83.74"), ("0.111", "3.3800", "84.50")])
def test_the_weights_of_printed_forms(weight: str, value: str, of_100: str) -> None:
    found = interval_value(MEANS, Fraction(weight))
    assert (rounded(found, 4), ikm(found)) == (Decimal(value), Decimal(of_100))


def test_twenty_questionnaires_with_these_means_give_the_same() -> None:
    """Each element's sum of 20 answers is 20 times its mean, spread over the people as evenly as can be."""
    columns = []
    for mean in MEANS:
        low, more = divmod(int(mean * 20), 20)
        columns.append([low + (person < more) for person in range(20)])
    found = satisfaction([filled(row) for row in zip(*columns, strict=True)])
    assert found is not None
    assert [element.nrr for element in found.elements] == MEANS
    assert (found.n, found.ikm, found.grade) == (20, Decimal("84.58"), Grade.B)
    assert [element.grade for element in found.elements] == [Grade(letter) for letter in "BBBABBBBB"]
    assert found.low is not None
    assert found.high is not None
    assert 75 < found.low < 84.58 < found.high < 95


@pytest.mark.parametrize(
    ("value", "letter"),
    [("25.00", "D"), ("64.99", "D"), ("65.00", "C"), ("76.60", "C"), ("76.61", "B"), ("88.30", "B"), ("88.31", "A")],
)
def test_the_bounds_of_the_classes(value: str, letter: str) -> None:
    assert grade(Decimal(value)) is Grade(letter)


def test_what_lies_between_two_printed_bounds_is_rounded_first() -> None:
    assert grade(ikm(Fraction("64.995") / 25)) is Grade.C
    assert grade(ikm(Fraction("64.9949") / 25)) is Grade.D


def test_all_best_and_all_worst() -> None:
    best, worst = (satisfaction([filled([answer] * 9)] * 12) for answer in (4, 1))
    assert best is not None
    assert worst is not None
    assert (best.ikm, best.grade, best.high, worst.ikm, worst.grade) == (100, Grade.A, 100, 25, Grade.D)
    assert best.low is not None
    assert best.low < 100, "equal answers are not certain"


def test_nobody_answered_is_no_data_and_one_answer_has_no_interval() -> None:
    assert satisfaction([]) is None
    one = satisfaction([filled([3] * 9)])
    assert one is not None
    assert (one.ikm, one.low, one.high) == (75, None, None)


@pytest.mark.parametrize("answers", [{"time": 3}, filled([0, *[3] * 8]), filled([5, *[3] * 8])])
def test_it_refuses_what_is_no_questionnaire(answers: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="nine answers"):
        satisfaction([answers])


@pytest.mark.parametrize(
    ("population", "sample"),
    [(0, 0), (1, 1), (10, 10), (50, 44), (100, 80), (500, 217), (1_000, 278), (10_000, 370), (100_000, 383)],
)
def test_the_sample_of_krejcie_and_morgan(population: int, sample: int) -> None:
    assert sample_needed(population) == sample


@pytest.mark.parametrize(("df", "point"), [(9, 2.262), (29, 2.045), (1000, 1.962)])
def test_students_t(df: int, point: float) -> None:
    assert student_95(df) == pytest.approx(point, abs=1e-3)
