"""Commands about the keys of personal data: which are in use, and replacing one."""

import sys

import click
from flask.cli import AppGroup

from queue_app import clock
from queue_app.cli_errors import explained
from queue_app.extensions import database, vault
from queue_app.privacy import keys

keys_group = AppGroup("keys", help="The keys with which personal data are sealed.")


@keys_group.command("status")
@explained
def show_status() -> None:
    """Say with which key everything sealed is sealed. Exit code 1 where a key is missing."""
    known = vault().key_ids
    click.echo(f"In use: {known[0]}" + (f", still known: {', '.join(known[1:])}" if known[1:] else ""))
    missing = 0
    with database().read() as session:
        for sealed in keys.status(session):
            for key, count in sorted(sealed.by_key.items()):
                is_missing = key not in (*known, keys.OLD_FORM)
                missing += count if is_missing else 0
                words = {known[0]: "in use", keys.OLD_FORM: "older form, names no key"}.get(key, "rotate")
                click.echo(f"{sealed.table}.{sealed.column}: {count} by {key} ({'MISSING' if is_missing else words})")
    if missing:
        click.echo(f"{missing} values cannot be opened: name their key in SECRET_KEY_OLD.", err=True)
        sys.exit(1)


@keys_group.command("rotate")
@explained
def rotate() -> None:
    """Seal everything with SECRET_KEY that is still sealed with a key of SECRET_KEY_OLD. The server may go on serving;
    stopped at any point, it goes on there when it is run again."""
    keys.keep_hash_keys(database(), vault(), clock.now())
    done = lost = shown = 0
    for sealed, unopened in keys.rotate(database(), vault()):
        done, lost = done + sealed, lost + unopened
        if done - shown >= 10 * keys.AT_ONCE:
            shown = done
            click.echo(f"{done} sealed anew ...")
    click.echo(f"{done} values were sealed anew with key {vault().key_ids[0]}.")
    if lost:
        click.echo(f"{lost} cannot be opened with any key that is known, and were left as they are.", err=True)
        sys.exit(1)
    click.echo("SECRET_KEY_OLD is no longer needed here; keep it as long as backups from before.")


@keys_group.command("start-anew")
@click.confirmation_option(prompt="Names, phones and complaints of before will stay unreadable. Go on?")
@explained
def start_anew() -> None:
    """Go on although the key is lost for good. What is sealed stays, and can be read again should the key be found."""
    try:
        keys.keep_hash_keys(database(), vault(), clock.now())
    except keys.KeyLost:
        keys.start_anew(database(), vault(), clock.now())
        click.echo("The server starts again. What was sealed is shown as unreadable until its key is found.")
    else:
        click.echo("SECRET_KEY opens this database; nothing was changed.")
