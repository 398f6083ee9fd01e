"""Erlang's formulas for a queue in steady state: B (nobody waits), C (everybody waits), A (those who wait may leave).

Sources: A. K. Erlang, "Solution of some problems in the theory of probabilities of significance in automatic telephone
exchanges" (1917), for B and C; C. Palm, "Research on telephone traffic carried by full availability groups" (1957), and
A. Mandelbaum and S. Zeltyn, "The Palm/Erlang-A queue, with applications to call centers" (2005), for A. All assume that
people come at one rate (Poisson), that services are exponential and that everybody can be served everywhere: an office
that opens in the morning with a full hall is none of these, so the simulator decides and these stand beside it.
"""

from dataclasses import dataclass
from math import ceil, exp, inf

_MOST = 10_000
"""More counters than any office has: a search ends."""

_TAIL = 1e-12


@dataclass(frozen=True, slots=True)
class Steady:
    """A queue in steady state. ``waits``: probability of waiting at all; ``mean_wait_s`` of all who come, those who
    leave included; ``leaves``: the share that gives up; ``occupancy``: share of the time in which a counter serves."""

    waits: float
    mean_wait_s: float
    leaves: float
    occupancy: float


def erlang_b(counters: int, load: float) -> float:
    """The share that is lost where nobody waits; ``load`` in erlangs (arrivals per second x mean service in seconds).

    B(0) = 1, B(n) = a B(n-1) / (n + a B(n-1)), which is stable for any size. Raises ``ValueError`` for a negative.
    """
    if counters < 0 or load < 0:
        raise ValueError("counters and load must not be negative")
    blocked = 1.0
    for n in range(1, counters + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def erlang_c(counters: int, load: float) -> float:
    """The probability of waiting where everybody waits: C = B / (1 - rho (1 - B)); 1 where the line grows for ever."""
    if counters <= load:
        return 1.0
    blocked = erlang_b(counters, load)
    return blocked / (1 - load / counters * (1 - blocked))


def steady(counters: int, per_s: float, serve_s: float, patience_s: float = inf) -> Steady:
    """``per_s`` come each second, are served for ``serve_s`` and wait for ``patience_s``, both means.

    Without end to their patience it is Erlang C, otherwise Erlang A. Raises ``ValueError`` for impossible numbers.
    """
    _check(counters, per_s, serve_s, patience_s)
    load = per_s * serve_s
    if patience_s == inf:
        if counters <= load:
            return Steady(1.0, inf, 0.0, 1.0)
        waits = erlang_c(counters, load)
        return Steady(waits, waits * serve_s / (counters - load), 0.0, load / counters)
    states = _states(counters, per_s, serve_s, patience_s)
    queue = sum(n * share for n, share in enumerate(states[counters:]))
    leaves = queue / (patience_s * per_s) if per_s else 0.0
    occupancy = load * (1 - leaves) / counters if counters else 0.0
    return Steady(sum(states[counters:]), queue / per_s if per_s else 0.0, leaves, occupancy)


def within(counters: int, per_s: float, serve_s: float, target_s: float, patience_s: float = inf) -> float:
    """The share of all who come that is called within ``target_s``.

    Erlang C: 1 - C exp(-(c mu - lambda) t). Erlang A: who finds k ahead waits for k + 1 ends, at rates c mu + j theta;
    the share of ends by t is binomial, so that the wait's law is a regularised incomplete beta function.
    """
    _check(counters, per_s, serve_s, patience_s)
    load = per_s * serve_s
    if patience_s == inf:
        if counters <= load:
            return 0.0
        return 1 - erlang_c(counters, load) * exp(-(counters - load) / serve_s * target_s)
    from scipy.special import betainc  # noqa: PLC0415 - the library takes a second to load

    states = _states(counters, per_s, serve_s, patience_s)
    m, gone = counters * patience_s / serve_s, 1 - exp(-target_s / patience_s)
    if m == 0:
        return 0.0
    reached = sum(states[:counters])
    for ahead, share in enumerate(states[counters:]):
        reached += share * m / (m + ahead + 1) * float(betainc(ahead + 1, m + 1, gone))
    return reached


def fewest(per_s: float, serve_s: float, target_s: float, share: float, patience_s: float = inf) -> int:
    """The fewest counters at which ``share`` of all is called within ``target_s``. Raises ``ValueError`` for a share
    that is not under 1, or when no number of counters will do."""
    if not 0 <= share < 1:
        raise ValueError("the share must be under 1")
    if per_s == 0:
        return 0
    least = 1 if patience_s < inf else max(1, ceil(per_s * serve_s))
    for counters in range(least, _MOST):
        if within(counters, per_s, serve_s, target_s, patience_s) >= share:
            return counters
    raise ValueError("no number of counters will do")


def _states(counters: int, per_s: float, serve_s: float, patience_s: float) -> list[float]:
    """The shares of time with n people there, from n = 0 until hardly any time is left: births at ``per_s``, deaths at
    min(n, c) / serve + max(n - c, 0) / patience."""
    weights, n = [1.0], 0
    while n < counters or weights[-1] > _TAIL * max(weights):
        n += 1
        weights.append(weights[-1] * per_s / (min(n, counters) / serve_s + max(n - counters, 0) / patience_s))
        if weights[-1] > 1e200:
            weights = [weight / 1e200 for weight in weights]
    total = sum(weights)
    return [weight / total for weight in weights]


def _check(counters: int, per_s: float, serve_s: float, patience_s: float) -> None:
    if counters < 0 or per_s < 0 or not 0 < serve_s < inf or not patience_s > 0:
        raise ValueError("counters and arrivals must not be negative, mean times must be positive")
