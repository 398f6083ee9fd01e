"""A share of few cases, and how small it may well be."""

import math

from metrics.shrinkage import Z_95


def wilson_low(hits: int, total: int, z: float = Z_95) -> float:
    """The lower end of Wilson's score interval (1927) for ``hits`` of ``total``; 0 for no cases.

    (p + z^2/2n - z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n): unlike p itself it asks for evidence, so three of ten is
    10.8 %, three hundred of a thousand 27.2 %. Raises ``ValueError`` unless ``0 <= hits <= total``.
    """
    if not 0 <= hits <= total:
        raise ValueError("hits must lie between 0 and the total")
    if total == 0:
        return 0.0
    p, square = hits / total, z * z / total
    spread = z * math.sqrt(p * (1 - p) / total + square / (4 * total))
    return max(0.0, (p + square / 2 - spread) / (1 + square))


def wilson(hits: int, total: int, z: float = Z_95) -> tuple[float, float] | None:
    """Both ends of Wilson's score interval; None for no cases. 8 of 10 is 0.490 to 0.943. Raises as ``wilson_low``."""
    if total == 0:
        wilson_low(hits, total, z)
        return None
    return wilson_low(hits, total, z), 1 - wilson_low(total - hits, total, z)
