"""Who has just joined is told a place from that of the one before, and only while that is still true."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from queue_app import booking, forecast, kept_settings, newcomer, tickets
from queue_app.booking import BookingRequest
from queue_app.database import Database
from queue_app.forecast import Place
from queue_app.models import Category, Channel, Ticket
from tests.office import SLUG, Desk

LINE = 20
"""So many wait that two more are told from the last that was foretold."""


@pytest.fixture
def line(desk: Desk) -> Desk:
    """A counter that is open, and a line before it whose last one was told the place."""
    desk.open()
    for code in "ABCDEF" * 3 + "A":
        desk.join(code)
    told(desk, desk.join())
    return desk


@pytest.fixture
def elsewhere(line: Desk, database_url: str) -> Iterator[Desk]:
    """The same office in another process."""
    other = Database(database_url)
    yield Desk(other, line.now)
    other.dispose()


@pytest.fixture
def foretold(monkeypatch: pytest.MonkeyPatch) -> list[Ticket]:
    """The tickets whose place was foretold anew."""
    found: list[Ticket] = []
    ask = forecast.place_of

    def note(session: Any, ticket: Ticket, now: Any) -> Place | None:
        found.append(ticket)
        return ask(session, ticket, now)

    monkeypatch.setattr(forecast, "place_of", note)
    return found


def told(desk: Desk, ticket: Ticket) -> Place:
    """What an answer says of a ticket as it was written."""
    with desk.db.read(ticket) as session:
        place = newcomer.place_of(session, ticket, desk.now)
        assert place is not None
        return place


def anew(desk: Desk, ticket: Ticket) -> Place:
    with desk.db.read() as session:
        place = forecast.place_of(session, session.get_one(Ticket, ticket.id), desk.now)
        assert place is not None
        return place


def joined(desk: Desk, code: str = "A", **wish: Any) -> tuple[Ticket, Place, bool]:
    """Somebody joins as by the API: the ticket, the place it is told, and whether it was told within the
    transaction."""
    with desk.db.write() as session:
        service = kept_settings.offered(session, SLUG, code)
        assert service is not None
        request = BookingRequest(service, Channel.KIOSK, **wish)
        ticket, _ = booking.issue(session, desk.vault, request, desk.now)
        at_once = newcomer.told_at_once(session, ticket, desk.now)
    if at_once is None:
        return ticket, told(desk, ticket), False
    newcomer.keep(session, ticket, at_once)
    return ticket, at_once.place, True


def alike(place: Place, other: Place) -> None:
    """The same position, and a wait within a step of five minutes or two: a long one is told no finer."""
    assert place.estimate is not None
    assert other.estimate is not None
    assert place.position == other.position
    assert place.estimate.low_minutes == pytest.approx(other.estimate.low_minutes, abs=10)
    assert place.estimate.high_minutes == pytest.approx(other.estimate.high_minutes, abs=10)


def test_the_next_is_one_further_back_without_a_forecast(line: Desk, foretold: list[Ticket]) -> None:
    ticket = line.join()
    place = told(line, ticket)
    assert not foretold
    assert place.position == LINE + 1
    alike(place, anew(line, ticket))


def test_right_behind_it_is_known_within_the_transaction(line: Desk, foretold: list[Ticket]) -> None:
    for further in (1, 2):
        ticket, place, at_once = joined(line)
        assert at_once
        assert not foretold
        assert place.position == LINE + further
        alike(place, anew(line, ticket))
        foretold.clear()


def test_anything_in_between_is_asked_for(line: Desk, elsewhere: Desk) -> None:
    elsewhere.join("B")
    _, place, at_once = joined(line)
    assert (place.position, at_once) == (LINE + 2, False)
    elsewhere.call_next()
    _, place, at_once = joined(line)
    assert (place.position, at_once) == (LINE + 2, False)
    elsewhere.equip(2, "B:1")
    assert not joined(line)[2]
    assert not joined(line, category=Category.ELDERLY)[2]
    line.wait(seconds=newcomer.FRESH.total_seconds())
    assert not joined(line)[2]


def test_who_joined_in_another_process_goes_first(line: Desk, elsewhere: Desk, foretold: list[Ticket]) -> None:
    elsewhere.join("B")
    assert told(line, line.join()).position == LINE + 2
    assert not foretold


def test_a_call_by_another_process_is_noticed(line: Desk, elsewhere: Desk, foretold: list[Ticket]) -> None:
    elsewhere.call_next()
    ticket = line.join()
    assert told(line, ticket).position == LINE
    assert foretold == [ticket]


def test_a_setting_changed_by_another_process_is_noticed(line: Desk, elsewhere: Desk, foretold: list[Ticket]) -> None:
    """Counter 1 is left with service A, and so the others no longer go first."""
    for number in range(1, 6):
        elsewhere.equip(number, "A:1")
    ticket = line.join()
    assert told(line, ticket).position == 6
    assert foretold == [ticket]


def test_a_counter_that_opens_in_another_process_is_noticed(
    line: Desk, elsewhere: Desk, foretold: list[Ticket]
) -> None:
    elsewhere.open("petugas2", 2)
    ticket = line.join()
    assert told(line, ticket) == anew(line, ticket)
    assert foretold[0] == ticket


def test_time_alone_makes_it_anew(line: Desk, foretold: list[Ticket]) -> None:
    line.wait(seconds=newcomer.FRESH.total_seconds())
    told(line, line.join())
    assert len(foretold) == 1
    line.now -= timedelta(seconds=1)  # and so does a clock that was set back
    told(line, line.join())
    assert len(foretold) == 2


def test_a_tenth_more_people_make_it_anew(line: Desk, foretold: list[Ticket]) -> None:
    for _ in range(2):
        told(line, line.join())
    assert not foretold
    told(line, line.join())
    assert len(foretold) == 1


def test_who_has_priority_is_foretold(line: Desk, foretold: list[Ticket]) -> None:
    ticket = line.join(category=Category.ELDERLY)
    assert told(line, ticket) == anew(line, ticket)
    assert foretold[0] == ticket


def test_who_has_waited_is_not_a_newcomer(line: Desk, foretold: list[Ticket]) -> None:
    first = line.call_next()
    assert first is not None
    back = line.act(tickets.put_back, first)
    assert told(line, back).position == 1
    assert foretold == [back]


@pytest.mark.parametrize("seed", range(4))
def test_a_place_is_the_same_as_foretold_whatever_happens(line: Desk, seed: int) -> None:
    chance = random.Random(seed)
    called: list[Ticket] = []
    line.equip(2, "A:1,B:2")
    line.equip(3, "C:1")
    for _ in range(40):
        line.wait(milliseconds=100)
        kind = chance.random()
        if kind < 0.06 and not called:
            found = line.call_next()
            assert found is not None
            called.append(found)
        elif kind < 0.1:
            line.defer(line.join(chance.choice("ABC")))
        elif kind < 0.2:
            line.book(chance.choice("ABCDEF"))
        elif kind < 0.25:
            line.cancel(line.join("A"))
        else:
            category = chance.choice([Category.REGULAR] * 5 + [Category.PREGNANT])
            ticket = line.join(chance.choice("ABC"), category=category)
            assert told(line, ticket).position == anew(line, ticket).position
            ticket, place, _ = joined(line, chance.choice("ABC"))
            assert place.position == anew(line, ticket).position
