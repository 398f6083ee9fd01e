"""Commands of the auditor: whether the logs are what was written, and anchors to keep elsewhere."""

import sys
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from queue_app import queries
from queue_app.audit import anchors, verify
from queue_app.cli_errors import explained
from queue_app.extensions import database
from queue_app.models import Office

audit_group = AppGroup("audit", help="Whether the logs are what was written.")

_OFFICE = click.option("--office", "slug", help="One office, by its short name; all of them when left out.")


@audit_group.command("verify")
@_OFFICE
@click.option(
    "--anchors",
    "kept",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of `audit anchors` that was kept elsewhere: also finds a log that was written anew or cut off.",
)
@explained
def verify_logs(slug: str | None, kept: Path | None) -> None:
    """Check every row of the logs. Exit code 1 at the first row of a log that was edited, removed or inserted."""
    known = _read(kept) if kept else {}
    breaches = 0
    with database().read() as session:
        offices = _offices(session, slug)
        for office in offices:
            for found in verify.check(session, office, known):
                if found.breach is None:
                    click.echo(f"{found.office} {found.log}: OK, {found.rows} rows, last {found.digest}")
                else:
                    breaches += 1
                    click.echo(f"{found.office} {found.log}: BROKEN at row {found.breach.seq}: {found.breach.why}")
        lost = {office for office, _ in known} - {office.slug for office in offices} if slug is None else set()
    for name in sorted(lost):
        breaches += 1
        click.echo(f"{name}: BROKEN: there are anchors of this office, and no such office")
    if breaches:
        sys.exit(1)


@audit_group.command("anchors")
@_OFFICE
@click.option("--format", "form", type=click.Choice(["json", "csv"]), default="json")
@explained
def print_anchors(slug: str | None, form: str) -> None:
    """Print the digest of each log's last row of each day. Keep it where nobody can change it with the database."""
    with database().read() as session:
        checked = [found for office in _offices(session, slug) for found in verify.check(session, office)]
    write = anchors.as_json if form == "json" else anchors.as_csv
    click.echo(write(anchors.of(checked)))
    broken = [found for found in checked if found.breach is not None]
    for found in broken:
        click.echo(f"{found.office} {found.log}: BROKEN, anchors only before it; see `audit verify`", err=True)
    if broken:
        sys.exit(1)


def _read(kept: Path) -> verify.Known:
    try:
        return anchors.read(kept.read_text(encoding="utf-8"))
    except ValueError as error:
        raise click.ClickException(f"{kept} does not hold anchors from `audit anchors`: {error}") from error


def _offices(session: Session, slug: str | None) -> list[Office]:
    if slug is not None:
        return [queries.office(session, slug)]
    return list(session.scalars(select(Office).order_by(Office.id)))
