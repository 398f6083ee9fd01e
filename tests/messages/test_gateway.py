"""WhatsApp, SMS, Telegram and e-mail through Apprise, against a gateway and a mail server on loopback."""

import email
import email.policy
import io
import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from queue_app.database import Database
from queue_app.messages import gateway
from queue_app.messages.outcome import Verdict
from queue_app.models import MessageStatus
from tests.messages.listeners import HANG, Listener, MailServer
from tests.messages.town import PHONE, SITE, Town
from tests.office import Desk
from tests.services.waiting import free_port

Listen = Callable[..., Listener]
NewTown = Callable[..., Town]


@pytest.fixture
def new_town(new_sqlite_url: str, now: datetime, tmp_path: Path) -> Iterator[NewTown]:
    """On SQLite alone, with these gateways: nothing here depends on the database."""
    database = Database(new_sqlite_url)
    yield lambda **urls: Town(Desk(database, now), tmp_path, urls)
    database.dispose()


@pytest.fixture
def mail_server() -> Iterator[Callable[..., MailServer]]:
    servers: list[MailServer] = []

    def start(reply: str = "250 OK") -> MailServer:
        servers.append(MailServer(reply))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


def json_url(listener: Listener, query: str = ":to={phone}") -> str:
    return f"json://127.0.0.1:{listener.port}/send?rto=0.3&{query}"


def test_a_phone_number_is_told_in_words_with_the_tickets_page(new_town: NewTown, listen: Listen) -> None:
    listener = listen()
    town = new_town(whatsapp=json_url(listener))
    ticket = town.with_phone(slot=600)
    town.post.empty()
    [body] = listener.bodies
    assert body["to"] == "+6281234567890"
    assert body["title"] == "Nomor antrean Anda A-001"
    assert body["message"] == (
        "Akta kelahiran, Selasa, 24 November 2026, pukul 10:00 WIB. Disdukcapil Senapelan.\n"
        f"{SITE}/t/{ticket.public_id}"
    )


def test_it_speaks_the_language_of_who_is_told(new_town: NewTown, listen: Listen) -> None:
    listener = listen()
    town = new_town(whatsapp=json_url(listener))
    town.with_phone(language="en", slot=600)
    town.post.empty()
    assert listener.bodies[0]["title"] == "Your queue number A-001"
    assert "Tuesday, 24 November 2026, at 10:00 WIB" in listener.bodies[0]["message"]


def test_without_a_public_address_no_page_is_named(new_town: NewTown, listen: Listen) -> None:
    listener = listen()
    town = new_town(whatsapp=json_url(listener))
    town.with_phone()
    town.reconfigured(public_url=None).empty()
    assert "http" not in listener.bodies[0]["message"]


@pytest.mark.parametrize("address", ["@kanal&x=1", "a/../b?c=d#e", "{message}"])
def test_an_address_cannot_change_where_it_goes(address: str) -> None:
    url = gateway.filled("json://gateway/send?:to={chat}", {"chat": address})
    assert url.startswith("json://gateway/send?:to=")
    assert not set("&/?#{}@") & set(url.removeprefix("json://gateway/send?:to="))


def test_a_gateway_that_fails_for_a_while_is_tried_again(new_town: NewTown, listen: Listen) -> None:
    listener = listen(500, 502, 200)
    town = new_town(whatsapp=json_url(listener))
    town.with_phone()
    for _ in range(6):
        town.post.empty()
        town.desk.wait(seconds=20)
    assert len(listener.got) == 3
    assert town.told() == [("booked", "SENT")]


def test_a_gateway_that_hangs_may_have_sent_it_and_is_not_asked_again(new_town: NewTown, listen: Listen) -> None:
    listener = listen(HANG)
    town = new_town(whatsapp=json_url(listener))
    town.with_phone()
    for _ in range(3):
        town.post.empty()
        town.desk.wait(minutes=5)
    assert len(listener.got) == 1
    assert (town.messages()[0].status, town.messages()[0].reason) == (MessageStatus.UNKNOWN, "timeout")


def test_unless_it_is_given_the_number_to_recognise_a_repetition_by(new_town: NewTown, listen: Listen) -> None:
    listener = listen(HANG, 200)
    town = new_town(whatsapp=json_url(listener, ":to={phone}&+Idempotency-Key={message}"))
    town.with_phone()
    town.post.empty()
    town.desk.wait(seconds=20)
    town.post.empty()
    keys = [headers["idempotency-key"] for _, headers, _ in listener.got]
    assert keys == [str(town.messages()[0].id)] * 2
    assert town.told() == [("booked", "SENT")]


def test_nobody_there_is_tried_again(new_town: NewTown) -> None:
    town = new_town(whatsapp=f"json://127.0.0.1:{free_port()}/?:to={{phone}}")
    town.with_phone()
    town.post.empty()
    assert (town.messages()[0].status, town.messages()[0].reason) == (MessageStatus.QUEUED, "unreachable")


