"""Programs' tokens: each is for some uses, until a day, and can be revoked; page and commands that make them."""

import re
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from queue_app import api_tokens
from queue_app.database import Database
from queue_app.models import ApiToken, ConfigurationChange, Role, Scope, User
from queue_app.permissions import scopes_of
from queue_app.routes.api.frame.document import document
from queue_app.routes.api.frame.names import NAMES
from queue_app.routes.api.frame.operation import OPERATIONS
from tests.routes.api.conftest import Moment
from tests.routes.api.program import Program, followed, refusal
from tests.routes.browsing import Person

WAITS = "/offices/senapelan/metrics/waits"
PATH = {name: one.example for name, one in NAMES.items()}


def make(db: Database, moment: Moment, username: str, *scopes: Scope, days: int = 365) -> str:
    with db.write() as session:
        user = session.scalars(select(User).where(User.username == username)).one()
        return api_tokens.create(session, None, user, "uji", scopes, days, moment.now)


def test_each_operation_takes_its_own_scope_and_names_it(program: Program, moment: Moment) -> None:
    """Walks over all that need a token, with every other scope and with the one alone."""
    people = {Role.OFFICER: "petugas1", Role.SUPERVISOR: "supervisor", Role.ADMIN: "admin"}
    asked = [declared for declared in OPERATIONS if declared.roles]
    of_itself = {declared.operation_id for declared in asked if declared.scope is None}
    assert of_itself == {"show_token", "give_up_token"}
    asked = [declared for declared in asked if declared.operation_id not in of_itself]
    assert {declared.scope for declared in asked} == set(Scope)
    asked.sort(key=lambda declared: declared.scope is Scope.PEOPLE)  # these may give the officer another role
    for declared in asked:
        assert declared.scope is not None
        role = next(role for role in people if role in (declared.roles or ()))
        path = declared.path.format_map(PATH)
        for scope in scopes_of(role):
            program._tokens["as"] = make(program.db, moment, people[role], scope)
            answer = program.send(declared.method, path, "as", json=declared.example)
            code = refusal(answer)[1] if answer.is_json and answer.status_code >= 400 else ""
            assert (code == "wrong_scope") == (scope is not declared.scope), (declared.operation_id, scope, answer.text)
            if scope is not declared.scope:
                assert answer.get_json()["scope"] == declared.scope
                assert f'scope="{declared.scope}"' in answer.headers["WWW-Authenticate"]
        security = document()["paths"][declared.path][declared.method.lower()]["security"]
        assert security == [{"token": [declared.scope]}]


def test_a_token_that_opens_a_way_for_anybody_must_be_for_it_too(program: Program, moment: Moment) -> None:
    with program.db.write() as session:
        session.scalars(select(User).where(User.username == "petugas1")).one().office.proof_of_work = "on"
    wish = {"service": "A", "channel": "kiosk"}
    for scope, status in ((Scope.DESK, 403), (Scope.TICKETS, 201)):
        program._tokens["as"] = make(program.db, moment, "petugas1", scope)
        assert program.post("/offices/senapelan/tickets", wish, "as").status_code == status


def test_a_token_runs_out_on_its_day(program: Program, moment: Moment) -> None:
    program._tokens["as"] = make(program.db, moment, "supervisor", Scope.FIGURES, days=30)
    moment.now += timedelta(days=30, seconds=-1)
    assert program.get(WAITS, "as").status_code == 200
    moment.now += timedelta(seconds=1)
    answer = program.get(WAITS, "as")
    assert refusal(answer) == (401, "token_expired")
    assert answer.get_json()["day"] == "2026-12-24"
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_when_it_was_used_is_kept_now_and_then(program: Program, moment: Moment) -> None:
    began = moment.now
    program._tokens["as"] = make(program.db, moment, "supervisor", Scope.FIGURES)
    for minutes in (0, 4, 2):  # the second within five minutes of the first
        moment.now += timedelta(minutes=minutes)
        program.get(WAITS, "as")
        with program.db.read() as session:
            used = session.scalars(select(ApiToken.last_used_at)).one()
        assert used == (began if minutes != 2 else moment.now)


