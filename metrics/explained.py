"""What the visits of each stratum were compared with, to be shown beside the speed indicator."""

from dataclasses import dataclass

from metrics.reference import LogTimes, Reference
from metrics.strata import Stratum


@dataclass(frozen=True, slots=True)
class StratumUsed:
    """What visits of one stratum were compared with, nobody left out.

    ``n`` reference visits by ``officers`` officers; ``mu`` (log seconds) and ``sigma`` are ``None`` for source
    ``none``. ``source`` is ``mixed`` when history by others was enough for some officers and not for all.
    """

    stratum: Stratum
    service: str
    n: int
    officers: int
    mu: float | None
    sigma: float | None
    source: str


def strata_used(observed: LogTimes, reference: Reference) -> tuple[StratumUsed, ...]:
    """Of each stratum that was observed, in order."""
    sources: dict[Stratum, set[str]] = {stratum: set() for stratum in observed.in_all}
    for officer, strata in observed.by_officer.items():
        for stratum in strata:
            expected = reference.expect(officer, stratum)
            sources[stratum].add("none" if expected is None else expected.source)
    used = []
    for stratum in sorted(sources):
        everyone = reference.history.in_all.get(stratum)
        shown = reference.of_all(stratum) if sources[stratum] != {"none"} else None
        used.append(
            StratumUsed(
                stratum=stratum,
                service=stratum[0],
                n=0 if everyone is None else everyone.n,
                officers=reference.history.officers(stratum),
                mu=None if shown is None else shown.mu,
                sigma=None if shown is None else shown.sigma,
                source=sources[stratum].pop() if len(sources[stratum]) == 1 else "mixed",
            )
        )
    return tuple(used)
