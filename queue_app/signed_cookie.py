"""What a browser keeps for us in a cookie: signed, so that it is our own word, and out of reach of scripts."""

from dataclasses import dataclass
from typing import Any

from flask import request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug import Response

from queue_app.extensions import config


@dataclass(frozen=True, slots=True)
class SignedCookie:
    """A cookie of a name. ``salt``: what it says, so that none can stand for another. ``kept_s``: for so long."""

    name: str
    salt: str
    kept_s: int
    path: str = "/"

    def read(self) -> Any:
        """The value as JSON gives it; None when the browser has none, or one that is not ours."""
        try:
            return self._serializer().loads(request.cookies.get(self.name, ""))
        except BadSignature:
            return None

    def write(self, response: Response, value: Any) -> None:
        """``value``: whatever JSON can say."""
        response.set_cookie(
            self.name,
            self._serializer().dumps(value),
            max_age=self.kept_s,
            httponly=True,
            samesite="Lax",
            secure=config().production,
            path=self.path,
        )

    def _serializer(self) -> URLSafeSerializer:
        return URLSafeSerializer(config().secret_key, salt=self.salt)
