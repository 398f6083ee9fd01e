"""Commands about personal data: what is past its term, and what a person may ask."""

import json
import sys

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import force_locale, gettext
from sqlalchemy import select

from queue_app import clock, opening, queries
from queue_app.cli_errors import explained
from queue_app.extensions import database, vault
from queue_app.models import Office, PrivacyDeedKind
from queue_app.privacy import bases, copy, data_map, erasure, persons, record, retention
from queue_app.privacy.persons import By
from queue_app.privacy.terms import TERMS, Kind

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


@privacy_group.command("person")
@click.option("--office", "slug", required=True)
@click.option("--by", type=click.Choice([by.value for by in By]), required=True, help="What stands on standard input.")
@click.option("--copy", "is_copied", is_flag=True, help="Print a copy as JSON.")
@click.option("--erase", "is_erased", is_flag=True, help="Erase what is over.")
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask before erasing.")
@explained
def person(slug: str, by: str, is_copied: bool, is_erased: bool, is_sure: bool) -> None:
    """Find what is kept of one person, by the first line of standard input; copy or erase it. Each is recorded."""
    if is_erased and not is_sure:
        raise click.UsageError("say --yes as well: erasing cannot be undone")
    now, text = clock.now(), sys.stdin.readline().strip()
    with database().read() as session:
        office = queries.office(session, slug)
        found = persons.find(session, vault(), office, By(by), text, opening.local_day(office, now))
        copied = copy.of(session, vault(), office, found) if is_copied else None
    with database().write() as session:
        office = queries.office(session, slug)
        deed = PrivacyDeedKind.EXPORT if is_copied else PrivacyDeedKind.SEARCH
        count = len(found.tickets) + len(found.complaints)
        record.add(session, office, deed, by, count, now, tickets=found.numbers)
        erased = erasure.erase(session, office, found, None, now).tickets if is_erased else []
    click.echo(f"Found: {', '.join(found.numbers) or 'nothing'}", err=is_copied)
    if copied is not None:
        click.echo(json.dumps(copied, ensure_ascii=False, indent=2))
    if erased:
        click.echo(f"Erased: {', '.join(erased)}", err=is_copied)


@privacy_group.command("map")
@explained
def print_map() -> None:
    """Print the data map as a table in Markdown, as in docs/privacy.md."""
    current_app.extensions["antrean_pages"]()  # the languages are theirs
    with force_locale("en"):
        click.echo("| table: columns | whose | what | what for | basis | protected | kept | erased by | seen by |")
        click.echo("|---|---|---|---|---|---|---|---|---|")
        for item in data_map.ITEMS:
            cells = (
                f"`{item.table}`: {', '.join(item.columns)}",
                gettext(bases.WHOSE[item.whose]),
                gettext(item.what),
                gettext(item.purpose),
                gettext(bases.BASES[item.basis]),
                gettext(bases.PROTECTIONS[item.protection]),
                f"`{TERMS[item.kept].setting}`" if isinstance(item.kept, Kind) else gettext(item.kept),
                f"`{item.erased_by}`" if item.erased_by else "–",
                gettext(item.seen_by),
            )
            click.echo(f"| {' | '.join(cells)} |")
