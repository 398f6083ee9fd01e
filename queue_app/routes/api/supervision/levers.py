"""What a supervisor's program does to the running office: the levers of the supervisor's page."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime
from http import HTTPMethod
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from queue_app import announcements, clock, front_desk, levers, opening, stops
from queue_app.extensions import database
from queue_app.models import Category, Office, User
from queue_app.representation import instant
from queue_app.routes.api.citizen.ticket_answer import TicketAnswer
from queue_app.routes.api.citizen.tickets import shown
from queue_app.routes.api.frame.operation import Caller, counter_id, operation
from queue_app.routes.api.frame.own_office import own_user
from queue_app.routes.api.refusals import MOVE, WRITE
from queue_app.routes.api.supervision.asked_levers import (
    Announcing,
    Because,
    ClosingDay,
    Correcting,
    IssuingResumed,
    IssuingStopped,
    Moving,
    MovingAll,
    Resuming,
)
from queue_app.routes.api.supervision.lever_answers import (
    AnnouncementAnswer,
    DayClosed,
    LeversNow,
    MovedAnswer,
    ServiceLevers,
)

_TAG = "levers"
_REFUSALS = (*WRITE, "other_office", "reason_needed")
_OFFICE = "/api/v1/offices/{office}"

Lever = Callable[[Session, User, datetime], object]


@operation(
    HTTPMethod.POST,
    f"{_OFFICE}/services/{{service}}/pause",
    tag=_TAG,
    answer=LeversNow,
    refusals=_REFUSALS,
    example={"reason": "listrik padam"},
)
def pause_service(office: str, service: str, body: Because, caller: Caller) -> LeversNow:
    """Nobody is called for the service for the rest of the local day.

    Numbers are still given, and nobody loses the place. Doing it twice is harmless.
    """
    return _pulled(office, caller, lambda s, who, now: levers.pause_service(s, who, service, body.reason, now))


@operation(
    HTTPMethod.POST,
    f"{_OFFICE}/services/{{service}}/resume",
    tag=_TAG,
    answer=LeversNow,
    refusals=_REFUSALS,
    example={},
)
def resume_service(office: str, service: str, body: Resuming, caller: Caller) -> LeversNow:
    """People are called for the service again. Doing it twice is harmless."""
    return _pulled(office, caller, lambda s, who, now: levers.resume_service(s, who, service, body.reason, now))


@operation(
    HTTPMethod.POST,
    f"{_OFFICE}/issuing/stop",
    tag=_TAG,
    answer=LeversNow,
    refusals=(*_REFUSALS, "unknown_service"),
    example={"reason": "kuota pusat habis", "service": "A"},
)
def stop_issuing(office: str, body: IssuingStopped, caller: Caller) -> LeversNow:
    """No more numbers for today, by any channel; later days can still be booked, and bookings stand.

    Doing it twice is harmless. It ends with the local day.
    """
    return _pulled(office, caller, lambda s, who, now: levers.stop_issuing(s, who, body.service, body.reason, now))


@operation(
    HTTPMethod.POST,
    f"{_OFFICE}/issuing/resume",
    tag=_TAG,
    answer=LeversNow,
    refusals=(*_REFUSALS, "unknown_service"),
    example={"service": "A"},
)
def resume_issuing(office: str, body: IssuingResumed, caller: Caller) -> LeversNow:
    """Numbers for today are given again. Doing it twice is harmless."""
    return _pulled(office, caller, lambda s, who, now: levers.resume_issuing(s, who, body.service, body.reason, now))


@operation(
    HTTPMethod.POST,
    f"{_OFFICE}/announcements",
    tag=_TAG,
    answer=AnnouncementAnswer,
    status=201,
    refusals=(*_REFUSALS, "unknown_service", "announcement_empty", "announcement_too_long", "bad_duration"),
    headers=("Idempotency-Key",),
    example={"text": "Sistem pusat sedang pelan; antrean tetap berjalan.", "minutes": 60},
)
def announce(office: str, body: Announcing, caller: Caller) -> AnnouncementAnswer:
    """Tell everyone who waits, on their pages, on the display, and by message where a contact was left.

    With an Idempotency-Key a retry gets the first answer again.
    """
    key = hashlib.sha256((request.headers.get("Idempotency-Key") or secrets.token_hex(16)).encode()).hexdigest()
    with database().write() as session:
        who, now = own_user(session, office, caller), clock.now()
        sent, _ = announcements.tell_all(session, who, body.text, body.service, body.minutes, f"api {key}", now)
        until = instant(sent.until, who.office.zone)
        return AnnouncementAnswer(id=sent.id, text=sent.text, service=body.service, until=until)


@operation(
    HTTPMethod.POST,
    f"{_OFFICE}/move-waiting",
    tag=_TAG,
    answer=MovedAnswer,
    refusals=(*_REFUSALS, "unknown_service", "same_service", "service_paused"),
    example={"from": "A", "to": "B", "reason": "loket layanan itu tutup"},
)
def move_waiting(office: str, body: MovingAll, caller: Caller) -> MovedAnswer:
    """Send everybody who waits for one service on to another: same labels, and the waits go on."""
    with database().write() as session:
        who = own_user(session, office, caller)
        done = levers.move_all(session, who, body.source, body.to, body.reason, clock.now())
    return MovedAnswer(moved=done.count, stayed=list(done.stayed))


@operation(
    HTTPMethod.POST,
    f"{_OFFICE}/close-day",
    tag=_TAG,
    answer=DayClosed,
    refusals=(*_REFUSALS, "day_closed", "still_serving", "day_changed"),
    example={"reason": "listrik padam"},
)
def close_day(office: str, body: ClosingDay, caller: Caller) -> DayClosed:
    """End the day now: who still waits or is booked for today expires, counters close, no more numbers for today."""
    with database().write() as session:
        who = own_user(session, office, caller)
        done = levers.close_day(session, who, body.reason, clock.now(), body.expected)
    return DayClosed(expired=done.expired, shifts_closed=done.shifts_closed)


@operation(
    HTTPMethod.POST,
    "/api/v1/counters/{counter}/end-shift",
    tag=_TAG,
    answer=LeversNow,
    refusals=(*_REFUSALS, "counter_closed"),
    example={"reason": "petugas sudah pulang"},
)
def end_shift(counter: str, body: Because, caller: Caller) -> LeversNow:
    """Close a counter that its officer left open.

    A called citizen goes back to the old place; one who is being served is held.
    """
    number = counter_id(counter)
    return _pulled(None, caller, lambda s, who, now: levers.end_shift(s, who, number, body.reason, now))


@operation(
    HTTPMethod.POST,
    "/api/v1/tickets/{ticket}/move",
    tag=_TAG,
    answer=TicketAnswer,
    refusals=(
        *(*WRITE, *MOVE, "reason_needed", "not_today"),
        *("unknown_service", "service_paused", "holder_waits_there"),
    ),
    example={"service": "B", "reason": "salah layanan"},
)
def move_ticket(ticket: str, body: Moving, caller: Caller) -> dict[str, Any]:
    """Send somebody who waits on to another service: same label, and the wait goes on."""
    with database().write() as session:
        who = session.get_one(User, caller.user_id)
        moved = levers.move(session, who, ticket, body.service, body.reason, clock.now(), body.version)
    return shown(moved)


@operation(
    HTTPMethod.POST,
    "/api/v1/tickets/{ticket}/category",
    tag=_TAG,
    answer=TicketAnswer,
    refusals=(*WRITE, *MOVE, "reason_needed"),
    example={"category": "elderly", "reason": "lansia, tidak terdaftar begitu"},
)
def set_category(ticket: str, body: Correcting, caller: Caller) -> dict[str, Any]:
    """Put right who is treated with priority, while the ticket is booked or waits; the order follows at once."""
    with database().write() as session:
        who = session.get_one(User, caller.user_id)
        category = Category(body.category)
        corrected = front_desk.set_category(session, who, ticket, category, body.reason, clock.now(), body.version)
    return shown(corrected)


def _pulled(slug: str | None, caller: Caller, lever: Lever) -> LeversNow:
    with database().write() as session:
        now = clock.now()
        who = own_user(session, slug, caller) if slug else session.get_one(User, caller.user_id)
        lever(session, who, now)
        return _levers_now(who.office, now)


def _levers_now(office: Office, now: datetime) -> LeversNow:
    today = opening.local_day(office, now)
    return LeversNow(
        office=office.slug,
        issuing_stopped=stops.is_office_stopped(office, today),
        services=[
            ServiceLevers(
                code=service.code,
                paused=stops.is_paused(service, today),
                issuing_stopped=stops.is_issuing_stopped(service, today),
            )
            for service in office.services
            if service.active
        ],
    )
