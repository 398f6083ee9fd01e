"""The rest of the line, played many times over at once: when each who waits is called.

The order is settled (``order``); in each run, whoever is next takes the desk that is free first among those that may
call them. Serve times are log-normal; what a service has taken already conditions what is left of it. In a run all
services of a kind are off by one common amount, as far as their mean is not known: little history gives wide ranges.

Luck is common: the same person meets the same draws in every rollout of a day (``Line.seed``), each person's draws are
spread evenly over the distribution, and quantiles are averages of neighbouring runs. So a forecast moves because the
line moved, not because the dice did.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from metrics.forecast import order
from metrics.forecast.line import LEVELS, Desk, Line, Person, Spread
from metrics.forecast.times import LogNormal

RUNS = 128

LONGEST_LEFT_S = 4 * 3600.0
"""No service is thought to go on for longer than this: past it nobody pressed "finish"."""

_ROWS = 2048
_HARDLY_PER_S = 1e-9
"""Giving up once in thirty years of waiting is never, and a time that fits into a float."""
_SMOOTH = 0.03
_FAR = 30.0
_DESK, _COMES, _LEAVES, _KIND, _CROWD = 7919, 104_729, 611_953, 15_485_863, 32_452_843
_UNKNOWN = LogNormal(0.0, 0.0)

Floats = NDArray[np.float64]


def forecast(line: Line) -> dict[int, Spread]:
    """The wait of each person by key, from now (who is still to come: from ``due_s``).

    Left out: who can be called by no desk, and who waits behind a service of which nothing is known.
    """
    keys, waits = runs(line)
    if not keys:
        return {}
    return {key: Spread(*map(float, row)) for key, row in zip(keys, quantiles(waits), strict=True)}


def quantiles(waits: Floats) -> Floats:
    """The 10th, 50th and 90th percentile along the last axis; shape (..., 3)."""
    return np.asarray(np.sort(waits, axis=-1) @ _weights(waits.shape[-1]))


def runs(line: Line, count: int = RUNS) -> tuple[list[int], Floats]:
    """Keys, and the wait of each of them in each run: shape (people, ``count``), seconds from now or from ``due_s``."""
    calls = _known(line, order.calls(line))
    if not calls or not line.desks:
        return [], np.empty((0, count))
    people = [line.people[at] for at in calls]
    started = _play(line, people, count)
    from_s = np.array([0.0 if person.here else person.due_s for person in people])
    return [person.key for person in people], np.maximum(started - from_s[:, None], 0.0)


def _known(line: Line, calls: Sequence[int]) -> Sequence[int]:
    """Up to the first behind whom nothing can be said: somebody whose service nobody knows anything of."""
    for place, at in enumerate(calls):
        person = line.people[at]
        if person.time is None and not person.asks:
            return calls[: place + 1]
    return calls


def _play(line: Line, people: Sequence[Person], count: int) -> Floats:
    """The instant of each person's call in each run."""
    free = np.column_stack([_free_s(desk, line.seed, count) for desk in line.desks])
    takes = _takes_s(line, people, count)
    leaves = _leaves_s(line, people, count)
    blocked = _blocked(line.desks, {person.lane for person in people})
    pace = np.exp([desk.pace for desk in line.desks])
    paced = bool(np.any(pace != 1.0))
    flat, first = free.reshape(-1), np.arange(count) * len(line.desks)
    started = np.empty((len(people), count))
    for place, person in enumerate(people):
        closed = blocked[person.lane]
        desk = (free if closed is None else free + closed).argmin(axis=1)
        at = first + desk
        start = started[place]
        flat.take(at, out=start)
        if not person.here:
            np.maximum(start, person.due_s, out=start)
        if line.shut is not None:
            start[(start >= line.shut[0]) & (start < line.shut[1])] = line.shut[1]
        if person.asks:
            continue
        taken = takes[place] * pace.take(desk) if paced else takes[place]
        if leaves is not None:
            taken = np.where(start < leaves[place], taken, 0.0)
        flat[at] = start + taken
    return started


