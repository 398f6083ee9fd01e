"""The uploads folder: one file for each medium, named by its key. Whole files only."""

import os
import shutil
from pathlib import Path
from typing import IO

from queue_app.models import DisplayMedia


class Store:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, office_id: int, key: str) -> Path:
        return self._folder / "display" / str(office_id) / key

    def keep(self, office_id: int, key: str, stream: IO[bytes]) -> None:
        """Write a file that nobody knows of yet. Raises OSError."""
        path = self.path(office_id, key)
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        try:
            with unfinished.open("xb") as file:
                shutil.copyfileobj(stream, file)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)

    def forget(self, media: DisplayMedia) -> None:
        self.path(media.office_id, media.key).unlink(missing_ok=True)
