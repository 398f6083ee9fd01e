"""Commands for the people who sign in, and for the programs that have a key of theirs."""

import sys

import click
from flask.cli import AppGroup

from queue_app import accounts, api_tokens, clock, permissions, queries
from queue_app.audit import changes
from queue_app.cli_errors import explained
from queue_app.extensions import config, database
from queue_app.models import Role, Scope
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
@click.option("--name", default="", help="What the program is called, as the list shows it.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([scope.value for scope in Scope]),
    help="What it is for; can be repeated. When left out: what the user's role may, but people and privacy.",
)
@click.option("--days", default=api_tokens.USUAL_DAYS, show_default=True, help="For how long it is good.")
@explained
def create_token(username: str, name: str, scopes: tuple[str, ...], days: int) -> None:
    """Print a new API token for a user. It is shown this once; only its digest is kept."""
    with database().write() as session:
        user = accounts.require_user(session, username)
        wanted = [Scope(scope) for scope in scopes] or permissions.usual_scopes_of(user.role)
        token = api_tokens.create(session, None, user, name, wanted, days, clock.now())
    click.echo(token)


@token_group.command("list")
@click.option("--office", "slug", required=True, help="The office's short name, as in its address.")
@explained
def list_tokens(slug: str) -> None:
    """List the API tokens of an office's people: number, state, user, uses, end, last use, name."""
    now = clock.now()
    with database().read() as session:
        office = queries.office(session, slug)
        for token in api_tokens.of_office(session, office.id):
            end, used = (
                "-" if at is None else f"{at.astimezone(office.zone):%Y-%m-%d}"
                for at in (token.expires_at, token.last_used_at)
            )
            facts = (token.id, api_tokens.state(token, now), token.user.username, ",".join(token.scopes), end, used)
            click.echo("\t".join(str(fact) for fact in (*facts, token.name)))


@token_group.command("revoke")
@click.argument("username")
@click.option("--id", "token_id", type=int, help="Only this one, by its number in the list.")
@explained
def revoke_tokens(username: str, token_id: int | None) -> None:
    """Take back all API tokens of a user, or one, such as when it was seen by others."""
    with database().write() as session:
        user = accounts.require_user(session, username)
        count = api_tokens.revoke_all(session, None, user, clock.now(), only=token_id)
    click.echo(f"{count} tokens of {username} were revoked.")
