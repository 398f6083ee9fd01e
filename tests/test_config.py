"""Settings are read in one place and refuse loudly."""

import stat
from pathlib import Path

import pytest

from queue_app.config import ConfigError, from_env

LONG = "a secret of enough length, in production too"


def test_it_needs_nothing_and_keeps_its_secret(tmp_path: Path) -> None:
    first = from_env({"INSTANCE_DIR": str(tmp_path)})
    assert first.database_url == f"sqlite:///{tmp_path}/antrean.sqlite"
    assert (first.host, first.port, first.redis_url, first.production) == ("127.0.0.1", 8000, None, False)
    assert from_env({"INSTANCE_DIR": str(tmp_path)}).secret_key == first.secret_key
    assert len(first.secret_key) == 64
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_it_takes_every_usual_spelling_of_postgresql(tmp_path: Path, scheme: str) -> None:
    config = from_env({"SECRET_KEY": LONG, "DATABASE_URL": f"{scheme}://a:b@h/d"})
    assert config.database_url == "postgresql+psycopg://a:b@h/d"


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"PORT": "0"}, "PORT"),
        ({"PORT": "80a"}, "PORT"),
        ({"PORT": "²"}, "PORT"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ({"DATABASE_URL": "antrean.sqlite"}, "DATABASE_URL"),
        ({"REDIS_URL": "unix:///tmp/redis"}, "REDIS_URL"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"DEMO_PASSWORD": "short"}, "DEMO_PASSWORD"),
        ({"ANTREAN_PROFILE": "prod"}, "ANTREAN_PROFILE"),
        ({"NOTIFY_URLS": "json://gateway/?:to={phone}"}, "NOTIFY_URLS"),
        ({"NOTIFY_URLS": "pigeon=json://gateway/?:to={phone}"}, "NOTIFY_URLS"),
        ({"NOTIFY_URLS": "sms=gateway/?:to={phone}"}, "NOTIFY_URLS"),
        ({"NOTIFY_URLS": "sms=json://gateway/"}, "NOTIFY_URLS"),
        ({"NOTIFY_URLS": "sms=json://{phone}/send"}, "NOTIFY_URLS"),
        ({"NOTIFY_URLS": "sms=json://{phone}?x={phone}"}, "NOTIFY_URLS"),
        ({"NOTIFY_URLS": "sms=json://gateway/{phone}/{email}"}, "NOTIFY_URLS"),
        ({"NOTIFY_URLS": "sms=json://gateway/{phone}/{name}"}, "NOTIFY_URLS"),
        ({"NOTIFY_URLS": "sms=json://a/{phone} sms=json://b/{phone}"}, "NOTIFY_URLS"),
        ({"PUBLIC_URL": "antrean.example.go.id"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "https://antrean.example.go.id/queue"}, "PUBLIC_URL"),
        ({"PUSH_TO_LOOPBACK": "maybe"}, "PUSH_TO_LOOPBACK"),
        ({"VOICE_ENGINE": "google"}, "VOICE_ENGINE"),
        ({"VOICE_ENGINE": "command"}, "VOICE_COMMAND"),
        ({"VOICE_COMMAND": "say {out}"}, "VOICE_ENGINE=command"),
        ({"VOICE_ENGINE": "command", "VOICE_COMMAND": "say {text}"}, "VOICE_COMMAND"),
        ({"VOICE_ENGINE": "command", "VOICE_COMMAND": "say {out} {volume}"}, "VOICE_COMMAND"),
        ({"VOICE_ENGINE": "command", "VOICE_COMMAND": "say '{out}"}, "VOICE_COMMAND"),
        ({"VOICE_SPEED": "fast"}, "VOICE_SPEED"),
        ({"SESSION_HOURS": "0"}, "SESSION_HOURS"),
        ({"SESSION_HOURS": "169"}, "SESSION_HOURS"),
        ({"SESSION_HOURS": "½"}, "SESSION_HOURS"),
        ({"VOICE_SPEED": "79"}, "VOICE_SPEED"),
        ({"PUSH_TO_LOOPBACK": "yes", "ANTREAN_PROFILE": "production"}, "PUSH_TO_LOOPBACK"),
        ({"CLOCK_OFF_FILE": "/nowhere/clock"}, "CLOCK_OFF_FILE"),
        ({"CLOCK_OFF_FILE": "/nowhere/clock", "ANTREAN_PROFILE": "production"}, "production"),
        ({"DEMO_PASSWORD": "rahasia-demo", "ANTREAN_PROFILE": "production"}, "DEMO_PASSWORD"),
        ({"SECRET_KEY": "sixteen-and-more", "ANTREAN_PROFILE": "production"}, "SECRET_KEY"),
        ({"SECRET_KEY": "abcabc" * 8, "ANTREAN_PROFILE": "production"}, "SECRET_KEY"),
    ],
)
def test_it_names_the_setting_it_cannot_use(tmp_path: Path, settings: dict[str, str], name: str) -> None:
    with pytest.raises(ConfigError, match=name):
        from_env({"SECRET_KEY": LONG, "INSTANCE_DIR": str(tmp_path), **settings})


def test_it_reads_gateways_by_channel_and_where_citizens_reach_it() -> None:
    urls = "whatsapp=json://gateway/send?:to={phone}  email=mailtos://u:p@mail.example.org?to={email}"
    config = from_env({"SECRET_KEY": LONG, "NOTIFY_URLS": urls, "PUBLIC_URL": "https://antrean.example.go.id/"})
    assert list(config.notify_urls) == ["whatsapp", "email"]
    assert config.notify_urls["whatsapp"] == "json://gateway/send?:to={phone}"
    assert config.public_url == "https://antrean.example.go.id"


def test_it_makes_no_secret_of_its_own_in_production(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="SECRET_KEY must be set"):
        from_env({"ANTREAN_PROFILE": "production", "INSTANCE_DIR": str(tmp_path)})
    assert list(tmp_path.iterdir()) == []


def test_it_says_when_the_folder_cannot_be_written() -> None:
    with pytest.raises(ConfigError, match="INSTANCE_DIR"):
        from_env({"INSTANCE_DIR": "/proc/antrean"})
