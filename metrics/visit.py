"""The two records everything is computed from: one leg of service, and one stay of an officer at a counter."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

End = Literal["finished", "transferred", "abandoned", "no_show", "expired", "cancelled", "open"]
"""How a leg ended. Only ``finished`` is a completed service; ``open`` has not ended yet."""

ENDS: frozenset[str] = frozenset(get_args(End))

Claim = Literal["", "open", "accepted", "declined"]
"""What became of an officer's word that the recorded time of a leg is wrong; empty: nobody said so."""

CLAIMS: frozenset[str] = frozenset(get_args(Claim))

Span = tuple[datetime, datetime | None]
"""From an instant to an instant; ``None`` for one that goes on."""


def as_utc(instant: datetime, name: str) -> datetime:
    """The same instant in UTC. Raises ``ValueError`` naming the field when the value carries no zone."""
    if instant.tzinfo is UTC:
        return instant
    if instant.utcoffset() is None:
        raise ValueError(f"{name} must carry a time zone")
    return instant.astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One leg of service of a ticket; a transfer starts another leg with the same ``ticket``.

    ``officer`` is a stable key (not a display name), ``hold`` all time taken out of the service between start and
    finish (see ``metrics.holds``). ``flagged`` legs enter no speed figure: their time was contested and a supervisor
    agreed; ``claim`` says what became of a contest (``metrics.contest``). ``outcome`` is what the officer said came of
    a finished service ("" when nobody did), ``service_given`` the service that was given when that was said.
    ``checklist``: the citizen had confirmed the list of papers for this service; ``known``: who it was could be told
    apart from others at its end, ``again_of`` the ticket by which the same one had the same service shortly before;
    ``correction``: whether it put right a mistake of the office (None: it could not be said). ``left_at``: when a
    citizen who was not served left, as far as that was noticed. Instants are brought to UTC: Python subtracts two
    instants of one local zone by the wall clock, which is an hour wrong over a change to or from summer time.

    Raises ``ValueError`` for an instant without a zone or an unknown ``end``. Times in an impossible order are
    accepted here: they are records to exclude and count (``metrics.plausibility``), not to refuse.
    """

    ticket: str | int
    officer: str | None
    service: str
    counter: int | None = None
    category: str = "regular"
    channel: str = ""
    arrived_at: datetime
    called_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    hold: timedelta = timedelta(0)
    outcome: str = ""
    service_given: str | None = None
    checklist: bool = False
    known: bool = False
    again_of: str | int | None = None
    correction: bool | None = None
    flagged: bool = False
    claim: Claim = ""
    end: End
    left_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.end not in ENDS:
            raise ValueError(f"unknown end of a visit: {self.end!r}")
        if self.claim not in CLAIMS:
            raise ValueError(f"unknown claim about a visit: {self.claim!r}")
        object.__setattr__(self, "arrived_at", as_utc(self.arrived_at, "arrived_at"))
        for name in ("called_at", "started_at", "finished_at", "left_at"):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, as_utc(value, name))

    @property
    def wait_s(self) -> float | None:
        """Seconds from check-in to call; ``None`` when never called."""
        return None if self.called_at is None else (self.called_at - self.arrived_at).total_seconds()

    @property
    def serve_s(self) -> float | None:
        """Seconds from start to finish minus holds; ``None`` until both are known."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at - self.hold).total_seconds()

    @property
    def counter_s(self) -> float | None:
        """Seconds the counter was taken: from the call (the start, if no call is known) to the finish, minus holds."""
        begun = self.called_at or self.started_at
        if begun is None or self.finished_at is None:
            return None
        return (self.finished_at - begun - self.hold).total_seconds()

    @property
    def counted_at(self) -> datetime:
        """The instant that decides which day a leg belongs to: its start, else its call, else its arrival."""
        return self.started_at or self.called_at or self.arrived_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """An officer's stay at one counter; ``closed_at`` and the end of the last pause are ``None`` while they go on.

    Raises ``ValueError`` for an instant without a zone.
    """

    officer: str
    counter: int
    opened_at: datetime
    closed_at: datetime | None = None
    pauses: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "opened_at", as_utc(self.opened_at, "opened_at"))
        if self.closed_at is not None:
            object.__setattr__(self, "closed_at", as_utc(self.closed_at, "closed_at"))
        pauses = tuple(
            (as_utc(start, "pause start"), None if end is None else as_utc(end, "pause end"))
            for start, end in self.pauses
        )
        object.__setattr__(self, "pauses", pauses)
