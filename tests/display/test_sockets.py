"""Who may listen to what, and what each gets on connecting."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_socketio import ConnectionRefusedError, SocketIOTestClient

from queue_app.display import sockets
from queue_app.display.push import Push
from queue_app.flask_extensions import socketio
from queue_app.signin import sessions
from queue_app.signin.where import Where
from tests.display.conftest import eventually
from tests.office import SLUG, Desk

NONSENSE: list[Any] = [
    None,
    {},
    [],
    ["office", "ticket"],
    "senapelan",
    7,
    True,
    {"office": None, "ticket": None},
    {"office": 1, "ticket": 1},
    {"office": {"slug": SLUG}, "ticket": ["x"]},
    {"office": "", "ticket": ""},
    {"office": "x" * 65, "ticket": "x" * 65},
    {"office": "\x00", "ticket": "sena\x00pelan"},
    {"office": "\ud800", "ticket": "\ud800"},
    {"office": "⛔", "ticket": "⛔"},
    {"office": "' OR 1=1 --", "ticket": "' OR 1=1 --"},
]


def connected(app: Flask, namespace: str, auth: Any = None, http: FlaskClient | None = None) -> SocketIOTestClient:
    return socketio.test_client(app, namespace=namespace, auth=auth, flask_test_client=http)


def received(client: SocketIOTestClient, namespace: str, event: str) -> list[dict[str, Any]]:
    return [message["args"][0] for message in client.get_received(namespace) if message["name"] == event]


def shown_calls(display: SocketIOTestClient) -> list[dict[str, Any]]:
    """Those of the newest board that has come; none where none has."""
    return [call for board in received(display, "/display", "board")[-1:] for call in board["now_serving"]]


def push_of(app: Flask) -> Push:
    push: Push = app.extensions["antrean_push"]
    return push


def test_a_display_gets_the_board_at_once(app: Flask, app_desk: Desk) -> None:
    app_desk.open()
    app_desk.join()
    app_desk.call_next()
    display = connected(app, "/display", {"office": SLUG})
    assert display.is_connected("/display")
    board = received(display, "/display", "board")[0]  # a heartbeat may have brought it again
    assert board["now_serving"][0]["label"] == "A-001"
    assert board["version"] == app_desk.events()[-1].seq
    assert [announcement["label"] for announcement in board["announcements"]] == ["A-001"]


def test_a_call_reaches_every_open_display(app: Flask, app_desk: Desk) -> None:
    app_desk.open()
    app_desk.join()
    displays = [connected(app, "/display", {"office": SLUG}) for _ in range(2)]
    for display in displays:
        display.get_received("/display")
    app_desk.call_next()
    for display in displays:
        calls = eventually(lambda display=display: shown_calls(display))
        assert calls[0]["label"] == "A-001"


def test_a_display_may_ask_for_the_board_again(app: Flask, app_desk: Desk) -> None:
    display = connected(app, "/display", {"office": SLUG})
    app_desk.join()
    board = display.emit("snapshot", namespace="/display", callback=True)
    assert board["version"] == app_desk.events()[-1].seq


@pytest.mark.parametrize("auth", NONSENSE, ids=repr)
@pytest.mark.parametrize("namespace", ["/display", "/ticket", "/desk"])
def test_it_refuses_what_names_nothing(app: Flask, namespace: str, auth: Any, caplog: pytest.LogCaptureFixture) -> None:
    client = connected(app, namespace, auth)
    assert not client.is_connected(namespace)
    assert push_of(app).subscribers.offices() == set()
    assert caplog.records == []


def test_the_refusal_says_why(app: Flask) -> None:
    for namespace, auth, code in [
        ("/display", {"office": "tidak-ada"}, "unknown_office"),
        ("/ticket", {"ticket": "tidak-ada"}, "unknown_ticket"),
        ("/desk", None, "unauthorized"),
    ]:
        assert refusal(app, namespace, auth) == code


def refusal(app: Flask, namespace: str, auth: Any) -> str:
    """What the client is told; the test client itself keeps only that it was refused."""
    said: list[str] = []
    server = app.extensions["socketio"].server
    trigger = server._trigger_event

    def listening(*arguments: Any) -> Any:
        try:
            return trigger(*arguments)
        except ConnectionRefusedError as refused:
            said.append(refused.error_args["message"])
            raise

    server._trigger_event = listening
    assert not connected(app, namespace, auth).is_connected(namespace)
    server._trigger_event = trigger
    (code,) = said
    return code


def test_a_fault_refuses_instead_of_leaving_the_page_waiting(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_office_id: int) -> None:
        raise TypeError("the database is away")

    monkeypatch.setattr(sockets, "_board", fail)
    assert refusal(app, "/display", {"office": SLUG}) == "unavailable"
    assert [record.message for record in caplog.records] == ["a socket could not be connected"]
    assert push_of(app).subscribers.offices() == set()


def test_a_phone_follows_its_own_ticket(app: Flask, app_desk: Desk) -> None:
    app_desk.open()
    ticket, other = app_desk.join(), app_desk.join()
    phone = connected(app, "/ticket", {"ticket": other.public_id})
    (first,) = received(phone, "/ticket", "ticket")
    assert (first["id"], first["label"], first["state"], first["position"]) == (other.public_id, "A-002", "WAITING", 2)
    assert first["url"] == f"http://localhost/t/{other.public_id}"
    app_desk.call_next()
    later = eventually(lambda: received(phone, "/ticket", "ticket"))
    assert {message["id"] for message in later} == {other.public_id}
    assert later[-1]["position"] == 1
    assert later[-1]["office_version"] > first["office_version"]
    assert ticket.public_id not in repr(later)


def test_a_desk_hears_of_changes_only_when_signed_in(app: Flask, app_desk: Desk) -> None:
    http = app.test_client()
    assert not connected(app, "/desk", http=http).is_connected("/desk")
    sign_in(http, app_desk)
    desk = connected(app, "/desk", http=http)
    assert [message["version"] for message in received(desk, "/desk", "changed")] == [0]
    app_desk.join()
    assert eventually(lambda: received(desk, "/desk", "changed"))[-1]["version"] == 1


def sign_in(http: FlaskClient, desk: Desk) -> None:
    with desk.db.write() as session:
        token = sessions.begin(session, desk.user(session, "petugas1"), Where(), desk.now)
    with http.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"] = token, True


def test_one_who_leaves_is_forgotten(app: Flask) -> None:
    display = connected(app, "/display", {"office": SLUG})
    assert push_of(app).subscribers.offices() != set()
    display.disconnect("/display")
    assert push_of(app).subscribers.offices() == set()


def test_the_task_starts_with_the_first_socket_and_stops_in_order(app: Flask, app_desk: Desk) -> None:
    push = push_of(app)
    app_desk.join()
    assert push.is_running is False
    connected(app, "/display", {"office": SLUG})
    assert push.is_running
    push.stop()
    assert push.is_running is False


def test_a_page_from_elsewhere_may_not_open_a_socket(app: Flask) -> None:
    http = app.test_client()
    path = "/socket.io/?EIO=4&transport=polling"
    assert http.get(path, headers={"Origin": "http://localhost"}).status_code == 200
    assert http.get(path, headers={"Origin": "https://elsewhere.example"}).status_code == 400
