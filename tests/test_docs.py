"""What the documents state of settings, commands, states and keys is what the program has."""

import re
from pathlib import Path

import click
from flask import Flask

from queue_app.configuration import form
from queue_app.lifecycle import Action, OfficeAction, ShiftAction, TicketState
from queue_app.office_settings import OfficeSettings, ServiceSettings

ROOT = Path(__file__).parents[1]
INSTALL = (ROOT / "docs/install.md").read_text(encoding="utf-8")
DESIGN = (ROOT / "docs/design.md").read_text(encoding="utf-8")


def commands(group: click.Group, prefix: str = "") -> set[str]:
    found: set[str] = set()
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            found |= commands(command, f"{prefix}{name} ")
        else:
            found.add(f"{prefix}{name}")
    return found


def test_every_command_is_documented_and_every_documented_one_exists(app: Flask) -> None:
    rows = re.findall(r"^\| `([^`]+)` \|", INSTALL.split("## Commands")[1].split("##")[0], re.MULTILINE)
    documented = {re.split(r" (?=--|[A-Z])", row)[0] for row in rows}
    assert documented == commands(app.cli)


def test_every_setting_is_documented_and_every_documented_one_is_read() -> None:
    source = (ROOT / "queue_app/config.py").read_text(encoding="utf-8")
    read = set(re.findall(r"env(?:\.get\(|, )\"([A-Z_]+)\"", source))
    table = INSTALL.split("## Settings")[1].split("##")[0]
    documented = {
        name for row in re.findall(r"^\| (`[A-Z_`, ]+) \|", table, re.MULTILINE) for name in re.findall(r"[A-Z_]+", row)
    }
    assert documented == read


def test_what_an_office_decides_is_documented_setting_by_setting() -> None:
    table = INSTALL.split("## What an office decides")[1].split("\n## ")[0]
    documented = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", table, re.MULTILINE))
    fields = OfficeSettings.model_fields | ServiceSettings.model_fields
    assert documented == {name: field.description for name, field in fields.items()}


def test_what_may_stand_in_a_configuration_is_documented_name_by_name() -> None:
    table = INSTALL.split("## Konfigurasi sebagai satu berkas")[1].split("\n## ")[0]
    documented = dict(re.findall(r"^\| `([\w.]+)` \| (.*) \|$", table, re.MULTILINE))
    settings = OfficeSettings.model_fields.keys() | ServiceSettings.model_fields.keys()
    known = {name: field.description for name, field in form.Configuration.model_fields.items()}
    for section, part in form.PARTS.items():
        has_settings = section in ("office", "services")
        for name, field in part.model_fields.items():
            if not (has_settings and name in settings):
                known[f"{section}.{name}"] = field.description
    assert documented == known


def test_every_state_and_action_stands_in_the_glossary() -> None:
    glossary = DESIGN.split("## Words")[1]
    for value in (*TicketState, *Action, *ShiftAction, *OfficeAction):
        assert f"`{value.value}`" in glossary


def test_every_test_that_the_rules_name_exists() -> None:
    rules = DESIGN.split("## Ten rules")[1].split("##")[0]
    paths = re.findall(r"`(tests/[\w/.]+)`", rules)
    assert len(paths) >= 10
    for path in paths:
        assert (ROOT / path).exists(), path


def test_every_relative_link_leads_somewhere() -> None:
    for document in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document}: {target}"


def test_the_readme_names_commands_that_make_has() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make (\w+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
