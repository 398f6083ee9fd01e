"""Commands on the past: ``history import``, ``history backtest`` and ``metrics report``, ``verify``, ``rebuild``.

Exit codes: 0 done; 1 refused (rows that can't be right with ``--strict``, a difference, or the database); 2 called
with something that does not exist or can't be read.
"""

import json
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from flask import current_app, render_template
from flask.cli import AppGroup
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from metrics.periods import Period, day_start
from metrics.speed import OfficeSpeed
from queue_app import (
    clock,
    documents,
    history,
    history_import,
    interventions,
    letterhead,
    occupancy,
    report,
    report_files,
    report_quality,
    visit_days,
)
from queue_app.cli_errors import explained
from queue_app.crowd import counting, past
from queue_app.extensions import database
from queue_app.history_csv import COLUMNS, UnreadableFile
from queue_app.history_import import Checked, Imported
from queue_app.interventions.figures import plain
from queue_app.models import Intervention, Office, Ticket, User
from queue_app.report_quality import Quality

history_group = AppGroup("history", help="Past records.")
metrics_group = AppGroup("metrics", help="Figures from the log.")

_DAY = click.DateTime(["%Y-%m-%d"])


class _Zone(click.ParamType[ZoneInfo]):
    name = "zone"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> ZoneInfo:
        try:
            return ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.fail(f"{value!r} is not a time zone; name one like Asia/Jakarta", param, ctx)


@history_group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--office", "slug", required=True, help="The office's short name, as in its address.")
@click.option("--tz", "zone", type=_Zone(), help="Zone of times without an offset; the office's when left out.")
@click.option("--strict", is_flag=True, help="Import nothing when a single row can't be right.")
@explained
def import_history(file: Path, slug: str, zone: ZoneInfo | None, strict: bool) -> None:
    """Bring in past records from a CSV file. Repeatable: what is there already is not added again.

    Columns, in any order: arrival_ts, service_start_ts, service_end_ts, server_id, service_type, outcome (served,
    abandoned or no_show). Every row that can't be right is named on standard error by its line.
    """
    now = clock.now()
    with database().read() as session:
        office = _office(session, slug)
        office_id, zone = office.id, zone or office.zone
    try:
        checked = history_import.check(file, zone, now)
    except (UnreadableFile, OSError) as error:
        raise click.BadParameter(f"{file}: {error}. Columns: {','.join(COLUMNS)}", param_hint="FILE") from error
    for refused in checked.refused:
        click.echo(f"{file}:{refused.line}: {refused.reason}", err=True)
    if strict and checked.refused:
        rows = checked.good + len(checked.refused)
        raise click.ClickException(f"Nothing was imported: {len(checked.refused)} of {rows} rows can't be right.")
    with click.progressbar(length=checked.good, label="Importing", file=sys.stderr) as bar:
        done = history_import.run(database(), office_id, file, zone, now, bar.update)
    visit_days.fill(database(), office_id, now)
    occupancy.fill(database(), office_id)
    counting.fill(database(), office_id)
    click.echo(_summary(checked, done))


