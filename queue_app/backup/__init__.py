"""Backups: the whole database and the office's own files in one file, and the way back.

The tables are written as lines of JSON, the same from SQLite and from PostgreSQL, so a backup can be restored on
either, and by any later version: the form of its day is made first, filled, and then brought up to date.
"""

from collections.abc import Mapping
from pathlib import Path

Folders = Mapping[str, Path]
"""Where the office's own files are, by the name that their folder has in a backup."""


class BackupFailed(Exception):
    """Nothing was made or replaced; the text says why and what to do."""
