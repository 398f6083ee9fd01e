"""The recordings that an office made of its own words: a folder for each language, each file named by its word."""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from queue_app.errors import N_, Invalid
from queue_app.speech import phrase

SUFFIXES = (".wav", ".ogg", ".flac")
_LANGUAGE = re.compile(r"[a-z]{2,8}")


class ClipBank:
    """``folder``: has a folder for each office and in it one for each language."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def folder(self, office: str, language: str) -> Path:
        return self._folder / office / language

    def languages(self, office: str) -> list[str]:
        """Those that have a folder."""
        here = self._folder / office
        if not here.is_dir():
            return []
        return sorted(path.name for path in here.iterdir() if path.is_dir() and self.is_language(path.name))

    @staticmethod
    def is_language(name: str) -> bool:
        return _LANGUAGE.fullmatch(name) is not None

    def find(self, office: str, language: str, word: str) -> Path | None:
        folder = self.folder(office, language)
        return next((path for suffix in SUFFIXES if (path := folder / f"{word}{suffix}").is_file()), None)

    def find_all(
        self, office: str, language: str, runs: Sequence[Sequence[str]]
    ) -> tuple[tuple[Path, ...], ...] | None:
        """The recordings of every word; None when one is missing, for half a sentence is worse than none."""
        if not self.folder(office, language).is_dir():
            return None
        found = [[self.find(office, language, word) for word in run] for run in runs]
        whole = tuple(tuple(path for path in run if path is not None) for run in found)
        return whole if all(path is not None for run in found for path in run) else None

    def missing(self, office: str, language: str) -> list[str]:
        """The words of the language's calls that have no recording yet."""
        return [word for word in phrase.vocabulary(language) if self.find(office, language, word) is None]

    def add(self, office: str, language: str, source: Path) -> str:
        """Take in a recording that is named by its word, in place of an earlier one; the word.

        Raises Invalid ``clip_unknown_word``, and what ``sound.read`` refuses.
        """
        from queue_app.speech import sound  # noqa: PLC0415 - only where recordings are taken in, never in the server

        word = source.stem.lower()
        if word not in phrase.vocabulary(language):
            raise Invalid(
                "clip_unknown_word",
                N_("%(name)s bukan nama kata yang dipakai. Beri nama seperti satu.wav atau nomor-antrean.wav."),
                name=source.name,
            )
        sound.read(source)
        folder = self.folder(office, language)
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / f".{word}.part"
        shutil.copyfile(source, unfinished)
        for suffix in SUFFIXES:
            (folder / f"{word}{suffix}").unlink(missing_ok=True)
        unfinished.replace(folder / f"{word}{_suffix(source)}")
        return word


def _suffix(source: Path) -> str:
    """Told by what the file is, for its name may say something else."""
    head = source.read_bytes()[:4]
    return {b"OggS": ".ogg", b"fLaC": ".flac"}.get(head, ".wav")
