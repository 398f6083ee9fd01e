"""Web Push against a push service on loopback: signed, encrypted for the browser, and with the right manners."""

import json
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from py_vapid import Vapid02
from py_vapid.utils import b64urldecode

from queue_app.database import Database
from queue_app.errors import Invalid
from queue_app.messages import public_post, push, vapid
from queue_app.messages.outcome import Verdict
from queue_app.messages.post_office import channels
from queue_app.models import MessageStatus
from tests.messages.listeners import HANG, Browser, Listener
from tests.messages.town import SITE, Town
from tests.office import Desk

Listen = Callable[..., Listener]


@pytest.fixture
def town(new_sqlite_url: str, now: datetime, tmp_path: Path) -> Iterator[Town]:
    """On SQLite alone: nothing here depends on the database."""
    database = Database(new_sqlite_url)
    yield Town(Desk(database, now), tmp_path)
    database.dispose()


def push_to(town: Town, service: Listener) -> Browser:
    """Somebody who is near is told by this push service."""
    browser = Browser()
    ticket = town.desk.book("A")
    address = push.checked_subscription(browser.subscription(f"{service.url}/push/1"), allow_loopback=True)
    town.follow(ticket, address, language="en")
    town.desk.check_in(ticket)
    return browser


def test_it_arrives_signed_and_readable_by_the_browser_alone(town: Town, listen: Listen, tmp_path: Path) -> None:
    service = listen(201)
    browser = push_to(town, service)
    assert town.post.empty() == 1
    [(path, headers, body)] = service.got
    assert path == "/push/1"
    assert headers["content-encoding"] == "aes128gcm"
    assert headers["urgency"] == "high"
    assert 0 < int(headers["ttl"]) <= 600
    assert len(headers["topic"]) <= 32
    assert headers["authorization"].startswith("vapid t=")
    assert Vapid02.verify(headers["authorization"])
    token, _, key = headers["authorization"].removeprefix("vapid t=").partition(",k=")
    assert key == vapid.public_key(vapid.keep_key(tmp_path))
    claims = json.loads(b64urldecode(token.split(".")[1].encode()))
    assert (claims["aud"], claims["sub"]) == (service.url, SITE)
    assert 0 < claims["exp"] - town.desk.now.timestamp() <= 24 * 3600
    message = browser.read(body)
    assert message["title"] == "A-001: your turn is near"
    assert message["body"] == "You are next. Please stay near the waiting room of Disdukcapil Senapelan."
    assert message["path"].startswith("/t/")
    assert message["tag"] == headers["topic"]
    assert b"A-001" not in body


def test_in_the_line_the_newest_word_replaces_the_older(town: Town, listen: Listen) -> None:
    service = listen(201)
    push_to(town, service)
    town.post.empty()
    town.desk.open()
    town.desk.call_next()
    town.post.empty()
    topics = [headers["topic"] for _, headers, _ in service.got]
    assert len(topics) == 2
    assert len(set(topics)) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_is_gone_is_forgotten(town: Town, listen: Listen, status: int) -> None:
    service = listen(status)
    push_to(town, service)
    town.post.empty()
    [contact] = town.contacts()
    assert (contact.ended_at is not None, contact.address_sealed) == (True, None)
    town.desk.open()
    town.desk.call_next()
    town.post.empty()
    assert len(service.got) == 1


def test_a_service_that_fails_for_a_while_is_tried_again(town: Town, listen: Listen) -> None:
    service = listen(500, 503, 201)
    push_to(town, service)
    for _ in range(5):
        town.post.empty()
        town.desk.wait(seconds=20)
    assert len(service.got) == 3
    assert town.told() == [("near", "SENT")]


def test_it_waits_as_long_as_the_service_asks(town: Town, listen: Listen) -> None:
    push_to(town, listen(429, headers={"Retry-After": "120"}))
    town.post.empty()
    assert (town.messages()[0].due_at - town.desk.now).total_seconds() == 120


@pytest.mark.parametrize(("status", "reason"), [(302, "status 302"), (400, "status 400"), (413, "status 413")])
def test_a_refusal_is_final_and_a_redirect_is_not_followed(
    town: Town, listen: Listen, status: int, reason: str
) -> None:
    elsewhere = listen(201)
    service = listen(status, headers={"Location": elsewhere.url})
    push_to(town, service)
    town.post.empty()
    assert (town.messages()[0].status, town.messages()[0].reason) == (MessageStatus.FAILED, reason)
    assert (len(service.got), elsewhere.got) == (1, [])


