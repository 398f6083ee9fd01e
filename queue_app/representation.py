"""The public JSON of a ticket: one form for the API, the live ticket page and the push.

Times are RFC 3339 with the offset of the office's own zone, to the millisecond.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from queue_app.errors import N_
from queue_app.lifecycle import TicketState
from queue_app.models import Category
from queue_app.queries import TicketView

CATEGORY_NAMES: Mapping[Category, str] = {
    Category.REGULAR: N_("Umum"),
    Category.ELDERLY: N_("Lanjut usia"),
    Category.DISABLED: N_("Penyandang disabilitas"),
    Category.PREGNANT: N_("Ibu hamil"),
    Category.INFANT: N_("Membawa bayi"),
}
"""What the priority groups are called, on pages and on paper; in Indonesian, which is also the message id."""


def instant(at: datetime, zone: ZoneInfo) -> str:
    """An aware instant as RFC 3339 text on the office's wall clock, e.g. ``2026-11-24T09:00:00.000+07:00``."""
    return at.astimezone(zone).isoformat(timespec="milliseconds")


def complaint_path(public_id: str) -> str:
    return f"/complaint/{public_id}"


def ticket_path(public_id: str) -> str:
    """The address of the ticket's page, from the site's root."""
    return f"/t/{public_id}"


def ticket_json(view: TicketView, base_url: str) -> dict[str, Any]:
    """A ticket as its holder may see it; no personal data.

    ``base_url`` is the site's root, with or without its final slash. Always present:
    ``id, label, state, service, office, date, url, version``. ``slot`` ("HH:MM") when one was booked; ``position``
    and ``estimate`` only while waiting and known, ``defers_left`` while waiting; ``counter``, ``called_at`` and
    ``call_reason`` only while at a counter; ``also`` while further services of the visit remain;
    ``at_counters`` while it waits for certain counters alone; ``visit``, ``step`` and ``steps`` of a visit that was
    asked for by its name. ``messages``: what the
    office tells everyone who waits; ``paused`` while nobody is called for the service.
    """
    ticket = view.ticket
    body: dict[str, Any] = {
        "id": ticket.public_id,
        "label": ticket.label,
        "state": ticket.state.value,
        "service": view.service.code,
        "office": ticket.office.slug,
        "date": ticket.day.isoformat(),
        "url": base_url.rstrip("/") + ticket_path(ticket.public_id),
        "version": ticket.version,
    }
    if view.slot is not None:
        body["slot"] = view.slot
    if view.position is not None:
        body["position"] = view.position
    if view.estimate is not None:
        body["estimate"] = view.estimate.as_told()
    if view.counter is not None:
        body["counter"] = view.counter
    if view.called_at is not None:
        body["called_at"] = instant(view.called_at, ticket.office.zone)
    if "why" in view.call_reason:
        reason = view.call_reason
        body["call_reason"] = {"why": reason["why"], "waited_minutes": reason.get("waited_s", 0) // 60}
    if ticket.state is TicketState.WAITING:
        body["defers_left"] = view.defers_left
    if ticket.visit is not None and ticket.step is not None:
        body["visit"] = ticket.visit.code
        body["step"], body["steps"] = ticket.step
    if view.at_counters:
        body["at_counters"] = list(view.at_counters)
    if ticket.legs:
        body["also"] = list(ticket.legs)
    if view.said:
        body["messages"] = list(view.said)
    if view.is_paused:
        body["paused"] = True
    return body
