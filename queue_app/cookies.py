"""What a browser keeps for us in cookies. In production each is bound to this very host and to https (``__Host-``)."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, Request, request
from flask import Response as Answer
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug import Response
from werkzeug.http import dump_cookie

from queue_app.extensions import config


def full_name(name: str, *, production: bool) -> str:
    """The name that the browser sees: with the prefix, it takes the cookie from nobody but this host over https."""
    return f"__Host-{name}" if production else name


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie of a name, kept for so long. ``for_script``: a page's script reads it as well."""

    name: str
    kept_s: int
    for_script: bool = False

    def read(self) -> str:
        """The text; empty when the browser has none."""
        return request.cookies.get(self.full_name, "")

    def write(self, response: Response, text: str) -> None:
        response.set_cookie(
            self.full_name,
            text,
            max_age=self.kept_s,
            httponly=not self.for_script,
            samesite="Lax",
            secure=config().production,
        )

    def forget(self, response: Response) -> None:
        response.delete_cookie(self.full_name, secure=config().production, samesite="Lax")

    @property
    def full_name(self) -> str:
        return full_name(self.name, production=config().production)


class Sessions(SecureCookieSessionInterface):
    """Flask's sessions. Nothing is prepared for a request that has none: programs and displays carry no cookie."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if app.secret_key and self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Answer) -> None:
        if session.accessed or session.modified or session:
            super().save_session(app, session, response)


def header(name: str, text: str, kept_s: int, *, production: bool) -> tuple[str, str]:
    """The header that sets a cookie, for an answer that is given before the app; ``kept_s`` 0 takes it away."""
    full = full_name(name, production=production)
    return "Set-Cookie", dump_cookie(full, text, kept_s, httponly=True, samesite="Lax", secure=production)


class SignedCookie:
    """A cookie that is our own word. ``salt``: what it says, so that none can stand for another."""

    def __init__(self, name: str, salt: str, kept_s: int) -> None:
        self._cookie = Cookie(name, kept_s)
        self._salt = salt
        self.kept_s = kept_s

    def read(self) -> Any:
        """The value as JSON gives it; None when the browser has none, or one that is not ours."""
        try:
            return self._serializer().loads(self._cookie.read())
        except BadSignature:
            return None

    def write(self, response: Response, value: Any) -> None:
        """``value``: whatever JSON can say."""
        self._cookie.write(response, self._serializer().dumps(value))

    def _serializer(self) -> URLSafeSerializer:
        return URLSafeSerializer(list(reversed(config().secret_keys)), salt=self._salt)
