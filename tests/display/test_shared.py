"""Who asks for the board at the same time shares one, which is never older than what they were told of."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from queue_app.database import Database
from queue_app.display import board, shared
from queue_app.display.shared import FRESH, Boards
from queue_app.models import Office
from queue_app.speech.studio import Studio
from tests.display.conftest import PATIENCE_S, eventually
from tests.office import SLUG, Desk

ASKING = 8


class Turn:
    """A lock that knows how many have asked for it."""

    def __init__(self) -> None:
        self.asked = 0
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self.asked += 1
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


@pytest.fixture
def boards(db: Database, studio: Studio, one_clock: None) -> Boards:
    return Boards(db, studio)


def counted(monkeypatch: pytest.MonkeyPatch, before: Callable[[], Any] = lambda: None) -> list[int]:
    """The versions of the boards that are made from now on; ``before`` is called in each making."""
    made: list[int] = []
    make = board.message

    def message(session: Any, office: Office, *rest: Any) -> Any:
        made.append(office.version)
        before()
        return make(session, office, *rest)

    monkeypatch.setattr(board, "message", message)
    return made


def test_one_board_is_for_all_who_ask(
    boards: Boards, desk: Desk, office_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = counted(monkeypatch)
    assert boards.of(office_id) is boards.of(office_id)
    assert len(made) == 1


def test_a_change_is_seen_by_whoever_asks_next(boards: Boards, desk: Desk, office_id: int) -> None:
    before = boards.of(office_id)
    desk.join()
    after = boards.of(office_id)
    assert after["version"] == before["version"] + 1
    assert sum(line["count"] for line in after["waiting"]) == 1


@pytest.mark.parametrize("later", [FRESH, -timedelta(seconds=1)], ids=["later", "the clock was set back"])
def test_an_old_one_is_made_anew(boards: Boards, desk: Desk, office_id: int, later: timedelta) -> None:
    before = boards.of(office_id)
    desk.now += later
    assert boards.of(office_id)["as_of"] != before["as_of"]


def test_offices_have_boards_of_their_own(boards: Boards, db: Database, desk: Desk, office_id: int) -> None:
    with db.write() as session:
        other = Office(slug="lain", name="Kantor Lain", timezone="Asia/Jayapura")
        session.add(other)
        session.flush()
        other_id = other.id
    assert [boards.of(one)["office"] for one in (office_id, other_id, office_id)] == [SLUG, "lain", SLUG]


def test_however_many_wait_for_a_slow_one_it_is_made_twice(
    boards: Boards, desk: Desk, office_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once for the first, and once for those who asked when that one was being read: it may lack what they know."""
    monkeypatch.setattr(shared, "FRESH", timedelta(0))  # as if each took longer than that
    turn = boards._turns[office_id] = Turn()  # type: ignore[assignment]
    go_on = threading.Event()
    made = counted(monkeypatch, lambda: go_on.wait(PATIENCE_S))
    with ThreadPoolExecutor(ASKING) as askers:
        first = askers.submit(boards.of, office_id)
        eventually(lambda: made)
        others = [askers.submit(boards.of, office_id) for _ in range(ASKING - 1)]
        eventually(lambda: turn.asked == ASKING)
        go_on.set()
        assert len({id(other.result()) for other in others} - {id(first.result())}) == 1
    assert len(made) == 2
