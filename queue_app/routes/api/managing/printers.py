"""The office's receipt printers: which there are and how each is, added, changed, out of use, and a trial print."""

from datetime import datetime
from http import HTTPMethod
from typing import Annotated, Any, Literal

from pydantic import StringConstraints
from sqlalchemy.orm import Session

from queue_app import clock
from queue_app.audit import since
from queue_app.extensions import database
from queue_app.models import Office, Printer, PrinterKind, User
from queue_app.printing import printers, trial
from queue_app.printing.device import Verdict
from queue_app.routes.api.frame.fields import Answer, Asked, Text, Versioned, example
from queue_app.routes.api.frame.operation import Caller, operation, row_id
from queue_app.routes.api.frame.own_office import own_office
from queue_app.routes.api.frame.versions import Seen
from queue_app.routes.api.managing.saving import CHANGING, SEEING, TAG, changed, told
from queue_app.routes.managing.printers import handed_over

_ALL = "/api/v1/offices/{office}/printers"
_ONE = _ALL + "/{printer}"
_SHOWN: dict[str, Any] = {
    "version": 5,
    "id": 1,
    "name": "Kios depan",
    "kind": "network",
    "address": "192.168.1.50:9100",
    "width_mm": 80,
    "answers": True,
    "draws_qr": True,
    "problem": None,
}
_WRONG = ("bad_printer_name", "bad_printer_address", "bad_printer_width")


class PrinterManaged(Versioned):
    """``answers``: it says how it is. ``draws_qr``: it knows QR codes. ``problem``: what is wrong with it now, by name;
    null for nothing."""

    model_config = example(**_SHOWN)

    id: int
    name: str
    kind: PrinterKind
    address: str
    width_mm: int
    answers: bool
    draws_qr: bool
    problem: str | None


class PrintersManaged(Versioned):
    """The printers in use."""

    model_config = example(version=5, printers=[_SHOWN])

    printers: list[PrinterManaged]


class PrinterChange(Asked):
    """What is left out stays. ``address``: like 192.168.1.50:9100, 04b8:0e15 or /dev/ttyUSB0@9600."""

    kind: Literal["network", "usb", "serial"] | None = None
    address: Annotated[Text, StringConstraints(min_length=1, max_length=255)] | None = None
    width_mm: Literal[58, 80] | None = None
    answers: bool | None = None
    draws_qr: bool | None = None


class NewPrinter(Asked):
    """``address``: like 192.168.1.50:9100, 04b8:0e15 or /dev/ttyUSB0@9600."""

    name: Annotated[Text, StringConstraints(min_length=1, max_length=printers.NAME_LENGTH)]
    kind: Literal["network", "usb", "serial"] = "network"
    address: Annotated[Text, StringConstraints(min_length=1, max_length=255)]
    width_mm: Literal[58, 80] = 80
    answers: bool = True
    draws_qr: bool = True


class TrialPrint(Answer):
    """``printed``: it was handed over, and a printer that ``answers`` says that it came. ``problem``: why not."""

    model_config = example(printed=False, problem="away")

    printed: bool
    problem: str | None


@operation(HTTPMethod.GET, _ALL, tag=TAG, answer=PrintersManaged, refusals=SEEING)
def list_printers(office: str, caller: Caller) -> PrintersManaged:
    """The office's printers, and how each is."""

    def reading(session: Session, here: Office) -> PrintersManaged:
        version = since.version(session, here, ["printer:*"])
        in_use = [one for one in printers.of_office(session, here) if one.active]
        return PrintersManaged(version=version, printers=[_printer(session, here, one) for one in in_use])

    return told(office, caller, reading)


@operation(
    HTTPMethod.POST,
    _ALL,
    tag=TAG,
    answer=PrinterManaged,
    status=201,
    refusals=(*CHANGING, *_WRONG, "printer_exists"),
    example={"name": "Kios depan", "address": "192.168.1.50:9100"},
)
def add_printer(office: str, body: NewPrinter, caller: Caller) -> PrinterManaged:
    """A new printer, or again one of that name that was taken out of use."""

    def deed(session: Session, who: User, now: datetime) -> PrinterManaged:
        printers.require_new(session, who.office, body.name)
        return _saved(session, who, now, body.name, body.model_dump(exclude={"name"}))

    return changed(office, caller, deed)


@operation(HTTPMethod.GET, _ONE, tag=TAG, answer=PrinterManaged, refusals=SEEING)
def read_printer(office: str, printer: str, caller: Caller) -> PrinterManaged:
    """One printer, and how it is."""

    def reading(session: Session, here: Office) -> PrinterManaged:
        return _printer(session, here, printers.by_id(session, here, row_id("printer", printer)))

    return told(office, caller, reading)


@operation(
    HTTPMethod.PATCH,
    _ONE,
    tag=TAG,
    answer=PrinterManaged,
    refusals=(*CHANGING, *_WRONG),
    example={"address": "192.168.1.51:9100", "width_mm": 58},
)
def change_printer(office: str, printer: str, body: PrinterChange, caller: Caller, seen: Seen) -> PrinterManaged:
    """Another address or paper; what it was to print stays."""

    def deed(session: Session, who: User, now: datetime) -> PrinterManaged:
        found = _seen(session, who.office, printer, seen)
        there = {name: getattr(found, name) for name in PrinterChange.model_fields}
        return _saved(session, who, now, found.name, there | body.model_dump(exclude_none=True))

    return changed(office, caller, deed)


@operation(HTTPMethod.DELETE, _ONE, tag=TAG, answer=PrinterManaged, refusals=CHANGING)
def retire_printer(office: str, printer: str, caller: Caller, seen: Seen) -> PrinterManaged:
    """Use a printer no more; what it has printed stays known. The answer is what it was."""

    def deed(session: Session, who: User, now: datetime) -> PrinterManaged:
        found = _seen(session, who.office, printer, seen)
        was = _printer(session, who.office, found)
        printers.retire(session, who.office, found.name, now, who)
        return was

    return changed(office, caller, deed)


@operation(HTTPMethod.POST, _ONE + "/test", tag=TAG, answer=TrialPrint, refusals=(*CHANGING, "printer_busy"))
def try_printer(office: str, printer: str, caller: Caller) -> TrialPrint:
    """Print a slip that is nobody's, and say whether it came."""
    with database().write() as session:
        here = own_office(session, office, caller)
        begun = trial.begin(session, here, printers.by_id(session, here, row_id("printer", printer)), clock.now())
    outcome = handed_over(begun.target, begun.data)
    with database().write() as session:
        trial.conclude(session, begun, outcome, clock.now())
    return TrialPrint(printed=outcome.verdict is Verdict.PRINTED, problem=outcome.problem)


def _seen(session: Session, office: Office, printer: str, seen: int) -> Printer:
    found = printers.by_id(session, office, row_id("printer", printer))
    since.require(session, office, [f"printer:{found.name}"], seen)
    return found


def _saved(session: Session, who: User, now: datetime, name: str, values: dict[str, Any]) -> PrinterManaged:
    kind, address = PrinterKind(values.pop("kind")), values.pop("address")
    printer = printers.add(session, who.office, name, kind, address, **values, now=now, actor=who)
    return _printer(session, who.office, printer)


def _printer(session: Session, office: Office, printer: Printer) -> PrinterManaged:
    facts = {name: getattr(printer, name) for name in PrinterManaged.model_fields if name != "version"}
    return PrinterManaged(version=since.version(session, office, [f"printer:{printer.name}"]), **facts)
