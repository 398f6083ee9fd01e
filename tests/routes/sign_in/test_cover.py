"""The cover over a page that nobody touches."""

import pytest
from flask import Flask

from queue_app.flask_extensions import socketio
from queue_app.models import SignInKind
from tests.office import PASSWORD, Desk
from tests.routes.browsing import Person
from tests.routes.sign_in.people import Moment, kinds, sign_in


@pytest.mark.usefixtures("quick_hashes")
def test_the_cover(app: Flask, desk: Desk, moment: Moment) -> None:
    """Who is called stays called; what is pressed under the cover is not done; five wrong PINs ask for the password."""
    desk.change_office(lock_minutes=5)
    desk.open("petugas1", 1)
    ticket = desk.join()
    assert desk.call_next("petugas1", 1) is not None
    officer = Person(app)
    sign_in(officer, "petugas1")
    officer.open("/account")
    officer.press("/account/pin", pin="1234", old=PASSWORD)
    assert "bukan angka yang sama" in officer.page
    officer.press("/account/pin", pin="2846", old=PASSWORD)
    officer.open("/desk")
    desk_page = officer.page
    moment.wait(minutes=7)
    version = desk.fresh(ticket).version
    assert officer.client.get("/desk/live").status_code == 403
    officer.page = desk_page
    assert officer.send("/desk/start", {"ticket": ticket.public_id, "version": str(version)}).request.path == "/lock"
    assert desk.fresh(ticket).version == version
    assert not socketio.test_client(app, namespace="/desk", flask_test_client=officer.client).is_connected("/desk")
    for _ in range(4):
        officer.press("/lock/open", secret="0000")
    assert "PIN itu tidak cocok." in officer.page
    officer.press("/lock/open", secret="0000")
    assert "Kata sandi" in officer.page, "only the password opens it now"
    moment.wait(minutes=1)
    officer.press("/lock/open", secret=PASSWORD)
    assert officer.client.get("/desk").status_code == 200
    assert ticket.label in officer.page
    officer.open("/account")
    socket = socketio.test_client(app, namespace="/desk", flask_test_client=officer.client)
    assert officer.press("/lock").request.path == "/lock"
    assert not socket.is_connected("/desk")
    assert officer.press("/lock/open", secret="2846").status_code == 200
    assert kinds(desk, "petugas1").count(SignInKind.UNLOCKED) == 2


def test_touching_the_page_keeps_it_open_and_its_own_asking_does_not(app: Flask, desk: Desk, moment: Moment) -> None:
    desk.change_office(lock_minutes=5)
    touched, left = Person(app, "petugas1"), Person(app, "petugas2")
    for person in (touched, left):
        person.open("/desk")
    for _ in range(8):
        moment.wait(minutes=1)
        assert touched.send("/lock/active", {}).status_code == 204 or touched.open("/desk")
        touched.open("/desk")
        left.client.get("/desk/live")
    assert touched.client.get("/desk").status_code == 200
    assert "/lock" in str(left.client.get("/desk").location)
