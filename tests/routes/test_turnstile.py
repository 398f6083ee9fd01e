"""Who books online passes in the order of coming; desks and kiosks don't wait behind them."""

import pytest
from flask import Flask

from queue_app.routes import turnstile
from queue_app.turns import Turns

TICKETS = "/api/v1/offices/senapelan/tickets"
WISH = {"service": "A", "channel": "online"}


def test_who_stands_in_the_office_does_not_wait_behind_a_rush(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Turns(most_waiting=0)
    monkeypatch.setattr(turnstile, "online", gate)
    client = app.test_client()
    assert client.post(TICKETS, json=WISH).status_code == 201
    assert gate.enter(), "all have left"
    full = client.post(TICKETS, json=WISH)
    assert (full.status_code, full.get_json()["code"]) == (503, "busy")
    assert client.post(TICKETS, json=WISH, headers={"Authorization": "Bearer whoever"}).status_code in (401, 503)
    assert client.get("/o/senapelan/A").status_code == 503
    assert client.get("/o/senapelan").status_code == 200
    assert client.get("/api/v1/offices/senapelan/board").status_code == 200
    gate.leave()
    assert client.get("/o/senapelan/A").status_code == 200