def test_a_redirect_is_not_followed(new_town: NewTown, listen: Listen) -> None:
    elsewhere = listen()
    town = new_town(whatsapp=json_url(listen(307, headers={"Location": elsewhere.url})))
    town.with_phone()
    town.post.empty()
    assert elsewhere.got == []
    assert town.messages()[0].reason == "status 307"


def test_a_mailbox_is_told_by_mail(new_town: NewTown, mail_server: Callable[..., MailServer]) -> None:
    server = mail_server()
    town = new_town(email=f"mailto://127.0.0.1:{server.port}?from=antrean@example.go.id&to={{email}}&mode=insecure")
    ticket = town.desk.book("A")
    town.follow(ticket, "siti@example.org", "email")
    town.post.empty()
    [(recipients, content)] = server.letters
    letter = email.message_from_bytes(content, policy=email.policy.default)
    assert recipients == ["siti@example.org"]
    assert letter["subject"] == "Nomor antrean Anda A-001"
    text = letter.get_body(("plain", "html"))
    assert text is not None
    assert "Akta kelahiran" in text.get_content()


@pytest.mark.parametrize(
    ("reply", "status"),
    [("451 try again later", MessageStatus.QUEUED), ("554 we do not want this", MessageStatus.FAILED)],
)
def test_a_mail_server_that_refuses(
    new_town: NewTown, mail_server: Callable[..., MailServer], reply: str, status: MessageStatus
) -> None:
    server = mail_server(reply)
    town = new_town(email=f"mailto://127.0.0.1:{server.port}?from=antrean@example.go.id&to={{email}}&mode=insecure")
    town.follow(town.desk.book("A"), "siti@example.org", "email")
    town.post.empty()
    assert (town.messages()[0].status, town.messages()[0].reason) == (status, f"SMTP {reply[:3]}")


def test_no_mail_server_is_tried_again(new_town: NewTown) -> None:
    town = new_town(email=f"mailto://127.0.0.1:{free_port()}?from=a@example.go.id&to={{email}}&mode=insecure")
    town.follow(town.desk.book("A"), "siti@example.org", "email")
    town.post.empty()
    assert (town.messages()[0].status, town.messages()[0].reason) == (MessageStatus.QUEUED, "unreachable")


def test_nothing_personal_is_in_the_outbox_or_the_log(
    new_town: NewTown, listen: Listen, capfd: pytest.CaptureFixture[str]
) -> None:
    """Whatever the level of the log. (What Apprise itself notes never reaches the log's root.)"""
    listener = listen(500, HANG)
    town = new_town(whatsapp=f"json://127.0.0.1:{listener.port}/to/{{phone}}?rto=0.3")
    town.with_phone()
    root, written = logging.getLogger(), io.StringIO()
    everything = logging.StreamHandler(written)
    root.addHandler(everything)
    level, _ = root.level, root.setLevel(logging.DEBUG)
    town.post.empty()
    town.desk.wait(minutes=1)
    town.post.empty()
    root.setLevel(level)
    root.removeHandler(everything)
    captured = capfd.readouterr()
    assert "message 1 by whatsapp: unknown, timeout" in written.getvalue()
    seen = written.getvalue() + captured.out + captured.err + repr([vars(message) for message in town.messages()])
    assert PHONE[1:] not in seen


class TestJudging:
    """What Apprise's notes of a failed call say; anything not understood may have arrived."""

    @pytest.mark.parametrize(
        ("note", "verdict"),
        [
            ("Failed to send Telegram notification to 1: Too Many Requests, error=429.", Verdict.NOT_TAKEN),
            ("Failed to send JSON POST notification: error=401.", Verdict.REJECTED),
            ("Failed to send JSON POST notification: Gateway Timeout, error=504.", Verdict.UNKNOWN),
            ("Socket Exception: HTTPSConnectionPool: ... (connect timeout=4.0)", Verdict.NOT_TAKEN),
            ("Socket Exception: ('Connection aborted.', RemoteDisconnected('...'))", Verdict.UNKNOWN),
            ("Socket Exception: HTTPConnectionPool: Read timed out. (read timeout=4.0)", Verdict.UNKNOWN),
            ("Socket Exception: {'a@b.id': (550, b'no such user')}", Verdict.REJECTED),
            ("Socket Exception: Connection unexpectedly closed: timed out", Verdict.UNKNOWN),
            ("Sent Telegram notification.\nA Connection error occurred, error=500.", Verdict.UNKNOWN),
            ("", Verdict.UNKNOWN),
        ],
    )
    def test_it_is_certain_only_where_it_can_be(self, note: str, verdict: Verdict) -> None:
        assert gateway.judge(note.splitlines()).verdict is verdict


def test_an_address_that_apprise_does_not_know_is_found_out_before_serving() -> None:
    urls = {"sms": "nonsense://x/{phone}", "whatsapp": "json://gateway/?:to={phone}", "telegram": "tgram://{chat}"}
    assert gateway.unreadable(urls) == ["sms", "telegram"]
    token = "123456789:abcdefg_hijklmnop-abcdefg_hijklmnop"
    assert gateway.unreadable({"telegram": f"tgram://{token}/{{chat}}"}) == []
