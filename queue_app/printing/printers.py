"""The printers of an office: added, taken away, chosen, and which of them need somebody."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from queue_app import session_rows
from queue_app.audit import changes
from queue_app.errors import N_, Invalid, NotFound
from queue_app.models import Office, Printer, PrinterKind, User
from queue_app.prepared import Prepared
from queue_app.printing import addresses

NAME_LENGTH = 40
WIDTHS = (58, 80)


def add(
    session: Session,
    office: Office,
    name: str,
    kind: PrinterKind,
    address: str,
    *,
    width_mm: int = 80,
    answers: bool = True,
    draws_qr: bool = True,
    now: datetime,
    actor: User | None = None,
) -> Printer:
    """Add a printer, or give one of that name a new address; what it was to print stays.

    Raises Invalid ``bad_printer_name``, ``bad_printer_width`` or ``bad_printer_address``.
    """
    tidy = " ".join(name.split())
    if not 1 <= len(tidy) <= NAME_LENGTH or not tidy.isprintable():
        raise Invalid("bad_printer_name", N_("Nama pencetak harus 1 sampai %(length)s huruf."), length=NAME_LENGTH)
    if width_mm not in WIDTHS:
        raise Invalid("bad_printer_width", N_("Lebar kertas harus 58 atau 80 milimeter."))
    values = {"kind": kind, "address": addresses.tidy(kind, address), "width_mm": width_mm}
    values |= {"answers": answers, "draws_qr": draws_qr, "active": True}
    printer = session.scalar(_named(office, tidy).with_for_update())
    before = _values(printer)
    if printer is None:
        printer = Printer(office_id=office.id, name=tidy, **values)
        session.add(printer)
    else:
        for column, value in values.items():
            setattr(printer, column, value)
        rested(printer)
    session.flush()
    changes.record(session, office, actor, f"printer:{tidy}", before, _values(printer), now)
    return printer


def require_new(session: Session, office: Office, name: str) -> None:
    """Raises Invalid ``printer_exists`` where one in use is called so."""
    if any(one.name == " ".join(name.split()) and one.active for one in of_office(session, office)):
        raise Invalid("printer_exists", N_("Sudah ada pencetak dengan nama itu."))


def retire(session: Session, office: Office, name: str, now: datetime, actor: User | None = None) -> None:
    """Use a printer no more; what it has printed stays known. Raises NotFound ``unknown_printer``."""
    printer = named(session, office, name)
    before, printer.active = _values(printer), False
    session.flush()
    changes.record(session, office, actor, f"printer:{printer.name}", before, {}, now)


def remove(session: Session, office: Office, name: str, now: datetime, actor: User | None = None) -> None:
    """Take a printer away, with what it has printed. Raises NotFound ``unknown_printer``."""
    printer = named(session, office, name)
    before = _values(printer)
    session.delete(printer)
    session.flush()
    changes.record(session, office, actor, f"printer:{printer.name}", before, {}, now)


def _values(printer: Printer | None) -> dict[str, Any]:
    if printer is None or not printer.active:
        return {}
    return {name: getattr(printer, name) for name in ("kind", "address", "width_mm", "answers", "draws_qr")}


def rested(printer: Printer) -> None:
    """Whatever was wrong with it is over, or is to be tried again now."""
    printer.failures, printer.rests_until = 0, None
    printer.problem, printer.problem_since = None, None


def named(session: Session, office: Office, name: str) -> Printer:
    """Raises NotFound ``unknown_printer``, naming those there are."""
    found = session.scalar(_named(office, " ".join(name.split())))
    if found is None:
        raise NotFound(
            "unknown_printer",
            N_("Tidak ada pencetak %(name)s di kantor ini. Yang ada: %(names)s."),
            name=name[:NAME_LENGTH],
            names=", ".join(each.name for each in of_office(session, office)) or "-",
        )
    return found


def by_id(session: Session, office: Office, printer_id: int) -> Printer:
    """A printer in use. Raises NotFound ``unknown_printer``, for one of another office as well."""
    found = session.get(Printer, printer_id)
    if found is None or found.office_id != office.id or not found.active:
        raise NotFound("unknown_printer", N_("Pencetak itu tidak ada di kantor ini."))
    return found


def _named(office: Office, name: str) -> Select[Printer]:
    return select(Printer).where(Printer.office_id == office.id, Printer.name == name)


_OF_OFFICE = Prepared(
    select(Printer.__table__).where(Printer.office_id == bindparam("of_office")).order_by(Printer.id), flushes=True
)


def of_office(session: Session, office: Office) -> Sequence[Printer]:
    rows = _OF_OFFICE.all(session, {"of_office": office.id})
    return [session_rows.loaded(session, Printer, row._asdict()) for row in rows]


def chosen(session: Session, office: Office, name: str | None = None) -> Printer | None:
    """The printer of this name if it is in use, else the office's first one that is; None without any."""
    in_use = [printer for printer in of_office(session, office) if printer.active]
    return next((printer for printer in in_use if printer.name == name), in_use[0] if in_use else None)


def in_trouble(session: Session, office: Office, now: datetime, minutes: int = 0) -> Sequence[Printer]:
    """The printers in use that have not printed what they should, for at least so many minutes."""
    return [
        printer
        for printer in of_office(session, office)
        if printer.active
        and printer.problem_since is not None
        and (now - printer.problem_since).total_seconds() >= minutes * 60
    ]
