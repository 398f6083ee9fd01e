"""Where only one display speaks: who has the turn, who takes over, and what was said already."""

from queue_app import speaker
from queue_app.speaker import HELD_FOR, Turn
from tests.office import Desk


def claim(desk: Desk, display: str, *, is_paired: bool = True, said: int = 0) -> Turn:
    with desk.db.write() as session:
        return speaker.claim(session, desk.office(session), display, is_paired=is_paired, said=said, now=desk.now)


def test_the_first_has_the_turn_as_long_as_it_renews_it(desk: Desk) -> None:
    assert claim(desk, "tv-one") == Turn(speaks=True, said=0)
    for _ in range(5):
        desk.wait(seconds=5)
        assert claim(desk, "tv-one").speaks
        assert not claim(desk, "tv-two").speaks


def test_when_it_goes_another_takes_over_behind_what_was_said(desk: Desk) -> None:
    for _ in range(5):
        desk.join()
    claim(desk, "tv-one", said=3)
    desk.now += HELD_FOR
    assert claim(desk, "tv-two", said=1) == Turn(speaks=True, said=3)
    assert not claim(desk, "tv-one", said=4).speaks


def test_one_that_leaves_makes_room_at_once(desk: Desk) -> None:
    claim(desk, "tv-one")
    with desk.db.write() as session:
        speaker.leave(session, desk.office(session), "tv-two", desk.now)
    assert not claim(desk, "tv-two").speaks, "it had nothing to give back"
    with desk.db.write() as session:
        speaker.leave(session, desk.office(session), "tv-one", desk.now)
    assert claim(desk, "tv-two").speaks


def test_a_display_of_the_office_takes_over_from_one_that_nobody_paired(desk: Desk) -> None:
    assert claim(desk, "a-phone", is_paired=False).speaks
    assert not claim(desk, "another", is_paired=False).speaks
    assert claim(desk, "tv-one").speaks
    assert not claim(desk, "a-phone", is_paired=False).speaks


def test_nobody_can_claim_to_have_said_what_was_not_called_yet(desk: Desk) -> None:
    desk.join()
    claim(desk, "tv-one", said=10**9)
    desk.now += HELD_FOR
    assert claim(desk, "tv-two").said == desk.events()[-1].seq
