"""How much of serve times is the officer at all, and how many services it takes to say so.

Most of a serve time is the case and chance. With sigma^2 within officers and tau^2 between them (log scale), the share
tau^2 / (tau^2 + sigma^2) is the officers' (the intraclass correlation), a mean of n services is reliable as
n / (n + sigma^2 / tau^2) (Spearman and Brown), and a lasting difference of a ratio r is seen with power 0.8 from
n = (1.96 + 0.84)^2 sigma^2 / log(r)^2 services on.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

from metrics.shrinkage import Z_95
from metrics.speed import OfficeSpeed

RELIABLE = 0.8
POWER = 0.8
FASTER = 1.25
"""An index of 125: the same work in a fifth less time."""


@dataclass(frozen=True, slots=True)
class Reliability:
    """``share`` of the variance between officers; services an officer needs for a reliable mean, and for a difference
    of ``FASTER`` to be seen.
    """

    share: float
    for_reliable: int
    for_faster: int


def reliability(speed: OfficeSpeed) -> Reliability | None:
    """None where the spread within or between officers is not known (fewer than three compared, no history)."""
    known = [(stratum.n, stratum.sigma) for stratum in speed.strata if stratum.sigma is not None and stratum.n]
    if not speed.tau2 or not known:
        return None
    within = math.fsum(n * sigma * sigma for n, sigma in known) / sum(n for n, _ in known)
    return Reliability(
        share=speed.tau2 / (speed.tau2 + within),
        for_reliable=services_for(RELIABLE, speed.tau2, within),
        for_faster=services_to_see(FASTER, within),
    )


def services_for(reliable: float, between: float, within: float) -> int:
    """The least n with n / (n + within / between) of at least ``reliable``."""
    return math.ceil(reliable / (1 - reliable) * within / between - 1e-9)  # 76 is not 76.00000001


def services_to_see(ratio: float, within: float, power: float = POWER) -> int:
    """From how many services on a lasting ``ratio`` to what is expected is seen at 95 % with ``power``."""
    return math.ceil(((Z_95 + NormalDist().inv_cdf(power)) / math.log(ratio)) ** 2 * within)
