"""Two processes on one database: each hears of the other's changes, with Redis and without."""

import threading
from collections.abc import Iterator

import pytest

from queue_app.database import Database
from queue_app.display.neighbours import Neighbours
from queue_app.display.push import Push
from queue_app.speech.studio import Studio
from tests.display.conftest import RecordingServer, eventually
from tests.office import Desk
from tests.services.private_redis import RedisServer

pytestmark = pytest.mark.redis


class Listening:
    """What a process is told by the others, in a thread of its own as in the server."""

    def __init__(self, neighbours: Neighbours) -> None:
        self.heard: list[tuple[int, bool]] = []
        self._over = threading.Event()
        self._thread = threading.Thread(
            target=neighbours.listen, args=(lambda *word: self.heard.append(word), self._over.is_set)
        )
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()


@pytest.fixture
def listening(redis_server: RedisServer) -> Iterator[Listening]:
    listening = Listening(Neighbours(redis_server.url, lambda: "ours"))
    yield listening
    listening.stop()


def test_a_word_reaches_another_process(redis_server: RedisServer, listening: Listening) -> None:
    speaker = Neighbours(redis_server.url, lambda: "ours")

    def tell() -> bool:
        speaker.tell(7, at_once=True)  # again and again: the other may not be listening yet
        return (7, True) in listening.heard

    assert eventually(tell)
    speaker.tell(8, at_once=False)
    assert eventually(lambda: (8, False) in listening.heard)


def test_a_process_does_not_hear_itself(redis_server: RedisServer) -> None:
    own, other = Neighbours(redis_server.url, lambda: "ours"), Neighbours(redis_server.url, lambda: "ours")
    listening = Listening(own)
    try:

        def tell() -> bool:
            own.tell(1, at_once=True)
            other.tell(2, at_once=True)
            return bool(listening.heard)

        assert eventually(tell)
        assert {office_id for office_id, _ in listening.heard} == {2}
    finally:
        listening.stop()


def test_another_installation_on_the_same_redis_is_not_heard(redis_server: RedisServer, listening: Listening) -> None:
    theirs, ours = Neighbours(redis_server.url, lambda: "theirs"), Neighbours(redis_server.url, lambda: "ours")

    def tell() -> bool:
        theirs.tell(1, at_once=True)
        ours.tell(2, at_once=True)
        return bool(listening.heard)

    assert eventually(tell)
    assert {office_id for office_id, _ in listening.heard} == {2}


def test_a_redis_that_is_away_hinders_nobody(caplog: pytest.LogCaptureFixture) -> None:
    nobody = Neighbours("redis://127.0.0.1:9/0", lambda: "ours")
    nobody.tell(1, at_once=True)
    nobody.tell(1, at_once=True)
    assert len(caplog.records) == 1


def test_what_was_heard_is_read_from_the_database_and_sent(
    db: Database, desk: Desk, office_id: int, studio: Studio
) -> None:
    server = RecordingServer()
    push = Push(db, server, studio)
    push.subscribers.add("a display", office_id)
    desk.join()
    push.mark(office_id, at_once=False)
    push.send_due()
    assert len(server.take("board")) == 1
