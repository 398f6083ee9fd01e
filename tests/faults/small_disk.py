"""A disk of a few megabytes that can be filled up: a tmpfs, which only root may mount."""

import contextlib
import subprocess
from pathlib import Path

SPARE = 64 * 1024
"""Bytes at a time that fill what is left."""


class SmallDisk:
    """``folder`` lies on it, until ``close``. Raises CalledProcessError where this process may not mount."""

    def __init__(self, folder: Path, size_mb: int) -> None:
        self.folder = folder
        self._filler = folder / "filler"
        folder.mkdir(parents=True, exist_ok=True)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size_mb}m,mode=755", "none", str(folder)]
        subprocess.run(mount, check=True, capture_output=True)

    def fill(self) -> None:
        """Leave no byte."""
        with contextlib.suppress(OSError), self._filler.open("ab", buffering=0) as filler:
            while filler.write(bytes(SPARE)):
                pass

    def clear(self) -> None:
        self._filler.unlink(missing_ok=True)

    def close(self) -> None:
        subprocess.run(["umount", "--lazy", str(self.folder)], check=False, capture_output=True)
