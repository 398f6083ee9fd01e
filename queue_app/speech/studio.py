"""Recordings of calls: planned here, made in a process of their own, kept on disk by what they were made of."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from queue_app.config import ROOT, Config
from queue_app.speech import phrase
from queue_app.speech.clip_bank import ClipBank
from queue_app.speech.engine import LANGUAGES, Engine, EngineName

DIGEST_LENGTH = 32
KEPT_BYTES = 64 * 1024 * 1024
"""Some 2,000 recordings of a sentence; the oldest go first."""
ORDER_S = 15.0
"""How long the studio may take for each recording before its process is ended."""
_MAKER = "1"
"""Raised when the same order would sound different."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One call in one language: ``runs`` of clips, or else ``text`` for the engine. ``digest`` names its file."""

    digest: str
    language: str
    text: str
    runs: tuple[tuple[Path, ...], ...] = ()


class Studio:
    """``keep``: the folder of finished recordings; anyone may remove it at any time."""

    def __init__(self, engine: Engine, bank: ClipBank, keep: Path, kept_bytes: int = KEPT_BYTES) -> None:
        self.engine = engine
        self.bank = bank
        self._keep = keep
        self._kept_bytes = kept_bytes
        self._lock = threading.Lock()
        self._failed: set[str] = set()

    def plan(
        self, office: str, language: str, label: str, counter: int, *, as_number: bool = False
    ) -> Recording | None:
        """What a call would be made of: the office's clips if it has every word, else the engine; None: neither can."""
        words = phrase.clips(language, label, counter, as_number=as_number)
        if runs := self.bank.find_all(office, language, words):
            stamps = [f"{clip} {(stat := clip.stat()).st_mtime_ns} {stat.st_size}" for run in runs for clip in run]
            return Recording(_digest(language, stamps), language, "", runs)
        if self.engine.can_speak and language in LANGUAGES:
            text = phrase.for_engine(language, label, counter, as_number=as_number)
            text = self.engine.text(language, text)
            return Recording(_digest(language, [text, *self.engine.fingerprint()]), language, text)
        return None

    def file(self, digest: str) -> Path:
        return self._keep / f"{digest}.ogg"

    def has(self, digest: str) -> bool:
        return self.file(digest).is_file()

    def has_failed(self, digest: str) -> bool:
        """Whether it was tried in this process and could not be made; a later ``make`` tries again."""
        return digest in self._failed

    def make(self, recordings: Sequence[Recording]) -> str:
        """Make those that are not there yet, in their order, in one process; what it complained of.

        Only one does this at a time in a process. Takes seconds: never inside a request of an officer.
        """
        with self._lock:
            wanted = list({recording.digest: recording for recording in recordings}.values())
            wanted = [recording for recording in wanted if not self.has(recording.digest)]
            if not wanted:
                return ""
            self._keep.mkdir(parents=True, exist_ok=True)
            said = self._run([self._order(recording) for recording in wanted])
            self._failed = {recording.digest for recording in wanted if not self.has(recording.digest)}
            self._clean(except_for={recording.digest for recording in wanted})
            return said

    def _order(self, recording: Recording) -> dict[str, object]:
        out = self.file(recording.digest)
        wav = out.with_name(f"{recording.digest}.{os.getpid()}.wav")
        return {
            "out": str(out),
            "wav": str(wav),
            "runs": [[str(clip) for clip in run] for run in recording.runs],
            "text": recording.text,
            "arguments": [] if recording.runs else self.engine.arguments(recording.language, recording.text, wav),
        }

    @staticmethod
    def _run(orders: Sequence[dict[str, object]]) -> str:
        """Give orders to the studio's process; a hang ends it and whatever it has started."""
        with subprocess.Popen(
            [sys.executable, "-m", "queue_app.speech.studio_program"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        ) as process:
            try:
                _, said = process.communicate(json.dumps(orders).encode(), timeout=ORDER_S * len(orders))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                return "the studio's process did not answer and was ended"
        return said.decode(errors="replace").strip()

    def _clean(self, except_for: Iterable[str]) -> None:
        """Remove the oldest recordings until the rest fits, and what was never finished."""
        kept = {self.file(digest) for digest in except_for}
        files = [(path.stat().st_mtime_ns, path.stat().st_size, path) for path in self._keep.iterdir()]
        size = sum(bytes_ for _, bytes_, _ in files)
        newest = max((at for at, _, _ in files), default=0)
        for at, bytes_, path in sorted(files):
            is_left_over = path.suffix != ".ogg" and newest - at > 3600 * 10**9
            if is_left_over or (size > self._kept_bytes and path not in kept):
                path.unlink(missing_ok=True)
                size -= bytes_


def of_config(config: Config) -> Studio:
    """The studio of an instance: clips in ``voice/``, finished recordings in ``voice_made/``."""
    engine = Engine(EngineName(config.voice_engine), config.voice_command, config.voice_speed)
    return Studio(engine, ClipBank(config.instance_dir / "voice"), config.instance_dir / "voice_made")


def _digest(language: str, made_of: Sequence[str]) -> str:
    text = "\0".join([_MAKER, language, *made_of])
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]
