"""The survey of public satisfaction: nine elements, answered 1 to 4, as Permenpan RB 14/2017 has them.

    NRR     mean of an element's answers                          1 to 4
    value   sum of NRR x weight, weight 1/9 each                   1 to 4
    IKM     value x 25                                             25 to 100
    class   D 25.00-64.99, C 65.00-76.60, B 76.61-88.30, A 88.31-100.00, of the IKM rounded to two decimals

Printed forms take 0.11 for the weight, which gives 1 % less (99 instead of 100 at best); here it is exactly one ninth.
All of it is exact arithmetic of fractions until it is shown, so that no value falls into the wrong class by a rounding.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

from metrics.shrinkage import Z_95

SCALE = range(1, 5)

ELEMENTS = (
    *("requirements", "procedure", "time", "cost", "product"),
    *("competence", "conduct", "complaints", "facilities"),
)
"""In the order of the regulation: persyaratan, prosedur, waktu, biaya, produk, kompetensi, perilaku, pengaduan,
sarana."""

WEIGHT = Fraction(1, len(ELEMENTS))
_TO_IKM = 25

_CHI_SQUARE = Fraction(3841, 1000)
_QUARTER = Fraction(1, 4)
_PRECISION_SQUARED = Fraction(1, 400)


class Grade(StrEnum):
    """The class of the service, best first."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


FROM: Mapping[Grade, Decimal] = {
    Grade.A: Decimal("88.31"),
    Grade.B: Decimal("76.61"),
    Grade.C: Decimal("65.00"),
    Grade.D: Decimal("25.00"),
}
"""The least IKM of each class."""


@dataclass(frozen=True, slots=True)
class Element:
    """An element's mean (NRR, 1 to 4), the same as a value of 25 to 100, and its class."""

    name: str
    nrr: Fraction
    ikm: Decimal
    grade: Grade


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """The result of ``n`` whole questionnaires. ``value``: 1 to 4; ``ikm`` 25 to 100, with two decimals; ``low`` to
    ``high`` its 95 % interval, None for a single one."""

    n: int
    elements: tuple[Element, ...]
    value: Fraction
    ikm: Decimal
    grade: Grade
    low: float | None
    high: float | None


def satisfaction(answers: Sequence[Mapping[str, int]]) -> Satisfaction | None:
    """The IKM of whole questionnaires, each with an answer to all nine elements; None for none.

    Raises ``ValueError`` for one that lacks an element or has an answer outside 1 to 4.
    """
    for one in answers:
        if set(one) != set(ELEMENTS) or any(answer not in SCALE for answer in one.values()):
            raise ValueError("a questionnaire has nine answers, each 1 to 4")
    n = len(answers)
    if not n:
        return None
    means = [Fraction(sum(one[name] for one in answers), n) for name in ELEMENTS]
    value = interval_value(means)
    low, high = _interval([sum(one.values()) / len(ELEMENTS) for one in answers])
    return Satisfaction(
        n=n,
        elements=tuple(_element(name, nrr) for name, nrr in zip(ELEMENTS, means, strict=True)),
        value=value,
        ikm=ikm(value),
        grade=grade(ikm(value)),
        low=low,
        high=high,
    )


def interval_value(means: Sequence[Fraction], weight: Fraction = WEIGHT) -> Fraction:
    """Sum of NRR x weight. Raises ``ValueError`` unless there are nine means of 1 to 4."""
    if len(means) != len(ELEMENTS) or any(not 1 <= mean <= 4 for mean in means):
        raise ValueError("nine means, each 1 to 4")
    return sum((mean * weight for mean in means), Fraction(0))


def ikm(value: Fraction) -> Decimal:
    """Value x 25, with two decimals, halves rounded up."""
    return rounded(value * _TO_IKM)


def grade(value: Decimal) -> Grade:
    """The class of an IKM with two decimals. Raises ``ValueError`` outside 25 to 100."""
    if not FROM[Grade.D] <= value <= 100:
        raise ValueError("an IKM is 25 to 100")
    return next(one for one in Grade if value >= FROM[one])


def sample_needed(population: int) -> int:
    """How many answers a population needs (Krejcie and Morgan 1970), for 5 % precision at 95 % confidence.

    n = X2 N P (1 - P) / (d2 (N - 1) + X2 P (1 - P)) with X2 3.841, P 0.5, d 0.05, to the nearest whole: 80 of 100, 278
    of 1,000. Raises ``ValueError`` for a negative population.
    """
    if population < 0:
        raise ValueError("a population is not negative")
    if population == 0:
        return 0
    spread = _CHI_SQUARE * _QUARTER
    needed = spread * population / (_PRECISION_SQUARED * (population - 1) + spread)
    return min(population, math.floor(needed + Fraction(1, 2)))


def rounded(value: Fraction, digits: int = 2) -> Decimal:
    """As people round: halves up, with so many decimals."""
    step = Decimal(1).scaleb(-digits)
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(step, ROUND_HALF_UP)


def _element(name: str, nrr: Fraction) -> Element:
    value = ikm(nrr)
    return Element(name, nrr, value, grade(value))


def _interval(values: Sequence[float]) -> tuple[float | None, float | None]:
    """95 % by Student's t over the respondents' own values, as IKM, kept within 25 to 100.

    Half an answer more of spread keeps equal answers from looking certain. The finite population is not used: the
    interval is of the service, not of those who happened to come.
    """
    n = len(values)
    if n < 2:
        return None, None
    mean = math.fsum(values) / n
    spread = math.sqrt((math.fsum((value - mean) ** 2 for value in values) + 0.5) / (n - 1))
    half = student_95(n - 1) * spread / math.sqrt(n)
    return _TO_IKM * max(1.0, mean - half), _TO_IKM * min(4.0, mean + half)


def student_95(df: int) -> float:
    """The two-sided 95 % point of Student's t by the expansion of Cornish and Fisher: 2.262 for 9 degrees of freedom.

    Off by 2 % at 3 degrees and less from there on; below it is an underestimate, which no page shows.
    """
    z = Z_95
    return (
        z
        + (z**3 + z) / (4 * df)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * df**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * df**3)
    )
