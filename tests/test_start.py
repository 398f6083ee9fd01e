"""A start loads what most offices need at once; the rest is loaded when it is asked for."""

import gc
import subprocess
import sys
from pathlib import Path

from queue_app import create_app
from queue_app.config import ROOT, Config
from tests.live_server import COMPILED_ONCE
from tests.services.waiting import free_port

LATER = (
    *("PIL", "alembic", "apprise", "escpos", "fontTools", "holidays", "icalendar", "markdown_it", "numpy.random"),
    *("openpyxl", "pyarrow", "pywebpush", "qrcode", "redis", "requests", "aiohttp", "scipy", "soundfile"),
    *("statsmodels", "weasyprint", "xlsxwriter", "authlib.integrations", "queue_app.demo.past"),
)
"""Of files, messages, pictures, figures and of many servers: nothing that the first pages need."""

BEFORE_SERVING = ("flask", "queue_app.models", "sqlalchemy.dialects.postgresql", "py_vapid", "queue_app.cli")
"""What checks before the server do without, where the database is up to date."""

OF_PAGES = ("flask_socketio", "flask_babel", "flask_wtf", "flask_login", "pydantic", "numpy", "queue_app.routes")
"""What a command does without."""

PAGES = """
import sys
from queue_app import background, create_app
app = create_app()
with app.app_context():
    background.of_server()
for path in ("/healthz", "/o/senapelan", "/display/senapelan", "/signin", "/desk"):
    assert app.test_client().get(path).status_code < 400, path
print(*sys.modules)
"""

SERVE = """
import os, sys
from queue_app.__main__ import main
class TakenOver(Exception): pass
def take_over(*arguments):
    raise TakenOver
os.execve = take_over
try:
    main()
except TakenOver:
    pass
print(*sys.modules)
"""

COMMAND = """
import sys
from click import Context
from flask.cli import FlaskGroup
from queue_app import create_app
with Context(FlaskGroup()):
    app = create_app()
print(*sys.modules)
"""


def loaded(program: str, **environment: str) -> set[str]:
    """The modules of a new process after ``program``."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**COMPILED_ONCE, **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_the_first_pages_need_no_more_than_they_show(new_sqlite_url: str, tmp_path: Path) -> None:
    found = loaded(PAGES, DATABASE_URL=new_sqlite_url, INSTANCE_DIR=str(tmp_path), SECRET_KEY="x" * 40)
    assert "queue_app.routes" in found
    assert found.isdisjoint(LATER), sorted(found.intersection(LATER))


def test_a_command_loads_neither_pages_nor_what_they_need(tmp_path: Path) -> None:
    found = loaded(COMMAND, DATABASE_URL=f"sqlite:///{tmp_path}/none.sqlite", INSTANCE_DIR=str(tmp_path))
    assert "queue_app.cli" in found
    assert found.isdisjoint((*LATER, *OF_PAGES)), sorted(found.intersection((*LATER, *OF_PAGES)))


def test_what_gunicorn_replaces_has_loaded_neither_flask_nor_the_models(tmp_path: Path) -> None:
    settings = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/office.sqlite",
        "INSTANCE_DIR": str(tmp_path),
        "SECRET_KEY": "x" * 40,
        "PORT": str(free_port()),
        "DEMO_DAYS": "0",
    }
    assert "queue_app.models" in loaded(SERVE, **settings)  # the very first start writes
    found = loaded(SERVE, **settings)
    assert "queue_app.server" in found
    assert found.isdisjoint((*LATER, *OF_PAGES, *BEFORE_SERVING)), sorted(found)


def test_making_an_app_leaves_the_collection_of_garbage_as_it_was(tmp_path: Path) -> None:
    config = Config(f"sqlite:///{tmp_path}/none.sqlite", "a secret for tests only", instance_dir=tmp_path)
    assert gc.isenabled()
    create_app(config).extensions["antrean_database"].dispose()
    assert gc.isenabled()
    gc.disable()
    try:
        create_app(config).extensions["antrean_database"].dispose()
        assert not gc.isenabled()
    finally:
        gc.enable()
