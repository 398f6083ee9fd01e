"""Events reach other systems at least once, in order for each ticket, whatever either side does."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from queue_app import alerts, tickets
from queue_app.errors import QueueError
from queue_app.models import Alert, AlertKind, Delivery
from queue_app.personal import Holder
from queue_app.webhooks import outbox, subscribing
from queue_app.webhooks.sender import ANSWER_KEPT, PATIENCE
from tests.office import SECRET, Desk
from tests.webhooks.conftest import Hooks
from tests.webhooks.receiver import Receiver

Receive = Callable[..., Receiver]
ROOT = Path(__file__).parents[2]


def serve(desk: Desk) -> None:
    """One citizen after another, from the line to the end."""
    called = desk.call_next("petugas1", 1)
    assert called is not None
    desk.act(tickets.finish, desk.act(tickets.start, called))


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


def test_a_redirect_is_not_followed(hooks: Hooks, receive: Receive) -> None:
    inside = receive()
    receiver = receive(lambda _event: 302, headers={"Location": inside.url})
    hooks.to(receiver.url)
    hooks.desk.join()
    hooks.sender.empty()
    assert inside.got == []
    (delivery,) = hooks.deliveries()
    assert (delivery.tries[0]["status"], delivery.tries[0]["reason"]) == (302, "redirect")
    assert delivery.status == "QUEUED"


def test_a_name_that_leads_inside_by_now_is_not_connected_to(hooks: Hooks, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is judged whenever it is looked up, and looked up once."""
    hooks.to("https://situs.example.go.id/kait")
    hooks.desk.join()
    for found in ("10.0.0.5", "127.0.0.2", "169.254.169.254", "::ffff:10.0.0.1", "fe80::1%eth0", "224.0.0.1"):
        answers = [(0, socket.SOCK_STREAM, 6, "", (each, 443)) for each in ("93.184.215.14", found)]
        with monkeypatch.context() as patched:
            patched.setattr(socket, "getaddrinfo", lambda *_, answers=answers, **__: answers)
            patched.setattr(socket, "create_connection", lambda *_: pytest.fail("it connected"))
            hooks.sender.empty()
        hooks.desk.now += timedelta(minutes=10)
    assert [each["reason"] for each in hooks.deliveries()[0].tries] == ["not allowed"] * 5


def test_one_that_hangs_holds_up_neither_another_nor_a_desk(hooks: Hooks, receive: Receive) -> None:
    """The desk works while the event is in the receiver's hands: were a transaction open then, SQLite would wait."""
    desk, worked = hooks.desk, threading.Event()
    hooks.sender = hooks.new_sender(whole_s=2.0)

    def answer(_event: dict[str, Any]) -> int:
        if not worked.is_set():
            desk.open("petugas1", 1)
            serve(desk)
            worked.set()
        return 0

    hanging, other = receive(answer), receive()
    hooks.to(hanging.url, ["ticket.join"])
    hooks.to(other.url, ["ticket.join"], "Papan angka")
    desk.join()
    hooks.sender.empty()
    assert worked.is_set()
    assert len(other.events) == 1
    by_status = {delivery.status: delivery for delivery in hooks.deliveries()}
    assert by_status["QUEUED"].tries[0]["reason"] == "timeout"
    assert set(by_status) == {"QUEUED", "SENT"}


def test_one_that_takes_its_time_is_waited_for_longer_than_a_connection(hooks: Hooks, receive: Receive) -> None:
    receiver = receive(lambda _event: 200 if receiver.over.wait(0.8) is False else 500)
    hooks.to(receiver.url)
    hooks.desk.join()
    hooks.sender.empty()
    assert [delivery.status for delivery in hooks.deliveries()] == ["SENT"]
    assert PATIENCE.connect_s < PATIENCE.whole_s == PATIENCE.step_s


def test_a_desk_writes_nothing_for_webhooks(hooks: Hooks, receive: Receive) -> None:
    hooks.to(receive().url)
    hooks.desk.join()
    with hooks.desk.db.read() as session:
        assert session.scalar(select(func.count()).select_from(Delivery)) == 0


def test_errors_for_a_day_are_given_up_with_an_alert_and_can_be_sent_again(hooks: Hooks, receive: Receive) -> None:
    desk, receiver = hooks.desk, receive(lambda _event: 500)
    hooks.to(receiver.url)
    desk.join()
    began = desk.now
    hooks.until_done(timedelta(minutes=5))
    assert timedelta(hours=22) < desk.now - began <= timedelta(hours=24)
    assert 20 <= len(receiver.events) <= 40  # further and further apart
    (delivery,) = hooks.deliveries()
    assert (delivery.status, delivery.tries[-1]["status"], delivery.tries[-1]["answer"]) == ("FAILED", 500, "<b")
    assert len(delivery.tries) == outbox.TRIES_KEPT

    def open_alerts() -> list[dict[str, Any]]:
        alerts.watch(desk.db, desk.now)
        with desk.db.read() as session:
            kind = Alert.kind == AlertKind.WEBHOOK_FAILING
            return [alert.facts for alert in session.scalars(select(Alert).where(kind, Alert.cleared_at.is_(None)))]

    assert open_alerts() == [{"webhook": "Situs kota"}]
    receiver.answer = lambda _event: 200
    with desk.db.write() as session:
        assert outbox.replay(session, hooks.webhook(), desk.now) == 1
    hooks.sender.empty()
    assert hooks.deliveries()[0].status == "SENT"
    assert len({event["id"] for event in receiver.events}) == 1
    assert open_alerts() == []


def test_errors_for_three_days_switch_it_off_until_somebody_starts_it(hooks: Hooks, receive: Receive) -> None:
    desk, receiver = hooks.desk, receive(lambda _event: 503)
    hooks.to(receiver.url)
    for _ in range(7):
        desk.join()
        hooks.sender.empty()
        desk.now += timedelta(hours=12)
    hooks.sender.empty()
    assert hooks.webhook().stopped_at is not None
    came = len(receiver.events)
    desk.join()
    assert hooks.sender.empty() == 0
    assert {delivery.status for delivery in hooks.deliveries()} == {"FAILED"}
    receiver.answer = lambda _event: 200
    with desk.db.write() as session:
        office = desk.office(session)
        subscribing.start(session, office, subscribing.find(session, office, hooks.webhook().id), desk.now)
    ticket = desk.join()
    hooks.sender.empty()
    assert [event["ticket"]["number"] for event in receiver.events[came:]] == [ticket.id]


def test_an_answer_without_an_end_is_cut(hooks: Hooks) -> None:
    written = 0
    with socket.create_server(("127.0.0.1", 0)) as server:

        def pour() -> None:
            nonlocal written
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n")
                try:
                    while written < 2**30:
                        written += connection.send(b"\x00<script>" * 1024)
                except OSError:
                    return

        thread = threading.Thread(target=pour)
        thread.start()
        hooks.to(f"http://127.0.0.1:{server.getsockname()[1]}/")
        hooks.desk.join()
        hooks.sender.empty()
        thread.join(10)
    assert written < 32 * 2**20  # what the system's buffers take
    (delivery,) = hooks.deliveries()
    assert delivery.status == "SENT"
    assert len(delivery.tries[0]["answer"]) <= ANSWER_KEPT
    assert delivery.tries[0]["answer"].isprintable()


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
