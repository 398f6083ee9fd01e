"""Who is affected by another setting: people who have booked or wait, and what would be erased. Reads only.

To be asked after the change, in its transaction.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select

from queue_app import opening
from queue_app.agreement import Effect
from queue_app.configuration.errand import Errand
from queue_app.errors import N_
from queue_app.lifecycle import TicketState
from queue_app.models import DailySequence, Service, SlotUsage, Ticket
from queue_app.privacy import retention
from queue_app.privacy.terms import TERMS

Plain = Mapping[str, Any]

_ORDER = ("rule_name", "rates", "longest_wait_minutes")
_QUOTAS: Mapping[str, Any] = {
    "daily_quota": DailySequence.taken,
    "online_quota": DailySequence.taken_online,
    "kiosk_quota": DailySequence.taken_kiosk,
    "reception_quota": DailySequence.taken_reception,
}


def of_office(errand: Errand, before: Plain, after: Plain) -> Iterator[Effect]:
    """What follows from other settings of the office; ``before`` and ``after`` hold those that differ."""
    today = opening.local_day(errand.office, errand.now)
    if _less(before, after, "booking_days_ahead"):
        days = errand.office.booking_days_ahead
        if count := _count(errand, TicketState.BOOKED, Ticket.day > today + timedelta(days=days)):
            said = N_("%(count)s pendaftaran berada lebih dari %(days)s hari ke depan; semuanya tetap berlaku.")
            yield Effect(said, {"count": count, "days": days})
    if any(name in after for name in _ORDER) and (count := _count(errand, TicketState.WAITING, Ticket.day == today)):
        yield Effect(N_("%(count)s orang yang menunggu akan dipanggil menurut aturan yang baru."), {"count": count})
    if after.get("presence_required") is True and (count := _count(errand, TicketState.BOOKED, Ticket.day >= today)):
        said = N_("%(count)s orang yang sudah mendaftar hanya dapat melapor dari dalam kantor.")
        yield Effect(said, {"count": count})
    for kind, term in TERMS.items():
        if _less(before, after, term.setting):
            up_to = retention.last_due(errand.office, kind, errand.now)
            if count := retention.left(errand.session, errand.office, kind, up_to):
                said = N_("%(count)s data yang lebih lama akan dihapus dan tidak dapat dikembalikan.")
                yield Effect(said, {"count": count})


def of_service(errand: Errand, service: Service, after: Plain) -> Iterator[Effect]:
    """What follows from other settings of a service; ``after`` holds those that differ."""
    today = opening.local_day(errand.office, errand.now)
    for name, taken in _QUOTAS.items():
        quota = after.get(name)
        if quota is not None and (over := _over_quota(errand, service, taken, quota)):
            said = N_("%(count)s nomor %(service)s melebihi kuota yang baru; semuanya tetap berlaku.")
            yield Effect(said, {"count": over, "service": service.code})
            break
    if {"slot_capacity", "slot_plan", "slot_minutes"} & after.keys() and (over := _over_slots(errand, service)):
        said = N_("%(count)s pendaftaran %(service)s melebihi tempat per sesi yang baru; semuanya tetap berlaku.")
        yield Effect(said, {"count": over, "service": service.code})
    booked = (TicketState.BOOKED, Ticket.day >= today, Ticket.service_id == service.id)
    if {"documents", "cost_rupiah"} & after.keys() and (count := _count(errand, *booked)):
        said = N_("%(count)s orang sudah mendaftar %(service)s dengan syarat dan biaya yang lama.")
        yield Effect(said, {"count": count, "service": service.code})


def _count(errand: Errand, state: TicketState, *which: ColumnElement[bool]) -> int:
    rows = select(func.count()).select_from(Ticket).where(Ticket.office_id == errand.office.id, Ticket.state == state)
    return errand.session.scalar(rows.where(*which)) or 0


def _less(before: Plain, after: Plain, name: str) -> bool:
    return name in before and name in after and after[name] < before[name]


def _over_quota(errand: Errand, service: Service, taken: Any, quota: int) -> int:
    """Numbers of today and later beyond the quota."""
    today = opening.local_day(errand.office, errand.now)
    rows = select(func.sum(taken - quota)).where(
        DailySequence.service_id == service.id, DailySequence.day >= today, taken > quota
    )
    return errand.session.scalar(rows) or 0


def _over_slots(errand: Errand, service: Service) -> int:
    """Places of slots from today on beyond what such a slot has now."""
    today = opening.local_day(errand.office, errand.now)
    slots = errand.session.execute(
        select(SlotUsage.start_minute, SlotUsage.taken).where(
            SlotUsage.service_id == service.id, SlotUsage.day >= today
        )
    )
    return sum(max(0, taken - service.capacity_at(minute)) for minute, taken in slots)
