"""Commands that keep the log by month: ``log partition``, ``log archive``, ``log bring-back``."""

import click
from flask.cli import AppGroup

from queue_app import clock
from queue_app.cli_errors import explained
from queue_app.event_months import ahead, archive, back, partition
from queue_app.event_months.month import Month
from queue_app.extensions import database

log_group = AppGroup("log", help="The log by month, on PostgreSQL.")


@log_group.command("partition")
@click.option("--yes", "is_sure", is_flag=True, help="Do it; without this only say what would be done.")
@explained
def partition_log(*, is_sure: bool) -> None:
    """Keep the log in a table for each month (UTC). All of it or nothing, in one transaction.

    Whoever uses the log meanwhile waits: stop the server first. Have a backup, and free space twice as large as the
    log. Of a log that is by month already, make missing months and put rows into them that came outside.
    """
    found = ahead.condition(database(), clock.now())
    if found is not None:
        _put_right(found, is_sure=is_sure)
        return
    plan = partition.plan(database(), clock.now())
    if not is_sure:
        for month, rows in plan.months.items():
            click.echo(f"{month}: {rows} rows")
        click.echo(f"{plan.rows} rows in one table, {plan.bytes >> 20} MB; twice as much more is needed.")
        click.echo("Nothing was changed. To do it: log partition --yes")
        return
    done = partition.carry_out(database(), clock.now())
    click.echo(f"{done.rows} rows in {done.months} months, in {done.took_s:.1f} s.")
    click.echo(f"For {done.held_s:.1f} s of these nobody could use the log.")


def _put_right(found: ahead.Condition, *, is_sure: bool) -> None:
    missing = ", ".join(map(str, found.missing)) or "none"
    click.echo(f"The log is by month. Months without a table: {missing}. Rows outside of all months: {found.outside}.")
    if not found.missing and not found.outside:
        return
    if not is_sure:
        click.echo("Nothing was changed. To put it right: log partition --yes")
        return
    click.echo(f"{ahead.put_right(database(), clock.now())} tables made.")


def _month(_context: click.Context, _parameter: click.Parameter, value: str | None) -> Month | None:
    if value is None:
        return None
    try:
        return Month.read(value)
    except ValueError as error:
        raise click.BadParameter("a month is written like 2024-01") from error


@log_group.command("archive")
@click.option("--before", callback=_month, required=True, help="Months before this one, like 2024-01.")
@click.option("--yes", "is_sure", is_flag=True, help="Do it; without this only say what would be done.")
@explained
def archive_months(before: Month, *, is_sure: bool) -> None:
    """Take old months out of the log. Their rows stay in the database, packed by day, and in every figure and check.

    One month after the other, the oldest first. The server may go on; for the moment in which a month's table is
    dropped everybody waits. `log bring-back` undoes it.
    """
    plans = archive.plan(database(), before, clock.now())
    if not plans:
        click.echo(f"There is no month before {before} in the log.")
    for plan in plans:
        offices = ", ".join(f"{slug} {rows}" for slug, rows in plan.rows.items()) or "no office"
        click.echo(f"{plan.month}: {sum(plan.rows.values())} rows, {plan.bytes >> 10} kB ({offices})")
        if plan.refused is not None:
            click.echo(f"  stays: {plan.refused.message % dict(plan.refused.params)}")
        elif is_sure:
            done = archive.carry_out(database(), plan.month, clock.now())
            click.echo(f"  archived, {done.packed >> 10} kB.")
    if plans and not is_sure:
        click.echo("Nothing was changed. To do it: log archive with --yes. Have a backup.")
        click.echo("What reads the table `event` itself, with SQL of your own, no longer finds these rows there.")


@log_group.command("bring-back")
@click.argument("month", callback=_month, required=False)
@explained
def bring_back(month: Month | None) -> None:
    """Put an archived MONTH back into the log; without it say which are archived."""
    if month is not None:
        done = back.bring_back(database(), month, clock.now())
        click.echo(f"{done.month}: {done.rows} rows are in the log again.")
        return
    with database().read() as session:
        months = back.archived(session)
    for name, rows in months.items():
        click.echo(f"{name}: {rows} rows")
    if not months:
        click.echo("No month is archived.")
