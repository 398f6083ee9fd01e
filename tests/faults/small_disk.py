"""A disk of some megabytes that can be filled up: a tmpfs, which only root may mount."""

import contextlib
import logging
import subprocess
from pathlib import Path

log = logging.getLogger(__name__)

SPARE = 64 * 1024
"""Bytes at a time that fill what is left."""


class SmallDisk:
    """``folder`` lies on it, from ``mount`` to ``close``; None where this process may not mount, which the log says."""

    def __init__(self, size_mb: int) -> None:
        self.folder: Path | None = None
        self._size_mb = size_mb

    def mount(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={self._size_mb}m,mode=755", "none", str(folder)]
        try:
            subprocess.run(mount, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            log.warning("a full disk is not tried: only root may mount a small one")
        else:
            self.folder = folder

    def fill(self) -> None:
        """Leave no byte."""
        with contextlib.suppress(OSError), self._filler.open("ab", buffering=0) as filler:
            while filler.write(bytes(SPARE)):
                pass

    def clear(self) -> None:
        self._filler.unlink(missing_ok=True)

    def close(self) -> None:
        if self.folder is not None:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=False, capture_output=True)

    @property
    def _filler(self) -> Path:
        assert self.folder is not None
        return self.folder / "filler"
