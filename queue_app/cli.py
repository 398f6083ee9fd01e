"""The commands: ``flask --app queue_app ...``. Each prints what it did, and fails with one clear sentence."""

import sys
from datetime import date, datetime

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from queue_app import accounts, clock, day_end, demo, opening, queries, schema, server
from queue_app.audit import changes
from queue_app.cli_audit import audit_group
from queue_app.cli_backup import backup, restore
from queue_app.cli_errors import explained
from queue_app.cli_history import history_group, metrics_group
from queue_app.cli_messages import messages_group
from queue_app.cli_office import holidays_group, office_group, service_group
from queue_app.cli_printer import printer_group
from queue_app.cli_routing import counter_group, officer_group, visit_group
from queue_app.cli_voice import voice_group
from queue_app.extensions import config, database, vault
from queue_app.models import Role
from queue_app.schema import SchemaState
from queue_app.signin import people
from queue_app.signin.where import Where

user_group = AppGroup("user", help="People who sign in.")
token_group = AppGroup("token", help="Keys for programs.")
day_group = AppGroup("day", help="The end of the day.")


def register(app: Flask) -> None:
    """Add the commands."""
    for command in (
        init,
        seed_demo,
        serve,
        user_group,
        token_group,
        day_group,
        history_group,
        messages_group,
        metrics_group,
        office_group,
        service_group,
        holidays_group,
        counter_group,
        officer_group,
        visit_group,
        voice_group,
        printer_group,
        audit_group,
        backup,
        restore,
    ):
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
    server.keep_push_key(config())
    click.echo({SchemaState.CURRENT: "The database is up to date."}.get(before, "The database is ready."))


@click.command("seed-demo")
@with_appcontext
@explained
def seed_demo() -> None:
    """Add the demonstration office (Disdukcapil Senapelan) with its people. Repeatable."""
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
    """Prepare the database and serve pages, API and websockets until Ctrl-C."""
    try:
        server.prepare(config(), database())
    except server.CannotStart as error:
        raise click.ClickException(str(error)) from error
    database().dispose()
    server.replace_this_process(config())


@user_group.command("create")
@click.argument("username")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--office", "slug", required=True, help="The office's short name, as in its address.")
@click.option("--name", "display_name", help="The name shown on the desk; the user name when left out.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
@click.option("--must-change/--no-must-change", default=None, help="Choose another password at the first sign-in.")
@explained
def create_user(
    username: str, role: str, slug: str, display_name: str | None, password_stdin: bool, must_change: bool | None
) -> None:
    """Add a person who can sign in."""
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    with database().write() as session:
        office = queries.office(session, slug)
        user = accounts.create_user(
            session,
            office=office,
            username=username,
            role=Role(role),
            password=password,
            display_name=display_name,
            must_change=config().production if must_change is None else must_change,
            may_be_common=not config().production,
        )
        changes.record(session, office, None, f"person:{username}", {}, {"role": role}, clock.now())
    click.echo(f"User {user.username} ({user.role}) was added to {slug}.")


@user_group.command("reset")
@click.argument("username")
@click.option("--second-step", is_flag=True, help="Take the second step away, when the phone is lost.")
@explained
def reset_user(username: str, second_step: bool) -> None:
    """Print a temporary password, which is changed at the first sign-in. All sessions end."""
    with database().write() as session:
        user = accounts.require_user(session, username)
        if second_step:
            people.reset_second_step(session, None, user, Where(), clock.now())
            click.echo(f"{username} signs in without a second step now.")
        else:
            click.echo(people.reset_password(session, None, user, Where(), clock.now()))


@token_group.command("create")
@click.argument("username")
@explained
def create_token(username: str) -> None:
    """Print a new API token for a user. It is shown this once; only its digest is kept."""
    with database().write() as session:
        token = accounts.create_token(session, username, clock.now())
    click.echo(token)


@token_group.command("revoke")
@click.argument("username")
@explained
def revoke_tokens(username: str) -> None:
    """Take back all API tokens of a user, such as when one was seen by others."""
    with database().write() as session:
        count = accounts.revoke_tokens(session, accounts.require_user(session, username), clock.now())
    click.echo(f"{count} tokens of {username} were revoked.")


@day_group.command("close")
@click.option("--office", "slug", required=True)
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="The local day; yesterday when left out.")
@explained
def close_day(slug: str, day: datetime | None) -> None:
    """Expire what is still open of a day and close its counters. Repeatable; the server does it by itself."""
    now = clock.now()
    with database().write() as session:
        office = queries.office(session, slug)
        chosen: date = day.date() if day else opening.local_day(office, now) - day_end.ONE_DAY
        done = day_end.close_day(session, office, chosen, now)
    click.echo(f"{slug} {chosen}: {done.expired} tickets expired, {done.shifts_closed} counters closed.")
