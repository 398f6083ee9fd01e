"""A studio whose clips are tones, so that each word can be told by its length."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from queue_app.speech.clip_bank import ClipBank
from queue_app.speech.engine import Engine
from queue_app.speech.studio import Studio

OFFICE = "senapelan"

Tone = Callable[..., Path]


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    """It speaks fast: what is looked at doesn't depend on it."""
    return Studio(Engine(speed=300), ClipBank(tmp_path / "clips"), tmp_path / "made")


@pytest.fixture
def tone(tmp_path: Path) -> Tone:
    """Write a tone into a file of a name, with silence around it."""

    def tone(
        name: str,
        seconds: float = 0.4,
        *,
        loudness: float = 0.3,
        rate: int = 22_050,
        silence: float = 0.3,
        channels: int = 1,
    ) -> Path:
        time = np.arange(round(seconds * rate)) / rate
        quiet = np.zeros(round(silence * rate))
        samples = np.concatenate([quiet, loudness * np.sin(2 * np.pi * 300 * time), quiet])
        path = tmp_path / name
        soundfile.write(path, np.column_stack([samples] * channels), rate)
        return path

    return tone
