"""What the API answers about the running office: its lines and counters, alerts, messages and claims."""

from typing import Any

from queue_app.claims import Kind
from queue_app.lifecycle import ShiftState, TicketState
from queue_app.models import AlertKind
from queue_app.routes.api.frame.fields import Answer, Instant, example
from queue_app.routes.api.supervision.lever_answers import AnnouncementAnswer

_ALERT: dict[str, Any] = {
    "id": 4,
    "kind": "longest_wait",
    "subject": 1,
    "facts": {"minutes": 47},
    "raised_at": "2026-11-24T10:12:00.000+07:00",
    "acknowledged_at": None,
}


class PulledLever(Answer):
    """A lever that is pulled: since when, by whom (the name on the screen) and why."""

    at: Instant
    by: str
    reason: str | None


class ServiceLineAnswer(Answer):
    """``longest_s`` null: nobody waits. ``open_counters`` could call somebody for it now. Of those who wait
    ``likely_late`` will wait longer than the target even by the low end of their forecast, ``possibly_late`` by its
    high end."""

    service: str
    waiting: int
    longest_s: int | None
    open_counters: int
    target_minutes: int
    likely_late: int
    possibly_late: int
    paused: PulledLever | None
    issuing_stopped: PulledLever | None


class CounterLineAnswer(Answer):
    """``since`` null: not open today. ``ticket`` (its label) with ``seconds`` since the start of the service, or since
    the call; ``standard_s`` of that service. ``paused_s`` while it is paused."""

    counter: int
    number: int
    state: ShiftState
    officer: str | None
    since: Instant | None
    reason: str | None
    ticket: str | None
    ticket_state: TicketState | None
    seconds: float | None
    standard_s: float | None
    paused_s: float | None


class DayTotalsAnswer(Answer):
    """The local day's tickets by what they are now."""

    issued: int
    waiting: int
    longest_s: int | None
    served: int
    no_show: int
    cancelled: int
    expired: int


class HandoverAnswer(Answer):
    """What an officer left behind on closing: ``tickets`` (labels) still count on somebody. ``to_counter``: the number
    of the counter they were left to."""

    officer: str
    counter: int
    at: Instant
    to_counter: int | None
    note: str | None
    tickets: list[str]


class AlertAnswer(Answer):
    """``subject``: the id of what it is about, by its kind a service, counter, display, printer, complaint or webhook.
    ``facts``: what was measured when it was raised. It is over by itself."""

    model_config = example(**_ALERT)

    id: int
    kind: AlertKind
    subject: int
    facts: dict[str, Any]
    raised_at: Instant
    acknowledged_at: Instant | None


class AlertsAnswer(Answer):
    """Those that are not over, the newest first."""

    model_config = example(alerts=[_ALERT])

    alerts: list[AlertAnswer]


class AnnouncementsAnswer(Answer):
    """What is being said now, the newest first."""

    model_config = example(
        announcements=[
            {
                "id": 3,
                "text": "Sistem pusat sedang pelan.",
                "service": None,
                "until": "2026-11-24T10:00:00.000+07:00",
            }
        ]
    )

    announcements: list[AnnouncementAnswer]


class LiveAnswer(Answer):
    """The office now, in one answer. ``version`` as on the board. ``issuing_stopped``: no numbers for today at all.
    ``open_claims`` wait for a decision. ``no_shows`` of today: how many, of how many called."""

    model_config = example(
        office="senapelan",
        version=41,
        as_of="2026-11-24T10:12:00.000+07:00",
        totals={
            "issued": 61,
            "waiting": 7,
            "longest_s": 1210,
            "served": 48,
            "no_show": 2,
            "cancelled": 3,
            "expired": 0,
        },
        services=[
            {
                "service": "A",
                "waiting": 7,
                "longest_s": 1210,
                "open_counters": 2,
                "target_minutes": 30,
                "likely_late": 0,
                "possibly_late": 2,
                "paused": None,
                "issuing_stopped": None,
            }
        ],
        counters=[
            {
                "counter": 1,
                "number": 1,
                "state": "OPEN",
                "officer": "petugas1",
                "since": "2026-11-24T08:00:00.000+07:00",
                "reason": None,
                "ticket": "A-012",
                "ticket_state": "SERVING",
                "seconds": 210.0,
                "standard_s": 900.0,
                "paused_s": None,
            }
        ],
        issuing_stopped=None,
        handed_over=[],
        alerts=[_ALERT],
        announcements=[],
        open_claims=1,
    )

    office: str
    version: int
    as_of: Instant
    totals: DayTotalsAnswer
    services: list[ServiceLineAnswer]
    counters: list[CounterLineAnswer]
    issuing_stopped: PulledLever | None
    handed_over: list[HandoverAnswer]
    alerts: list[AlertAnswer]
    announcements: list[AnnouncementAnswer]
    open_claims: int


class ClaimedLeg(Answer):
    """One service that is contested. ``usual_low_s`` to ``usual_high_s``: where eight of ten of its kind lie."""

    ticket: str
    version: int
    label: str
    service: str
    started_at: Instant | None
    finished_at: Instant | None
    serve_s: float | None
    usual_low_s: float | None
    usual_high_s: float | None


class ClaimDecision(Answer):
    verdict: str
    words: str
    by: str
    at: Instant


class ClaimAnswer(Answer):
    """What an officer said of services' times, together; ``state``: open, accepted or declined."""

    officer: str
    kind: Kind
    reason: str
    at: Instant
    state: str
    decisions: list[ClaimDecision]
    legs: list[ClaimedLeg]


class ClaimsAnswer(Answer):
    """Open ones first, the oldest of them first; then the latest decided, a hundred at most beside the open ones.

    Those decided of months that were archived, of days through archived_through, are not among them.
    """

    model_config = example(
        open=1,
        archived_through=None,
        claims=[
            {
                "officer": "Petugas Satu",
                "kind": "system",
                "reason": "listrik padam",
                "at": "2026-11-24T10:12:00.000+07:00",
                "state": "open",
                "decisions": [],
                "legs": [
                    {
                        "ticket": "Yp3xJ0mT1qK8v2Zb4nQw7A",
                        "version": 4,
                        "label": "A-012",
                        "service": "A",
                        "started_at": "2026-11-24T09:01:00.000+07:00",
                        "finished_at": "2026-11-24T09:41:00.000+07:00",
                        "serve_s": 2400.0,
                        "usual_low_s": 180.0,
                        "usual_high_s": 900.0,
                    }
                ],
            }
        ],
    )

    open: int
    archived_through: str | None
    claims: list[ClaimAnswer]


class ClaimsDecided(Answer):
    """How many services' claims changed by it; those that had the verdict already are not counted."""

    model_config = example(changed=1)

    changed: int
