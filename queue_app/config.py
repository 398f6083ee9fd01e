"""The only reader of the environment. Fails loudly, with the name of the setting and what it may be."""

import os
import re
import secrets
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from queue_app import logs

VERSION = "0.1.0"
"""Of this program."""

ROOT = Path(__file__).resolve().parent.parent

GATEWAY_CHANNELS = ("whatsapp", "sms", "telegram", "email")
VOICE_ENGINES = ("espeak", "command", "none")
MOST_DEMO_DAYS = 90
SESSION_HOURS = 12
_PRODUCTION_KEY = 32
ADDRESSES = ("phone", "email", "chat")
"""What a gateway's address may ask of a citizen."""


class ConfigError(Exception):
    """A setting is missing or cannot be used; the text says which and what to do."""


@dataclass(frozen=True, slots=True)
class Config:
    """All settings of one process. ``database_url`` is a SQLAlchemy URL; ``redis_url`` None means one process.

    ``old_secret_keys``: still open what was sealed with them, until ``keys rotate`` is done.
    ``database_connections``: to PostgreSQL, at most, for each process. ``database_read_url``: a replica for figures.
    ``uploads_dir``: where the displays' pictures and videos are kept; None: ``uploads`` in ``instance_dir``.
    ``notify_urls``: Apprise addresses by channel, with a place for the citizen's address. ``public_url``: where
    citizens reach this site, without a slash at the end. ``session_hours``: so long after signing in one must sign in
    again. ``trusted_proxies``: so many proxies of one's own say where a request came from; what others claim is not
    believed. For tests only: ``push_to_loopback``, see
    ``messages.public_post``, and ``clock_off_file``, see ``clock.follow``. ``webhook_allow``: hosts and networks of
    one's own that webhooks may lead to. ``voice_engine``: one of VOICE_ENGINES, with the words of its command;
    ``voice_speed`` in words a minute. ``oidc_issuer``: who else may say who somebody is (None: nobody), in the claim
    ``oidc_claim``.
    """

    database_url: str
    secret_key: str
    old_secret_keys: tuple[str, ...] = ()
    instance_dir: Path = ROOT / "instance"
    uploads_dir: Path | None = None
    redis_url: str | None = None
    notify_urls: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    public_url: str | None = None
    push_to_loopback: bool = False
    clock_off_file: Path | None = None
    webhook_allow: tuple[str, ...] = ()
    database_connections: int = 20
    database_read_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    demo_password: str | None = None
    demo_days: int = 42
    trusted_proxies: int = 0
    session_hours: int = SESSION_HOURS
    oidc_issuer: str | None = None
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_claim: str = "preferred_username"
    voice_engine: str = "espeak"
    voice_command: tuple[str, ...] = ()
    voice_speed: int = 140
    log_level: str = "warning"
    log_format: str = "text"
    metrics_token: str = ""
    production: bool = False
    testing: bool = False

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """All that are known, the one in use first."""
        return (self.secret_key, *self.old_secret_keys)

    @property
    def uploads_folder(self) -> Path:
        return self.uploads_dir or self.instance_dir / "uploads"


def from_env(env: Mapping[str, str] | None = None) -> Config:
    """Read the settings from ``env`` (default: the process environment).

    Raises ConfigError naming the setting that cannot be used.
    """
    env = os.environ if env is None else env
    production = _choice(env, "ANTREAN_PROFILE", ("development", "production")) == "production"
    instance_dir = Path(env.get("INSTANCE_DIR") or ROOT / "instance")
    voice_engine = _choice(env, "VOICE_ENGINE", VOICE_ENGINES)
    return Config(
        database_url=database_url(env.get("DATABASE_URL", ""), instance_dir),
        secret_key=_secret_key(env.get("SECRET_KEY", ""), instance_dir, production),
        old_secret_keys=_old_secret_keys(env.get("SECRET_KEY_OLD", "")),
        instance_dir=instance_dir,
        uploads_dir=Path(env["UPLOADS_DIR"]) if env.get("UPLOADS_DIR") else None,
        redis_url=_redis_url(env.get("REDIS_URL", "")),
        notify_urls=_notify_urls(env.get("NOTIFY_URLS", "")),
        public_url=_public_url(env.get("PUBLIC_URL", "")),
        push_to_loopback=_push_to_loopback(env, production),
        clock_off_file=_clock_off_file(env.get("CLOCK_OFF_FILE", ""), production),
        webhook_allow=_webhook_allow(env.get("WEBHOOK_ALLOW", "")),
        database_read_url=_read_url(env.get("DATABASE_READ_URL", ""), env.get("DATABASE_URL", "")),
        database_connections=_whole("DATABASE_CONNECTIONS", env.get("DATABASE_CONNECTIONS") or "20", 5, 500),
        host=env.get("HOST") or "127.0.0.1",
        port=_port(env.get("PORT") or "8000"),
        demo_password=_demo_password(env.get("DEMO_PASSWORD", ""), production),
        demo_days=_demo_days(env.get("DEMO_DAYS") or "42"),
        trusted_proxies=_trusted_proxies(env.get("TRUSTED_PROXIES", "")),
        session_hours=_whole("SESSION_HOURS", env.get("SESSION_HOURS") or str(SESSION_HOURS), 1, 168),
        oidc_issuer=_oidc_issuer(env.get("OIDC_ISSUER", ""), env.get("OIDC_CLIENT_ID", "")),
        oidc_client_id=env.get("OIDC_CLIENT_ID", ""),
        oidc_client_secret=env.get("OIDC_CLIENT_SECRET", ""),
        oidc_claim=env.get("OIDC_CLAIM") or "preferred_username",
        voice_engine=voice_engine,
        voice_command=_voice_command(env.get("VOICE_COMMAND", ""), voice_engine),
        voice_speed=_whole("VOICE_SPEED", env.get("VOICE_SPEED") or "140", 80, 300),
        log_level=_choice(env, "LOG_LEVEL", logs.LEVELS, "info" if production else "warning"),
        log_format=_choice(env, "LOG_FORMAT", logs.FORMATS, "json" if production else "text"),
        metrics_token=_metrics_token(env.get("METRICS_TOKEN", "")),
        production=production,
    )


