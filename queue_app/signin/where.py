"""Where somebody signs in from, said shortly: enough to know one's own devices, too little to follow a person."""

import re
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone|iPad", "iOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Where:
    """``address`` as a network (``203.0.113.0/24``), ``device`` like ``Firefox, Windows``; empty when not known."""

    address: str = ""
    device: str = ""


def where(address: str, user_agent: str) -> Where:
    return Where(_network(address), _device(user_agent))


def _network(address: str) -> str:
    """The /24 of an IPv4 address, the /48 of an IPv6 address; empty for anything else."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ip_network((found, 48 if isinstance(found, IPv6Address) else 24), strict=False))


def _device(user_agent: str) -> str:
    named = (next((name for mark, name in marks if re.search(mark, user_agent)), "") for marks in (_BROWSERS, _SYSTEMS))
    return ", ".join(name for name in named if name)
