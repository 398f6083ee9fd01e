"""Commands about personal data: what is past its term, and what a person may ask."""

import sys

import click
from flask.cli import AppGroup
from sqlalchemy import select

from queue_app import clock
from queue_app.cli_errors import explained
from queue_app.extensions import database
from queue_app.models import Office
from queue_app.privacy import retention

privacy_group = AppGroup("privacy", help="Personal data: terms, and what a person may ask.")


@privacy_group.command("check")
@explained
def check() -> None:
    """Count what is past its term in the tables themselves. Exit code 1 where something is left."""
    is_left = False
    with database().read() as session:
        for office in session.scalars(select(Office).order_by(Office.id)):
            for each in retention.check(session, office, clock.now()):
                is_left |= each.rows > 0
                found = f"{each.rows} rows of {each.up_to} and before left" if each.rows else "nothing left"
                proof = f"recorded up to {each.proved}" if each.proved else "no run recorded yet"
                click.echo(f"{each.office} {each.kind}: {found} ({each.up_to}; {proof})")
    if is_left:
        sys.exit(1)


@privacy_group.command("erase-due")
@explained
def erase_due() -> None:
    """Erase what is past its term now; the server does it daily by itself."""
    click.echo(f"{retention.erase_all(database(), clock.now())} rows erased.")
