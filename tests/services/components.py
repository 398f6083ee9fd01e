"""The programs that the tests drive: where they are, and how to get one that is missing."""

import shutil
from pathlib import Path


class MissingComponentError(RuntimeError):
    """A program that the tests need is not installed; the text says which command installs it."""

    def __init__(self, program: str, package: str) -> None:
        super().__init__(
            f"{program} is not installed. Run `tools/test-services` as root or with sudo,"
            f" or `apt-get install --no-install-recommends {package}`."
        )


def chromium() -> Path:
    """Return Debian's Chromium without a window if it is installed, and the whole one if not.

    Both show pages by the same engine. The whole one draws tabs and menus around each page although nobody sees them,
    which is more than a third of the processor time of a test.
    """
    lighter = shutil.which("chromium-headless-shell")
    return Path(lighter) if lighter else whole_chromium()


def whole_chromium() -> Path:
    return _on_path("chromium", package="chromium")


def redis_server() -> Path:
    return _on_path("redis-server", package="redis-server")


def postgresql_binaries() -> Path:
    """Return the folder of the newest installed PostgreSQL server's programs."""
    found = [postgres.parent for postgres in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    if not found:
        raise MissingComponentError("The PostgreSQL server", "postgresql")
    return max(found, key=lambda folder: int(folder.parent.name))


def _on_path(program: str, *, package: str) -> Path:
    found = shutil.which(program)
    if found is None:
        raise MissingComponentError(program, package)
    return Path(found)
