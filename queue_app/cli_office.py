"""Commands on an office: its settings and those of its services, the days on which it is closed, holidays."""

from collections.abc import Sequence
from datetime import date, datetime

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from queue_app import (
    clock,
    day_end,
    merging,
    office_calendar,
    office_settings,
    opening,
    opening_hours,
    queries,
    services,
)
from queue_app.audit import changes
from queue_app.cli_errors import explained
from queue_app.extensions import database, vault
from queue_app.messages import gateway
from queue_app.models import Office, Service

office_group = AppGroup("office", help="An office: its settings, and the days on which it is closed.")
service_group = AppGroup("service", help="Settings of a service.")
day_group = AppGroup("day", help="The end of the day.")
holidays_group = AppGroup("holidays", help="The country's holidays, as suggestions.")

ALL = "all"
_DAY = click.DateTime(["%Y-%m-%d"])
_OFFICE = click.option("--office", "slug", required=True, help="The office's short name, as in its address.")


@office_group.command("show")
@click.argument("slug")
@explained
def show_office(slug: str) -> None:
    """Print the office's settings, each with what it means."""
    with database().read() as session:
        office = queries.office(session, slug)
        _print(office)
        click.echo("\nOpening hours (change them with `office hours`):")
        _print_hours(session, office)


@office_group.command("hours")
@click.argument("slug")
@click.argument("lines", nargs=-1, metavar='["mon-thu 08:00-16:00" "fri 08:00-11:30 13:30-16:00"...]')
@click.option("--service", "code", help="Hours of this service alone, in place of the office's.")
@click.option("--as-office", is_flag=True, help="The service has the office's hours again.")
@explained
def set_hours(slug: str, lines: tuple[str, ...], code: str | None, *, as_office: bool) -> None:
    """Set the hours of a whole week: a day that is not named is closed, a break is a gap. Without lines: print them."""
    if as_office and (code is None or lines):
        raise click.UsageError("--as-office takes a --service and no hours")
    with database().write() as session:
        office = queries.office(session, slug)
        if lines or as_office:
            service = None if code is None else queries.service(session, office.id, code)
            outside = opening_hours.replace(session, office, opening_hours.read(lines), clock.now(), service)
            click.echo(f"Coming bookings outside the opening hours: {outside}.")
        _print_hours(session, office)


@office_group.command("set")
@click.argument("slug")
@click.argument("settings", nargs=-1, required=True, metavar="KEY=VALUE...")
@explained
def set_office(slug: str, settings: tuple[str, ...]) -> None:
    """Change settings of the office, all or none of them."""
    with database().write() as session:
        office_settings.change_office(session, queries.office(session, slug), _pairs(settings), clock.now())
    click.echo(f"{slug}: {', '.join(settings)}")


@office_group.command("alert-to")
@click.argument("slug")
@click.argument("address", required=False)
@click.option("--none", "nowhere", is_flag=True, help="Send alerts nowhere any more.")
@explained
def alert_to(slug: str, address: str | None, nowhere: bool) -> None:
    """Send the office's alerts to ADDRESS, as Apprise writes addresses (mailto://…, tgram://…, json://…). It may hold a
    password, so it is asked for when it is left out, and kept sealed."""
    if not nowhere:
        address = address or click.prompt("Address", hide_input=True)
        if not gateway.is_readable(address):
            raise click.UsageError("Apprise does not understand this address; see its list of services.")
    with database().write() as session:
        office = queries.office(session, slug)
        before = "none" if office.alert_address_sealed is None else "set"
        office.alert_address_sealed = None if nowhere else vault().seal(address)
        values = {"alert_address": before}, {"alert_address": "none" if nowhere else "new"}
        changes.record(session, office, None, "office", *values, clock.now())
    click.echo(f"{slug}: alerts are sent {'nowhere' if nowhere else 'to the new address'}.")


@office_group.command("close-day")
@click.argument("slug")
@click.argument("day", type=_DAY)
@click.option("--reason", default="", help="Shown to citizens; a holiday's name when left out.")
@explained
def close_day(slug: str, day: datetime, reason: str) -> None:
    """Close the office on a day: for a reason of its own, or for the holiday that it is."""
    with database().write() as session:
        booked = office_calendar.close_day(session, queries.office(session, slug), day.date(), reason, clock.now())
    click.echo(f"{slug} is closed on {day:%Y-%m-%d}. Bookings that stand on that day: {booked}.")


@office_group.command("open-day")
@click.argument("slug")
@click.argument("day", type=_DAY)
@explained
def open_day(slug: str, day: datetime) -> None:
    """Open the office on a day, holiday or not, at the hours of its weekday."""
    with database().write() as session:
        office_calendar.open_day(session, queries.office(session, slug), day.date(), clock.now())
    click.echo(f"{slug} is open on {day:%Y-%m-%d}, if its weekday is.")


@service_group.command("show")
@click.argument("slug")
@click.argument("code")
@explained
def show_service(slug: str, code: str) -> None:
    """Print a service's settings, each with what it means."""
    with database().read() as session:
        for service in _services(queries.office(session, slug), code):
            click.echo(f"[{service.code}]")
            _print(service)


