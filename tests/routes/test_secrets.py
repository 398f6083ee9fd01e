"""What opens something is kept by nobody but its owner: not in the database, a log, an address or another session."""

import logging

import pytest
from flask import Flask
from sqlalchemy import select

from queue_app import accounts, clock
from queue_app.database import Base
from queue_app.flask_extensions import socketio
from queue_app.models import Role, User
from tests.office import PASSWORD, Desk
from tests.routes.browsing import Person

WRONG = "salah-ketik-rahasia"


def everything_kept(desk: Desk) -> str:
    with desk.db.read() as session:
        return repr([session.execute(select(table)).all() for table in Base.metadata.sorted_tables])


def test_passwords_and_tokens_are_in_no_log_no_address_and_not_in_the_database(
    app: Flask, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    person = Person(app)
    person.open("/signin")
    person.press("/signin", username="petugas1", password=WRONG)
    answer = person.press("/signin", username="petugas1", password=PASSWORD)
    with person.client.session_transaction() as session:
        signed_in = session["_user_id"]
    with desk.db.write() as session:
        token = accounts.create_token(session, "petugas1", desk.now)
    app.test_client().get("/api/v1/counters", headers={"Authorization": f"Bearer {token}"})
    person.open("/account")
    kept = everything_kept(desk)
    for secret in (WRONG, PASSWORD, token, signed_in):
        assert secret not in caplog.text
        assert secret not in kept
        assert secret not in answer.request.url
        assert secret not in person.page


def test_no_address_takes_a_secret(app: Flask) -> None:
    """A token or password in the query string counts for nothing: it would stand in logs and in the next Referer."""
    with app.extensions["antrean_database"].write() as session:
        token = accounts.create_token(session, "supervisor", clock.now())
    for name in ("token", "access_token", "api_key", "Authorization"):
        answer = app.test_client().get(f"/api/v1/offices/senapelan/metrics/waits?{name}={token}")
        assert answer.status_code == 401
    person = Person(app)
    person.open("/signin")
    person.send(f"/signin?username=petugas1&password={PASSWORD}", {})
    assert person.client.get("/desk").status_code == 302


def test_a_cookie_of_before_opens_no_socket(app: Flask) -> None:
    """Replayed after signing out: the page's cookie is worth as little to a socket as to a page."""
    person, thief = Person(app, "petugas1"), Person(app)
    stolen = person.client.get_cookie("session")
    assert stolen is not None
    thief.client.set_cookie("session", stolen.value)
    assert socketio.test_client(app, namespace="/desk", flask_test_client=thief.client).is_connected("/desk")
    person.open("/account")
    person.press("/signout")
    assert not socketio.test_client(app, namespace="/desk", flask_test_client=thief.client).is_connected("/desk")


def test_a_changed_role_counts_at_the_next_request_of_a_program_too(app: Flask, desk: Desk) -> None:
    with desk.db.write() as session:
        token = accounts.create_token(session, "supervisor", desk.now)
    ask = ("/api/v1/offices/senapelan/metrics/waits", {"Authorization": f"Bearer {token}"})
    assert app.test_client().get(ask[0], headers=ask[1]).status_code == 200
    with desk.db.write() as session:
        session.scalars(select(User).where(User.username == "supervisor")).one().role = Role.OFFICER
    assert app.test_client().get(ask[0], headers=ask[1]).status_code == 403
