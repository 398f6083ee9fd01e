"""What is told of people with an account, and of programs' tokens."""

from typing import Any

from queue_app.api_tokens import State
from queue_app.models import Role, Scope, SignInKind
from queue_app.routes.api.frame.fields import Answer, Instant, Versioned, example

_PERSON: dict[str, Any] = {
    "username": "petugas1",
    "name": "Petugas Satu",
    "role": "officer",
    "active": True,
    "must_change_password": False,
    "second_step": False,
}
_TOKEN: dict[str, Any] = {
    "id": 3,
    "name": "Situs kota",
    "person": "petugas1",
    "role": "officer",
    "scopes": ["tickets"],
    "state": "good",
    "beginning": "antrean_9bP0",
    "created_at": "2026-11-24T09:00:00.000+07:00",
    "made_by": "admin",
    "made_with": None,
    "expires_at": "2027-02-22T09:00:00.000+07:00",
    "last_used_at": None,
}


class PersonAnswer(Answer):
    """``second_step``: whether the person's sign-in has one."""

    model_config = example(**_PERSON)

    username: str
    name: str
    role: Role
    active: bool
    must_change_password: bool
    second_step: bool


class PersonSession(Answer):
    """A browser in which the person is signed in; ``address`` is its network."""

    since: Instant
    used_at: Instant
    address: str
    device: str


class PersonNow(PersonAnswer, Versioned):
    """``version``: of the account's role and of whether it is in use. ``sessions``: where the person is signed in now,
    the last used first."""

    model_config = example(version=3, **_PERSON, sessions=[])

    sessions: list[PersonSession]


class PersonWithPassword(PersonAnswer):
    """``password`` is temporary, told this once, and is changed at the first sign-in."""

    model_config = example(**_PERSON | {"must_change_password": True, "password": "tk7-mnp-rw2-hd9"})

    password: str


class People(Answer):
    """In the order in which the accounts were made."""

    model_config = example(people=[_PERSON], next=None)

    people: list[PersonAnswer]
    next: str | None


class SignIn(Answer):
    """What happened to an account; ``by``: who did it, where that was somebody else. ``address`` is a network."""

    at: Instant
    person: str
    what: SignInKind
    by: str | None
    address: str
    device: str


class SignIns(Answer):
    """The newest first."""

    model_config = example(
        sign_ins=[
            {
                "at": "2026-11-24T09:00:00.000+07:00",
                "person": "petugas1",
                "what": "signed_in",
                "by": None,
                "address": "203.0.113.0/24",
                "device": "Firefox, Windows",
            }
        ],
        next=None,
    )

    sign_ins: list[SignIn]
    next: str | None


class TokenAnswer(Answer):
    """``person``: for whom it acts. ``made_by``: null for a command on the server; ``made_with``: the number of the
    token that made it, with which it ends. ``expires_at`` null: made before tokens ran out."""

    model_config = example(**_TOKEN)

    id: int
    name: str
    person: str
    role: Role
    scopes: list[Scope]
    state: State
    beginning: str
    created_at: Instant
    made_by: str | None
    made_with: int | None
    expires_at: Instant | None
    last_used_at: Instant | None


class OwnToken(TokenAnswer):
    """``office``: where its person works; all that it does is done there."""

    model_config = example(**_TOKEN, office="senapelan")

    office: str


class TokenMade(TokenAnswer):
    """``token`` is told this once; null to a repeat of the request, for only its digest is kept."""

    model_config = example(**_TOKEN | {"token": "antrean_9bP0…"})

    token: str | None


class Tokens(Answer):
    """The newest first."""

    model_config = example(tokens=[_TOKEN], next=None)

    tokens: list[TokenAnswer]
    next: str | None
