"""What is told to whoever waits for their turn to book: a small page in both languages, and a refusal for programs.

Made once and filled in, for it must cost next to nothing: no session, no database, no template. Style and script are
in the page, so that a phone with a poor connection asks once.
"""

import base64
import hashlib
import json
import math
import secrets
from collections.abc import Mapping
from functools import cache
from html import escape
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import force_locale, gettext
from werkzeug import Response

from queue_app.routes import problems, security
from queue_app.routes.language import LANGUAGES
from queue_app.rush.line import Answer

CODE = "waiting_room"
PASS_HEADER = "Queue-Pass"  # noqa: S105 - the name of a header
_STATIC = Path(__file__).parents[1] / "static"
_JITTER = 0.1
_MINUTE_S = 60


def look_in_s(answer: Answer) -> float:
    """When to look again; never all at the same time."""
    return answer.standing.look_in_s(answer.number) * (1 + _JITTER * (2 * secrets.randbelow(1000) / 999 - 1))


def minutes(answer: Answer) -> int | None:
    """About how long it takes: 0 for less than a minute, None while that is not known."""
    seconds = answer.standing.wait_s(answer.number)
    return None if seconds is None else (0 if seconds < _MINUTE_S else math.ceil(seconds / _MINUTE_S))


class WaitingRoom:
    """``app`` gives its templates and texts."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._frame = cache(self._new_frame)
        self._words = cache(self._new_words)
        self._headers = security.headers(production=app.extensions["antrean_config"].production)

    def page(self, office: str, code: str, answer: Answer, *, gone: bool) -> Response:
        """Where one stands; office and code as in an address. ``gone``: what was asked for has no place left."""
        look_in = math.ceil(look_in_s(answer))
        values = {"here": f"/o/{office}/{code}", "look_in": str(look_in)}
        values |= {name: escape(text) for name, text in self._told(answer).items()}
        frame, policy = self._frame(gone)
        for name, text in values.items():
            frame = frame.replace(f"@{name}@", text)
        headers = {**self._headers, "Content-Security-Policy": policy, "Retry-After": str(look_in)}
        return Response(frame, mimetype="text/html", headers=headers)

    def look(self, answer: Answer | None, *, gone: bool, status: int = HTTPStatus.OK) -> Response:
        """The same for the page's script; None: it is one's turn."""
        told: dict[str, Any] = {"state": "ready"}
        headers = dict(self._headers)
        if answer is not None:
            told = {"state": "gone" if gone else "waiting", "look_in": round(look_in_s(answer), 1)}
            told |= {"position": answer.standing.position(answer.number), "words": self._told(answer)}
            headers["Retry-After"] = str(math.ceil(told["look_in"]))
        return Response(json.dumps(told), status, mimetype="application/json", headers=headers)

    def problem(self, answer: Answer, signed: str, language: str) -> Response:
        """For a program: not yet, and what to send again with."""
        after, position, about = math.ceil(look_in_s(answer)), answer.standing.position(answer.number), minutes(answer)
        body = {
            "type": problems.TYPE_PREFIX + CODE,
            "title": problems.title(CODE),
            "status": 503,
            "detail": self._words(language)["program"] % {"position": position, "seconds": after},
            "code": CODE,
            "position": position,
            "minutes": about,
            "retry_after": after,
            "pass": signed,
        }
        headers = {"Retry-After": str(after), PASS_HEADER: signed, "Content-Language": language}
        return self._problem(body, 503, headers)

    def gone(self, refusal: Mapping[str, Any]) -> Response:
        """What another was told a moment ago, who asked for the same place."""
        return self._problem(refusal, int(refusal["status"]), {})

    def _problem(self, body: Mapping[str, Any], status: int, headers: Mapping[str, str]) -> Response:
        all_headers = {**self._headers, **headers}
        return Response(json.dumps(body), status, content_type=problems.MEDIA_TYPE, headers=all_headers)

    def _told(self, answer: Answer) -> dict[str, str]:
        """The sentences that change, in both languages."""
        told: dict[str, str] = {}
        position, about = answer.standing.position(answer.number), minutes(answer)
        for language in LANGUAGES:
            words = self._words(language)
            place = words["place"] % {"position": _figure(position, language)}
            told[f"place_{language}"] = place.replace("-", "\u2011")  # "ke-41" stays on one line
            which = "unknown" if about is None else "soon" if about == 0 else "minutes"
            told[f"wait_{language}"] = words[which] % {"minutes": about}
        return told

    def _new_words(self, language: str) -> dict[str, str]:
        with self._app.app_context(), force_locale(language):
            return {
                "place": gettext("Anda di urutan ke-%(position)s", position="%(position)s"),
                "minutes": gettext("kira-kira %(minutes)s menit lagi", minutes="%(minutes)s"),
                "soon": gettext("kurang dari satu menit lagi"),
                "unknown": gettext("lamanya sedang dihitung"),
                "program": gettext(
                    "Sedang ramai: urutan ke-%(position)s. Kirim lagi dengan pass ini setelah %(seconds)s detik.",
                    position="%(position)s",
                    seconds="%(seconds)s",
                ),
            }

    def _new_frame(self, gone: bool) -> tuple[str, str]:
        """The page with places to fill in, and the policy that lets its own style and script run."""
        style = (_STATIC / "css/turn.css").read_text(encoding="utf-8")
        script = (_STATIC / "js/turn.js").read_text(encoding="utf-8")
        parts: dict[str, str] = {}
        for language in LANGUAGES:
            with self._app.app_context(), force_locale(language):
                words = self._app.jinja_env.get_template("citizen/_turn_words.html")
                parts[language] = words.render(lang=language, gone=gone)
        with self._app.app_context(), force_locale("id"):
            page = self._app.jinja_env.get_template("citizen/turn.html").render(gone=gone)
        for name, text in {"style": style, "script": script, **parts}.items():
            page = page.replace(f"@{name}@", text)
        hashes = {"style-src": _hash(style), "script-src": _hash(script)}
        return page, security.policy(**{name.replace("-", "_"): text for name, text in hashes.items()})


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _figure(number: int, language: str) -> str:
    text = f"{number:,}"
    return text.replace(",", ".") if language == "id" else text
