"""Where a webhook may lead: what an address may look like, and what the name behind it may lead to."""

from ipaddress import ip_address

import pytest

from queue_app.config import ConfigError, from_env
from queue_app.errors import Invalid
from queue_app.webhooks import targets
from queue_app.webhooks.targets import Allowed, read_allowed

NOTHING = Allowed()
OWN = read_allowed(("papan.lan", "10.1.0.0/16", "fd00:1::/32", "127.0.0.1"))


@pytest.mark.parametrize(
    "url",
    [
        "http://situs.example.go.id/",
        "https://user:kata@situs.example.go.id/",
        "https://situs.example.go.id/#x",
        "https://situs.example.go.id:22/",
        "https://situs.example.go.id/a b",
        "https://localhost/",
        "https://papan.lan.local/",
        "https://127.0.0.1/",
        "https://127.0.0.2:8443/",
        "https://10.2.0.1/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[fd00:2::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://224.0.0.1/",
        "ftp://situs.example.go.id/",
        "javascript:alert(1)",
        "https://" + "x" * 500 + ".example",
        "https://",
        "",
    ],
)
def test_it_refuses_what_is_not_public(url: str) -> None:
    with pytest.raises(Invalid, match="bad_webhook_url"):
        targets.target(url, NOTHING)


@pytest.mark.parametrize("url", ["https://situs.example.go.id/kait?x=1", "https://situs.example.go.id:8443/"])
def test_it_takes_the_internet_by_https(url: str) -> None:
    to = targets.target(url, NOTHING)
    assert f"{to.origin}{to.path}" == url


@pytest.mark.parametrize(
    "url", ["http://papan.lan/", "http://10.1.4.5:80/", "https://[fd00:1::9]/", "http://127.0.0.1:9/"]
)
def test_the_server_opens_what_is_its_own(url: str) -> None:
    with pytest.raises(Invalid):
        targets.target(url, NOTHING)
    targets.target(url, OWN)


@pytest.mark.parametrize(
    ("address", "by_name", "by_other_name"),
    [
        ("93.184.215.14", True, True),
        ("10.1.2.3", True, True),
        ("10.2.2.3", True, False),
        ("127.0.0.2", True, False),
        ("169.254.169.254", False, False),
        ("::ffff:169.254.169.254", False, False),
        ("fe80::1", False, False),
        ("224.0.0.1", False, False),
        ("0.0.0.0", False, False),
        ("::", False, False),
    ],
)
def test_what_stands_behind_a_name_is_judged(address: str, by_name: bool, by_other_name: bool) -> None:
    """A host that is allowed by name may be anywhere but where nothing that is meant can be."""
    ip = ip_address(address)
    assert targets.may_reach(targets.target("http://papan.lan/", OWN), OWN, ip) is by_name
    assert targets.may_reach(targets.target("https://situs.example.go.id/", OWN), OWN, ip) is by_other_name


def test_the_setting_is_read_and_refused_when_it_is_neither() -> None:
    assert from_env({"WEBHOOK_ALLOW": "papan.lan, 10.1.0.0/16", "SECRET_KEY": "x" * 20}).webhook_allow == (
        "papan.lan",
        "10.1.0.0/16",
    )
    for wrong in ("http://papan.lan", "10.1.0.0/99", "-", "papan.lan/x"):
        with pytest.raises(ConfigError, match="WEBHOOK_ALLOW"):
            from_env({"WEBHOOK_ALLOW": wrong, "SECRET_KEY": "x" * 20})
