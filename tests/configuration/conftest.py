"""A configuration brought in and written out, each in a transaction of its own."""

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from queue_app import opening, queries
from queue_app.configuration import export, importing
from queue_app.configuration.importing import Preview
from tests.office import SLUG, Desk

Bring = Callable[..., Preview]
Write = Callable[..., dict[str, Any]]


@pytest.fixture
def bring(desk: Desk) -> Bring:
    """A file, as text or as the values in it, brought into an office."""

    def bring(content: str | dict[str, Any], slug: str = SLUG, actor: str = "admin", **wish: Any) -> Preview:
        text = content if isinstance(content, str) else yaml.safe_dump({"version": 1} | content)
        with desk.db.write() as session:
            who = desk.user(session, actor) if actor else None
            office = queries.office(session, slug)
            return importing.carry_out(session, office, text.encode(), desk.now, who, **wish)

    return bring


@pytest.fixture
def write(desk: Desk) -> Write:
    """The configuration of an office, as values."""

    def write(slug: str = SLUG) -> dict[str, Any]:
        with desk.db.read() as session:
            office = queries.office(session, slug)
            return export.current(session, office, opening.local_day(office, desk.now))

    return write


@pytest.fixture
def new_office(desk: Desk) -> str:
    """An office with nothing in it."""
    with desk.db.write() as session:
        return importing.found(session, "baru", "Kantor baru", desk.now).slug
