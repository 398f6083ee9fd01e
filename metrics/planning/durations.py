"""How long a service takes, as a function of luck: the same luck gives the same citizen's time in every scenario."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from metrics.forecast.times import LogNormal

Floats = NDArray[np.float64]

LONGEST_S = 4 * 3600.0
"""No service of a simulated day goes on for longer: past it nobody pressed "finish" (``metrics.plausibility``)."""


class Duration(Protocol):
    """A positive random time in seconds."""

    @property
    def mean_s(self) -> float: ...

    def of(self, luck: Floats, off: float) -> Floats:
        """Seconds for each uniform draw. ``off``: a standard normal draw, one for a whole day: how far the mean may be
        from what was learned."""


@dataclass(frozen=True, slots=True)
class Learned:
    """Log-normal, as ``metrics.forecast.times`` learns it; with little history days differ by ``time.unsure``."""

    time: LogNormal

    @property
    def mean_s(self) -> float:
        return self.time.mean_s

    def of(self, luck: Floats, off: float) -> Floats:
        from scipy.special import ndtri  # noqa: PLC0415 - the library takes a second to load

        exponent = self.time.mu + self.time.unsure * off + self.time.sigma * ndtri(luck)
        return np.asarray(np.minimum(np.exp(exponent), LONGEST_S))


@dataclass(frozen=True, slots=True)
class Observed:
    """As in the past: any of ``seconds`` (in rising order) is as likely, what lies between two of them too."""

    seconds: tuple[float, ...]

    @classmethod
    def from_seconds(cls, seconds: Sequence[float]) -> "Observed":
        """Raises ``ValueError`` without any."""
        if not len(seconds):
            raise ValueError("nothing was observed")
        return cls(tuple(sorted(float(value) for value in seconds)))

    @property
    def mean_s(self) -> float:
        return float(np.mean(self.seconds))

    def of(self, luck: Floats, off: float) -> Floats:  # noqa: ARG002 - so many say where the mean is
        # Between the observed values, and half a step to either side, so that the mean is that of the past.
        n = len(self.seconds)
        return np.interp(luck * n - 0.5, np.arange(n), self.seconds)


@dataclass(frozen=True, slots=True)
class Exponential:
    """For comparing with theory."""

    mean_s: float

    def of(self, luck: Floats, off: float) -> Floats:  # noqa: ARG002
        return np.asarray(-self.mean_s * np.log1p(-luck))
