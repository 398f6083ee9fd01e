"""Starting to serve: checks that explain themselves, the database brought up to date, then gunicorn takes over.

What this process loads is thrown away when gunicorn replaces it. So it is as little as may be: neither Flask nor the
models, which take half of the time that a start has, unless there is something to be written.
"""

import os
import socket
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import click
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from queue_app import clock, demo, readiness, schema
from queue_app.config import Config, child_environment
from queue_app.database import Database, one_at_a_time
from queue_app.messages import vapid
from queue_app.personal import Unreadable, Vault
from queue_app.schema import SchemaState


class CannotStart(Exception):
    """Why the server does not start, in words that say what to do."""


def serve(config: Config) -> None:
    """Prepare everything, then become the server. Does not return; raises CannotStart."""
    clock.follow(config.clock_off_file)
    database = Database(config.database_url, config.database_connections, config.database_read_url)
    prepare(config, database)
    database.dispose()
    replace_this_process(config)


def prepare(config: Config, database: Database) -> None:
    """Check the port and the database, migrate, load the demonstration office at the first start, print where it is.

    Raises CannotStart.
    """
    _require_free_port(config.host, config.port)
    _require_servers(config, database)
    is_new = _prepare_database(database)
    require_key(database, Vault(*config.secret_keys))
    _compare_clock(database)
    _prepare_telling(config)
    if config.production:
        _refuse_demo_password(config, database)
    elif is_new:
        _load_demo_if_empty(config, database)
    _print_addresses(config, database)


def replace_this_process(config: Config) -> None:
    """Become gunicorn, so that Ctrl-C and signals reach it directly. Does not return."""
    command = [sys.executable, "-m", "gunicorn", "--config", "python:queue_app.gunicorn_settings"]
    command += ["--bind", f"{config.host}:{config.port}", "queue_app:create_app()"]
    sys.stdout.flush()
    os.execve(sys.executable, command, child_environment(PYTHONPATH=str(Path(__file__).parent.parent)))  # noqa: S606


def unknown_database(database: Database) -> str:
    return (
        f"The database {shown(database)} was made by a newer version of this program, or is not one of Antrean's. "
        "Nothing was changed. Install the newer version, or point DATABASE_URL elsewhere."
    )


def shown(database: Database) -> str:
    return database.url.render_as_string(hide_password=True)


def keep_demo_password(config: Config, password: str) -> None:
    """Keep the demonstration password where only its owner can read it, to print it at later starts."""
    path = _demo_password_file(config)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(password, encoding="utf-8")
    path.chmod(0o600)


def _demo_password_file(config: Config) -> Path:
    return config.instance_dir / "demo_password"


