"""Events reach other systems at least once, in order for each ticket, whatever either side does."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from queue_app.errors import QueueError
from queue_app.models import Delivery
from queue_app.personal import Holder
from queue_app.webhooks import outbox, subscribing
from tests.office import SECRET
from tests.webhooks.conftest import Hooks, serve
from tests.webhooks.receiver import Receiver

Receive = Callable[..., Receiver]
ROOT = Path(__file__).parents[2]


def in_order(events: list[dict[str, Any]]) -> bool:
    """Whether the first arrival of each event is in its ticket's order."""
    first = {event["id"]: event for event in reversed(events)}
    seen: dict[int, int] = {}
    for event in sorted(first.values(), key=events.index):
        ticket = event["ticket"]
        if ticket["sequence"] <= seen.get(ticket["number"], 0):
            return False
        seen[ticket["number"]] = ticket["sequence"]
    return True


def test_a_day_of_a_ticket_is_told_without_saying_who_it_is(hooks: Hooks, receive: Receive) -> None:
    receiver, desk = receive(), hooks.desk
    hooks.to(receiver.url, ["ticket.join", "ticket.call", "counter.open", "display.content_change"])
    holder = Holder(name="Siti Aminah", phone="081234567890")
    ticket = desk.join("A", holder=holder)
    desk.open("petugas1", 1)
    serve(desk)
    hooks.sender.empty()
    events = {event["kind"]: event for event in receiver.events}
    assert set(events) == {"ticket.join", "counter.open", "ticket.call"}  # and what was not asked for is not told
    assert events["ticket.call"] | {"id": "", "at": ""} == {
        "id": "",
        "kind": "ticket.call",
        "at": "",
        "office": "senapelan",
        "ticket": {
            "number": ticket.id,
            "sequence": 2,
            "label": ticket.label,
            "day": "2026-11-24",
            "channel": "kiosk",
            "from_state": "WAITING",
            "state": "CALLED",
        },
        "service": "A",
        "counter": 1,
    }
    (shown,) = re.findall(r"```json\n(\{\"id.*?)```", (ROOT / "docs/api.md").read_text(encoding="utf-8"), re.DOTALL)
    example = json.loads(shown)
    assert set(example) == set(events["ticket.call"])
    assert set(example["ticket"]) == set(events["ticket.call"]["ticket"])
    told = "".join(body.decode() for _, body in receiver.got)
    for secret in ("Siti", "081234567890", ticket.public_id, "petugas1"):
        assert secret not in told


def test_what_was_rolled_back_or_happened_before_is_not_told(hooks: Hooks, receive: Receive) -> None:
    receiver, desk = receive(), hooks.desk
    desk.join()
    hooks.to(receiver.url)
    with pytest.raises(QueueError):  # nobody has opened the counter
        desk.call_next("petugas1", 1)
    assert hooks.sender.empty() == 0
    desk.join()
    hooks.sender.empty()
    assert [event["kind"] for event in receiver.events] == ["ticket.join"]


def test_a_ticket_whose_event_is_refused_waits_and_others_go_on(hooks: Hooks, receive: Receive) -> None:
    desk = hooks.desk
    first, second = desk.join(), desk.join()
    is_down = True
    receiver = receive(lambda event: 500 if is_down and event["ticket"]["number"] == first.id else 200)
    hooks.to(receiver.url)
    desk.open("petugas1", 1)
    serve(desk)
    serve(desk)
    hooks.sender.empty()
    of_first = [event for event in receiver.events if event["ticket"]["number"] == first.id]
    assert [event["kind"] for event in of_first] == ["ticket.call"]
    assert [event["kind"] for event in receiver.events if event["ticket"]["number"] == second.id] == [
        *("ticket.call", "ticket.start", "ticket.finish")
    ]
    is_down = False
    hooks.until_done()
    assert in_order(receiver.events)
    assert len({event["id"] for event in receiver.events}) == 6


