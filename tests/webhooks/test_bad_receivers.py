"""Receivers that lead elsewhere, hang, fail for days or never stop answering."""

import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from queue_app import alerts
from queue_app.models import Alert, AlertKind
from queue_app.webhooks import outbox, subscribing
from queue_app.webhooks.sender import ANSWER_KEPT, PATIENCE
from tests.webhooks.conftest import Hooks, serve
from tests.webhooks.receiver import Receiver

Receive = Callable[..., Receiver]


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
