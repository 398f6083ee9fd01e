"""The kinds of value that requests and answers are made of, each with its form in the API's document."""

import re
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import PydanticCustomError, core_schema

from queue_app.models import Role, Scope
from queue_app.representation import instant

LONGEST_REASON = 240
LARGEST_VERSION = 2**31 - 1

_DAY = re.compile(r"2[01][0-9]{2}-[0-9]{2}-[0-9]{2}")
_CLOCK_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")


def day_of(value: Any) -> date:
    """A day of this or the next century as ISO text; further away, clocks and databases stop agreeing."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass  # the refusal below says it
    raise PydanticCustomError("day", "a date like 2026-11-24")


def _minute(value: Any) -> int:
    if isinstance(value, str) and _CLOCK_TIME.fullmatch(value):
        return int(value[:2]) * 60 + int(value[3:])
    raise PydanticCustomError("clock_time", "a time like 08:30")


def whole(value: Any) -> Any:
    """JSON knows one kind of number: 2.0 is the whole number 2."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def whole_text(value: Any) -> Any:
    """A whole number of the query string, where everything is text."""
    is_number = isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value, re.ASCII)
    return int(value) if is_number else value


def one_of(kinds: type[StrEnum]) -> tuple[BeforeValidator, WithJsonSchema]:
    """A text that is the value of one of ``kinds``, as the enumeration has them."""
    names = [kind.value for kind in kinds]

    def check(value: Any) -> str:
        if not isinstance(value, str) or value not in names:
            raise PydanticCustomError("literal_error", "one of {expected}", {"expected": ", ".join(names)})
        return value

    return BeforeValidator(check), WithJsonSchema({"type": "string", "enum": names})


Day = Annotated[
    date, BeforeValidator(day_of), WithJsonSchema({"type": "string", "format": "date", "pattern": f"^{_DAY.pattern}$"})
]
"""A local day of the office, "YYYY-MM-DD"."""

ClockTime = Annotated[
    int, BeforeValidator(_minute), WithJsonSchema({"type": "string", "pattern": f"^{_CLOCK_TIME.pattern}$"})
]
"""A wall-clock time of the office, "HH:MM", as minutes from midnight."""

Text = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$")]
"""No control characters but tab and line ends."""

RoleName = Annotated[str, *one_of(Role)]
ScopeName = Annotated[str, *one_of(Scope)]

Code = Annotated[Text, StringConstraints(min_length=1, max_length=40)]
Reason = Annotated[Text, StringConstraints(max_length=LONGEST_REASON)]
Words = Annotated[Text, StringConstraints(max_length=4_000)]
Name = Annotated[Text, StringConstraints(min_length=1, max_length=60)]
RowId = Annotated[int, Field(ge=1, le=LARGEST_VERSION), BeforeValidator(whole)]
Version = Annotated[int, Field(ge=1, le=LARGEST_VERSION), BeforeValidator(whole)]

Instant = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
"""RFC 3339 with the offset of the office's zone."""


def told(at: datetime | None, zone: ZoneInfo) -> str | None:
    """An instant on the office's clock, if there is one."""
    return None if at is None else instant(at, zone)


class Asked(BaseModel):
    """What a program sends: exact types, and nothing unknown."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)


class Nothing(Asked):
    """No fields."""


class Answer(BaseModel):
    """What a program gets. Fields may be added later; a program ignores those it does not know."""

    model_config = ConfigDict(frozen=True, serialize_by_alias=True, from_attributes=True, defer_build=True)


class Versioned(Answer):
    """``version`` grows with every change that somebody makes. It is in the ETag, and If-Match names it again."""

    version: int


LEFT_OUT: Any = None
"""The default of a member that is not always there; it is never null."""


def example(**values: Any) -> ConfigDict:
    """What an answer may look like, for the document."""
    return ConfigDict(json_schema_extra={"examples": [values]})


class JsonSchemas(GenerateJsonSchema):
    """Schemas without the noise: no title for each field, and no default where a field is simply left out."""

    def field_title_should_be_set(self, _schema: Any) -> bool:
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        found = super().default_schema(schema)
        if found.get("default", ...) in (None, ""):
            del found["default"]
        return found