def test_a_receiver_that_dies_and_comes_back_has_each_event_once_by_its_id(hooks: Hooks, receive: Receive) -> None:
    desk = hooks.desk
    count = 0

    def answer(_event: dict[str, Any]) -> int:  # every fifth is taken, but the line dies before that is said
        nonlocal count
        count += 1
        return -1 if count % 5 == 0 else 200

    receiver = receive(answer)
    hooks.to(receiver.url)
    desk.open("petugas1", 1)
    for _ in range(4):
        desk.join()
    serve(desk)
    hooks.sender.empty()
    receiver.stop()
    serve(desk)
    serve(desk)
    hooks.sender.empty()
    assert any(delivery.status == "QUEUED" for delivery in hooks.deliveries())
    receiver.start()
    hooks.sender = hooks.new_sender()
    serve(desk)
    hooks.until_done()
    wanted = [delivery.event for delivery in hooks.deliveries()]
    assert sorted({event["id"] for event in receiver.events}) == sorted(wanted)
    assert len(wanted) == len(set(wanted)) == 4 * 4
    assert in_order(receiver.events)
    assert len(receiver.events) > len(wanted)  # some came twice, by the same id


_CHILD = """
import sys
from datetime import datetime
from queue_app.database import Database
from queue_app.personal import Vault
from queue_app.webhooks.sender import Sender
from queue_app.webhooks.targets import read_allowed
url, secret, now = sys.argv[1:]
at = datetime.fromisoformat(now)
Sender(Database(url), Vault(secret), read_allowed(("127.0.0.1",)), lambda: at).empty()
"""


def test_a_process_killed_between_sending_and_marking_sends_again_by_the_same_id(
    hooks: Hooks, receive: Receive
) -> None:
    desk, sent = hooks.desk, threading.Event()
    process: subprocess.Popen[bytes] | None = None

    def answer(_event: dict[str, Any]) -> int:
        if process is not None and not sent.is_set():
            process.send_signal(signal.SIGKILL)
            process.wait(10)
            sent.set()
        return 200

    receiver = receive(answer)
    hooks.to(receiver.url)
    desk.join()
    address = desk.db.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", _CHILD, address, SECRET, desk.now.isoformat()]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert sent.wait(30)
    assert [delivery.status for delivery in hooks.deliveries()] == ["QUEUED"]
    assert hooks.sender.empty() == 0  # somebody may still be at it
    desk.now += outbox.LEASE
    hooks.sender.empty()
    first, again = receiver.events
    assert first == again
    assert [delivery.status for delivery in hooks.deliveries()] == ["SENT"]


def test_a_desk_writes_nothing_for_webhooks(hooks: Hooks, receive: Receive) -> None:
    hooks.to(receive().url)
    hooks.desk.join()
    with hooks.desk.db.read() as session:
        assert session.scalar(select(func.count()).select_from(Delivery)) == 0


def test_the_snippet_of_the_document_verifies_what_comes(hooks: Hooks, receive: Receive) -> None:
    text = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    (snippet,) = (code for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "def is_genuine" in code)
    known: dict[str, Any] = {}
    exec(snippet, known)
    is_genuine = known["is_genuine"]
    receiver, desk = receive(), hooks.desk
    webhook, secret = hooks.to(receiver.url)
    desk.join()
    hooks.sender.empty()
    headers, body = receiver.got[0]
    sent, now = headers["Antrean-Signature"], desk.now.timestamp()
    assert is_genuine(secret, sent, body, now)
    assert not is_genuine("whsec_other", sent, body, now)
    assert not is_genuine(secret, sent, body + b" ", now)
    assert not is_genuine(secret, sent, body, now + 301)  # caught and sent again later
    assert not is_genuine(secret, sent.replace("t=", "t=1"), body, now)
    with desk.db.write() as session:
        office = desk.office(session)
        found = subscribing.find(session, office, webhook.id)
        new = subscribing.rotate(session, desk.vault, office, found, desk.now)
    for hours, good in ((23, [True, True]), (2, [True, False])):
        desk.now += timedelta(hours=hours)
        desk.join()
        hooks.sender.empty()
        headers, body = receiver.got[-1]
        checks = [is_genuine(each, headers["Antrean-Signature"], body, desk.now.timestamp()) for each in (new, secret)]
        assert checks == good


def test_what_was_told_long_ago_is_forgotten(hooks: Hooks, receive: Receive) -> None:
    hooks.to(receive().url)
    hooks.desk.join()
    hooks.sender.empty()
    hooks.sender.forget(hooks.desk.now + outbox.KEPT - timedelta(days=1))
    assert len(hooks.deliveries()) == 1
    hooks.sender.forget(hooks.desk.now + outbox.KEPT + timedelta(days=1))
    assert hooks.deliveries() == []
