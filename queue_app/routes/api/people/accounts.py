"""The people of an office for an administrator's program: accounts made and barred, roles, where they are signed in.

Two things of the page are missing here on purpose. A program does not take away somebody's second step: it is what
stands when a secret has leaked, and a token is one. And it makes, changes or opens no administrator's account.
"""

from collections.abc import Callable
from datetime import datetime
from http import HTTPMethod
from typing import Annotated, Any

from pydantic import StringConstraints
from sqlalchemy.orm import Session

from queue_app import auth, clock
from queue_app.audit import since
from queue_app.extensions import database
from queue_app.models import Office, Role, User
from queue_app.representation import instant
from queue_app.routes.api.frame import paging
from queue_app.routes.api.frame.fields import Asked, Name, RoleName, Text
from queue_app.routes.api.frame.operation import Caller, operation
from queue_app.routes.api.frame.own_office import own_office
from queue_app.routes.api.frame.paging import PageQuery
from queue_app.routes.api.frame.versions import Seen
from queue_app.routes.api.people.answers import (
    People,
    PersonAnswer,
    PersonNow,
    PersonSession,
    PersonWithPassword,
    SignIn,
    SignIns,
)
from queue_app.routes.api.refusals import READ, WRITE
from queue_app.signin import people, record, sessions

_TAG = "people"
_ALL = "/api/v1/offices/{office}/people"
_ONE = _ALL + "/{person}"
_READ, _WRITE = (*READ, "other_office"), (*WRITE, "other_office")
_LIST, _SIGN_INS = "people", "sign-ins"

Deed = Callable[[Session, User, User, datetime], object]
"""Done with an account by somebody: the session, who does it, whose account, when."""


class NewPerson(Asked):
    """``username``: small letters, digits, dots and dashes; it cannot be changed. ``name``: as pages show it."""

    username: Name
    name: Annotated[Text, StringConstraints(max_length=120)] = ""
    role: RoleName


class NewRole(Asked):
    role: RoleName


class SignInsQuery(PageQuery):
    """``person``: only what happened to that account. ``after``: ``next`` of the page before. ``limit``: at most so
    many rows; 50 when left out."""

    person: Name | None = None


@operation(HTTPMethod.GET, _ALL, tag=_TAG, answer=People, refusals=(*_READ, *paging.CURSOR))
def list_people(office: str, query: PageQuery, caller: Caller) -> People:
    """Who can sign in here, or could once."""
    with database().read() as session:
        here = own_office(session, office, caller)
        shown, following = paging.page(query, _LIST, lambda after, most: people.page(session, here.id, after, most))
        return People(people=[PersonAnswer(**_facts(each)) for each in shown], next=following)


@operation(
    HTTPMethod.POST,
    _ALL,
    tag=_TAG,
    answer=PersonWithPassword,
    status=201,
    refusals=(*_WRITE, "admin_by_hand", "bad_username", "username_taken"),
    example={"username": "petugas9", "name": "Petugas Sembilan", "role": "officer"},
)
def add_person(office: str, body: NewPerson, caller: Caller) -> PersonWithPassword:
    """Make an account with a temporary password, which is told once.

    Not of an administrator. A repeat is refused as username_taken; the password can then be reset.
    """
    role = Role(body.role)
    with database().write() as session:
        own_office(session, office, caller)
        people.require_for_program(role)
        actor = session.get_one(User, caller.user_id)
        username, name = body.username.strip().lower(), " ".join(body.name.split())
        user, password = people.create(session, actor, username, name, role, auth.here(), clock.now())
        return PersonWithPassword(**_facts(user), password=password)


@operation(HTTPMethod.GET, _ONE, tag=_TAG, answer=PersonNow, refusals=_READ)
def show_person(office: str, person: str, caller: Caller) -> PersonNow:
    """An account, and where it is signed in."""
    with database().read() as session:
        here = own_office(session, office, caller)
        return _now(session, here, people.named(session, here.id, person))


@operation(
    HTTPMethod.POST,
    _ONE + "/role",
    tag=_TAG,
    answer=PersonNow,
    refusals=(*_WRITE, "admin_by_hand", "at_counter"),
    example={"role": "reception"},
)
def set_role(office: str, person: str, body: NewRole, caller: Caller, seen: Seen) -> PersonNow:
    """Give somebody another role; all sessions of the person end.

    Not to an administrator, and nobody is made one.
    """
    role = Role(body.role)
    with database().write() as session:
        here = own_office(session, office, caller)
        user = people.named(session, here.id, person)
        since.require(session, here, [people.subject(user)], seen)
        people.require_for_program(role, user.role)
        people.set_role(session, session.get_one(User, caller.user_id), user, role, auth.here(), clock.now())
        return _now(session, here, user)


