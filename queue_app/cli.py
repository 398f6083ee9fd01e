"""The commands: ``flask --app queue_app ...``. Each prints what it did, and fails with one clear sentence."""

from importlib import import_module

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from queue_app import clock, demo, schema, server
from queue_app.cli_errors import explained
from queue_app.extensions import config, database, vault
from queue_app.schema import SchemaState
from queue_app.setup import code

_ELSEWHERE = {
    "user": "cli_people:user_group",
    "token": "cli_people:token_group",
    "day": "cli_office:day_group",
    "history": "cli_history:history_group",
    "messages": "cli_messages:messages_group",
    "metrics": "cli_history:metrics_group",
    "office": "cli_office:office_group",
    "service": "cli_office:service_group",
    "holidays": "cli_office:holidays_group",
    "counter": "cli_routing:counter_group",
    "officer": "cli_routing:officer_group",
    "visit": "cli_routing:visit_group",
    "voice": "cli_voice:voice_group",
    "webhook": "cli_webhooks:webhook_group",
    "printer": "cli_printer:printer_group",
    "audit": "cli_audit:audit_group",
    "keys": "cli_keys:keys_group",
    "log": "cli_log:log_group",
    "privacy": "cli_privacy:privacy_group",
    "events": "cli_events:events_group",
    "moving": "cli_moving:moving_group",
    "config": "cli_config:config_group",
    "setup": "cli_setup:setup",
    "check": "cli_check:check",
    "backup": "cli_backup:backup",
    "restore": "cli_backup:restore",
}
"""Where the other commands stand. Each is loaded when it is asked for, so that serving starts without any."""


class Commands(AppGroup):
    """All commands, of this module and of the others."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *_ELSEWHERE})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module, _, name = _ELSEWHERE[cmd_name].partition(":")
        found: click.Command = getattr(import_module(f"queue_app.{module}"), name)
        return found


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli = Commands(app.name)
    for command in (init, seed_demo, serve):
        app.cli.add_command(command)


@click.command("init")
@with_appcontext
@explained
def init() -> None:
    """Create the database, or bring an older one up to date. Repeatable; keeps all data."""
    before = schema.state(database())
    if before is SchemaState.UNKNOWN:
        raise click.ClickException(server.unknown_database(database()))
    schema.upgrade(database())
    try:
        server.require_key(database(), vault())
    except server.CannotStart as error:
        raise click.ClickException(str(error)) from error
    server.keep_push_key(config())
    with database().read() as session:
        is_without_office = code.is_open(session)
    click.echo({SchemaState.CURRENT: "The database is up to date."}.get(before, "The database is ready."))
    if is_without_office:
        click.echo(server.setup_words(config(), f"http://{config().host}:{config().port}"))


@click.command("seed-demo")
@with_appcontext
@explained
def seed_demo() -> None:
    """Add the demonstration office (Disdukcapil Senapelan) with its people. Repeatable; not in production."""
    if config().production:
        raise click.ClickException("The demonstration is for trying things out; it cannot be added in production.")
    with database().write() as session:
        made = demo.seed(session, config().demo_password)
        visits = demo.invent(session, vault(), demo.SLUG, config().demo_days, clock.now()) if made else 0
    if made is None:
        click.echo("The demonstration office is there already; nothing was changed.")
    else:
        server.keep_demo_password(config(), made.password)
        click.echo(f"Users: {', '.join(made.usernames)}\nPassword: {made.password}")
        click.echo(f"Invented past visits, to try the figures with: {visits}")


@click.command("serve")
@with_appcontext
def serve() -> None:
    """Prepare the database and serve pages, API and websockets until Ctrl-C. Sooner: python -m queue_app"""
    try:
        server.serve(config())
    except server.CannotStart as error:
        raise click.ClickException(str(error)) from error
