"""A town in the production profile for all tests of a file, which change nothing that the others look at."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from queue_app.config import Config
from queue_app.factory import create_app
from tests.office import SECRET
from tests.routes.town import Town


@pytest.fixture(scope="module")
def town(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("permissions")
    shutil.copy(sqlite_template, folder / "antrean.sqlite")
    app = create_app(
        Config(f"sqlite:///{folder}/antrean.sqlite", SECRET, instance_dir=folder, testing=True, production=True)
    )
    app.config.update(WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    yield Town(app)
    app.extensions["antrean_push"].stop()
    app.extensions["antrean_database"].dispose()
