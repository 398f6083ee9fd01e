"""The office's displays for a program: registered, paired by the code that a screen shows, told what to show."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPMethod
from typing import Annotated, Any

from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from queue_app import clock
from queue_app import pairing as every_pairing
from queue_app.audit import since
from queue_app.devices import pairing, register
from queue_app.devices.seen import state
from queue_app.display import edition
from queue_app.extensions import database, vault
from queue_app.models import Device, Office, User
from queue_app.representation import instant
from queue_app.routes.api.displays.answers import DisplayAnswer, Displays
from queue_app.routes.api.frame.fields import Asked, Code, Name, RowId, Text
from queue_app.routes.api.frame.operation import Caller, operation, row_id
from queue_app.routes.api.frame.own_office import own_office
from queue_app.routes.api.frame.versions import Seen
from queue_app.routes.api.refusals import READ, WRITE

_TAG = "displays"
_ALL = "/api/v1/offices/{office}/displays"
_ONE = _ALL + "/{display}"
_READ, _WRITE = (*READ, "other_office"), (*WRITE, "other_office")
_NAMED = ("display_without_name", "display_name_too_long", "display_name_taken")

Deed = Callable[[Session, User, int, datetime], Device]
"""Done by somebody with the display of that id, at that time."""


class NewDisplay(Asked):
    name: Annotated[Text, StringConstraints(max_length=120)]


class DisplayChange(Asked):
    """What is left out stays. ``counters`` are numbers, ``services`` codes; empty: all."""

    name: Annotated[Text, StringConstraints(max_length=120)] | None = None
    counters: Annotated[list[RowId], Field(max_length=200)] | None = None
    services: Annotated[list[Code], Field(max_length=200)] | None = None
    speaks: bool | None = None


class PairingCode(Asked):
    """``code``: six letters and digits, as the screen shows them."""

    code: Name


@operation(HTTPMethod.GET, _ALL, tag=_TAG, answer=Displays, refusals=_READ)
def list_displays(office: str, caller: Caller) -> Displays:
    """The office's displays, and how each is now."""
    with database().read() as session:
        here, now = own_office(session, office, caller), clock.now()
        versions = since.versions(session, here, "display:")
        found = register.of_office(session, here.id)
        return Displays(displays=[_answer(each, here, versions.get(f"display:{each.id}", 0), now) for each in found])


@operation(
    HTTPMethod.POST,
    _ALL,
    tag=_TAG,
    answer=DisplayAnswer,
    status=201,
    refusals=(*_WRITE, *_NAMED, "too_many_displays"),
    example={"name": "Ruang tunggu lantai 2"},
)
def create_display(office: str, body: NewDisplay, caller: Caller) -> DisplayAnswer:
    """Register a display that shows everything, and that no screen is paired with yet.

    A repeat is refused as display_name_taken.
    """
    with database().write() as session:
        here, now = own_office(session, office, caller), clock.now()
        return _now(session, register.create(session, session.get_one(User, caller.user_id), body.name, now), here, now)


@operation(HTTPMethod.POST, _ALL + "/end-pairings", tag=_TAG, answer=Displays, refusals=_WRITE)
def end_pairings(office: str, caller: Caller) -> Displays:
    """No screen and no kiosk that was paired is one of the office any more; each can be paired again."""
    with database().write() as session:
        own_office(session, office, caller)
        every_pairing.end_all(session, session.get_one(User, caller.user_id), clock.now())
    return list_displays(office, caller)


@operation(HTTPMethod.GET, _ONE, tag=_TAG, answer=DisplayAnswer, refusals=_READ)
def show_display(office: str, display: str, caller: Caller) -> DisplayAnswer:
    """A display, and how it is now."""
    with database().read() as session:
        here = own_office(session, office, caller)
        return _now(session, register.look_at(session, here.id, row_id("display", display)), here, clock.now())


