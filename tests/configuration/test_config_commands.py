"""`config export` and `config import`."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.configuration.conftest import Write
from tests.office import Desk


@pytest.fixture(autouse=True)
def _the_tests_clock(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr("queue_app.clock.now", lambda: desk.now)


def run(app: Flask, *args: str | Path) -> Result:
    return app.test_cli_runner().invoke(args=["config", *map(str, args)])


def test_a_file_goes_to_a_new_office(app: Flask, write: Write, tmp_path: Path) -> None:
    file = tmp_path / "office.yaml"
    assert run(app, "export", "--office", "senapelan", "--to", file).exit_code == 0
    tried = run(app, "import", file, "--office", "baru", "--create", "--dry-run")
    assert tried.exit_code == 0
    assert "+ services A" in tried.output
    assert "nothing was changed" in tried.output
    assert run(app, "export", "--office", "baru").exit_code == 1  # there is none yet
    assert run(app, "import", file, "--office", "baru", "--create").exit_code == 0
    assert write("baru") == write()
    assert run(app, "export", "--office", "baru").output == file.read_text(encoding="utf-8")
    assert "baru: 0 changes made." in run(app, "import", file, "--office", "baru").output


def test_it_says_what_changes_and_what_is_wrong(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "office.yaml"
    file.write_text("version: 1\noffice:\n  grace_minutes: 15\n", encoding="utf-8")
    told = run(app, "import", file, "--office", "senapelan").output
    assert told == "~ office: grace_minutes 60 → 15\nsenapelan: 1 changes made.\n"
    file.write_text("version: 1\noffice:\n  grace_minutes: many\n  colour: red\n", encoding="utf-8")
    wrong = run(app, "import", file, "--office", "senapelan")
    assert wrong.exit_code == 1
    assert "line 3, office.grace_minutes: Ini harus berupa bilangan bulat." in wrong.output
    assert "line 4, office.colour: Nama ini tidak dikenal." in wrong.output
