"""The office's counters: which there are and what each takes, a new one, another order, out of use."""

from datetime import datetime
from http import HTTPMethod
from typing import Annotated

from pydantic import BeforeValidator, Field
from sqlalchemy.orm import Session

from queue_app import counter_settings
from queue_app.audit import since
from queue_app.configuration import held, importing
from queue_app.counter_settings import HIGHEST, LOWEST
from queue_app.models import Counter, Office, User
from queue_app.routes.api.frame.fields import Asked, Code, Text, Versioned, example, whole
from queue_app.routes.api.frame.operation import Caller, operation, row_id
from queue_app.routes.api.frame.versions import Seen
from queue_app.routes.api.managing.saving import CHANGING, SEEING, TAG, changed, told

_ALL = "/api/v1/offices/{office}/counters"
_ONE = _ALL + "/{counter_number}"
_SHOWN = {"version": 2, "id": 1, "number": 1, "services": {"A": 1, "B": 2}, "pool": None}


class CounterManaged(Versioned):
    """``id`` names it in `…/counters/{counter}/open` and the like. ``services``: by code, with the place in the order
    in which they are called. The counters of a ``pool`` take the same."""

    model_config = example(**_SHOWN)

    id: int
    number: int
    services: dict[str, int]
    pool: str | None


class CountersManaged(Versioned):
    """The counters in use."""

    model_config = example(version=2, counters=[_SHOWN])

    counters: list[CounterManaged]


class NewCounter(Asked):
    number: Annotated[int, Field(ge=1, le=HIGHEST), BeforeValidator(whole)]


Place = Annotated[int, Field(ge=1, le=LOWEST), BeforeValidator(whole)]


class CounterChange(Asked):
    """``services``: by code, with the place in the order (1 first); as they are when left out, or those of the pool
    that it joins. ``pool``: a code, null for none. What is set for one counter of a pool is set for all."""

    services: dict[Code, Place] | None = None
    pool: Text | None = None


@operation(HTTPMethod.GET, _ALL, tag=TAG, answer=CountersManaged, refusals=SEEING)
def list_counters(office: str, caller: Caller) -> CountersManaged:
    """The office's counters: what each takes, in which order, and with which others it stands together."""

    def reading(session: Session, here: Office) -> CountersManaged:
        version = since.version(session, here, ["counter:*"])
        return CountersManaged(version=version, counters=[_counter(session, here, each) for each in here.counters])

    return told(office, caller, reading)


@operation(
    HTTPMethod.POST,
    _ALL,
    tag=TAG,
    answer=CounterManaged,
    status=201,
    refusals=(*CHANGING, "bad_counter_number", "counter_exists"),
    example={"number": 9},
)
def add_counter(office: str, body: NewCounter, caller: Caller) -> CounterManaged:
    """A counter that takes every service: a new one, or again one that was taken out of use."""

    def deed(session: Session, who: User, now: datetime) -> CounterManaged:
        importing.hold(session, who.office)
        return _counter(session, who.office, counter_settings.add(session, who.office, body.number, now, who))

    return changed(office, caller, deed)


@operation(HTTPMethod.GET, _ONE, tag=TAG, answer=CounterManaged, refusals=SEEING)
def read_counter(office: str, counter_number: str, caller: Caller) -> CounterManaged:
    """One counter, by the number that stands on it."""

    def reading(session: Session, here: Office) -> CounterManaged:
        return _counter(session, here, counter_settings.find(session, here, row_id("counter_number", counter_number)))

    return told(office, caller, reading)


@operation(
    HTTPMethod.PATCH,
    _ONE,
    tag=TAG,
    answer=CounterManaged,
    refusals=(*CHANGING, "unknown_service", "bad_setting", "bad_pool"),
    example={"services": {"A": 1, "B": 2}, "pool": "depan"},
)
def change_counter(office: str, counter_number: str, body: CounterChange, caller: Caller, seen: Seen) -> CounterManaged:
    """Set what a counter takes, and with which others it stands together.

    Tickets kept for somebody who cannot take them any more are given free.
    """

    def deed(session: Session, who: User, now: datetime) -> CounterManaged:
        counter = held.counter(session, who.office, row_id("counter_number", counter_number), seen)
        taken = None if body.services is None else counter_settings.services_of(body.services)
        pool = counter_settings.checked_pool(body.pool or "") if "pool" in body.model_fields_set else None
        counter_settings.set_counter(session, who.office, counter.number, now, services=taken, pool=pool, actor=who)
        return _counter(session, who.office, counter)

    return changed(office, caller, deed)


@operation(HTTPMethod.DELETE, _ONE, tag=TAG, answer=CounterManaged, refusals=(*CHANGING, "counter_open"))
def retire_counter(office: str, counter_number: str, caller: Caller, seen: Seen) -> CounterManaged:
    """Take a counter out of use; its past stays. The answer is what it was."""

    def deed(session: Session, who: User, now: datetime) -> CounterManaged:
        counter = held.counter(session, who.office, row_id("counter_number", counter_number), seen)
        was = _counter(session, who.office, counter)
        counter_settings.retire(session, who.office, counter.number, now, who)
        return was

    return changed(office, caller, deed)


def _counter(session: Session, office: Office, counter: Counter) -> CounterManaged:
    version = since.version(session, office, held.of_counter(session, counter))
    places = counter_settings.preferences(session, counter)
    return CounterManaged(
        version=version,
        id=counter.id,
        number=counter.number,
        services={one.code: places[one.id] for one in counter.services if one.active and one.id in places},
        pool=counter.pool.code if counter.pool else None,
    )
