"""The data map names every column of every table, once, and what it promises is there."""

from pathlib import Path

from flask import Flask

from queue_app.database import Base
from queue_app.models import Office
from queue_app.privacy import data_map
from queue_app.privacy.terms import TERMS
from queue_app.privacy.without import WITHOUT


def named() -> list[tuple[str, str]]:
    mapped = [(item.table, column) for item in data_map.ITEMS for column in item.columns]
    return mapped + [(table, column) for table, columns in WITHOUT.items() for column in columns.split()]


def test_every_column_stands_in_the_map_or_in_the_list_of_those_without_personal_data() -> None:
    there = {(table.name, column.name) for table in Base.metadata.tables.values() for column in table.columns}
    assert there - set(named()) == set(), "say in queue_app/privacy what these hold"
    assert set(named()) - there == set()


def test_no_column_stands_there_twice() -> None:
    assert sorted(named()) == sorted(set(named()))


def test_what_is_called_sealed_is_sealed_and_nothing_else() -> None:
    by_name = {(table, column) for table, column in named() if column.endswith("_sealed")}
    assert set(data_map.sealed_columns()) == by_name


def test_every_term_is_a_setting_whose_default_is_within_its_bounds() -> None:
    for term in TERMS.values():
        default = Office.__table__.c[term.setting].default
        assert default is not None
        assert term.least <= default.arg <= term.most


def test_the_document_holds_the_map_as_it_is(app: Flask) -> None:
    printed = app.test_cli_runner().invoke(args=["privacy", "map"]).output
    document = (Path(__file__).parents[2] / "docs/privacy.md").read_text(encoding="utf-8")
    assert document.endswith(printed), "put the output of `privacy map` at the end of docs/privacy.md"
    for term in TERMS.values():
        assert f"`{term.setting}`" in document
