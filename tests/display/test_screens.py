"""A paired screen: from its code to its part of the board, what its socket hears, and how it learns that it is none."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from queue_app.devices import pairing, register
from queue_app.display.part import cut
from queue_app.models import Device
from tests.display.conftest import eventually
from tests.display.test_sockets import connected, received
from tests.office import SLUG, Desk


def pair(app: Flask, desk: Desk, name: str = "Lobi", **wish: Any) -> tuple[FlaskClient, Device]:
    """A browser that has become the display's screen, as a TV does."""
    tv = app.test_client()
    code = tv.post("/display/pairing").json["code"]
    assert tv.get("/display/pairing").json == {"state": "waiting"}
    with desk.db.write() as session:
        who = desk.user(session, "supervisor")
        device = register.create(session, who, name, desk.now)
        wish = {"name": name, "counters": [], "services": [], "speaks": True} | wish
        register.change(session, who, device.id, desk.now, **wish)
        assert pairing.claim(session, desk.vault, who, device.id, code, desk.now)
    assert tv.get("/display/pairing").json == {"state": "paired", "url": address(device)}
    return tv, device


def address(device: Device) -> str:
    return f"/display/{SLUG}/screen/{device.id}"


def stored(desk: Desk) -> Device:
    with desk.db.read() as session:
        return session.scalars(select(Device)).one()


def revoke(desk: Desk, device: Device) -> None:
    with desk.db.write() as session:
        register.revoke(session, desk.user(session, "supervisor"), device.id, desk.now)


def call(desk: Desk, service: str, counter: int) -> str:
    desk.join(service)
    desk.open(f"petugas{counter}", counter)
    called = desk.call_next(f"petugas{counter}", counter)
    assert called is not None
    return called.label


def test_a_screen_hears_its_own_part_and_the_open_display_everything(app: Flask, app_desk: Desk) -> None:
    tv, device = pair(app, app_desk, counters=[2], services=["B"], speaks=False)
    screen = connected(app, "/display", {"office": SLUG, "screen": device.id}, tv)
    anybody = connected(app, "/display", {"office": SLUG})
    assert received(screen, "/display", "board")[-1]["display"]["name"] == "Lobi"
    received(anybody, "/display", "board")
    first, second = call(app_desk, "A", 1), call(app_desk, "A", 2)
    board = eventually(lambda: calls_of(received(screen, "/display", "board"), [second]))
    assert [row["service"] for row in board["waiting"]] == ["B"]
    assert [one["label"] for one in board["announcements"]] == [second]
    assert (board["open_counters"], board["voice"]["on"]) == (1, False)
    whole = eventually(lambda: calls_of(received(anybody, "/display", "board"), [first, second]))
    assert "display" not in whole
    asked = screen.emit("snapshot", namespace="/display", callback=True)
    assert [row["label"] for row in asked["now_serving"]] == [second]
    assert tv.get(f"{address(device)}/board").json["display"] == board["display"]


def calls_of(boards: list[dict[str, Any]], labels: list[str]) -> dict[str, Any] | None:
    """The board that shows these calls, if it has come."""
    return next((one for one in boards if sorted(row["label"] for row in one["now_serving"]) == labels), None)


def test_a_revoked_screen_is_told_and_shows_how_to_pair_it_again(app: Flask, app_desk: Desk) -> None:
    tv, device = pair(app, app_desk)
    app_desk.change_office(presence=True)
    here = f"/display/{SLUG}/here"
    assert (tv.get(here).status_code, app.test_client().get(here).status_code) == (200, 204)
    assert tv.get("/tv").location == address(device)
    screen = connected(app, "/display", {"office": SLUG, "screen": device.id}, tv)
    revoke(app_desk, device)
    assert eventually(lambda: [one for one in screen.get_received("/display") if one["name"] == "revoked"])
    assert tv.get(here).status_code == 204, "who is no screen of the office proves nobody's being there"
    page = tv.get(address(device))
    assert page.status_code == 403
    assert "Layar ini sudah dilepas oleh kantor." in page.text
    assert "taken out of use" in tv.get("/tv").text
    answer = tv.get(f"{address(device)}/board", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["code"]) == (403, "display_revoked")
    assert not connected(app, "/display", {"office": SLUG, "screen": device.id}, tv).is_connected("/display")


@pytest.mark.parametrize("screen", [None, 0, 2, 10**30, "1", [1], {"id": 1}], ids=repr)
def test_no_other_browser_is_the_screen(app: Flask, app_desk: Desk, screen: object) -> None:
    tv, device = pair(app, app_desk)
    forged = app.test_client()
    forged.set_cookie("screen", tv.get_cookie("screen").value.replace(".", "x.", 1))
    for browser in (forged, app.test_client()):
        page = browser.get(address(device))
        assert (page.status_code, "Pasangkan layar ini" in page.text) == (403, True)
        assert "dilepas" not in page.text
        assert not connected(app, "/display", {"office": SLUG, "screen": device.id}, browser).is_connected("/display")
    assert not connected(app, "/display", {"office": SLUG, "screen": screen}, tv).is_connected("/display")
    assert tv.get(f"/display/{SLUG}/screen/{10**30}").status_code == 403


def test_what_a_screen_says_of_itself_is_kept_now_and_then(app: Flask, desk: Desk) -> None:
    tv, device = pair(app, desk)
    screen = connected(app, "/display", {"office": SLUG, "screen": device.id}, tv)
    screen.emit("seen", {"page": "0123456789abcdef", "resolution": "1920×1080"}, namespace="/display")
    first = stored(desk)
    assert (first.seen_at, first.page, first.resolution) == (desk.now, "0123456789abcdef", "1920×1080")
    desk.wait(seconds=15)
    screen.emit("seen", {"page": "0123456789abcdef", "resolution": "1920×1080"}, namespace="/display")
    assert stored(desk).seen_at == first.seen_at
    desk.wait(seconds=15)
    tv.get(f"{address(device)}/board?page=0123456789abcdef&resolution=1920×1080")
    assert stored(desk).seen_at == desk.now
    for nonsense in (None, 7, [], {"page": "<b>", "resolution": {"x": 1}}, {"page": "a" * 500}):
        screen.emit("seen", nonsense, namespace="/display")
    assert (stored(desk).page, stored(desk).resolution) == (None, None)


def test_a_code_that_nobody_asked_for_or_that_has_expired_is_no_code(app: Flask, desk: Desk) -> None:
    tv = app.test_client()
    assert tv.get("/display/pairing").json == {"state": "expired"}
    tv.post("/display/pairing")
    desk.wait(minutes=10)
    assert tv.get("/display/pairing").json == {"state": "expired"}


def test_where_one_display_speaks_for_all_it_says_all() -> None:
    whole: dict[str, Any] = {name: [] for name in ("counters", "recent", "waiting", "messages")}
    whole |= {"open_counters": 0, "now_serving": [{"label": "A-001", "counter": 1, "service": "A"}]}
    whole |= {"announcements": [{"label": "A-001", "counter": 1}], "voice": {"displays": "all"}}
    assert cut(whole, [2], [])["announcements"] == []
    assert cut(whole, [], ["B"])["announcements"] == []
    assert len(cut(whole, [1], ["B"])["announcements"]) == 1, "whoever is called at the room's counter is heard there"
    assert len(cut(whole | {"voice": {"displays": "one"}}, [2], [])["announcements"]) == 1
