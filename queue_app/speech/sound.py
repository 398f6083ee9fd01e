"""Sound as numbers: reading, levelling, joining and writing recordings. Runs in commands and in the studio's process
only, so that libsndfile is not loaded by the server.

Samples are 32-bit floats in -1 to 1, one channel, ``RATE`` a second.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from queue_app.errors import N_, Invalid

Samples = NDArray[np.float32]

RATE = 22_050
LEVEL_DB = -20.0
"""Loudness of speech: the mean power of its sounding parts, below full scale."""
PEAK = 0.9
SILENCE_DB = -40.0
"""What is so far below the loudest part is silence."""
FRAME = RATE // 100
MARGIN = 3
"""Frames of 10 ms left before and after the sounding part."""
WORD_GAP_S = 0.06
RUN_GAP_S = 0.3

LARGEST_BYTES = 5_000_000
LONGEST_S = 10.0
SHORTEST_S = 0.05
RATES = range(8_000, 96_001)
FORMATS = {"WAV", "WAVEX", "OGG", "FLAC"}
_BLOCK = 4096


def read(path: Path, longest_s: float = LONGEST_S) -> Samples:
    """A clip, levelled and without the silence around it.

    Raises Invalid ``clip_not_audio``, ``clip_too_large``, ``clip_bad_length``, ``clip_bad_rate`` or ``clip_silent``.
    """
    if path.stat().st_size > LARGEST_BYTES:
        raise Invalid(
            "clip_too_large",
            N_("%(name)s terlalu besar: paling besar %(most)s MB."),
            name=path.name,
            most=LARGEST_BYTES // 1_000_000,
        )
    samples = trimmed(_decoded(path, longest_s))
    if not samples.size:
        raise Invalid("clip_silent", N_("%(name)s tidak berisi suara. Rekam ulang lebih keras."), name=path.name)
    return levelled(samples)


def _decoded(path: Path, longest_s: float) -> Samples:
    try:
        with soundfile.SoundFile(path) as file:
            if file.format not in FORMATS or not 1 <= file.channels <= 2:
                raise _not_audio(path)
            if file.samplerate not in RATES:
                raise Invalid(
                    "clip_bad_rate",
                    N_("Laju sampel %(name)s %(rate)s Hz; yang diterima %(least)s sampai %(most)s Hz."),
                    name=path.name,
                    rate=file.samplerate,
                    least=RATES[0],
                    most=RATES[-1],
                )
            # Read no more than one sample too many, whatever the file's head claims of its length.
            sound = file.read(int(longest_s * file.samplerate) + 1, dtype="float32", always_2d=True)
            length = len(sound) / file.samplerate
            rate = file.samplerate
    except soundfile.SoundFileError as error:
        raise _not_audio(path) from error
    if not SHORTEST_S <= length <= longest_s:
        raise Invalid(
            "clip_bad_length",
            N_("%(name)s terlalu pendek atau terlalu panjang: satu kata, paling lama %(most)s detik."),
            name=path.name,
            most=int(longest_s),
        )
    return resampled(np.nan_to_num(sound.mean(axis=1)).astype(np.float32), rate)


def _not_audio(path: Path) -> Invalid:
    return Invalid("clip_not_audio", N_("%(name)s bukan rekaman WAV, OGG atau FLAC."), name=path.name)


def resampled(samples: Samples, rate: int) -> Samples:
    """At ``RATE``, by cutting or padding the spectrum of the whole."""
    if rate == RATE or not samples.size:
        return samples
    count = max(1, round(len(samples) * RATE / rate))
    spectrum = np.fft.rfft(samples)[: count // 2 + 1]
    return (np.fft.irfft(spectrum, count) * (count / len(samples))).astype(np.float32)


def trimmed(samples: Samples) -> Samples:
    """Without the silence before and after; empty when all of it is silent."""
    power = _power(samples)
    if not power.size or power.max() < 1e-8:
        return samples[:0]
    sounding = np.flatnonzero(power > power.max() * 10 ** (SILENCE_DB / 10))
    first, last = max(0, sounding[0] - MARGIN), sounding[-1] + 1 + MARGIN
    return samples[first * FRAME : last * FRAME]


def levelled(samples: Samples) -> Samples:
    """At ``LEVEL_DB``, or as near to it as the loudest peak allows."""
    power = _power(samples)
    sounding = power[power > power.max() * 10 ** (SILENCE_DB / 10)]
    gain = 10 ** (LEVEL_DB / 20) / np.sqrt(sounding.mean())
    louder: Samples = (samples * min(gain, PEAK / np.abs(samples).max())).astype(np.float32)
    return louder


def joined(runs: Sequence[Sequence[Samples]]) -> Samples:
    """Words with a short gap between them, and a pause between the runs."""
    parts: list[Samples] = []
    for run in runs:
        if parts:
            parts.append(silence(RUN_GAP_S))
        for number, word in enumerate(run):
            if number:
                parts.append(silence(WORD_GAP_S))
            parts.append(word)
    return np.concatenate(parts)


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), np.float32)


def chime() -> Samples:
    """Two gentle tones, a fifth down (B4, E4), each with two soft overtones and dying away; 1.5 s."""
    whole = silence(1.5)
    for pitch, at_s in ((493.88, 0.0), (329.63, 0.42)):
        start = round(at_s * RATE)
        time = np.arange(len(whole) - start) / RATE
        tone = sum(np.sin(2 * np.pi * pitch * k * time) / k**2.2 * np.exp(-k * time / 0.3) for k in (1, 2, 3))
        whole[start:] += (tone * np.minimum(1.0, time / 0.012)).astype(np.float32)
    ending = np.minimum(1.0, np.arange(len(whole))[::-1] / (0.1 * RATE))
    soft: Samples = (whole * ending / np.abs(whole).max() * 0.5).astype(np.float32)
    return soft


def write(samples: Samples, path: Path) -> None:
    """As Ogg Vorbis."""
    with soundfile.SoundFile(path, "w", RATE, 1, format="OGG", subtype="VORBIS") as file:
        for start in range(0, len(samples), _BLOCK):  # libsndfile's encoder overflows its stack on long blocks
            file.write(samples[start : start + _BLOCK])


def _power(samples: Samples) -> NDArray[np.float64]:
    """Mean power of each frame; the last may be shorter."""
    padded = np.pad(samples.astype(np.float64), (0, -len(samples) % FRAME))
    power: NDArray[np.float64] = (padded.reshape(-1, FRAME) ** 2).mean(axis=1)
    return power