def _free_s(desk: Desk, seed: int, count: int) -> Floats:
    """When a desk is free in each run: a log-normal service or break, given how long it has gone on."""
    from scipy.special import ndtr, ndtri  # noqa: PLC0415 - 14 MB that a server whose office is empty does not need

    taken = desk.away or desk.serving
    if taken is None:
        return np.full(count, max(0.0, desk.away_s))
    uniform, normal = _dice(count)
    row = (seed + _DESK * (desk.key + 1)) % _ROWS
    mu = taken.mu + (0.0 if desk.away else desk.pace) + taken.unsure * normal[(row + 1) % _ROWS]
    elapsed_s, sigma = max(desk.elapsed_s, 1e-3), taken.sigma
    reached = np.minimum((np.log(elapsed_s) - mu) / sigma, _FAR)
    # By the upper tail, which keeps its digits however far out the service is.
    left = -ndtri(ndtr(-reached) * (1 - uniform[row]))
    ends = np.exp(mu + sigma * np.maximum(left, reached))
    return np.asarray(np.clip(ends - elapsed_s, 0.0, LONGEST_LEFT_S))


def _takes_s(line: Line, people: Sequence[Person], count: int) -> Floats:
    """How long each person takes a counter of ordinary pace in each run."""
    uniform, normal = _dice(count)
    keys = np.array([person.key for person in people])
    times = [person.time or _UNKNOWN for person in people]
    mu = np.array([time.mu for time in times])
    sigma = np.array([time.sigma for time in times])
    unsure = np.array([time.unsure for time in times])
    own = normal[(keys * 31 + line.seed) % _ROWS]
    common = normal[(np.array([person.kind for person in people]) + line.seed + _KIND) % _ROWS]
    takes: Floats = np.exp(mu[:, None] + sigma[:, None] * own + unsure[:, None] * common)
    np.minimum(takes, LONGEST_LEFT_S, out=takes)
    shows = np.array([person.shows for person in people])[:, None]
    if line.crowd_sigma > 0 and np.any(shows < 1):
        crowd = np.exp(line.crowd_sigma * normal[(line.seed + _CROWD) % _ROWS] - line.crowd_sigma**2 / 2)
        shows = np.where(shows < 1, np.minimum(shows * crowd, 1.0), shows)
    usual = line.habits.no_show
    absent = np.array([usual if person.no_show is None else person.no_show for person in people])[:, None]
    if np.any(absent > 0) or np.any(shows < 1):
        luck = uniform[(keys * 31 + line.seed + _COMES) % _ROWS]
        called_in_vain = luck < absent
        takes = np.where(called_in_vain, line.habits.no_show_s, takes)
        takes = np.where(luck > 1 - (1 - shows) * (1 - absent), 0.0, takes)
    return takes


def _leaves_s(line: Line, people: Sequence[Person], count: int) -> Floats | None:
    """When each would give up waiting, in each run; None when nobody does."""
    if line.habits.leaving_per_s < _HARDLY_PER_S:
        return None
    uniform, _ = _dice(count)
    keys = np.array([person.key for person in people])
    return np.asarray(-np.log(uniform[(keys * 31 + line.seed + _LEAVES) % _ROWS]) / line.habits.leaving_per_s)


def _blocked(desks: Sequence[Desk], lanes: set[int]) -> Mapping[int, Any]:
    """What is added to the desks that may not call a lane; None where all may."""
    masks = {lane: [0.0 if lane in desk.preferences else np.inf for desk in desks] for lane in lanes}
    return {lane: np.array(mask) if any(mask) else None for lane, mask in masks.items()}


@cache
def _dice(count: int) -> tuple[Floats, Floats]:
    """Uniform and normal draws, each row of ``count`` spread evenly over its distribution, in an order of its own."""
    from scipy.special import ndtri  # noqa: PLC0415

    even = (np.arange(count) + 0.5) / count
    uniform = np.random.default_rng(20_240_601).permuted(np.tile(even, (_ROWS, 1)), axis=1)
    normal = ndtri(uniform)
    return uniform, normal / normal[0].std()  # so few even draws miss a little of the tails


@cache
def _weights(count: int) -> Floats:
    """Each quantile as an average of sorted runs near it; shape (``count``, 3)."""
    ranks = (np.arange(count) + 0.5) / count
    weights = np.exp(-0.5 * ((ranks[:, None] - np.array(LEVELS)) / _SMOOTH) ** 2)
    return np.asarray(weights / weights.sum(axis=0))
