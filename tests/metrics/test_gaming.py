"""Patterns that are asked about: found when they are there, and by chance hardly ever."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from scipy.stats import hypergeom

from metrics.gaming import Pattern, at_least, questions
from metrics.visit import End, Visit

DAY = datetime(2026, 3, 2, 2, tzinfo=UTC)
STANDARD_S = {"A": 600.0}


def leg(n: int, officer: str, seconds: float, end: End = "finished", ticket: str = "") -> Visit:
    start = DAY + timedelta(minutes=15 * n)
    return Visit(
        ticket=ticket or f"{officer}-{n}",
        officer=officer,
        service="A",
        arrived_at=start - timedelta(minutes=9),
        called_at=start - timedelta(minutes=1),
        started_at=None if end == "no_show" else start,
        finished_at=None if end == "no_show" else start + timedelta(seconds=seconds),
        end=end,
    )


def fair(officer: str) -> list[Visit]:
    return [leg(n, officer, 300 + n) for n in range(100)]


def asked(visits: list[Visit], given_up: frozenset[str] = frozenset()) -> list[tuple[Pattern, str, int]]:
    return [(one.pattern, one.officer, one.hits) for one in questions(visits, STANDARD_S, given_up)]


def test_each_pattern_is_asked_about_with_its_cases() -> None:
    others = fair("siti") + fair("agus")
    short = [leg(n, "budi", 15, ticket=f"short{n}") for n in range(8)]
    assert asked(others + fair("budi") + short) == [(Pattern.JUST_OVER_MINIMUM, "budi", 8)]
    moved = [leg(n, "budi", 590, "transferred", ticket=f"moved{n}") for n in range(8)]
    assert asked(others + fair("budi") + moved) == [(Pattern.TRANSFER_BEFORE_STANDARD, "budi", 8)]
    again = [leg(3 * n + k, "budi", 850, ticket=f"t{n}") for n in range(8) for k in (0, 1)]
    assert asked(others + fair("budi") + again) == [(Pattern.SERVED_AGAIN, "budi", 8)]
    away = [leg(n, "budi", 0, "no_show", ticket=f"away{n}") for n in range(8)]
    left = frozenset(visit.ticket for visit in away if isinstance(visit.ticket, str))
    assert asked(others + fair("budi") + away, left) == [(Pattern.CALL_WITHOUT_PERSON, "budi", 8)]
    assert asked(others + fair("budi") + away) == []  # people who were waited for and did not come


def test_what_everybody_does_and_what_one_does_alone_is_not_asked_about() -> None:
    everybody = [leg(n, name, 15) for name in ("siti", "agus", "budi") for n in range(20)]
    assert asked(everybody) == []
    assert asked([leg(n, "budi", 15) for n in range(20)]) == []
    few = fair("siti") + fair("budi") + [leg(n, "budi", 15, ticket=f"few{n}") for n in range(4)]
    assert asked(few) == []


def test_chance_alone_asks_seldom() -> None:
    dice, wrong = random.Random(3), 0
    for _ in range(200):
        visits = [leg(n, name, 15 if dice.random() < 0.05 else 300) for name in ("a", "b", "c", "d") for n in range(60)]
        wrong += bool(questions(visits, STANDARD_S))
    assert wrong <= 4  # one in a hundred, and some luck


def test_the_chance_is_that_of_the_hypergeometric_distribution() -> None:
    dice = random.Random(1)
    for _ in range(300):
        every = dice.choice([20, 100, 5_000, 49_000])
        total, n = dice.randint(0, every), dice.randint(1, every - 1)
        hits = dice.randint(0, min(n, total) + 1)
        expected = hypergeom.sf(hits - 1, every, total, n)
        assert at_least(hits, every, total, n) == pytest.approx(expected, rel=1e-5, abs=1e-12)
