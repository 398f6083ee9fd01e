"""Commands that give the log to other programs: ``events export`` and ``events dictionary``."""

import csv
import sys
from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import gettext

from metrics.periods import Period
from queue_app import event_export, queries
from queue_app.cli_errors import explained
from queue_app.extensions import database

events_group = AppGroup("events", help="The log for other programs.")

_DAY = click.DateTime(["%Y-%m-%d"])


@events_group.command("export")
@click.option("--office", "slug", required=True, help="The office's short name, as in its address.")
@click.option("--from", "first", type=_DAY, required=True, help="The first local day.")
@click.option("--to", "last", type=_DAY, required=True, help="The last local day.")
@click.option("--format", "form", type=click.Choice(sorted(event_export.FORMATS)), default="csv")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@explained
def export(slug: str, first: datetime, last: datetime, form: str, file: Path) -> None:
    """Write the moves of some days into FILE: csv, parquet, xes (process mining) or bpjs (field names of BPJS).

    No names, phones, NIK or typed texts are in it. A file that is there already is replaced when the new one is whole.
    """
    if last < first:
        raise click.BadParameter("the period ends before it begins", param_hint="--to")
    kind = event_export.FORMATS[form]
    half = file.with_name(f".{file.name}.half")
    try:
        with database().read() as session:
            office = queries.office(session, slug)
            period = Period(first.date(), last.date(), office.zone)
            written = kind.write(event_export.rows(session, office, period, by_ticket=kind.by_ticket), half)
        half.replace(file)
    except OSError as error:
        raise click.ClickException(f"{file} can't be written: {error.strerror}") from error
    finally:
        half.unlink(missing_ok=True)
    click.echo(f"{file}: {written} rows")


@events_group.command("dictionary")
def dictionary() -> None:
    """Print what each column of an export is called, its kind and what it means, as CSV."""
    lines = csv.writer(sys.stdout)
    lines.writerow(("name", "kind", "meaning"))
    lines.writerows((field.name, field.kind, gettext(field.meaning)) for field in event_export.FIELDS)
