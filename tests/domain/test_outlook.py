"""What displays say of the time ahead: waits, who is next, and whether numbers are given."""

from queue_app import forecast, opening_hours, outlook, tickets
from queue_app.availability import Offer
from queue_app.display import board, counters
from queue_app.outlook import Outlook
from tests.office import SLUG, Desk


def ahead(desk: Desk) -> Outlook:
    with desk.db.read() as session:
        return outlook.of(session, desk.office(session), desk.now)


def waits(desk: Desk) -> dict[str, tuple[int, int] | None]:
    return {
        one.service.code: (one.wait.low_minutes, one.wait.high_minutes) if one.wait else None
        for one in ahead(desk).services
    }


def next_labels(desk: Desk) -> list[str]:
    return [label for label, _ in ahead(desk).next]


def test_the_wait_that_is_shown_is_that_of_whoever_joins_then(desk: Desk) -> None:
    desk.equip(1, "A:1,B:2")
    desk.equip(2, "B:1,C:1")
    desk.open()
    desk.open("petugas2", 2)
    for service in "AABCCB":
        desk.join(service)
        desk.wait(seconds=20)
    desk.call_next()
    for service in "ABC":
        promised = waits(desk)[service]
        joined = desk.join(service)
        with desk.db.read() as session:
            place = forecast.places(session, desk.office(session), desk.now)[joined.id]
        assert place.estimate is not None
        assert promised == (place.estimate.low_minutes, place.estimate.high_minutes)


def test_no_wait_is_named_where_nobody_calls(desk: Desk) -> None:
    assert set(waits(desk).values()) == {None}, "no counter is open"
    desk.equip(1, "A:1,B:1")
    desk.open()
    desk.join("A")
    assert waits(desk)["A"] is not None
    assert waits(desk)["C"] is None, "no counter is open for it"
    with desk.db.write() as session:
        desk.service(session, "A").calls_paused_on = desk.now.date()
    assert waits(desk)["A"] is None
    assert next_labels(desk) == []


def test_who_is_next_follows_the_rule_and_leaves_out_whom_nobody_calls(desk: Desk) -> None:
    desk.equip(1, "A:1,B:1")
    desk.open()
    for service in "ABAAAC":
        desk.join(service)
        desk.wait(seconds=30)
    assert next_labels(desk) == ["A-001", "B-001", "A-002", "A-003"]
    called = desk.call_next()
    assert called is not None
    assert called.label == "A-001"
    assert next_labels(desk) == ["B-001", "A-002", "A-003", "A-004"]
    desk.act(tickets.no_show, called)
    desk.pause()
    assert next_labels(desk) == []


def test_it_says_whether_numbers_are_given(desk: Desk) -> None:
    desk.change_service("A", kiosk_quota=1)
    desk.join("A")
    with desk.db.write() as session:
        desk.service(session, "B").issuing_stopped_on = desk.now.date()
    offers = {one.service.code: one.offer for one in ahead(desk).services}
    assert (offers["A"], offers["B"], offers["C"]) == (Offer.SOLD_OUT, Offer.STOPPED, Offer.OPEN)
    with desk.db.write() as session:
        opening_hours.replace(session, desk.office(session), opening_hours.read(["mon-sun 10:00-16:00"]), desk.now)
    seen = ahead(desk)
    assert {one.offer for one in seen.services} == {Offer.CLOSED}
    assert not seen.status.is_open
    assert seen.status.opens == "10:00"


def test_a_board_names_its_counters_and_those_that_share_a_line(desk: Desk) -> None:
    for number in (1, 2, 3):
        desk.equip(number, "A:1,B:1", pool="depan")
    desk.open("petugas1", 1)
    desk.train("petugas1", "B")
    desk.open("petugas2", 2)
    desk.pause("petugas2", 2)
    with desk.db.read() as session:
        shown = board.whole(session, board.find_office(session, SLUG), desk.now)
    found = {one["number"]: one for one in shown["counters"]}
    assert [found[number]["state"] for number in (1, 2, 3)] == ["OPEN", "PAUSED", "CLOSED"]
    assert [found[number]["pool"] for number in (1, 2, 3, 4)] == ["1–3", "1–3", "1–3", None]
    assert (found[1]["services"], found[2]["services"]) == (["B"], ["A", "B"])
    assert "depan" not in str(shown), "a pool's code is the office's own business"
    assert "petugas" not in str(shown)


def test_counters_are_written_as_on_a_sign() -> None:
    assert counters.ranges([3, 1, 2, 5]) == "1–3, 5"
    assert counters.ranges([2, 1]) == "1–2"
    assert counters.ranges([4]) == "4"
    assert counters.ranges([]) == ""
