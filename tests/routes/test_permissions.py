"""Every endpoint, operation of the API and message of a socket is tried as everybody, and held against the table."""

from collections import defaultdict

import pytest

from queue_app import permissions
from queue_app.flask_extensions import socketio
from queue_app.models import Role
from queue_app.permissions import CITIZEN, DEVICE, ENDPOINTS, OF_DEVICES, Permission
from queue_app.routes.api.frame.operation import OPERATIONS
from tests.office import SLUG
from tests.routes.town import ELSEWHERE, SITE, WHO, Town, is_refused, some_address


def test_every_page_and_operation_lets_in_who_the_table_says(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    reached: dict[str, set[str]] = {endpoint: set() for endpoint in ENDPOINTS}
    for endpoint, permission in ENDPOINTS.items():
        if permission not in OF_DEVICES:  # which display or kiosk it is, only the page itself knows
            monkeypatch.setitem(town.app.view_functions, endpoint, lambda **_: ("", 204))
    for who in WHO:
        client, headers = town.client(who), town.token(who)
        for rule in town.app.url_map.iter_rules():
            method = next(iter((rule.methods or set()) - {"HEAD", "OPTIONS"}))
            path = some_address(rule, slug=SLUG, office=SLUG, device_id=town.display)
            sent = headers if rule.endpoint.startswith("api.") else {}
            if not is_refused(client.open(path, method=method, headers=sent, base_url=SITE)):
                reached[rule.endpoint].add(who)
    wrong = {endpoint: found for endpoint, found in reached.items() if found != permissions.of_endpoint(endpoint)}
    assert wrong == {}


def test_the_table_says_what_roles_are_for(town: Town) -> None:
    """Rules that hold whatever is added to the table."""
    for rule in town.app.url_map.iter_rules():
        roles, changes = permissions.of_endpoint(rule.endpoint), "POST" in (rule.methods or ())
        public = ENDPOINTS[rule.endpoint] in (Permission.PUBLIC, Permission.SETUP)
        if rule.rule.startswith(("/supervisor", "/manage", "/reception", "/desk")):
            assert not roles & {CITIZEN, DEVICE}, rule
        if rule.rule.startswith(("/supervisor", "/manage")):
            assert roles <= {Role.SUPERVISOR, Role.ADMIN, *(() if changes else (Role.AUDITOR,))}, rule
        if rule.rule.startswith("/desk"):
            assert roles == {Role.OFFICER}, rule
        if changes and not public and not rule.rule.startswith(("/account", "/lock")):
            assert Role.AUDITOR not in roles, rule
        if rule.rule.startswith("/api/v1/counters"):
            assert not roles & {CITIZEN, DEVICE, Role.AUDITOR, Role.RECEPTION}, rule


def test_what_is_not_in_the_table_is_refused(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(permissions, "ENDPOINTS", {})
    for who in WHO:
        assert town.client(who).get("/", base_url=SITE).status_code == 403
    monkeypatch.setattr(permissions, "SOCKETS", {})
    assert permissions.of_message("/desk", "connect") == frozenset()


def test_every_namespace_lets_in_who_the_table_says(town: Town) -> None:
    ticket = town.desk.book()
    hellos = {"/display": {"office": SLUG}, "/ticket": {"ticket": ticket.public_id}, "/desk": None}
    for (namespace, event), allowed in permissions.SOCKETS.items():
        if event != "connect":
            continue
        for who in WHO:
            socket = socketio.test_client(
                town.app,
                namespace=namespace,
                auth=hellos[namespace],
                flask_test_client=town.client(who),
                headers={"Host": "antrean.test", "X-Forwarded-Proto": "https"},
            )
            assert socket.is_connected(namespace) == (who in allowed), (namespace, who)


def test_a_forged_device_is_none(town: Town) -> None:
    forged = town.app.test_client()
    for name in ("__Host-device", "__Host-screen"):
        forged.set_cookie(name, "WyJzZW5hcGVsYW4iLDBd.forged", domain="antrean.test", secure=True)
    assert forged.get(f"/kiosk/{SLUG}", base_url=SITE).status_code == 403
    assert forged.get(f"/display/{SLUG}/screen/{town.display}/board", base_url=SITE).status_code == 403


def test_nobody_of_another_office_reaches_this_one(town: Town) -> None:
    """By a program and on pages, by the names that addresses and forms carry. Nothing changes here."""
    desk = town.desk
    desk.open("petugas1", 1)
    waiting, called = desk.join(), desk.call_next("petugas1", 1)
    assert called is not None
    with town.db.read() as session:
        counter, version = desk.counter_id(session, 1), desk.office(session).version
    names = defaultdict(lambda: "1", office=SLUG, counter=str(counter), ticket=called.public_id, service="A")
    for declared in OPERATIONS:
        if not declared.roles or not declared.names:
            continue
        for role in sorted(declared.roles):
            answer = town.app.test_client().open(
                declared.path.format_map(names),
                method=declared.method,
                json=None if declared.body is None else declared.example,
                headers={**town.token(role, ELSEWHERE), "If-Match": "*"},
                base_url=SITE,
            )
            is_refused = answer.status_code in (403, 404) or answer.json["code"] == "ticket_of_other_office"
            assert is_refused, (declared.operation_id, role, answer.text)
    supervisor = town.client(Role.SUPERVISOR, ELSEWHERE)
    for path in (f"/supervisor/visits/{waiting.public_id}", f"/reception/slip/{waiting.public_id}"):
        assert supervisor.get(path, base_url=SITE).status_code in (404, 409), path
    for path, form in (
        ("/reception/check-in", {"ticket": waiting.public_id}),
        ("/reception/cancel", {"ticket": waiting.public_id, "reason": "x"}),
        ("/supervisor/move", {"ticket": waiting.public_id, "service": "B", "reason": "x", "version": 1}),
        ("/supervisor/end-shift", {"counter": counter, "reason": "x"}),
        ("/manage/displays/remove", {"display": town.display, "device": town.display, "device_id": town.display}),
    ):
        supervisor.post(path, data=form, base_url=SITE)
    with town.db.read() as session:
        assert desk.office(session).version == version
