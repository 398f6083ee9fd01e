"""Keeping respondents unknown: no figure rests on fewer than ``LEAST`` of them, and none can be had by subtraction.

A threshold alone is not enough: who sees the figures of 1 to 20 May (12 answers) and of 1 to 21 May (13) knows the
thirteenth. So answers are cut, once and for ever, into blocks of whole days with at least ``LEAST`` answers each, and a
figure of any period is one of the whole blocks inside it. The difference of two such figures is again made of whole
blocks. What lies in no whole block waits for company.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

LEAST = 10
"""k of k-anonymity: so many answers at least stand behind every figure."""


@dataclass(frozen=True, slots=True)
class Block:
    """The days ``first`` to ``last``, with ``n`` answers."""

    first: date
    last: date
    n: int


def blocks(days: Iterable[date], until: date, least: int = LEAST) -> list[Block]:
    """Blocks of the answers given on ``days`` (one entry for each answer, in any order), up to the day ``until``.

    A block ends with the first day on which it has ``least``; so what comes later never changes it, as long as
    ``until`` is a day that is over. The rest, too few for a block, is in none.
    """
    if least < 1:
        raise ValueError("a block has at least one answer")
    found: list[Block] = []
    first, n = None, 0
    for day, count in sorted(_counted(days).items()):
        if day > until:
            break
        first, n = first or day, n + count
        if n >= least:
            found.append(Block(first, day, n))
            first, n = None, 0
    return found


def settled(days: Iterable[date], least: int = LEAST) -> date | None:
    """The first of ``days`` (one entry for each answer) that ends a block whatever was answered before them, or None.

    Before the first of them a block may be open with 0 to ``least - 1`` answers. Followed from each of these, the
    blocks meet sooner or later, at once on a day with ``least`` answers; from there the past makes no difference, and
    the blocks of the later days alone are those of the whole history.
    """
    open_blocks = set(range(least))
    for day, count in sorted(_counted(days).items()):
        open_blocks = {n + count if n + count < least else 0 for n in open_blocks}
        if open_blocks == {0}:
            return day
    return None


def within(found: Sequence[Block], start: date, end: date) -> list[Block]:
    """The blocks that lie whole in the days ``start`` to ``end``."""
    return [block for block in found if start <= block.first and block.last <= end]


def holds(found: Sequence[Block], day: date) -> bool:
    """Whether an answer of ``day`` may be counted where these blocks are shown."""
    return any(block.first <= day <= block.last for block in found)


def hidden(counts: Mapping[str, int], total: int, least: int = LEAST) -> set[str]:
    """Which rows of a table may not be shown beside the figure of all ``total`` answers.

    First disclosure: a row of fewer than ``least``. Complementary: when what the shown rows leave of the total is
    itself a group of fewer than ``least``, the smallest shown row is hidden with it, until it is large enough or empty.
    Rows without any answer hide nothing: there is nobody behind them.
    """
    away = {name for name, n in counts.items() if 0 < n < least}
    shown = sorted((n, name) for name, n in counts.items() if n >= least)
    while shown and 0 < abs(total - sum(n for n, _ in shown)) < least:
        away.add(shown.pop(0)[1])
    return away


def _counted(days: Iterable[date]) -> dict[date, int]:
    count: dict[date, int] = {}
    for day in days:
        count[day] = count.get(day, 0) + 1
    return count
