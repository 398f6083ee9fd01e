"""Displays of an office: made, paired once, found silent, revoked."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from queue_app import alerts
from queue_app import pairing as all_pairings
from queue_app.devices import pairing, register, seen
from queue_app.devices.pairing import Offer
from queue_app.devices.seen import DeviceState, Report
from queue_app.errors import QueueError
from queue_app.models import AlertKind, Device, DevicePairing, OpeningHours
from tests.office import Desk
from tests.races.crowd import rush


def do(desk: Desk, deed: Callable[..., Any], *arguments: Any, who: str = "supervisor", **more: Any) -> Any:
    """A use case of ``register`` in a transaction of its own."""
    with desk.db.write() as session:
        return deed(session, desk.user(session, who), *arguments, desk.now, **more)


def claim(desk: Desk, device: Device, code: str, who: str = "supervisor") -> Device | None:
    with desk.db.write() as session:
        return pairing.claim(session, desk.vault, desk.user(session, who), device.id, code, desk.now)


def begin(desk: Desk) -> Offer:
    with desk.db.write() as session:
        return pairing.begin(session, desk.vault, desk.now)


def paired(desk: Desk, name: str = "Ruang tunggu") -> tuple[Device, str]:
    """A display with its screen, and the screen's secret."""
    device, offer = do(desk, register.create, name), begin(desk)
    claimed = claim(desk, device, offer.code)
    assert claimed is not None
    return claimed, offer.secret


def holder(desk: Desk, secret: str) -> Device | None:
    with desk.db.read() as session:
        return pairing.device_of(session, secret)


def state(desk: Desk, device: Device) -> DeviceState:
    with desk.db.read() as session:
        return seen.state(session.get_one(Device, device.id), desk.now)


def rows(desk: Desk) -> list[tuple[str, Any]]:
    return [(event.action, event.data.get("did")) for event in desk.events() if event.action.startswith("display")]


def test_a_screen_is_paired_by_the_code_it_shows_and_revoked(desk: Desk) -> None:
    device = do(desk, register.create, "  Ruang   tunggu ")
    assert (device.name, state(desk, device)) == ("Ruang tunggu", DeviceState.NEVER_PAIRED)
    offer = begin(desk)
    assert claim(desk, device, f" {offer.code[:3].lower()}-{offer.code[3:]} ") is not None
    found = holder(desk, offer.secret)
    assert found is not None
    assert found.id == device.id
    assert claim(desk, device, offer.code) is None, "a code is used once"
    do(desk, register.revoke, device.id)
    do(desk, register.revoke, device.id)
    assert holder(desk, offer.secret) is None
    assert state(desk, device) is DeviceState.REVOKED
    assert rows(desk) == [("display_change", "create"), ("display_pair", None), ("display_revoke", None)]


def test_a_new_screen_takes_the_place_of_the_old_one(desk: Desk) -> None:
    device, old = paired(desk)
    offer = begin(desk)
    assert claim(desk, device, offer.code)
    assert holder(desk, old) is None
    assert holder(desk, offer.secret) is not None


def test_a_code_expires(desk: Desk) -> None:
    device, offer = do(desk, register.create, "Lobi"), begin(desk)
    desk.wait(minutes=10)
    assert claim(desk, device, offer.code) is None
    with desk.db.read() as session:
        assert pairing.waiting(session, offer.secret, desk.now) is None
    begin(desk)
    with desk.db.read() as session:
        assert len(session.scalars(select(DevicePairing)).all()) == 1, "what has expired is forgotten"


def test_codes_cannot_be_found_by_trying(desk: Desk) -> None:
    device, offer = do(desk, register.create, "Lobi"), begin(desk)
    wrong = "".join("A" if letter != "A" else "B" for letter in offer.code)
    for _ in range(pairing.MISSES_OF_ONE):
        assert claim(desk, device, wrong) is None
    with pytest.raises(QueueError, match="too_many_codes"):
        claim(desk, device, offer.code)
    assert claim(desk, device, offer.code, who="admin") is not None, "a colleague is not kept from it"
    desk.wait(minutes=11)
    offer = begin(desk)
    assert claim(desk, device, offer.code) is not None


@pytest.mark.parametrize("typed", ["", "ABC", "ABCDEFG", "ABC01!", "ÄÖÜABC", "x" * 500])
def test_what_cannot_be_a_code_is_said_and_not_counted(desk: Desk, typed: str) -> None:
    device = do(desk, register.create, "Lobi")
    with pytest.raises(QueueError, match="bad_code"):
        claim(desk, device, typed)


