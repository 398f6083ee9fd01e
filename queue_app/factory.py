"""How the app is put together."""

from datetime import timedelta
from functools import cache
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from queue_app import cli, clock, config
from queue_app.config import Config
from queue_app.cookies import Sessions, full_name
from queue_app.database import Database
from queue_app.event_loop import is_under_gevent
from queue_app.installation import Namespace
from queue_app.presence import Presence
from queue_app.privacy import keys
from queue_app.rush import lines
from queue_app.rush.room import Room
from queue_app.signage.store import Store
from queue_app.speech import studio

MAX_BODY_BYTES = 64 * 1024

REDIS_ANSWER_S = 0.5
"""Whoever is counted waits no longer for a Redis that does not answer."""


def create_app(settings: Config, *, with_pages: bool = True) -> Flask:
    """``with_pages``: a command does without pages, API and sockets, which take longer to load than most commands to
    run. One that shows a page after all asks for them: ``app.extensions["antrean_pages"]()``.
    """
    app = Flask("queue_app", template_folder=str(config.ROOT / "templates"))
    clock.follow(settings.clock_off_file)
    _configure(app, settings)
    _extend(app, settings)
    app.session_interface = Sessions()
    app.extensions["antrean_pages"] = cache(lambda: _add_pages(app))
    if with_pages:
        app.extensions["antrean_pages"]()
    cli.register(app)
    return app


def _add_pages(app: Flask) -> None:
    # A command starts sooner without all of these.
    from queue_app import compression, display, request_log, routes  # noqa: PLC0415
    from queue_app.flask_extensions import babel, csrf, limiter, login_manager, socketio  # noqa: PLC0415
    from queue_app.routes.before_the_app import BeforeTheApp  # noqa: PLC0415
    from queue_app.routes.known_offices import KnownOffices  # noqa: PLC0415
    from queue_app.routes.rules import LateRule  # noqa: PLC0415

    trusted_proxies = app.extensions["antrean_config"].trusted_proxies
    app.url_rule_class = LateRule
    request_log.register(app)  # before whatever may refuse a request
    compression.register(app)
    csrf.init_app(app)
    # Views alone have limits, and the headers are our own (`limits.say`): it needs no look at every request.
    app.extensions["limiter"] = {limiter}
    limiter.init_app(app)
    login_manager.init_app(app)
    babel.init_app(app, locale_selector=routes.language)
    routes.register(app)
    socketio.init_app(
        app,
        async_mode="gevent" if is_under_gevent() else "threading",
        # A dead link must show within seconds on a display that nobody touches.
        ping_interval=5,
        ping_timeout=5,
        client_manager=display.Rooms(),
    )
    display.register(app)
    app.wsgi_app = BeforeTheApp(app, app.extensions["antrean_room"], KnownOffices(app.extensions["antrean_database"]))  # type: ignore[method-assign]
    if trusted_proxies:
        # The limits count addresses: without this, all citizens would have the proxy's.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=trusted_proxies, x_proto=0)  # type: ignore[method-assign]


def _configure(app: Flask, settings: Config) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.old_secret_keys),
        TESTING=settings.testing,
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_BODY_BYTES,
        SESSION_COOKIE_NAME=full_name("session", production=settings.production),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.production,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        # Else an answer to a page's own refreshing brings back the session as it was, with what was told already.
        SESSION_REFRESH_EACH_REQUEST=False,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(hours=1),
        WTF_CSRF_TIME_LIMIT=None,  # a desk stays open all day
        RATELIMIT_STORAGE_URI=settings.redis_url or "memory://",
        RATELIMIT_STORAGE_OPTIONS=_redis_options() if settings.redis_url else {},
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=settings.redis_url is not None,  # a Redis that is away stops nobody
        BABEL_DEFAULT_LOCALE="id",
        BABEL_DEFAULT_TIMEZONE="Asia/Jakarta",
    )
    app.json.sort_keys = False  # type: ignore[attr-defined] # the default provider has it; the base class does not


def _extend(app: Flask, settings: Config) -> None:
    app.extensions["antrean_config"] = settings
    app.extensions["antrean_database"] = database = Database(
        settings.database_url, settings.database_connections, settings.database_read_url
    )
    app.extensions["antrean_namespace"] = Namespace(database)
    app.extensions["antrean_vault"] = keys.vault_of(database, settings)
    app.extensions["antrean_room"] = Room(lines.of(settings.redis_url, app.extensions["antrean_namespace"]))
    app.extensions["antrean_presence"] = Presence(settings.secret_key)
    app.extensions["antrean_uploads"] = Store(settings.uploads_folder)
    app.extensions["antrean_studio"] = studio.of_config(settings)


def _redis_options() -> dict[str, Any]:
    from redis.backoff import NoBackoff  # noqa: PLC0415 - an office on one machine loads none of it
    from redis.retry import Retry  # noqa: PLC0415

    answers = {"socket_timeout": REDIS_ANSWER_S, "socket_connect_timeout": REDIS_ANSWER_S}
    return {**answers, "retry": Retry(NoBackoff(), 0)}
