"""What each test's app and database would make anew, and what is the same for all of them: made once for the run.

Loaded by `tests/conftest.py`. Nothing here carries anything from one test to another but time saved.
"""

import gc
from collections.abc import Callable, Hashable, Iterator
from typing import Any

import pytest
from argon2 import PasswordHasher
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, create_engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from queue_app import engines
from queue_app.signin import passwords

HASHER_IN_USE = passwords._hasher
STATEMENTS = 4000
"""Of both databases; the oldest make room."""


@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    gc.disable()  # until all tests are collected: nothing of what that makes is garbage


def pytest_collection_finish() -> None:
    """Looking for garbage goes through all that lives, some half a million objects here, which stay until the end:
    they are set aside, and it is looked for less often. That was a quarter of all processor time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 10, 40)
    gc.enable()


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates compiled once for the run and not once for each test's app."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture(scope="session", autouse=True)
def compiled_addresses() -> Iterator[None]:
    """What werkzeug makes of the text of an address: its parts, and the small programs that build it. They know nothing
    of the app they are for, and are half of what making one costs."""
    read: dict[Hashable, Rule] = {}
    compile_anew = Rule.compile

    def compile_once(rule: Rule) -> None:
        defaults = tuple(sorted((rule.defaults or {}).items()))
        of = (rule.rule, rule.host, rule.subdomain, rule.map.host_matching, rule.merge_slashes, defaults)
        known = read.get(of)
        if known is None:
            compile_anew(rule)
            read[of] = rule
            return
        rule._parts, rule._trace, rule._converters = known._parts, known._trace, known._converters
        rule.arguments = set(known.arguments)
        rule._build = _bound_anew(known._build, rule)
        rule._build_unknown = _bound_anew(known._build_unknown, rule)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "compile", compile_once)
        yield


def _bound_anew(method: Any, rule: Rule) -> Callable[..., tuple[str, str]]:
    bound: Callable[..., tuple[str, str]] = method.__func__.__get__(rule, None)
    return bound


@pytest.fixture(scope="session", autouse=True)
def compiled_statements() -> Iterator[None]:
    """SQL text for each statement, once for SQLite and once for PostgreSQL, and not once for each test's database.

    SQLAlchemy keeps what it compiled by engine and dialect object; here, all engines keep together, and all dialect
    objects of a kind count as one: every engine of the product makes them by the same options.
    """
    kept: Any = LRUCache(STATEMENTS)

    def keeping_together(*arguments: Any, **options: Any) -> Engine:
        engine = create_engine(*arguments, **options)
        engine._compiled_cache = kept
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "create_engine", keeping_together)
        for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
            patch.setattr(dialect, "__eq__", lambda one, other: type(one) is type(other))
            patch.setattr(dialect, "__hash__", lambda one: hash(type(one)))
        yield


@pytest.fixture(scope="session", autouse=True)
def light_passwords() -> Iterator[None]:
    """Argon2id with the least work: signing in is part of hundreds of tests and the subject of a few."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture
def passwords_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed as the product does it."""
    monkeypatch.setattr(passwords, "_hasher", HASHER_IN_USE)
