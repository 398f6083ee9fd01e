"""A town for each test, and listeners that end with it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.messages.listeners import Listener
from tests.messages.town import Town
from tests.office import Desk


@pytest.fixture
def town(desk: Desk, tmp_path: Path) -> Town:
    return Town(desk, tmp_path)


@pytest.fixture
def listen() -> Iterator[Callable[..., Listener]]:
    """Start listeners on loopback, each answering with the statuses given."""
    listeners: list[Listener] = []

    def start(*replies: int, **options: dict[str, str]) -> Listener:
        listeners.append(Listener(*replies, **options))
        return listeners[-1]

    yield start
    for listener in listeners:
        listener.stop()
