"""Recordings are made offline by the real engine, or of the office's clips; kept once, within a bound.

Nobody listens: what is looked at is duration, silence and loudness.
"""

import os
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from queue_app.errors import Invalid
from queue_app.speech import phrase, sound
from queue_app.speech.clip_bank import ClipBank
from queue_app.speech.engine import Engine, EngineName
from queue_app.speech.studio import Recording, Studio
from tests.display.conftest import eventually
from tests.speech.conftest import OFFICE, Tone


def planned(studio: Studio, label: str = "A-012", counter: int = 3, language: str = "id") -> Recording:
    found = studio.plan(OFFICE, language, label, counter)
    assert found is not None
    return found


def samples_of(studio: Studio, recording: Recording) -> sound.Samples:
    samples, rate = soundfile.read(studio.file(recording.digest), dtype="float32")
    assert rate == sound.RATE
    return np.asarray(samples, np.float32)


def speaking(tmp_path: Path, program: str) -> Studio:
    """A studio with an engine that is a small Python program."""
    engine = Engine(EngineName.COMMAND, (sys.executable, "-c", program, "{out}", "{text}", "{language}"))
    return Studio(engine, ClipBank(tmp_path / "clips"), tmp_path / "made")


def is_over(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].startswith("Z")


def test_the_engine_speaks_whole_sentences_in_both_languages(tmp_path: Path) -> None:
    studio = Studio(Engine(speed=140), ClipBank(tmp_path / "clips"), tmp_path / "made")
    short, long, english = planned(studio), planned(studio, "KTP-777", 115), planned(studio, language="en")
    assert studio.make([short, long, english]) == ""
    spoken = [samples_of(studio, one) for one in (short, long, english)]
    lengths = [len(samples) / sound.RATE for samples in spoken]
    assert 3.5 < lengths[0] < 6, "ten words at 140 a minute"
    assert lengths[1] > lengths[0] + 0.5, "more words take longer"
    assert 3 < lengths[2] < 6
    for samples in spoken:
        assert np.abs(samples).max() < 1, "not clipped"
        power = sound._power(samples)
        sounding = power > power.max() / 1000
        assert sounding.mean() > 0.6, "hardly any of it is silent"
        assert 10 * np.log10(power[sounding].mean()) == pytest.approx(sound.LEVEL_DB, abs=3)
    assert not np.array_equal(spoken[0], spoken[2][: len(spoken[0])])


