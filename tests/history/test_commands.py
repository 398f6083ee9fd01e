"""``history import`` and ``metrics report`` as they are typed."""

import json
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from click.testing import Result
from flask import Flask

from queue_app import clock
from tests.history.past import NINE, served, write
from tests.metrics.forecast import past as made_up

FEW = [served(600 + n) for n in range(3)]
PERIOD = ["--office", "senapelan", "--from", "2026-03-01", "--to", "2026-03-31"]


@pytest.fixture(autouse=True)
def _soon_after(monkeypatch: pytest.MonkeyPatch) -> None:
    """The month after the records: of each day since, an import counts who came, and be it nobody."""
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 4, 1, 2, 0, tzinfo=UTC))


@pytest.fixture
def past(tmp_path: Path) -> Path:
    return tmp_path / "past.csv"


def run(app: Flask, *arguments: str | Path) -> Result:
    return app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])


def bring_in(app: Flask, path: Path, *more: str) -> Result:
    return run(app, "history", "import", path, "--office", "senapelan", *more)


def test_it_says_what_it_imported(app: Flask, past: Path) -> None:
    done = bring_in(app, write(past, [*FEW, served(60, "", "X"), f"{NINE},,2026-03-02 09:20:00,,A,abandoned"]))
    assert done.exit_code == 0
    assert "5 tickets imported (1 abandoned, 4 served), 18 rows of the log." in done.stdout
    assert "Served, but by whom is not recorded; in nobody's figures: 1" in done.stdout
    assert "Services made as past ones (1): X" in done.stdout
    assert "Officers made as past ones (1): s1" in done.stdout


def test_again_it_says_that_nothing_was_imported(app: Flask, past: Path) -> None:
    bring_in(app, write(past, FEW))
    again = bring_in(app, past)
    assert (again.exit_code, again.stdout) == (0, "Nothing was imported: all rows are there already.\n")


def test_bad_rows_are_named_by_line_and_good_ones_imported(app: Flask, past: Path) -> None:
    done = bring_in(app, write(past, [*FEW, "rubbish", FEW[0].replace("served", "gone")]))
    assert done.exit_code == 0
    assert f"{past}:5: the line has 1 cells instead of 6" in done.stderr
    assert f"{past}:6: outcome 'gone' is not known; it is one of: served, abandoned, no_show" in done.stderr
    assert "3 tickets imported" in done.stdout
    assert "Rows that can't be right, left out and named above: 2" in done.stdout


def test_strict_imports_nothing_when_a_row_is_bad(app: Flask, past: Path) -> None:
    done = bring_in(app, write(past, [*FEW, "rubbish"]), "--strict")
    assert done.exit_code == 1
    assert f"{past}:5:" in done.stderr
    assert "Nothing was imported: 1 of 4 rows can't be right." in done.stderr
    assert json.loads(run(app, "metrics", "report", *PERIOD, "--format", "json").stdout)["served"] == 0


def test_strict_imports_all_when_all_rows_are_good(app: Flask, past: Path) -> None:
    assert "3 tickets imported" in bring_in(app, write(past, FEW), "--strict").stdout


def test_times_are_local_to_the_zone_that_is_given(app: Flask, past: Path) -> None:
    night = served(600).replace("09:", "23:")
    assert bring_in(app, write(past, [night]), "--tz", "America/New_York").exit_code == 0
    day = ["--office", "senapelan", "--from", "2026-03-03", "--to", "2026-03-03", "--format", "json"]
    assert json.loads(run(app, "metrics", "report", *day).stdout)["served"] == 1


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["history", "import", "missing.csv", "--office", "senapelan"], "missing.csv"),
        (["history", "import", "past.csv", "--office", "elsewhere"], "there is no office 'elsewhere'"),
        (["history", "import", "past.csv"], "--office"),
        (["history", "import", "past.csv", "--office", "senapelan", "--tz", "Mars/Olympus"], "is not a time zone"),
        (["history", "import", "past.csv", "--office", "senapelan", "--tz", "../../etc/passwd"], "is not a time zone"),
        (["history", "import", "other.csv", "--office", "senapelan"], "missing: arrival_ts"),
        (["metrics", "report", *PERIOD[:2], "--from", "2026-03-02", "--to", "2026-03-01"], "before the first"),
        (["metrics", "report", *PERIOD[:2], "--from", "yesterday", "--to", "2026-03-01"], "yesterday"),
        (["metrics", "report", "--office", "elsewhere", *PERIOD[2:]], "there are: senapelan"),
        (["metrics", "report", *PERIOD, "--output", "no/such/folder.json"], "no/such/folder.json"),
    ],
)
def test_a_wrong_call_is_explained(
    app: Flask, past: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], named: str
) -> None:
    monkeypatch.chdir(past.parent)
    write(past, FEW)
    (past.parent / "other.csv").write_text("name,phone\n", encoding="utf-8")
    done = run(app, *arguments)
    assert done.exit_code == 2
    assert named in done.stderr


@pytest.mark.parametrize("form", ["json", "csv", "table", "xlsx", "pdf"])
def test_the_report_is_written_to_a_file_or_printed(app: Flask, past: Path, form: str) -> None:
    bring_in(app, write(past, FEW))
    output = past.parent / f"report.{form}"
    printed = run(app, "metrics", "report", *PERIOD, "--format", form)
    written = run(app, "metrics", "report", *PERIOD, "--format", form, "--output", output)
    assert (printed.exit_code, written.exit_code, written.stdout) == (0, 0, "")
    if form == "xlsx":
        assert printed.stdout_bytes.startswith(b"PK")
        assert openpyxl.load_workbook(output)["officers"]["A2"].value == "s1"
    elif form == "pdf":
        assert printed.stdout_bytes.startswith(b"%PDF")
        assert output.read_bytes().startswith(b"%PDF")
    else:
        assert printed.stdout_bytes == output.read_bytes()
        assert "s1" in printed.stdout


def test_the_forecast_is_tried_on_the_records(app: Flask, past: Path) -> None:
    few = bring_in(app, write(past, FEW)) and run(app, "history", "backtest", "--office", "senapelan")
    assert few.exit_code == 1
    assert "Too few records" in few.stderr
    rows = [
        f"{v.arrived_at},{v.started_at or ''},{v.finished_at or v.left_at},{v.officer or ''},{v.service},"
        + ("served" if v.finished_at else "abandoned")
        for v in made_up.days(4)
    ]
    bring_in(app, write(past, rows))
    table = run(app, "history", "backtest", "--office", "senapelan")
    found = json.loads(run(app, "history", "backtest", "--office", "senapelan", "--format", "json").stdout)
    assert table.exit_code == 0
    assert "last to enter service" in table.stdout
    ours, plain = found["methods"]["forecast"], found["methods"]["last to enter service"]
    assert ours["mean_error_s"] < plain["mean_error_s"]
    assert 0.6 < ours["coverage"] < 0.95
    assert found["unavoidable"][0] > 0
