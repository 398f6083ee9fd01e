"""Limits that several processes count in one Redis: together, apart from other installations, and without it."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from redis import Redis
from werkzeug.test import TestResponse

from queue_app import create_app
from queue_app.config import Config
from queue_app.routes import limits
from tests.faulty_link import FaultyLink
from tests.office import SECRET
from tests.services.private_redis import RedisServer
from tests.services.waiting import wait_until

pytestmark = pytest.mark.redis

ALLOWED = int(limits.CHALLENGE.split()[0])
AT_ONCE_S = 3.0
"""What a citizen waits for at most when Redis fails, on a busy machine."""

Apps = Callable[..., Flask]


@pytest.fixture
def link(redis_server: RedisServer) -> Iterator[FaultyLink]:
    with Redis.from_url(redis_server.url) as redis:
        redis.flushall()
    with FaultyLink(urlsplit(redis_server.url).port or 0) as link:
        yield link
        link.restore()


@pytest.fixture
def new_app(link: FaultyLink, sqlite_template: Path, tmp_path: Path) -> Iterator[Apps]:
    """An app of an installation by that name, in the production profile."""
    apps: list[Flask] = []

    def make(installation: str) -> Flask:
        file = tmp_path / f"{installation}.sqlite"
        if not file.exists():
            shutil.copy(sqlite_template, file)
        redis_url = f"redis://127.0.0.1:{link.port}/0"
        url = f"sqlite:///{file}"
        settings = Config(
            url, SECRET, instance_dir=tmp_path, production=True, testing=True, trusted_proxies=1, redis_url=redis_url
        )
        apps.append(create_app(settings))
        return apps[-1]

    yield make
    for app in apps:
        app.extensions["antrean_database"].dispose()
    # The library keeps one place to count for all apps of a process; for those of other tests it is in memory again.
    create_app(Config(f"sqlite:///{tmp_path}/other.sqlite", SECRET, instance_dir=tmp_path, testing=True))


def ask(app: Flask, times: int = 1) -> TestResponse:
    client = app.test_client(use_cookies=False)
    for _ in range(times):
        answer = client.get("/api/v1/offices/senapelan/challenge", headers={"X-Forwarded-For": "203.0.113.7"})
    return answer


def test_processes_of_one_installation_count_together(new_app: Apps) -> None:
    one, another = new_app("ours"), new_app("ours")
    assert ask(one, ALLOWED - 1).status_code == 200
    assert ask(another).status_code == 200
    assert ask(another).status_code == 429
    assert ask(one).status_code == 429


def test_two_installations_that_share_a_redis_by_mistake_count_apart(new_app: Apps) -> None:
    ours, theirs = new_app("ours"), new_app("theirs")
    with ours.extensions["antrean_database"].write() as session:
        session.connection().exec_driver_sql("UPDATE installation SET name = 'of another office'")
    assert ask(ours, ALLOWED + 1).status_code == 429
    assert ask(theirs).status_code == 200


@pytest.mark.parametrize("fault", ["cut", "stall", "swallow"])
def test_a_redis_that_is_lost_while_it_serves_stops_nobody(new_app: Apps, link: FaultyLink, fault: str) -> None:
    app = new_app("ours")
    assert ask(app).status_code == 200
    getattr(link, fault)()
    begun = time.monotonic()
    assert ask(app).status_code == 200
    assert time.monotonic() - begun < AT_ONCE_S
    assert ask(app, ALLOWED).status_code == 429, "counted by the process itself"
    assert time.monotonic() - begun < 3 * AT_ONCE_S, "not each request waits for it"


def test_a_redis_that_is_back_counts_again(new_app: Apps, link: FaultyLink, redis_server: RedisServer) -> None:
    app = new_app("ours")
    link.cut()
    assert ask(app).status_code == 200
    link.restore()
    with Redis.from_url(redis_server.url) as redis:
        assert wait_until(lambda: ask(app).status_code > 0 and bool(redis.keys("*")))
