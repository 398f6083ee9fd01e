"""What the API answers about officers, services and waits: the dataclasses of ``metrics``, as JSON."""

from datetime import date
from typing import Any

from pydantic import Field

from queue_app.routes.api.frame.fields import Answer, example


class VariantFigures(Answer):
    """The same figures over another choice of legs."""

    served: int
    median_s: float | None
    index: float | None
    index_low: float | None
    index_high: float | None


class ContestedFigures(Answer):
    """Legs whose time the officer contested, by what became of it; the figures if nothing had been contested
    (``with_all``) and if everything had been accepted (``without_any``)."""

    open: int
    accepted: int
    declined: int
    with_all: VariantFigures
    without_any: VariantFigures


class ShareFigures(Answer):
    """``hits`` of ``n``; ``value`` (0 to 1) with Wilson's 95 % interval, null for no data."""

    hits: int
    n: int
    value: float | None
    low: float | None
    high: float | None


class StandingFigures(Answer):
    """Places by speed that may be true, 1 the fastest, among ``of`` officers: certainly faster than ``faster_than``,
    certainly slower than ``slower_than``, at 5 % for all pairs together. ``group``: above, between, below."""

    best: int
    worst: int
    of: int
    faster_than: int
    slower_than: int
    group: str


class OfficerFigures(Answer):
    """``index``: 100 is as expected for the same mix of services, higher is faster; it and its 95 % interval are null
    unless ``enough``. ``served`` legs are behind the times; ``excluded`` counts the others by reason.
    ``contested`` is null where nothing was. ``accuracy``: services that ended done, as asked for; ``satisfaction``:
    answers 3 or 4 of 4; both null under ten. ``standing`` is null without both of them, and where nobody can be told
    apart from this officer.
    """

    officer: str
    served: int
    median_s: float | None
    p80_s: float | None
    p90_s: float | None
    index: float | None
    index_low: float | None
    index_high: float | None
    enough: bool
    indexed: int
    without_expectation: int
    against_standard_share: float | None
    excluded: dict[str, int]
    contested: ContestedFigures | None
    accuracy: ShareFigures | None
    satisfaction: ShareFigures | None
    standing: StandingFigures | None


class ServiceFigures(Answer):
    """``within_standard_share``, 0 to 1, needs a standard time. ``includes``: codes of services that became part of it
    and are reported under it; each is held to its own standard.
    """

    service: str
    served: int
    median_s: float | None
    p80_s: float | None
    p90_s: float | None
    standard_s: float | None
    within_standard_share: float | None
    includes: tuple[str, ...]


class WaitFigures(Answer):
    """Completed waits, check-in to call, in seconds; who still waits stands beside them. ``left`` counts those never
    called by how it ended. ``within_target`` of ``judged`` were called within ``target_s``, the target of
    the service at the end of the period; judged is who came on a day that is over, or a whole target ago, and was
    called or still waits. Its share, 0 to 1, has Wilson's 95 % interval and is null for no data."""

    service: str
    called: int
    median_s: float | None
    p90_s: float | None
    no_show: int
    still_waiting: int
    longest_waiting_s: float | None
    left: dict[str, int]
    excluded: dict[str, int]
    target_s: float | None
    judged: int
    within_target: int
    within_target_share: float | None
    within_target_low: float | None
    within_target_high: float | None
    includes: tuple[str, ...]


class Period(Answer):
    """Local days, both included."""

    first: date = Field(serialization_alias="from")
    last: date = Field(serialization_alias="to")


class OfficersFigures(Answer):
    """What is expected comes from the ``reference`` days; below ``min_visits`` there is no index. Days from
    ``provisional_from`` on are provisional: their officers may still contest a time. Null when all are final.
    """

    model_config = example(
        office="senapelan",
        period={"from": "2026-11-01", "to": "2026-11-24"},
        reference={"from": "2026-08-27", "to": "2026-11-24"},
        min_visits=30,
        served=214,
        excluded={"too_short": 2},
        officers=[
            {
                "officer": "petugas1",
                "served": 61,
                "median_s": 402.0,
                "p80_s": 690.0,
                "p90_s": 875.5,
                "index": 108.2,
                "index_low": 97.4,
                "index_high": 120.1,
                "enough": True,
                "indexed": 61,
                "without_expectation": 0,
                "against_standard_share": 0.0,
                "excluded": {"too_short": 1},
                "contested": None,
                "accuracy": {"hits": 58, "n": 61, "value": 0.951, "low": 0.865, "high": 0.983},
                "satisfaction": {"hits": 25, "n": 27, "value": 0.926, "low": 0.766, "high": 0.979},
                "standing": {"best": 1, "worst": 3, "of": 6, "faster_than": 3, "slower_than": 0, "group": "above"},
            }
        ],
        provisional_from="2026-11-23",
    )

    office: str
    period: Period
    reference: Period
    min_visits: int
    served: int
    excluded: dict[str, int]
    officers: list[OfficerFigures]
    provisional_from: date | None


class ServicesFigures(Answer):
    model_config = example(
        office="senapelan",
        period={"from": "2026-11-01", "to": "2026-11-24"},
        services=[
            {
                "service": "A",
                "served": 61,
                "median_s": 402.0,
                "p80_s": 690.0,
                "p90_s": 875.5,
                "standard_s": 900.0,
                "within_standard_share": 0.92,
                "includes": [],
            }
        ],
    )

    office: str
    period: Period
    services: list[ServiceFigures]


class WaitsFigures(Answer):
    model_config = example(
        office="senapelan",
        period={"from": "2026-11-01", "to": "2026-11-24"},
        waits=[
            {
                "service": "A",
                "called": 66,
                "median_s": 612.0,
                "p90_s": 1730.0,
                "no_show": 4,
                "still_waiting": 2,
                "longest_waiting_s": 480.0,
                "left": {"cancelled": 1},
                "excluded": {},
                "target_s": 1800.0,
                "judged": 68,
                "within_target": 60,
                "within_target_share": 0.8824,
                "within_target_low": 0.785,
                "within_target_high": 0.939,
                "includes": [],
            }
        ],
    )

    office: str
    period: Period
    waits: list[WaitFigures]


class PlanAnswer(Answer):
    """``status``: QUEUED, RUNNING, DONE or FAILED, with ``step`` of ``steps``. ``result`` is null until it is DONE.

    For needs: ``weekdays`` with ``hours``: ``counters`` needed, ``erlang`` by the formula, ``within`` (share called in
    time) with its interval. For what-if: ``now`` and ``scenarios``, each with ``figures`` (mean, 95 % interval, where 8
    days in 10 lie) and ``changes`` (paired difference with interval; ``clear``: it is not chance). Both name their
    ``basis``.
    """

    model_config = example(status="RUNNING", step=3, steps=7, result=None)

    status: str
    step: int
    steps: int
    result: dict[str, Any] | None