def _require_free_port(host: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise CannotStart(
            f"Cannot listen on {host}:{port}: {error.strerror}. "
            f"Another program may be using the port; try another one, for example: PORT={port + 1} make run"
        ) from error


def _require_servers(config: Config, database: Database) -> None:
    """PostgreSQL must be one that will do. Redis must be, if it answers; without it the server starts, and says so."""
    if database.is_sqlite and config.redis_url is None:
        return
    from queue_app import reachable  # noqa: PLC0415 - an office on one machine loads none of it

    try:
        if not database.is_sqlite:
            reachable.require_postgresql(database)
        if config.redis_url is not None and (missing := reachable.ask_redis(config.redis_url)):
            click.echo(missing, err=True)
    except DBAPIError as error:
        raise CannotStart(f"Cannot use the database {shown(database)}: {error.orig}") from error
    except reachable.Unusable as error:
        raise CannotStart(str(error)) from error


def _prepare_database(database: Database) -> bool:
    """Whether it was empty: one that was made by `init` waits for an office of its own."""
    if database.is_sqlite and database.url.database:
        _require_writable(Path(database.url.database))
    try:
        state = schema.state(database)
        if state is SchemaState.UNKNOWN:
            raise CannotStart(unknown_database(database))
        if state is SchemaState.OLDER:
            click.echo(f"The database {shown(database)} is from an older version; bringing it up to date.")
            _keep_copy(database)
        if state is not SchemaState.CURRENT:
            schema.upgrade(database)
        return state is SchemaState.EMPTY
    except DBAPIError as error:
        raise CannotStart(f"Cannot use the database {shown(database)}: {error.orig}") from error


def _compare_clock(database: Database) -> None:
    """Said aloud, and no reason not to serve: the clock may have been wrong before and be right now."""
    compared = readiness.of_clock(database, clock.now())
    if not compared.ok:
        click.echo(f"WARNING: the clock is {compared.detail}. Waits and days will be wrong until then.", err=True)


def require_key(database: Database, vault: Vault) -> None:
    """Raises CannotStart where the key opens nothing: what is written then would be sealed with yet another one."""
    if _opens_what_is_kept(database, vault):
        return
    from queue_app.privacy import keys  # noqa: PLC0415 - the first start, or one with another key

    try:
        keys.keep_hash_keys(database, vault, clock.now())
    except keys.KeyLost as error:
        raise CannotStart(
            "SECRET_KEY is not the key with which names, phones and complaints in this database were sealed (key "
            f"{error.args[0]}). Nothing was changed. Set the former SECRET_KEY (or put back instance/secret_key); if "
            "it was replaced, name it in SECRET_KEY_OLD. If it is lost for good: flask --app queue_app keys start-anew"
        ) from error


def _opens_what_is_kept(database: Database, vault: Vault) -> bool:
    with database.read() as session:
        kept = session.scalar(text("SELECT keys_sealed FROM hash_keys ORDER BY id DESC LIMIT 1"))
    try:
        return vault.open(kept) is not None
    except Unreadable:
        return False


def _prepare_telling(config: Config) -> None:
    """Make the key for Web Push at the first start, and let no gateway be one that Apprise does not know."""
    keep_push_key(config)
    if not config.notify_urls:
        return
    from queue_app.messages import gateway  # noqa: PLC0415 - a start without gateways needs none of it

    if unknown := gateway.unreadable(config.notify_urls):
        raise CannotStart(f"NOTIFY_URLS: Apprise does not understand the address of {', '.join(unknown)}")


def keep_push_key(config: Config) -> None:
    """Make the key for Web Push unless it is there. A folder that cannot be written leaves push off."""
    try:
        vapid.make_missing(config.instance_dir)
    except OSError as error:
        click.echo(f"Web Push is off: its key cannot be kept in {config.instance_dir}: {error.strerror}", err=True)


def _require_writable(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab"):
            pass
    except OSError as error:
        raise CannotStart(
            f"Cannot write the database file {path}: {error.strerror}. "
            "Set DATABASE_URL=sqlite:////a/folder/you/can/write/antrean.sqlite"
        ) from error


def _keep_copy(database: Database) -> None:
    """Before an older SQLite file is changed, a whole copy of it is kept beside it."""
    if not database.is_sqlite or not database.url.database:
        return
    path = Path(database.url.database)
    copy = path.with_name(f"{path.name}.before-upgrade-{clock.now():%Y%m%dT%H%M%SZ}")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    click.echo(f"A copy of it as it was: {copy}")


def _load_demo_if_empty(config: Config, database: Database) -> None:
    from queue_app.privacy import keys  # noqa: PLC0415 - the very first start

    with database.write() as session:
        one_at_a_time(session, "demonstration")  # several processes may start at once
        if _slugs(session):
            return
        made = demo.seed(session, config.demo_password)
        demo.invent(session, keys.vault_of(database, config), demo.SLUG, config.demo_days, clock.now())
    if made is not None:
        keep_demo_password(config, made.password)


def _refuse_demo_password(config: Config, database: Database) -> None:
    """What was tried out may go into service, but not with the password that its demonstration was given."""
    path = _demo_password_file(config)
    if not path.exists():
        return
    with database.read() as session:
        open_to_it = demo.opened_by(session, path.read_text(encoding="utf-8").strip())
    if open_to_it:
        raise CannotStart(
            f"The password of the demonstration, in {path}, still opens: {', '.join(open_to_it)}. Take it from each by "
            "`flask --app queue_app user reset NAME` or deactivate them."
        )


def setup_words(config: Config, base: str) -> str:
    """Where the first office is set up, and with which code."""
    from queue_app.setup import code as setup_code  # noqa: PLC0415 - before there is an office

    return (
        f"\nAntrean  {base}\n\n  There is no office yet / Belum ada kantor: open {base}/setup\n"
        f"  Setup code / Kode penyiapan: {setup_code.of(config.instance_dir)}\n"
        f"  (kept in {config.instance_dir / 'setup_code'}; or without a browser: flask --app queue_app setup --help)\n"
    )


def _print_addresses(config: Config, database: Database) -> None:
    base = f"http://{config.host}:{config.port}"
    with database.read() as session:
        slugs = _slugs(session)
    if not slugs:
        click.echo(setup_words(config, base))
        return
    lines = ["", f"Antrean  {base}", ""]
    for slug in slugs:
        lines += [f"  Warga       Citizens    {base}/o/{slug}", f"  Layar       Display     {base}/display/{slug}"]
    lines += [f"  Loket       Desk        {base}/desk", f"  Supervisor  Supervisor  {base}/supervisor", ""]
    password_file = _demo_password_file(config)
    if not config.production and demo.SLUG in slugs and password_file.exists():
        lines += [
            "  Demonstration sign-ins: petugas1 to petugas5 (officers), supervisor, admin",
            f"  Password: {password_file.read_text(encoding='utf-8')}",
            "",
        ]
    lines += ["  Ctrl-C stops it; all data is kept.", ""]
    click.echo("\n".join(lines))


def _slugs(session: Session) -> list[str]:
    """Of the offices, in the order in which they were set up."""
    return list(session.scalars(text("SELECT slug FROM office ORDER BY id")))
