"""Whether the server is alive, and whether it can do its work."""

import logging
from http import HTTPMethod
from typing import Literal

from flask import Response
from sqlalchemy.exc import SQLAlchemyError

from queue_app import background, clock, schema
from queue_app import readiness as ready
from queue_app.config import VERSION
from queue_app.extensions import config, database
from queue_app.routes.api.frame.fields import Answer, example
from queue_app.routes.api.frame.operation import answered, operation

log = logging.getLogger(__name__)


class Health(Answer):
    """``database``: whether a query was answered; ``migration``: whether its form is the one this version needs."""

    model_config = example(status="ok", database="ok", version="0.1.0")

    status: Literal["ok", "unavailable"]
    database: Literal["ok", "unreachable", "not_migrated"]
    version: str


class ReadyCheck(Answer):
    """``name`` of what was looked at, whether it is as it must be, and what to know of it."""

    name: str
    ok: bool
    detail: str


class Readiness(Answer):
    """All checks; ``ready`` when every one is ok."""

    model_config = example(ready=True, checks=[{"name": "database", "ok": True, "detail": ""}])

    ready: bool
    checks: list[ReadyCheck]


@operation(HTTPMethod.GET, "/healthz", tag="health", answer=Health, refusals=())
def health() -> Response:
    """Whether the server can do its work.

    200 while the database answers and has the form that this version needs, 503 otherwise, with the same members.
    """
    try:
        with database().read() as session:
            usable = schema.is_usable(session)
    except SQLAlchemyError:
        log.exception("the database does not answer")
        return _unavailable("unreachable")
    if not usable:
        return _unavailable("not_migrated")
    return answered(Health(status="ok", database="ok", version=VERSION), 200)


@operation(HTTPMethod.GET, "/readyz", tag="health", answer=Readiness, refusals=())
def readiness() -> Response:
    """Whether the server should be sent requests: database, schema, writes, disks, Redis, the jobs it does by itself.

    200 when every check is ok, 503 otherwise, with the same members. No check names an address or a password.
    """
    found = [*ready.checks(database(), config(), clock.now()), *_of_jobs()]
    told = [ReadyCheck(name=check.name, ok=check.ok, detail=check.detail) for check in found]
    is_ready = all(check.ok for check in found)
    return answered(Readiness(ready=is_ready, checks=told), 200 if is_ready else 503)


def _of_jobs() -> list[ready.Check]:
    late = background.late()
    return [ready.Check("jobs", not late, f"late: {', '.join(late)}" if late else "")]


def _unavailable(database_state: Literal["unreachable", "not_migrated"]) -> Response:
    return answered(Health(status="unavailable", database=database_state, version=VERSION), 503)