def child_environment(**changes: str) -> dict[str, str]:
    """This process's environment with ``changes``, for the server process that replaces it."""
    return {**os.environ, **changes}


def _choice(env: Mapping[str, str], name: str, allowed: tuple[str, ...], otherwise: str = "") -> str:
    """One of ``allowed``; where nothing is set ``otherwise``, or the first of them."""
    value = env.get(name) or otherwise or allowed[0]
    if value not in allowed:
        raise ConfigError(f"{name}={value!r} is not known; use one of: {', '.join(allowed)}")
    return value


def database_url(value: str, instance_dir: Path) -> str:
    """The address as SQLAlchemy takes it; nothing: the file in ``instance_dir``. Raises ConfigError."""
    if not value:
        return f"sqlite:///{instance_dir / 'antrean.sqlite'}"
    scheme, separator, rest = value.partition("://")
    if scheme in {"postgres", "postgresql"} and separator:
        return f"postgresql+psycopg://{rest}"
    if scheme not in {"sqlite", "postgresql+psycopg"} or not separator:
        raise ConfigError("DATABASE_URL must begin with sqlite:/// or postgresql://")
    return value


def _secret_key(value: str, instance_dir: Path, production: bool) -> str:
    if value:
        if len(value) < 16:
            raise ConfigError("SECRET_KEY is too short: use at least 16 characters")
        if production and (len(value) < _PRODUCTION_KEY or len(set(value)) < _PRODUCTION_KEY / 4):
            raise ConfigError(
                f"SECRET_KEY can be guessed: in production use {_PRODUCTION_KEY} random characters or more"
            )
        return value
    if production:
        raise ConfigError(
            'SECRET_KEY must be set in production: python3 -c "import secrets; print(secrets.token_hex(32))"'
        )
    return _kept_secret(instance_dir / "secret_key")


def _old_secret_keys(value: str) -> tuple[str, ...]:
    words = tuple(value.split())
    if any(len(word) < 16 for word in words):
        raise ConfigError(
            "SECRET_KEY_OLD: write the former keys with spaces between them, each of 16 characters or more"
        )
    return words


def _kept_secret(path: Path) -> str:
    """The key made at the first start and kept beside the database, readable by its owner only."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    except OSError as error:
        raise ConfigError(
            f"cannot write in {path.parent}: {error.strerror}. Set INSTANCE_DIR to a writable folder"
        ) from error
    return path.read_text(encoding="ascii")


def _oidc_issuer(value: str, client_id: str) -> str | None:
    """The provider's address. Only https keeps its word whole; on this machine plain http will do."""
    if not value:
        return None
    parts = urlsplit(value)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")):
        raise ConfigError("OIDC_ISSUER must begin with https://")
    if not client_id:
        raise ConfigError("OIDC_ISSUER needs OIDC_CLIENT_ID: the name under which the provider knows this site")
    return value.rstrip("/")


def _redis_url(value: str) -> str | None:
    if value and not value.startswith(("redis://", "rediss://")):
        raise ConfigError("REDIS_URL must begin with redis:// or rediss://")
    return value or None


