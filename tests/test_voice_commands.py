"""The commands on the displays' voice."""

import shlex
from pathlib import Path

import pytest
import soundfile
from click.testing import Result
from flask import Flask

from queue_app.config import Config
from queue_app.models import VoiceReading
from tests.office import SLUG, Desk
from tests.speech.conftest import Tone
from tests.speech.conftest import tone as tone  # noqa: PLC0414 - the fixture


def run(app: Flask, line: str) -> Result:
    return app.test_cli_runner().invoke(args=shlex.split(line))


def done(app: Flask, line: str) -> str:
    result = run(app, line)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def database_url(new_sqlite_url: str) -> str:
    """Nothing here depends on the database."""
    return new_sqlite_url


def test_it_tells_what_speaks_and_which_words_are_missing(app: Flask, tone: Tone, desk: Desk) -> None:
    told = done(app, f"voice status --office {SLUG}")
    assert "Voice: on. Engine: espeak" in told
    assert "missing" not in told, "an office that recorded nothing misses nothing"
    desk.change_office(voice_languages=["id", "min"])
    told = done(app, f"voice clips --office {SLUG} --language min {tone('nol.wav')} {tone('nomor-antrean.flac')}")
    assert "nol: taken from nol.wav" in told
    told = done(app, f"voice status --office {SLUG}")
    assert "min: only calls all of whose words have a recording." in told
    missing = told.split("missing: ")[1].split()
    assert "satu" in missing
    assert "nol" not in missing


def test_it_takes_the_good_recordings_and_says_what_is_wrong_with_the_others(
    app: Flask, tone: Tone, tmp_path: Path, config: Config
) -> None:
    bad = tmp_path / "dua.wav"
    bad.write_text("no sound")
    result = run(app, f"voice clips --office {SLUG} {tone('satu.wav')} {bad} {tone('lain.wav')}")
    assert result.exit_code == 1
    assert "dua.wav bukan rekaman WAV, OGG atau FLAC." in result.output
    assert "lain.wav bukan nama kata" in result.output
    assert "2 of 3 files were not taken" in result.output
    assert [path.name for path in (config.instance_dir / "voice" / SLUG / "id").iterdir()] == ["satu.wav"]


@pytest.mark.parametrize("language", ["../x", "ID", "i", "a/b"])
def test_a_language_is_no_path(app: Flask, language: str, tone: Tone) -> None:
    assert run(app, f"voice clips --office {SLUG} --language {language} {tone('satu.wav')}").exit_code == 2


def test_it_says_a_call_into_a_file(app: Flask, desk: Desk, tmp_path: Path) -> None:
    out = tmp_path / "trial.ogg"
    assert "espeak" in done(app, f"voice render --office {SLUG} A-012 3 {out}")
    by_digits = soundfile.info(out).duration
    desk.change_office(voice_reading=VoiceReading.NUMBER)
    done(app, f"voice render --office {SLUG} A-012 3 {out}")
    assert soundfile.info(out).duration < by_digits, "dua belas is shorter than nol satu dua"
    assert run(app, f"voice render --office {SLUG} --language min A-012 3 {out}").exit_code == 1


@pytest.mark.parametrize(("value", "stored"), [("id", ["id"]), ("id,min,en", ["id", "min", "en"])])
def test_languages_are_set_in_their_order(app: Flask, desk: Desk, value: str, stored: list[str]) -> None:
    done(app, f"office set {SLUG} voice_languages={value}")
    with desk.db.read() as session:
        assert desk.office(session).voice_languages == stored
    assert f"voice_languages={value}" in done(app, f"office show {SLUG}")


@pytest.mark.parametrize("value", ["en", "", "id,id", "id,../x", "id,a,b,c,d", "id,en,xx,yy,zz"])
def test_languages_that_cannot_be_said_are_refused(app: Flask, value: str) -> None:
    assert run(app, f"office set {SLUG} voice_languages={value}").exit_code == 1
