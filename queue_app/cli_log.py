"""Commands that keep the log by month: ``log partition``."""

import click
from flask.cli import AppGroup

from queue_app import clock
from queue_app.cli_errors import explained
from queue_app.event_months import ahead, partition
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
