"""Two offices with somebody of every role in each, and a paired display: for tests that walk over every address."""

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from queue_app import accounts, clock, queries
from queue_app.devices import pairing, register
from queue_app.models import Office, Role, User
from queue_app.permissions import CITIZEN, DEVICE
from tests.office import SLUG, Desk
from tests.routes.browsing import Person

ELSEWHERE = "lain"
WHO = (CITIZEN, DEVICE, *Role)
SITE = "https://antrean.test"


class Town:
    """The demonstration office and another, with somebody of every role in each, and a paired display in the first."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.db = app.extensions["antrean_database"]
        self.desk = Desk(self.db, clock.now())
        self.tokens: dict[str, str] = {}
        with self.db.write() as session:
            session.add(Office(slug=ELSEWHERE, name="Kantor lain", timezone="Asia/Jakarta"))
            session.flush()
            for slug in (SLUG, ELSEWHERE):
                office = queries.office(session, slug)
                for role in Role:
                    name = f"{role}.{slug}"
                    session.add(User(username=name, display_name=name, role=role, office_id=office.id))
                    session.flush()
                    self.tokens[name] = accounts.create_token(session, name, clock.now())
            admin = self.desk.user(session, "admin")
            self.display = register.create(session, admin, "Layar uji", clock.now()).id
        self.device = app.test_client()
        code = self.device.post("/display/pairing", base_url=SITE).get_json()["code"]
        with self.db.write() as session:
            vault = app.extensions["antrean_vault"]
            pairing.claim(session, vault, self.desk.user(session, "admin"), self.display, code, clock.now())
        assert self.device.get("/display/pairing", base_url=SITE).get_json()["state"] == "paired"

    def client(self, who: str, slug: str = SLUG) -> FlaskClient:
        if who == DEVICE:
            return self.device
        return Person(self.app, "" if who == CITIZEN else f"{who}.{slug}", secure=True).client

    def token(self, who: str, slug: str = SLUG) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[f'{who}.{slug}']}"} if who in set(Role) else {}


def some_address(rule: Rule, **known: Any) -> str:
    """An address that the rule matches."""
    values = dict(known)
    for name, converter in rule._converters.items():
        if name not in values:
            values[name] = next(iter(sorted(getattr(converter, "items", {"1"}))))
    _, path = rule.build({name: values[name] for name in rule.arguments}) or ("", "")
    return path


def is_refused(answer: TestResponse) -> bool:
    to_sign_in = answer.status_code == 302 and "/signin" in (answer.location or "")
    return to_sign_in or answer.status_code in (401, 403)
