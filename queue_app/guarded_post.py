"""One POST to an address that somebody else named: never into a network that is not meant, and never for long.

The server must not be led to itself or its neighbours (server-side request forgery): the name is looked up once, all
that it leads to is judged, the connection goes to an address that was judged, redirects are not followed, little is
read, and the whole has an end. Who may name an address, and what may be reached, is up to whoever calls.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import certifi

Address = IPv4Address | IPv6Address

_TRIED = 3
_TRANSLATED = IPv6Network("64:ff9b::/96")


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


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds for connecting to one address, for each step afterwards and for all of them; bytes of the answer that are
    read."""

    connect_s: float
    step_s: float
    whole_s: float
    read_at_most: int


@dataclass(frozen=True, slots=True)
class Answered:
    """``body``: its beginning."""

    status: int
    retry_after: str | None
    body: bytes


class NotMeant(Exception):
    """A name leads to an address that must not be reached; nothing was sent."""


class NotReached(Exception):
    """Nothing was sent; its text is a word that says why."""


class BrokeOff(Exception):
    """It was sent, or a part of it, and no answer came: nobody knows whether it was taken; its text says why."""


def post(
    to: Target, headers: Mapping[str, str], body: bytes, *, may_reach: Callable[[Address], bool], patience: Patience
) -> Answered:
    """Send one request. Raises NotMeant, NotReached or BrokeOff."""
    try:
        connection = _connected(to, may_reach, patience)
    except ssl.SSLError as error:
        raise NotReached("certificate") from error
    except (OSError, UnicodeError) as error:
        raise NotReached("timeout" if isinstance(error, TimeoutError) else "unreachable") from error
    began = time.monotonic()  # before the clock that cuts: what it cut is late, not lost
    cut = threading.Timer(patience.whole_s, _cut, [connection])
    cut.daemon = True
    cut.start()
    try:
        connection.request("POST", to.path, body, dict(headers))
        answer = connection.getresponse()
        beginning = answer.read(patience.read_at_most)
        return Answered(answer.status, answer.headers.get("Retry-After"), beginning)
    except (OSError, http.client.HTTPException) as error:
        is_late = isinstance(error, TimeoutError) or time.monotonic() - began >= patience.whole_s
        raise BrokeOff("timeout" if is_late else "connection lost") from error
    finally:
        cut.cancel()
        connection.close()


def is_public(ip: Address) -> bool:
    """An address of the internet; an IPv4 address in the clothes of an IPv6 one is judged by itself."""
    inner = _inner(ip)
    if inner is not None:
        return is_public(inner)
    return ip.is_global and not ip.is_multicast


def is_nowhere(ip: Address) -> bool:
    """Where nothing that is meant can be, not even in one's own network: link-local addresses too, for there machines
    in data centres keep their secrets."""
    inner = _inner(ip)
    if inner is not None:
        return is_nowhere(inner)
    if ip.is_loopback:  # Python counts ::1 among the reserved ones
        return False
    return ip.is_unspecified or ip.is_multicast or ip.is_reserved or ip.is_link_local


def _inner(ip: Address) -> IPv4Address | None:
    if isinstance(ip, IPv4Address):
        return None
    if ip in _TRANSLATED:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)


def _connected(to: Target, may_reach: Callable[[Address], bool], patience: Patience) -> http.client.HTTPConnection:
    """A connection to an address that was judged. Raises NotMeant, OSError."""
    plain = _first_that_answers(_judged(to, may_reach), to.port, patience.connect_s)
    connection = http.client.HTTPConnection(to.host, to.port, timeout=patience.step_s)
    try:
        connection.sock = _tls().wrap_socket(plain, server_hostname=to.host) if to.is_https else plain
    except OSError:
        plain.close()
        raise
    connection.sock.settimeout(patience.step_s)
    return connection


def _first_that_answers(addresses: Sequence[str], port: int, connect_s: float) -> socket.socket:
    failure = OSError("no address")
    for address in addresses[:_TRIED]:
        try:
            return socket.create_connection((address, port), connect_s)
        except OSError as error:
            failure = error
    raise failure


def _judged(to: Target, may_reach: Callable[[Address], bool]) -> list[str]:
    """The addresses behind the name, when all of them may be reached. Raises NotMeant, OSError."""
    found = [info[4][0] for info in socket.getaddrinfo(to.host, to.port, type=socket.SOCK_STREAM)]
    if not all(may_reach(ip_address(str(address).partition("%")[0])) for address in found):
        raise NotMeant(to.host)
    return [str(address) for address in dict.fromkeys(found)]


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())


def _cut(connection: http.client.HTTPConnection) -> None:
    try:
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it has ended by itself meanwhile
