"""One POST to an address that a browser named: only to public hosts by https, see ``queue_app.guarded_post``."""

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from queue_app import guarded_post
from queue_app.errors import N_, Invalid
from queue_app.guarded_post import Address, Patience, Target, is_public
from queue_app.messages.outcome import Outcome, Verdict, of_status

STEP_S = 5.0
WHOLE_S = 15.0
URL_LENGTH = 1000
_READ_AT_MOST = 4096


def target(url: str, *, allow_loopback: bool = False) -> Target:
    """Judge the text of an address. Raises Invalid ``bad_push_address``.

    ``allow_loopback`` (tests): http and any port of this machine too.
    """
    refused = Invalid("bad_push_address", N_("Peramban ini memberi alamat kabar yang tidak dapat dipakai."))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise refused from error
    host = parts.hostname or ""
    if len(url) > URL_LENGTH or not url.isascii() or not url.isprintable() or " " in url or "@" in parts.netloc:
        raise refused
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if allow_loopback and host == "127.0.0.1" and parts.scheme in {"http", "https"}:
        return Target(parts.scheme == "https", host, port or (443 if parts.scheme == "https" else 80), path)
    if parts.scheme != "https" or port not in (None, 443) or not can_be_public(host):
        raise refused
    return Target(True, host, 443, path)


def post(to: Target, headers: Mapping[str, str], body: bytes, *, allow_loopback: bool = False) -> Outcome:
    """Send one request and say what became of it. Never raises for what the other side or the network does."""

    def may_reach(ip: Address) -> bool:
        return is_public(ip) or (allow_loopback and ip.is_loopback)

    patience = Patience(STEP_S, STEP_S, WHOLE_S, _READ_AT_MOST)
    try:
        answer = guarded_post.post(to, headers, body, may_reach=may_reach, patience=patience)
    except guarded_post.NotMeant:
        return Outcome(Verdict.REJECTED, "not a public address")
    except guarded_post.NotReached as error:
        return Outcome(Verdict.NOT_TAKEN, str(error))
    except guarded_post.BrokeOff as error:  # it may have been taken over before the line went dead
        return Outcome(Verdict.UNKNOWN, str(error))
    return of_status(answer.status, answer.retry_after)


def can_be_public(host: str) -> bool:
    """A name with a dot, or a public address; names of this machine and its neighbours have none."""
    try:
        return is_public(ip_address(host))
    except ValueError:
        return "." in host.strip(".") and not host.endswith((".local", ".localhost", ".internal", "."))
