"""Carrying changes out, section by section, each by the use case that a page or command would call.

So every rule holds here too, and every change is in the history of the settings.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select

from queue_app import (
    booked_outside,
    counter_settings,
    office_calendar,
    office_settings,
    opening,
    opening_hours,
    services,
    visits,
)
from queue_app.agreement import Effect
from queue_app.configuration import affected
from queue_app.configuration.difference import Change, Kind
from queue_app.configuration.errand import Errand
from queue_app.configuration.reading import BadConfiguration, Problem
from queue_app.devices import register
from queue_app.errors import N_, QueueError
from queue_app.lifecycle import LIVE
from queue_app.models import Decision, Device, DisplayLine, PrinterKind, Role, Ticket, User
from queue_app.office_settings import OfficeSettings, ServiceSettings
from queue_app.printing import printers
from queue_app.signage import content
from queue_app.survey import sample


def apply(errand: Errand, changes: Sequence[Change]) -> list[Effect]:
    """Carry all of it out. Raises BadConfiguration naming what a rule refuses; then nothing must be committed."""
    effects: list[Effect] = []
    for section, kinds, carry_out in _ORDER:
        for change in changes:
            if change.section == section and change.kind in kinds:
                try:
                    effects += carry_out(errand, change)
                except QueueError as error:
                    where = f"{change.section} {change.name}".strip()
                    raise BadConfiguration(Problem(error.message, where, params=error.params)) from error
    return effects


def _office(errand: Errand, change: Change) -> Iterable[Effect]:
    office_settings.change_office(errand.session, errand.office, _texts(change.after), errand.now, errand.actor)
    return affected.of_office(errand, change.before, change.after)


def _hours(errand: Errand, change: Change) -> Iterable[Effect]:
    week = opening_hours.read(change.after["hours"])
    return _outside(opening_hours.replace(errand.session, errand.office, week, errand.now, actor=errand.actor))


def _service(errand: Errand, change: Change) -> Iterator[Effect]:
    session, office, now, actor = errand.session, errand.office, errand.now, errand.actor
    given = change.after
    if change.kind is Kind.ADD:
        names = {"name_id": given.get("name_id", change.name), "name_en": given.get("name_en", "")}
        service = services.create(
            session, office, change.name, now, prefix=given.get("prefix", ""), actor=actor, **names
        )
    else:
        service = services.find(session, office, change.name)
        if "prefix" in given:
            services.set_prefix(session, office, service, given["prefix"], now, actor)
    settings = {name: value for name, value in given.items() if name in ServiceSettings.model_fields}
    if settings:
        office_settings.change_service(session, office, service, _texts(settings), now, actor)
    if "documents" in given:
        services.set_documents(session, office, service, given["documents"], now, actor)
    if "hours" in given and (given["hours"] or change.kind is Kind.CHANGE):
        week = opening_hours.read(given["hours"])
        yield from _outside(opening_hours.replace(session, office, week, now, service, actor))
    if change.kind is Kind.CHANGE:
        yield from affected.of_service(errand, service, given)
    if given.get("active") is False and change.kind is Kind.CHANGE:
        yield from _stranded(errand, service.id, service.code)


def _retire_service(errand: Errand, change: Change) -> Iterable[Effect]:
    service = services.find(errand.session, errand.office, change.name)
    office_settings.change_service(
        errand.session, errand.office, service, {"active": "false"}, errand.now, errand.actor
    )
    return _stranded(errand, service.id, service.code)


def _visit(errand: Errand, change: Change) -> Iterable[Effect]:
    row = {name: change.row[name] for name in ("steps", "name_id", "name_en")}
    visits.set_template(errand.session, errand.office, change.name, errand.now, actor=errand.actor, **row)
    return ()


def _retire_visit(errand: Errand, change: Change) -> Iterable[Effect]:
    visits.remove_template(errand.session, errand.office, change.name, errand.now, errand.actor)
    return ()


def _closure(errand: Errand, change: Change) -> Iterator[Effect]:
    day = date.fromisoformat(change.name)
    reason, hours = change.row["reason"], opening.intervals_of(change.row["hours"])
    if hours:
        office_calendar.set_special_hours(errand.session, errand.office, day, hours, reason, errand.now, errand.actor)
        outside = booked_outside.coming(errand.session, errand.office, errand.now)
        yield from _outside(sum(ticket.day == day for ticket in outside))
        return
    booked = office_calendar.close_day(errand.session, errand.office, day, reason, errand.now, errand.actor)
    if booked:
        yield Effect(N_("%(count)s pendaftaran ada pada %(day)s, hari tutup."), {"count": booked, "day": change.name})


def _open_again(errand: Errand, change: Change) -> Iterable[Effect]:
    office_calendar.take_back(errand.session, errand.office, date.fromisoformat(change.name), errand.now, errand.actor)
    return ()


def _holiday(errand: Errand, change: Change) -> Iterable[Effect]:
    office_calendar.set_holiday(
        errand.session,
        errand.office,
        date.fromisoformat(change.name),
        change.row["name"],
        Decision(change.row["decision"]),
        errand.now,
        is_estimate=change.row["estimate"],
        actor=errand.actor,
    )
    return ()


def _counter(errand: Errand, change: Change) -> Iterable[Effect]:
    number = change.row["number"]
    if change.kind is Kind.ADD:
        counter_settings.add(errand.session, errand.office, number, errand.now, errand.actor)
    taken = {"services": change.row["services"], "pool": change.row["pool"]}
    counter_settings.set_counter(errand.session, errand.office, number, errand.now, actor=errand.actor, **taken)
    return ()


def _retire_counter(errand: Errand, change: Change) -> Iterable[Effect]:
    counter_settings.retire(errand.session, errand.office, change.row["number"], errand.now, errand.actor)
    return ()


def _officer(errand: Errand, change: Change) -> Iterator[Effect]:
    can = counter_settings.ALL if change.kind is Kind.RETIRE else ",".join(change.row["services"])
    there = select(User.id).where(
        User.office_id == errand.office.id, User.username == change.name, User.role == Role.OFFICER
    )
    if errand.session.scalar(there) is None:
        yield Effect(N_("Petugas “%(name)s” belum ada di kantor ini; keahliannya dilewati."), {"name": change.name})
        return
    counter_settings.set_skills(errand.session, errand.office, change.name, can, errand.now, errand.actor)


def _display(errand: Errand, change: Change) -> Iterable[Effect]:
    who = errand.hand
    if change.kind is Kind.ADD:
        device = register.create(errand.session, who, change.name, errand.now)
    else:
        device = _device(errand, change.name)
    wish = {name: change.row[name] for name in ("name", "counters", "services", "speaks")}
    register.change(errand.session, who, device.id, errand.now, **wish)
    return ()


def _remove_display(errand: Errand, change: Change) -> Iterable[Effect]:
    register.remove(errand.session, errand.hand, _device(errand, change.name).id, errand.now)
    return ()


def _look(errand: Errand, change: Change) -> Iterable[Effect]:
    look = {name: change.row[name] for name in ("theme", "brand", "accent", "shows_next")}
    content.set_look(errand.session, errand.hand, errand.now, **look)
    return ()


def _line(errand: Errand, change: Change) -> Iterable[Effect]:
    first, last = (date.fromisoformat(day) if (day := change.row[name]) else None for name in ("from_day", "until_day"))
    content.add_line(errand.session, errand.hand, change.row["text"], first, last, errand.now)
    return ()


def _remove_line(errand: Errand, change: Change) -> Iterable[Effect]:
    lines = errand.session.scalars(select(DisplayLine).where(DisplayLine.office_id == errand.office.id)).all()
    for line in lines:
        days = [day.isoformat() if day else None for day in (line.from_day, line.until_day)]
        if [line.text, *days] == [change.row[name] for name in ("text", "from_day", "until_day")]:
            content.remove_line(errand.session, errand.hand, line.id, errand.now)
    return ()


def _printer(errand: Errand, change: Change) -> Iterable[Effect]:
    row = change.row
    printers.add(
        errand.session,
        errand.office,
        change.name,
        PrinterKind(row["kind"]),
        row["address"],
        width_mm=row["width_mm"],
        answers=row["answers"],
        draws_qr=row["draws_qr"],
        now=errand.now,
        actor=errand.actor,
    )
    return ()


def _retire_printer(errand: Errand, change: Change) -> Iterable[Effect]:
    printers.retire(errand.session, errand.office, change.name, errand.now, errand.actor)
    return ()


def _survey(errand: Errand, change: Change) -> Iterable[Effect]:
    sample.set_share(errand.session, errand.office, str(change.after["percent"]), errand.now, errand.actor)
    return ()


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: office_settings.as_text(name, value) if value is None or isinstance(value, bool) else str(value)
        for name, value in values.items()
        if name in OfficeSettings.model_fields or name in ServiceSettings.model_fields
    }


def _outside(count: int) -> Iterator[Effect]:
    if count:
        yield Effect(N_("%(count)s pendaftaran berada di luar jam buka yang baru."), {"count": count})


def _stranded(errand: Errand, service_id: int, code: str) -> Iterator[Effect]:
    """Tickets of a service that is no longer offered: they are served all the same."""
    live = select(func.count()).select_from(Ticket).where(Ticket.service_id == service_id, Ticket.state.in_(LIVE))
    if count := errand.session.scalar(live):
        said = N_("%(count)s nomor %(service)s masih berlaku dan tetap dilayani.")
        yield Effect(said, {"count": count, "service": code})


def _device(errand: Errand, name: str) -> Device:
    return next(device for device in register.of_office(errand.session, errand.office.id) if device.name == name)


_NEW = (Kind.ADD, Kind.CHANGE)
_GONE = (Kind.RETIRE,)
_ORDER: Sequence[tuple[str, Sequence[Kind], Callable[[Errand, Change], Iterable[Effect]]]] = (
    ("office", _NEW, _office),
    ("services", _NEW, _service),
    ("hours", _NEW, _hours),
    ("calendar.closures", _GONE, _open_again),
    ("calendar.closures", _NEW, _closure),
    ("calendar.holidays", _NEW, _holiday),
    ("visits", _GONE, _retire_visit),
    ("visits", _NEW, _visit),
    ("counters", _GONE, _retire_counter),
    ("counters", _NEW, _counter),
    ("officers", _GONE, _officer),
    ("officers", _NEW, _officer),
    ("displays", _GONE, _remove_display),
    ("displays", _NEW, _display),
    ("look", _NEW, _look),
    ("running_text", _GONE, _remove_line),
    ("running_text", _NEW, _line),
    ("printers", _GONE, _retire_printer),
    ("printers", _NEW, _printer),
    ("survey", _NEW, _survey),
    ("services", _GONE, _retire_service),  # last: nothing refers to them any more
)