@history_group.command("backtest")
@click.option("--office", "slug", required=True, help="The office's short name, as in its address.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@explained
def backtest_waits(slug: str, form: str) -> None:
    """Try the wait forecast on the office's own records, against plain methods.

    Records are played in the order of time, by the office's rule of turns; plain methods learn from the first half, all
    are scored on the second.
    """
    # numpy and scipy take half a second to load, which no other command should pay.
    from metrics.forecast import backtest, replay  # noqa: PLC0415
    from metrics.forecast.line import Rule  # noqa: PLC0415

    with database().read() as session:
        office = _office(session, slug)
        first, last = (
            session.scalar(select(of(Ticket.day)).where(Ticket.office_id == office.id)) for of in (func.min, func.max)
        )
        # From the log: kept days do not say when those left who were not served.
        visits = history.visits(session, office, Period(first, last, office.zone)) if first and last else []
        zone, rule = office.zone, office.rule
    turns = replay.Turns(Rule(rule.name.value, rule.longest_wait.total_seconds()), rule.rates)
    found = backtest.run(list(replay.play(replay.pasts(visits, zone, turns), turns.rule)))
    if found is None:
        raise click.ClickException(
            f"Too few records: at least {replay.ENOUGH} services and, after those, {backtest.FEWEST} served people who "
            "waited are needed. Bring some in with: history import."
        )
    click.echo(json.dumps(asdict(found), indent=2) if form == "json" else backtest.table(found))


@history_group.command("backtest-crowd")
@click.option("--office", "slug", required=True, help="The office's short name, as in its address.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@click.option("--before", type=_DAY, help="Use the days before this one alone, as if it were today.")
@explained
def backtest_crowd(slug: str, form: str, before: datetime | None) -> None:
    """Foretell how many came on each of the last days from the days before it alone, and compare with plain methods."""
    from metrics.crowd import check  # noqa: PLC0415

    now = clock.now()
    with database().read() as session:
        office_id = _office(session, slug).id
    visit_days.fill(database(), office_id, now)
    counting.fill(database(), office_id)
    with database().read() as session:
        office = session.get_one(Office, office_id)
        at = min(now, day_start(before.date(), office.zone)) if before else now
        found = past.learned(session, office, at).checked()
    if not found:
        raise click.ClickException("Too few past days: two weeks with visitors are needed. See: history import.")
    click.echo(json.dumps([asdict(one) for one in found], indent=2) if form == "json" else check.table(found))


@metrics_group.command("report")
@click.option("--office", "slug", required=True, help="The office's short name, as in its address.")
@click.option("--from", "first", type=_DAY, required=True, help="First local day.")
@click.option("--to", "last", type=_DAY, required=True, help="Last local day, included.")
@click.option("--format", "form", type=click.Choice(["table", "json", "csv", "xlsx", "pdf"]), default="table")
@click.option("--language", type=click.Choice(["id", "en"]), default="id", help="Of the PDF.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file instead.")
@explained
def report_officers(slug: str, first: datetime, last: datetime, form: str, language: str, output: Path | None) -> None:
    """Print each officer's served tickets, median and 90th percentile of serve time, speed index, accuracy and
    satisfaction, and the office's own."""
    if last < first:
        raise click.BadParameter("the last day lies before the first", param_hint="--to")
    if form in ("xlsx", "pdf") and output is None and sys.stdout.isatty():
        raise click.BadParameter(f"{form} is not for a terminal: name a file", param_hint="--output")
    with database().read() as session:
        office = _office(session, slug)
        period, now = Period(first.date(), last.date(), office.zone), clock.now()
        speed = report.officers(session, office, period, now)
        quality = report_quality.load(session, office, period, now)
        page = _paper(session, office, speed, quality, language, now) if form == "pdf" else ""
    content = documents.to_pdf(page) if page else report_files.written(speed, slug, form, quality)
    if output is None:
        click.echo(content, nl=False)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise click.BadParameter(f"{output}: {error.strerror}", param_hint="--output") from error
    click.echo(f"Written to {output}.", err=True)


def _paper(session: Session, office: Office, speed: OfficeSpeed, quality: Quality, language: str, now: datetime) -> str:
    """The report as HTML, in the words of the pages."""
    names = dict(session.execute(select(User.username, User.display_name).where(User.office_id == office.id)).all())
    current_app.extensions["antrean_pages"]()
    with current_app.test_request_context(headers={"Cookie": f"lang={language}"}):
        return render_template(
            "documents/officers.html",
            office=office,
            logo=letterhead.logo(office),
            now=now,
            speed=speed,
            quality=quality,
            are_known=report_quality.are_known,
            names=names,
        )


@metrics_group.command("effect")
@click.option("--office", "slug", required=True, help="The office's short name, as in its address.")
@click.option("--intervention", "number", type=int, required=True, help="Its number, as in its address.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@explained
def effect(slug: str, number: int, form: str) -> None:
    """Print what an intervention changed, by both methods. Its results must have been opened by a supervisor.

    Speed and wait in per cent of the time, accuracy in percentage points, satisfaction in points of 25 to 100.
    """
    with database().read() as session:
        office = _office(session, slug)
        found = session.get(Intervention, number)
        if found is None or found.office_id != office.id:
            raise click.BadParameter(f"{slug} has no intervention {number}", param_hint="--intervention")
        if found.seen_at is None:
            raise click.ClickException("The results have not been opened yet.")
        prepared = interventions.prepare(session, found, clock.now())
        if prepared.is_personal:
            raise click.ClickException("These figures are of fewer than 3 officers and are not given away.")
        figures = plain(found, interventions.measure(prepared))
    click.echo(json.dumps(figures, indent=2) if form == "json" else _effects(figures), nl=form == "json")


def _effects(figures: dict[str, Any]) -> str:
    lines = [f"{'':13}{'regression':>28}{'bootstrap':>28}  verdict\n"]
    for name, one in figures.items():
        ends = [_ends(one.get(method)) for method in ("regression", "bootstrap")]
        days = "{} and {} days".format(*one["days"])
        lines.append(f"{name:13}{ends[0]:>28}{ends[1]:>28}  {one['verdict'] or one['why']} ({days})\n")
    return "".join(lines)


def _ends(interval: dict[str, float] | None) -> str:
    return "-" if interval is None else "{value:.1f} ({low:.1f} to {high:.1f})".format(**interval)


@metrics_group.command("verify")
@click.option("--office", "slug", required=True, help="The office's short name, as in its address.")
@explained
def verify(slug: str) -> None:
    """Make all that is kept of past days anew from the log and compare every field; 1 for the first difference."""
    with database().read() as session:
        office = _office(session, slug)
        alike, found = visit_days.first_difference(session, office)
        _, shifts = occupancy.first_difference(session, office) if found is None else (0, None)
    if found is not None:
        of = f"ticket {found.ticket}, {found.name}" if found.ticket is not None else found.name
        raise click.ClickException(
            f"{found.day}: {of}: {found.kept} is kept, the log says {found.logged}. "
            f"`metrics rebuild --office {slug}` makes it anew."
        )
    if shifts is not None:
        raise click.ClickException(
            f"{shifts.day}: what shifts went to: {shifts.kept} is kept, the log says {shifts.logged}. "
            f"`metrics rebuild --office {slug}` makes it anew."
        )
    click.echo(f"{alike} kept days are what the log says.")


@metrics_group.command("rebuild")
@click.option("--office", "slug", required=True, help="The office's short name, as in its address.")
@explained
def rebuild(slug: str) -> None:
    """Throw away all that is kept of past days, and keep it anew from the log. Harmless at any time."""
    with database().read() as session:
        office_id = _office(session, slug).id
    days = visit_days.rebuild(database(), office_id, clock.now())
    occupancy.fill(database(), office_id)
    counting.fill(database(), office_id)
    click.echo(f"{days} days kept.")


def _office(session: Session, slug: str) -> Office:
    found = session.scalar(select(Office).where(Office.slug == slug))
    if found is None:
        known = ", ".join(session.scalars(select(Office.slug).order_by(Office.slug))) or "none yet"
        raise click.BadParameter(f"there is no office {slug!r}; there are: {known}", param_hint="--office")
    return found


def _summary(checked: Checked, done: Imported) -> str:
    if not done.tickets:
        lines = ["Nothing was imported: " + ("no row was good." if not checked.good else "all rows are there already.")]
    else:
        of_these = ", ".join(f"{count} {outcome}" for outcome, count in sorted(done.outcomes.items()))
        lines = [f"{done.tickets} tickets imported ({of_these}), {done.events} rows of the log."]
    counts = [
        ("Rows that were there already, passed over", done.present if done.tickets else 0),
        ("Rows that can't be right, left out and named above", len(checked.refused)),
        ("Served, but by whom is not recorded; in nobody's figures", done.served_by_nobody),
    ]
    lines += [f"{words}: {count}" for words, count in counts if count]
    for kind, made in (("Services", done.services_made), ("Officers", done.officers_made)):
        if made:
            lines.append(f"{kind} made as past ones ({len(made)}): {', '.join(made)}")
    return "\n".join(lines)
