"""Commands for the people who sign in, and for the programs that have a key of theirs."""

import sys

import click
from flask.cli import AppGroup

from queue_app import accounts, clock, queries
from queue_app.audit import changes
from queue_app.cli_errors import explained
from queue_app.extensions import config, database
from queue_app.models import Role
from queue_app.signin import people
from queue_app.signin.where import Where

user_group = AppGroup("user", help="People who sign in.")
token_group = AppGroup("token", help="Keys for programs.")


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