def claim_it(desk: Desk, number: int) -> list[Any]:
    """Each member claims the one code for a display of its own."""
    with desk.db.read() as session:
        devices = session.scalars(select(Device).order_by(Device.id)).all()
        code = devices[0].name
    found = claim(desk, devices[number % len(devices)], code, "supervisor" if number % 2 else "admin")
    return [found.id] if found else []


def test_of_those_who_claim_one_code_at_once_one_wins(desk: Desk, database_url: str) -> None:
    offer = begin(desk)
    for name in (offer.code, "zwei", "drei", "vier"):  # the first carries the code to the other processes
        do(desk, register.create, name)
    winners = [answer for answer in rush(database_url, desk.now, claim_it, processes=2, threads=3) if answer]
    with desk.db.read() as session:
        tokens = session.scalars(select(Device.id).where(Device.token_digest.is_not(None))).all()
    assert [list(tokens)] == winners


def test_what_a_display_is_told_to_show_must_be_there(desk: Desk) -> None:
    device = do(desk, register.create, "Lobi")
    wish = {"name": "Lobi", "counters": [2, 1], "services": ["A"], "speaks": False}
    changed = do_change(desk, device, **wish)
    assert (changed.counters, changed.services, changed.speaks) == ([1, 2], ["A"], False)
    for wrong, code in (
        ({"counters": [99]}, "bad_choice"),
        ({"services": ["Z"]}, "bad_choice"),
        ({"name": " "}, "display_without_name"),
        ({"name": "x" * 61}, "display_name_too_long"),
    ):
        with pytest.raises(QueueError, match=code):
            do_change(desk, device, **(wish | wrong))
    do(desk, register.create, "Teras")
    with pytest.raises(QueueError, match="display_name_taken"):
        do_change(desk, device, **(wish | {"name": "Teras"}))
    with pytest.raises(QueueError, match="display_name_taken"):
        do(desk, register.create, "Teras")


def do_change(desk: Desk, device: Device, **wish: Any) -> Device:
    with desk.db.write() as session:
        return register.change(session, desk.user(session, "admin"), device.id, desk.now, **wish)


def test_a_removed_display_leaves_nothing_that_opens(desk: Desk) -> None:
    device, secret = paired(desk)
    do(desk, register.remove, device.id)
    assert holder(desk, secret) is None
    with pytest.raises(QueueError, match="unknown_display"):
        do(desk, register.reload, device.id)


def test_ending_all_pairings_revokes_the_displays_as_well(desk: Desk) -> None:
    device, secret = paired(desk)
    do(desk, all_pairings.end_all)
    assert holder(desk, secret) is None
    assert state(desk, device) is DeviceState.REVOKED


def test_a_silent_display_is_noticed_while_the_office_is_open(desk: Desk) -> None:
    device, secret = paired(desk)
    desk.wait(minutes=1, seconds=50)
    assert silent(desk) == []
    desk.wait(seconds=10)
    assert silent(desk) == ["Ruang tunggu"]
    assert state(desk, device) is DeviceState.SILENT
    with desk.db.write() as session:
        seen.note(session, pairing.digest(secret), Report("0123abcd", "1920×1080"), desk.now)
        seen.note(session, pairing.digest("another"), Report(), desk.now + timedelta(hours=1))
    assert (silent(desk), state(desk, device)) == ([], DeviceState.ONLINE)
    desk.wait(minutes=3)
    assert silent(desk) == ["Ruang tunggu"]
    do(desk, register.revoke, device.id)
    assert silent(desk) == [], "nobody waits for the screen of a display that has none"


def test_nobody_is_told_of_displays_that_are_off_at_night(desk: Desk) -> None:
    with desk.db.write() as session:
        office = desk.office(session)
        session.execute(delete(OpeningHours).where(OpeningHours.office_id == office.id))
        session.add_all(
            OpeningHours(office_id=office.id, weekday=day, opens_minute=8 * 60, closes_minute=15 * 60)
            for day in range(7)
        )
    paired(desk)  # at 09:00
    desk.wait(hours=7)
    assert silent(desk) == []
    desk.wait(hours=16, minutes=1)
    assert silent(desk) == [], "it has just opened"
    desk.wait(minutes=1)
    assert silent(desk) == ["Ruang tunggu"]


def silent(desk: Desk) -> list[str]:
    """The names in the alerts about displays that are open now."""
    alerts.watch(desk.db, desk.now)
    with desk.db.read() as session:
        found = alerts.still_open(session, desk.office(session).id)
        return [alert.facts["display"] for alert in found if alert.kind is AlertKind.DISPLAY_SILENT]
