"""Whether the server can do its work."""

import logging
from http import HTTPMethod
from typing import Literal

from flask import Response
from sqlalchemy.exc import SQLAlchemyError

from queue_app import schema
from queue_app.config import VERSION
from queue_app.extensions import database
from queue_app.routes.api.answers import Health
from queue_app.routes.api.operation import answered, operation

log = logging.getLogger(__name__)


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


def _unavailable(database_state: Literal["unreachable", "not_migrated"]) -> Response:
    return answered(Health(status="unavailable", database=database_state, version=VERSION), 503)
