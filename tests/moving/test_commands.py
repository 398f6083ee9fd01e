"""Moving in by command: the same reading, without a page."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from queue_app import clock
from tests.moving.foreign import ROWS, csv_of, fqm_of
from tests.moving.test_page import is_sound, visits
from tests.office import SLUG, Desk


@pytest.fixture(autouse=True)
def _the_tests_clock(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(clock, "now", lambda: desk.now)


def run(app: Flask, *words: str, code: int = 0) -> Result:
    result = app.test_cli_runner().invoke(args=["moving", *words, "--office", SLUG])
    assert result.exit_code == code, result.output
    return result


def test_a_dry_run_writes_nothing_and_names_everything(app: Flask, desk: Desk, tmp_path: Path) -> None:
    path = str(csv_of(tmp_path / "tamu.csv", [*ROWS, ("?", *ROWS[0][1:])]))
    told = run(app, "in", path, "--dry-run").output
    assert "6: Tanggal: “?” bukan tanggal" in told
    assert "4 good rows, 1 refused, 0 of the good ones there already." in told
    assert "services: KTP (2) = new" in told
    assert "counters: Loket 1 (1) = 1" in told
    assert visits(desk) == []


def test_it_is_brought_in_once_and_undone(app: Flask, desk: Desk, tmp_path: Path) -> None:
    path = str(csv_of(tmp_path / "tamu.csv"))
    assert "1: tamu.csv (csv) DONE, 4 visits" in run(app, "in", path, "--officer", "Sari=petugas1").output
    assert visits(desk)[0].officer == "petugas1"
    assert "4 of the good ones there already" in run(app, "in", path).output
    assert len(visits(desk)) == 4
    assert run(app, "list").output.splitlines()[-1].startswith("1: tamu.csv")
    assert "4 withdrawn, 0 left" in run(app, "undo", "1").output
    assert visits(desk) == []
    assert is_sound(desk)
    run(app, "undo", "1", code=1)


def test_what_can_not_be_is_refused(app: Flask, tmp_path: Path) -> None:
    table, fqm = str(csv_of(tmp_path / "a.csv")), str(fqm_of(tmp_path / "a.sqlite"))
    assert "headings are" in run(app, "in", table, "--column", "service=Tiada", code=2).output
    assert "tidak ada di kantor ini" in run(app, "in", table, "--service", "KTP=ZZ", code=1).output
    assert "Zona waktu" in run(app, "in", table, "--tz", "Mars/Base", code=1).output
    assert "no such file" in run(app, "in", str(tmp_path / "none"), code=2).output
    assert "bukan CSV" in run(app, "in", fqm, "--kind", "csv", code=1).output
    assert "dapat dibaca" in run(app, "in", "postgresql://127.0.0.1:9/x", code=1).output
