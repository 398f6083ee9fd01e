"""What the priority group and the part of the day do to serve times, whoever serves and whatever the service.

By weighted least squares on the mean log serve times of the cells officer x service and outcome x group x part:

    mean log s = officer + (service, outcome) + group + part

Officers have terms of their own, so a group that a quick officer serves does not seem quick. A group or part is drawn
towards no effect as if ``PRIOR_VISITS`` visits had shown none: what is hardly seen changes nobody's figures, and where
only one officer serves a group, its effect cannot be told from the officer's and is none. Interactions (a group that
takes longer in one service only) are left out: offices have too few visits of each kind to know them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from metrics.reference import LogTimes, Moments
from metrics.strata import Stratum

PRIOR_VISITS = 10


@dataclass(frozen=True, slots=True)
class Mix:
    """Effects on log serve time, 0 on the average visit of the history they were found in."""

    category: Mapping[str, float] = field(default_factory=dict)
    part_of_day: Mapping[str, float] = field(default_factory=dict)

    def taken_out(self, times: LogTimes) -> LogTimes:
        """The times of ``metrics.strata.ByMix`` as if all were average visits, by service and outcome alone."""
        return times.changed(self._average)

    def _average(self, stratum: Stratum, moments: Moments) -> tuple[Stratum, Moments]:
        service_and_end, category, part = parts_of(stratum)
        if part == "":
            return stratum, moments
        return service_and_end, moments.less(self.category.get(category, 0.0) + self.part_of_day.get(part, 0.0))


def mix_of(history: LogTimes) -> Mix:
    """The effects in these times; none for strata without groups and parts."""
    cells = [
        (officer, *parts_of(stratum), moments)
        for officer, strata in history.by_officer.items()
        for stratum, moments in strata.items()
    ]
    categories = sorted({category for _, _, category, part, _ in cells if part})
    parts = sorted({part for _, _, _, part, _ in cells if part})
    if not parts:
        return Mix()
    n = np.array([moments.n for *_, moments in cells], np.float64)
    columns = np.hstack(
        [
            indicators([cell[2] for cell in cells], categories),
            indicators([cell[3] for cell in cells], parts),
            indicators([cell[0] for cell in cells]),
            indicators([cell[1] for cell in cells]),
        ]
    )
    drawn = len(categories) + len(parts)
    weighted = columns * n[:, np.newaxis]
    towards_none = np.diag(np.where(np.arange(columns.shape[1]) < drawn, PRIOR_VISITS, 0.0))
    means = np.array([moments.mean for *_, moments in cells])
    found = np.linalg.lstsq(weighted.T @ columns + towards_none, weighted.T @ means, rcond=None)[0]
    shares = n @ columns[:, :drawn] / n.sum()
    group, part = found[: len(categories)], found[len(categories) : drawn]
    group = group - shares[: len(categories)] @ group
    part = part - shares[len(categories) :] @ part
    return Mix(
        dict(zip(categories, group.tolist(), strict=True)),
        dict(zip(parts, part.tolist(), strict=True)),
    )


def parts_of(stratum: Stratum) -> tuple[Stratum, str, str]:
    """Service and outcome as ``by_service`` names them, group and part; the last two are "" where it has none."""
    if len(stratum) != 4:
        return stratum, "", ""
    service, kind, category, part = stratum
    return (service,) if kind == "served" else (service, kind), category, part


def indicators(values: Sequence[object], known: Sequence[object] | None = None) -> NDArray[np.float64]:
    """A column for each of the known values (else of those there are): 1 where a cell has it."""
    place = {value: column for column, value in enumerate(dict.fromkeys(values) if known is None else known)}
    cells = [(row, place[value]) for row, value in enumerate(values) if value in place]
    found = np.zeros((len(values), len(place)))
    found[tuple(np.array(cells, np.int64).reshape(-1, 2).T)] = 1
    return found