def _notify_urls(value: str) -> Mapping[str, str]:
    """Channels and the Apprise addresses of their gateways, from words of the form ``channel=address``."""
    found: dict[str, str] = {}
    for word in value.split():
        channel, _, url = word.partition("=")
        scheme, separator, rest = url.partition("://")
        if channel not in GATEWAY_CHANNELS or not scheme or not separator:
            raise ConfigError(f"NOTIFY_URLS: write CHANNEL=ADDRESS with a channel of {', '.join(GATEWAY_CHANNELS)}")
        places = set(re.findall(r"\{(\w*)\}", url))
        # Not in the host's part: a citizen's words must never decide whom the server talks to.
        if "{" in re.split(r"[/?#]", rest, maxsplit=1)[0] or len(places & set(ADDRESSES)) != 1:
            raise ConfigError(f"NOTIFY_URLS: {channel} needs one of {{phone}}, {{email}}, {{chat}} after the host")
        if unknown := places - {*ADDRESSES, "message"}:
            raise ConfigError(f"NOTIFY_URLS: {channel} has a place that is not known: {', '.join(sorted(unknown))}")
        if channel in found:
            raise ConfigError(f"NOTIFY_URLS names {channel} twice")
        found[channel] = url
    return MappingProxyType(found)


def _public_url(value: str) -> str | None:
    if not value:
        return None
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.path.strip("/"):
        raise ConfigError("PUBLIC_URL must be the site's address alone, like https://antrean.example.go.id")
    return f"{parts.scheme}://{parts.netloc}"


def _push_to_loopback(env: Mapping[str, str], production: bool) -> bool:
    allowed = _choice(env, "PUSH_TO_LOOPBACK", ("no", "yes")) == "yes"
    if allowed and production:
        raise ConfigError("PUSH_TO_LOOPBACK is for tests; it cannot be used in production")
    return allowed


def _clock_off_file(value: str, production: bool) -> Path | None:
    if not value:
        return None
    if production:
        raise ConfigError("CLOCK_OFF_FILE is for tests; it cannot be used in production")
    path = Path(value)
    try:
        float(path.read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"CLOCK_OFF_FILE={value!r} must name a file that holds a number of seconds") from error
    return path


def _webhook_allow(value: str) -> tuple[str, ...]:
    words = tuple(value.replace(",", " ").split())
    for word in words:
        try:
            is_network = bool(ip_network(word))
        except ValueError:
            is_network = False
        if not is_network and not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", word, re.ASCII):
            raise ConfigError(f"WEBHOOK_ALLOW: {word!r} is neither a host's name nor a network like 10.1.0.0/16")
    return words


def _port(value: str) -> int:
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 65535:
        raise ConfigError(f"PORT={value!r} must be a number from 1 to 65535")
    return int(value)


def _read_url(value: str, primary: str) -> str | None:
    if not value:
        return None
    if not all(url.startswith("postgres") for url in (value, primary)):
        raise ConfigError("DATABASE_READ_URL is the read replica of a PostgreSQL that DATABASE_URL names")
    try:
        return database_url(value, Path())
    except ConfigError as error:
        raise ConfigError("DATABASE_READ_URL must begin with postgresql://") from error


def _whole(name: str, value: str, least: int, most: int) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", value, re.ASCII) or not least <= int(value) <= most:
        raise ConfigError(f"{name}={value!r} must be a whole number from {least} to {most}")
    return int(value)


def _trusted_proxies(value: str) -> int:
    if value and not re.fullmatch(r"[0-9]", value, re.ASCII):
        raise ConfigError(f"TRUSTED_PROXIES={value!r} must say how many proxies of your own stand before it, 0 to 9")
    return int(value or 0)


def _voice_command(value: str, engine: str) -> tuple[str, ...]:
    try:
        words = tuple(shlex.split(value))
    except ValueError as error:
        raise ConfigError(f"VOICE_COMMAND cannot be read: {error}") from error
    places = set(re.findall(r"\{(\w+)\}", value))
    if (engine == "command") != bool(words):
        raise ConfigError("VOICE_ENGINE=command and VOICE_COMMAND belong together: set both or neither")
    if words and ("out" not in places or places - {"out", "text", "voice", "language", "speed"}):
        raise ConfigError("VOICE_COMMAND needs {out} and may have {text}, {voice}, {language}, {speed}")
    return words


def _demo_days(value: str) -> int:
    if not (value.isascii() and value.isdigit() and int(value) <= MOST_DEMO_DAYS):
        raise ConfigError(f"DEMO_DAYS must be a whole number from 0 (no invented past) to {MOST_DEMO_DAYS}")
    return int(value)


def _metrics_token(value: str) -> str:
    if value and len(value) < 16:
        raise ConfigError("METRICS_TOKEN is too short: use at least 16 characters")
    return value


def _demo_password(value: str, production: bool) -> str | None:
    if value and production:
        raise ConfigError("DEMO_PASSWORD is for trying things out; it cannot be used in production")
    if value and len(value) < 8:
        raise ConfigError("DEMO_PASSWORD is too short: use at least 8 characters")
    return value or None
