"""What must hold at every address, whatever is added: all of them are walked, as everybody. See docs/security.md."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from sqlalchemy import event
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from queue_app import permissions
from queue_app.models import Role
from queue_app.permissions import CITIZEN, DEVICE
from queue_app.routes import security
from queue_app.routes.api.frame.operation import OPERATIONS
from tests.office import SLUG
from tests.routes.town import SITE, Town, some_address

EVIL = "evil.example"
ELSEWHERE = (f"https://{EVIL}/", f"//{EVIL}", f"/\\{EVIL}", f"/\t/{EVIL}", f"javascript://{EVIL}/%0aalert(1)")

FOR_EVERYBODY = {
    *(
        "static",
        "display.media",
        "voice.recording",
        "installed.service_worker",
        "installed.manifest",
        "installed.robots",
    ),
    *("portal.show", "portal.widget", "crowd.show", "promise.show", "api.get_board"),
}
"""What says the same to everybody, and may be kept for a while; everything else is `no-store`."""

WITHOUT_TOKEN_OF_A_FORM = {"voice.turn", "screen.begin"}
"""Addresses that change nothing in anybody's name: a screen asks for itself, by a secret of its own."""


def ways(town: Town, method: str) -> Iterator[tuple[Rule, str]]:
    """Every address that takes this method, with an address of it; names of the town where it has some."""
    for rule in town.app.url_map.iter_rules():
        if method in (rule.methods or ()):
            yield rule, some_address(rule, slug=SLUG, office=SLUG, device_id=town.display)


def somebody_who_may(town: Town, endpoint: str) -> str:
    return next(who for who in (Role.ADMIN, Role.OFFICER, DEVICE, CITIZEN) if who in permissions.of_endpoint(endpoint))


