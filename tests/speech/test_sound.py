"""Recordings are cut, brought to one loudness, joined and written; what is no recording is refused with its reason."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from queue_app.errors import Invalid
from queue_app.speech import sound
from tests.speech.conftest import Tone


def seconds(samples: sound.Samples) -> float:
    return len(samples) / sound.RATE


def loudness_db(samples: sound.Samples) -> float:
    return float(10 * np.log10((samples.astype(np.float64) ** 2).mean()))


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg"])
@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (22_050, 2), (48_000, 1)])
def test_it_takes_what_offices_record(tone: Tone, suffix: str, rate: int, channels: int) -> None:
    samples = sound.read(tone(f"satu.{suffix}", 0.4, rate=rate, channels=channels))
    assert seconds(samples) == pytest.approx(0.4 + 2 * sound.MARGIN * 0.01, abs=0.08), "the silence around it is cut"
    spectrum = np.abs(np.fft.rfft(samples))
    assert spectrum.argmax() * sound.RATE / len(samples) == pytest.approx(300, abs=5), "it sounds as high as it was"


def test_quiet_and_loud_recordings_become_equally_loud(tone: Tone) -> None:
    found = [loudness_db(sound.read(tone(f"{n}.wav", 1.0, loudness=level))) for n, level in enumerate((0.01, 0.3, 1.0))]
    assert found == pytest.approx([sound.LEVEL_DB] * 3, abs=1)


def test_nothing_is_ever_clipped() -> None:
    click = np.zeros(sound.RATE, np.float32)
    click[5000:15000] = 0.001
    click[9000] = 1.0
    assert np.abs(sound.levelled(click)).max() <= sound.PEAK + 1e-6


def test_joined_it_is_as_long_as_its_words_and_the_gaps_between_them(tone: Tone) -> None:
    words = [sound.read(tone(f"{n}.wav", length)) for n, length in enumerate((0.3, 0.5, 0.7))]
    whole = sound.joined([words[:2], words[2:]])
    expected = sum(map(seconds, words)) + sound.WORD_GAP_S + sound.RUN_GAP_S
    assert seconds(whole) == pytest.approx(expected, abs=0.001)


def test_a_long_recording_survives_being_written(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, sound.RATE * 30).astype(np.float32)
    sound.write(noise, tmp_path / "long.ogg")
    assert soundfile.info(tmp_path / "long.ogg").frames == len(noise)


def test_the_chime_is_gentle_and_is_the_file_that_displays_play() -> None:
    chime = sound.chime()
    assert np.abs(chime).max() == pytest.approx(0.5, abs=0.01)
    assert np.abs(chime[:20]).max() < 0.02, "it begins without a click"
    assert np.abs(chime[-20:]).max() < 0.01, "and ends without one"
    file, rate = soundfile.read(Path(sound.__file__).parents[1] / "static/sounds/chime.ogg", dtype="float32")
    assert rate == sound.RATE
    assert np.corrcoef(file[: len(chime)], chime[: len(file)])[0, 1] > 0.99, "python -m tools.chime"


def test_it_refuses_what_is_no_recording_of_a_word(tone: Tone, tmp_path: Path) -> None:
    text = tmp_path / "satu.wav"
    text.write_text("satu")
    truncated = tmp_path / "dua.wav"
    truncated.write_bytes(tone("whole.wav").read_bytes()[:20])
    huge = tmp_path / "tiga.wav"
    with huge.open("wb") as file:
        file.truncate(sound.LARGEST_BYTES + 1)
    other = tmp_path / "empat.aiff"
    soundfile.write(other, np.zeros(22_050), 22_050)
    for path, code in (
        (text, "clip_not_audio"),
        (truncated, "clip_not_audio"),
        (other, "clip_not_audio"),
        (huge, "clip_too_large"),
        (tone("lima.wav", 0.02, silence=0), "clip_bad_length"),
        (tone("enam.flac", 10.5), "clip_bad_length"),
        (tone("tujuh.wav", rate=4_000), "clip_bad_rate"),
        (tone("delapan.wav", loudness=0), "clip_silent"),
    ):
        with pytest.raises(Invalid) as refused:
            sound.read(path)
        assert refused.value.code == code, path.name
        assert path.name in refused.value.message % dict(refused.value.params)
