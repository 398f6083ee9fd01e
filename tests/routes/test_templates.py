"""Macros that pages import without their context are made once for all pages: they may need nothing of any page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import Environment, meta, nodes

from queue_app import create_app
from queue_app.config import Config
from tests.office import SECRET


@pytest.fixture
def templates(tmp_path: Path) -> Iterator[Environment]:
    app: Flask = create_app(
        Config(database_url=f"sqlite:///{tmp_path}/none.sqlite", secret_key=SECRET, instance_dir=tmp_path)
    )
    yield app.jinja_env
    app.extensions["antrean_database"].dispose()


def parsed(templates: Environment, name: str) -> nodes.Template:
    assert templates.loader is not None
    return templates.parse(templates.loader.get_source(templates, name)[0])


def imported(templates: Environment) -> set[str]:
    """The templates that some other one imports without context."""
    return {
        found.template.as_const()
        for name in templates.list_templates()
        for found in parsed(templates, name).find_all((nodes.FromImport, nodes.Import))
        if not found.with_context
    }


def wrong(templates: Environment, tree: nodes.Template) -> list[str]:
    """What such a template has of a page, or says when it is made, in the language of whoever came first."""
    needed = meta.find_undeclared_variables(tree) - templates.globals.keys()
    said = [node for node in tree.body if not isinstance(node, nodes.Macro | nodes.FromImport) and not _is_space(node)]
    return [*sorted(needed), *(f"line {node.lineno}" for node in said)]


def _is_space(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Output) and all(
        isinstance(part, nodes.TemplateData) and not part.data.strip() for part in node.nodes
    )


def test_what_is_imported_without_context_needs_none(templates: Environment) -> None:
    found = imported(templates)
    assert "macros.html" in found
    assert [(name, breach) for name in found for breach in wrong(templates, parsed(templates, name))] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{% macro a(b) %}{{ b }}{{ office.name }}{% endmacro %}", ["office"]),
        ('{% set words = _("Kapan saja") %}', ["line 1"]),
        ("{% macro a() %}{{ csrf_token() }}{% endmacro %}", []),
    ],
)
def test_a_breach_is_noticed(templates: Environment, text: str, found: list[str]) -> None:
    assert wrong(templates, templates.parse(text)) == found
