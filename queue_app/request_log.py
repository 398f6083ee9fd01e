"""Each request has an id, that a person can name and a log can be searched for, and a line in the log."""

import logging
import re
import secrets
import time

from flask import Flask, Response, g, request

from queue_app import logs, meter
from queue_app.extensions import config

log = logging.getLogger(logs.REQUESTS)

HEADER = "X-Request-ID"

_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)


def register(app: Flask) -> None:
    """Add them; before all else that looks at a request."""

    @app.before_request
    def begin() -> None:
        g.begun = time.perf_counter()
        logs.request_id.set(_of_proxy() or secrets.token_hex(8))

    @app.after_request
    def end(response: Response) -> Response:
        response.headers[HEADER] = logs.request_id.get()
        took_s = time.perf_counter() - g.begun
        meter.count(request.method, route(), response.status_code, took_s)
        told = logs.facts(status=response.status_code, ms=round(took_s * 1000, 1))
        log.info("%s %s", request.method, route(), extra=told)
        return response

    @app.teardown_request
    def forget(_error: BaseException | None) -> None:
        logs.request_id.set("")


def route() -> str:
    """The rule of the address, such as ``/t/<public_id>``: the address itself may open a ticket."""
    return request.url_rule.rule if request.url_rule is not None else "-"


def _of_proxy() -> str:
    """What a proxy of one's own calls the request; the word of anybody else is not taken into the log."""
    given = request.headers.get(HEADER, "")
    return given if config().trusted_proxies and _WELL_FORMED.fullmatch(given) else ""
