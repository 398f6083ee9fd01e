"""Which places officers may have, by speed: a place is said only as far as differences are certain.

Two officers are compared by the visits that both could have had: over all visits of the period,

    log s = officer + (service, outcome) + group + part of the day + chance

by weighted least squares: a_i - a_j with its exact variance, the spread of chance as it was observed within officers.
Differences of two indices would not do: each index is measured against the others, so the errors of two indices hang
together, in an office of two entirely.

All pairs are looked at together, at 5 % in all (Holm 1979): where all officers are equally fast, at most one office in
twenty has as much as one pair that is told apart. An officer's best place is after all who are certainly faster, the
worst one before all who are certainly slower. So the true places of all officers lie within what is said in at least 19
of 20 offices (Klein, Wright and Wieczorek 2020).

Visits of one officer's day are a little alike; by how much is measured (``metrics.day_spread``), and variances are
multiplied by it. Simulated in ``benchmarks/rank_separation.py``.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np

from metrics.mix import indicators, parts_of
from metrics.reference import LogTimes
from metrics.strata import Stratum

ERROR = 0.05
"""How often, at most, anybody is told apart where nobody differs."""

_FEW = 30
"""Degrees of freedom under which a stratum's own spread is not believed."""
_LEAST_SIGMA = 0.05
_NOTHING = 1e-10
_APART = 1e-6

Group = Literal["above", "between", "below", "open"]


@dataclass(frozen=True, slots=True)
class Standing:
    """An officer among ``of`` who are compared: certainly faster than ``faster_than`` of them, certainly slower than
    ``slower_than``; nothing certain can be said of the others.
    """

    faster_than: int
    slower_than: int
    of: int

    @property
    def best(self) -> int:
        """The best place that may be true, 1 the fastest."""
        return 1 + self.slower_than

    @property
    def worst(self) -> int:
        """The worst."""
        return self.of - self.faster_than

    @property
    def group(self) -> Group:
        """``above``: faster than some and slower than none, ``below`` the reverse, ``between`` both; ``open``: neither,
        so there is no place to say.
        """
        if not self.faster_than and not self.slower_than:
            return "open"
        if self.faster_than and self.slower_than:
            return "between"
        return "above" if self.faster_than else "below"


@dataclass(frozen=True, slots=True)
class _Spread:
    """The standard deviation of log times within officers, from ``free`` degrees of freedom."""

    sigma: float
    free: int


@dataclass(frozen=True, slots=True)
class _Pair:
    """``p``: how likely a difference as large is by chance."""

    faster: str
    slower: str
    p: float


def standings(times: LogTimes, index: Mapping[str, float], factor: float = 1.0) -> dict[str, Standing]:
    """The standing of each officer of ``index`` (those who have enough visits), from all ``times`` of the period.

    Who has the lower index is never called faster. ``factor``: how many times as large variances are as those of
    independent visits. Fewer than two officers: none.
    """
    if len(index) < 2:
        return {}
    pairs = [pair for pair in _pairs(times, sorted(index), factor) if index[pair.faster] > index[pair.slower]]
    certain = _certain(pairs, len(index) * (len(index) - 1) // 2)
    return {
        officer: Standing(
            faster_than=sum(pair.faster == officer for pair in certain),
            slower_than=sum(pair.slower == officer for pair in certain),
            of=len(index),
        )
        for officer in index
    }


def _certain(pairs: Sequence[_Pair], among: int) -> list[_Pair]:
    """Holm: the least likely must be under ``ERROR / among``, the next under ``ERROR / (among - 1)``, and so on."""
    found = list[_Pair]()
    for pair in sorted(pairs, key=lambda one: one.p):
        if pair.p > ERROR / (among - len(found)):
            break
        found.append(pair)
    return found


def _pairs(times: LogTimes, officers: Sequence[str], factor: float) -> Iterator[_Pair]:
    """Each two officers who can be compared."""
    cells = [
        (officer, *parts_of(stratum), own)
        for officer, strata in times.by_officer.items()
        for stratum, own in strata.items()
    ]
    spreads = _spreads(times)
    everybody = sorted(times.by_officer)
    columns = np.hstack(
        [
            indicators([cell[0] for cell in cells], everybody),
            *(indicators([cell[n] for cell in cells]) for n in (1, 2, 3)),
        ]
    )
    weights = np.array([own.n / spreads[kind].sigma ** 2 for _, kind, _, _, own in cells])
    means = np.array([own.mean for *_, own in cells])
    normal = columns.T @ (weights[:, np.newaxis] * columns)
    inverse = np.linalg.pinv(normal, rcond=_NOTHING, hermitian=True)
    levels = inverse @ (columns.T @ (weights * means))
    known = inverse @ normal  # of what cannot be told apart it is not the identity
    free = min(spread.free for spread in spreads.values())
    for first, second in combinations(officers, 2):
        contrast = np.zeros(len(normal))
        contrast[everybody.index(first)], contrast[everybody.index(second)] = 1, -1
        if np.abs(known @ contrast - contrast).max() > _APART:
            continue
        difference = float(contrast @ levels)
        p = _by_chance(difference / math.sqrt(factor * float(contrast @ inverse @ contrast)), free)
        yield _Pair(first, second, p) if difference < 0 else _Pair(second, first, p)


def _by_chance(t: float, free: int) -> float:
    """Student's, two-sided, by a normal (Abramowitz and Stegun 26.7.8): exact enough from 20 degrees of freedom on."""
    z = abs(t) * (1 - 1 / (4 * free)) / math.sqrt(1 + t * t / (2 * free))
    return math.erfc(z / math.sqrt(2))


def _spreads(times: LogTimes) -> dict[Stratum, _Spread]:
    """By service and outcome; that of all together where there is too little of one."""
    squares, free = defaultdict[Stratum, float](float), defaultdict[Stratum, int](int)
    for strata in times.by_officer.values():
        for stratum, own in strata.items():
            kind = parts_of(stratum)[0]
            squares[kind] += own.deviations
            free[kind] += own.n - 1
    all_free = max(1, sum(free.values()))
    together = _spread(sum(squares.values()), all_free)
    return {kind: _spread(squares[kind], free[kind]) if free[kind] >= _FEW else together for kind in squares}


def _spread(squares: float, free: int) -> _Spread:
    return _Spread(max(_LEAST_SIGMA, math.sqrt(squares / free)), free)
