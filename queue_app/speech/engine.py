"""Which program speaks: eSpeak NG, a command of the office's own, or none. Each takes text and writes a WAV file."""

import re
import shutil
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from queue_app.speech.phrase import ENGLISH, INDONESIAN

LANGUAGES = (INDONESIAN, ENGLISH)
"""The languages that have words of their own to be read; others are joined from recordings only."""


class EngineName(StrEnum):
    ESPEAK = "espeak"
    COMMAND = "command"
    NONE = "none"


_ESPEAK_PHONEMES = {
    INDONESIAN: {
        "empat": "@mp'at",
        "enam": "@n'am",
        "belas": "b@l'as",
        "sebelas": "s@b@l'as",
        "loket": "l'okEt",
    },
    ENGLISH: {"A": "'eI"},
}
"""What eSpeak NG reads wrongly by its rules: a clear e where Indonesian has a faint one, the letter A as an article."""

_PROGRAM = Path(__file__).with_name("espeak_program.py")


@dataclass(frozen=True, slots=True)
class Engine:
    """``command``: the words of a command with places {out}, {voice}, {language}, {speed}, {text}.

    It also gets the text on standard input. ``speed``: words a minute.
    """

    name: EngineName = EngineName.ESPEAK
    command: tuple[str, ...] = ()
    speed: int = 140

    @property
    def can_speak(self) -> bool:
        return self.name is not EngineName.NONE

    def text(self, language: str, words: str) -> str:
        """``words`` as this engine is to be given them."""
        if self.name is not EngineName.ESPEAK:
            return words
        phonemes = _ESPEAK_PHONEMES[language]
        return re.sub(r"\w+", lambda word: f"[[{phonemes[word[0]]}]]" if word[0] in phonemes else word[0], words)

    def arguments(self, language: str, text: str, out: Path) -> list[str]:
        """The command that writes the WAV file ``out``; ``text`` goes to its standard input."""
        if self.name is EngineName.COMMAND:
            places = {"out": str(out), "voice": language, "language": language, "speed": str(self.speed), "text": text}
            return [re.sub(r"\{(\w+)\}", lambda place: places[place[1]], word) for word in self.command]
        if installed := shutil.which("espeak-ng"):
            return [installed, "--stdin", "-b", "1", "-v", language, "-s", str(self.speed), "-w", str(out)]
        return [sys.executable, "-P", str(_PROGRAM), language, str(self.speed), str(out)]

    def fingerprint(self) -> list[str]:
        """What its sound depends on, beside the text."""
        return [self.name, *self.command, str(self.speed)]
