"""What deploy/ ships can be read by the programs it is for, and names settings that exist."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
DEPLOY = ROOT / "deploy"
SETTINGS = set(re.findall(r"`([A-Z][A-Z_]+)`", (ROOT / "docs/install.md").read_text(encoding="utf-8")))


def text(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def test_every_setting_is_one_that_the_program_reads() -> None:
    compose = yaml.safe_load(text("compose.yaml"))["services"]
    named = set(compose["antrean"]["environment"]) | set(
        re.findall(r"^#? ?([A-Z_]+)=", text("antrean.env"), re.MULTILINE)
    )
    (of_image,) = re.findall(r"^ENV (.*)$", text("Containerfile"), re.MULTILINE)
    named |= {word.partition("=")[0] for word in of_image.split()}
    assert named <= SETTINGS
    assert {"SECRET_KEY", "ANTREAN_PROFILE", "INSTANCE_DIR"} <= named


def test_what_needs_a_secret_has_none_of_its_own() -> None:
    assert re.search(r"^SECRET_KEY=$", text("antrean.env"), re.MULTILINE)
    for name in ("compose.yaml", "Containerfile"):
        assert not re.search(r"(SECRET_KEY|PASSWORD)[:=] *[A-Za-z0-9]", text(name)), name


@pytest.mark.parametrize("name", ["antrean.service", "antrean-backup.service"])
def test_a_unit_runs_a_command_that_exists_as_nobody_special(name: str) -> None:
    unit = dict(re.findall(r"^(\w+)=(.*)$", text(name), re.MULTILINE))
    assert unit["User"] == "antrean"
    assert unit["NoNewPrivileges"] == "yes"
    assert unit["ExecStart"].partition(" -m ")[2].startswith(("queue_app", "flask --app queue_app backup "))
    assert unit["EnvironmentFile"] == "/etc/antrean.env"


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_a_proxy_names_requests_itself_and_keeps_the_numbers_in(name: str) -> None:
    assert "X-Request-ID" in text(name)
    assert "X-Forwarded-For" in text(name)
    assert "/metrics" in text(name)


def test_nginx_reads_its_file(tmp_path: Path) -> None:
    site = re.sub(r"^  (ssl_\w+ .*|listen \[::\].*)$", "", text("nginx.conf"), flags=re.MULTILINE)
    site = site.replace("443 ssl", "127.0.0.1:18443").replace("listen 80", "listen 127.0.0.1:18080")
    folders = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"pid {tmp_path}/pid; events {{}} http {{ access_log off; {folders} {site} }}", encoding="utf-8")
    tried = subprocess.run([NGINX, "-t", "-e", "stderr", "-c", str(whole)], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
