"""How a run in several processes (``pytest -n``) shares out the files of tests. Loaded by `tests/conftest.py`."""

from itertools import count
from pathlib import PurePath

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

LONG = {"browser", "live_server", "new_live_server", "redis_server"}
WAITING = {"browser", "faults"}
"""Folders whose tests wait for pages and outages for a good part of their time."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that drive a browser or a server come first: what is shared out at the end of a run is then short (with
    ``--no-loadscope-reorder``; a file of few tests would come last, however long they are)."""
    long = {item.path for item in items if LONG & set(getattr(item, "fixturenames", ())) or "faults" in item.path.parts}
    items.sort(key=lambda item: item.path not in long)


class InShares(LoadFileScheduling):
    """Each file goes whole to one process; those of the waiting folders to two processes and no more.

    What these tests time, and how long they wait for a page, is made for two browsers at once. Further processes use
    what the two leave of the processors, with files that time nothing.
    """

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        super().__init__(config, log)
        self._next = count()
        self._share_of: dict[str, str] = {}

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        if not WAITING & set(PurePath(file).parts):
            return file
        if file not in self._share_of:
            self._share_of[file] = f"share {next(self._next) % 2}"
        return self._share_of[file]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> InShares | None:
    return InShares(config, log) if config.getoption("dist") == "loadfile" else None
