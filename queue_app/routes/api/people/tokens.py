"""Programs' tokens for a program: its own, and those of the office, made and revoked as far as its own reaches."""

from http import HTTPMethod
from typing import Annotated, Any

from flask import request
from pydantic import BeforeValidator, Field, StringConstraints
from sqlalchemy.orm import Session

from queue_app import api_tokens, clock, idempotency
from queue_app.extensions import database
from queue_app.models import ApiToken, Scope, User
from queue_app.representation import instant
from queue_app.routes.api.frame import paging
from queue_app.routes.api.frame.fields import Asked, Name, ScopeName, Text, whole
from queue_app.routes.api.frame.operation import Caller, operation, row_id
from queue_app.routes.api.frame.own_office import own_office
from queue_app.routes.api.frame.paging import PageQuery
from queue_app.routes.api.people.answers import OwnToken, TokenAnswer, TokenMade, Tokens
from queue_app.routes.api.refusals import IDEMPOTENT, READ, WRITE
from queue_app.signin import people

_TAG = "people"
_OWN = "/api/v1/token"
_ALL = "/api/v1/offices/{office}/tokens"
_LIST = "tokens"


class NewToken(Asked):
    """``name``: of the program. ``person``: for whom it acts. ``days``: when left out as many as the own token allows,
    a year at most."""

    name: Annotated[Text, StringConstraints(min_length=1, max_length=80)]
    person: Name
    scopes: Annotated[list[ScopeName], Field(min_length=1, max_length=len(Scope))]
    days: Annotated[int, Field(ge=1, le=api_tokens.LONGEST_DAYS), BeforeValidator(whole)] | None = None


@operation(HTTPMethod.GET, _OWN, tag=_TAG, answer=OwnToken, refusals=READ)
def show_token(caller: Caller) -> OwnToken:
    """The token that is sent: for whom it acts, what it is for, and until when."""
    with database().read() as session:
        return _own(session.get_one(ApiToken, caller.token_id))


@operation(HTTPMethod.DELETE, _OWN, tag=_TAG, answer=OwnToken, refusals=WRITE)
def give_up_token(caller: Caller) -> OwnToken:
    """Revoke the token that is sent, and what was made with it; the answer is what it was."""
    with database().write() as session:
        actor = session.get_one(User, caller.user_id)
        return _own(api_tokens.revoke(session, actor, caller.office_id, caller.token_id, clock.now()))


@operation(HTTPMethod.GET, _ALL, tag=_TAG, answer=Tokens, refusals=(*READ, "other_office", *paging.CURSOR))
def list_tokens(office: str, query: PageQuery, caller: Caller) -> Tokens:
    """All tokens of the office's people, revoked ones too."""
    with database().read() as session:
        here = own_office(session, office, caller)
        shown, following = paging.page(query, _LIST, lambda after, most: api_tokens.page(session, here.id, after, most))
        return Tokens(tokens=[TokenAnswer(**_facts(each)) for each in shown], next=following)


@operation(
    HTTPMethod.POST,
    _ALL,
    tag=_TAG,
    answer=TokenMade,
    status=201,
    refusals=(
        *(*WRITE, "other_office", "unknown_user", "more_than_own", "longer_than_own", *IDEMPOTENT),
        *("no_scope", "scope_not_for_role", "bad_token_name", "bad_days"),
    ),
    headers=("Idempotency-Key",),
    example={"name": "Situs kota", "person": "petugas1", "scopes": ["tickets"], "days": 90},
)
def create_token(office: str, body: NewToken, caller: Caller) -> TokenMade:
    """A token for somebody's program, told once.

    For nothing that the own token is not for, and not beyond its end; when the own one is revoked, it is too.
    """
    said: list[str] = []

    def make(session: Session, user: User) -> int:
        own, scopes = session.get_one(ApiToken, caller.token_id), [Scope(name) for name in body.scopes]
        made, text = api_tokens.create_with(session, own, user, body.name.strip(), scopes, body.days, clock.now())
        said.append(text)
        return made.id

    with database().write() as session:
        here = own_office(session, office, caller)
        user = people.named(session, here.id, body.person)
        token_id, _ = idempotency.made_once(
            session,
            scope=f"token {caller.token_id}",
            key=request.headers.get("Idempotency-Key"),
            request=body.model_dump_json(),
            now=clock.now(),
            make=lambda: make(session, user),
        )
        found = api_tokens.of_id(session, here.id, token_id)
        return TokenMade(**_facts(found), token=said[0] if said else None)


@operation(HTTPMethod.DELETE, _ALL + "/{token}", tag=_TAG, answer=TokenAnswer, refusals=(*WRITE, "other_office"))
def revoke_token(office: str, token: str, caller: Caller) -> TokenAnswer:
    """Nothing is done with it any more from now on, nor with what was made with it. Doing it twice is harmless."""
    with database().write() as session:
        here, actor = own_office(session, office, caller), session.get_one(User, caller.user_id)
        return TokenAnswer(**_facts(api_tokens.revoke(session, actor, here.id, row_id("token", token), clock.now())))


def _own(found: ApiToken) -> OwnToken:
    return OwnToken(**_facts(found), office=found.user.office.slug)


def _facts(found: ApiToken) -> dict[str, Any]:
    zone = found.user.office.zone
    times = {
        name: instant(at, zone) if (at := getattr(found, name)) is not None else None
        for name in ("created_at", "expires_at", "last_used_at")
    }
    return {
        "id": found.id,
        "name": found.name,
        "person": found.user.username,
        "role": found.user.role,
        "scopes": found.scopes,
        "state": api_tokens.state(found, clock.now()),
        "beginning": found.beginning,
        "made_by": found.made_by.username if found.made_by else None,
        "made_with": found.made_with_id,
        **times,
    }
