"""What programs send."""

from datetime import timedelta
from typing import Literal

from pydantic import Field

from queue_app.routes.api.fields import Asked, ClockTime, Code, Day, Reason, Text, Version

LONGEST_PERIOD = timedelta(days=366)


class SlotsQuery(Asked):
    """``date``: a local day; today when left out."""

    date: Day | None = None


class Booking(Asked):
    """``date``: today when left out; ``slot``: any time of that day when left out. ``name``, ``phone`` and ``nik`` are
    optional, kept sealed (the NIK only as a keyed hash and its last four digits), and never given back."""

    service: Code
    channel: Literal["online", "kiosk", "reception"]
    date: Day | None = None
    slot: ClockTime | None = None
    name: Text | None = Field(default=None, description="Latin letters as on the identity card, at most 60.")
    phone: Text | None = Field(default=None, description="8 to 15 digits, with or without a leading +.")
    nik: Text | None = Field(default=None, description="The 16 digits of the identity number.")
    category: Literal["regular", "elderly", "disabled", "pregnant", "infant"] = "regular"


class CitizenMove(Asked):
    """``version``: only if the ticket has not moved since it was shown with this version."""

    version: Version | None = None


class Rescheduling(CitizenMove):
    """``slot``: any time of that day when left out."""

    date: Day
    slot: ClockTime | None = None


class Nothing(Asked):
    """No fields."""


class Pause(Asked):
    reason: Reason | None = None


class Chosen(Asked):
    """``ticket``: its id; ``reason``: why it is called out of turn."""

    ticket: Code
    reason: Reason | None = None


class DeskMove(Asked):
    """``version``: the ticket's version that this move answers to; ``reason`` stands in the log."""

    version: Version
    reason: Reason | None = None


class Transfer(DeskMove):
    """``service``: the code of the service that the citizen is sent on to."""

    service: Code


class PeriodQuery(Asked):
    """Local days, both included. ``to``: today when left out; ``from``: 27 days before ``to`` when left out."""

    first: Day | None = Field(default=None, alias="from")
    last: Day | None = Field(default=None, alias="to")
