"""WSGI middleware before all that the app does with a request: who books online comes in turn, and who must wait is
told where they stand, and comes again with their place.

A person carries two cookies: the pass, which is their place in the office's line, and the form that was sent, sealed.
When the turn has come the form is given to the app as if it had just been sent. A program gets its pass in the refusal.
"""

import io
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote

from flask import Flask
from werkzeug import Response
from werkzeug.http import parse_cookie

from queue_app import cookies, meter
from queue_app.config import Config
from queue_app.event_loop import let_others
from queue_app.routes import asked_online, problems, turnstile
from queue_app.routes.api.refusals import FULL
from queue_app.routes.asked_online import TURN_PAGE, Asked
from queue_app.routes.waiting_room import WaitingRoom
from queue_app.rush.line import Answer, Claim, Entry
from queue_app.rush.pace import FREE_FOR_PROGRAMS
from queue_app.rush.passes import KEPT_S, Kept, Pass, Passes
from queue_app.rush.room import USES, Room

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Headers = list[tuple[str, str]]

GONE_S = 4.0
"""That a place was refused as full is told to others who wait for it, for so long; then one asks again."""

_MOST_GONE = 10_000
_TURN_RULE = "/o/<slug>/<code>/turn"


@dataclass(slots=True)
class _Refused:
    until: float
    problem: Mapping[str, Any]


class BeforeTheApp:
    """``knows``: whether there is an office of this slug."""

    def __init__(self, app: Flask, room: Room, knows: Callable[[str], bool]) -> None:
        settings: Config = app.extensions["antrean_config"]
        self._app: Application = app.wsgi_app
        self._room, self._knows = room, knows
        self._passes = Passes(settings.secret_keys)
        self._told = WaitingRoom(app)
        self._is_production = settings.production
        rules = (rule.rule.split("/") for rule in app.url_map.iter_rules())
        self._other_pages = frozenset(
            parts[3] for parts in rules if len(parts) == 4 and parts[:2] == ["", "o"] and "<" not in parts[3]
        )
        self._gone: dict[str, _Refused] = {}

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if found := TURN_PAGE.fullmatch(environ["PATH_INFO"]):
            return self._turn_page(environ, start_response, found[1], found[2])
        asked = asked_online.of(environ, self._other_pages)
        if asked is None:
            return self._app(environ, start_response)
        if not self._knows(asked.office):
            return self._serve(environ, start_response, asked, None, [])
        return (
            self._program(environ, start_response, asked)
            if asked.by_program
            else self._page(environ, start_response, asked, [])
        )

    def _page(
        self, environ: dict[str, Any], start_response: Callable[..., Any], asked: Asked, headers: Headers
    ) -> Iterable[bytes]:
        carried = self._pass(environ, asked.office)
        who = carried.who if carried else self._who(asked, environ) or self._passes.stranger()
        answer = self._room.ask(asked.office, who, carried.claim if carried else None)
        mine = _pass(asked, answer, who, self._wish(asked, environ))
        if mine is not None:
            headers = [*headers, self._cookie("turn", asked.office, self._passes.sign(mine))]
        if answer.entry is not Entry.WAIT:
            return self._serve(environ, start_response, asked, mine, headers)
        response: Response
        if "HTTP_X_PARTIAL" in environ:  # the form's own script, which asks again
            response = self._told.look(answer, gone=False, status=HTTPStatus.SERVICE_UNAVAILABLE)
        else:
            sealed = self._passes.seal(_kept(environ, asked))
            if sealed is not None:
                headers = [*headers, self._cookie("form", f"{asked.office}_{asked.code}", sealed)]
            response = _see(f"/o/{asked.office}/{asked.code}/turn")
        response.headers.extend(headers)
        return response(environ, start_response)

    def _program(self, environ: dict[str, Any], start_response: Callable[..., Any], asked: Asked) -> Iterable[bytes]:
        known = self._who(asked, environ)
        carried = self._passes.read(environ.get("HTTP_QUEUE_PASS", ""), asked.office)
        if carried is not None and known and carried.who != known:
            carried = None  # somebody else's place
        wish = self._wish(asked, environ)
        standing = self._room.standing(asked.office)
        if wish and standing is not None and standing.waiting and (gone := self._refusal(wish)):
            if carried is not None:
                self._room.leave(asked.office, carried.claim)
            return self._told.gone(gone)(environ, start_response)
        who = known or (carried.who if carried else self._passes.stranger())
        uses = USES if known else 1  # nothing says for whom the place is: it is for one number
        answer = self._room.ask(asked.office, who, carried.claim if carried else None, uses, FREE_FOR_PROGRAMS)
        mine = _pass(asked, answer, who, wish)
        if answer.entry is not Entry.WAIT or mine is None:
            return self._serve(environ, start_response, asked, mine, [])
        return self._told.problem(answer, self._passes.sign(mine), _language(environ))(environ, start_response)

    def _turn_page(
        self, environ: dict[str, Any], start_response: Callable[..., Any], office: str, code: str
    ) -> Iterable[bytes]:
        begun = time.perf_counter()
        carried, response = self._pass(environ, office), _see(f"/o/{office}/{code}")
        if carried is not None and environ["REQUEST_METHOD"] == "POST":
            self._room.leave(office, carried.claim)
            response = _see(f"/o/{office}")
            gone = (("turn", office), ("form", f"{office}_{code}"))
            response.headers.extend([self._cookie(*name, "", kept_s=0) for name in gone])
        elif carried is not None:
            answer = self._room.still_waits(office, carried.claim)
            is_gone = bool(carried.wish) and self._refusal(carried.wish) is not None
            if "json" in environ.get("HTTP_ACCEPT", ""):
                response = self._told.look(answer, gone=is_gone)
            elif answer is not None:
                response = self._told.page(
                    quote(office, encoding="latin-1"), quote(code, encoding="latin-1"), answer, gone=is_gone
                )
            elif (kept := self._passes.unseal(self._read(environ, "form", f"{office}_{code}"))) is not None:
                forget = self._cookie("form", f"{office}_{code}", "", kept_s=0)
                if kept.method == "POST":
                    _send_again(environ, kept)
                    asked = asked_online.of(environ, self._other_pages)
                    if asked is not None:
                        return self._page(environ, start_response, asked, [forget])
                response = _see(kept.path, quoted=True)
                response.headers.add(*forget)
        meter.count(environ["REQUEST_METHOD"], _TURN_RULE, response.status_code, time.perf_counter() - begun)
        return response(environ, start_response)

    def _serve(
        self,
        environ: dict[str, Any],
        start_response: Callable[..., Any],
        asked: Asked,
        mine: Pass | None,
        headers: Headers,
    ) -> Iterable[bytes]:
        """The app's answer, with ``headers`` too. What became of the place is remembered."""
        seen: list[int] = []
        refusal: dict[str, Any] = {}
        environ[problems.REFUSED] = refusal  # the app gets a copy of the environment, with this same dictionary

        def started(status: str, given: Headers, *more: Any) -> Any:
            seen[:] = [int(status[:3])]
            return start_response(status, [*given, *headers], *more)

        body = self._in_turn(environ, started)
        if asked.is_booking:
            if mine is not None and seen and seen[0] in (HTTPStatus.CREATED, HTTPStatus.SEE_OTHER):
                self._room.finish(asked.office, mine.claim)
            if refusal.get("code") in FULL:
                self._remember_gone(self._wish(asked, environ), refusal)
        return body

    def _in_turn(self, environ: dict[str, Any], started: Callable[..., Any]) -> Iterable[bytes]:
        """The app's answer, when it is this request's turn among the bookings of the process."""
        with self._room.inside():
            environ[turnstile.TURN] = turnstile.online.enter()
            try:
                # A request on SQLite waits for nothing, so its greenlet goes on to the end; and gevent runs up to
                # fifty that are ready before it looks who else asks: an officer, or somebody who must be told to
                # wait. Who has the turn lets it look between one booking and the next.
                begun = time.monotonic()
                let_others()
                self._room.felt(time.monotonic() - begun)
                return self._app(environ, started)
            finally:
                if environ[turnstile.TURN]:
                    turnstile.online.leave()

    def _remember_gone(self, wish: str, refusal: Mapping[str, Any]) -> None:
        """For others who wait for the same place."""
        if len(self._gone) > _MOST_GONE:
            self._gone.clear()
        self._gone[wish] = _Refused(time.monotonic() + GONE_S, refusal)

    def _wish(self, asked: Asked, environ: Mapping[str, Any]) -> str:
        """The place asked for, and by programs the language: they are told in the words of another's refusal."""
        if not asked.is_booking:
            return ""
        return self._passes.digest(asked_online.wish(asked) + (_language(environ) if asked.by_program else ""))

    def _refusal(self, wish: str) -> Mapping[str, Any] | None:
        refused = self._gone.get(wish)
        return refused.problem if refused is not None and refused.until > time.monotonic() else None

    def _who(self, asked: Asked, environ: Mapping[str, Any]) -> str:
        person = asked_online.person(asked, environ)
        return self._passes.digest(person) if person else ""

    def _pass(self, environ: Mapping[str, Any], office: str) -> Pass | None:
        text = self._read(environ, "turn", office)
        return self._passes.read(text, office) if text else None

    def _read(self, environ: Mapping[str, Any], name: str, of: str) -> str:
        full = cookies.full_name(_cookie_name(name, of), production=self._is_production)
        return parse_cookie(environ.get("HTTP_COOKIE", "")).get(full) or ""

    def _cookie(self, name: str, of: str, text: str, kept_s: int = KEPT_S) -> tuple[str, str]:
        return cookies.header(_cookie_name(name, of), text, kept_s, production=self._is_production)


