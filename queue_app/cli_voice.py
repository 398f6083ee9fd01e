"""Commands on the voice of the displays: what can be said, a trial, and the office's own recordings."""

import shutil
from pathlib import Path

import click
from flask.cli import AppGroup

from queue_app import queries
from queue_app.cli_errors import explained
from queue_app.errors import QueueError
from queue_app.extensions import database, studio
from queue_app.models import VoiceReading
from queue_app.speech.engine import LANGUAGES

voice_group = AppGroup("voice", help="What the displays say, and with whose voice.")
_OFFICE = click.option("--office", "slug", required=True, help="The office's short name, as in its address.")
_LANGUAGE = click.option("--language", default="id", show_default=True, help="id, en, or one of recordings, like min.")


@voice_group.command("status")
@_OFFICE
@explained
def status(slug: str) -> None:
    """Print what speaks each of the office's languages, and which words have no recording."""
    with database().read() as session:
        office = queries.office(session, slug)
        is_on, languages = office.voice, list(office.voice_languages)
    engine, bank = studio().engine, studio().bank
    click.echo(f"Voice: {'on' if is_on else 'off'}. Engine: {engine.name}, {engine.speed} words a minute.")
    for language in sorted({*languages, *bank.languages(slug)}, key=lambda one: (one not in languages, one)):
        missing = bank.missing(slug, language)
        if not missing:
            how = "recordings, complete"
        elif engine.can_speak and language in LANGUAGES:
            how = "recordings where all words of a call have one, else the engine"
        else:
            how = "only calls all of whose words have a recording"
        click.echo(f"{language}: {'' if language in languages else '(not spoken) '}{how}.")
        if missing and bank.folder(slug, language).is_dir():
            click.echo(f"  missing: {' '.join(missing)}")


@voice_group.command("render")
@_OFFICE
@_LANGUAGE
@click.argument("label")
@click.argument("counter", type=click.IntRange(0, 9999))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@explained
def render(slug: str, language: str, label: str, counter: int, file: Path) -> None:
    """Say a call into an Ogg file, as the displays would: `voice render --office senapelan A-012 3 trial.ogg`."""
    with database().read() as session:
        as_number = queries.office(session, slug).voice_reading is VoiceReading.NUMBER
    planned = studio().plan(slug, language, label, counter, as_number=as_number)
    if planned is None:
        raise click.ClickException(f"nothing can say this in {language}: see `voice status --office {slug}`")
    said = studio().make([planned])
    if not studio().has(planned.digest):
        raise click.ClickException(said or "the engine wrote nothing")
    shutil.copyfile(studio().file(planned.digest), file)
    click.echo(f"{file}: {'recordings' if planned.runs else studio().engine.name}")


@voice_group.command("clips")
@_OFFICE
@_LANGUAGE
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@explained
def clips(slug: str, language: str, files: tuple[Path, ...]) -> None:
    """Take in recordings, each named by its word (nol.wav, nomor-antrean.wav). No files: print the missing words."""
    with database().read() as session:
        queries.office(session, slug)
    bank = studio().bank
    if not bank.is_language(language):
        raise click.UsageError("a language is two to eight small letters, like id or min")
    refused = 0
    for file in files:
        try:
            click.echo(f"{bank.add(slug, language, file)}: taken from {file.name}")
        except QueueError as error:
            refused += 1
            click.echo(error.message % dict(error.params), err=True)
    click.echo(f"missing: {' '.join(bank.missing(slug, language)) or 'nothing'}")
    if refused:
        raise click.ClickException(f"{refused} of {len(files)} files were not taken")