@operation(
    HTTPMethod.POST,
    _ONE + "/deactivate",
    tag=_TAG,
    answer=PersonAnswer,
    refusals=(*_WRITE, "admin_by_hand", "at_counter"),
)
def deactivate_person(office: str, person: str, caller: Caller) -> PersonAnswer:
    """Nobody signs in by the account any more, and no program acts for it. Doing it twice is harmless."""

    def deed(session: Session, actor: User, user: User, now: datetime) -> None:
        people.require_for_program(user.role)
        if user.active:
            people.deactivate(session, actor, user, auth.here(), now)

    return _done(office, person, caller, deed)


@operation(HTTPMethod.POST, _ONE + "/activate", tag=_TAG, answer=PersonAnswer, refusals=(*_WRITE, "admin_by_hand"))
def activate_person(office: str, person: str, caller: Caller) -> PersonAnswer:
    """The account can sign in again, with the password it had. Doing it twice is harmless."""

    def deed(session: Session, actor: User, user: User, now: datetime) -> None:
        people.require_for_program(user.role)
        if not user.active:
            people.activate(session, actor, user, auth.here(), now)

    return _done(office, person, caller, deed)


@operation(
    HTTPMethod.POST, _ONE + "/password", tag=_TAG, answer=PersonWithPassword, refusals=(*_WRITE, "admin_by_hand")
)
def reset_password(office: str, person: str, caller: Caller) -> PersonWithPassword:
    """A temporary password, told this once and changed at the first sign-in; all sessions of the person end.

    Not of an administrator. A second step stays: only a person takes that away, at the page.
    """
    with database().write() as session:
        here = own_office(session, office, caller)
        user = people.named(session, here.id, person)
        people.require_for_program(user.role)
        actor = session.get_one(User, caller.user_id)
        password = people.reset_password(session, actor, user, auth.here(), clock.now())
        return PersonWithPassword(**_facts(user), password=password)


@operation(HTTPMethod.POST, _ONE + "/end-sessions", tag=_TAG, answer=PersonAnswer, refusals=_WRITE)
def end_sessions(office: str, person: str, caller: Caller) -> PersonAnswer:
    """Sign the person out everywhere, at once."""

    def deed(session: Session, actor: User, user: User, now: datetime) -> None:
        people.end_sessions(session, actor, user, auth.here(), now)

    return _done(office, person, caller, deed)


@operation(
    HTTPMethod.GET,
    "/api/v1/offices/{office}/sign-ins",
    tag=_TAG,
    answer=SignIns,
    refusals=(*_READ, *paging.CURSOR, "unknown_user"),
)
def list_sign_ins(office: str, query: SignInsQuery, caller: Caller) -> SignIns:
    """What happened to accounts: sign-ins, wrong passwords, resets, new roles."""
    with database().read() as session:
        here = own_office(session, office, caller)
        user_id = None if query.person is None else people.named(session, here.id, query.person).id
        shown, following = paging.page(
            query, _SIGN_INS, lambda before, most: record.page(session, here.id, before, most, user_id=user_id)
        )
        told = [
            SignIn(
                at=instant(each.at, here.zone),
                person=each.user.username,
                what=each.kind,
                by=each.actor.username if each.actor else None,
                address=each.address,
                device=each.device,
            )
            for each in shown
        ]
        return SignIns(sign_ins=told, next=following)


def _done(office: str, person: str, caller: Caller, deed: Deed) -> PersonAnswer:
    with database().write() as session:
        here: Office = own_office(session, office, caller)
        user = people.named(session, here.id, person)
        deed(session, session.get_one(User, caller.user_id), user, clock.now())
        return PersonAnswer(**_facts(user))


def _now(session: Session, office: Office, user: User) -> PersonNow:
    return PersonNow(
        version=since.version(session, office, [people.subject(user)]),
        **_facts(user),
        sessions=[
            PersonSession(
                since=instant(each.created_at, office.zone),
                used_at=instant(each.used_at, office.zone),
                address=each.address,
                device=each.device,
            )
            for each in sessions.of_person(session, user.id, auth.sessions_since(clock.now()))
        ],
    )


def _facts(user: User) -> dict[str, Any]:
    return {
        "username": user.username,
        "name": user.display_name,
        "role": user.role,
        "active": user.active,
        "must_change_password": user.must_change_password,
        "second_step": user.totp_since is not None,
    }