def _language(environ: Mapping[str, Any]) -> str:
    return "en" if environ.get("HTTP_ACCEPT_LANGUAGE", "").lstrip().startswith("en") else "id"


def _pass(asked: Asked, answer: Answer, who: str, wish: str) -> Pass | None:
    if not answer.number:
        return None
    return Pass(asked.office, Claim(answer.standing.name, answer.number), who, wish)


def _cookie_name(name: str, of: str) -> str:
    """A slug or a code may hold what no name of a cookie may."""
    return f"{name}_{quote(of, safe='').replace('%', '.')}"


def _see(path: str, *, quoted: bool = False) -> Response:
    address = path if quoted else quote(path, encoding="latin-1")  # as WSGI gives it
    return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": address, "Cache-Control": "no-store"})


def _kept(environ: Mapping[str, Any], asked: Asked) -> Kept:
    path, query = quote(environ["PATH_INFO"], encoding="latin-1"), environ.get("QUERY_STRING", "")
    return Kept(
        method="POST" if environ["REQUEST_METHOD"] == "POST" else "GET",
        path=f"{path}?{query}" if query else path,
        kind=environ.get("CONTENT_TYPE", ""),
        body=asked.body.decode("latin-1"),
        referrer=environ.get("HTTP_REFERER", ""),
    )


def _send_again(environ: dict[str, Any], kept: Kept) -> None:
    """Make of this request the one that was kept."""
    path, _, query = kept.path.partition("?")
    body = kept.body.encode("latin-1")
    environ |= {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": unquote(path, encoding="latin-1"),
        "QUERY_STRING": query,
        "CONTENT_TYPE": kept.kind,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }
    if kept.referrer:
        environ["HTTP_REFERER"] = kept.referrer
