"""Least squares with shrinkage, in which a crazy day counts little.

Each coefficient is pulled towards 0 as if so many days had been seen on which it made no difference (ridge regression;
the posterior of a normal prior with variance sigma^2 / pull). Observations far from the fit are weighed down (Huber
1964, k = 1.345 of a standard deviation measured by the median), in a few rounds.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_HUBER = 1.345
_NORMAL_MEDIAN = 0.6745
_ROUNDS = 4
_LEAST_SIGMA = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """``covariance`` is that of the coefficients; ``weights`` are those given times those of the last round;
    ``freedom``: observations, less as many as the coefficients took."""

    coefficients: Floats
    covariance: Floats
    sigma: float
    freedom: float
    weights: Floats

    def at(self, rows: Floats) -> Floats:
        found: Floats = rows @ self.coefficients
        return found

    def error(self, rows: Floats) -> Floats:
        """Standard error of what is foretold for each row, the observation's own chance left out."""
        found: Floats = np.sqrt(np.einsum("ij,jk,ik->i", rows, self.covariance, rows))
        return found


def fit(rows: Floats, values: Floats, pulls: Floats, weights: Floats) -> Fit:
    """``rows``: an observation each; ``pulls``: a value per column, 0 for none. At least one observation."""
    robust = np.ones(len(values))
    for round_ in range(_ROUNDS):
        of_all = weights * robust
        normal = rows.T @ (rows * of_all[:, None]) + np.diag(pulls)
        inverse = np.linalg.inv(normal)
        coefficients = inverse @ (rows.T @ (of_all * values))
        left = np.abs(values - rows @ coefficients) * np.sqrt(weights)
        sigma = max(float(np.median(left)) / _NORMAL_MEDIAN, _LEAST_SIGMA)
        if round_ < _ROUNDS - 1:
            robust = np.minimum(1.0, _HUBER * sigma / np.maximum(left, _LEAST_SIGMA))
    squares = float(np.sum(of_all * (values - rows @ coefficients) ** 2))
    freedom = max(1.0, len(values) - float(np.trace(inverse @ (normal - np.diag(pulls)))))
    sigma = max(np.sqrt(squares / freedom), _LEAST_SIGMA)
    return Fit(coefficients, inverse * sigma**2, float(sigma), freedom, of_all)