@service_group.command("set")
@click.argument("slug")
@click.argument("code")
@click.argument("settings", nargs=-1, required=True, metavar="KEY=VALUE...")
@explained
def set_service(slug: str, code: str, settings: tuple[str, ...]) -> None:
    """Change settings of a service (or of "all"), all or none of them."""
    with database().write() as session:
        office, now = queries.office(session, slug), clock.now()
        chosen = _services(office, code)
        for service in chosen:
            office_settings.change_service(session, office, service, _pairs(settings), now)
    click.echo(f"{slug} {', '.join(service.code for service in chosen)}: {', '.join(settings)}")


@service_group.command("merge")
@click.argument("slug")
@click.argument("code")
@click.argument("into")
@click.option("--figures", type=click.Choice(["together", "apart"]), default="together", show_default=True)
@explained
def merge_service(slug: str, code: str, into: str, figures: str) -> None:
    """Make a service part of another one. It is no longer offered; whoever has a number of it is served as before.

    With figures together, its past visits are reported under the other service from now on.
    """
    with database().write() as session:
        office = queries.office(session, slug)
        pair = services.find(session, office, code), services.find(session, office, into)
        merging.merge(session, office, *pair, clock.now(), together=figures == "together")
    click.echo(f"{slug} {code}: part of {into}, figures {figures}. `service unmerge {slug} {code}` takes it back.")


@service_group.command("unmerge")
@click.argument("slug")
@click.argument("code")
@explained
def unmerge_service(slug: str, code: str) -> None:
    """Take a merge back: the service is one of its own again, in all figures too."""
    with database().write() as session:
        office = queries.office(session, slug)
        merging.undo(session, office, services.find(session, office, code), clock.now())
    click.echo(f"{slug} {code}: a service of its own.")


@holidays_group.command("load")
@_OFFICE
@click.option("--year", type=int, required=True)
@explained
def load_holidays(slug: str, year: int) -> None:
    """Suggest the country's holidays of a year. Closes nothing by itself; repeatable."""
    with database().write() as session:
        office = queries.office(session, slug)
        done = office_calendar.load(session, office, year)
        follows = office.holidays_close
    click.echo(f"{slug} {year}: {done.added} added, {done.renamed} renamed, {done.withdrawn} withdrawn.")
    click.echo(
        "The office closes on those whose date is certain (holidays_close)."
        if follows
        else "They are suggestions: close the office with `holidays confirm` or `office close-day`."
    )


@holidays_group.command("list")
@_OFFICE
@click.option("--year", type=int, help="This year when left out.")
@explained
def list_holidays(slug: str, year: int | None) -> None:
    """Print the holidays of a year, and whether the office is closed on each."""
    with database().read() as session:
        office = queries.office(session, slug)
        year = year or opening.local_day(office, clock.now()).year
        closed = opening.closed_days(session, office, date(year, 1, 1), date(year, 12, 31))
        for holiday in office_calendar.of_year(session, office, year):
            state = "closed" if holiday.day in closed else holiday.decision.value
            click.echo(f"{holiday.day} {holiday.day:%a}  {state:<10} {holiday.name}")
        for day in sorted(set(closed) - {h.day for h in office_calendar.of_year(session, office, year)}):
            click.echo(f"{day} {day:%a}  {'closed':<10} {closed[day]}")


@holidays_group.command("confirm")
@_OFFICE
@click.option("--year", type=int, required=True)
@explained
def confirm_holidays(slug: str, year: int) -> None:
    """Close the office on every suggested holiday of a year whose date is certain."""
    with database().write() as session:
        count = office_calendar.confirm(session, queries.office(session, slug), year, clock.now())
    click.echo(f"{slug} {year}: closed on {count} more days. Estimated dates stay suggestions.")


def _pairs(settings: tuple[str, ...]) -> dict[str, str]:
    pairs = [text.partition("=") for text in settings]
    for name, equals, _ in pairs:
        if not equals:
            raise click.UsageError(f"{name!r} is not of the form key=value")
    return {name.strip(): value for name, _, value in pairs}


def _services(office: Office, code: str) -> Sequence[Service]:
    found = [service for service in office.services if code in (service.code, ALL)]
    if not found:
        raise click.UsageError(f"{office.slug} has no service {code!r}")
    return found


def _print_hours(session: Session, office: Office) -> None:
    """The office's hours, and those of services that have their own."""
    for owner in (None, *office.services):
        for line in opening_hours.lines(session, office, owner):
            click.echo(f"{owner.code + ': ' if owner else ''}{line}")


def _print(row: Office | Service) -> None:
    for name, (value, meaning) in office_settings.shown(row).items():
        click.echo(f"{f'{name}={value}':<36}  {meaning}")


@day_group.command("close")
@click.option("--office", "slug", required=True)
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="The local day; yesterday when left out.")
@explained
def end_day(slug: str, day: datetime | None) -> None:
    """Expire what is still open of a day and close its counters. Repeatable; the server does it by itself."""
    now = clock.now()
    with database().write() as session:
        office = queries.office(session, slug)
        chosen: date = day.date() if day else opening.local_day(office, now) - day_end.ONE_DAY
        done = day_end.close_day(session, office, chosen, now)
    click.echo(f"{slug} {chosen}: {done.expired} tickets expired, {done.shifts_closed} counters closed.")
