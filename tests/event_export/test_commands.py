"""The commands that write exports."""

from pathlib import Path

from flask import Flask

from queue_app import event_export
from tests.event_export.test_files import a_day, period
from tests.office import Desk


def run(app: Flask, *words: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["events", *words])
    return result.exit_code, result.output


def test_a_file_is_written_and_replaced_whole(app: Flask, desk: Desk, tmp_path: Path) -> None:
    a_day(desk)
    day, file = str(period(desk).start_day), tmp_path / "out" / "log.csv"
    file.parent.mkdir()
    file.write_text("older")
    code, said = run(app, "export", "--office", "senapelan", "--from", day, "--to", day, str(file))
    assert (code, said) == (0, f"{file}: {len(desk.events())} rows\n")
    assert file.read_text(encoding="utf-8").startswith("seq,at,action,")
    assert [one.name for one in file.parent.iterdir()] == ["log.csv"]


def test_what_cannot_be_written_is_said_and_leaves_what_was_there(app: Flask, desk: Desk, tmp_path: Path) -> None:
    a_day(desk)
    day, folder = str(period(desk).start_day), tmp_path / "out"
    folder.mkdir()
    code, said = run(app, "export", "--office", "senapelan", "--from", day, "--to", day, str(folder / "no" / "log.csv"))
    assert code == 1
    assert "can't be written" in said
    assert run(app, "export", "--office", "senapelan", "--from", day, "--to", "2020-01-01", str(folder / "x"))[0] == 2
    code, said = run(app, "export", "--office", "dumai", "--from", day, "--to", day, str(folder / "x"))
    assert code != 0
    assert list(folder.iterdir()) == []


def test_the_dictionary_names_every_column(app: Flask) -> None:
    code, said = run(app, "dictionary")
    assert code == 0
    assert [line.split(",")[0] for line in said.splitlines()[1:]] == [field.name for field in event_export.FIELDS]
