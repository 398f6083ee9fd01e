"""Commands on the whole configuration of an office as one file."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from queue_app import clock, opening, queries
from queue_app.cli_errors import explained, problem_line
from queue_app.configuration import export, importing
from queue_app.configuration.difference import Change, Kind
from queue_app.configuration.importing import Preview
from queue_app.configuration.reading import LARGEST_BYTES, BadConfiguration
from queue_app.extensions import database

config_group = AppGroup("config", help="The whole configuration of an office as one YAML file.")

_OFFICE = click.option("--office", "slug", required=True, help="The office's short name, as in its address.")
_SIGNS = {Kind.ADD: "+", Kind.CHANGE: "~", Kind.RETIRE: "-"}


@config_group.command("export")
@_OFFICE
@click.option("--to", "path", type=click.Path(dir_okay=False, path_type=Path), help="A file; the screen when left out.")
@explained
def export_configuration(slug: str, path: Path | None) -> None:
    """Write the configuration as YAML: no secrets, no people, nothing of citizens."""
    with database().read() as session:
        office = queries.office(session, slug)
        text = export.as_yaml(export.current(session, office, opening.local_day(office, clock.now())))
    if path is None:
        click.echo(text, nl=False)
    else:
        path.write_text(text, encoding="utf-8")
        click.echo(f"The configuration of {slug} is in {path}.")


@config_group.command("import")
@click.argument("file", type=click.File("rb"))
@_OFFICE
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--create", is_flag=True, help="Make the office; the file must say its name.")
@explained
def import_configuration(file: Any, slug: str, *, dry_run: bool, create: bool) -> None:
    """Bring FILE in, all of it or nothing. Exit code 1 when it cannot be taken, with every problem and its line."""
    content = file.read(LARGEST_BYTES + 1)
    try:
        told = _bring_in(content, slug, dry_run=dry_run, create=create)
    except BadConfiguration as error:
        raise click.ClickException("\n".join(("Nothing was changed.", *map(problem_line, error.problems)))) from error
    for change in told.changes:
        click.echo(change_line(change))
    for effect in told.effects:
        click.echo(f"! {effect.message % dict(effect.params)}")
    click.echo(f"{slug}: {len(told.changes)} changes{' would be made; nothing was changed.' if dry_run else ' made.'}")


def _bring_in(content: bytes, slug: str, *, dry_run: bool, create: bool) -> Preview:
    now = clock.now()
    with database().write() as session:
        trial = session.begin_nested()
        office = importing.founded(session, slug, content, now) if create else queries.office(session, slug)
        told = importing.carry_out(session, office, content, now)
        if dry_run:
            trial.rollback()
        return told


def change_line(change: Change) -> str:
    """One line: ``~ services A: daily_quota none → 40``."""
    what = f"{_SIGNS[change.kind]} {change.section} {change.name}".rstrip()
    if change.kind is not Kind.CHANGE:
        return what
    fields = (f"{field} {_short(change.before, field)} → {_short(change.after, field)}" for field in change.after)
    return f"{what}: {', '.join(fields)}"


def _short(values: Mapping[str, Any], field: str) -> str:
    value = values.get(field)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
