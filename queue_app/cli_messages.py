"""Commands about telling people: for an office whose server does not run all the time, and for looking after it."""

import click
from flask.cli import AppGroup
from sqlalchemy import func, select

from queue_app import clock
from queue_app.cli_errors import explained
from queue_app.extensions import config, database, vault
from queue_app.messages.post_office import PostOffice
from queue_app.models import Message, MessageStatus

messages_group = AppGroup("messages", help="What people are told.")


@messages_group.command("send")
@explained
def send() -> None:
    """Queue and send all that is due, and wait for it. The server does it by itself; nothing is sent twice."""
    carried = PostOffice(config(), database(), vault(), clock.now).empty()
    click.echo(f"{carried} messages handed over.")


@messages_group.command("status")
@explained
def status() -> None:
    """Say what became of the messages of the last 30 days: how many, by channel, status and reason."""
    with database().read() as session:
        rows = session.execute(
            select(Message.channel, Message.status, Message.reason, func.count())
            .group_by(Message.channel, Message.status, Message.reason)
            .order_by(Message.channel, Message.status, Message.reason)
        ).all()
    for channel, state, reason, count in rows:
        why = f" ({reason})" if reason and state is not MessageStatus.SENT else ""
        click.echo(f"{channel:<10} {state.value:<8} {count:>7}{why}")
    if not rows:
        click.echo("Nobody has been told anything yet.")