def test_a_service_that_hangs_does_not_hold_up_others(
    town: Town, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is tried again: the same topic and number make a repetition harmless."""
    monkeypatch.setattr(public_post, "STEP_S", 0.3)
    hanging, healthy = listen(HANG, 201), listen(201)
    push_to(town, hanging)
    push_to(town, healthy)
    town.post.empty()
    assert sorted(town.told()) == [("near", "QUEUED"), ("near", "SENT")]
    town.desk.wait(seconds=10)
    town.post.empty()
    assert town.told() == [("near", "SENT")] * 2
    [first, second] = hanging.got
    assert first[1]["topic"] == second[1]["topic"]


def test_a_service_that_drips_is_cut_off(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_post, "WHOLE_S", 0.3)
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 ")
                while not over.wait(0.02):
                    try:
                        connection.sendall(b"2")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        to = public_post.target(f"http://127.0.0.1:{server.getsockname()[1]}/", allow_loopback=True)
        outcome = public_post.post(to, {}, b"body", allow_loopback=True)
        over.set()
        thread.join()
    assert outcome.verdict is Verdict.UNKNOWN


def test_nobody_there_is_tried_again(town: Town, listen: Listen) -> None:
    service = listen()
    service.stop()
    push_to(town, service)
    town.post.empty()
    assert town.told() == [("near", "QUEUED")]
    assert town.messages()[0].reason == "unreachable"


class TestAddresses:
    """An address comes from a stranger's browser: the server must not be led to itself or its neighbours."""

    @pytest.mark.parametrize(
        "url",
        [
            "http://push.example.org/1",
            "https://push.example.org:8443/1",
            "https://user@push.example.org/1",
            "https://localhost/1",
            "https://intranet/1",
            "https://printer.local/1",
            "https://db.internal/1",
            "https://127.0.0.1/1",
            "https://10.0.0.1/1",
            "https://192.168.1.1/1",
            "https://169.254.169.254/latest/meta-data",
            "https://100.64.0.1/",
            "https://0.0.0.0/",
            "https://[::1]/1",
            "https://[fd00::1]/1",
            "https://[::ffff:10.0.0.1]/1",
            "https://[64:ff9b::a00:1]/1",
            "https://[2002:a00:1::]/1",
            "https://224.0.0.1/1",
            "https://push.example.org/" + "x" * 1000,
            "https://push.example.org/a b",
            "https://push.example.org/\r\nX: y",
            "https://push.example.org:x/",
            "ftp://push.example.org/",
            "file:///etc/passwd",
            "",
        ],
    )
    def test_it_refuses_what_is_not_public(self, url: str) -> None:
        with pytest.raises(Invalid, match="bad_push_address"):
            public_post.target(url)

    @pytest.mark.parametrize(
        "url",
        [
            "https://fcm.googleapis.com/fcm/send/abc:def",
            "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
            "https://web.push.apple.com/QABC",
            "https://wns2-sg2p.notify.windows.com/w/?token=BQYA%2b",
        ],
    )
    def test_it_takes_the_push_services_of_browsers(self, url: str) -> None:
        to = public_post.target(url)
        assert f"{to.origin}{to.path}" == url

    def test_loopback_is_for_tests_only(self, listen: Listen) -> None:
        with pytest.raises(Invalid):
            public_post.target(listen().url)

    @pytest.mark.parametrize("found", [["10.0.0.5"], ["93.184.215.14", "127.0.0.1"], ["fe80::1%eth0"]])
    def test_a_name_that_leads_inside_is_not_followed(self, found: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
        """Judged when connecting, for names change; one inner address among public ones is enough."""
        answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in found]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: answers)
        monkeypatch.setattr(socket, "create_connection", lambda *_args: pytest.fail("it connected"))
        outcome = public_post.post(public_post.target("https://push.example.org/1"), {}, b"")
        assert (outcome.verdict, outcome.reason) == (Verdict.REJECTED, "not a public address")

    def test_it_connects_to_the_address_that_was_judged(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Not to the name once more, which may lead elsewhere by then."""
        answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 443))]
        asked: list[object] = []

        def connect(address: object, _timeout: float) -> socket.socket:
            asked.append(address)
            raise ConnectionRefusedError

        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: answers)
        monkeypatch.setattr(socket, "create_connection", connect)
        outcome = public_post.post(public_post.target("https://push.example.org/1"), {}, b"")
        assert (asked, outcome.verdict) == ([("93.184.215.14", 443)], Verdict.NOT_TAKEN)


class TestSubscriptions:
    good = Browser().subscription("https://push.example.org/1")

    @pytest.mark.parametrize(
        "given",
        [
            None,
            [],
            {},
            {"endpoint": "https://push.example.org/1"},
            {**good, "endpoint": 1},
            {**good, "keys": {}},
            {**good, "keys": {**good["keys"], "auth": "AAAA"}},
            {**good, "keys": {**good["keys"], "auth": 5}},
            {**good, "keys": {**good["keys"], "p256dh": "AAAA"}},
            {**good, "keys": {**good["keys"], "p256dh": "ä" * 87}},
            {**good, "keys": {**good["keys"], "p256dh": "B" * 87}},
        ],
    )
    def test_a_wrong_one_is_refused(self, given: Any) -> None:
        with pytest.raises(Invalid, match="bad_push_keys"):
            push.checked_subscription(given)

    def test_only_what_is_needed_is_kept(self) -> None:
        kept = json.loads(push.checked_subscription({**self.good, "tracking": "x"}))
        assert kept == {"endpoint": self.good["endpoint"], "keys": self.good["keys"]}


class TestKey:
    def test_it_is_made_once_for_its_owner_only(self, tmp_path: Path) -> None:
        first = vapid.public_key(vapid.keep_key(tmp_path))
        assert vapid.public_key(vapid.keep_key(tmp_path)) == first
        assert stat.S_IMODE((tmp_path / vapid.FILE).stat().st_mode) == 0o600
        assert [path.name for path in tmp_path.iterdir()] == [vapid.FILE]

    def test_processes_that_start_at_once_agree(self, tmp_path: Path) -> None:
        with ThreadPoolExecutor(8) as pool:
            keys = list(pool.map(lambda _: vapid.public_key(vapid.keep_key(tmp_path)), range(8)))
        assert len(set(keys)) == 1

    def test_without_a_place_for_it_push_is_off(self, town: Town, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        assert "push" not in channels(replace(town.config, instance_dir=tmp_path / "file"))
        assert "push" in channels(town.config)
