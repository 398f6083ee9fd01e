"""Commands of moving in: ``moving in``, ``moving list`` and ``moving undo``.

Exit codes: 0 done; 1 refused; 2 called with something that does not exist or can't be read.
"""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from queue_app import clock, queries, visit_days
from queue_app.cli_errors import explained
from queue_app.crowd import counting
from queue_app.extensions import config, database, vault
from queue_app.models import PastImport, SourceKind
from queue_app.moving_in import bringing, checking, imports, naming, plan, sources, undoing
from queue_app.moving_in.cells import DATE_FORMS
from queue_app.moving_in.columns import TITLES
from queue_app.moving_in.plan import Plan
from queue_app.moving_in.rows import UnreadableSource
from queue_app.moving_in.sources import TABULAR, Source
from queue_app.moving_out import archive

moving_group = AppGroup("moving", help="Past visits from elsewhere.")

_ENDINGS = {".csv": SourceKind.CSV, ".txt": SourceKind.CSV, ".xlsx": SourceKind.XLSX, ".sqlite": SourceKind.FQM}


class _Pair(click.ParamType[tuple[str, str]]):
    name = "name=value"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        name, equals, here = value.rpartition("=")
        if not equals or not name or not here:
            self.fail(f"{value!r} is not NAME=VALUE", param, ctx)
        return name, here


@moving_group.command("in")
@click.argument("what", metavar="SOURCE")
@click.option("--office", "slug", required=True, help="The office's short name, as in its address.")
@click.option(
    "--kind", type=click.Choice([kind.value for kind in SourceKind]), help="By the file's ending if left out."
)
@click.option("--dry-run", is_flag=True, help="Read all of it, name the refused rows, and write nothing.")
@click.option("--sheet", default="", help="Of a workbook; the first when left out.")
@click.option("--from-office", default="", help="The office of The Q.")
@click.option("--header", type=click.IntRange(1), help="The number of the row of headings; guessed when left out.")
@click.option("--column", "columns", type=_Pair(), multiple=True, help=f"FIELD=HEADING, for: {', '.join(TITLES)}.")
@click.option("--dates", type=click.Choice(DATE_FORMS), help="The form of dates in texts: day first when left out.")
@click.option("--tz", "zone", help="Zone of times without an offset; the office's, or UTC of FQM and The Q.")
@click.option("--service", "services", type=_Pair(), multiple=True, help="NAME=CODE, or NAME=+ for a new one.")
@click.option("--officer", "officers", type=_Pair(), multiple=True, help="NAME=USERNAME, + for new, - for nobody.")
@click.option("--counter", "counters", type=_Pair(), multiple=True, help="NAME=NUMBER, + for new, - for none.")
@explained
def bring_in(
    what: str,
    slug: str,
    kind: str | None,
    dry_run: bool,
    sheet: str,
    from_office: str,
    header: int | None,
    columns: Sequence[tuple[str, str]],
    dates: str | None,
    zone: str | None,
    services: Sequence[tuple[str, str]],
    officers: Sequence[tuple[str, str]],
    counters: Sequence[tuple[str, str]],
) -> None:
    """Bring in past visits from SOURCE: a CSV, an XLSX, the SQLite file of FQM, or the PostgreSQL address of The Q.

    Repeatable: what is there already is passed over, so an import that broke off is simply run again. Refused rows are
    named on standard error and left out. SOURCE - stands for an address on standard input.
    """
    now, source = clock.now(), _source(what, kind)
    with database().read() as session:
        office = queries.office(session, slug)
        office_id, office_zone = office.id, office.timezone
    guessed = _guessed(source, from_office or sheet, office_zone, columns, header)
    chosen = {"services": dict(services), "officers": dict(officers), "counters": dict(counters)}
    wanted = {"dates": dates, "zone": zone, "header": header}
    how = plan.of_json({**guessed.as_json(), **{name: value for name, value in wanted.items() if value}, **chosen})
    plan.require(how, has_columns=source.kind in TABULAR)
    found = _checked(source, how, office_id, slug)
    if dry_run or not found["good"]:
        click.echo("Nothing was imported.")
        return
    with database().write() as session:
        office = queries.office(session, slug)
        size = source.path.stat().st_size if source.path else 0
        name = source.path.name if source.path else "postgresql"
        row = imports.add(session, office, source.kind, name, size, None, how, now)
        row.found, number = found, row.id
    with click.progressbar(length=found["good"], label="Importing", file=sys.stderr) as bar:
        bringing.run(database(), number, source, now, bar.update)
    _count_anew(office_id)
    with database().read() as session:
        click.echo(_line(session.get_one(PastImport, number)))


@moving_group.command("list")
@click.option("--office", "slug", required=True, help="The office's short name, as in its address.")
@explained
def show(slug: str) -> None:
    """Print what was brought in, the latest first."""
    with database().read() as session:
        for row in imports.latest(session, queries.office(session, slug)):
            click.echo(_line(row))


