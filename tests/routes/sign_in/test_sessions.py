"""Sessions: listed, ended, over however busy; with their live sockets."""

from dataclasses import replace

import pytest
from flask import Flask

from queue_app import create_app
from queue_app.config import Config
from queue_app.flask_extensions import socketio
from tests.office import Desk
from tests.routes.browsing import Person
from tests.routes.sign_in.people import Moment, change, sign_in


def test_sessions_are_listed_and_ended(app: Flask) -> None:
    here, there, third = (Person(app, "petugas1") for _ in range(3))
    stranger = Person(app, "petugas2")
    here.open("/account")
    there.open("/account")
    ends = [form.action for form in _forms(here) if form.action.endswith("/end")]
    assert len(ends) == 2
    stranger.open("/account")
    assert stranger.send(ends[0], {}).status_code == 404, "not somebody else's"
    here.press(ends[-1])
    assert sorted(person.client.get("/desk").status_code for person in (there, third)) == [200, 302]
    here.press("/account/sessions/end-others")
    assert [person.client.get("/desk").status_code for person in (here, there, third)] == [200, 302, 302]


def _forms(person: Person) -> list[object]:
    from tests.routes.browsing import forms

    return list(forms(person.page))


@pytest.mark.parametrize("deed", ["sign out", "end", "role", "deactivate", "password"])
def test_live_sockets_end_with_the_session(app: Flask, deed: str) -> None:
    officer, admin = Person(app, "petugas1"), Person(app, "admin")
    socket = socketio.test_client(app, namespace="/desk", flask_test_client=officer.client)
    other = socketio.test_client(app, namespace="/desk", flask_test_client=Person(app, "petugas2").client)
    assert socket.is_connected("/desk")
    if deed == "sign out":
        officer.open("/desk")
        officer.press("/signout")
    elif deed == "end":
        elsewhere = Person(app, "petugas1")
        elsewhere.open("/account")
        elsewhere.press("/account/sessions/end-others")
    else:
        admin.open("/manage/people")
        page = next(part for part in admin.page.split('href="') if "Petugas 1<" in part).partition('"')[0]
        admin.open(page)
        admin.press(f"{page}/{deed}", **({"role": "reception"} if deed == "role" else {}))
    assert not socket.is_connected("/desk")
    assert other.is_connected("/desk")
    assert officer.client.get("/desk").status_code == 302
    again = socketio.test_client(app, namespace="/desk", flask_test_client=officer.client)
    assert not again.is_connected("/desk"), "the same cookie opens none"


@pytest.mark.usefixtures("quick_hashes")
@pytest.mark.parametrize("hours", [12, 3])
def test_a_session_ends_however_busy_and_the_counter_keeps_its_state(
    config: Config, desk: Desk, moment: Moment, hours: int
) -> None:
    app = create_app(replace(config, session_hours=hours))
    desk.open("petugas1", 1)
    desk.join("A")
    officer = Person(app)
    assert sign_in(officer, "petugas1") == 200
    socket = socketio.test_client(app, namespace="/desk", flask_test_client=officer.client)
    called = desk.call_next("petugas1", 1)
    assert called is not None
    for _ in range(hours * 4 - 1):  # busy all the time
        moment.wait(minutes=15)
        assert officer.open("/desk").request.path == "/desk"
    app.extensions["antrean_push"].beat()
    assert socket.is_connected("/desk")
    moment.wait(minutes=15)
    app.extensions["antrean_push"].beat()
    assert not socket.is_connected("/desk")
    assert officer.open("/desk").request.path == "/signin"
    assert sign_in(officer, "petugas1") == 200
    officer.open("/desk")
    assert called.label in officer.page, "the counter is open, with the same number"
    officer.open("/account")
    assert officer.page.count("account__row") == 1, "what is over is not listed"
    app.extensions["antrean_push"].stop()
    app.extensions["antrean_database"].dispose()


def test_a_session_that_another_process_ended_loses_its_socket_at_the_next_heartbeat(app: Flask, desk: Desk) -> None:
    officer = Person(app, "petugas1")
    socket = socketio.test_client(app, namespace="/desk", flask_test_client=officer.client)
    change(desk, "petugas1", active=False)
    app.extensions["antrean_push"].beat()
    assert not socket.is_connected("/desk")