def test_the_administrator_makes_sees_and_revokes_them(app: Flask, program: Program, moment: Moment) -> None:
    with program.db.read() as session:
        officer = session.scalars(select(User.id).where(User.username == "petugas1")).one()
    admin = Person(app, "admin")
    admin.open("/manage/tokens")
    wish = {"name": "Papan <b>kota</b>", "person": str(officer), "scope": "desk", "days": "30"}
    admin.send("/manage/tokens", wish)
    found = re.search(r"<code [^>]*data-made>([^<]+)</code>", admin.page)
    assert found is not None
    assert "&lt;b&gt;kota" in admin.page
    program._tokens["as"] = token = found[1]
    assert program.post("/counters/1/open", officer="as").status_code == 200
    admin.open("/manage/tokens")
    assert token not in admin.page
    assert token[:12] in admin.page
    assert "berakhir dalam 30 hari" in admin.page
    admin.press("/manage/tokens/1/revoke")
    assert refusal(program.post("/counters/1/pause", officer="as")) == (401, "token_unknown")
    with program.db.read() as session:
        kept = session.scalars(select(ApiToken)).one()
        assert token not in repr(vars(kept))
        told = session.scalars(
            select(ConfigurationChange).where(ConfigurationChange.subject == "token:1").order_by(ConfigurationChange.id)
        ).all()
        assert [(change.actor_id is not None, change.after) for change in told] == [
            (True, {"person": "petugas1", "name": "Papan <b>kota</b>", "scopes": ["desk"], "days": 30}),
            (True, {"revoked": True}),
        ]


def test_what_cannot_be_a_token_is_refused_with_a_reason(app: Flask, program: Program) -> None:
    with program.db.read() as session:
        officer = session.scalars(select(User.id).where(User.username == "petugas1")).one()
    admin = Person(app, "admin")
    admin.open("/manage/tokens")
    good = {"name": "Papan", "person": str(officer), "scope": "desk", "days": "30"}
    for wrong, words in (
        ({"scope": "levers"}, "tidak mencakup kegunaan ini: levers"),
        ({"scope": "lain"}, "paling sedikit satu kegunaan"),
        ({"name": " "}, "Beri token ini nama"),
        ({"name": "x" * 81}, "paling banyak 80 huruf"),
        ({"days": "731"}, "1 sampai 730 hari"),
        ({"days": "sepuluh"}, "1 sampai 730 hari"),
        ({"person": "99999"}, "tidak ada di kantor Anda"),
    ):
        answer = admin.send("/manage/tokens", {**good, **wrong})
        assert answer.status_code in (404, 422)
        assert words in admin.page
    with program.db.read() as session:
        assert session.scalars(select(ApiToken)).all() == []


def test_the_commands_make_list_and_revoke_them(app: Flask, program: Program) -> None:
    run = app.test_cli_runner().invoke
    made = run(args=["token", "create", "petugas1", "--name", "Papan", "--scope", "desk", "--days", "90"])
    program._tokens["as"] = made.stdout.strip()
    assert program.post("/counters/1/open", officer="as").status_code == 200
    assert refusal(program.get(WAITS, "as")) == (403, "wrong_role")
    other = run(args=["token", "create", "petugas1"]).stdout.strip()
    listed = run(args=["token", "list", "--office", "senapelan"]).stdout.splitlines()
    assert [line.split("\t")[1:5] for line in listed] == [
        ["good", "petugas1", "tickets,desk", "2027-11-24"],
        ["good", "petugas1", "desk", "2027-02-22"],
    ]
    number = listed[1].split("\t")[0]
    assert run(args=["token", "revoke", "petugas2", "--id", number]).stdout.startswith("0 tokens")
    assert run(args=["token", "revoke", "petugas1", "--id", number]).stdout.startswith("1 tokens")
    assert refusal(program.post("/counters/1/pause", officer="as")) == (401, "token_unknown")
    program._tokens["other"] = other
    assert program.post("/counters/1/pause", officer="other").status_code == 200
    assert run(args=["token", "create", "petugas1", "--scope", "levers"]).exit_code == 1


def test_the_document_says_that_whoever_is_counted_is_told_how_many_are_left() -> None:
    hold = document()["paths"]["/api/v1/offices/{office}/tickets"]["post"]["responses"]
    assert {"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"} <= set(hold["201"]["headers"])
    assert {"Retry-After", "RateLimit-Reset"} <= set(followed(hold["429"])["headers"])
