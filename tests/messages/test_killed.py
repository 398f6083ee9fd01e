"""A real server with a real gateway: it tells people by itself, and a power cut makes it tell nobody twice."""

import json
import urllib.request
from collections import Counter as Tally
from collections.abc import Callable
from typing import Any

from sqlalchemy import select, update

from queue_app.database import Database
from queue_app.models import Message, MessageStatus
from tests.live_server import LiveServer
from tests.messages.listeners import HANG, Listener
from tests.services.waiting import wait_until

NewServer = Callable[..., LiveServer]
Listen = Callable[..., Listener]


def gateway(listener: Listener) -> str:
    return f"whatsapp=json://127.0.0.1:{listener.port}/?:to={{phone}}&rto=20"


def book(server: LiveServer) -> dict[str, Any]:
    body = json.dumps({"service": "A", "channel": "online", "phone": "0812 3456 7890"}).encode()
    asked = urllib.request.Request(f"{server.url}/api/v1/offices/senapelan/tickets", body)
    asked.add_header("Content-Type", "application/json")
    asked.add_header("Accept-Language", "en")
    with urllib.request.urlopen(asked, timeout=10) as answer:
        ticket: dict[str, Any] = json.load(answer)
        return ticket


def statuses(database: Database) -> Tally[MessageStatus]:
    with database.read() as session:
        return Tally(session.scalars(select(Message.status)))


def test_it_tells_by_itself_soon_after_the_booking(
    new_live_server: NewServer, database_url: str, listen: Listen
) -> None:
    """And commands beside it find nothing left to do."""
    listener = listen(200)
    server = new_live_server(database_url, NOTIFY_URLS=gateway(listener), PUBLIC_URL="https://antrean.example.go.id")
    ticket = book(server)
    assert wait_until(lambda: len(listener.got) == 1)
    assert listener.bodies[0]["title"] == f"Your queue number {ticket['label']}"
    assert listener.bodies[0]["message"].endswith(f"https://antrean.example.go.id/t/{ticket['id']}")
    database = Database(database_url)
    assert wait_until(lambda: statuses(database) == {MessageStatus.SENT: 1})
    database.dispose()
    assert server.run("messages", "send") == "0 messages handed over.\n"
    assert len(listener.got) == 1


def test_a_power_cut_loses_nothing_that_was_not_begun_and_repeats_nothing_that_was(
    new_live_server: NewServer, new_sqlite_url: str, listen: Listen
) -> None:
    """Four are in the hands of a gateway that does not answer, the fifth waits for a free hand.

    No request waits for any of them.
    """
    listener = listen(*[HANG] * 4, 200)
    server = new_live_server(new_sqlite_url, NOTIFY_URLS=gateway(listener))
    labels = {book(server)["label"] for _ in range(5)}
    assert len(labels) == 5
    assert wait_until(lambda: len(listener.got) == 4)
    database = Database(new_sqlite_url)
    assert wait_until(lambda: statuses(database) == {MessageStatus.SENDING: 4, MessageStatus.QUEUED: 1})
    server.kill()
    assert statuses(database) == {MessageStatus.SENDING: 4, MessageStatus.QUEUED: 1}
    server.start()
    assert wait_until(lambda: statuses(database) == {MessageStatus.SENDING: 4, MessageStatus.SENT: 1})
    with database.write() as session:  # a minute later
        session.execute(
            update(Message).where(Message.status == MessageStatus.SENDING).values(due_at=Message.created_at)
        )
    assert wait_until(lambda: statuses(database) == {MessageStatus.UNKNOWN: 4, MessageStatus.SENT: 1})
    assert {body["title"].removeprefix("Your queue number ") for body in listener.bodies} == labels
    assert len(listener.got) == 5
    database.dispose()
    assert server.stop() == 0
