"""Where a webhook may lead. By itself only to the internet and by https; the server's setting ``WEBHOOK_ALLOW`` opens
hosts and networks of one's own, also by http. Pure."""

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from queue_app.errors import N_, Invalid
from queue_app.guarded_post import Address, Target, is_nowhere, is_public
from queue_app.messages.public_post import can_be_public
from queue_app.models.webhooks import URL_LENGTH

_HTTPS, _FIRST_FREE_PORT = 443, 1024


@dataclass(frozen=True, slots=True)
class Allowed:
    """Of one's own: names of hosts, and networks."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = field(default=())

    def names(self, host: str) -> bool:
        """Whether it is one of them by its text."""
        if host in self.hosts:
            return True
        try:
            return self.has(ip_address(host))
        except ValueError:
            return False

    def has(self, ip: Address) -> bool:
        return any(ip in network for network in self.networks if network.version == ip.version)


def read_allowed(words: tuple[str, ...]) -> Allowed:
    """From the words of the setting: networks as ``10.1.0.0/16``, addresses, names. Raises ValueError."""
    hosts, networks = set(), []
    for word in words:
        try:
            networks.append(ip_network(word))
        except ValueError:
            if "/" in word or not word.isascii():
                raise
            hosts.add(word.lower())
    return Allowed(frozenset(hosts), tuple(networks))


def target(url: str, allowed: Allowed) -> Target:
    """Judge the text of an address. Raises Invalid ``bad_webhook_url``."""
    refused = Invalid(
        "bad_webhook_url",
        N_("Alamat itu tidak dapat dipakai. Tulis alamat https di internet, misalnya https://contoh.go.id/antrean."),
    )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise refused from error
    host = (parts.hostname or "").lower()
    is_plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= URL_LENGTH
    if not is_plain or not host or "@" in parts.netloc or parts.fragment or parts.scheme not in {"http", "https"}:
        raise refused
    is_https = parts.scheme == "https"
    if not allowed.names(host):
        is_usual_port = port is None or port == _HTTPS or port >= _FIRST_FREE_PORT
        # A name may lead into an allowed network; that is judged when it is looked up.
        can_lead_there = can_be_public(host) or (bool(allowed.networks) and not _is_number(host))
        if not is_https or not is_usual_port or not can_lead_there:
            raise refused
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(is_https, host, port or (443 if is_https else 80), path)


def may_reach(to: Target, allowed: Allowed, ip: Address) -> bool:
    """Whether an address behind the target's name may be connected to; never where nothing that is meant can be."""
    if is_nowhere(ip):
        return False
    return is_public(ip) or allowed.has(ip) or to.host in allowed.hosts


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
