"""What may stand in a configuration: each section and field once, with what it means.

The settings of offices and services are those of ``office_settings``, so a new one is in the file by itself. What is
missing in the file stays as it is (of something new: as usual). A section that is there is complete: what it does not
name is taken out of use.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, create_model

from queue_app.models import DEVICE_NAME_LENGTH, LINE_LENGTH, Decision, PrinterKind, Theme
from queue_app.office_settings import Name, OfficeSettings, Percent, ServiceSettings
from queue_app.services import DOCUMENT_LENGTH

VERSION = 1
"""Of the file's form."""


def _text(value: object) -> object:
    """A list of another form is written as one text, as the commands take it."""
    if not isinstance(value, str):
        raise ValueError("text_needed")
    return value


def _optional(name: str, settings: type[BaseModel]) -> Any:
    """The settings with none of them required: what is not given stays as it is."""
    fields: dict[str, Any] = {}
    for field_name, info in settings.model_fields.items():
        kind: Any = Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation
        if _is_compound(info.annotation):
            kind = Annotated[kind, BeforeValidator(_text), WithJsonSchema({"type": "string"})]
        if field_name == "remind_evening_minute":
            kind = Annotated[kind, WithJsonSchema({"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}$"})]
        fields[field_name] = (kind, Field(default=None, description=info.description))
    return create_model(name, __base__=settings, __config__=None, **fields)


def _is_compound(annotation: Any) -> bool:
    return getattr(annotation, "__origin__", None) in (list, dict) or any(
        _is_compound(part) for part in get_args(annotation) if not isinstance(part, str)
    )


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


_OfficeSettings: Any = _optional("_OfficeSettings", OfficeSettings)
_ServiceSettings: Any = _optional("_ServiceSettings", ServiceSettings)


class OfficePart(_OfficeSettings):  # type: ignore[misc] # made above from the settings
    model_config = ConfigDict(extra="forbid", strict=True)


class DocumentPart(Part):
    id: str = Field(min_length=1, max_length=DOCUMENT_LENGTH, description="its Indonesian name")
    en: str = Field(default="", max_length=DOCUMENT_LENGTH, description="its English name; the Indonesian one serves")


class ServicePart(_ServiceSettings):  # type: ignore[misc]
    model_config = ConfigDict(extra="forbid", strict=True)

    code: str = Field(min_length=1, max_length=40, description="its name for programs and addresses; it never changes")
    prefix: str = Field(default="", max_length=8, description="stands before the number; the code serves")
    documents: list[DocumentPart] = Field(default=[], description="what to bring, in this order")
    hours: list[str] = Field(default=[], description="hours of its own like those of the office; none: the office's")


class VisitPart(Part):
    code: str = Field(min_length=1, max_length=40, description="its name for programs and addresses")
    name_id: Name = Field(description="Indonesian name")
    name_en: Name = Field(default="", description="English name; the Indonesian one serves")
    steps: list[str] = Field(description="codes of its services, in order")


class ClosurePart(Part):
    day: date = Field(description="like 2026-12-24; days that are over are left out")
    reason: str = Field(default="", max_length=120, description="shown to citizens")
    hours: str = Field(default="", max_length=80, description="open at these alone, like 08:00-10:30; none: closed")


class HolidayPart(Part):
    day: date = Field(description="likewise")
    name: str = Field(min_length=1, max_length=200, description="what is celebrated")
    estimate: bool = Field(default=False, description="its date is not certain yet")
    decision: Decision = Field(description="closed, open, or suggested: nobody has decided yet")


class CalendarPart(Part):
    closures: list[ClosurePart] = Field(default=[], description="days on which the office is closed for itself")
    holidays: list[HolidayPart] = Field(default=[], description="the country's holidays")


class CounterPart(Part):
    number: int = Field(ge=1, le=999, description="its number")
    services: str = Field(default="all", description="what it takes, the first preference first, like A:1,B:2; or all")
    pool: str = Field(default="none", max_length=40, description="the code of its pool; or none")


class OfficerPart(Part):
    username: str = Field(
        min_length=1, max_length=60, description="who; people are not made, and who is unknown is left"
    )
    services: list[str] = Field(description="codes of what the officer can do; who is not named can do everything")


class DisplayPart(Part):
    name: str = Field(min_length=1, max_length=DEVICE_NAME_LENGTH, description="where it hangs; it is paired by hand")
    counters: list[int] = Field(default=[], description="numbers of the counters whose calls it shows; none: all")
    services: list[str] = Field(default=[], description="codes of the services whose lines it shows; none: all")
    speaks: bool = Field(default=True, description="it says calls, where the office's voice does")


class LookPart(Part):
    theme: Theme = Field(description="light, dark or contrast")
    brand: str = Field(description="the colour under the newest number, like #0b5848")
    accent: str = Field(description="the colour under its counter")
    shows_next: bool = Field(default=False, description="the numbers that are called next are shown too")


class LinePart(Part):
    text: str = Field(min_length=1, max_length=LINE_LENGTH, description="a line of the running text")
    from_day: date | None = Field(default=None, description="shown from this day on")
    until_day: date | None = Field(default=None, description="shown until this day")


class PrinterPart(Part):
    name: str = Field(min_length=1, max_length=40, description="where it stands")
    kind: PrinterKind = Field(default=PrinterKind.NETWORK, description="network, usb or serial")
    address: str = Field(max_length=120, description="like 192.168.1.50:9100, 04b8:0e15 or /dev/ttyUSB0@9600")
    width_mm: Literal[58, 80] = Field(default=80, description="of its paper: 58 or 80")
    answers: bool = Field(default=True, description="it says how it is")
    draws_qr: bool = Field(default=True, description="it knows QR codes")


class SurveyPart(Part):
    percent: Percent = Field(description="so many of 100 visits are asked for the whole survey, from tomorrow on")


class Configuration(Part):
    version: Literal[1] = Field(description="of this form: 1")
    office: OfficePart | None = Field(default=None, description="settings of the office")
    hours: list[str] | None = Field(default=None, description="opening hours: mon-thu 08:00-16:00; a gap is a break")
    services: list[ServicePart] | None = Field(default=None, description="its services")
    visits: list[VisitPart] | None = Field(default=None, description="visits of several services under one name")
    calendar: CalendarPart | None = Field(default=None, description="closed days and holidays, from today on")
    counters: list[CounterPart] | None = Field(default=None, description="its counters")
    officers: list[OfficerPart] | None = Field(default=None, description="what officers can do")
    displays: list[DisplayPart] | None = Field(default=None, description="its displays")
    look: LookPart | None = Field(default=None, description="how displays look; pictures are not in the file")
    running_text: list[LinePart] | None = Field(default=None, description="lines on the displays")
    printers: list[PrinterPart] | None = Field(default=None, description="receipt printers")
    survey: SurveyPart | None = Field(default=None, description="the survey of satisfaction")


PARTS: Mapping[str, type[BaseModel]] = {
    "office": OfficePart,
    "services": ServicePart,
    "services.documents": DocumentPart,
    "visits": VisitPart,
    "calendar.closures": ClosurePart,
    "calendar.holidays": HolidayPart,
    "counters": CounterPart,
    "officers": OfficerPart,
    "displays": DisplayPart,
    "look": LookPart,
    "running_text": LinePart,
    "printers": PrinterPart,
    "survey": SurveyPart,
}
"""The models by where they stand, for the reference in docs/install.md."""
