"""WhatsApp, SMS, Telegram and e-mail, through the office's own gateways as Apprise knows them.

Apprise answers with yes or no. Whether a no is certain is read from what it noted of that one call: an answer with a
status, or a connection that never came about, is certain; anything else may have arrived, and isn't repeated unless the
gateway is given the message's number to recognise a repetition by (``{message}`` in its address).
"""

import logging
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from urllib.parse import quote

from queue_app.config import ADDRESSES
from queue_app.messages import words
from queue_app.messages.contacts import international
from queue_app.messages.outbox import Letter
from queue_app.messages.outcome import DELIVERED, Outcome, Verdict, of_status

# What Apprise notes of a call names the citizen's address: it is read here and kept nowhere, nor is the address asked.
_NOTES = logging.getLogger("apprise")
_NOTES.propagate = False
_NOTES.setLevel(logging.DEBUG)
_NOTES.addHandler(logging.NullHandler())
logging.getLogger("urllib3").setLevel(logging.WARNING)

_STATUS = re.compile(r"error=(\d{3})\b")
_SMTP_STATUS = re.compile(r"^Socket Exception: \(?\{?(?:'[^']*': )?\(?([245]\d\d), b", re.MULTILINE)
_NEVER_CONNECTED = re.compile(
    r"Failed to establish a new connection|connect timeout=|Failed to resolve|Connection refused|\[Errno 111\]"
    r"|Name or service not known|CERTIFICATE_VERIFY_FAILED|Connection error while submitting email"
)
_SMTP_REJECTED = range(500, 600)


class GatewayChannel:
    """Hands messages to the gateway at ``url``, an Apprise address with a place for the citizen's own.

    ``site``: this site's public address; the ticket's page is named when it is known.
    """

    def __init__(self, url: str, site: str | None) -> None:
        self._url = url
        self._site = site
        self._wants_phone = address_kind(url) == "phone"
        self.repeats = "{message}" in url

    def hand_over(self, letter: Letter, address: str, now: datetime) -> Outcome:  # noqa: ARG002 - as every channel
        return _notify(self._filled(address, letter.message.id), letter, self._site)

    def _filled(self, address: str, message_id: int) -> str:
        text = international(address) if self._wants_phone else address
        return filled(self._url, {**dict.fromkeys(ADDRESSES, text), "message": str(message_id)})


class OfficeChannel:
    """Hands alerts to the offices' own addresses, each a whole Apprise address."""

    repeats = False

    def __init__(self, site: str | None) -> None:
        self._site = site

    def hand_over(self, letter: Letter, address: str, now: datetime) -> Outcome:  # noqa: ARG002 - as every channel
        return _notify(address, letter, self._site)


def _notify(url: str, letter: Letter, site: str | None) -> Outcome:
    from apprise import Apprise, AppriseAsset  # noqa: PLC0415 - it takes a while, which only a sender needs to spend

    said = words.of(letter.message, letter.language)
    gateway = Apprise(asset=AppriseAsset(async_mode=False, http_redirects=False))
    if not gateway.add(url):
        return Outcome(Verdict.REJECTED, "address not accepted")
    body = f"{said.body}\n{site}{said.path}" if site else said.body
    result = gateway.notify(body=body, title=said.title, log_level=logging.DEBUG)
    return DELIVERED if result else judge(entry.message for entry in result.logs())


def filled(url: str, given: Mapping[str, str]) -> str:
    """The address with its places filled; nothing that is filled in can change what stands around it."""
    return re.sub(r"\{(\w+)\}", lambda place: quote(given[place[1]], safe=""), url)


def address_kind(url: str) -> str:
    """What a gateway's address asks of a citizen: one of ``config.ADDRESSES``."""
    return next(kind for kind in ADDRESSES if f"{{{kind}}}" in url)


def judge(notes: Iterable[str]) -> Outcome:
    """What Apprise's notes of a failed call say: certainly not taken, or nobody knows."""
    text = "\n".join(notes)
    if "Sent " in text:
        return Outcome(Verdict.UNKNOWN, "partly sent")
    if status := _STATUS.search(text):
        return of_status(int(status[1]))
    if refusal := _SMTP_STATUS.search(text):
        verdict = Verdict.REJECTED if int(refusal[1]) in _SMTP_REJECTED else Verdict.NOT_TAKEN
        return Outcome(verdict, f"SMTP {refusal[1]}")
    if _NEVER_CONNECTED.search(text):
        return Outcome(Verdict.NOT_TAKEN, "unreachable")
    return Outcome(Verdict.UNKNOWN, "timeout" if "timed out" in text else "no clear answer")


def is_readable(url: str) -> bool:
    """Whether Apprise understands an address as it stands."""
    from apprise import Apprise  # noqa: PLC0415

    return Apprise.instantiate(url) is not None


def unreadable(urls: Mapping[str, str]) -> list[str]:
    """The channels whose address Apprise does not understand."""
    from apprise import Apprise  # noqa: PLC0415

    example = {"phone": "081234567890", "email": "warga@example.org", "chat": "123456789", "message": "1"}
    return [channel for channel, url in urls.items() if Apprise.instantiate(filled(url, example)) is None]
