"""The board: everything a display shows, as one whole snapshot with the version it belongs to. Never a name.

A display that holds one board needs no earlier one, so a message that was lost costs nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from queue_app import opening, outlook, queries, stops
from queue_app.announcements import said as said_now
from queue_app.display import content, counters, edition
from queue_app.errors import N_, NotFound
from queue_app.lifecycle import AT_COUNTER, Action
from queue_app.models import Counter, Event, Office, Service, Ticket, VoiceReading
from queue_app.outlook import Waits
from queue_app.prepared import Prepared, is_any_of
from queue_app.representation import instant
from queue_app.speech import aloud, phrase
from queue_app.speech.studio import Studio

RECENT = 10
"""How many earlier calls a board lists."""

Board = dict[str, Any]

_ID = Prepared(select(Office.id).where(Office.slug == bindparam("slug")))
_RECALLS_ALLOWED_FOR = 3
_EARLIER = Prepared(
    select(Event.ticket_id, Ticket.label, Ticket.state, Counter.number, Service.code, Event.at)
    .join(Ticket, Ticket.id == Event.ticket_id)
    .join(Counter, Counter.id == Event.counter_id)
    .join(Service, Service.id == Event.service_id)
    .where(
        Event.office_id == bindparam("of_office"),
        Event.at >= bindparam("since"),
        is_any_of(Event.action, (Action.CALL, Action.RECALL)),
        and_(*(Ticket.state != state for state in AT_COUNTER)),
    )
    .order_by(Event.at.desc(), Event.seq.desc())
    .limit(RECENT * _RECALLS_ALLOWED_FOR)
)


def find_office(session: Session, slug: str) -> Office:
    """The office with what a board needs of it, read now. Raises NotFound ``unknown_office``."""
    return queries.office_to_show(session, slug)


def office_id(session: Session, slug: str) -> int:
    """Of the office with this slug. Raises NotFound ``unknown_office``."""
    found: int | None = _ID.scalar(session, {"slug": slug})
    if found is None:
        raise NotFound("unknown_office", N_("Kantor itu tidak ditemukan."))
    return found


def snapshot(session: Session, office: Office, now: datetime) -> Board:
    """The board of ``office``, which must have been loaded in this same read session, so that its version fits.

    ``now_serving``: tickets at the counters, newest call first. ``waiting``: every offered service with its count.
    ``recent``: the day's earlier calls, newest first, each ticket once and none that is at a counter now.
    ``messages``: what is told to everyone who waits, newest first, for one service or (None) for all.
    ``counters``: as in ``counters.of``.
    """
    day = opening.local_day(office, now)
    codes = {service.id: service.code for service in office.services}
    return {
        "office": office.slug,
        "office_name": office.name,
        "timezone": office.timezone,
        "version": office.version,
        "as_of": instant(now, office.zone),
        "open_counters": queries.open_counters(session, office.id),
        "counters": counters.of(session, office),
        "now_serving": [
            {
                "label": call.label,
                "counter": call.counter,
                "state": call.state.value,
                "called_at": instant(call.called_at, office.zone),
                "service": call.service,
            }
            for call in queries.now_serving(session, office.id)
        ],
        "waiting": [
            {
                "service": waiting.service.code,
                "prefix": waiting.service.prefix,
                "name": {"id": waiting.service.name_id, "en": waiting.service.name_en},
                "count": waiting.count,
                "paused": stops.is_paused(waiting.service, day),
            }
            for waiting in queries.waiting_counts(session, office, day)
        ],
        "messages": [
            {"text": said.text, "service": codes[said.service_id] if said.service_id else None}
            for said in said_now(session, office.id, now)
            if said.day == day
        ],
        "recent": [
            {
                "label": label,
                "counter": counter,
                "state": state.value,
                "called_at": instant(at, office.zone),
                "service": service,
            }
            for _, label, state, counter, service, at in _earlier_calls(session, office, now)
        ],
    }


def announcements(session: Session, office: Office, now: datetime, studio: Studio) -> list[dict[str, Any]]:
    """The calls and recalls that may still be said, oldest first; ``id`` is the event's ``seq``.

    ``audio``: what says each, in the order of the office's languages; empty where the office has no voice.
    """
    as_number = office.voice_reading is VoiceReading.NUMBER
    return [
        {
            "id": call.seq,
            "label": call.label,
            "counter": call.counter,
            "at": instant(call.at, office.zone),
            "text_id": phrase.call_id(call.label, call.counter, as_number=as_number),
            "text_en": phrase.call_en(call.label, call.counter, as_number=as_number),
            "audio": _audio(studio, office, call) if office.voice else [],
        }
        for call in aloud.calls(session, office, now)
    ]


def _audio(studio: Studio, office: Office, call: aloud.Call) -> list[dict[str, str]]:
    return [
        {"language": recording.language, "url": f"/display/{office.slug}/voice/{recording.digest}.ogg"}
        for recording in aloud.recordings(studio, office, call)
    ]


def voice(office: Office) -> dict[str, Any]:
    """How a display is to say the calls."""
    return {
        "on": office.voice,
        "languages": office.voice_languages,
        "repeat": office.voice_repeat,
        "chime": office.voice_chime,
        "displays": office.voice_displays.value,
    }


def ahead(session: Session, office: Office, now: datetime, waits: Waits | None = None) -> dict[str, Any]:
    """What lies ahead, see ``outlook``: it moves with the clock, so it is not of the board's version.

    ``office``: whether it is open, until or from when. ``services``: of each, whether numbers are given and the wait in
    minutes (None: not known). ``next``: who is called next, as far as can be said now.
    """
    seen = outlook.of(session, office, now, waits)
    status = seen.status
    return {
        "office": {
            "open": status.is_open,
            "closes": status.closes,
            "next_day": status.next_day.isoformat() if status.next_day else None,
            "opens": status.opens,
            "break": status.is_break,
            "reason": status.reason,
        },
        "services": [
            {
                "service": one.service.code,
                "offer": one.offer.value,
                "wait": asdict(one.wait) if one.wait else None,
            }
            for one in seen.services
        ],
        "next": [{"label": label, "service": code} for label, code in seen.next],
    }


def whole(session: Session, office: Office, now: datetime, waits: Waits | None = None) -> Board:
    """The board with what lies ahead and the office's own content: all that is drawn. ``waits``: as in ``outlook``."""
    return snapshot(session, office, now) | {
        "ahead": ahead(session, office, now, waits),
        "content": content.of(session, office, now),
    }


def message(session: Session, office: Office, now: datetime, studio: Studio, waits: Waits | None = None) -> Board:
    """What a display receives: what is drawn, what may still be said, and how; ``edition``: of the server's files."""
    return whole(session, office, now, waits) | {
        "edition": edition.current(),
        "announcements": announcements(session, office, now, studio),
        "voice": voice(office),
    }


def _earlier_calls(session: Session, office: Office, now: datetime) -> Sequence[Any]:
    """The last ``RECENT`` tickets called today that have left their counter, each by its latest call."""
    return list(_first_of_each_ticket(_calls_newest_first(session, office, now)))[:RECENT]


def _calls_newest_first(session: Session, office: Office, now: datetime) -> Sequence[Any]:
    """Ordered by time, so that the index on the office's times is read backwards only as far as the limit."""
    midnight = opening.local_instant(office, opening.local_day(office, now), 0)
    return _EARLIER.all(session, {"of_office": office.id, "since": midnight})


def _first_of_each_ticket(rows: Sequence[Any]) -> Iterator[Any]:
    seen: set[int] = set()
    for row in rows:
        if row.ticket_id not in seen:
            seen.add(row.ticket_id)
            yield row