def test_the_library_speaks_where_the_command_is_not_installed(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("queue_app.speech.engine.shutil.which", lambda _: None)
    recording = planned(studio)
    assert "espeak_program.py" in studio.engine.arguments("id", recording.text, Path("out.wav"))[2]
    assert studio.make([recording]) == ""
    assert len(samples_of(studio, recording)) > sound.RATE


def test_espeak_is_told_what_it_would_read_wrongly(studio: Studio) -> None:
    assert planned(studio, "B-046", 14).text == (
        "Nomor antrean be nol [[@mp'at]] [[@n'am]], silakan menuju [[l'okEt]] [[@mp'at]] [[b@l'as]]."
    )
    assert planned(studio, "A-001", 2, "en").text == "Queue number [['eI]] zero zero one, please go to counter two."


def test_every_word_of_ours_has_a_sound(studio: Studio) -> None:
    """Letters and words alone, as a label may begin and end with any."""
    labels = [f"{letter}-{number}" for letter, number in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", range(26), strict=True)]
    recordings = [planned(studio, label, number) for number, label in enumerate(labels)]
    assert studio.make(recordings) == ""
    lengths = [len(samples_of(studio, recording)) / sound.RATE for recording in recordings]
    assert all(1 < length < 6 for length in lengths)


def test_the_offices_own_recordings_are_joined(studio: Studio, tone: Tone) -> None:
    for word in ("nomor-antrean", "silakan-menuju-loket", "a", "nol", "satu", "dua", "tiga"):
        studio.bank.add(OFFICE, "id", tone(f"{word}.wav", 0.4))
    recording = planned(studio)
    assert (recording.text, len(recording.runs)) == ("", 2)
    assert studio.make([recording]) == ""
    words = [sound.read(path) for run in recording.runs for path in run]
    expected = sum(map(len, words)) / sound.RATE + 4 * sound.WORD_GAP_S + sound.RUN_GAP_S
    assert len(samples_of(studio, recording)) / sound.RATE == pytest.approx(expected, abs=0.1)


def test_one_missing_word_leaves_the_whole_sentence_to_the_engine(studio: Studio, tone: Tone) -> None:
    for word in ("nomor-antrean", "silakan-menuju-loket", "a", "nol", "satu", "tiga"):
        studio.bank.add(OFFICE, "id", tone(f"{word}.wav"))
    assert planned(studio, "A-012", 3).text.startswith("Nomor antrean a nol satu dua")
    assert planned(studio, "A-011", 3).runs


def test_a_regional_language_is_said_only_by_recordings(studio: Studio, tone: Tone) -> None:
    assert studio.plan(OFFICE, "min", "A-001", 1) is None
    for word in ("nomor-antrean", "silakan-menuju-loket", "a", "nol", "satu"):
        studio.bank.add(OFFICE, "min", tone(f"{word}.wav"))
    found = studio.plan(OFFICE, "min", "A-001", 1)
    assert found is not None
    assert {path.parent.name for run in found.runs for path in run} == {"min"}


def test_a_new_recording_of_a_word_makes_a_new_sentence(studio: Studio, tone: Tone) -> None:
    for word in ("nomor-antrean", "silakan-menuju-loket", "a", "nol", "satu"):
        studio.bank.add(OFFICE, "id", tone(f"{word}.wav"))
    before = planned(studio, "A-001", 1)
    assert planned(studio, "A-001", 1) == before
    studio.bank.add(OFFICE, "id", tone("satu.flac", 0.8))
    assert planned(studio, "A-001", 1).digest != before.digest
    assert sorted(path.name for path in studio.bank.folder(OFFICE, "id").glob("satu.*")) == ["satu.flac"]


def test_a_clip_that_is_named_by_no_word_is_refused(studio: Studio, tone: Tone) -> None:
    with pytest.raises(Invalid) as refused:
        studio.bank.add(OFFICE, "id", tone("dualapan.wav"))
    assert refused.value.code == "clip_unknown_word"
    assert not studio.bank.folder(OFFICE, "id").exists()


def test_it_says_which_words_are_missing(studio: Studio, tone: Tone) -> None:
    studio.bank.add(OFFICE, "id", tone("NOL.wav"))
    missing = studio.bank.missing(OFFICE, "id")
    assert set(missing) == set(phrase.vocabulary("id")) - {"nol"}
    assert len(missing) == len(set(missing)) == 2 + 26 + 18 - 1


def test_what_is_there_is_not_made_again(studio: Studio) -> None:
    recording = planned(studio)
    studio.make([recording, recording])
    made = studio.file(recording.digest).stat().st_mtime_ns
    studio.make([recording])
    assert studio.file(recording.digest).stat().st_mtime_ns == made


def test_what_it_keeps_is_bounded_and_the_oldest_goes_first(studio: Studio, tmp_path: Path) -> None:
    recordings = [planned(studio, "A-001", number) for number in range(1, 5)]
    new = planned(studio, "A-001", 9)
    studio.make([*recordings, new])
    room = sum(studio.file(recording.digest).stat().st_size for recording in (*recordings[2:], new))
    studio.file(new.digest).unlink()
    for age, recording in enumerate(reversed(recordings)):
        os.utime(studio.file(recording.digest), (1_000_000 - age, 1_000_000 - age))
    (tmp_path / "made" / "broken.part").write_bytes(b"x")
    os.utime(tmp_path / "made" / "broken.part", (0, 0))
    small = Studio(studio.engine, studio.bank, tmp_path / "made", kept_bytes=room)
    small.make([new])
    assert small.has(new.digest)
    assert [small.has(recording.digest) for recording in recordings] == [False, False, True, True]
    assert not list((tmp_path / "made").glob("*.part"))


@pytest.mark.parametrize(
    "program",
    ["raise SystemExit(3)", "pass", "import sys; open(sys.argv[1], 'w').write('no sound')", "import os; os.abort()"],
    ids=["fails", "writes nothing", "writes no sound", "crashes"],
)
def test_an_engine_that_fails_leaves_nothing_behind(tmp_path: Path, program: str) -> None:
    studio = speaking(tmp_path, program)
    recording = planned(studio)
    assert studio.make([recording]) != ""
    assert not studio.has(recording.digest)
    assert studio.has_failed(recording.digest)
    assert list((tmp_path / "made").iterdir()) == []


def test_an_engine_that_hangs_is_ended_with_the_studios_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("queue_app.speech.studio.ORDER_S", 1.0)
    studio = speaking(
        tmp_path,
        "import os, sys, time; from pathlib import Path;"
        "Path(sys.argv[1]).with_name('pid').write_text(str(os.getpid())); time.sleep(600)",
    )
    recording = planned(studio)
    assert "did not answer" in studio.make([recording])
    assert studio.has_failed(recording.digest)
    engine = int((tmp_path / "made" / "pid").read_text())
    eventually(lambda: is_over(engine))


def test_another_engine_gets_plain_words(tmp_path: Path) -> None:
    program = (
        "import sys, wave; text = sys.stdin.read(); assert text == sys.argv[2] and '[[' not in text;"
        "file = wave.open(sys.argv[1], 'wb'); file.setparams((1, 2, 16000, 0, 'NONE', ''));"
        "file.writeframes(bytes([0, 20, 0, 200]) * 8000); file.close()"
    )
    studio = speaking(tmp_path, program)
    recording = planned(studio, "B-014", 4)
    assert recording.text == "Nomor antrean be nol satu empat, silakan menuju loket empat."
    assert studio.make([recording]) == ""
    assert len(samples_of(studio, recording)) / sound.RATE == pytest.approx(1.0, abs=0.05)


def test_without_an_engine_nothing_is_planned(tmp_path: Path) -> None:
    silent = Studio(Engine(EngineName.NONE), ClipBank(tmp_path), tmp_path)
    assert silent.plan(OFFICE, "id", "A-001", 1) is None
