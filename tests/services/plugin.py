"""The fixtures that give tests a real PostgreSQL, a real Redis and the path of a real browser.

Loaded by `tests/conftest.py`. Each server starts when the first test asks for it and serves the whole run.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services import components
from tests.services.private_postgresql import PostgresqlServer
from tests.services.private_redis import RedisServer

Servers = list[PostgresqlServer | RedisServer]


@pytest.fixture(scope="session")
def _servers() -> Servers:
    """The servers that this run has started so far."""
    return []


@pytest.fixture(scope="session")
def postgresql_server(_servers: Servers) -> Iterator[PostgresqlServer]:
    server = PostgresqlServer()
    _servers.append(server)
    yield server
    _servers.remove(server)
    server.remove()


@pytest.fixture(scope="session")
def redis_server(_servers: Servers) -> Iterator[RedisServer]:
    server = RedisServer()
    _servers.append(server)
    yield server
    _servers.remove(server)
    server.remove()


@pytest.fixture(scope="session")
def chromium() -> Path:
    return components.chromium()


@pytest.fixture(autouse=True)
def _servers_are_up_again(_servers: Servers) -> Iterator[None]:
    """A test may stop a server and fail before it starts it again; the next test is not to suffer for it."""
    yield
    for server in _servers:
        server.start()
