"""Commands for webhooks: addresses that are told of an office's events."""

import click
from flask.cli import AppGroup

from queue_app import clock, queries
from queue_app.cli_errors import explained
from queue_app.extensions import config, database, vault
from queue_app.webhooks import outbox, subscribing
from queue_app.webhooks.kinds import KINDS
from queue_app.webhooks.targets import read_allowed

webhook_group = AppGroup("webhook", help="Other systems that are told of an office's events.")

_office = click.option("--office", "slug", required=True, help="The office's short name, as in its address.")


@webhook_group.command("create")
@click.argument("url")
@_office
@click.option("--name", required=True, help="What the system is called, as the list shows it.")
@click.option(
    "--kind", "kinds", multiple=True, help="Of which events, as in ticket.call; can be repeated. All if none."
)
@explained
def create(url: str, slug: str, name: str, kinds: tuple[str, ...]) -> None:
    """Print the secret of a new webhook. It is shown this once."""
    with database().write() as session:
        _, secret = subscribing.create(
            session,
            vault(),
            queries.office(session, slug),
            name=name,
            url=url,
            kinds=kinds or list(KINDS.values()),
            allowed=read_allowed(config().webhook_allow),
            now=clock.now(),
        )
    click.echo(secret)


@webhook_group.command("list")
@_office
@explained
def show(slug: str) -> None:
    """List the webhooks: number, state, address, name."""
    with database().read() as session:
        for webhook in subscribing.of_office(session, queries.office(session, slug)):
            state = "stopped" if webhook.stopped_at else "failing" if webhook.failing_since else "running"
            click.echo(f"{webhook.id}\t{state}\t{webhook.url}\t{webhook.name}")


@webhook_group.command("test")
@click.argument("number", type=int)
@_office
@explained
def test(number: int, slug: str) -> None:
    """Have the server send an event that means nothing."""
    with database().write() as session:
        webhook = subscribing.find(session, queries.office(session, slug), number)
        click.echo(f"{outbox.test(session, webhook, clock.now()).event} is queued; the server sends it.")


@webhook_group.command("replay")
@click.argument("number", type=int)
@_office
@explained
def replay(number: int, slug: str) -> None:
    """Have the server send again all that was given up."""
    with database().write() as session:
        webhook = subscribing.find(session, queries.office(session, slug), number)
        click.echo(f"{outbox.replay(session, webhook, clock.now())} events are queued; the server sends them.")


@webhook_group.command("rotate")
@click.argument("number", type=int)
@_office
@explained
def rotate(number: int, slug: str) -> None:
    """Print a new secret. The one before signs too for a day."""
    with database().write() as session:
        office = queries.office(session, slug)
        click.echo(subscribing.rotate(session, vault(), office, subscribing.find(session, office, number), clock.now()))


@webhook_group.command("remove")
@click.argument("number", type=int)
@_office
@explained
def remove(number: int, slug: str) -> None:
    """Tell it nothing more."""
    with database().write() as session:
        office = queries.office(session, slug)
        subscribing.remove(session, office, subscribing.find(session, office, number), clock.now())
    click.echo(f"Webhook {number} was removed.")
