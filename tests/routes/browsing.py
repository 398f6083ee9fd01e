"""A person at a browser without scripts: opens pages, and presses their buttons with what the forms carry."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from queue_app import clock
from queue_app.models import User
from queue_app.signin import sessions
from queue_app.signin.where import Where

_FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)


@dataclass
class Form:
    """A form of a page: the hidden and chosen values by name, and the texts of its buttons."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[str] = field(default_factory=list)
    disabled: bool = False


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._form = Form(values.get("action", ""), values.get("method", "get"))
            self.forms.append(self._form)
        elif self._form is None:
            return
        elif tag == "input" and "name" in values:
            self._input(self._form, values)
        elif tag == "select":
            self._select = values["name"]
        elif tag == "option":
            self._form.choices.setdefault(self._select, []).append(values["value"])
            if "selected" in values:
                self._form.fields[self._select] = values["value"]
        elif tag == "button":
            self._form.buttons.append(values.get("aria-label", ""))
            self._form.disabled |= "disabled" in values

    def _input(self, form: Form, values: dict[str, str]) -> None:
        if values.get("type") in {"radio", "checkbox"}:
            form.choices.setdefault(values["name"], []).append(values.get("value", ""))
            if "checked" not in values:
                return
        form.fields[values["name"]] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None


@lru_cache(maxsize=8)
def forms(page: str) -> list[Form]:
    """The forms of a page. Read once while it is open, and without what stands around them."""
    parser = _Forms()
    parser.feed("".join(_FORM.findall(page)))
    return parser.forms


class Person:
    """Someone who is signed in (or, with ``username`` "", is not). ``page`` is the text of what is open. ``secure``:
    signed in over https, as cookies of the production profile need."""

    def __init__(self, app: Flask, username: str = "", *, secure: bool = False) -> None:
        self.client: FlaskClient = app.test_client()
        self.page = ""
        if username:
            with app.extensions["antrean_database"].write() as session:
                user = session.scalars(select(User).where(User.username == username)).one()
                token = sessions.begin(session, user, Where(), clock.now())
            with self.client.session_transaction(base_url="https://antrean.test" if secure else None) as session:
                session["_user_id"], session["_fresh"] = token, True
                session.permanent = True

    def open(self, path: str) -> TestResponse:
        return self._seen(self.client.get(path, follow_redirects=True))

    def press(self, action: str, where: str = "", **typed: str) -> TestResponse:
        """Press the button of the form with this address; of several, the first that carries ``where``."""
        form = self.form(action, where)
        assert not form.disabled, f"{action} cannot be pressed now"
        return self.send(action, {**form.fields, **typed})

    def send(self, action: str, data: dict[str, str]) -> TestResponse:
        """POST by hand, as an old page or a hostile one would; the CSRF token is taken from the page if not given."""
        data = {"csrf_token": self.token(), **data}
        return self._seen(self.client.post(action, data=data, follow_redirects=True))

    def form(self, action: str, where: str = "") -> Form:
        found = [f for f in forms(self.page) if f.action == action and where in repr(f)]
        assert found, f"the page has no form for {action} {where}"
        return found[0]

    def has(self, action: str) -> bool:
        return any(form.action == action and not form.disabled for form in forms(self.page))

    def token(self) -> str:
        return next((f.fields["csrf_token"] for f in forms(self.page) if "csrf_token" in f.fields), "")

    def _seen(self, answer: TestResponse) -> TestResponse:
        self.page = answer.get_data(as_text=True)
        return answer
