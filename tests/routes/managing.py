"""An administrator at the pages of settings: forms as the page carries them, sent with some fields typed anew."""

import re
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from queue_app.database import Database
from queue_app.models import ConfigurationChange
from tests.routes.browsing import Person


class Manager:
    """``seen``: the version that the page shown last carries."""

    def __init__(self, app: Flask, db: Database) -> None:
        app.config.update(WTF_CSRF_ENABLED=False)
        self.client = Person(app, "admin").client
        self.db = db
        self.seen = "0"

    def open(self, path: str) -> str:
        return self._looked(self.client.get(path)).text

    def send(self, path: str, **typed: Any) -> TestResponse:
        """POST a form with the version of the page that was looked at last."""
        return self._looked(self.client.post(path, data={"seen": self.seen, **typed}))

    def history(self) -> list[tuple[str, Any, Any]]:
        with self.db.read() as session:
            rows = session.scalars(select(ConfigurationChange).order_by(ConfigurationChange.seq)).all()
            assert all(row.actor is not None and row.actor.username == "admin" for row in rows)
            return [(row.subject, row.before, row.after) for row in rows]

    def _looked(self, answer: TestResponse) -> TestResponse:
        if found := re.search(r'name="seen" value="(\d+)"', answer.text):
            self.seen = found[1]
        return answer
