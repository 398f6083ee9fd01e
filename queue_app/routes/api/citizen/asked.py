"""What a citizen's program sends about places and numbers."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from queue_app.routes.api.frame.fields import Asked, ClockTime, Code, Day, Text, Version, whole_text

ChannelName = Literal["online", "kiosk", "reception"]


WayMinutes = Annotated[int, Field(ge=0, le=600), BeforeValidator(whole_text)]


class SlotsQuery(Asked):
    """``date``: a local day; today when left out. ``channel``: for whom ``remaining`` is counted; online when left
    out."""

    date: Day | None = None
    channel: ChannelName | None = None


class WaitQuery(Asked):
    """``time`` of the local day ``date`` (today when left out); now when it is left out."""

    date: Day | None = None
    time: ClockTime | None = None


class SoonestQuery(Asked):
    """``offices``: short names with commas between them. ``service``: only services of this name, in any language."""

    offices: Annotated[Text, StringConstraints(max_length=2_000)] | None = None
    service: Annotated[Text, StringConstraints(max_length=120)] | None = None


class TicketQuery(Asked):
    """``way_minutes``: how long the way to the office takes."""

    way_minutes: WayMinutes | None = None


class Booking(Asked):
    """``date``: today when left out; ``slot``: any time of that day when left out. ``hold``: a place that was held for
    this booking; it says which date and slot, when they are left out. ``relation``: whose data it is. ``name``,
    ``phone`` and ``nik`` are optional, kept sealed (the NIK only as a keyed hash and its last four digits), and never
    given back. ``also``: codes of further services of the same visit, in order, to which the same number goes on.
    ``visit``: in place of ``service`` and ``also``, the code of a visit that the office offers."""

    visit: Code | None = None
    service: Code | None = Field(default=None, validate_default=True)
    channel: ChannelName
    date: Day | None = None
    slot: ClockTime | None = None
    hold: Code | None = None
    name: Text | None = Field(default=None, description="Latin letters as on the identity card, at most 60.")
    phone: Text | None = Field(default=None, description="8 to 15 digits, with or without a leading +.")
    nik: Text | None = Field(default=None, description="The 16 digits of the identity number.")
    category: Literal["regular", "elderly", "disabled", "pregnant", "infant"] = "regular"
    relation: Literal["self", "child", "parent", "spouse", "other"] = "self"
    also: list[Code] = Field(default_factory=list, max_length=20)
    proof: Text | None = Field(default=None, description="The solved challenge of the office, base64.")

    @field_validator("service")
    @classmethod
    def _named_if_no_visit_is(cls, service: str | None, given: ValidationInfo) -> str | None:
        if service is None and given.data.get("visit", "") is None:
            raise PydanticCustomError("missing", "named, if no visit is")
        return service


class Holding(Asked):
    """``date``: today when left out."""

    date: Day | None = None
    slot: ClockTime
    channel: ChannelName = "online"


class CitizenMove(Asked):
    """``version``: only if the ticket has not moved since it was shown with this version."""

    version: Version | None = None


class CheckIn(CitizenMove):
    """``presence``: the code of the QR on the office's display, the last part of its address; it proves being there."""

    presence: Text | None = None


class Rescheduling(CitizenMove):
    """``slot``: any time of that day when left out."""

    date: Day
    slot: ClockTime | None = None


class WaitingWish(Asked):
    """``slot``: any time of that day when left out. ``language``: in which a message tells of a place."""

    date: Day
    slot: ClockTime | None = None
    name: Text | None = Field(default=None, description="Latin letters as on the identity card, at most 60.")
    phone: Text | None = Field(default=None, description="8 to 15 digits, with or without a leading +.")
    nik: Text | None = Field(default=None, description="The 16 digits of the identity number.")
    category: Literal["regular", "elderly", "disabled", "pregnant", "infant"] = "regular"
    relation: Literal["self", "child", "parent", "spouse", "other"] = "self"
    language: Literal["id", "en"] = "id"
    proof: Text | None = Field(default=None, description="The solved challenge of the office, base64.")


class ContactWish(Asked):
    """``channel``: one that the ticket's contacts offer; ``address``: a phone number, a mailbox or a chat, kept sealed.
    In place of both ``push``: a browser's subscription, as the browser gave it."""

    channel: Annotated[Text, StringConstraints(max_length=20)] | None = None
    address: Annotated[Text, StringConstraints(max_length=300)] | None = None
    push: dict[str, Any] | None = None
    language: Literal["id", "en"] = "id"
