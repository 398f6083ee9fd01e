"""One POST to an address that a browser named: only to public hosts, and never for long.

The address comes from strangers, so the server must not be led to itself or its neighbours (server-side request
forgery): https alone, the name is looked up once and the connection goes to the very address that was judged, redirects
are not followed, little is read, and the whole has an end.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

import certifi

from queue_app.errors import N_, Invalid
from queue_app.messages.outcome import Outcome, Verdict, of_status

STEP_S = 5.0
WHOLE_S = 15.0
URL_LENGTH = 1000
_READ_AT_MOST = 4096
_TRIED = 3


@dataclass(frozen=True, slots=True)
class Target:
    """Where a POST may go, from the text of its address."""

    is_https: bool
    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        scheme, usual = ("https", 443) if self.is_https else ("http", 80)
        return f"{scheme}://{self.host}" + ("" if self.port == usual else f":{self.port}")


class NotPublic(Exception):
    """A name leads to an address inside somebody's network."""


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
    if parts.scheme != "https" or port not in (None, 443) or not _can_be_public(host):
        raise refused
    return Target(True, host, 443, path)


def post(to: Target, headers: Mapping[str, str], body: bytes, *, allow_loopback: bool = False) -> Outcome:
    """Send one request and say what became of it. Never raises for what the other side or the network does."""
    try:
        connection = _connected(to, allow_loopback=allow_loopback)
    except NotPublic:
        return Outcome(Verdict.REJECTED, "not a public address")
    except ssl.SSLError:
        return Outcome(Verdict.NOT_TAKEN, "certificate")
    except OSError as error:
        return Outcome(Verdict.NOT_TAKEN, "timeout" if isinstance(error, TimeoutError) else "unreachable")
    cut = threading.Timer(WHOLE_S, _cut, [connection])
    cut.daemon = True
    cut.start()
    try:
        connection.request("POST", to.path, body, dict(headers))
        answer = connection.getresponse()
        answer.read(_READ_AT_MOST)
        return of_status(answer.status, answer.headers.get("Retry-After"))
    except (OSError, http.client.HTTPException) as error:
        # It may have been taken over before the line went dead.
        return Outcome(Verdict.UNKNOWN, "timeout" if isinstance(error, TimeoutError) else "connection lost")
    finally:
        cut.cancel()
        connection.close()


def _connected(to: Target, *, allow_loopback: bool) -> http.client.HTTPConnection:
    """A connection to an address that was judged. Raises NotPublic, OSError."""
    plain = _first_that_answers(_judged(to, allow_loopback=allow_loopback), to.port)
    connection = http.client.HTTPConnection(to.host, to.port, timeout=STEP_S)
    try:
        connection.sock = _tls().wrap_socket(plain, server_hostname=to.host) if to.is_https else plain
    except OSError:
        plain.close()
        raise
    return connection


def _first_that_answers(addresses: Sequence[str], port: int) -> socket.socket:
    failure = OSError("no address")
    for address in addresses[:_TRIED]:
        try:
            return socket.create_connection((address, port), STEP_S)
        except OSError as error:
            failure = error
    raise failure


def _judged(to: Target, *, allow_loopback: bool) -> list[str]:
    """The addresses behind the name, when all of them are public. Raises NotPublic, OSError."""
    found = [info[4][0] for info in socket.getaddrinfo(to.host, to.port, type=socket.SOCK_STREAM)]
    for address in found:
        ip = ipaddress.ip_address(str(address).partition("%")[0])
        if not _is_public(ip) and not (allow_loopback and ip.is_loopback):
            raise NotPublic(to.host)
    return [str(address) for address in dict.fromkeys(found)]


def _is_public(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Also an IPv4 address in the clothes of an IPv6 one is judged by itself."""
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            return _is_public(inner)
        if ip in _TRANSLATED:
            return _is_public(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return ip.is_global and not ip.is_multicast


_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")


def _can_be_public(host: str) -> bool:
    """A name with a dot, or a public address; names of this machine and its neighbours have none."""
    try:
        return _is_public(ipaddress.ip_address(host))
    except ValueError:
        return "." in host.strip(".") and not host.endswith((".local", ".localhost", ".internal", "."))


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())


def _cut(connection: http.client.HTTPConnection) -> None:
    try:
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it has ended by itself meanwhile
