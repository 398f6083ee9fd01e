"""Commands: a backup of everything, and the way back."""

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from queue_app import clock
from queue_app import config as settings
from queue_app.backup import BackupFailed, Folders, sealed
from queue_app.backup import make as making
from queue_app.backup import restore as restoring
from queue_app.backup.archive import Manifest
from queue_app.cli_errors import explained
from queue_app.config import Config, ConfigError
from queue_app.extensions import config, database

_BROKEN = 1
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("backup")
@click.option(
    "--to", "target", type=click.Path(path_type=Path), help="A folder, or a file; instance/backups when left out."
)
@click.option("--keep", type=click.IntRange(min=1), help="Remove the oldest backups of that folder but for so many.")
@click.option("--with-keys", is_flag=True, help="Put the secret keys in as well: then guard the file like them.")
@click.option("--encrypt", "key", type=_FILE, help="Encrypt it with the passphrase in this file.")
@with_appcontext
@explained
def backup(target: Path | None, keep: int | None, key: Path | None, *, with_keys: bool) -> None:
    """Write the whole database and the office's own files into one file. Works while the server runs."""
    target = target or config().instance_dir / "backups"
    keys = [config().instance_dir / name for name in ("secret_key", "vapid_key.pem")] if with_keys else []
    try:
        passphrase = sealed.passphrase_of(key) if key else None
        path, manifest = making.make(
            database(), _folders(config()), target, clock.now(), config().secret_key, keys, passphrase
        )
    except BackupFailed as failed:
        raise click.ClickException(str(failed)) from failed
    click.echo(f"{path}: {_content(manifest)}.")
    click.echo(_keys_needed(manifest))
    if key:
        click.echo(f"It is encrypted: without the passphrase in {key} nobody opens it. Keep that elsewhere.")
    if keep is not None:
        for old in making.keep_last(path.parent, keep):
            click.echo(f"removed: {old}")
    breaches = [chain for chain in manifest.chains if chain["breach"]]
    for chain in breaches:
        click.echo(f"{chain['office']} {chain['log']}: BROKEN; the backup was made, see `audit verify`", err=True)
    if breaches:
        sys.exit(_BROKEN)


@click.command("restore")
@click.argument("file", type=_FILE)
@click.option("--to", "url", help="The database to restore to, as DATABASE_URL; that one when left out.")
@click.option("--force", is_flag=True, help="Replace what is there.")
@click.option("--check", "only_check", is_flag=True, help="Only say whether the file is whole and can be restored.")
@click.option("--key", type=_FILE, help="The file with the passphrase of an encrypted backup.")
@with_appcontext
@explained
def restore(file: Path, url: str | None, key: Path | None, *, force: bool, only_check: bool) -> None:
    """Bring a backup back. Stop the server first. Everything is checked before anything is replaced."""
    try:
        passphrase = sealed.passphrase_of(key) if key else None
        if only_check:
            click.echo(f"{file} is whole: {_content(restoring.check(file, passphrase))}.")
            return
        chosen = settings.database_url(url, config().instance_dir) if url else config().database_url
        database().dispose()
        manifest = restoring.restore(file, chosen, _folders(config()), clock.now(), force=force, passphrase=passphrase)
    except (BackupFailed, ConfigError) as failed:
        raise click.ClickException(str(failed)) from failed
    click.echo(f"Restored: {_content(manifest)}.")
    if manifest.key not in map(making.key_print, config().secret_keys):
        click.echo(
            "SECRET_KEY is another one than at the backup: name that one in SECRET_KEY_OLD, or names, phones and "
            "complaints stay unreadable.",
            err=True,
        )


def _folders(of: Config) -> Folders:
    return {"uploads": of.uploads_folder, "voice": of.instance_dir / "voice"}


def _content(manifest: Manifest) -> str:
    rows = sum(int(table["rows"]) for table in manifest.tables.values())
    return (
        f"{rows} rows of {len(manifest.tables)} tables, {len(manifest.files)} files, "
        f"as of {manifest.made_at}, version {manifest.version}, form {manifest.schema}"
    )


def _keys_needed(manifest: Manifest) -> str:
    if manifest.keys_inside:
        return "The secret keys are in it: guard it like them."
    return (
        "Not in it: SECRET_KEY (or instance/secret_key), which opens names, phones and complaints, and "
        "instance/vapid_key.pem for Web Push. Keep them elsewhere."
    )