def hardened(answer: TestResponse, endpoint: str) -> None:
    """The headers that every answer carries, and nothing that the policy of the page would have to forgive."""
    headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    for wanted in (
        "default-src 'none'",
        "script-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ):
        assert wanted in policy
    is_frame = endpoint == "portal.widget" and answer.status_code == 200
    assert ("frame-ancestors 'none'" in policy) == (not is_frame)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == ("cross-origin" if is_frame else "same-origin")
    assert "microphone=()" in headers["Permissions-Policy"]
    assert headers["Strict-Transport-Security"] == security.HSTS
    assert ("Access-Control-Allow-Origin" in headers) == is_frame
    if answer.mimetype.startswith("text/") or answer.mimetype == "application/xhtml+xml":
        assert "charset=utf-8" in headers["Content-Type"].lower()
    if answer.mimetype == "text/html":
        page = answer.get_data(as_text=True)
        assert " style=" not in page
        assert "<style" not in page
        assert not re.search(r"<[^>]*\son[a-z]+=", page)
        assert page.count("<script") == len(re.findall(r'<script (type="module" )?src="/static/', page))
        assert not re.search(r'(href|src|action)="\s*(javascript|data):', page)


def kept_privately(answer: TestResponse, endpoint: str) -> None:
    if endpoint not in FOR_EVERYBODY or answer.status_code >= 400:
        assert answer.headers["Cache-Control"] == "no-store"
    assert "Cache-Control" in answer.headers


def cookies_are_bound(answer: TestResponse) -> None:
    for cookie in answer.headers.getlist("Set-Cookie"):
        name, _, rest = cookie.partition("=")
        parts = {part.strip().lower() for part in rest.split(";")[1:]}
        assert name.startswith("__Host-"), cookie
        assert {"secure", "samesite=lax", "path=/"} <= parts, cookie
        assert not any(part.startswith("domain") for part in parts), cookie
        assert "httponly" in parts or name == "__Host-way" or "max-age=0" in parts, cookie


def test_every_answer_to_everybody_is_hardened(town: Town) -> None:
    wrong = []
    for method in ("GET", "POST", "TRACE"):
        for rule, path in ways(town, "GET" if method == "TRACE" else method):
            for who in {CITIZEN, somebody_who_may(town, rule.endpoint)}:
                answer = town.client(who).open(path, method=method, base_url=SITE, headers=town.token(who))
                try:
                    assert answer.status_code < 500, answer.text
                    assert (answer.status_code == 405) == (method == "TRACE")
                    hardened(answer, rule.endpoint)
                    kept_privately(answer, rule.endpoint)
                    cookies_are_bound(answer)
                except (AssertionError, KeyError) as error:
                    wrong.append(f"{method} {path} as {who}: {answer.status} {error}")
    assert not wrong, "\n".join(wrong)


def test_every_form_needs_the_token_of_its_page(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another site cannot press our buttons: whoever is signed in, without the page's token nothing is done."""
    monkeypatch.setitem(town.app.config, "WTF_CSRF_ENABLED", True)
    free = set()
    for rule, path in ways(town, "POST"):
        who = somebody_who_may(town, rule.endpoint)
        answer = town.client(who).post(path, base_url=SITE, headers={"Origin": f"https://{EVIL}"})
        if not (answer.status_code == 400 and "terlalu lama terbuka" in answer.text):
            free.add(rule.endpoint)
    of_programs = {endpoint for endpoint in free if endpoint.startswith("api.")}
    assert free - of_programs == WITHOUT_TOKEN_OF_A_FORM


def test_a_browser_alone_cannot_use_the_api(town: Town) -> None:
    """No cookie counts there, and a body must be of a type that no form of another site can send."""
    admin = town.client(Role.ADMIN)
    for declared in OPERATIONS:
        path = declared.path.format_map(dict.fromkeys(declared.names, "1") | {"office": SLUG, "service": "A"})
        for form in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
            answer = admin.open(path, method=declared.method, data=b"a=1", content_type=form, base_url=SITE)
            if declared.roles is not None:
                assert answer.status_code == 401, path
            elif declared.body is not None:
                assert answer.status_code in (404, 415), (path, answer.text)


def test_no_parameter_leads_to_another_site(town: Town) -> None:
    """`next` and its likes, in the address, in the form, and the page that a press came from."""
    names = ("next", "url", "to", "back", "return", "target", "redirect", "referer")
    for method in ("GET", "POST"):
        for rule, path in ways(town, method):
            client = town.client(somebody_who_may(town, rule.endpoint))
            for place in ELSEWHERE:
                given = dict.fromkeys(names, place)
                more: dict[str, Any] = {"data": given} if method == "POST" else {}
                answer = client.open(
                    path, method=method, query_string=given, base_url=SITE, headers={"Referer": place.strip()}, **more
                )
                _leads_home(answer)
                if not answer.location:
                    break  # what does not send anybody anywhere is asked once


def _leads_home(answer: TestResponse) -> None:
    if answer.location:
        # As a browser reads it: control characters are left out, and a backslash is a slash.
        location = re.sub(r"[\t\r\n]", "", answer.location).replace("\\", "/")
        assert urlsplit(urljoin(SITE, location)).netloc == "antrean.test", answer.location


WRITTEN_BY_READING = {
    "account.second_step": {"user_account"},  # the secret that is offered; nothing counts before it is confirmed
    "screen.asked": {"device"},  # a screen was there
}
"""Beside when a session was used."""


def test_opening_a_page_changes_nothing(town: Town) -> None:
    """What changes something is never a link that others could have somebody follow."""
    written: dict[str, set[str]] = {}
    endpoint = ""

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        found = re.match(r"\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", statement, re.IGNORECASE)
        if found:
            written.setdefault(endpoint, set()).add(found[1])

    event.listen(town.db.engine, "before_cursor_execute", note)
    try:
        for rule, path in ways(town, "GET"):
            endpoint = "signing in"
            client = town.client(somebody_who_may(town, rule.endpoint))
            endpoint = rule.endpoint
            client.get(path, base_url=SITE)
    finally:
        event.remove(town.db.engine, "before_cursor_execute", note)
    del written["signing in"]
    for name, tables in written.items():
        assert tables - {"sign_in_session"} <= WRITTEN_BY_READING.get(name, set()), name


def test_no_header_or_field_stands_for_another_method(town: Town) -> None:
    client = town.client(CITIZEN)
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        answer = client.get("/signout?_method=POST", base_url=SITE, headers={name: "POST"})
        assert answer.status_code == 405


def test_no_header_names_another_address_person_or_site(town: Town) -> None:
    """Without a proxy of one's own nobody believes what a request says of where it came from."""
    lies = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Host": EVIL,
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Prefix": f"//{EVIL}",
        "X-Original-URL": "/supervisor",
        "X-Rewrite-URL": "/supervisor",
        "Forwarded": f"for=203.0.113.9;host={EVIL}",
        "X-User-ID": "1",
    }
    for rule, path in ways(town, "GET"):
        answer = town.client(CITIZEN).get(path, base_url=SITE, headers=lies)
        assert answer.status_code < 500
        assert EVIL not in answer.text, rule
        assert "203.0.113.9" not in answer.text, rule
        assert EVIL not in str(answer.headers), rule
