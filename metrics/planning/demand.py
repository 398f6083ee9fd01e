"""Who comes on a day: walk-ins by quarter of an hour (or as on a past day), and who booked a slot.

Each stream of people has draws of its own for each day and seed, so a change to one leaves the others as they are: the
difference between two scenarios is that of the scenarios, not of the dice (common random numbers).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from metrics.planning.durations import Floats

QUARTER_S = 900.0
QUARTERS = 96
MOST_PLACES = 200
"""A slot has no more places than this."""

_PUNCTUAL = (-1800.0, -1200.0, -900.0, -600.0, -300.0, 0.0, 300.0, 600.0, 900.0)
REGULAR = {"regular": 1.0}


@dataclass(frozen=True, slots=True)
class WalkIns:
    """``expected``: of each quarter of an hour of the day (96 from midnight), how many come without a booking.

    ``categories``: their shares. ``numbered`` False: sent on from another service, so no place of a quota is taken.
    """

    service: str
    expected: tuple[float, ...]
    categories: Mapping[str, float] = field(default_factory=lambda: REGULAR)
    numbered: bool = True


@dataclass(frozen=True, slots=True)
class PastDay:
    """The walk-ins of one past day: when, for which service, of which category."""

    at_s: tuple[float, ...]
    services: tuple[str, ...]
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """Places that can be booked from ``start_s`` on; each is taken with probability ``filled``.

    ``instead``: of the places above ``usual``, those that are taken come from people who would have walked in.
    """

    service: str
    start_s: float
    places: int
    filled: float
    usual: int | None = None
    instead: bool = False
    categories: Mapping[str, float] = field(default_factory=lambda: REGULAR)


@dataclass(frozen=True, slots=True)
class Demand:
    """``day_spread``: the standard deviation of a day's size as a share of its mean, beyond chance. ``past``: then each
    day's walk-ins are those of one of these, and ``walk_ins`` are not used. ``early_s``: by how much those who booked
    come after their slot (negative: before), in rising order, any as likely; ``missing``: share that never comes."""

    walk_ins: Sequence[WalkIns] = ()
    slots: Sequence[Slot] = ()
    day_spread: float = 0.0
    past: Sequence[PastDay] = ()
    early_s: tuple[float, ...] = _PUNCTUAL
    missing: float = 0.0


@dataclass(frozen=True, slots=True)
class People:
    """A day's citizens in the order of their coming; arrays of one length. ``due_s``: since when the wait counts for
    the turn; ``booked``: their place was taken before the day; the lucks are uniform draws. ``reserved``: places of
    the day that were booked, by service, whether or not their people came."""

    at_s: Floats
    due_s: Floats
    services: NDArray[Any]
    categories: NDArray[Any]
    booked: NDArray[np.bool_]
    numbered: NDArray[np.bool_]
    serve_luck: Floats
    leave_luck: Floats
    show_luck: Floats
    reserved: Mapping[str, int]


@dataclass(slots=True)
class _Part:
    at_s: Floats
    due_s: Floats
    service: Any
    luck: Floats
    category: Any
    booked: bool
    numbered: bool


def people(demand: Demand, seed: int, day: int) -> People:
    """The citizens of day number ``day``; the same for the same demand, seed and number."""
    parts = _from_past(demand, seed, day) if demand.past else _walk_ins(demand, seed, day)
    reserved: dict[str, int] = {}
    moved: dict[str, int] = {}
    booked = []
    for slot in demand.slots:
        part, taken, instead = _slot(slot, demand, seed, day)
        reserved[slot.service] = reserved.get(slot.service, 0) + taken
        moved[slot.service] = moved.get(slot.service, 0) + instead
        booked.append(part)
    return _joined([*_without_moved(parts, moved), *booked], reserved)


def _rng(seed: int, day: int, *name: object) -> "np.random.Generator":  # quoted, it is not loaded before it is used
    return np.random.default_rng([seed, day, crc32(repr(name).encode())])


def _walk_ins(demand: Demand, seed: int, day: int) -> list[_Part]:
    size = 1.0
    if demand.day_spread > 0:
        shape = 1 / demand.day_spread**2
        size = float(_rng(seed, day, "size").gamma(shape, 1 / shape))
    return [_stream(stream, size, seed, day) for stream in demand.walk_ins]


def _stream(stream: WalkIns, size: float, seed: int, day: int) -> _Part:
    rng = _rng(seed, day, "walk-in", stream.service, stream.numbered)
    counts = rng.poisson(np.array(stream.expected) * size)
    at_s = np.sort((np.repeat(np.arange(len(counts)), counts) + rng.random(counts.sum())) * QUARTER_S)
    luck = rng.random((len(at_s), 4))
    category = _categories(stream.categories, luck[:, 3])
    return _Part(at_s, at_s, stream.service, luck, category, booked=False, numbered=stream.numbered)


def _from_past(demand: Demand, seed: int, day: int) -> list[_Part]:
    rng = _rng(seed, day, "past")
    chosen = demand.past[int(rng.integers(len(demand.past)))]
    at_s, services = np.array(chosen.at_s), np.array(chosen.services, object)
    luck, categories = rng.random((len(at_s), 4)), np.array(chosen.categories, object)
    return [
        _Part(at_s[of], at_s[of], service, luck[of], categories[of], booked=False, numbered=True)
        for service in sorted(set(chosen.services))
        for of in [services == service]
    ]


def _slot(slot: Slot, demand: Demand, seed: int, day: int) -> tuple[_Part, int, int]:
    """Who comes for a slot; how many places were taken, and how many of them by people who would have walked in."""
    luck = _rng(seed, day, "slot", slot.service, slot.start_s).random((MOST_PLACES, 6))[: slot.places]
    taken = luck[:, 4] < slot.filled
    instead = int(taken[slot.usual :].sum()) if slot.instead and slot.usual is not None else 0
    comes = luck[taken & (luck[:, 2] >= demand.missing)]
    early = np.array(demand.early_s)
    at_s = slot.start_s + early[(comes[:, 5] * len(early)).astype(int)]
    category = _categories(slot.categories, comes[:, 3])
    # Who comes is here when called: what is left of the third draw is spread over everything again.
    comes = comes.copy()
    comes[:, 2] = (comes[:, 2] - demand.missing) / max(1 - demand.missing, 1e-9)
    part = _Part(at_s, np.maximum(at_s, slot.start_s), slot.service, comes, category, booked=True, numbered=True)
    return part, int(taken.sum()), instead


def _without_moved(parts: Sequence[_Part], moved: Mapping[str, int]) -> list[_Part]:
    """Without those who booked one of the additional places instead of walking in."""
    return [_without(part, moved.get(part.service, 0) if part.numbered else 0) for part in parts]


def _without(part: _Part, count: int) -> _Part:
    """Anybody may have: the last digits of a draw that is used for something else choose."""
    stays = np.sort(np.argsort(part.luck[:, 2] * 7919 % 1)[count:])
    return replace(
        part, at_s=part.at_s[stays], due_s=part.due_s[stays], luck=part.luck[stays], category=part.category[stays]
    )


def _categories(shares: Mapping[str, float], luck: Floats) -> NDArray[Any]:
    names = list(shares)
    bounds = np.cumsum([shares[name] for name in names])
    places = np.searchsorted(bounds / bounds[-1], luck, side="right")
    return np.array([*names, names[-1]], object)[places]


def _joined(parts: Sequence[_Part], reserved: Mapping[str, int]) -> People:
    at_s = np.concatenate([part.at_s for part in parts] or [np.empty(0)])
    order = np.argsort(at_s, kind="stable")

    def column(values: Sequence[Any], kind: Any) -> Any:
        return np.concatenate([*values, np.empty(0, kind)])[order]

    luck = np.concatenate([*(part.luck[:, :3] for part in parts), np.empty((0, 3))])[order]
    sizes = [len(part.at_s) for part in parts]
    return People(
        at_s=at_s[order],
        due_s=column([part.due_s for part in parts], np.float64),
        services=column([np.full(n, part.service, object) for part, n in zip(parts, sizes, strict=True)], object),
        categories=column([part.category for part in parts], object),
        booked=column([np.full(n, part.booked) for part, n in zip(parts, sizes, strict=True)], np.bool_),
        numbered=column([np.full(n, part.numbered) for part, n in zip(parts, sizes, strict=True)], np.bool_),
        serve_luck=luck[:, 0],
        leave_luck=luck[:, 1],
        show_luck=luck[:, 2],
        reserved=reserved,
    )
