"""What is kept of a citizen who asks, for an administrator's program: found, copied, erased. Each is recorded.

A program may, for a portal that knows the citizen must not wait for a desk; but only with a scope of its own, which no
token has unless it was named, and so many searches an hour, for a program can try numbers faster than a person.
"""

from http import HTTPMethod
from typing import Annotated, Any, Literal

from flask_babel import get_locale
from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from queue_app import clock, opening
from queue_app.extensions import database, vault
from queue_app.models import Office, PrivacyDeed, PrivacyDeedKind, User
from queue_app.privacy import copy, erasure, persons, record, searching
from queue_app.privacy.persons import By, Person
from queue_app.representation import instant
from queue_app.routes.api.frame import paging
from queue_app.routes.api.frame.fields import Answer, Asked, Code, Instant, Text, example
from queue_app.routes.api.frame.operation import Caller, operation
from queue_app.routes.api.frame.own_office import own_office
from queue_app.routes.api.frame.paging import PageQuery
from queue_app.routes.api.refusals import READ, WRITE

_TAG = "privacy"
_ALL = "/api/v1/offices/{office}/personal-data"
_WRITE = (*WRITE, "other_office")
_LIST = "deeds"

ByName = Literal["ticket", "nik", "phone"]
Ids = Annotated[list[Code], Field(max_length=persons.MOST)]


class Search(Asked):
    """``text``: the NIK, the phone number, or tickets with spaces between them: ids, or like ``A-012/2026-11-24``."""

    by: ByName
    text: Annotated[Text, StringConstraints(min_length=1, max_length=2000)]


class ChosenPerson(Asked):
    """``tickets`` and ``complaints``: ids, as find gave them. ``by``: how they were found, for the record."""

    by: ByName
    tickets: Ids = Field(default_factory=list)
    complaints: Ids = Field(default_factory=list)


class FoundTicket(Answer):
    id: str
    label: str
    date: str
    state: str
    erasable: bool


class FoundComplaint(Answer):
    id: str
    number: str
    erasable: bool


class FoundPerson(Answer):
    """What is over can be erased (``erasable``). ``waiting``: places in waiting lists, which end by themselves.
    ``is_cut``: there is more than is told."""

    model_config = example(
        tickets=[
            {
                "id": "Yp3xJ0mT1qK8v2Zb4nQw7A",
                "label": "A-012",
                "date": "2026-11-24",
                "state": "SERVED",
                "erasable": True,
            }
        ],
        complaints=[],
        waiting=0,
        is_cut=False,
    )

    tickets: list[FoundTicket]
    complaints: list[FoundComplaint]
    waiting: int
    is_cut: bool


class PersonalCopy(Answer):
    """All that is kept, opened; of a NIK only the last four digits are."""

    model_config = example(office="Disdukcapil Senapelan", tickets=[], complaints=[], waiting_list=[])

    office: str
    tickets: list[dict[str, Any]]
    complaints: list[dict[str, Any]]
    waiting_list: list[dict[str, Any]]


class Erased(Answer):
    """How many tickets and complaints; ``left``: those that are not over."""

    model_config = example(erased=2, left=0)

    erased: int
    left: int


class Deed(Answer):
    """``by``: how somebody was found, or of the daily erasing the kind of data, up to the day ``up_to``. ``who`` null:
    the daily job, or a command on the server."""

    at: Instant
    deed: PrivacyDeedKind
    by: str
    rows: int
    up_to: str | None
    who: str | None
    tickets: list[str]


class Deeds(Answer):
    """The newest first."""

    model_config = example(
        deeds=[
            {
                "at": "2026-11-24T09:00:00.000+07:00",
                "deed": "search",
                "by": "nik",
                "rows": 1,
                "up_to": None,
                "who": "admin",
                "tickets": ["A-012 2026-11-24"],
            }
        ],
        next=None,
    )

    deeds: list[Deed]
    next: str | None