@operation(
    HTTPMethod.PATCH,
    _ONE,
    tag=_TAG,
    answer=DisplayAnswer,
    refusals=(*_WRITE, *_NAMED, "bad_choice"),
    example={"counters": [1, 2], "speaks": False},
)
def change_display(office: str, display: str, body: DisplayChange, seen: Seen, caller: Caller) -> DisplayAnswer:
    """Name a display, and say what it shows."""

    def deed(session: Session, who: User, device_id: int, now: datetime) -> Device:
        device = register.find(session, who.office_id, device_id)
        since.require(session, who.office, {f"display:{device_id}"}, seen)
        wanted = body.model_dump(exclude_none=True)
        facts = {name: wanted.get(name, getattr(device, name)) for name in DisplayChange.model_fields}
        return register.change(session, who, device_id, now, **facts)

    return _done(office, display, caller, deed)


@operation(
    HTTPMethod.POST,
    _ONE + "/pair",
    tag=_TAG,
    answer=DisplayAnswer,
    refusals=(*_WRITE, "bad_code", "wrong_pairing_code", "too_many_codes"),
    example={"code": "KH7M4P"},
)
def pair_display(office: str, display: str, body: PairingCode, caller: Caller) -> DisplayAnswer:
    """Make the screen that shows this code the display; a screen that was it before is no more.

    Wrong codes are counted, so that none is found by trying.
    """
    with database().write() as session:
        here, now, who = own_office(session, office, caller), clock.now(), session.get_one(User, caller.user_id)
        device = pairing.claim(session, vault(), who, row_id("display", display), body.code, now)
        answer = None if device is None else _now(session, device, here, now)
    if answer is None:  # after the commit, so that it stays counted
        raise pairing.wrong_code()
    return answer


@operation(HTTPMethod.POST, _ONE + "/identify", tag=_TAG, answer=DisplayAnswer, refusals=_WRITE)
def identify_display(office: str, display: str, caller: Caller) -> DisplayAnswer:
    """Its screen shows the display's name large for twenty seconds."""
    return _done(office, display, caller, register.identify)


@operation(HTTPMethod.POST, _ONE + "/reload", tag=_TAG, answer=DisplayAnswer, refusals=_WRITE)
def reload_display(office: str, display: str, caller: Caller) -> DisplayAnswer:
    """Its screen fetches the page anew."""
    return _done(office, display, caller, register.reload)


@operation(HTTPMethod.POST, _ONE + "/revoke", tag=_TAG, answer=DisplayAnswer, refusals=_WRITE)
def revoke_display(office: str, display: str, caller: Caller) -> DisplayAnswer:
    """Its screen is none of the office any more, and says so. Doing it twice is harmless."""
    return _done(office, display, caller, register.revoke)


@operation(HTTPMethod.DELETE, _ONE, tag=_TAG, answer=DisplayAnswer, refusals=_WRITE)
def remove_display(office: str, display: str, caller: Caller) -> DisplayAnswer:
    """Take a display away for good; the answer is what it was."""
    with database().write() as session:
        here, now = own_office(session, office, caller), clock.now()
        device = register.find(session, here.id, row_id("display", display))
        was = _now(session, device, here, now)
        register.remove(session, session.get_one(User, caller.user_id), device.id, now)
        return was


def _done(office: str, display: str, caller: Caller, deed: Deed) -> DisplayAnswer:
    with database().write() as session:
        here, now, who = own_office(session, office, caller), clock.now(), session.get_one(User, caller.user_id)
        return _now(session, deed(session, who, row_id("display", display), now), here, now)


def _now(session: Session, device: Device, here: Office, now: datetime) -> DisplayAnswer:
    version = since.versions(session, here, f"display:{device.id}").get(f"display:{device.id}", 0)
    return _answer(device, here, version, now)


def _answer(device: Device, here: Office, version: int, now: datetime) -> DisplayAnswer:
    facts: dict[str, Any] = {name: getattr(device, name) for name in ("id", "name", "counters", "services", "speaks")}
    return DisplayAnswer(
        **facts,
        version=version,
        state=state(device, now),
        paired_at=instant(device.paired_at, here.zone) if device.paired_at else None,
        seen_at=instant(device.seen_at, here.zone) if device.seen_at else None,
        is_current=None if device.page is None else device.page == edition.current(),
        resolution=device.resolution,
    )