@moving_group.command("undo")
@click.argument("number", type=click.IntRange(1, 2**53))
@click.option("--office", "slug", required=True, help="The office's short name, as in its address.")
@explained
def undo(number: int, slug: str) -> None:
    """Take an import out of all figures again. What a complaint or a contested time is about stays."""
    with database().write() as session:
        row = imports.find(session, queries.office(session, slug), number)
        imports.require_written(session, row)
        office_id = row.office_id
    undoing.run(database(), number, clock.now(), None, lambda _: None)
    _count_anew(office_id)
    with database().read() as session:
        click.echo(_line(session.get_one(PastImport, number)))


def _source(what: str, kind: str | None) -> Source:
    address = sys.stdin.readline().strip() if what == "-" else what
    if address.startswith("postgresql:"):
        return Source(SourceKind.THEQ, url=address)
    path = Path(address)
    if not path.is_file():
        raise click.BadParameter(f"{what}: there is no such file", param_hint="SOURCE")
    found = SourceKind(kind) if kind else _ENDINGS.get(path.suffix.lower())
    if found is None or found is SourceKind.THEQ:
        raise click.BadParameter("say what kind of file it is", param_hint="--kind")
    return Source(found, path)


def _guessed(source: Source, table: str, zone: str, columns: Sequence[tuple[str, str]], header: int | None) -> Plan:
    tables = sources.tables(source)
    chosen = table or (tables[0] if tables else "")
    if source.kind is SourceKind.THEQ and (chosen not in tables or (not table and len(tables) > 1)):
        raise click.BadParameter(f"one of: {', '.join(tables)}", param_hint="--from-office")
    peeked = sources.peek(source, chosen)
    guessed = sources.first_plan(source, chosen, peeked.rows, zone)
    at = (header or guessed.header) - 1
    heading = [name.casefold() for name in peeked.rows[at]] if at < len(peeked.rows) else []
    named = {}
    for field, text in columns:
        if field not in TITLES or text.casefold() not in heading:
            raise click.BadParameter(f"{field}={text}: headings are {', '.join(heading)}", param_hint="--column")
        named[field] = heading.index(text.casefold())
    kept = {field: place for field, place in guessed.columns.items() if place not in named.values()}
    return plan.of_json({**guessed.as_json(), "columns": {**kept, **named}})


def _checked(source: Source, how: Plan, office_id: int, slug: str) -> dict[str, Any]:
    """The dry run, told; names that were chosen must be there."""
    with tempfile.TemporaryDirectory() as folder:
        errors = Path(folder) / "errors"
        try:
            found = checking.check(database(), office_id, source, how, clock.now(), errors, lambda _: None)
        except UnreadableSource as error:
            raise click.BadParameter(error.message % dict(error.params), param_hint="SOURCE") from error
        for bad in checking.errors_of(errors):
            click.echo(f"{bad.row}: {bad.column}: {bad.message % dict(bad.params)}", err=True)
    with database().read() as session:
        office = queries.office(session, slug)
        guessed = naming.suggest(session, office, found)
        naming.require(session, office, {kind: dict(getattr(how, kind)) for kind in checking.NAMED})
    click.echo(f"{found['good']} good rows, {found['bad']} refused, {found['present']} of the good ones there already.")
    for outcome, count in sorted(found["outcomes"].items()):
        click.echo(f"{outcome}: {count}")
    for kind in checking.NAMED:
        for name, count in sorted(found[kind].items()):
            here = getattr(how, kind).get(name, guessed[kind][name])
            click.echo(f"{kind}: {name} ({count}) = {'new' if here == plan.NEW else here}")
    return found


def _count_anew(office_id: int) -> None:
    visit_days.fill(database(), office_id, clock.now())
    counting.fill(database(), office_id)


def _line(row: PastImport) -> str:
    tickets = row.made.get("tickets", "-")
    undone = f", {row.undo['withdrawn']} withdrawn, {row.undo['left']} left" if row.undo else ""
    return f"{row.id}: {row.file_name} ({row.kind.value}) {row.status.value}, {tickets} visits{undone}"


@moving_group.command("out")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--office", "slug", required=True, help="The office's short name, as in its address.")
@click.option("--personal", "has_personal", is_flag=True, help="With names, phones and words, opened.")
@explained
def take_out(file: Path, slug: str, has_personal: bool) -> None:
    """Write all that an office owns into the ZIP FILE: settings, log, visits, complaints, surveys, pictures.

    Personal data are inside with --personal alone; that is recorded. A file that is there is replaced when the new one
    is whole.
    """
    uploads = config().uploads_folder
    try:
        manifest = archive.write(database(), vault(), slug, uploads, file, clock.now(), has_personal=has_personal)
    except OSError as error:
        raise click.ClickException(f"{file} can't be written: {error.strerror}") from error
    click.echo(f"{file}: {len(manifest['files'])} files, {'with' if has_personal else 'without'} personal data")