@operation(
    HTTPMethod.POST,
    _ALL + "/find",
    tag=_TAG,
    answer=FoundPerson,
    refusals=(*_WRITE, "bad_nik", "bad_phone", "bad_tickets", "too_many_searches"),
    example={"by": "phone", "text": "081234567890"},
)
def find_person(office: str, body: Search, caller: Caller) -> FoundPerson:
    """What is kept of somebody, found by tickets, by the NIK or by the phone number.

    A POST, so that what was asked stands in no address. That somebody searched is recorded; what, is not.
    """
    now = clock.now()
    with database().read() as session:
        here = own_office(session, office, caller)
        person = persons.find(session, vault(), here, By(body.by), body.text, opening.local_day(here, now))
        found = _found(person)
    with database().write() as session:
        actor = session.get_one(User, caller.user_id)
        searching.note_by_program(session, actor, person, now)
    return found


@operation(
    HTTPMethod.POST,
    _ALL + "/copy",
    tag=_TAG,
    answer=PersonalCopy,
    refusals=(*_WRITE, "nobody_found"),
    example={"by": "ticket", "tickets": ["Yp3xJ0mT1qK8v2Zb4nQw7A"]},
)
def copy_person(office: str, body: ChosenPerson, caller: Caller) -> PersonalCopy:
    """A copy of what is kept, to be handed over. It leaves when it is recorded."""
    now = clock.now()
    with database().read() as session:
        here, person = _chosen(session, office, body, caller)
        copied = copy.of(session, vault(), here, person, str(get_locale()))
        count, numbers = len(person.tickets) + len(person.complaints), person.numbers
    with database().write() as session:
        actor = session.get_one(User, caller.user_id)
        deed = PrivacyDeedKind.EXPORT
        record.add(session, actor.office, deed, body.by, count, now, actor=actor, tickets=numbers)
    return PersonalCopy(**copied)


@operation(
    HTTPMethod.POST,
    _ALL + "/erase",
    tag=_TAG,
    answer=Erased,
    refusals=(*_WRITE, "nobody_found", "nothing_to_erase"),
    example={"by": "ticket", "tickets": ["Yp3xJ0mT1qK8v2Zb4nQw7A"]},
)
def erase_person(office: str, body: ChosenPerson, caller: Caller) -> Erased:
    """Forget name, phone, hashes, contacts and free texts of what is over; it cannot be undone.

    The log, the figures and who answered for what stay.
    """
    with database().write() as session:
        here, person = _chosen(session, office, body, caller)
        there = len(person.tickets) + len(person.complaints)
        deed = erasure.erase(session, here, person, session.get_one(User, caller.user_id), clock.now())
        return Erased(erased=deed.rows, left=there - deed.rows)


@operation(
    HTTPMethod.GET,
    _ALL + "/deeds",
    tag=_TAG,
    answer=Deeds,
    refusals=(*READ, "other_office", *paging.CURSOR),
)
def list_deeds(office: str, query: PageQuery, caller: Caller) -> Deeds:
    """What was done with personal data, by people, programs and the daily erasing; never whose it was."""
    with database().read() as session:
        here = own_office(session, office, caller)
        shown, following = paging.page(query, _LIST, lambda after, most: record.page(session, here, after, most))
        return Deeds(deeds=[_deed(each, here) for each in shown], next=following)


def _chosen(session: Session, office: str, body: ChosenPerson, caller: Caller) -> tuple[Office, Person]:
    """Raises NotFound ``nobody_found``."""
    here = own_office(session, office, caller)
    person = persons.chosen(session, here, By(body.by), body.tickets, body.complaints)
    persons.require_somebody(person)
    return here, person


def _found(person: Person) -> FoundPerson:
    erasable, closed = person.erasable, person.closed
    return FoundPerson(
        tickets=[
            FoundTicket(
                id=each.public_id,
                label=each.label,
                date=each.day.isoformat(),
                state=each.state.value,
                erasable=each in erasable,
            )
            for each in person.tickets
        ],
        complaints=[
            FoundComplaint(id=each.public_id, number=each.label, erasable=each in closed) for each in person.complaints
        ],
        waiting=len(person.waiting),
        is_cut=person.is_cut,
    )


def _deed(row: PrivacyDeed, here: Office) -> Deed:
    return Deed(
        at=instant(row.at, here.zone),
        deed=row.deed,
        by=row.subject,
        rows=row.rows,
        up_to=row.up_to.isoformat() if row.up_to else None,
        who=row.actor.username if row.actor else None,
        tickets=list(row.tickets),
    )
